/** cut -f LIST [-d C] [-s] [--output-delimiter=S], cut -c LIST, cut -b LIST: line by line, as they come. */
import { type Bytes, fromUtf8, utf8 } from '../../base/bytes';
import { type Process, write } from '../../base/process';
import { eachInput, LineReader, UsageError, withOptions } from './io';
import type { Program } from './program';

const TRY = "\nTry 'cut --help' for more information.";

/** From, to: both from 1 and both inside; `to` may be Infinity. */
type Range = readonly [number, number];

/** `1,3-5,7-,-2` in ascending order, joined where they meet. */
function ranges(list: Bytes, what: 'field' | 'byte/character position'): Range[] {
  const out = list.split(/[, ]/).map((part): Range => {
    const match = /^(?:(\d+)|(\d*)-(\d*))$/.exec(part);
    if (!match || part === '-') {
      if (part === '-') throw new UsageError(`invalid range with no endpoint: -${TRY}`);
      throw new UsageError(`invalid ${what === 'field' ? 'field value' : what} '${part}'${TRY}`);
    }
    const [, one, low, high] = match;
    const from = Number(one ?? (low || '1'));
    const to = Number(one ?? (high || 'Infinity'));
    if (from === 0 || to === 0) {
      throw new UsageError(`${what === 'field' ? 'fields' : 'byte/character positions'} are numbered from 1${TRY}`);
    }
    if (to < from) throw new UsageError(`invalid decreasing range${TRY}`);
    return [from, to];
  });
  return out.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
}

function select<T>(parts: readonly T[], wanted: readonly Range[]): T[] {
  const out: T[] = [];
  let next = 1;
  for (const [from, to] of wanted) {
    const first = Math.max(from, next);
    out.push(...parts.slice(first - 1, to));
    next = Math.max(next, to + 1);
  }
  return out;
}

function* eachLine(fd: number, change: (line: Bytes) => Bytes | undefined): Process<void> {
  const reader = new LineReader(fd);
  for (;;) {
    const lines = yield* reader.batch();
    if (!lines) return;
    const out = lines.map(change).filter((line) => line !== undefined);
    if (out.length > 0) yield* write(1, `${out.join('\n')}\n`);
  }
}

export const cut: Program = withOptions(
  {
    letters: 'f:c:b:d:O:sn',
    long: {
      fields: 'f',
      characters: 'c',
      bytes: 'b',
      delimiter: 'd',
      'only-delimited': 's',
      'output-delimiter': 'O',
    },
  },
  function* (invocation, { flags, values, rest }) {
    const lists = ['f', 'c', 'b'].filter((letter) => values.has(letter));
    if (lists.length === 0) throw new UsageError(`you must specify a list of bytes, characters, or fields${TRY}`);
    if (lists.length > 1) throw new UsageError(`only one list may be specified${TRY}`);
    const [kind] = lists;
    const wanted = ranges(values.get(kind!)!.at(-1)!, kind === 'f' ? 'field' : 'byte/character position');
    const delimiter = values.get('d')?.at(-1) ?? '\t';
    if (kind !== 'f' && values.has('d')) {
      throw new UsageError(`an input delimiter may be specified only when operating on fields${TRY}`);
    }
    if (fromUtf8(delimiter).length > 1) throw new UsageError(`the delimiter must be a single character${TRY}`);
    const glue = values.get('O')?.at(-1) ?? (kind === 'f' ? delimiter : '');
    const change = (line: Bytes): Bytes | undefined => {
      if (kind === 'b') return select([...line], wanted).join(glue);
      if (kind === 'c') return select([...fromUtf8(line)].map(utf8), wanted).join(glue);
      if (!line.includes(delimiter)) return flags.has('s') ? undefined : line;
      return select(line.split(delimiter), wanted).join(glue);
    };
    return yield* eachInput(invocation, rest, (fd) => eachLine(fd, change));
  },
);
