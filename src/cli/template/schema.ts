/** The Go types of the Engine API, by the names that error messages show: swarm.Service, system.Info. */
import { assert } from '../../base/assert';
import { GO_TYPES } from './types';
import { ANY, BOOL, FLOAT, type GoField, type GoType, INT, STRING } from './value';

let declarations: Map<string, string> | undefined;
const known = new Map<string, GoType>([
  ['string', STRING],
  ['bool', BOOL],
  ['int', INT],
  ['any', ANY],
  ['float64', FLOAT],
  ['float32', { kind: 'float', name: 'float32' }],
  ['struct{}', { kind: 'struct', name: 'struct {}', fields: [] }],
  ['time.Time', { kind: 'time', name: 'time.Time' }],
  ['time.Duration', { kind: 'int', name: 'time.Duration' }],
  ['os.FileMode', { kind: 'uint', name: 'os.FileMode' }],
]);

/** The description of a type: `swarm.Node`, `*swarm.ManagerStatus`, `[]string`, `map[string]string`. */
export function goType(name: string): GoType {
  let type = known.get(name);
  if (!type) {
    type = composed(name);
    known.set(name, type);
  }
  return type;
}

/** Refers to a type without looking at it yet: types may contain themselves. */
function late(name: string): GoType {
  return known.get(name) ?? { kind: 'lazy', name: shownName(name), get: () => goType(name) };
}

function composed(name: string): GoType {
  if (name.startsWith('*')) return { kind: 'pointer', name: shownName(name), of: late(name.slice(1)) };
  const list = /^\[\d*\](.*)$/.exec(name);
  if (list) return { kind: 'slice', name: shownName(name), of: late(list[1]!) };
  const map = /^map\[[\w.]+\](.*)$/.exec(name);
  if (map) return { kind: 'map', name: shownName(name), of: late(map[1]!) };
  if (/^int\d+$/.test(name)) return { kind: 'int', name };
  if (/^uint\d*$/.test(name)) return { kind: 'uint', name };
  return declared(name);
}

function declared(name: string): GoType {
  declarations ??= readDeclarations();
  const text = declarations.get(name);
  assert(text !== undefined, `unknown Go type ${name}`);
  if (text.startsWith('== ')) return goType(text.slice(3));
  if (text.startsWith('= ')) {
    const type = goType(text.slice(2));
    return { ...type, name } as GoType;
  }
  return { kind: 'struct', name, fields: text.slice(2, -2).split(' | ').filter(Boolean).map(readField) };
}

function readField(text: string): GoField {
  const match = /^(\+?)(\w+)(?:=([\w.-]+))?(\??) (.+)$/.exec(text);
  assert(match, `malformed field ${text}`);
  const [, plus, name, json, omit, type] = match as unknown as [string, string, string, string?, string?, string?];
  const embedded = plus === '+';
  return {
    name,
    json: json === '-' || (embedded && json === undefined) ? '' : (json ?? name),
    omitEmpty: omit === '?',
    embedded,
    type: late(type!),
  };
}

function readDeclarations(): Map<string, string> {
  const out = new Map<string, string>();
  for (const line of GO_TYPES.trim().replaceAll('\n  ', ' ').split('\n')) {
    const blank = line.indexOf(' ');
    out.set(line.slice(0, blank), line.slice(blank + 1).trim());
  }
  return out;
}

/** How Go writes a type: interface{} with a blank. */
function shownName(name: string): string {
  return name.replace(/\bany\b/, 'interface {}').replace('struct{}', 'struct {}');
}
