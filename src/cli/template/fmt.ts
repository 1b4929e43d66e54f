/** Go's fmt for the values of templates: %v and the verbs of printf. */

import { type Bytes, fromBase64, fromUtf8 } from '../../base/bytes';
import { formatDuration } from '../../base/duration';
import { goFloat } from '../../base/go-float';
import { formatTime, parseInstant, TIME_STRING } from '../../base/time';
import { concrete, type GoType, type GoValue, indirect, isBytes, sortedEntries, structField } from './value';

/** What `{{.X}}` prints. Pointers at the top are followed. */
export function printValue(value: GoValue | undefined): string {
  const { value: target, nil } = indirect(value);
  if (!target) return '<no value>';
  return nil ? '<nil>' : plain(target, 0);
}

/** %v of a value that may be anything, as fmt.Sprint has it. */
export function plain(value: GoValue | undefined, depth = 0): string {
  const at = concrete(value);
  if (!at) return '<nil>';
  const { type, data } = at;
  switch (type.kind) {
    case 'string':
    case 'bool':
      return String(data);
    case 'int':
    case 'uint':
      return integer(type, data as number);
    case 'float':
      return goFloat(data as number);
    case 'time':
      return timeText(data as string);
    case 'slice':
      if (isBytes(type)) return `[${byteList(data)}]`;
      return `[${((data ?? []) as readonly unknown[]).map((item) => plain({ type: type.of, data: item }, depth + 1)).join(' ')}]`;
    case 'map':
      return `map[${sortedEntries(data)
        .map(([key, item]) => `${key}:${plain({ type: type.of, data: item }, depth + 1)}`)
        .join(' ')}]`;
    case 'pointer':
      if (data === null) return '<nil>';
      // Within a struct the real command prints an address, which means nothing; any one will do.
      return depth > 0 ? '0xc000012345' : `&${plain({ type: type.of, data }, depth)}`;
    case 'struct':
      if (type.name === 'swarm.Version') return plain(structField(type, data, 'Index'), depth);
      return `{${type.fields.map((field) => plain(structField(type, data, field.name), depth + 1)).join(' ')}}`;
    case 'methods':
      return `{${type.name}}`;
    default:
      return String(data);
  }
}

function bytesOf(data: unknown): Bytes {
  return fromBase64(typeof data === 'string' ? data : '') ?? '';
}

function byteList(data: unknown): string {
  return [...bytesOf(data)].map((byte) => String(byte.charCodeAt(0))).join(' ');
}

function integer(type: GoType, data: number): string {
  if (type.name === 'time.Duration') return formatDuration(data);
  if (type.name === 'os.FileMode') return fileMode(data);
  return String(data);
}

function fileMode(mode: number): string {
  const bits = [...'rwxrwxrwx'].map((bit, at) => (mode & (1 << (8 - at)) ? bit : '-')).join('');
  return `-${bits}`;
}

/** An RFC 3339 instant as time.Time prints: 2026-11-23 09:36:52.58 +0000 UTC. */
export function timeText(text: string): string {
  const instant = parseInstant(text);
  return instant ? formatTime(instant, TIME_STRING) : text;
}

const VERB = /%([-+# 0]*)(\*|\d+)?(?:\.(\d*))?([a-zA-Z%])/g;

/** Go's Sprintf for the verbs that templates use. */
export function sprintf(format: string, args: readonly (GoValue | undefined)[]): string {
  let next = 0;
  const text = format.replace(
    VERB,
    (_, flags: string, width: string | undefined, precision: string | undefined, verb) => {
      if (verb === '%') return '%';
      let columns = width;
      if (width === '*') columns = String(concrete(args[next++])?.data ?? 0);
      if (next >= args.length) return `%!${verb}(MISSING)`;
      const body = formatVerb(verb, args[next++], flags, precision);
      return padTo(body, Number(columns ?? 0), flags, verb);
    },
  );
  if (next >= args.length) return text;
  const rest = args.slice(next).map((arg) => `${concrete(arg)?.type.name ?? '<nil>'}=${plain(arg)}`);
  return `${text}%!(EXTRA ${rest.join(', ')})`;
}

function padTo(body: string, width: number, flags: string, verb: string): string {
  if (flags.includes('-')) return body.padEnd(width);
  if (!flags.includes('0') || verb === 's' || verb === 'v') return body.padStart(width);
  const sign = /^[+-]/.test(body) ? body[0]! : '';
  return sign + body.slice(sign.length).padStart(width - sign.length, '0');
}

function formatVerb(verb: string, arg: GoValue | undefined, flags: string, precision: string | undefined): string {
  const at = concrete(arg);
  const bad = `%!${verb}(${at ? `${at.type.name}=${plain(at)}` : '<nil>'})`;
  const digits = precision === undefined ? undefined : Number(precision || 0);
  if (verb === 'v') return plain(arg);
  if (verb === 'T') return at?.type.name ?? '<nil>';
  // Bytes are text to %s, %q and %x, and numbers to the others.
  if (at && isBytes(at.type) && 'sqxX'.includes(verb)) {
    const text: GoValue = { type: { kind: 'string', name: 'string' }, data: fromUtf8(bytesOf(at.data)) };
    return formatVerb(verb, text, flags, precision);
  }
  if (at && isBytes(at.type) && verb === 'd') return plain(at);
  const { kind } = at?.type ?? { kind: 'any' as const };
  const number = kind === 'int' || kind === 'uint' || kind === 'float' ? (at!.data as number) : undefined;
  switch (verb) {
    case 's':
      if (number !== undefined && at!.type.name !== 'time.Duration') return bad;
      if (kind === 'bool') return bad;
      return digits === undefined ? plain(arg) : [...plain(arg)].slice(0, digits).join('');
    case 'q':
      if (number !== undefined) return `'${String.fromCodePoint(number)}'`;
      return kind === 'slice'
        ? `[${((at!.data ?? []) as unknown[]).map((one) => JSON.stringify(one)).join(' ')}]`
        : JSON.stringify(plain(arg));
    case 't':
      return kind === 'bool' ? String(at!.data) : bad;
    case 'd':
      if (kind !== 'int' && kind !== 'uint') return bad;
      return (flags.includes('+') && number! >= 0 ? '+' : '') + String(number);
    case 'f':
      return kind === 'float' ? number!.toFixed(digits ?? 6) : bad;
    case 'g':
      return kind === 'float' ? goFloat(number!) : bad;
    case 'e':
      return kind === 'float' ? number!.toExponential(digits ?? 6).replace(/e([+-])(\d)$/, 'e$10$2') : bad;
    case 'x':
    case 'X':
    case 'o':
    case 'b':
    case 'c':
      return baseVerb(verb, number, at ? plain(at) : '', bad);
    default:
      return bad;
  }
}

function baseVerb(verb: string, number: number | undefined, text: string, bad: string): string {
  if (verb === 'c') return number === undefined ? bad : String.fromCodePoint(number);
  if (number !== undefined) {
    const out = number.toString(verb === 'o' ? 8 : verb === 'b' ? 2 : 16);
    return verb === 'X' ? out.toUpperCase() : out;
  }
  if (verb === 'o' || verb === 'b') return bad;
  const hex = [...text].map((c) => c.charCodeAt(0).toString(16).padStart(2, '0')).join('');
  return verb === 'X' ? hex.toUpperCase() : hex;
}
