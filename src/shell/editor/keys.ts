/** From the bytes of a terminal to keys with names. */
import type { Bytes } from '../../base/bytes';

/** A named key, or text to insert. */
export type Key = { readonly name: string } | { readonly insert: Bytes };

const SEQUENCES: Record<string, string> = {
  '[A': 'up',
  '[B': 'down',
  '[C': 'right',
  '[D': 'left',
  '[H': 'home',
  '[F': 'end',
  OA: 'up',
  OB: 'down',
  OC: 'right',
  OD: 'left',
  OH: 'home',
  OF: 'end',
  '[1~': 'home',
  '[7~': 'home',
  '[4~': 'end',
  '[8~': 'end',
  '[3~': 'delete',
  '[1;5C': 'word-right',
  '[1;5D': 'word-left',
  '[1;3C': 'word-right',
  '[1;3D': 'word-left',
  '[3;5~': 'kill-word',
  '[Z': 'tab',
};

const CONTROLS: Record<string, string> = {
  '\x01': 'home',
  '\x02': 'left',
  '\x03': 'interrupt',
  '\x04': 'delete-or-end',
  '\x05': 'end',
  '\x06': 'right',
  '\x07': 'abort',
  '\x08': 'backspace',
  '\x09': 'tab',
  '\x0a': 'enter',
  '\x0b': 'kill-line',
  '\x0c': 'clear',
  '\x0d': 'enter',
  '\x0e': 'down',
  '\x10': 'up',
  '\x12': 'search',
  '\x14': 'transpose',
  '\x15': 'kill-start',
  '\x17': 'kill-blank-word',
  '\x19': 'yank',
  '\x1f': 'undo',
  '\x7f': 'backspace',
};

const META: Record<string, string> = {
  b: 'word-left',
  f: 'word-right',
  d: 'kill-word',
  '\x7f': 'kill-back-word',
  '\x08': 'kill-back-word',
  '.': 'last-word',
  _: 'last-word',
  u: 'upcase',
  l: 'downcase',
  c: 'capitalize',
  t: 'transpose-words',
  '<': 'first-line',
  '>': 'last-line',
  r: 'revert',
  '#': 'comment',
};

export interface Decoded {
  readonly key: Key | undefined;
  /** Bytes used. 0: the sequence is not complete. */
  readonly used: number;
}

/** The first key of a string of bytes. */
export function decodeKey(bytes: Bytes): Decoded {
  const c = bytes[0]!;
  if (c === '\x1b') return escapeKey(bytes);
  if (c < ' ' || c === '\x7f') {
    const name = CONTROLS[c];
    return { key: name === undefined ? undefined : { name }, used: 1 };
  }
  const run = /^[\x20-\x7e\x80-\xff]+/.exec(bytes)![0];
  const whole = wholeCharacters(run);
  return { key: whole === '' ? undefined : { insert: whole }, used: whole.length };
}

function escapeKey(bytes: Bytes): Decoded {
  if (bytes.length === 1) return { key: undefined, used: 0 };
  const next = bytes[1]!;
  if (next === '[' || next === 'O') {
    const sequence = (next === '[' ? /^\[[0-9;?]*[@-~]/ : /^O[@-~]/).exec(bytes.slice(1))?.[0];
    if (sequence === undefined) {
      // Not finished yet, or no sequence at all.
      const unfinished = /^\[[0-9;?]*$|^O$/.test(bytes.slice(1));
      return { key: undefined, used: unfinished ? 0 : 2 };
    }
    const name = SEQUENCES[sequence];
    return { key: name === undefined ? undefined : { name }, used: 1 + sequence.length };
  }
  const name = META[next] ?? META[next.toLowerCase()];
  return { key: name === undefined ? undefined : { name }, used: 2 };
}

/** Leaves out the beginning of a UTF-8 character whose end has not come. */
function wholeCharacters(run: Bytes): Bytes {
  for (let back = 1; back <= 3 && back <= run.length; back++) {
    const code = run.charCodeAt(run.length - back);
    if (code < 0x80) return run;
    if (code < 0xc0) continue;
    const length = code >= 0xf0 ? 4 : code >= 0xe0 ? 3 : 2;
    return length > back ? run.slice(0, run.length - back) : run;
  }
  return run;
}
