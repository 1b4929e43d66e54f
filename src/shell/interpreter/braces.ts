/** Brace expansion: {a,b} and {1..5}, on the text of a word before anything else is expanded. */
import type { Bytes } from '../../base/bytes';

const RESULTS_MAX = 100_000;

/** Every word that the text stands for; the text alone when there are no braces to expand. */
export function expandBraces(text: Bytes): Bytes[] {
  const open = findOpen(text);
  if (!open) return [text];
  const before = text.slice(0, open.from);
  const after = expandBraces(text.slice(open.to + 1));
  const middle = open.parts.length > 1 ? open.parts.flatMap(expandBraces) : sequence(open.parts[0]!)!;
  const out: Bytes[] = [];
  for (const choice of middle) {
    for (const rest of after) {
      if (out.length >= RESULTS_MAX) return out;
      out.push(before + choice + rest);
    }
  }
  return out;
}

interface Braces {
  readonly from: number;
  readonly to: number;
  readonly parts: readonly Bytes[];
}

/** The first brace pair that expands. */
function findOpen(text: Bytes): Braces | undefined {
  for (let at = 0; at < text.length; ) {
    if (text[at] === '{' && text[at - 1] !== '$') {
      const found = readBraces(text, at);
      if (found && (found.parts.length > 1 || sequence(found.parts[0]!))) return found;
    }
    at = skip(text, at);
  }
  return undefined;
}

function readBraces(text: Bytes, from: number): Braces | undefined {
  const parts: Bytes[] = [];
  let depth = 0;
  let start = from + 1;
  for (let at = from; at < text.length; ) {
    const c = text[at];
    if (c === '{' && (at === from || text[at - 1] !== '$')) depth++;
    else if (c === ',' && depth === 1) {
      parts.push(text.slice(start, at));
      start = at + 1;
    } else if (c === '}' && --depth === 0) {
      parts.push(text.slice(start, at));
      return { from, to: at, parts };
    }
    at = c === '{' ? at + 1 : skip(text, at);
  }
  return undefined;
}

/** The place after what begins here: a quoted part or a substitution as a whole. */
function skip(text: Bytes, at: number): number {
  const c = text[at];
  if (c === '\\') return at + 2;
  if (c === "'") return closing(text, at + 1, "'");
  if (c === '"' || c === '`') {
    let k = at + 1;
    while (k < text.length && text[k] !== c) k += text[k] === '\\' ? 2 : 1;
    return k + 1;
  }
  if (c === '$' && (text[at + 1] === '{' || text[at + 1] === '(')) {
    const [open, close] = text[at + 1] === '{' ? ['{', '}'] : ['(', ')'];
    let depth = 0;
    for (let k = at + 1; k < text.length; k++) {
      if (text[k] === open) depth++;
      else if (text[k] === close && --depth === 0) return k + 1;
    }
  }
  return at + 1;
}

function closing(text: Bytes, from: number, mark: string): number {
  const end = text.indexOf(mark, from);
  return end < 0 ? text.length : end + 1;
}

/** {1..5}, {a..e}, {01..10..2}; undefined when it is none. */
function sequence(body: Bytes): Bytes[] | undefined {
  const match = /^(-?\d+|[A-Za-z])\.\.(-?\d+|[A-Za-z])(?:\.\.(-?\d+))?$/.exec(body);
  if (!match) return undefined;
  const [, first, last, by] = match as unknown as [string, string, string, string | undefined];
  const letters = /[A-Za-z]/.test(first);
  if (letters !== /[A-Za-z]/.test(last)) return undefined;
  const from = letters ? first.charCodeAt(0) : Number(first);
  const to = letters ? last.charCodeAt(0) : Number(last);
  const stride = Math.max(1, Math.abs(Number(by ?? 1)));
  const width = !letters && /^-?0\d/.test(first) ? first.length : !letters && /^-?0\d/.test(last) ? last.length : 0;
  const out: Bytes[] = [];
  for (let k = from; from <= to ? k <= to : k >= to; k += from <= to ? stride : -stride) {
    if (out.length >= RESULTS_MAX) break;
    const digits = String(Math.abs(k)).padStart(k < 0 ? width - 1 : width, '0');
    out.push(letters ? String.fromCharCode(k) : `${k < 0 ? '-' : ''}${digits}`);
  }
  return out;
}
