/** JSON-shaped values and their text, as Go's encoding/json writes it. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/** Freezes a value and everything in it; values that are frozen already end the walk. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const key in value) deepFreeze(value[key]);
  }
  return value;
}

export interface JsonStyle {
  /** Spaces a level; absent is one line. */
  readonly indent?: number;
  /** Go's default: <, > and & as \\u003c, \\u003e, \\u0026. */
  readonly escapeHtml?: boolean;
  /** Keys of every object in byte order, as Go prints maps. */
  readonly sortKeys?: boolean;
}

/** The text of a value in key order; members that are undefined are left out. Follows Go encoding/json. */
export function stringify(value: Json | undefined, style: JsonStyle = {}): string {
  return writeValue(value ?? null, style, '');
}

function writeValue(value: Json, style: JsonStyle, margin: string): string {
  if (typeof value === 'string') return quote(value, style.escapeHtml === true);
  if (value === null || typeof value !== 'object') return String(value);
  const inner = margin + ' '.repeat(style.indent ?? 0);
  const line = style.indent === undefined ? '' : `\n${inner}`;
  const end = style.indent === undefined ? '' : `\n${margin}`;
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    return `[${value.map((item) => line + writeValue(item ?? null, style, inner)).join(',')}${end}]`;
  }
  const entries = Object.entries(value as { [key: string]: Json | undefined }).filter(
    (entry) => entry[1] !== undefined,
  );
  if (entries.length === 0) return '{}';
  if (style.sortKeys) entries.sort((a, b) => (a[0] < b[0] ? -1 : 1));
  const colon = style.indent === undefined ? ':' : ': ';
  const members = entries.map(
    ([key, item]) => line + quote(key, style.escapeHtml === true) + colon + writeValue(item as Json, style, inner),
  );
  return `{${members.join(',')}${end}}`;
}

/** A JSON string literal as Go writes it. */
export function quote(text: string, escapeHtml = false): string {
  const plain = JSON.stringify(text).replace(
    /[\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return escapeHtml ? plain.replace(/[<>&]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`) : plain;
}
