/** One service of a checked Compose file with its short forms written out. Follows docker/cli cli/compose/loader. */
import { formatDuration, parseDuration } from '../../../base/duration';
import { compareBytes } from '../../../base/natural';
import type { Process } from '../../../base/process';
import { ramInBytes } from '../../../base/units';
import { resolvePath } from '../../arguments';
import { type Cli, CliError } from '../../command';
import { readKeyValueFile } from '../../options/env';
import { parsePortSpec, portConfigs } from '../../options/port';
import { parseVolume } from '../../options/volume';
import { keyOf, shellWords } from '../../options/words';
import type { Deploy, FileReference, Healthcheck, Service, ServicePort, ServiceVolume, StringMap } from './types';
import { type Dict, isDict } from './yaml';

/** `directory` is the one that relative paths begin in. */
export function* loadService(cli: Cli, name: string, dict: Dict, directory: string): Process<Service> {
  const service: { [key: string]: unknown } = { ...dict };
  service['command'] = decoding('Command', () => words(dict['command']));
  service['entrypoint'] = decoding('Entrypoint', () => words(dict['entrypoint']));
  for (const key of ['dns', 'dns_search', 'tmpfs', 'env_file'] as const) service[key] = stringList(dict[key]);
  for (const key of ['labels', 'sysctls'] as const) service[key] = stringMap(dict[key]);
  for (const key of ['configs', 'secrets'] as const) service[key] = references(dict[key]);
  service['extra_hosts'] = hosts(dict['extra_hosts']);
  service['networks'] = networks(dict['networks']);
  service['ports'] = ports(dict['ports']);
  service['volumes'] = volumes(dict['volumes'], cli, directory);
  service['deploy'] = deploy(dict['deploy']);
  service['healthcheck'] = healthcheck(dict['healthcheck']);
  service['stop_grace_period'] = duration(dict['stop_grace_period']);
  service['logging'] = logging(dict['logging']);
  service['environment'] = yield* environment(cli, dict, directory);
  return { ...service, name } as unknown as Service;
}

/** Names the member whose text cannot be read, as docker's decoder does. */
function decoding<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    throw new CliError(`decoding failed due to the following error(s):\n\nerror decoding '${path}': ${error.message}`);
  }
}

function words(value: unknown): readonly string[] | undefined {
  if (typeof value !== 'string') return value as readonly string[] | undefined;
  const split = shellWords(value);
  if (!split.ok) throw new CliError(split.error);
  return split.value;
}

function stringList(value: unknown): readonly string[] | undefined {
  return typeof value === 'string' ? [value] : (value as readonly string[] | undefined);
}

/** A mapping or a list of `key=value`; numbers become texts. */
export function stringMap(value: unknown): StringMap | undefined {
  const map = nullableMap(value);
  if (!map) return undefined;
  return Object.fromEntries(Object.entries(map).map(([key, text]) => [key, text ?? '']));
}

function nullableMap(value: unknown): { [key: string]: string | null } | undefined {
  if (value === undefined || value === null) return undefined;
  const out: { [key: string]: string | null } = {};
  if (Array.isArray(value)) {
    for (const item of value as readonly string[]) {
      const key = keyOf(item);
      out[key] = item.length === key.length ? null : item.slice(key.length + 1);
    }
    return out;
  }
  for (const [key, item] of Object.entries(value as Dict)) {
    out[key] = item === null || item === undefined ? null : String(item);
  }
  return out;
}

function references(value: unknown): readonly FileReference[] | undefined {
  const list = value as readonly (string | FileReference)[] | undefined;
  return list?.map((item) => (typeof item === 'string' ? { source: item } : item));
}

/** `host:address`, from `host=address`, `host:address` or a mapping; brackets around IPv6 go. */
function hosts(value: unknown): readonly string[] | undefined {
  if (value === undefined || value === null) return undefined;
  const pairs = Array.isArray(value)
    ? (value as readonly string[]).flatMap((entry) => {
        const cut = entry.includes('=') ? entry.indexOf('=') : entry.indexOf(':');
        return cut < 0 ? [] : [[entry.slice(0, cut), entry.slice(cut + 1)] as const];
      })
    : Object.entries(value as Dict)
        .filter(([, address]) => address !== null)
        .map(([host, address]) => [host, String(address)] as const)
        .sort((a, b) => compareBytes(a[0], b[0]));
  return pairs.map(([host, address]) => `${host}:${address.replace(/^\[(.+)\]$/, '$1')}`);
}

function networks(value: unknown): Service['networks'] {
  if (Array.isArray(value)) return Object.fromEntries((value as readonly string[]).map((name) => [name, null]));
  if (!isDict(value)) return undefined;
  return Object.fromEntries(
    Object.entries(value).map(([name, network]) => [name, networkOptions(network)]),
  ) as Service['networks'];
}

