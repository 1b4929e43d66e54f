/** What programs share: input by chunks and lines, files by name, messages. */
import { type Bytes, fromUtf8, utf8 } from '../../base/bytes';
import { close, dup, Errno, type Fd, open, type Process, read, write } from '../../base/process';
import { join } from '../paths';
import type { Invocation } from './program';

/** Lines of a stream, as many at a time as one read brings: programs answer a line as soon as it is there. */
export class LineReader {
  private held = '';
  private ended = false;

  constructor(
    private readonly fd: Fd,
    private readonly mark = '\n',
  ) {}

  /** Whole lines without their ends; the last one of a stream may lack its newline. undefined: the end. */
  *batch(): Process<readonly Bytes[] | undefined> {
    while (!this.ended) {
      const chunk = yield* read(this.fd);
      if (chunk === '') {
        this.ended = true;
        if (this.held === '') return undefined;
        const last = this.held;
        this.held = '';
        return [last];
      }
      const text = this.held + chunk;
      const end = text.lastIndexOf(this.mark);
      if (end < 0) {
        this.held = text;
        continue;
      }
      this.held = text.slice(end + 1);
      return text.slice(0, end).split(this.mark);
    }
    return undefined;
  }
}

/** More than a program can hold: /dev/zero and its like have no end. */
const HELD_MAX = 256 * 1024 * 1024;

/** Everything that a stream still holds. */
export function* readAll(fd: Fd): Process<Bytes> {
  const chunks: Bytes[] = [];
  let length = 0;
  for (;;) {
    const chunk = yield* read(fd);
    if (chunk === '') return chunks.join('');
    chunks.push(chunk);
    length += chunk.length;
    if (length > HELD_MAX) throw new RangeError('more than memory holds');
  }
}

/** An absolute path, as text, of a name that was typed. */
export function pathOf(invocation: Invocation, name: Bytes): string {
  return join(invocation.cwd, fromUtf8(name));
}

/** Opens a named input: `-` and /dev/stdin are stdin, /dev/fd/N a descriptor. Close what is not 0. Throws Errno. */
export function* openInput(invocation: Invocation, name: Bytes): Process<Fd> {
  if (name === '-' || name === '/dev/stdin') return 0;
  const own = /^\/dev\/fd\/(\d+)$/.exec(name);
  if (own) return yield* dup(Number(own[1]));
  return yield* open(pathOf(invocation, name), 'read');
}

export function* closeInput(fd: Fd): Process<void> {
  if (fd !== 0) yield* close(fd);
}

/** `NAME: WORDS` on stderr. */
export function* complain(invocation: Invocation, words: string): Process<void> {
  yield* write(2, `${invocation.name}: ${words}\n`);
}

/** Runs `use` on each input, or on stdin without names; 1 when one could not be read. */
export function* eachInput(
  invocation: Invocation,
  names: readonly Bytes[],
  use: (fd: Fd, name: Bytes) => Process<void>,
  words: (name: Bytes, error: Errno) => string = (name, error) => `${name}: ${error.message}`,
): Process<number> {
  let status = 0;
  for (const name of names.length === 0 ? ['-'] : names) {
    try {
      const fd = yield* openInput(invocation, name);
      yield* use(fd, name);
      yield* closeInput(fd);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      yield* complain(invocation, words(name, error));
      status = 1;
    }
  }
  return status;
}

export interface Parsed {
  /** Letters and long names that were given, with how often. */
  readonly flags: ReadonlyMap<string, number>;
  /** Values by letter or long name, all of them in order. */
  readonly values: ReadonlyMap<string, readonly Bytes[]>;
  readonly rest: readonly Bytes[];
}

/** What a program's options are: letters (a colon after one that takes a value), and long names mapped to letters. */
export interface OptionSpec {
  readonly letters: string;
  readonly long?: Readonly<Record<string, string>>;
  /** Options end at the first word (xargs, sudo, env …). */
  readonly stopAtWord?: boolean;
}

/** A usage error: printed as the tool prints it. */
export class UsageError {
  constructor(
    readonly message: string,
    readonly status = 1,
  ) {}
}

