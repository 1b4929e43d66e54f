/** Compose files from paths to one configuration. Follows docker/cli cli/command/stack/loader, cli/compose/loader. */
import { fromUtf8 } from '../../../base/bytes';
import { compareBytes } from '../../../base/natural';
import type { Process } from '../../../base/process';
import { parseReference } from '../../../base/reference';
import { readStdin, resolvePath } from '../../arguments';
import { type Cli, CliError } from '../../command';
import { hostPort } from '../../container/ports';
import { warn } from '../../format/warn';
import { readTextFile } from '../../options/env';
import { parsePortSpec } from '../../options/port';
import { interpolate } from './interpolate';
import { loadService, stringMap } from './load-service';
import { merge } from './merge';
import type { ComposeConfig, ComposeFileObject, ComposeNetwork, ComposeVolume, Service } from './types';
import { composeVersion, validate } from './validate';
import { type Dict, isDict, parseYaml } from './yaml';

const UNSUPPORTED = [
  'build',
  'cgroupns_mode',
  'cgroup_parent',
  'devices',
  'domainname',
  'external_links',
  'ipc',
  'links',
  'mac_address',
  'network_mode',
  'pid',
  'privileged',
  'restart',
  'security_opt',
  'shm_size',
  'userns_mode',
] as const;

const DEPRECATED: readonly (readonly [string, string])[] = [
  ['container_name', 'Setting the container name is not supported.'],
  [
    'expose',
    "Exposing ports is unnecessary - services on the same network can access each other's containers on any port.",
  ],
];

const SET_LIMITS = 'Set resource limits using deploy.resources';
const FORBIDDEN: readonly (readonly [string, string])[] = [
  ['cpu_quota', SET_LIMITS],
  ['cpu_shares', SET_LIMITS],
  ['cpuset', SET_LIMITS],
  ['extends', 'Support for `extends` is not implemented yet.'],
  ['mem_limit', SET_LIMITS],
  ['memswap_limit', SET_LIMITS],
  [
    'volume_driver',
    'Instead of setting the volume driver on the service, define a volume using the top-level `volumes` option and ' +
      'specify the driver there.',
  ],
  [
    'volumes_from',
    'To share a volume between services, define it using the top-level `volumes` option and reference it from each ' +
      'service that shares it using the service-level `volumes` option.',
  ],
];

/** Files as read, before anything in them is looked at. */
interface ComposeFiles {
  readonly directory: string;
  readonly dicts: readonly { readonly name: string; readonly dict: Dict }[];
}

/** Reads the files of -c; `-` is stdin. */
export function* readComposeFiles(cli: Cli, paths: readonly string[]): Process<ComposeFiles> {
  const [first] = paths;
  if (first === undefined) throw new CliError('Specify a Compose file (with --compose-file)');
  const fromStdin = paths.length === 1 && first === '-';
  const dicts: { name: string; dict: Dict }[] = [];
  for (const path of paths) {
    const text = path === '-' ? fromUtf8(yield* readStdin()) : yield* readTextFile(cli, path, `open ${path}`);
    dicts.push({ name: path, dict: parseYaml(text) });
  }
  return { directory: fromStdin ? cli.cwd : resolvePath(cli.cwd, `${first}/..`), dicts };
}

/** The configuration to deploy; what is ignored is told on stderr. */
export function* loadCompose(cli: Cli, paths: readonly string[]): Process<ComposeConfig> {
  const files = yield* readComposeFiles(cli, paths);
  const config = yield* loadFiles(
    cli,
    files,
    true,
    (forbidden) => `Compose file contains unsupported options:\n\n${forbidden}\n`,
  );
  const services = files.dicts.flatMap(({ dict }) => serviceDicts(dict));
  const unsupported = UNSUPPORTED.filter((name) => services.some((service) => Object.hasOwn(service, name)));
  if (unsupported.length > 0) {
    const names = [...unsupported].sort(compareBytes).join(', ');
    yield* cli.err(`Ignoring unsupported options: ${names}\n\n`);
  }
  const deprecated = used(services, DEPRECATED);
  if (deprecated !== '') yield* cli.err(`Ignoring deprecated options:\n\n${deprecated}\n\n`);
  for (const service of config.services) checkImage(service);
  return config;
}

/** Interpolates, checks and merges. `refusal` words that of forbidden options. Throws CliError. */
export function* loadFiles(
  cli: Cli,
  files: ComposeFiles,
  interpolated: boolean,
  refusal: (forbidden: string) => string,
): Process<ComposeConfig> {
  const version = composeVersion(files.dicts[0]!.dict);
  const configs: ComposeConfig[] = [];
  for (const { dict } of files.dicts) {
    const own = composeVersion(dict);
    if (own !== version) throw new CliError(`version mismatched between two composefiles : ${version} and ${own}`);
    const forbidden = used(serviceDicts(dict), FORBIDDEN);
    if (forbidden !== '') throw new CliError(refusal(forbidden));
    const replaced = interpolated ? interpolate(dict, cli.env) : dict;
    validate(replaced, version);
    configs.push(yield* loadSections(cli, replaced, version, files.directory));
  }
  return configs.reduce(merge);
}

/** The members of x-; of networks and volumes only external ones keep them. */
export function extras(object: unknown, kept = true): Dict {
  if (!kept) return {};
  return Object.fromEntries(Object.entries(object as Dict).filter(([key]) => key.startsWith('x-')));
}

