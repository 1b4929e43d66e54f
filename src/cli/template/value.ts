/**
 * Go values for the template engine. A value is JSON-shaped data beside a description of the Go type that the real
 * command would hold, so that zero values, field order, `%v` printing and error messages come out as Go's.
 */

/** The data of a value by kind: string, boolean, number, object (struct and map), array (slice), null (nil). */
export type GoData = unknown;

export interface GoField {
  readonly name: string;
  /** The member's name in JSON; '' when it is not written at all. */
  readonly json: string;
  readonly omitEmpty: boolean;
  /** The fields of an embedded struct are reached through their owner. */
  readonly embedded: boolean;
  readonly type: GoType;
}

export type GoType =
  | { readonly kind: 'string' | 'bool' | 'int' | 'uint' | 'float' | 'time'; readonly name: string }
  | { readonly kind: 'struct'; readonly name: string; readonly fields: readonly GoField[] }
  | { readonly kind: 'pointer'; readonly name: string; readonly of: GoType }
  | { readonly kind: 'slice'; readonly name: string; readonly of: GoType }
  | { readonly kind: 'map'; readonly name: string; readonly of: GoType; readonly methods?: GoMethods }
  /** interface{}: the dynamic type follows from the data. */
  | { readonly kind: 'any'; readonly name: string }
  /** An object with methods only, as the contexts of the list commands are. */
  | { readonly kind: 'methods'; readonly name: string; readonly methods: GoMethods }
  /** A type that is looked up when it is first needed. */
  | { readonly kind: 'lazy'; readonly name: string; readonly get: () => GoType };

/** A method of an object: `args` is how many string arguments it takes. */
export interface GoMethod {
  readonly args: number;
  readonly type: GoType;
  readonly call: (self: GoData, args: readonly string[]) => GoData;
}

export type GoMethods = ReadonlyMap<string, GoMethod>;

export interface GoValue {
  readonly type: GoType;
  readonly data: GoData;
}

export const STRING: GoType = { kind: 'string', name: 'string' };
export const BOOL: GoType = { kind: 'bool', name: 'bool' };
export const INT: GoType = { kind: 'int', name: 'int' };
export const FLOAT: GoType = { kind: 'float', name: 'float64' };
export const ANY: GoType = { kind: 'any', name: 'interface {}' };
export const STRING_MAP: GoType = { kind: 'map', of: STRING, name: 'map[string]string' };
export const STRING_SLICE: GoType = { kind: 'slice', of: STRING, name: '[]string' };
const ANY_MAP: GoType = { kind: 'map', of: ANY, name: 'map[string]interface {}' };
const ANY_SLICE: GoType = { kind: 'slice', of: ANY, name: '[]interface {}' };

const ZERO_TIME = '0001-01-01T00:00:00Z';

export function goValue(type: GoType, data: GoData): GoValue {
  return { type, data };
}

/** The type behind names that are looked up late. */
export function resolveType(type: GoType): Exclude<GoType, { kind: 'lazy' }> {
  while (type.kind === 'lazy') type = type.get();
  return type;
}

/** A type's zero value. */
export function zeroData(type: GoType): GoData {
  switch (resolveType(type).kind) {
    case 'string':
      return '';
    case 'bool':
      return false;
    case 'int':
    case 'uint':
    case 'float':
      return 0;
    case 'time':
      return ZERO_TIME;
    case 'struct':
      return {};
    default:
      return null;
  }
}

/**
 * A value with its type resolved, its interface opened and absent data made zero. undefined is Go's invalid value:
 * what a nil interface or a missing key gives.
 */
export function concrete(value: GoValue | undefined): (GoValue & { type: ReturnType<typeof resolveType> }) | undefined {
  if (value === undefined) return undefined;
  const type = resolveType(value.type);
  if (type.kind !== 'any') return { type, data: value.data ?? zeroData(type) };
  const { data } = value;
  if (data === null || data === undefined) return undefined;
  if (typeof data === 'string') return { type: resolveType(STRING), data };
  if (typeof data === 'boolean') return { type: resolveType(BOOL), data };
  if (typeof data === 'number') return { type: resolveType(FLOAT), data };
  return { type: resolveType(Array.isArray(data) ? ANY_SLICE : ANY_MAP), data };
}

/** Follows pointers; `nil` when one of them is. */
export function indirect(value: GoValue | undefined): { value: GoValue | undefined; nil: boolean } {
  let at = concrete(value);
  while (at && at.type.kind === 'pointer') {
    if (at.data === null) return { value: at, nil: true };
    at = concrete({ type: at.type.of, data: at.data });
  }
  return { value: at, nil: false };
}

/** A field of a struct, also of its embedded structs; undefined when there is none. */
export function structField(type: GoType, data: GoData, name: string): GoValue | undefined {
  const struct = resolveType(type);
  if (struct.kind !== 'struct') return undefined;
  const members = (data ?? {}) as { readonly [key: string]: unknown };
  for (const field of struct.fields) {
    if (field.name !== name) continue;
    return { type: field.type, data: field.embedded && field.json === '' ? members : members[field.json] };
  }
  for (const field of struct.fields) {
    if (!field.embedded || field.json !== '') continue;
    const inner = resolveType(field.type);
    const found = structField(inner.kind === 'pointer' ? inner.of : inner, members, name);
    if (found) return found;
  }
  return undefined;
}

/** The bytes of a []uint8 are base64 text in JSON, and stay so here. */
export function isBytes(type: GoType): boolean {
  return type.kind === 'slice' && type.name === '[]uint8';
}

/** The entries of a map, by key in byte order. */
export function sortedEntries(data: GoData): [string, unknown][] {
  return Object.entries((data ?? {}) as object).sort((a, b) => (a[0] < b[0] ? -1 : 1));
}