function networkOptions(value: unknown): unknown {
  if (!isDict(value)) return null;
  return value['driver_opts'] === undefined ? value : { ...value, driver_opts: stringMap(value['driver_opts']) };
}

function ports(value: unknown): readonly ServicePort[] | undefined {
  const list = value as readonly (string | number | ServicePort)[] | undefined;
  return list?.flatMap((entry) => (typeof entry === 'object' ? [entry] : shortPort(String(entry))));
}

function shortPort(text: string): ServicePort[] {
  const specs = parsePortSpec(text);
  if (!specs.ok) throw new CliError(specs.error);
  const out: ServicePort[] = [];
  const sorted = [...specs.value].sort((a, b) => compareBytes(a.port, b.port));
  for (const { port, hostPort } of sorted) {
    for (const config of portConfigs(port, hostPort)) {
      out.push({
        mode: config.PublishMode!,
        target: config.TargetPort!,
        ...(config.PublishedPort === undefined ? {} : { published: config.PublishedPort }),
        protocol: config.Protocol!,
      });
    }
  }
  return out;
}

function volumes(value: unknown, cli: Cli, directory: string): readonly ServiceVolume[] | undefined {
  const list = value as readonly (string | ServiceVolume)[] | undefined;
  return list?.map((entry, at) => {
    const volume = typeof entry === 'string' ? decoding(`Volumes[${at}]`, () => parseVolume(entry)) : entry;
    if (volume.type !== 'bind') return volume;
    const source = volume.source ?? '';
    if (source === '') throw new CliError('invalid mount config for type "bind": field Source must not be empty');
    const home = source.startsWith('~') ? cli.env.get('HOME') : undefined;
    return { ...volume, source: resolvePath(directory, home === undefined ? source : home + source.slice(1)) };
  });
}

/** A duration in Go's own form. */
function duration(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  const parsed = parseDuration(String(value));
  if (!parsed.ok) throw new CliError(parsed.error);
  return formatDuration(parsed.value);
}

/** A mapping whose named members are durations. */
function withDurations(value: unknown, names: readonly string[]): Dict | undefined {
  if (!isDict(value)) return undefined;
  const out: { [key: string]: unknown } = { ...value };
  for (const name of names) if (value[name] !== undefined) out[name] = duration(value[name]);
  return out;
}

function deploy(value: unknown): Deploy | undefined {
  if (!isDict(value)) return undefined;
  const resources = isDict(value['resources']) ? value['resources'] : {};
  return {
    ...value,
    labels: stringMap(value['labels']),
    update_config: withDurations(value['update_config'], ['delay', 'monitor']),
    rollback_config: withDurations(value['rollback_config'], ['delay', 'monitor']),
    restart_policy: withDurations(value['restart_policy'], ['delay', 'window']),
    resources: {
      limits: amounts(resources['limits'], 'Limits'),
      reservations: amounts(resources['reservations'], 'Reservations'),
    },
  } as Deploy;
}

function amounts(value: unknown, member: string): Dict | undefined {
  if (!isDict(value)) return undefined;
  const { memory } = value;
  if (memory === undefined) return value;
  return decoding(`Deploy.Resources.${member}.memory`, () => {
    const bytes = ramInBytes(String(memory));
    if (!bytes.ok) throw new CliError(bytes.error);
    return { ...value, memory: bytes.value };
  });
}

function healthcheck(value: unknown): Healthcheck | undefined {
  const check = withDurations(value, ['interval', 'timeout', 'start_period', 'start_interval']);
  if (!check) return undefined;
  const { test } = check;
  return (typeof test === 'string' ? { ...check, test: ['CMD-SHELL', test] } : check) as Healthcheck;
}

function logging(value: unknown): Service['logging'] {
  if (!isDict(value)) return undefined;
  return { ...value, options: stringMap(value['options']) ?? {} } as Service['logging'];
}

/** env_file first, then environment; a variable without a value takes docker's own. */
function* environment(cli: Cli, dict: Dict, directory: string): Process<{ [key: string]: string | null }> {
  const out: { [key: string]: string | null } = {};
  const add = (variables: { [key: string]: string | null }) => {
    for (const [key, value] of Object.entries(variables)) {
      const own = cli.env.get(key);
      out[key] = (value === null || value === '') && own !== undefined ? own : value;
    }
  };
  for (const file of stringList(dict['env_file']) ?? []) {
    add(nullableMap(yield* readKeyValueFile(cli, resolvePath(directory, file), true)) ?? {});
  }
  add(nullableMap(dict['environment']) ?? {});
  return out;
}
