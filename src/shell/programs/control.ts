/** Programs that run others: sudo, timeout, xargs, watch, nohup, time; and date, kill, ps, free. */
import { type Bytes, fromUtf8, utf8 } from '../../base/bytes';
import {
  close,
  Errno,
  kill,
  now,
  open,
  type Process,
  pipe,
  read,
  SIGNAL_NUMBERS,
  Signalled,
  select,
  sleep,
  stat,
  system,
  terminal,
  wait,
  write,
} from '../../base/process';
import { signalNamed } from '../interpreter/jobs';
import { formatDate, parseDate } from '../text/date';
import { complain, parseSpan, pathOf, readAll, say, UsageError, withOptions } from './io';
import type { Invocation, Program } from './program';
import { runChild, spawnProgram, startProgram } from './start';

/** sudo and doas: everyone is root here. */
export function* sudo(invocation: Invocation): Process<number> {
  let words = invocation.args;
  let at = 0;
  const env = new Map(invocation.env);
  for (; at < words.length; at++) {
    const word = words[at]!;
    if (word === '-u' || word === '-g' || word === '-p') at++;
    else if (word === '-i' || word === '-s' || word === '-E' || word === '-n' || word === '-H' || word === '-S')
      continue;
    else if (/^[A-Za-z_]\w*=/.test(word)) env.set(word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1));
    else if (word === '--') {
      at++;
      break;
    } else break;
  }
  const shell = words.slice(0, at).some((word) => word === '-i' || word === '-s');
  words = words.slice(at);
  if (words.length === 0) {
    if (!shell) {
      yield* write(
        2,
        'usage: sudo -h | -K | -k | -V\nusage: sudo [-u user] [VAR=value] [-i | -s] [command [arg ...]]\n',
      );
      return 1;
    }
    words = ['bash'];
  }
  return yield* startProgram({ ...invocation, env }, words, (name) => `${name}: command not found`);
}

export function* nohup(invocation: Invocation): Process<number> {
  if (invocation.args.length === 0) throw new UsageError('missing operand', 125);
  return yield* startProgram(
    invocation,
    invocation.args,
    (name) => `failed to run command '${name}': No such file or directory`,
  );
}

/** timeout [-s SIGNAL] [-k DURATION] DURATION COMMAND … */
export const timeout: Program = withOptions(
  {
    letters: 's:k:v',
    long: { signal: 's', 'kill-after': 'k', 'preserve-status': 'v', foreground: 'v' },
    stopAtWord: true,
  },
  function* (invocation, { flags, values, rest }) {
    const [span, ...words] = rest;
    if (span === undefined || words.length === 0) {
      throw new UsageError("missing operand\nTry 'timeout --help' for more information.", 125);
    }
    const micros = parseSpan(span);
    if (micros === undefined) throw new UsageError(`invalid time interval '${span}'`, 125);
    const signal = signalNamed(values.get('s')?.at(-1) ?? 'TERM');
    if (!signal || signal === 'none') throw new UsageError(`${values.get('s')?.at(-1)}: invalid signal`, 125);
    const pid = yield* spawnProgram(invocation, words);
    if (pid === undefined) {
      yield* complain(invocation, `failed to run command '${words[0]}': No such file or directory`);
      return 127;
    }
    const found = yield* select([], { pids: [pid], ...(micros > 0 ? { timeout: micros } : {}) });
    if ('pid' in found) return yield* wait(pid);
    yield* kill(pid, signal);
    const more = values.get('k')?.at(-1);
    if (more !== undefined) {
      const second = yield* select([], { pids: [pid], timeout: parseSpan(more) ?? 0 });
      if ('timeout' in second) yield* kill(pid, 'KILL');
    }
    const status = yield* wait(pid);
    return signal === 'KILL' ? 137 : flags.has('v') && values.size > 9 ? status : 124;
  },
  125,
);