function serviceDicts(dict: Dict): Dict[] {
  return isDict(dict['services']) ? Object.values(dict['services']).filter(isDict) : [];
}

/** `name: why` for each that some service has, sorted. */
function used(services: readonly Dict[], properties: readonly (readonly [string, string])[]): string {
  return properties
    .filter(([name]) => services.some((service) => Object.hasOwn(service, name)))
    .map(([name, why]) => `${name}: ${why}`)
    .sort(compareBytes)
    .join('\n\n');
}

function checkImage({ name, image = '' }: Service): void {
  if (image === '') throw new CliError(`invalid image reference for service ${name}: no image specified`);
  const parsed = parseReference(image);
  if (!parsed.ok && !/^[0-9a-f]{64}$/.test(image)) {
    throw new CliError(`invalid image reference for service ${name}: ${parsed.error}`);
  }
}

function* loadSections(cli: Cli, dict: Dict, version: string, directory: string): Process<ComposeConfig> {
  const services: Service[] = [];
  const warnings: string[] = [];
  for (const [name, service] of entries(dict['services'])) {
    const dictionary = isDict(service) ? service : {};
    services.push(yield* loadService(cli, name, dictionary, directory));
    warnings.push(...ignoredAddresses(dictionary));
  }
  const named = <T>(key: string, load: (name: string, dict: Dict) => T) =>
    new Map(entries(dict[key]).map(([name, value]) => [name, load(name, isDict(value) ? value : {})]));
  const config: ComposeConfig = {
    version,
    services,
    networks: named('networks', (name, value) => loadNetwork(name, value, version, warnings)),
    volumes: named('volumes', (name, value) => loadVolume(name, value, version, warnings)),
    secrets: named('secrets', (name, value) => loadFileObject('secret', name, value, version, directory, warnings)),
    configs: named('configs', (name, value) => loadFileObject('config', name, value, version, directory, warnings)),
    extras: extras(dict),
  };
  for (const text of warnings) yield* warn(cli, text);
  return config;
}

/** Ports that are bound to one address, which a swarm does not do. */
function ignoredAddresses(service: Dict): string[] {
  const out: string[] = [];
  for (const text of Array.isArray(service['ports']) ? service['ports'] : []) {
    const specs = typeof text === 'string' ? parsePortSpec(text) : undefined;
    for (const { hostIp, hostPort: published, port } of specs?.ok ? specs.value : []) {
      if (hostIp === '' || hostIp === '0.0.0.0' || hostIp === '::') continue;
      out.push(`ignoring IP-address (${hostPort(hostIp, published)}:${port}) service will listen on '0.0.0.0'`);
    }
  }
  return out;
}

function entries(value: unknown): [string, unknown][] {
  return isDict(value) ? Object.entries(value) : [];
}

/** Whether an object is external, and its name: `external: {name: x}` is the old way to say it. */
function external(
  kind: string,
  name: string,
  dict: Dict,
  version: string,
  since: number,
  warnings: string[],
): { external: boolean; name?: string } {
  const word = dict['external'];
  const own = dict['name'] as string | undefined;
  if (word === undefined || word === false) return { external: false, ...(own === undefined ? {} : { name: own }) };
  const old = isDict(word) ? (word['name'] as string | undefined) : undefined;
  if (old === undefined) return { external: true, name: own ?? name };
  if (own !== undefined) {
    throw new CliError(`${kind} ${name}: ${kind}.external.name and ${kind}.name conflict; only use ${kind}.name`);
  }
  if (Number(version.split('.')[1]) >= since) {
    warnings.push(`${kind} ${name}: ${kind}.external.name is deprecated in favor of ${kind}.name`);
  }
  return { external: true, name: old };
}

function loadNetwork(name: string, dict: Dict, version: string, warnings: string[]): ComposeNetwork {
  return {
    ...dict,
    ...maps(dict),
    ...external('network', name, dict, version, 5, warnings),
  } as ComposeNetwork;
}

function maps(dict: Dict): Dict {
  const out: { [key: string]: unknown } = {};
  for (const key of ['labels', 'driver_opts'] as const) {
    if (dict[key] !== undefined) out[key] = stringMap(dict[key]);
  }
  return out;
}

function loadVolume(name: string, dict: Dict, version: string, warnings: string[]): ComposeVolume {
  const isExternal = dict['external'] !== undefined && dict['external'] !== false;
  const conflict = ['driver', 'driver_opts', 'labels'].find(
    (key) => isExternal && Object.keys(dict[key] ?? {}).length > 0,
  );
  if (conflict) {
    throw new CliError(`conflicting parameters "external" and "${conflict}" specified for volume "${name}"`);
  }
  return { ...dict, ...maps(dict), ...external('volume', name, dict, version, 4, warnings) } as ComposeVolume;
}

function loadFileObject(
  kind: 'secret' | 'config',
  name: string,
  dict: Dict,
  version: string,
  directory: string,
  warnings: string[],
): ComposeFileObject {
  const object = { ...dict, ...maps(dict), ...external(kind, name, dict, version, 5, warnings) } as ComposeFileObject;
  if (object.external) return object;
  if (object.driver) {
    if (object.file)
      throw new CliError(`${kind} ${name}: ${kind}.driver and ${kind}.file conflict; only use ${kind}.driver`);
    return object;
  }
  return { ...object, file: resolvePath(directory, object.file ?? '') };
}
