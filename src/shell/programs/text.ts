/** Programs on text that streams: head, tail, wc. */
import type { Bytes } from '../../base/bytes';
import { Errno, type Fd, type Process, read, readFile, sleep, stat, write } from '../../base/process';
import { closeInput, complain, eachInput, LineReader, openInput, pathOf, readAll, UsageError, withOptions } from './io';
import type { Invocation, Program } from './program';

/** `-5` as the first word stands for `-n 5`. */
function oldCount(invocation: Invocation): Invocation {
  const first = /^-(\d+)([a-z]*)$/.exec(invocation.args[0] ?? '');
  if (!first) return invocation;
  return { ...invocation, args: ['-n', first[1]!, ...(first[2] ? [`-${first[2]}`] : []), ...invocation.args.slice(1)] };
}

const SIZES: Record<string, number> = { '': 1, b: 512, k: 1024, K: 1024, M: 1024 ** 2 };

function countOf(text: Bytes, what: string): { sign: string; count: number } {
  const match = /^([-+]?)(\d+)([bkKM]?)$/.exec(text);
  if (!match) throw new UsageError(`invalid number of ${what}: '${text}'`);
  return { sign: match[1]!, count: Number(match[2]) * SIZES[match[3]!]! };
}

const headParsed = withOptions(
  { letters: 'n:c:qv', long: { lines: 'n', bytes: 'c', quiet: 'q', silent: 'q', verbose: 'v' } },
  function* (invocation, { flags, values, rest }) {
    const bytes = values.get('c')?.at(-1);
    const { sign, count } = countOf(bytes ?? values.get('n')?.at(-1) ?? '10', bytes === undefined ? 'lines' : 'bytes');
    const titled = (rest.length > 1 && !flags.has('q')) || flags.has('v');
    let first = true;
    return yield* eachInput(
      invocation,
      rest,
      function* (fd, name) {
        if (titled) yield* write(1, `${first ? '' : '\n'}==> ${name === '-' ? 'standard input' : name} <==\n`);
        first = false;
        if (sign === '-') yield* allBut(fd, count, bytes !== undefined);
        else if (bytes !== undefined) yield* firstBytes(fd, count);
        else yield* firstLines(fd, count);
      },
      (name, error) => `cannot open '${name}' for reading: ${error.message}`,
    );
  },
);

export function* head(invocation: Invocation): Process<number> {
  return yield* headParsed(oldCount(invocation));
}

function* firstLines(fd: Fd, count: number): Process<void> {
  for (let left = count; left > 0; ) {
    const chunk = yield* read(fd);
    if (chunk === '') return;
    let end = 0;
    while (left > 0) {
      const next = chunk.indexOf('\n', end);
      if (next < 0) {
        end = chunk.length;
        break;
      }
      end = next + 1;
      left--;
    }
    yield* write(1, chunk.slice(0, end));
  }
}

function* firstBytes(fd: Fd, count: number): Process<void> {
  for (let left = count; left > 0; ) {
    const chunk = yield* read(fd, left);
    if (chunk === '') return;
    left -= chunk.length;
    yield* write(1, chunk);
  }
}

function* allBut(fd: Fd, count: number, bytes: boolean): Process<void> {
  const text = yield* readAll(fd);
  if (bytes) {
    yield* write(1, text.slice(0, Math.max(0, text.length - count)));
    return;
  }
  const lines = text.split(/(?<=\n)/);
  yield* write(1, lines.slice(0, Math.max(0, lines.length - count)).join(''));
}

const POLL = 1_000_000;

