/** Which networks a request asks for. Follows moby/moby daemon/network/filter.go and api/types/filters. */
import type { Filters, NetworkInspect } from '../../api/index';
import { refuse } from '../refusal';

export const NETWORK_FILTERS = ['dangling', 'driver', 'id', 'label', 'name', 'scope', 'type'];

const PREDEFINED = ['bridge', 'host', 'none', 'default'];

export function isPredefined(name: string): boolean {
  return PREDEFINED.includes(name);
}

export function filterNetworks(networks: readonly NetworkInspect[], filters: Filters): readonly NetworkInspect[] {
  if (filters.size === 0) return networks;
  const found = networks.filter(
    (network) =>
      exact(filters, 'driver', network.Driver) &&
      matches(filters, 'name', network.Name) &&
      matches(filters, 'id', network.Id) &&
      labels(filters, network.Labels ?? {}) &&
      exact(filters, 'scope', network.Scope),
  );
  return byType(byUse(found, filters.get('dangling') ?? []), filters.get('type') ?? []);
}

function exact(filters: Filters, key: string, value: string): boolean {
  const wanted = filters.get(key);
  return !wanted || wanted.length === 0 || wanted.includes(value);
}

/** Equal, or found by the value as a pattern. Patterns with groups are taken as plain text: they may not end. */
function matches(filters: Filters, key: string, value: string): boolean {
  const wanted = filters.get(key);
  if (!wanted || wanted.length === 0 || wanted.includes(value)) return true;
  return wanted.some((pattern) => {
    if (/[(\\]/.test(pattern)) return value.includes(pattern);
    try {
      return new RegExp(pattern).test(value);
    } catch {
      return false;
    }
  });
}

function labels(filters: Filters, actual: { readonly [key: string]: string }): boolean {
  return (filters.get('label') ?? []).every((pair) => {
    const at = pair.indexOf('=');
    const key = at < 0 ? pair : pair.slice(0, at);
    if (!Object.hasOwn(actual, key)) return false;
    return at < 0 || actual[key] === pair.slice(at + 1);
  });
}

function byUse(networks: readonly NetworkInspect[], values: readonly string[]): readonly NetworkInspect[] {
  if (values.length === 0) return networks;
  if (values.length > 1) refuse(400, 'got more than one value for filter key "dangling"');
  const value = values[0]!;
  if (!['0', 'false', '1', 'true'].includes(value)) {
    refuse(400, `invalid value for filter 'dangling', must be "true" (or "1"), or "false" (or "0")`);
  }
  const dangling = value === '1' || value === 'true';
  const used = ({ Name, Containers, Services }: NetworkInspect): boolean =>
    isPredefined(Name) || Object.keys(Containers ?? {}).length > 0 || Object.keys(Services ?? {}).length > 0;
  return networks.filter((network) => used(network) !== dangling);
}

function byType(networks: readonly NetworkInspect[], values: readonly string[]): readonly NetworkInspect[] {
  if (values.length === 0) return networks;
  return values.flatMap((value) => {
    if (value !== 'builtin' && value !== 'custom') refuse(500, `invalid filter: 'type'='${value}'`);
    return networks.filter(({ Name }) => isPredefined(Name) === (value === 'builtin'));
  });
}
