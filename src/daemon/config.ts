/**
 * /etc/docker/daemon.json: what dockerd reads when it starts. Follows moby/moby daemon/config/config.go.
 */
import { type GenericResource, parseGenericResources } from '../api/index';
import type { Json } from '../base/json';
import { unmarshalError } from '../base/json-syntax';
import { fail, ok, type Result } from '../base/result';

export const CONFIG_FILE = '/etc/docker/daemon.json';

export interface DaemonConfig {
  /** `key=value`, as written. */
  readonly labels: readonly string[];
  readonly genericResources: readonly GenericResource[];
  readonly liveRestore: boolean;
  readonly debug: boolean;
  readonly insecureRegistries: readonly string[];
  readonly registryMirrors: readonly string[];
}

export const NO_CONFIG: DaemonConfig = {
  labels: [],
  genericResources: [],
  liveRestore: false,
  debug: false,
  insecureRegistries: [],
  registryMirrors: [],
};

const LISTS = ['labels', 'node-generic-resources', 'insecure-registries', 'registry-mirrors'];
const FLAGS = ['live-restore', 'debug'];
/** Real options that would change what is not modelled. */
const REFUSED =
  'allow-nondistributable-artifacts api-cors-header authorization-plugins bip bridge builder cgroup-parent containerd ' +
  'containerd-namespace containerd-plugin-namespace cpu-rt-period cpu-rt-runtime data-root default-address-pools ' +
  'default-cgroupns-mode default-gateway default-gateway-v6 default-ipc-mode default-network-opts default-runtime ' +
  'default-shm-size default-ulimits dns dns-opts dns-search exec-opts exec-root experimental features firewall-backend ' +
  'fixed-cidr fixed-cidr-v6 group hosts http-proxy https-proxy icc init init-path ip ip-forward ip-masq ip6tables ' +
  'iptables ipv6 log-driver log-format log-level log-opts max-concurrent-downloads max-concurrent-uploads ' +
  'max-download-attempts metrics-addr mtu no-new-privileges no-proxy oom-score-adjust pidfile proxies raw-logs runtimes ' +
  'seccomp-profile selinux-enabled shutdown-timeout storage-driver storage-opts swarm-default-advertise-addr ' +
  'swarm-raft-election-tick swarm-raft-heartbeat-tick tls tlscacert tlscert tlskey tlsverify userland-proxy ' +
  'userland-proxy-path userns-remap validate';

const VALIDATION = 'merged configuration validation from file and command line flags failed: ';

/** The configuration of a file's text ('' where there is none), or the sentence with which dockerd does not start. */
export function readConfig(text: string): Result<DaemonConfig, string> {
  const source = text.trim();
  if (source === '') return ok(NO_CONFIG);
  let value: Json;
  try {
    value = JSON.parse(source) as Json;
  } catch {
    return unable(`invalid JSON: ${unmarshalError(source)}`);
  }
  if (value === null) return ok(NO_CONFIG);
  if (typeof value !== 'object' || Array.isArray(value)) {
    return unable(
      `invalid JSON: json: cannot unmarshal ${kindOf(value)} into Go value of type map[string]interface {}`,
    );
  }
  return read(value as { readonly [key: string]: Json });
}

function read(fields: { readonly [key: string]: Json }): Result<DaemonConfig, string> {
  const known = [...LISTS, ...FLAGS];
  const others = Object.keys(fields).filter((key) => !known.includes(key));
  const real = REFUSED.split(' ');
  const unknown = others.filter((key) => !real.includes(key));
  if (unknown.length > 0) {
    return unable(`the following directives don't match any configuration option: ${unknown.join(', ')}`);
  }
  if (others.length > 0) return unable(`${others[0]} is a real option that is not modelled here`);
  for (const key of known) {
    const problem = mismatch(key, fields[key]);
    if (problem) return unable(`invalid JSON: json: cannot unmarshal ${problem}`);
  }
  const list = (key: string): readonly string[] => (fields[key] ?? []) as readonly string[];
  const labels = list('labels');
  const bad = labels.find((label) => labelRefusal(label) !== undefined);
  if (bad !== undefined) return unable(VALIDATION + labelRefusal(bad)!);
  const resources = parseGenericResources(list('node-generic-resources'));
  if (!resources.ok) return unable(VALIDATION + resources.error);
  const unique = conflictFree(labels);
  if (!unique.ok) return unique;
  return ok({
    labels: unique.value,
    genericResources: resources.value,
    liveRestore: fields['live-restore'] === true,
    debug: fields['debug'] === true,
    insecureRegistries: list('insecure-registries'),
    registryMirrors: list('registry-mirrors'),
  });
}

function unable(why: string): Result<DaemonConfig, string> {
  return fail(`unable to configure the Docker daemon with file ${CONFIG_FILE}: ${why}`);
}

function kindOf(value: Json): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

function mismatch(key: string, value: Json | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  const into = (found: Json, type: string): string =>
    `${kindOf(found)} into Go struct field Config.${key} of type ${type}`;
  if (FLAGS.includes(key)) return typeof value === 'boolean' ? undefined : into(value, 'bool');
  if (!Array.isArray(value)) return into(value, '[]string');
  const odd = (value as readonly Json[]).find((item) => typeof item !== 'string');
  return odd === undefined ? undefined : into(odd, 'string');
}

const RESERVED = ['com.docker.', 'io.docker.', 'org.dockerproject.'];

/** Follows moby/moby opts/opts.go, ValidateLabel. */
function labelRefusal(label: string): string | undefined {
  if (!label.includes('=')) return `bad attribute format: ${label}`;
  if (!RESERVED.some((prefix) => label.toLowerCase().startsWith(prefix))) return undefined;
  return `label ${label} is not allowed: the namespaces com.docker.*, io.docker.*, and org.dockerproject.* are reserved for internal use`;
}

/** The last of equal keys stays; different values are a conflict. Follows GetConflictFreeLabels. */
function conflictFree(labels: readonly string[]): Result<readonly string[], string> {
  const byKey = new Map<string, string>();
  for (const label of labels) {
    const at = label.indexOf('=');
    const [key, value] = [label.slice(0, at), label.slice(at + 1)];
    const before = byKey.get(key);
    if (before !== undefined && before !== value) {
      return fail(`conflict labels for ${key}=${value} and ${key}=${before}`);
    }
    byKey.set(key, value);
  }
  return ok([...byKey].map(([key, value]) => `${key}=${value}`));
}
