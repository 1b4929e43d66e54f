/** One service of a checked Compose file with its short forms written out. Follows docker/cli cli/compose/loader. */
import { formatDuration, parseDuration } from '../../../base/duration';
import { goFloat } from '../../../base/go-float';
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

/** What a decoder could not read: it tells of all of it together. */
class Problems {
  private readonly found: string[] = [];

  add(text: string): void {
    this.found.push(text);
  }

  /** Names the member whose text cannot be read, as docker's decoder does. */
  reading<T>(path: string, read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      this.add(`error decoding '${path}': ${error.message}`);
      return undefined;
    }
  }

  /** A whole number from 0 on. */
  count(path: string, value: unknown): number | undefined {
    if (typeof value !== 'number') return undefined;
    if (value < 0) this.add(`cannot parse '${path}', ${value} overflows uint`);
    return Math.trunc(value);
  }

  throwAny(): void {
    if (this.found.length === 0) return;
    throw new CliError(`decoding failed due to the following error(s):\n\n${this.found.join('\n')}`);
  }
}

/** `directory` is the one that relative paths begin in. */
export function* loadService(cli: Cli, name: string, dict: Dict, directory: string): Process<Service> {
  const service: { [key: string]: unknown } = { ...dict };
  const problems = new Problems();
  service['build'] = build(dict['build']);
  service['command'] = problems.reading('Command', () => words(dict['command']));
  service['configs'] = references(dict['configs'], 'Configs', problems);
  service['deploy'] = deploy(dict['deploy'], problems);
  for (const key of ['dns', 'dns_search', 'tmpfs', 'env_file'] as const) service[key] = stringList(dict[key]);
  service['entrypoint'] = problems.reading('Entrypoint', () => words(dict['entrypoint']));
  service['expose'] = Array.isArray(dict['expose']) ? dict['expose'].map(String) : undefined;
  for (const key of ['labels', 'sysctls'] as const) service[key] = stringMap(dict[key]);
  service['extra_hosts'] = hosts(dict['extra_hosts']);
  service['healthcheck'] = healthcheck(dict['healthcheck'], problems);
  service['networks'] = networks(dict['networks']);
  service['ports'] = ports(dict['ports'], problems);
  service['secrets'] = references(dict['secrets'], 'Secrets', problems);
  const { shm_size: size } = dict;
  if (typeof size === 'number') {
    const type = Number.isInteger(size) ? 'int' : 'float64';
    problems.add(`'shm_size' expected type 'string', got unconvertible type '${type}', value: '${size}'`);
  }
  service['volumes'] = volumes(dict['volumes'], problems);
  service['stop_grace_period'] = duration(dict['stop_grace_period']);
  service['logging'] = logging(dict['logging']);
  problems.throwAny();
  service['environment'] = yield* environment(cli, dict, directory);
  service['volumes'] = (service['volumes'] as Service['volumes'])?.map((volume) => withPath(volume, cli, directory));
  return { ...service, name } as unknown as Service;
}

function build(value: unknown): Dict | undefined {
  if (typeof value === 'string') return { context: value };
  if (!isDict(value)) return undefined;
  return {
    ...value,
    args: nullableMap(value['args']),
    labels: stringMap(value['labels']),
    extra_hosts: hosts(value['extra_hosts']),
  };
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
    if (item === null || item === undefined) out[key] = null;
    else out[key] = typeof item === 'number' && !Number.isInteger(item) ? goFloat(item) : String(item);
  }
  return out;
}

