/** Builtins that read: read, mapfile, getopts. */
import type { Bytes } from '../../base/bytes';
import { type Fd, now, type Process, read as readFd, select, terminal } from '../../base/process';
import { assignValue } from '../interpreter/assign';
import type { Shell } from '../interpreter/shell';
import { NAME } from '../interpreter/variables';

interface ReadOptions {
  raw: boolean;
  prompt: Bytes;
  array: Bytes | undefined;
  delimiter: Bytes;
  count: number | undefined;
  exact: boolean;
  seconds: number | undefined;
  fd: number;
  names: readonly Bytes[];
}

/** Options of read; a text is the one that is not known. */
function readOptions(args: readonly Bytes[]): ReadOptions | Bytes {
  const options: ReadOptions = {
    raw: false,
    prompt: '',
    array: undefined,
    delimiter: '\n',
    count: undefined,
    exact: false,
    seconds: undefined,
    fd: 0,
    names: [],
  };
  let at = 0;
  for (; at < args.length && /^-./.test(args[at]!); at++) {
    const word = args[at]!;
    if (word === '--') {
      at++;
      break;
    }
    for (let k = 1; k < word.length; k++) {
      const letter = word[k]!;
      if (letter === 'r') options.raw = true;
      else if (letter === 's' || letter === 'e') continue;
      else if ('paditnNu'.includes(letter)) {
        const value = word.length > k + 1 ? word.slice(k + 1) : (args[++at] ?? '');
        if (letter === 'p') options.prompt = value;
        else if (letter === 'a') options.array = value;
        else if (letter === 'd') options.delimiter = value === '' ? '\0' : value[0]!;
        else if (letter === 't') options.seconds = Number(value);
        else if (letter === 'u') options.fd = Number(value);
        else if (letter === 'n' || letter === 'N') {
          options.count = Number(value);
          options.exact = letter === 'N';
        }
        break;
      } else return `-${letter}`;
    }
  }
  options.names = args.slice(at);
  return options;
}

interface Line {
  readonly text: Bytes;
  /** Characters that a backslash protects from splitting, by place. */
  readonly protectedAt: ReadonlySet<number>;
  readonly ended: boolean;
  readonly late: boolean;
}

/** One line, byte by byte: what comes after it belongs to the next reader. */
function* readLine(fd: Fd, options: ReadOptions): Process<Line> {
  const deadline = options.seconds === undefined ? undefined : (yield* now()) + Math.round(options.seconds * 1e6);
  const protectedAt = new Set<number>();
  let text = '';
  for (;;) {
    if (options.count !== undefined && text.length >= options.count) break;
    if (deadline !== undefined) {
      const found = yield* select([fd], { timeout: Math.max(0, deadline - (yield* now())) });
      if ('timeout' in found) return { text, protectedAt, ended: false, late: true };
    }
    const byte = yield* readFd(fd, 1);
    if (byte === '') return { text, protectedAt, ended: false, late: false };
    if (byte === options.delimiter && !options.exact) break;
    if (byte === '\\' && !options.raw) {
      const next = yield* readFd(fd, 1);
      if (next === '\n' || next === '') continue;
      protectedAt.add(text.length);
      text += next;
    } else if (byte !== '\0') text += byte;
  }
  return { text, protectedAt, ended: true, late: false };
}

export function* read(shell: Shell, args: readonly Bytes[]): Process<number> {
  const options = readOptions(args);
  if (typeof options === 'string') {
    yield* shell.complain(`read: ${options}: invalid option`);
    yield* shell.err(
      'read: usage: read [-ers] [-a array] [-d delim] [-i text] [-n nchars] [-N nchars] [-p prompt] [-t timeout] [-u fd] [name ...]\n',
    );
    return 2;
  }
  const fd = shell.streams.get(options.fd);
  if (fd === undefined) {
    yield* shell.complain(`read: ${options.fd}: invalid file descriptor: Bad file descriptor`);
    return 1;
  }
  for (const name of options.names) {
    if (NAME.test(name.replace(/\[.*\]$/s, ''))) continue;
    yield* shell.complain(`read: \`${name}': not a valid identifier`);
    return 1;
  }
  if (options.prompt !== '' && (yield* terminal(fd)) !== undefined) yield* shell.err(options.prompt);
  const line = yield* readLine(fd, options);
  const ifs = shell.get('IFS') ?? ' \t\n';
  if (options.array !== undefined) {
    const variable = shell.variables.make(options.array);
    variable.become('indexed');
    variable.indexed = new Map(splitLine(line, ifs, Number.MAX_SAFE_INTEGER).map((word, k) => [k, word]));
  } else if (options.names.length === 0) {
    yield* assignValue(shell, 'REPLY', line.text);
  } else {
    const words = options.exact ? [line.text] : splitLine(line, ifs, options.names.length);
    for (let k = 0; k < options.names.length; k++) yield* assignValue(shell, options.names[k]!, words[k] ?? '');
  }
  return line.late ? 142 : line.ended ? 0 : 1;
}

