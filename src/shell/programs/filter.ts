/** Programs that need their whole input before they answer: run by the `filter` call (just-bash), one at a time. */
import type { Bytes } from '../../base/bytes';
import { changeFile, close, dup, type Fd, filter, type Process, terminal, write, writeFile } from '../../base/process';
import { readAll } from './io';
import type { Invocation, Program } from './program';

/** What just-bash brings that streams would not serve better. */
export const FILTERS: readonly string[] = [
  ...['awk', 'column', 'comm', 'diff', 'egrep', 'expand', 'expr', 'fgrep', 'file', 'find', 'fold'],
  ...['join', 'jq', 'md5sum', 'nl', 'od', 'paste', 'sed', 'sha1sum', 'sha256sum', 'sort', 'split', 'strings'],
  ...['tr', 'tree', 'unexpand', 'du', 'readlink'],
];

/** Names of inputs without which these programs read stdin. */
const NEVER_READS_STDIN = new Set(['find', 'expr', 'tree', 'du', 'readlink', 'diff', 'comm', 'join']);

/** Whether stdin matters: a terminal is only read when nothing else is named. */
function* wantsStdin(invocation: Invocation): Process<boolean> {
  if (NEVER_READS_STDIN.has(invocation.name) && !invocation.args.includes('-')) return false;
  if ((yield* terminal(0)) === undefined) return true;
  const words = invocation.args.filter((word) => !word.startsWith('-') || word === '-');
  const script = ['awk', 'sed', 'jq', 'egrep', 'fgrep'].includes(invocation.name) ? 1 : 0;
  return words.length <= script || words.includes('-');
}

/** A path under /dev/fd is a pipe of this process: its text goes into a file for the length of the call. */
function* settled(args: readonly Bytes[], made: string[]): Process<Bytes[]> {
  const out: Bytes[] = [];
  for (const word of args) {
    const own = /^\/dev\/fd\/(\d+)$/.exec(word);
    if (!own) {
      out.push(word);
      continue;
    }
    const fd: Fd = yield* dup(Number(own[1]));
    const path = `/tmp/.fd-${own[1]}`;
    yield* writeFile(path, yield* readAll(fd));
    yield* close(fd);
    made.push(path);
    out.push(path);
  }
  return out;
}

/** Options of one letter, a colon after those that take a value. */
const LETTERS: ReadonlyMap<string, string> = new Map([
  ['sort', 'bdfgiMhnRrVcCmsuzk:o:t:S:T:'],
  ['sed', 'nErsuze:f:l:'],
  ['awk', 'F:f:v:'],
  ['paste', 'szd:'],
  ['od', 'bcdoxvA:t:N:j:w:'],
]);

/** `-nrk2` as `-n -r -k 2`: the library knows each option by itself only. */
function* apart(letters: string, args: readonly Bytes[]): Generator<Bytes> {
  for (let at = 0; at < args.length; at++) {
    const word = args[at]!;
    if (word === '--') {
      yield* args.slice(at);
      return;
    }
    const flags = /^-([A-Za-z].*)$/s.exec(word)?.[1];
    const split: Bytes[] = [];
    for (let k = 0; flags !== undefined && k < flags.length; k++) {
      const place = flags[k] === ':' ? -1 : letters.indexOf(flags[k]!);
      if (place < 0) {
        split.length = 0;
        break;
      }
      split.push(`-${flags[k]}`);
      if (letters[place + 1] !== ':') continue;
      const value = flags.slice(k + 1) || args[++at];
      if (value !== undefined) split.push(value);
      break;
    }
    if (split.length > 0) yield* split;
    else yield word;
  }
}

/** `\0`, `\012` as the characters they are: the library's tr does not know them. */
function withoutOctal(word: Bytes): Bytes {
  return word.replace(/\\([0-3]?[0-7]{1,2})|\\[\s\S]/g, (whole, digits?: string) => {
    const code = digits === undefined ? 92 : Number.parseInt(digits, 8);
    return code === 92 ? whole : String.fromCharCode(code);
  });
}

export const filterProgram: Program = function* (invocation) {
  const made: string[] = [];
  const named = yield* settled(invocation.args, made);
  if (invocation.name === 'paste' && !named.some((word, at) => !word.startsWith('-') && named[at - 1] !== '-d')) {
    if (!named.includes('-')) named.push('-');
  }
  const letters = LETTERS.get(invocation.name);
  const args = invocation.name === 'tr' ? named.map(withoutOctal) : letters ? [...apart(letters, named)] : named;
  const stdin = (yield* wantsStdin(invocation)) ? yield* readAll(0) : '';
  const result = yield* filter(invocation.name, args, stdin, invocation.cwd, invocation.env);
  for (const path of made) yield* changeFile({ op: 'remove', path });
  yield* write(2, result.stderr);
  yield* write(1, result.stdout);
  return result.status;
};
