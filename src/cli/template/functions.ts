/** The functions of templates: Go's own and docker's. Follows text/template/funcs.go, docker/cli templates. */

import { fromUtf8, utf8 } from '../../base/bytes';
import { stringify } from '../../base/json';
import { compareBytes } from '../../base/natural';
import { plain, sprintf } from './fmt';
import { marshal } from './marshal';
import { isTrue } from './truth';
import { BOOL, concrete, type GoValue, goValue, INT, indirect, STRING, STRING_SLICE, zeroData } from './value';

/** What a parameter takes: `any` is every value, also the invalid one. */
export type Parameter = 'string' | 'int' | '[]string' | 'any';
type Value = GoValue | undefined;
type Outcome = { readonly value: Value } | { readonly error: string };

interface GoFunction {
  readonly parameters: readonly Parameter[];
  /** Further arguments, any number of them. */
  readonly rest?: Parameter;
  readonly call: (args: readonly Value[]) => Outcome;
}

export type Functions = ReadonlyMap<string, GoFunction>;

function text(value: Value): string {
  return concrete(value)!.data as string;
}

function string(value: string): Outcome {
  return { value: goValue(STRING, value) };
}

function boolean(value: boolean): Outcome {
  return { value: goValue(BOOL, value) };
}

/** strings.Title: the first letter of each word. */
function title(words: string): string {
  return words.replace(
    /(^|[^\p{L}\p{N}_'])(\p{L})/gu,
    (_, before: string, letter: string) => before + letter.toUpperCase(),
  );
}

function pad(source: string, before: number, after: number): string {
  return source === '' ? '' : ' '.repeat(Math.max(0, before)) + source + ' '.repeat(Math.max(0, after));
}

/** Counts bytes, as upstream does. */
function truncate(source: string, length: number): string {
  const bytes = utf8(source);
  return bytes.length < length ? source : fromUtf8(bytes.slice(0, length));
}

function json(value: Value): string {
  const at = concrete(value);
  // Rows of lists marshal themselves, and that escapes <, > and &.
  const escapeHtml = at?.type.kind === 'methods';
  return stringify(marshal(value), { escapeHtml });
}

const DOCKER: readonly (readonly [string, GoFunction])[] = [
  ['json', { parameters: ['any'], call: ([value]) => string(json(value)) }],
  [
    'split',
    {
      parameters: ['string', 'string'],
      call: ([s, by]) => ({ value: goValue(STRING_SLICE, text(s).split(text(by))) }),
    },
  ],
  [
    'join',
    {
      parameters: ['[]string', 'string'],
      call: ([list, by]) => string(((concrete(list)?.data ?? []) as readonly string[]).join(text(by))),
    },
  ],
  ['title', { parameters: ['string'], call: ([s]) => string(title(text(s))) }],
  ['lower', { parameters: ['string'], call: ([s]) => string(text(s).toLowerCase()) }],
  ['upper', { parameters: ['string'], call: ([s]) => string(text(s).toUpperCase()) }],
  [
    'pad',
    {
      parameters: ['string', 'int', 'int'],
      call: ([s, before, after]) => string(pad(text(s), number(before), number(after))),
    },
  ],
  ['truncate', { parameters: ['string', 'int'], call: ([s, n]) => truncation(text(s), number(n)) }],
];

function truncation(source: string, length: number): Outcome {
  if (length < 0) return { error: `runtime error: slice bounds out of range [:${length}]` };
  return string(truncate(source, length));
}

function number(value: Value): number {
  return concrete(value)!.data as number;
}

const BUILT_IN: readonly (readonly [string, GoFunction])[] = [
  ['and', { parameters: ['any'], rest: 'any', call: ([value]) => ({ value }) }],
  ['or', { parameters: ['any'], rest: 'any', call: ([value]) => ({ value }) }],
  ['not', { parameters: ['any'], call: ([value]) => boolean(!isTrue(value)) }],
  ['len', { parameters: ['any'], call: ([value]) => length(value) }],
  ['index', { parameters: ['any'], rest: 'any', call: ([item, ...keys]) => index(item, keys) }],
  ['slice', { parameters: ['any'], rest: 'any', call: ([item, ...bounds]) => slice(item, bounds) }],
  ['print', { parameters: [], rest: 'any', call: (args) => string(sprint(args)) }],
  ['println', { parameters: [], rest: 'any', call: (args) => string(`${args.map((arg) => plain(arg)).join(' ')}\n`) }],
  ['printf', { parameters: ['string'], rest: 'any', call: ([format, ...args]) => string(sprintf(text(format), args)) }],
  ['html', { parameters: [], rest: 'any', call: (args) => string(html(sprint(args))) }],
  ['js', { parameters: [], rest: 'any', call: (args) => string(js(sprint(args))) }],
  ['urlquery', { parameters: [], rest: 'any', call: (args) => string(urlQuery(sprint(args))) }],
  ['call', { parameters: ['any'], rest: 'any', call: ([fn]) => ({ value: fn }) }],
  ['eq', { parameters: ['any'], rest: 'any', call: ([first, ...rest]) => equalAny(first, rest) }],
  ['ne', { parameters: ['any', 'any'], call: ([a, b]) => negate(equal(a, b)) }],
  ['lt', { parameters: ['any', 'any'], call: ([a, b]) => less(a, b) }],
  ['le', { parameters: ['any', 'any'], call: ([a, b]) => either(less(a, b), equal(a, b)) }],
  ['gt', { parameters: ['any', 'any'], call: ([a, b]) => negate(either(less(a, b), equal(a, b))) }],
  ['ge', { parameters: ['any', 'any'], call: ([a, b]) => negate(less(a, b)) }],
];

export const FUNCTIONS: Functions = new Map([...BUILT_IN, ...DOCKER]);

const same: GoFunction['call'] = ([value]) => string(text(value));

/** For the header of a table: the column's name stays whole. */
export const HEADER_FUNCTIONS: Functions = new Map([
  ...FUNCTIONS,
  ['json', { parameters: ['string'], call: same }],
  ['split', { parameters: ['string', 'string'], call: same }],
  ['join', { parameters: ['string', 'string'], call: same }],
  ['title', { parameters: ['string'], call: same }],
  ['lower', { parameters: ['string'], call: same }],
  ['upper', { parameters: ['string'], call: same }],
  ['truncate', { parameters: ['string', 'int'], call: same }],
] as readonly (readonly [string, GoFunction])[]);

/** fmt.Sprint: a blank between operands when neither is a string. */
function sprint(args: readonly Value[]): string {
  let out = '';
  args.forEach((arg, at) => {
    const isString = (value: Value) => concrete(value)?.type.kind === 'string';
    if (at > 0 && !isString(arg) && !isString(args[at - 1])) out += ' ';
    out += plain(arg);
  });
  return out;
}

function length(value: Value): Outcome {
  const { value: at, nil } = indirect(value);
  const target = concrete(at);
  if (!target) return { error: 'len of untyped nil' };
  if (nil) return { error: 'len of nil pointer' };
  switch (target.type.kind) {
    case 'string':
      return { value: goValue(INT, utf8(target.data as string).length) };
    case 'slice':
      return { value: goValue(INT, ((target.data ?? []) as readonly unknown[]).length) };
    case 'map':
      return { value: goValue(INT, Object.keys((target.data ?? {}) as object).length) };
    default:
      return { error: `len of type ${target.type.name}` };
  }
}

function index(item: Value, keys: readonly Value[]): Outcome {
  let at: Value = item;
  if (!concrete(at)) return { error: 'index of untyped nil' };
  for (const key of keys) {
    const { value, nil } = indirect(at);
    if (nil) return { error: 'index of nil pointer' };
    const step = indexOnce(value, concrete(key));
    if ('error' in step) return step;
    at = step.value;
  }
  return { value: at };
}

function indexOnce(item: Value, key: ReturnType<typeof concrete>): Outcome {
  const target = concrete(item);
  if (!target) return { error: 'index of untyped nil' };
  const { type } = target;
  if (type.kind === 'slice' || type.kind === 'string') {
    if (!key) return { error: 'cannot index slice/array with nil' };
    if (key.type.kind !== 'int' && key.type.kind !== 'uint') {
      return { error: `cannot index slice/array with type ${key.type.name}` };
    }
    const at = key.data as number;
    const list = type.kind === 'string' ? utf8(target.data as string) : ((target.data ?? []) as readonly unknown[]);
    if (at < 0 || at >= list.length) return { error: `index out of range: ${at}` };
    if (type.kind === 'slice') return { value: goValue(type.of, list[at]) };
    return { value: goValue({ kind: 'uint', name: 'uint8' }, (list as string).charCodeAt(at)) };
  }
  if (type.kind === 'map') {
    if (!key) return { error: 'value is nil; should be of type string' };
    if (key.type.kind !== 'string') return { error: `value has type ${key.type.name}; should be string` };
    const members = (target.data ?? {}) as { readonly [key: string]: unknown };
    const name = key.data as string;
    return { value: goValue(type.of, Object.hasOwn(members, name) ? members[name] : zeroData(type.of)) };
  }
  return { error: `can't index item of type ${type.name}` };
}

function slice(item: Value, bounds: readonly Value[]): Outcome {
  const { value } = indirect(item);
  const target = concrete(value);
  if (!target) return { error: 'slice of untyped nil' };
  if (target.type.kind !== 'string' && target.type.kind !== 'slice') {
    return { error: `can't slice item of type ${target.type.name}` };
  }
  if (bounds.length > 3) return { error: `too many slice indexes: ${bounds.length}` };
  if (bounds.length === 3 && target.type.kind === 'string') return { error: 'cannot 3-index slice a string' };
  const list = target.type.kind === 'string' ? utf8(target.data as string) : ((target.data ?? []) as unknown[]);
  const numbers: number[] = [];
  for (const bound of bounds) {
    const at = concrete(bound);
    if (at?.type.kind !== 'int')
      return { error: `cannot index slice/array with ${at ? `type ${at.type.name}` : 'nil'}` };
    if ((at.data as number) < 0 || (at.data as number) > list.length)
      return { error: `index out of range: ${at.data}` };
    numbers.push(at.data as number);
  }
  const [from = 0, to = list.length] = numbers;
  if (from > to) return { error: `invalid slice index: ${from} > ${to}` };
  const cut = list.slice(from, to);
  return { value: goValue(target.type, typeof cut === 'string' ? fromUtf8(cut) : cut) };
}

type Basic = 'bool' | 'int' | 'float' | 'string';

function basic(value: Value): Basic | undefined {
  const kind = concrete(value)?.type.kind;
  if (kind === 'uint') return 'int';
  return kind === 'bool' || kind === 'int' || kind === 'float' || kind === 'string' ? kind : undefined;
}

function equal(a: Value, b: Value): Outcome {
  const left = concrete(a);
  const right = concrete(b);
  const kinds = [basic(a), basic(b)];
  if (!left || !right) return boolean(left === right);
  if (kinds[0] !== kinds[1]) return { error: 'incompatible types for comparison' };
  if (kinds[0] !== undefined) return boolean(left.data === right.data);
  for (const one of [left, right]) {
    if (one.type.kind === 'slice' || one.type.kind === 'map') {
      return { error: `non-comparable type ${plain(one)}: ${one.type.name}` };
    }
  }
  return boolean(left.type.name === right.type.name && stringify(marshal(left)) === stringify(marshal(right)));
}

function equalAny(first: Value, rest: readonly Value[]): Outcome {
  if (rest.length === 0) return { error: 'missing argument for comparison' };
  for (const one of rest) {
    const outcome = equal(first, one);
    if ('error' in outcome || isTrue(outcome.value)) return outcome;
  }
  return boolean(false);
}

function less(a: Value, b: Value): Outcome {
  const kinds = [basic(a), basic(b)];
  if (kinds[0] === undefined || kinds[1] === undefined) return { error: 'invalid type for comparison' };
  if (kinds[0] !== kinds[1]) return { error: 'incompatible types for comparison' };
  if (kinds[0] === 'bool') return { error: 'invalid type for comparison' };
  const [left, right] = [concrete(a)!.data, concrete(b)!.data];
  if (kinds[0] === 'string') return boolean(compareBytes(left as string, right as string) < 0);
  return boolean((left as number) < (right as number));
}

function negate(outcome: Outcome): Outcome {
  return 'error' in outcome ? outcome : boolean(!isTrue(outcome.value));
}

function either(first: Outcome, second: Outcome): Outcome {
  return 'error' in first || isTrue(first.value) ? first : second;
}

function html(source: string): string {
  const names: { readonly [c: string]: string } = {
    '<': '&lt;',
    '>': '&gt;',
    '&': '&amp;',
    '"': '&#34;',
    "'": '&#39;',
  };
  return source.replace(/[<>&"']/g, (c) => names[c]!);
}

function js(source: string): string {
  return source.replace(/[\\'"<>&=\n]/g, (c) => {
    if (c === '\\' || c === "'" || c === '"') return `\\${c}`;
    return `\\u${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
  });
}

function urlQuery(source: string): string {
  let out = '';
  for (const byte of utf8(source)) {
    if (/[A-Za-z0-9_.~-]/.test(byte)) out += byte;
    else if (byte === ' ') out += '+';
    else out += `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return out;
}
