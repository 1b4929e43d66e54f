/** A value as block YAML, in the manner of docker's encoder: indented by two. Follows go.yaml.in/yaml/v3 emitterc.go. */
import { goFloat } from '../../../base/go-float';

/** Members are written in the order of the map. */
export type Yaml = string | number | boolean | null | readonly Yaml[] | ReadonlyMap<string, Yaml>;

/** The text of a document; each line ends with a newline. */
export function emitYaml(value: Yaml): string {
  return isNested(value) ? block(value, '') : `${inline(value, '').trimStart()}\n`;
}

function isNested(value: Yaml): value is readonly Yaml[] | ReadonlyMap<string, Yaml> {
  return value instanceof Map ? value.size > 0 : Array.isArray(value) && value.length > 0;
}

function block(value: readonly Yaml[] | ReadonlyMap<string, Yaml>, pad: string): string {
  const deeper = `${pad}  `;
  if (!(value instanceof Map)) {
    return (value as readonly Yaml[])
      .map((item) => `${pad}-${isNested(item) ? ` ${block(item, deeper).trimStart()}` : `${inline(item, deeper)}\n`}`)
      .join('');
  }
  return [...(value as ReadonlyMap<string, Yaml>)]
    .map(([key, item]) => {
      const name = text(key, undefined);
      return `${pad}${name}:${isNested(item) ? `\n${block(item, deeper)}` : `${inline(item, deeper)}\n`}`;
    })
    .join('');
}

function inline(value: Yaml, pad: string): string {
  if (value instanceof Map) return ' {}';
  if (Array.isArray(value)) return ' []';
  return ` ${typeof value === 'string' ? text(value, pad) : typeof value === 'number' ? float(value) : String(value)}`;
}

/** The shortest form; with an exponent where Go has one. */
function float(value: number): string {
  if (Number.isSafeInteger(value)) return String(value);
  if (!Number.isFinite(value)) return Number.isNaN(value) ? '.nan' : value > 0 ? '.inf' : '-.inf';
  return goFloat(value);
}

/** What a reader would take for another type, now or in YAML 1.1. */
const OTHER_TYPE = new RegExp(
  `^(${[
    '|~|null|Null|NULL|true|True|TRUE|false|False|FALSE|\\.nan|\\.NaN|\\.NAN|[-+]?\\.(inf|Inf|INF)',
    'y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF',
    '[-+]?0[xX][\\da-fA-F_]+|[-+]?0[bB][01_]+|[-+]?0[oO][0-7_]+',
    '[-+]?\\d[\\d_]*(:[0-5]?\\d)+(\\.[\\d_]*)?|\\d{4}-\\d\\d?-\\d\\d?([Tt ]\\d\\d?:\\d\\d?:\\d\\d?(\\.\\d*)?(Z|[-+]\\d\\d:\\d\\d)?)?',
  ].join('|')})$`,
);

const NUMBER = /^[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?$/;

function isOtherType(value: string): boolean {
  if (OTHER_TYPE.test(value)) return true;
  // A number that is too large for its type is none.
  const digits = value.replaceAll('_', '');
  return /^[-+.\d]/.test(value) && NUMBER.test(digits) && Number.isFinite(Number(digits));
}

const UNPRINTABLE = /[^\n\t\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/u;
const NOT_PLAIN = /^(---|\.\.\.|[#,[\]{}&*!|>'"%@`]|[?:-]( |$)| )| $|:( |$)| #|[\u2028\u2029]/;

/** `pad` is that of the lines of a literal; a key has none. */
function text(value: string, pad: string | undefined): string {
  if (value.includes('\n')) {
    const literal = pad !== undefined && !/ $| \n/.test(value) && !UNPRINTABLE.test(value);
    return literal ? literalText(value, pad) : doubleQuoted(value);
  }
  if (isOtherType(value) || UNPRINTABLE.test(value) || value.includes('\t')) return doubleQuoted(value);
  return NOT_PLAIN.test(value) ? `'${value.replaceAll("'", "''")}'` : value;
}

function literalText(value: string, pad: string): string {
  const hint = /^[ \n]/.test(value) ? '2' : '';
  const chomp = !value.endsWith('\n') ? '-' : /^\n$|\n\n$/.test(value) ? '+' : '';
  // The encoder loses a newline at the beginning.
  const lines = value.replace(/^\n(?=.)|\n$/gs, '').split('\n');
  return `|${hint}${chomp}${lines.map((line) => (line === '' ? '\n' : `\n${pad}${line}`)).join('')}`;
}

const ESCAPES = new Map(
  [...'\0\x07\b\t\n\v\f\r\x1b"\\\x85\xa0\u2028\u2029'].map((c, at) => [c, '0abtnvfre"\\N_LP'[at]!]),
);

function doubleQuoted(value: string): string {
  const escaped = [...value].map((c) => {
    const short = ESCAPES.get(c);
    if (short !== undefined) return `\\${short}`;
    if (!UNPRINTABLE.test(c)) return c;
    const code = c.codePointAt(0)!;
    return code < 256 ? `\\x${hex(code, 2)}` : code < 65536 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
  });
  return `"${escaped.join('')}"`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).toUpperCase().padStart(digits, '0');
}

const DIGIT = /\p{Nd}/u;
const LETTER = /\p{L}/u;

/** The order of keys: runs of digits are numbers, letters come after other characters. Follows yaml/v3 sorter.go. */
export function compareKeys(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  let at = 0;
  while (at < left.length && left[at] === right[at]) at++;
  if (at >= left.length || at >= right.length) return left.length - right.length;
  const [x, y] = [left[at]!, right[at]!];
  const letters = [LETTER.test(x), LETTER.test(y)];
  if (letters[0] && letters[1]) return x.codePointAt(0)! - y.codePointAt(0)!;
  if (letters[0] || letters[1]) {
    const afterDigit = at > 0 && DIGIT.test(left[at - 1]!);
    return letters[0] === afterDigit ? -1 : 1;
  }
  const [from, to] = [digitRun(left, at), digitRun(right, at)];
  // A zero inside a number counts: what stands before it decides how much.
  const inside = (x === '0' || y === '0') && /[1-9]\d*$/.test(left.slice(0, at).join(''));
  const [m, n] = [Number((inside ? '1' : '') + from || 0), Number((inside ? '1' : '') + to || 0)];
  return m - n || from.length - to.length || x.codePointAt(0)! - y.codePointAt(0)!;
}

function digitRun(characters: readonly string[], from: number): string {
  let at = from;
  while (at < characters.length && DIGIT.test(characters[at]!)) at++;
  return characters.slice(from, at).join('');
}