const tailParsed = withOptions(
  {
    letters: 'n:c:qvfFs:',
    long: { lines: 'n', bytes: 'c', quiet: 'q', silent: 'q', verbose: 'v', follow: 'f', 'sleep-interval': 's' },
  },
  function* (invocation, { flags, values, rest }) {
    const bytes = values.get('c')?.at(-1);
    const { sign, count } = countOf(bytes ?? values.get('n')?.at(-1) ?? '10', bytes === undefined ? 'lines' : 'bytes');
    const titled = (rest.length > 1 && !flags.has('q')) || flags.has('v');
    let first = true;
    let lastName: Bytes = '';
    const title = function* (name: Bytes): Process<void> {
      if (!titled) return;
      yield* write(1, `${first ? '' : '\n'}==> ${name === '-' ? 'standard input' : name} <==\n`);
      first = false;
    };
    const sizes = new Map<Bytes, number>();
    const status = yield* eachInput(
      invocation,
      rest,
      function* (fd, name) {
        yield* title(name);
        lastName = name;
        const text = yield* readAll(fd);
        sizes.set(name, text.length);
        yield* write(1, lastPart(text, count, bytes !== undefined, sign === '+'));
      },
      (name, error) => `cannot open '${name}' for reading: ${error.message}`,
    );
    if (!flags.has('f') && !flags.has('F')) return status;
    const named = rest.filter((name) => name !== '-' && (sizes.has(name) || flags.has('F')));
    if (named.length === 0) {
      if (rest.length > 0) yield* complain(invocation, 'no files remaining');
      return status;
    }
    for (;;) {
      yield* sleep(POLL);
      for (const name of named) {
        const more = yield* grown(invocation, name, sizes);
        if (more === '') continue;
        if (name !== lastName) yield* title(name);
        lastName = name;
        yield* write(1, more);
      }
    }
  },
);

export function* tail(invocation: Invocation): Process<number> {
  const plus = /^\+(\d+)$/.exec(invocation.args[0] ?? '');
  if (plus) return yield* tailParsed({ ...invocation, args: ['-n', `+${plus[1]}`, ...invocation.args.slice(1)] });
  return yield* tailParsed(oldCount(invocation));
}

/** What a followed file has gained since it was last looked at. */
function* grown(invocation: Invocation, name: Bytes, sizes: Map<Bytes, number>): Process<Bytes> {
  const path = pathOf(invocation, name);
  const before = sizes.get(name) ?? 0;
  try {
    const { size } = yield* stat(path);
    if (size === before) return '';
    sizes.set(name, size);
    if (size < before) {
      yield* complain(invocation, `${name}: file truncated`);
      return yield* readFile(path);
    }
    return (yield* readFile(path)).slice(before);
  } catch (error) {
    if (error instanceof Errno) return '';
    throw error;
  }
}

function lastPart(text: Bytes, count: number, bytes: boolean, fromStart: boolean): Bytes {
  if (bytes) return fromStart ? text.slice(Math.max(0, count - 1)) : count === 0 ? '' : text.slice(-count);
  const lines = text.split(/(?<=\n)/);
  if (fromStart) return lines.slice(Math.max(0, count - 1)).join('');
  return count === 0 ? '' : lines.slice(-count).join('');
}

interface Counts {
  lines: number;
  words: number;
  characters: number;
  bytes: number;
  longest: number;
}

export const wc: Program = withOptions(
  { letters: 'lwcmL', long: { lines: 'l', words: 'w', bytes: 'c', chars: 'm', 'max-line-length': 'L' } },
  function* (invocation, { flags, rest }) {
    const all = flags.size === 0;
    const chosen = (counts: Counts): number[] => [
      ...(all || flags.has('l') ? [counts.lines] : []),
      ...(all || flags.has('w') ? [counts.words] : []),
      ...(flags.has('m') ? [counts.characters] : []),
      ...(all || flags.has('c') ? [counts.bytes] : []),
      ...(flags.has('L') ? [counts.longest] : []),
    ];
    const rows: { readonly counts: readonly number[]; readonly name: Bytes }[] = [];
    const total: Counts = { lines: 0, words: 0, characters: 0, bytes: 0, longest: 0 };
    const status = yield* eachInput(invocation, rest, function* (fd, name) {
      const counts = yield* count(fd);
      rows.push({ counts: chosen(counts), name: rest.length === 0 ? '' : name });
      for (const key of ['lines', 'words', 'characters', 'bytes'] as const) total[key] += counts[key];
      total.longest = Math.max(total.longest, counts.longest);
    });
    if (rest.length > 1) rows.push({ counts: chosen(total), name: 'total' });
    // One number of one input stands alone; piped counts are as wide as GNU's seven columns.
    const single = rows.length === 1 && rows[0]!.counts.length === 1;
    const width = single ? 1 : rest.length === 0 || rest.includes('-') ? 7 : String(total.bytes).length;
    for (const { counts, name } of rows) {
      yield* write(
        1,
        `${counts.map((value) => String(value).padStart(width)).join(' ')}${name === '' ? '' : ` ${name}`}\n`,
      );
    }
    return status;
  },
);

