/** Shell patterns (*, ?, [ ], extended ones) as regular expressions. A backslash in a pattern quotes the next character. */
import { type Bytes, fromUtf8, utf8 } from '../../base/bytes';

const CACHE_MAX = 500;
const cache = new Map<string, RegExp>();
const ASCII = /^[\x00-\x7f]*$/;

/** Remembers compiled expressions; the oldest is forgotten first. */
export function compiled(source: string, flags: string): RegExp {
  const key = `${flags}/${source}`;
  let made = cache.get(key);
  if (!made) {
    made = new RegExp(source, flags);
    if (cache.size >= CACHE_MAX) cache.delete(cache.keys().next().value!);
    cache.set(key, made);
  }
  return made;
}

const CLASSES: Record<string, string> = {
  alpha: 'A-Za-z',
  digit: '0-9',
  alnum: 'A-Za-z0-9',
  upper: 'A-Z',
  lower: 'a-z',
  space: ' \\t\\n\\r\\f\\v',
  blank: ' \\t',
  punct: '!-\\/:-@\\[-`{-~',
  xdigit: '0-9A-Fa-f',
  cntrl: '\\x00-\\x1f\\x7f',
  print: '\\x20-\\x7e',
  graph: '\\x21-\\x7e',
  word: 'A-Za-z0-9_',
};

/** A bracket expression that begins at `at` (the `[`): its regular expression and where it ends. */
export function bracket(pattern: string, at: number, escapes: boolean): { source: string; next: number } | undefined {
  let k = at + 1;
  let negated = false;
  if (pattern[k] === '!' || pattern[k] === '^') {
    negated = true;
    k++;
  }
  let body = '';
  for (let first = true; ; first = false) {
    const c = pattern[k];
    if (c === undefined) return undefined;
    if (c === ']' && !first) break;
    if (c === '[' && pattern[k + 1] === ':') {
      const end = pattern.indexOf(':]', k + 2);
      const named = end < 0 ? undefined : CLASSES[pattern.slice(k + 2, end)];
      if (named !== undefined) {
        body += named;
        k = end + 2;
        continue;
      }
    }
    if (c === '\\' && escapes && k + 1 < pattern.length) {
      body += quoteInClass(pattern[k + 1]!);
      k += 2;
      continue;
    }
    if (c === '-' && !first && pattern[k + 1] !== ']') body += '-';
    else body += quoteInClass(c);
    k++;
  }
  const source = body === '' ? (negated ? '[\\s\\S]' : '[]') : `[${negated ? '^' : ''}${body}]`;
  return { source, next: k + 1 };
}

function quoteInClass(c: string): string {
  return /[\\\]^[-]/.test(c) ? `\\${c}` : c;
}

/** A character that stands for itself. */
export function quoteForRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

/** The regular expression of a pattern. `lazy` makes every * as short as it can be. */
export function patternSource(pattern: string, lazy = false): string {
  let out = '';
  for (let at = 0; at < pattern.length; ) {
    const c = pattern[at]!;
    if ('?*+@!'.includes(c) && pattern[at + 1] === '(') {
      const group = extended(pattern, at, lazy);
      if (group) {
        out += group.source;
        at = group.next;
        continue;
      }
    }
    if (c === '\\' && at + 1 < pattern.length) {
      out += quoteForRegExp(pattern[at + 1]!);
      at += 2;
      continue;
    }
    const set = c === '[' ? bracket(pattern, at, true) : undefined;
    if (set) {
      out += set.source;
      at = set.next;
      continue;
    }
    out += c === '*' ? (lazy ? '[\\s\\S]*?' : '[\\s\\S]*') : c === '?' ? '[\\s\\S]' : quoteForRegExp(c);
    at++;
  }
  return out.replace(/(?:\[\\s\\S\]\*){2,}/g, '[\\s\\S]*');
}

/** ?(a|b) and its kin, from the operator on. */
function extended(pattern: string, at: number, lazy: boolean): { source: string; next: number } | undefined {
  const branches: string[] = [];
  let depth = 0;
  let from = at + 2;
  for (let k = at + 1; k < pattern.length; k++) {
    const c = pattern[k];
    if (c === '\\') k++;
    else if (c === '(') depth++;
    else if (c === '|' && depth === 1) {
      branches.push(pattern.slice(from, k));
      from = k + 1;
    } else if (c === ')' && --depth === 0) {
      branches.push(pattern.slice(from, k));
      const inner = branches.map((branch) => patternSource(branch, lazy)).join('|');
      const operator = pattern[at]!;
      const rest = patternSource(pattern.slice(k + 1), lazy);
      if (operator === '!') return { source: `(?:(?!(?:${inner})${rest}$)[\\s\\S]*?)`, next: k + 1 };
      return { source: `(?:${inner})${operator === '@' ? '' : operator}`, next: k + 1 };
    }
  }
  return undefined;
}

/** Runs `use` on characters rather than bytes, where that makes a difference. */
function onCharacters(text: Bytes, pattern: Bytes, use: (text: string, pattern: string) => string): Bytes {
  if (ASCII.test(text) && ASCII.test(pattern)) return use(text, pattern);
  return utf8(use(fromUtf8(text), fromUtf8(pattern)));
}

/** Whether the whole text matches. */
export function matches(pattern: Bytes, text: Bytes, ignoreCase = false): boolean {
  if (!/[\\*?[(]/.test(pattern)) return ignoreCase ? pattern.toLowerCase() === text.toLowerCase() : pattern === text;
  const ascii = ASCII.test(pattern) && ASCII.test(text);
  const source = `^(?:${patternSource(ascii ? pattern : fromUtf8(pattern))})$`;
  return compiled(source, `${ignoreCase ? 'i' : ''}u`).test(ascii ? text : fromUtf8(text));
}

/** ${x#p}, ${x##p}, ${x%p}, ${x%%p}. */
export function removeMatch(text: Bytes, pattern: Bytes, operator: '#' | '##' | '%' | '%%'): Bytes {
  return onCharacters(text, pattern, (subject, glob) => {
    if (operator === '#' || operator === '##') {
      const found = compiled(`^(?:${patternSource(glob, operator === '#')})`, 'u').exec(subject);
      return found ? subject.slice(found[0].length) : subject;
    }
    const before = operator === '%' ? '[\\s\\S]*' : '[\\s\\S]*?';
    const found = compiled(`^(${before})(?:${patternSource(glob)})$`, 'u').exec(subject);
    return found ? found[1]! : subject;
  });
}

/** ${x/p/r} and its kin. */
export function replaceMatch(
  text: Bytes,
  pattern: Bytes,
  replacement: Bytes,
  operator: '/' | '//' | '/#' | '/%',
): Bytes {
  if (pattern === '' && operator !== '/#' && operator !== '/%') return text;
  const into = ASCII.test(text) && ASCII.test(pattern) ? replacement : fromUtf8(replacement);
  return onCharacters(text, pattern, (subject, glob) => {
    const source = `(?:${patternSource(glob)})`;
    const whole = operator === '/#' ? `^${source}` : operator === '/%' ? `${source}$` : source;
    const found = compiled(whole, operator === '//' ? 'gu' : 'u');
    found.lastIndex = 0;
    if (operator !== '//') return subject.replace(found, () => into);
    return subject.replace(found, (match) => (match === '' ? '' : into));
  });
}
