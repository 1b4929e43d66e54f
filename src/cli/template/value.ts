/**
 * Go values for the template engine. A value is JSON-shaped data beside a description of the Go type that the real
 * command would hold, so that zero values, field order, `%v` printing and error messages come out as Go's.
 */

/** The data of a value by kind: string, boolean, number, object (struct and map), array (slice), null (nil). */
export type GoData = unknown;

export interface GoField {
  readonly name: string;
  readonly json: string;
  readonly omitEmpty: boolean;
  /** The fields of an embedded struct are reached through their owner. */
  readonly embedded: boolean;
  readonly type: GoType;
}

export type GoType =
  | { readonly kind: 'string' | 'bool' | 'int' | 'uint' | 'float'; readonly name: string }
  | { readonly kind: 'struct'; readonly name: string; readonly fields: readonly GoField[] }
  | { readonly kind: 'pointer'; readonly to: GoType }
  | { readonly kind: 'slice'; readonly of: GoType; readonly name: string }
  | { readonly kind: 'map'; readonly of: GoType; readonly name: string }
  /** interface{}: the dynamic type follows from the data. */
  | { readonly kind: 'any' }
  | { readonly kind: 'time' }
  /** An object with methods only, as the contexts of the list commands are. */
  | { readonly kind: 'methods'; readonly name: string; readonly methods: ReadonlyMap<string, GoMethod> }
  /** A type that is looked up when it is first needed. */
  | { readonly kind: 'lazy'; readonly name: string; readonly get: () => GoType };

/** A method of an object: `args` is how many string arguments it takes. */
export interface GoMethod {
  readonly args: number;
  readonly type: GoType;
  readonly call: (self: GoData, args: readonly string[]) => GoData;
}

export interface GoValue {
  readonly type: GoType;
  readonly data: GoData;
}

export const STRING: GoType = { kind: 'string', name: 'string' };
export const BOOL: GoType = { kind: 'bool', name: 'bool' };
export const INT: GoType = { kind: 'int', name: 'int' };
export const FLOAT: GoType = { kind: 'float', name: 'float64' };
export const ANY: GoType = { kind: 'any' };
export const STRING_MAP: GoType = { kind: 'map', of: STRING, name: 'map[string]string' };
export const STRING_SLICE: GoType = { kind: 'slice', of: STRING, name: '[]string' };

export function goValue(type: GoType, data: GoData): GoValue {
  return { type, data };
}
