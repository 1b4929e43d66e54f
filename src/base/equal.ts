/** Deep equality of JSON-shaped values that come from Go structures, where a zero value and an absent one are the same. */

/**
 * Whether two values say the same. Absent, null, '', 0 and what is empty are equal to one another; `false` is not equal
 * to absent, for it comes from a pointer. Key order does not matter; list order does.
 */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || a === null || typeof b !== 'object' || b === null) return isZero(a) && isZero(b);
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b)) return isZero(a) && isZero(b);
    return a.length === b.length && a.every((item, at) => sameValue(item, b[at]));
  }
  const left = a as { [key: string]: unknown };
  const right = b as { [key: string]: unknown };
  for (const key of Object.keys(left)) if (!sameValue(left[key], right[key])) return false;
  for (const key of Object.keys(right)) if (!(key in left) && !isZero(right[key])) return false;
  return true;
}

function isZero(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === 0) return true;
  if (typeof value !== 'object') return false;
  return Array.isArray(value) ? value.length === 0 : Object.keys(value).length === 0;
}
