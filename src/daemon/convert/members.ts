/** Objects as Go's encoding/json leaves them: `omitempty` members that are empty do not exist. */

/** undefined for what Go's omitempty leaves out: '', 0, false, null, an empty list or map. */
export function given<T>(value: T | null | undefined): T | undefined {
  if (value === undefined || value === null || value === '' || value === 0 || value === false) return undefined;
  if (Array.isArray(value)) return value.length === 0 ? undefined : value;
  if (typeof value === 'object' && isEmpty(value)) return undefined;
  return value as T;
}

function isEmpty(object: object): boolean {
  for (const _ in object) return false;
  return true;
}

/** The object without its undefined members, frozen, in the order written. */
export function members<T extends object>(object: T): T {
  const out: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(object)) if (value !== undefined) out[key] = value;
  return Object.freeze(out) as T;
}

/** A frozen copy with its keys in byte order, as Go writes maps. */
export function sortedMap(map: { readonly [key: string]: string } | undefined): { readonly [key: string]: string } {
  const entries = Object.entries(map ?? {}).sort((a, b) => (a[0] < b[0] ? -1 : 1));
  return Object.freeze(Object.fromEntries(entries));
}