function references(value: unknown, member: string, problems: Problems): readonly FileReference[] | undefined {
  const list = value as readonly (string | FileReference)[] | undefined;
  return list?.map((item, at) => {
    if (typeof item === 'string') return { source: item };
    if (item.mode === undefined) return item;
    return { ...item, mode: (problems.count(`${member}[${at}].Mode`, item.mode) ?? 0) >>> 0 };
  });
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

function ports(value: unknown, problems: Problems): readonly ServicePort[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return problems.reading('Ports', () => {
    const list = value as readonly (string | number | ServicePort)[];
    const all = list.flatMap((entry) => (typeof entry === 'object' ? [entry] : shortPort(entry)));
    return all.map((port, at) => {
      const out: { -readonly [key in keyof ServicePort]: ServicePort[key] } = { ...port };
      for (const key of ['target', 'published'] as const) {
        const path = `Ports[${at}].${key === 'target' ? 'Target' : 'Published'}`;
        if (port[key] !== undefined) out[key] = (problems.count(path, port[key]) ?? 0) >>> 0;
      }
      return out;
    });
  });
}

function shortPort(entry: string | number): ServicePort[] {
  if (typeof entry === 'number' && !Number.isInteger(entry)) throw new CliError('invalid type float64 for port');
  const specs = parsePortSpec(String(entry));
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

function volumes(value: unknown, problems: Problems): readonly ServiceVolume[] | undefined {
  const list = value as readonly (string | ServiceVolume)[] | undefined;
  return list?.map((entry, at) =>
    typeof entry === 'string' ? (problems.reading(`Volumes[${at}]`, () => parseVolume(entry)) ?? {}) : entry,
  );
}

/** A path of this machine made absolute; one of Windows is taken as it is. */
function withPath(volume: ServiceVolume, cli: Cli, directory: string): ServiceVolume {
  if (volume.type !== 'bind') return volume;
  const { source = '' } = volume;
  if (source === '') throw new CliError('invalid mount config for type "bind": field Source must not be empty');
  const home = source.startsWith('~') ? cli.env.get('HOME') : undefined;
  const path = home === undefined ? source : home + source.slice(1);
  return { ...volume, source: /^(\/|[a-zA-Z]:[\\/])/.test(path) ? path : resolvePath(directory, path) };
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

/** Such a mapping with one member that counts. */
function withCount(value: unknown, member: string, path: string, problems: Problems): Dict | undefined {
  if (!isDict(value) || value[member] === undefined) return value as Dict | undefined;
  return { ...value, [member]: problems.count(path, value[member]) };
}

function deploy(value: unknown, problems: Problems): Deploy | undefined {
  if (!isDict(value)) return undefined;
  const resources = isDict(value['resources']) ? value['resources'] : {};
  const policy = (name: string) =>
    withCount(withDurations(value[name], ['delay', 'monitor']), 'parallelism', `Deploy.${name}.Parallelism`, problems);
  const max = 'max_replicas_per_node';
  return {
    ...withCount(value, 'replicas', 'Deploy.Replicas', problems),
    labels: stringMap(value['labels']),
    update_config: policy('update_config'),
    rollback_config: policy('rollback_config'),
    resources: {
      limits: amounts(resources['limits'], 'Limits', problems),
      reservations: amounts(resources['reservations'], 'Reservations', problems),
    },
    restart_policy: withCount(
      withDurations(value['restart_policy'], ['delay', 'window']),
      'max_attempts',
      'Deploy.restart_policy.max_attempts',
      problems,
    ),
    placement: withCount(value['placement'], max, `Deploy.Placement.${max}`, problems),
  } as Deploy;
}

function amounts(value: unknown, member: string, problems: Problems): Dict | undefined {
  if (!isDict(value)) return undefined;
  const out: { [key: string]: unknown } = { ...value };
  if (value['memory'] !== undefined) {
    out['memory'] = problems.reading(`Deploy.Resources.${member}.memory`, () => {
      const bytes = ramInBytes(String(value['memory']));
      if (!bytes.ok) throw new CliError(bytes.error);
      return bytes.value;
    });
  }
  const { generic_resources: generic } = value;
  if (Array.isArray(generic)) {
    out['generic_resources'] = generic.map(({ discrete_resource_spec: one }: Dict) =>
      isDict(one)
        ? { discrete_resource_spec: { kind: one['kind'] ?? '', value: Math.trunc(Number(one['value'] ?? 0)) } }
        : {},
    );
  }
  return out;
}

function healthcheck(value: unknown, problems: Problems): Healthcheck | undefined {
  const check = withDurations(value, ['interval', 'timeout', 'start_period', 'start_interval']);
  const counted = withCount(check, 'retries', 'HealthCheck.Retries', problems);
  if (!counted) return undefined;
  const { test } = counted;
  return (typeof test === 'string' ? { ...counted, test: ['CMD-SHELL', test] } : counted) as Healthcheck;
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