/** The words of a text as xargs splits them: blanks, quotes, backslashes. */
function xargsWords(text: Bytes): Bytes[] | Bytes {
  const words: Bytes[] = [];
  let word: Bytes | undefined;
  for (let at = 0; at < text.length; at++) {
    const c = text[at]!;
    if (c === "'" || c === '"') {
      const end = text.indexOf(c, at + 1);
      if (end < 0) return c === "'" ? 'single' : 'double';
      word = (word ?? '') + text.slice(at + 1, end);
      at = end;
    } else if (c === '\\' && at + 1 < text.length) {
      word = (word ?? '') + text[++at]!;
    } else if (c === ' ' || c === '\t' || c === '\n') {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + c;
  }
  if (word !== undefined) words.push(word);
  return words;
}

export const xargs: Program = withOptions(
  {
    letters: 'rt0n:I:L:d:P:i',
    long: {
      'no-run-if-empty': 'r',
      null: '0',
      'max-args': 'n',
      replace: 'I',
      'max-procs': 'P',
      delimiter: 'd',
      verbose: 't',
    },
    stopAtWord: true,
  },
  function* (invocation, { flags, values, rest }) {
    const command = rest.length === 0 ? ['echo'] : rest;
    const text = yield* readAll(0);
    const delimiter = flags.has('0') ? '\0' : values.get('d')?.at(-1)?.replace('\\n', '\n').replace('\\t', '\t');
    const mark = values.get('I')?.at(-1) ?? (flags.has('i') ? '{}' : undefined);
    let items: Bytes[];
    if (delimiter !== undefined)
      items = text.split(delimiter).filter((item, k, all) => item !== '' || k < all.length - 1);
    else if (mark !== undefined || values.has('L'))
      items = text
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '');
    else {
      const words = xargsWords(text);
      if (typeof words === 'string') {
        throw new UsageError(
          `unmatched ${words} quote; by default quotes are special to xargs unless you use the -0 option`,
        );
      }
      items = words;
    }
    const size = mark === undefined ? Number(values.get('n')?.at(-1) ?? values.get('L')?.at(-1) ?? items.length) : 1;
    const runs: Bytes[][] = [];
    for (let at = 0; at < items.length; at += Math.max(1, size)) {
      const group = items.slice(at, at + Math.max(1, size));
      if (mark !== undefined) runs.push(command.map((word) => word.replaceAll(mark, group[0]!)));
      else runs.push([...command, ...(values.has('L') ? group.flatMap((line) => line.split(/[ \t]+/)) : group)]);
    }
    if (items.length === 0 && mark === undefined && !flags.has('r')) runs.push([...command]);
    return yield* runAll(invocation, runs, flags.has('t'));
  },
);

function* runAll(invocation: Invocation, runs: readonly Bytes[][], tell: boolean): Process<number> {
  const quiet = yield* open('/dev/null', 'read');
  const fds = new Map([
    [0, quiet],
    [1, 1],
    [2, 2],
  ]);
  let status = 0;
  for (const words of runs) {
    if (tell) yield* write(2, `${words.join(' ')}\n`);
    const ended = yield* runChild(invocation, words, fds);
    if (ended === undefined) {
      yield* complain(invocation, `${words[0]}: No such file or directory`);
      return 127;
    }
    if (ended === 255) {
      yield* complain(invocation, `${words[0]}: exited with status 255; aborting`);
      return 124;
    }
    if (ended > 128) return 125;
    if (ended !== 0) status = 123;
  }
  return status;
}

/** watch: a command again and again. On a terminal it has a screen of its own; else each round follows the last. */
export const watch: Program = withOptions(
  {
    letters: 'n:tdbegcxp',
    long: { interval: 'n', 'no-title': 't', differences: 'd', exec: 'x', chgexit: 'g' },
    stopAtWord: true,
  },
  function* (invocation, { flags, values, rest }) {
    if (rest.length === 0)
      throw new UsageError(
        'Usage: watch [options] command\n\nOptions:\n  -d, --differences\n  -g, --chgexit\n  -n, --interval <secs>\n  -t, --no-title\n  -x, --exec',
      );
    const seconds = values.get('n')?.at(-1) ?? '2';
    const interval = parseSpan(seconds.replace(/s$/, ''));
    if (interval === undefined) throw new UsageError(`failed to parse argument: '${seconds}'`);
    const every = Math.max(interval, 100_000);
    const command = rest.join(' ');
    const words = flags.has('x') ? rest : ['sh', '-c', command];
    const round = function* (): Process<Bytes> {
      const output = yield* capture(invocation, words);
      const screen = yield* terminal(1);
      const title = flags.has('t') ? '' : yield* watchTitle(command, every, screen?.columns ?? 80);
      const shown = screen ? clip(title + output, screen.rows, screen.columns) : `${title}${output}`;
      yield* write(1, screen ? `\x1b[H\x1b[2J${shown}` : shown);
      return output;
    };
    const screen = yield* terminal(1);
    if (screen) yield* write(1, OTHER_SCREEN);
    try {
      let before = yield* round();
      for (;;) {
        yield* sleep(every);
        const output = yield* round();
        if (flags.has('g') && before !== output) return 0;
        before = output;
      }
    } catch (error) {
      // Keys end it well, as it has no other end.
      if (!(error instanceof Signalled) || error.signal !== 'INT') throw error;
      return 0;
    } finally {
      if (screen) yield* write(1, FIRST_SCREEN);
    }
  },
);

