/** A Go value as encoding/json writes it: fields in the type's order, omitempty, maps sorted. */
import type { Json } from '../../base/json';
import { concrete, type GoType, type GoValue, resolveType, sortedEntries } from './value';

/** The JSON that Go's json.Marshal makes of a value. */
export function marshal(value: GoValue | undefined): Json {
  const at = concrete(value);
  if (!at) return null;
  const { type, data } = at;
  switch (type.kind) {
    case 'struct': {
      const members: { [key: string]: Json } = {};
      writeFields(type, data as { readonly [key: string]: unknown }, members);
      return members;
    }
    case 'pointer':
      return data === null ? null : marshal({ type: type.of, data });
    case 'slice':
      if (data === null || typeof data === 'string') return data;
      return (data as readonly unknown[]).map((item) => marshal({ type: type.of, data: item }));
    case 'map':
      if (data === null) return null;
      return fromEntries(sortedEntries(data).map(([key, item]) => [key, marshal({ type: type.of, data: item })]));
    case 'methods':
      return fromEntries(
        [...type.methods]
          .filter(([, method]) => method.args === 0)
          .sort((a, b) => (a[0] < b[0] ? -1 : 1))
          .map(([name, method]) => [name, marshal({ type: method.type, data: method.call(data, []) })]),
      );
    default:
      return data as Json;
  }
}

function fromEntries(entries: readonly (readonly [string, Json])[]): { [key: string]: Json } {
  return Object.fromEntries(entries);
}

function writeFields(
  struct: Extract<GoType, { kind: 'struct' }>,
  data: { readonly [key: string]: unknown },
  members: { [key: string]: Json },
): void {
  for (const field of struct.fields) {
    const type = resolveType(field.type);
    if (field.embedded && field.json === '') {
      const inner = resolveType(type.kind === 'pointer' ? type.of : type);
      if (inner.kind === 'struct') writeFields(inner, data, members);
      continue;
    }
    if (field.json === '' || members[field.json] !== undefined) continue;
    const item = data[field.json];
    if (field.omitEmpty && isEmpty(type, item)) continue;
    members[field.json] = marshal({ type, data: item });
  }
}

/** What omitempty leaves out. Structs and times are never empty. */
function isEmpty(type: GoType, data: unknown): boolean {
  if (type.kind === 'struct' || type.kind === 'time') return false;
  if (data === undefined || data === null) return true;
  if (type.kind === 'pointer' || type.kind === 'any') return false;
  if (data === '' || data === 0 || data === false) return true;
  if (type.kind === 'slice') return (data as { length: number }).length === 0;
  return type.kind === 'map' && Object.keys(data as object).length === 0;
}
