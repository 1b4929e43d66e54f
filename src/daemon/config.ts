/** What dockerd reads from /etc/docker/daemon.json when it starts. Follows moby/moby daemon/config/config.go. */
import { type GenericResource, parseGenericResources } from '../api/index';
import { fail, ok, type Result } from '../base/result';

export const CONFIG_FILE = '/etc/docker/daemon.json';

export interface DaemonConfig {
  /** `key=value`, as given. */
  readonly labels: readonly string[];
  /** What the host offers to tasks besides processors and memory. */
  readonly genericResources: readonly GenericResource[];
}

export const NO_CONFIG: DaemonConfig = { labels: [], genericResources: [] };

const RESERVED = ['com.docker.', 'io.docker.', 'org.dockerproject.'];

/** Why the labels cannot be, in dockerd's words; undefined when they can. Follows ValidateLabel, GetConflictFreeLabels. */
function labelsRefusal(labels: readonly string[]): string | undefined {
  const values = new Map<string, string>();
  for (const label of labels) {
    const cut = label.indexOf('=');
    if (cut < 0) return `bad attribute format: ${label}`;
    if (RESERVED.some((prefix) => label.toLowerCase().startsWith(prefix))) {
      return `label ${label} is not allowed: the namespaces com.docker.*, io.docker.*, and org.dockerproject.* are reserved for internal use`;
    }
    const [key, value] = [label.slice(0, cut), label.slice(cut + 1)];
    const earlier = values.get(key);
    if (earlier !== undefined && earlier !== value) {
      return `conflict labels for ${key}=${value} and ${key}=${earlier}`;
    }
    values.set(key, value);
  }
  return undefined;
}

const WHERE = `unable to configure the Docker daemon with file ${CONFIG_FILE}`;
const MERGED = `${WHERE}: merged configuration validation from file and command line flags failed`;

/** The file's directives, or the sentence with which dockerd does not start. */
export function readConfig(text: string): Result<DaemonConfig, string> {
  if (text.trim() === '') return ok(NO_CONFIG);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return fail(`${WHERE}: invalid JSON`);
  }
  const directives = (typeof json === 'object' && json !== null ? json : {}) as { readonly [key: string]: unknown };
  const list = (name: string): string[] => {
    const value = directives[name];
    return Array.isArray(value) ? value.map(String) : [];
  };
  const labels = list('labels');
  const refusal = labelsRefusal(labels);
  if (refusal !== undefined) return fail(`${MERGED}: ${refusal}`);
  const generic = parseGenericResources(list('node-generic-resources'));
  if (!generic.ok) return fail(`${MERGED}: ${generic.error}`);
  return ok({ labels: [...new Set(labels)], genericResources: generic.value });
}