/** At most `max` words; the last one takes the rest of the line, without blanks at its end. */
function splitLine(line: Line, ifs: Bytes, max: number): Bytes[] {
  const { text, protectedAt } = line;
  const separates = (at: number): boolean => ifs.includes(text[at]!) && !protectedAt.has(at);
  const blank = (at: number): boolean => separates(at) && ' \t\n'.includes(text[at]!);
  const words: Bytes[] = [];
  let at = 0;
  let end = text.length;
  while (at < end && blank(at)) at++;
  while (end > at && blank(end - 1)) end--;
  while (at < end) {
    if (words.length === max - 1) {
      let rest = text.slice(at, end);
      // One separator at the very end that is no blank is dropped when nothing else follows.
      if (separates(end - 1) && !blank(end - 1) && rest.slice(0, -1).search(/./) >= 0) {
        const inner = [...rest.slice(0, -1)].some((_, k) => separates(at + k));
        if (!inner) rest = rest.slice(0, -1);
      }
      words.push(rest);
      return words;
    }
    let k = at;
    while (k < end && !separates(k)) k++;
    words.push(text.slice(at, k));
    while (k < end && blank(k)) k++;
    if (k < end && separates(k) && !blank(k)) k++;
    while (k < end && blank(k)) k++;
    at = k;
  }
  return words;
}

/** mapfile [-t] [-n COUNT] [-d X] [NAME] */
export function* mapfile(shell: Shell, args: readonly Bytes[], command: Bytes): Process<number> {
  let trim = false;
  let max = 0;
  let delimiter = '\n';
  let at = 0;
  for (; at < args.length && /^-./.test(args[at]!); at++) {
    const word = args[at]!;
    if (word === '-t') trim = true;
    else if (word === '-n') max = Number(args[++at] ?? 0);
    else if (word === '-d') delimiter = args[++at] || '\0';
    else {
      yield* shell.complain(`${command}: ${word}: invalid option`);
      return 2;
    }
  }
  const fd = shell.streams.get(0);
  const chunks: Bytes[] = [];
  while (fd !== undefined) {
    const chunk = yield* readFd(fd);
    if (chunk === '') break;
    chunks.push(chunk);
  }
  const lines = chunks.join('').split(delimiter);
  const last = lines.pop()!;
  const whole = lines.map((line) => (trim ? line : line + delimiter));
  if (last !== '') whole.push(last);
  const variable = shell.variables.make(args[at] ?? 'MAPFILE');
  variable.become('indexed');
  variable.indexed = new Map((max > 0 ? whole.slice(0, max) : whole).map((line, k) => [k, line]));
  return 0;
}

/** getopts SPEC NAME [ARGS] */
export function* getopts(shell: Shell, args: readonly Bytes[]): Process<number> {
  const [spec, name, ...given] = args;
  if (spec === undefined || name === undefined) {
    yield* shell.err(`${shell.prefix}getopts: usage: getopts optstring name [arg ...]\n`);
    return 2;
  }
  const words = given.length > 0 ? given : shell.positional;
  const quiet = spec.startsWith(':');
  const typed = Number(shell.get('OPTIND') ?? '1');
  if (typed !== shell.getoptsAt.index) shell.getoptsAt = { index: typed, within: 0 };
  const state = shell.getoptsAt;
  const word = words[state.index - 1];
  if (state.within === 0) {
    if (word === undefined || !/^-./.test(word) || word === '--') {
      if (word === '--') state.index++;
      shell.set('OPTIND', String(state.index));
      shell.set(name, '?');
      return 1;
    }
    state.within = 1;
  }
  const letter = word![state.within]!;
  state.within++;
  const place = letter === ':' ? -1 : spec.indexOf(letter);
  const last = state.within >= word!.length;
  const finish = (value: Bytes, argument: Bytes | undefined): void => {
    shell.set('OPTIND', String(state.index));
    shell.set(name, value);
    if (argument === undefined) shell.variables.unset('OPTARG');
    else shell.set('OPTARG', argument);
  };
  if (place >= 0 && spec[place + 1] === ':') {
    const argument = last ? words[state.index] : word!.slice(state.within);
    state.index += last && argument !== undefined ? 2 : 1;
    state.within = 0;
    if (argument !== undefined) {
      finish(letter, argument);
      return 0;
    }
    if (!quiet) yield* shell.err(`${shell.name}: option requires an argument -- ${letter}\n`);
    finish(quiet ? ':' : '?', quiet ? letter : undefined);
    return 0;
  }
  if (last) {
    state.index++;
    state.within = 0;
  }
  if (place >= 0) {
    finish(letter, undefined);
    return 0;
  }
  if (!quiet) yield* shell.err(`${shell.name}: illegal option -- ${letter}\n`);
  finish('?', quiet ? letter : undefined);
  return 0;
}
