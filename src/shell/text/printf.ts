/** printf: a format used as often as there are arguments. */
import type { Bytes } from '../../base/bytes';
import { decodeEscapes, quoteBackslash } from '../interpreter/escapes';

export interface Printed {
  readonly text: Bytes;
  /** Messages, in order; the status is then 1. */
  readonly errors: readonly Bytes[];
}

interface Arguments {
  readonly words: readonly Bytes[];
  at: number;
  readonly errors: Bytes[];
}

const REPEATS_MAX = 100_000;

/** Follows bash's printf builtin. */
export function formatPrintf(format: Bytes, words: readonly Bytes[]): Printed {
  const args: Arguments = { words, at: 0, errors: [] };
  let text = '';
  for (let round = 0; round < REPEATS_MAX; round++) {
    const before = args.at;
    const piece = once(format, args);
    text += piece.text;
    if (piece.stop || args.at >= words.length || args.at === before) break;
  }
  return { text, errors: args.errors };
}

const DIRECTIVE = /^%([-+ 0#']*)(\*|\d+)?(?:\.(\*|-?\d*))?(?:hh|h|ll|l|L|q|j|z|t)?([diouxXfFeEgGaAcsbqQ%]|\([^)]*\)T)/;

function once(format: Bytes, args: Arguments): { text: Bytes; stop: boolean } {
  let out = '';
  for (let at = 0; at < format.length; ) {
    const c = format[at]!;
    if (c === '\\') {
      const end = /^\\(?:[0-7]{1,3}|x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|U[0-9a-fA-F]{1,8}|[\s\S])?/.exec(
        format.slice(at),
      )![0];
      if (end === '\\c') return { text: out, stop: true };
      out += decodeEscapes(end, 'printf').text;
      at += end.length;
      continue;
    }
    if (c !== '%') {
      out += c;
      at++;
      continue;
    }
    const directive = DIRECTIVE.exec(format.slice(at));
    if (!directive) {
      const bad = format[at + 1];
      args.errors.push(bad === undefined ? "`%': missing format character" : `\`${bad}': invalid format character`);
      return { text: out, stop: true };
    }
    const made = convert(directive, args);
    out += made.text;
    if (made.stop) return { text: out, stop: true };
    at += directive[0].length;
  }
  return { text: out, stop: false };
}

function next(args: Arguments): Bytes | undefined {
  return args.words[args.at++];
}

function starred(value: string | undefined, args: Arguments): number | undefined {
  if (value === undefined) return undefined;
  if (value === '*') return Number(next(args) ?? 0);
  return value === '' ? 0 : Number(value);
}

function convert(directive: RegExpExecArray, args: Arguments): { text: Bytes; stop: boolean } {
  let flags = directive[1]!;
  const kind = directive[4]!;
  if (kind === '%') return { text: '%', stop: false };
  let width = starred(directive[2], args) ?? 0;
  let precision = starred(directive[3], args);
  if (width < 0) {
    flags += '-';
    width = -width;
  }
  if (precision !== undefined && precision < 0) precision = undefined;
  const pad = (body: Bytes, zeros: boolean): Bytes => {
    if (flags.includes('-')) return body.padEnd(width);
    if (!zeros || !flags.includes('0')) return body.padStart(width);
    const sign = /^[-+ ]?(?:0[xX])?/.exec(body)![0];
    return sign + body.slice(sign.length).padStart(width - sign.length, '0');
  };
  if (kind === 's' || kind === 'c' || kind === 'q' || kind === 'Q' || kind === 'b') {
    const word = next(args) ?? '';
    if (kind === 'b') {
      const { text, stop } = decodeEscapes(word.replace(/\\0?([0-7]{1,3})/g, '\\0$1'), 'echo');
      return { text: pad(precision === undefined ? text : text.slice(0, precision), false), stop };
    }
    const whole = kind === 'c' ? word.slice(0, 1) : kind === 's' ? word : quoteBackslash(word);
    return { text: pad(precision === undefined ? whole : whole.slice(0, precision), false), stop: false };
  }
  if (kind.endsWith('T')) return { text: pad(next(args) ?? '', false), stop: false };
  if ('fFeEgGaA'.includes(kind))
    return { text: pad(floating(next(args), kind, precision, flags, args), true), stop: false };
  return { text: pad(integer(next(args), kind, precision, flags, args), precision === undefined), stop: false };
}

function integer(
  word: Bytes | undefined,
  kind: string,
  precision: number | undefined,
  flags: string,
  args: Arguments,
): Bytes {
  let value = parseInteger(word ?? '0', args);
  if (kind !== 'd' && kind !== 'i' && value < 0n) value = BigInt.asUintN(64, value);
  const magnitude = value < 0n ? -value : value;
  let digits = magnitude.toString(kind === 'x' || kind === 'X' ? 16 : kind === 'o' ? 8 : 10);
  if (kind === 'X') digits = digits.toUpperCase();
  if (precision !== undefined) digits = digits.padStart(precision, '0');
  if (flags.includes('#') && value !== 0n)
    digits = (kind === 'o' ? '0' : kind === 'd' || kind === 'i' || kind === 'u' ? '' : `0${kind}`) + digits;
  const signed = kind === 'd' || kind === 'i';
  const sign = value < 0n ? '-' : signed && flags.includes('+') ? '+' : signed && flags.includes(' ') ? ' ' : '';
  return sign + digits;
}

function parseInteger(word: Bytes, args: Arguments): bigint {
  if (/^["']/.test(word)) return BigInt(word.charCodeAt(1) || 0);
  const clean = word.trim();
  const found = /^[-+]?(?:0[xX][0-9a-fA-F]+|\d+)/.exec(clean)?.[0] ?? '';
  if (found !== clean || word === '') {
    if (word !== '') args.errors.push(`${word}: invalid number`);
  }
  if (found === '') return 0n;
  const negative = found.startsWith('-');
  const body = found.replace(/^[-+]/, '');
  const octal = /^0[0-7]+$/.test(body);
  const value = BigInt(octal ? `0o${body.slice(1)}` : /^0\d/.test(body) ? body.replace(/^0+/, '') || '0' : body);
  return BigInt.asIntN(64, negative ? -value : value);
}

function floating(
  word: Bytes | undefined,
  kind: string,
  precision: number | undefined,
  flags: string,
  args: Arguments,
): Bytes {
  const value = Number(word ?? '0');
  if (Number.isNaN(value)) args.errors.push(`${word}: invalid number`);
  const number = Number.isNaN(value) ? Number.parseFloat(word ?? '') || 0 : value;
  const digits = precision ?? 6;
  const lower = kind.toLowerCase();
  let text: string;
  if (lower === 'f') text = fixed(number, Math.min(100, digits));
  else if (lower === 'e') text = exponent(number.toExponential(Math.min(100, digits)));
  else text = general(number, digits === 0 ? 1 : digits);
  if (flags.includes('+') && number >= 0) text = `+${text}`;
  return kind === lower ? text : text.toUpperCase();
}

/** toFixed, with an exact half going to the even digit as in C. */
function fixed(number: number, digits: number): string {
  const scaled = Math.abs(number) * 10 ** digits;
  const whole = Math.floor(scaled);
  if (scaled - whole !== 0.5 || whole % 2 === 1 || scaled > 2 ** 50) return number.toFixed(digits);
  return ((Math.sign(number) * whole) / 10 ** digits).toFixed(digits);
}

function exponent(text: string): string {
  return text.replace(/e([-+])(\d)$/, 'e$10$2');
}

function general(number: number, digits: number): string {
  const power = number === 0 ? 0 : Math.floor(Math.log10(Math.abs(number)));
  if (power < -4 || power >= digits) return exponent(number.toExponential(digits - 1).replace(/\.?0+e/, 'e'));
  const text = number.toFixed(Math.max(0, digits - 1 - power));
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
