/** Several Compose files laid over each other. Follows docker/cli cli/compose/loader/merge.go. */
import { compareBytes } from '../../../base/natural';
import type { ComposeConfig, Service } from './types';
import { type Dict, isDict } from './yaml';

/** The first configuration with what the second says instead. */
export function merge(base: ComposeConfig, override: ComposeConfig): ComposeConfig {
  return {
    version: base.version,
    services: mergeServices(base.services, override.services),
    networks: new Map([...base.networks, ...override.networks]),
    volumes: new Map([...base.volumes, ...override.volumes]),
    secrets: new Map([...base.secrets, ...override.secrets]),
    configs: new Map([...base.configs, ...override.configs]),
    extras: base.extras,
  };
}

function mergeServices(base: readonly Service[], override: readonly Service[]): Service[] {
  const services = new Map(base.map((service) => [service.name, service]));
  for (const service of override) {
    const before = services.get(service.name);
    services.set(service.name, before ? mergeService(before, service) : service);
  }
  return [...services.values()].sort((a, b) => compareBytes(a.name, b.name));
}

/** Lists whose items are known by one member: a later item of the same kind takes the place of the earlier. */
const KEYED: ReadonlyMap<string, string> = new Map([
  ['ports', 'published'],
  ['secrets', 'source'],
  ['configs', 'source'],
  ['volumes', 'target'],
]);

/** Lists that are one value. */
const WHOLE = new Set(['command', 'entrypoint']);

function mergeService(base: Service, override: Service): Service {
  return mergeDicts(base as unknown as Dict, override as unknown as Dict) as unknown as Service;
}

/** Mappings of the user's own keys: what the second says wins even when it is empty, unless it says nothing. */
const OWN_KEYS = new Set(['labels', 'options', 'sysctls', 'driver_opts']);

/** Numbers that may be 0. */
const COUNTS = new Set(['replicas', 'parallelism', 'max_attempts', 'retries']);

function mergeDicts(base: Dict, override: Dict, ownKeys = false): Dict {
  const out: { [key: string]: unknown } = { ...base };
  for (const [key, value] of Object.entries(override)) {
    if (value === undefined || (!ownKeys && base[key] !== undefined && isZero(value) && !COUNTS.has(key))) continue;
    out[key] = mergeValue(key, base[key], value);
  }
  return out;
}

/** What counts as not said. */
function isZero(value: unknown): boolean {
  return value === null || value === '' || value === 0 || value === false || value === '0s';
}

function mergeValue(key: string, base: unknown, override: unknown): unknown {
  if (Array.isArray(base) && Array.isArray(override)) {
    if (WHOLE.has(key)) return override.length > 0 ? override : base;
    const member = KEYED.get(key);
    return member === undefined ? [...base, ...override] : mergeKeyed(member, base, override);
  }
  if (!isDict(base) || !isDict(override)) return override;
  if (key === 'logging') return mergeLogging(base, override);
  if (key === 'networks') return mergeEach(base, override, mergeAttachment);
  if (key === 'ulimits') return mergeEach(base, override, (_, after) => after);
  return mergeDicts(base, override, OWN_KEYS.has(key));
}

function mergeEach(base: Dict, override: Dict, mergeOne: (before: Dict, after: Dict) => unknown): Dict {
  const out: { [key: string]: unknown } = { ...base };
  for (const [key, value] of Object.entries(override)) {
    const before = base[key];
    out[key] = isDict(before) && isDict(value) ? mergeOne(before, value) : (value ?? before ?? null);
  }
  return out;
}

/** Aliases are replaced, addresses only by others; options stay. */
function mergeAttachment(before: Dict, after: Dict): Dict {
  const out: { [key: string]: unknown } = { ...before, aliases: after['aliases'] };
  for (const key of ['ipv4_address', 'ipv6_address']) out[key] = after[key] ?? before[key];
  return out;
}

/** Another driver brings its own options; options are added only to options. */
function mergeLogging(base: Dict, override: Dict): Dict {
  if (base['driver'] && override['driver'] && base['driver'] !== override['driver']) return override;
  const { options } = base as { options?: Dict };
  const some = options !== undefined && Object.keys(options).length > 0;
  return {
    ...base,
    driver: base['driver'] || override['driver'],
    options: some ? { ...options, ...(override['options'] as Dict) } : options,
  };
}

function mergeKeyed(member: string, base: readonly Dict[], override: readonly Dict[]): Dict[] {
  const byKey = new Map<unknown, Dict>();
  for (const item of [...base, ...override]) byKey.set(item[member], item);
  return [...byKey.values()].sort((a, b) => compareMembers(a[member], b[member]));
}

function compareMembers(a: unknown, b: unknown): number {
  if (typeof a === 'string' && typeof b === 'string') return compareBytes(a, b);
  return Number(a ?? 0) - Number(b ?? 0);
}