/** Options in getopt_long's manner. Throws UsageError. */
export function parseOptions(args: readonly Bytes[], spec: OptionSpec): Parsed {
  const flags = new Map<string, number>();
  const values = new Map<string, Bytes[]>();
  const rest: Bytes[] = [];
  const takes = (letter: string): boolean => spec.letters.includes(`${letter}:`);
  const put = (letter: string, value: Bytes | undefined): void => {
    flags.set(letter, (flags.get(letter) ?? 0) + 1);
    if (value !== undefined) values.set(letter, [...(values.get(letter) ?? []), value]);
  };
  for (let at = 0; at < args.length; at++) {
    const word = args[at]!;
    if (word === '--') {
      rest.push(...args.slice(at + 1));
      break;
    }
    if (word.startsWith('--')) {
      const [name, given] = splitLong(word);
      const letter = longName(name, spec);
      if (!takes(letter)) {
        if (given !== undefined) throw new UsageError(`option '--${name}' doesn't allow an argument`);
        put(letter, undefined);
        continue;
      }
      const value = given ?? args[++at];
      if (value === undefined) throw new UsageError(`option '--${name}' requires an argument`);
      put(letter, value);
    } else if (word.length > 1 && word[0] === '-') {
      for (let k = 1; k < word.length; k++) {
        const letter = word[k]!;
        if (letter === ':' || !spec.letters.includes(letter)) throw new UsageError(`invalid option -- '${letter}'`);
        if (!takes(letter)) {
          put(letter, undefined);
          continue;
        }
        const value = k + 1 < word.length ? word.slice(k + 1) : args[++at];
        if (value === undefined) throw new UsageError(`option requires an argument -- '${letter}'`);
        put(letter, value);
        break;
      }
    } else {
      if (spec.stopAtWord) {
        rest.push(...args.slice(at));
        break;
      }
      rest.push(word);
    }
  }
  return { flags, values, rest };
}

function splitLong(word: Bytes): readonly [string, Bytes | undefined] {
  const equals = word.indexOf('=');
  return equals < 0 ? [word.slice(2), undefined] : [word.slice(2, equals), word.slice(equals + 1)];
}

/** A long name, or a beginning that only one has. */
function longName(name: string, spec: OptionSpec): string {
  const names = spec.long ?? {};
  if (name in names) return names[name]!;
  const likely = Object.keys(names).filter((known) => known.startsWith(name));
  if (likely.length > 0 && new Set(likely.map((known) => names[known])).size === 1) return names[likely[0]!]!;
  if (likely.length > 1) {
    throw new UsageError(
      `option '--${name}' is ambiguous; possibilities:${likely.map((known) => ` '--${known}'`).join('')}`,
    );
  }
  throw new UsageError(`unrecognized option '--${name}'`);
}

/** A program whose options are parsed first; a usage error is told the way the GNU tools do. */
export function withOptions(
  spec: OptionSpec,
  run: (invocation: Invocation, parsed: Parsed) => Process<number>,
  usageStatus = 1,
): (invocation: Invocation) => Process<number> {
  return function* program(invocation) {
    let parsed: Parsed;
    try {
      parsed = parseOptions(invocation.args, spec);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      yield* complain(invocation, `${error.message}\nTry '${invocation.name} --help' for more information.`);
      return usageStatus;
    }
    try {
      return yield* run(invocation, parsed);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      if (error.message.startsWith('Usage:')) yield* write(2, `${error.message}\n`);
      else yield* complain(invocation, error.message);
      return error.status;
    }
  };
}

/** Writes text that may hold other than ASCII. */
export function* say(text: string): Process<void> {
  yield* write(1, utf8(text));
}

const SECONDS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86400, '': 1 };

/** `1.5`, `2m`, `1h` → microseconds; undefined when it is none. */
export function parseSpan(text: Bytes): number | undefined {
  if (text === 'infinity' || text === 'inf') return 100 * 365 * 86400 * 1_000_000;
  const match = /^(\d+(?:\.\d*)?|\.\d+)([smhd]?)$/.exec(text);
  if (!match) return undefined;
  return Math.round(Number(match[1]) * SECONDS[match[2]!]! * 1_000_000);
}