/** The terminal's second screen, which leaves no trace on the first. */
const OTHER_SCREEN = '\x1b[?1049h';
const FIRST_SCREEN = '\x1b[?1049l';

function* watchTitle(command: Bytes, every: number, columns: number): Process<Bytes> {
  const left = `Every ${(every / 1_000_000).toFixed(1)}s: ${command}`;
  const right = `${utf8(yield* system('hostname'))}: ${formatDate('%a %b %e %H:%M:%S %Y', yield* now())}`;
  return `${left.padEnd(Math.max(left.length + 2, columns - right.length))}${right}\n\n`;
}

/** What fits on the screen. */
function clip(text: Bytes, rows: number, columns: number): Bytes {
  const lines = text.split('\n').slice(0, rows);
  return lines
    .map((line) => [...fromUtf8(line)].slice(0, columns).join(''))
    .map(utf8)
    .join('\n');
}

/** Both outputs of a command, to its end. */
function* capture(invocation: Invocation, words: readonly Bytes[]): Process<Bytes> {
  const [readEnd, writeEnd] = yield* pipe();
  const pid = yield* spawnProgram(
    invocation,
    words,
    new Map([
      [0, 0],
      [1, writeEnd],
      [2, writeEnd],
    ]),
  );
  yield* close(writeEnd);
  const chunks: Bytes[] = [];
  for (;;) {
    const chunk = yield* read(readEnd);
    if (chunk === '') break;
    chunks.push(chunk);
  }
  yield* close(readEnd);
  if (pid === undefined) return `sh: 1: ${words[0]}: not found\n`;
  yield* wait(pid);
  return chunks.join('');
}

/** date [+FORMAT] [-d TEXT] [-u] [-I[ns]] [-R] */
export function* date(invocation: Invocation): Process<number> {
  let at = yield* now();
  let format = '%a %b %e %H:%M:%S UTC %Y';
  for (let k = 0; k < invocation.args.length; k++) {
    const word = invocation.args[k]!;
    const described =
      /^(?:--date=|-d(?=.))(.*)$/.exec(word)?.[1] ??
      (word === '-d' || word === '--date' ? invocation.args[++k] : undefined);
    if (described !== undefined) {
      const parsed = parseDate(described, at);
      if (parsed === undefined) {
        yield* complain(invocation, `invalid date '${described}'`);
        return 1;
      }
      at = parsed;
    } else if (word === '-r') {
      at = (yield* stat(pathOf(invocation, invocation.args[++k] ?? ''))).modified;
    } else if (word.startsWith('+')) format = word.slice(1);
    else if (word === '-u' || word === '--utc' || word === '--universal') continue;
    else if (/^(?:-I|--iso-8601=?)/.test(word)) {
      const kind = word.replace(/^(?:-I|--iso-8601=?)/, '');
      format = kind === 'ns' ? '%Y-%m-%dT%H:%M:%S,%N+00:00' : /^s/.test(kind) ? '%Y-%m-%dT%H:%M:%S+00:00' : '%Y-%m-%d';
    } else if (word === '-R' || word === '--rfc-email') format = '%a, %d %b %Y %H:%M:%S +0000';
    else if (word === '-s' || word === '--set') {
      yield* complain(invocation, "cannot set date: the clock is the lab's own");
      return 1;
    } else {
      const kind = word.startsWith('--')
        ? `unrecognized option '${word}'`
        : word.startsWith('-')
          ? `invalid option -- '${word[1]}'`
          : '';
      yield* complain(invocation, kind ? `${kind}\nTry 'date --help' for more information.` : `invalid date '${word}'`);
      return 1;
    }
  }
  yield* write(1, `${formatDate(format, at)}\n`);
  return 0;
}

