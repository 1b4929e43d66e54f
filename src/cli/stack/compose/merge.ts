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

function mergeDicts(base: Dict, override: Dict): Dict {
  const out: { [key: string]: unknown } = { ...base };
  for (const [key, value] of Object.entries(override)) {
    if (value === undefined) continue;
    out[key] = mergeValue(key, base[key], value);
  }
  return out;
}

function mergeValue(key: string, base: unknown, override: unknown): unknown {
  if (key === 'logging' && isDict(base) && isDict(override) && otherDriver(base, override)) return override;
  if (Array.isArray(base) && Array.isArray(override)) {
    if (WHOLE.has(key)) return override.length > 0 ? override : base;
    const member = KEYED.get(key);
    return member === undefined ? [...base, ...override] : mergeKeyed(member, base, override);
  }
  return isDict(base) && isDict(override) ? mergeDicts(base, override) : override;
}

function otherDriver(base: Dict, override: Dict): boolean {
  return Boolean(base['driver'] && override['driver'] && base['driver'] !== override['driver']);
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
