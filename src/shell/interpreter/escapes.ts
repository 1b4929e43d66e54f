/** Backslash sequences (echo -e, printf, $'…') and the quoting that printf %q and ${x@Q} write. */
import { type Bytes, utf8 } from '../../base/bytes';

export interface Unescaped {
  readonly text: Bytes;
  /** \c was met: no more output. */
  readonly stop: boolean;
}

const SIMPLE: Record<string, Bytes> = {
  a: '\x07',
  b: '\b',
  e: '\x1b',
  E: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};

/**
 * `echo`: octal needs a leading 0, \c stops. `printf`: octal without one. `ansi`: $'…', where \' and \" and \cX count too.
 */
export function decodeEscapes(text: Bytes, style: 'echo' | 'printf' | 'ansi'): Unescaped {
  if (!text.includes('\\')) return { text, stop: false };
  let out = '';
  for (let at = 0; at < text.length; ) {
    const c = text[at]!;
    const next = text[at + 1];
    if (c !== '\\' || next === undefined) {
      out += c;
      at++;
      continue;
    }
    const rest = text.slice(at + 1, at + 11);
    if (SIMPLE[next] !== undefined) {
      out += SIMPLE[next];
      at += 2;
    } else if (next === 'c' && style === 'ansi' && text[at + 2] !== undefined) {
      out += String.fromCharCode(text.charCodeAt(at + 2) & 31);
      at += 3;
    } else if (next === 'c' && style === 'echo') {
      return { text: out, stop: true };
    } else {
      const [made, used] = numeric(rest, style);
      out += made;
      at += 1 + used;
    }
  }
  return { text: out, stop: false };
}

/** Octal, hexadecimal and Unicode sequences, after the backslash: what they make and how long they are. */
function numeric(rest: Bytes, style: 'echo' | 'printf' | 'ansi'): readonly [Bytes, number] {
  const octal = (style === 'echo' ? /^0([0-7]{0,3})/ : /^([0-7]{1,3})/).exec(rest);
  if (octal) return [String.fromCharCode(Number.parseInt(octal[1] || '0', 8) & 255), octal[0].length];
  const hex = /^x([0-9a-fA-F]{1,2})/.exec(rest);
  if (hex) return [String.fromCharCode(Number.parseInt(hex[1]!, 16)), hex[0].length];
  const point = /^(?:u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8}))/.exec(rest);
  if (point) {
    const value = Number.parseInt(point[1] ?? point[2]!, 16);
    return [value <= 0x10ffff ? utf8(String.fromCodePoint(value)) : '', point[0].length];
  }
  if (style !== 'echo' && /^['"?]/.test(rest)) return [rest[0]!, 1];
  return [`\\${rest[0]}`, 1];
}

/** A word that reads back as itself, with backslashes (printf %q). */
export function quoteBackslash(text: Bytes): Bytes {
  if (text === '') return "''";
  if (/[\x00-\x1f\x7f-\xff]/.test(text)) return quoteAnsi(text);
  return text.replace(/[^A-Za-z0-9_@%+=:,./~-]|^~/g, '\\$&');
}

/** A word in single quotes (${x@Q}). */
export function quoteSingle(text: Bytes): Bytes {
  if (/[\x00-\x1f\x7f]/.test(text)) return quoteAnsi(text);
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** As set -x and trap -p write a word: bare where it can be. */
export function quoteAsNeeded(text: Bytes): Bytes {
  if (text === '') return "''";
  if (/[\x00-\x1f\x7f]/.test(text)) return quoteAnsi(text);
  return /^[A-Za-z0-9_@%+:,./=-]+$/.test(text) ? text : quoteSingle(text);
}

function quoteAnsi(text: Bytes): Bytes {
  const named: Record<string, string> = { '\n': '\\n', '\t': '\\t', '\r': '\\r', '\x1b': '\\E', '\x07': '\\a' };
  const body = text.replace(
    /[\x00-\x1f\x7f-\xff\\']/g,
    (c) => named[c] ?? (c < ' ' || c > '~' ? `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}` : `\\${c}`),
  );
  return `$'${body}'`;
}

/** A value in double quotes, as declare -p writes it. */
export function quoteDouble(text: Bytes): Bytes {
  if (/[\x00-\x08\x0b-\x1f\x7f]/.test(text)) return quoteAnsi(text);
  return `"${text.replace(/["$`\\]/g, '\\$&')}"`;
}