/** kill as a program: pids only. */
export function* killProgram(invocation: Invocation): Process<number> {
  let words = invocation.args;
  let name: Bytes = 'TERM';
  if (words[0] === '-l') {
    yield* write(1, `${Object.keys(SIGNAL_NUMBERS).join(' ')}\n`);
    return 0;
  }
  if (words[0] === '-s') {
    name = words[1] ?? '';
    words = words.slice(2);
  } else if (/^-[A-Za-z0-9]+$/.test(words[0] ?? '')) {
    name = words[0]!.slice(1);
    words = words.slice(1);
  }
  const signal = signalNamed(name);
  if (!signal) throw new UsageError(`${name}: invalid signal specification`);
  let status = 0;
  for (const word of words) {
    try {
      if (!/^\d+$/.test(word)) throw new UsageError(`failed to parse argument: '${word}'`);
      if (signal !== 'none') yield* kill(Number(word), signal);
    } catch (error) {
      if (error instanceof UsageError) yield* complain(invocation, error.message);
      else if (error instanceof Errno) yield* complain(invocation, `(${word}): No such process`);
      else throw error;
      status = 1;
    }
  }
  return status;
}

/** ps: of this terminal, or with -e, aux, -ef of everything. */
export function psProgram(family: 'procps' | 'busybox'): Program {
  return function* (invocation) {
    const letters = invocation.args.join('').replaceAll('-', '');
    const own = yield* system('pid');
    const all = yield* system('processes');
    const at = yield* now();
    if (family === 'busybox') {
      yield* say('PID   USER     TIME  COMMAND\n');
      for (const one of all) yield* say(`${String(one.pid).padStart(5)} ${one.user.padEnd(8)}  0:00 ${one.command}\n`);
      return 0;
    }
    if (/u/.test(letters) && /a/.test(letters)) {
      yield* say('USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n');
      for (const one of all) {
        const started = formatDate(at - one.started < 86_400_000_000 ? '%H:%M' : '%b%d', one.started);
        yield* say(
          `${one.user.padEnd(8)} ${String(one.pid).padStart(7)}  0.0  0.0      0     0 ${(one.terminal ?? '?').padEnd(8)} S    ${started}   0:00 ${one.command}\n`,
        );
      }
      return 0;
    }
    if (/f/.test(letters)) {
      yield* say('UID          PID    PPID  C STIME TTY          TIME CMD\n');
      for (const one of all) {
        yield* say(
          `${one.user.padEnd(8)} ${String(one.pid).padStart(7)} ${String(one.ppid).padStart(7)}  0 ${formatDate('%H:%M', one.started)} ${(one.terminal ?? '?').padEnd(8)} 00:00:00 ${one.command}\n`,
        );
      }
      return 0;
    }
    const mine = all.find((one) => one.pid === own)?.terminal;
    const shown = /[eA]/.test(letters) ? all : all.filter((one) => one.terminal === mine && mine !== undefined);
    yield* say('    PID TTY          TIME CMD\n');
    for (const one of shown) {
      const word = one.command.split(' ')[0]!;
      yield* say(
        `${String(one.pid).padStart(7)} ${(one.terminal ?? '?').padEnd(8)} 00:00:00 ${word.slice(word.lastIndexOf('/') + 1)}\n`,
      );
    }
    return 0;
  };
}

export const free: Program = withOptions(
  { letters: 'bkmghtw', long: { mebi: 'm', gibi: 'g', human: 'h', bytes: 'b' } },
  function* (_invocation, { flags }) {
    const { total, used } = yield* system('memory');
    const unit = flags.has('b') ? 1 : flags.has('m') ? 1024 ** 2 : flags.has('g') ? 1024 ** 3 : 1024;
    const shown = (bytes: number): string => {
      if (!flags.has('h')) return String(Math.floor(bytes / unit));
      if (bytes < 1024) return `${bytes}B`;
      const power = Math.min(3, Math.floor(Math.log2(bytes) / 10));
      const value = bytes / 1024 ** power;
      return `${value < 10 ? value.toFixed(1) : Math.round(value)}${['B', 'Ki', 'Mi', 'Gi'][power]}`;
    };
    const cell = (bytes: number): string => shown(bytes).padStart(11);
    yield* say('               total        used        free      shared  buff/cache   available\n');
    yield* say(
      `Mem:     ${cell(total)} ${cell(used)} ${cell(total - used)} ${cell(0)} ${cell(0)} ${cell(total - used)}\n`,
    );
    yield* say(`Swap:    ${cell(0)} ${cell(0)} ${cell(0)}\n`);
    return 0;
  },
);