function* count(fd: Fd): Process<Counts> {
  const counts: Counts = { lines: 0, words: 0, characters: 0, bytes: 0, longest: 0 };
  const text = yield* readAll(fd);
  counts.bytes = text.length;
  counts.characters = text.replace(/[\x80-\xbf]/g, '').length;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) counts.lines++;
  counts.words = text.match(/[^ \t\n\v\f\r]+/g)?.length ?? 0;
  for (const line of text.split('\n')) counts.longest = Math.max(counts.longest, line.length);
  return counts;
}

const UNIQ_NUMBERS: Record<string, string> = { f: 'fields to skip', s: 'bytes to skip', w: 'bytes to compare' };

/** uniq [-c] [-d] [-u] [-i] [-f FIELDS] [-s CHARACTERS] [-w CHARACTERS] [INPUT]: runs of equal lines, as they come. */
export const uniq: Program = withOptions(
  {
    letters: 'cduif:s:w:',
    long: {
      count: 'c',
      repeated: 'd',
      unique: 'u',
      'ignore-case': 'i',
      'skip-fields': 'f',
      'skip-chars': 's',
      'check-chars': 'w',
    },
  },
  function* (invocation, { flags, values, rest }) {
    const number = (letter: string, otherwise: number): number => {
      const word = values.get(letter)?.at(-1);
      if (word !== undefined && !/^\d+$/.test(word))
        throw new UsageError(`${word}: invalid number of ${UNIQ_NUMBERS[letter]}`);
      return word === undefined ? otherwise : Number(word);
    };
    const fields = number('f', 0);
    const skipped = number('s', 0);
    const width = number('w', Infinity);
    let run: { line: Bytes; count: number } | undefined;
    const shown = (): Bytes => {
      if (!run || (flags.has('d') && run.count < 2) || (flags.has('u') && run.count > 1)) return '';
      return `${flags.has('c') ? `${String(run.count).padStart(7)} ` : ''}${run.line}\n`;
    };
    const key = (line: Bytes): Bytes => {
      let part = line;
      for (let k = 0; k < fields; k++) part = part.replace(/^[ \t]*[^ \t]*/, '');
      part = part.slice(skipped, skipped + width);
      return flags.has('i') ? part.toLowerCase() : part;
    };
    const status = yield* eachInput(invocation, rest.slice(0, 1), function* (fd) {
      const reader = new LineReader(fd);
      for (;;) {
        const lines = yield* reader.batch();
        if (!lines) return;
        let out = '';
        for (const line of lines) {
          if (run && key(run.line) === key(line)) {
            run.count++;
            continue;
          }
          out += shown();
          run = { line, count: 1 };
        }
        yield* write(1, out);
      }
    });
    yield* write(1, shown());
    return status;
  },
);

/** tac and rev: lines turned around, and read backwards. */
export const tac: Program = withOptions({ letters: '' }, function* (invocation, { rest }) {
  return yield* eachInput(invocation, rest, function* (fd) {
    const lines = (yield* readAll(fd)).split(/(?<=\n)/);
    yield* write(1, lines.reverse().join(''));
  });
});

export const rev: Program = withOptions({ letters: '' }, function* (invocation, { rest }) {
  return yield* eachInput(invocation, rest, function* (fd) {
    const reader = new LineReader(fd);
    for (;;) {
      const lines = yield* reader.batch();
      if (!lines) return;
      yield* write(1, lines.map((line) => `${[...line].reverse().join('')}\n`).join(''));
    }
  });
});

/** more and less: what cat does, since a pager is a picture of its own. */
export const pager: Program = withOptions({ letters: 'RSFXNrin' }, function* (invocation, { rest }) {
  let status = 0;
  for (const name of rest.length === 0 ? ['-'] : rest) {
    try {
      const fd = yield* openInput(invocation, name);
      for (;;) {
        const chunk = yield* read(fd);
        if (chunk === '') break;
        yield* write(1, chunk);
      }
      yield* closeInput(fd);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      yield* write(2, `${name}: ${error.message}\n`);
      status = 1;
    }
  }
  return status;
});
