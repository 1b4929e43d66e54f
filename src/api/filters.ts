/** The `filters` of list requests: keys with the values that are accepted for them. */
import { type Json, stringify } from '../base/json';

/** Key → values, in the order given. */
export type Filters = ReadonlyMap<string, readonly string[]>;

export const NO_FILTERS: Filters = new Map();

/** Filters from pairs; a key may come several times, an equal pair counts once. */
export function filtersOf(...pairs: readonly (readonly [key: string, value: string])[]): Filters {
  const out = new Map<string, string[]>();
  for (const [key, value] of pairs) {
    const values = out.get(key);
    if (!values) out.set(key, [value]);
    else if (!values.includes(value)) values.push(value);
  }
  return out;
}

/** `{"key":{"value":true}}` with sorted keys, as the client sends it. Follows moby/moby api/types/filters, ToJSON. */
export function encodeFilters(filters: Filters): string {
  const members: [string, Json][] = [];
  for (const [key, values] of filters) {
    members.push([key, Object.fromEntries(values.map((value) => [value, true]))]);
  }
  return stringify(Object.fromEntries(members), { sortKeys: true, escapeHtml: true });
}

/**
 * The filters of a request, undefined when the text is malformed. The old form `{"key":["value"]}` is read too.
 * Values keep the order of the text. Follows moby/moby api/types/filters, FromJSON.
 */
export function decodeFilters(text: string | undefined): Filters | undefined {
  if (text === undefined || text === '') return NO_FILTERS;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (value === null) return NO_FILTERS;
  if (typeof value !== 'object' || Array.isArray(value)) return undefined;
  const out = new Map<string, readonly string[]>();
  for (const [key, inner] of Object.entries(value)) {
    const values = filterValues(inner);
    if (!values) return undefined;
    out.set(key, values);
  }
  return out;
}

function filterValues(value: unknown): readonly string[] | undefined {
  if (value === null) return [];
  if (Array.isArray(value)) return value.every((item) => typeof item === 'string') ? value : undefined;
  if (typeof value !== 'object') return undefined;
  return Object.values(value).every((item) => typeof item === 'boolean') ? Object.keys(value) : undefined;
}
