/** Small programs: true, echo, sleep, seq, yes, env, hostname, id, uname, basename and the like. */
import { type Bytes, utf8 } from '../../base/bytes';
import { now, type Process, sleep as pause, system, terminal, write } from '../../base/process';
import { baseName, directoryName } from '../paths';
import { echoText } from '../text/echo';
import { formatPrintf } from '../text/printf';
import { locateProgram } from './find';
import { complain, parseSpan, say, UsageError, withOptions } from './io';
import type { Invocation, Program } from './program';
import { startProgram } from './start';

export function* trueProgram(): Process<number> {
  return 0;
}

export function* falseProgram(): Process<number> {
  return 1;
}

export function* echo(invocation: Invocation): Process<number> {
  yield* write(1, echoText(invocation.args));
  return 0;
}

export function* printf(invocation: Invocation): Process<number> {
  const [format, ...words] = invocation.args[0] === '--' ? invocation.args.slice(1) : invocation.args;
  if (format === undefined) {
    yield* complain(invocation, "missing operand\nTry 'printf --help' for more information.");
    return 1;
  }
  const { text, errors } = formatPrintf(format, words);
  for (const error of errors) yield* complain(invocation, error);
  yield* write(1, text);
  return errors.length > 0 ? 1 : 0;
}

export function* pwd(invocation: Invocation): Process<number> {
  yield* say(`${invocation.cwd}\n`);
  return 0;
}

export function* sleep(invocation: Invocation): Process<number> {
  if (invocation.args.length === 0) {
    yield* complain(invocation, "missing operand\nTry 'sleep --help' for more information.");
    return 1;
  }
  let total = 0;
  for (const word of invocation.args) {
    const span = parseSpan(word);
    if (span === undefined) {
      yield* complain(invocation, `invalid time interval '${word}'\nTry 'sleep --help' for more information.`);
      return 1;
    }
    total += span;
  }
  yield* pause(total);
  return 0;
}

export function* yes(invocation: Invocation): Process<number> {
  const line = `${invocation.args.length === 0 ? 'y' : invocation.args.join(' ')}\n`;
  const block = line.repeat(Math.max(1, Math.floor(4096 / line.length)));
  for (;;) yield* write(1, block);
}

const SEQUENCE_MAX = 10_000_000;

/** seq [-s SEP] [-w] [FIRST [STEP]] LAST, in whole numbers and decimals. */
export function* seq(invocation: Invocation): Process<number> {
  let separator = '\n';
  let wide = false;
  const numbers: Bytes[] = [];
  for (let at = 0; at < invocation.args.length; at++) {
    const word = invocation.args[at]!;
    if (word === '-w') wide = true;
    else if (word === '-s') separator = invocation.args[++at] ?? '';
    else if (word.startsWith('-s')) separator = word.slice(2);
    else if (/^[-+]?(?:\d+\.?\d*|\.\d+)$/.test(word)) numbers.push(word);
    else {
      yield* complain(invocation, `invalid floating point argument: '${word}'\nTry 'seq --help' for more information.`);
      return 1;
    }
  }
  if (numbers.length === 0 || numbers.length > 3) {
    const words = numbers.length === 0 ? 'missing operand' : `extra operand '${numbers[3]}'`;
    yield* complain(invocation, `${words}\nTry 'seq --help' for more information.`);
    return 1;
  }
  const decimals = Math.max(...numbers.map((word) => word.split('.')[1]?.length ?? 0));
  const scale = 10 ** decimals;
  const [first, step, last] = (
    numbers.length === 1 ? ['1', '1', numbers[0]!] : numbers.length === 2 ? [numbers[0]!, '1', numbers[1]!] : numbers
  ).map((word) => Math.round(Number(word) * scale)) as [number, number, number];
  if (step === 0) {
    yield* complain(
      invocation,
      `invalid Zero increment value: '${numbers[1]}'\nTry 'seq --help' for more information.`,
    );
    return 1;
  }
  const shown = (value: number): string => (value / scale).toFixed(decimals);
  const width = wide ? Math.max(shown(first).length, shown(last).length) : 0;
  let out: string[] = [];
  let count = 0;
  for (let value = first; step > 0 ? value <= last : value >= last; value += step) {
    out.push(shown(value).padStart(width, '0'));
    if (++count >= SEQUENCE_MAX) break;
    if (out.length === 1000) {
      yield* write(1, (count > 1000 ? separator : '') + out.join(separator));
      out = [];
    }
  }
  if (out.length > 0) yield* write(1, (count > out.length ? separator : '') + out.join(separator));
  if (count > 0) yield* write(1, '\n');
  return 0;
}

export function* basename(invocation: Invocation): Process<number> {
  const words = invocation.args.filter((word) => word !== '--');
  if (words.length === 0) {
    yield* complain(invocation, "missing operand\nTry 'basename --help' for more information.");
    return 1;
  }
  let name = baseName(words[0]!);
  if (words[1] !== undefined && name.endsWith(words[1]) && name !== words[1]) name = name.slice(0, -words[1].length);
  yield* write(1, `${name}\n`);
  return 0;
}

export function* dirname(invocation: Invocation): Process<number> {
  if (invocation.args.length === 0) {
    yield* complain(invocation, "missing operand\nTry 'dirname --help' for more information.");
    return 1;
  }
  for (const word of invocation.args) yield* write(1, `${directoryName(word)}\n`);
  return 0;
}

export function* whoami(): Process<number> {
  yield* write(1, 'root\n');
  return 0;
}

export const id: Program = withOptions({ letters: 'ugnrG' }, function* (_invocation, { flags }) {
  if (flags.has('u') || flags.has('g') || flags.has('G')) yield* write(1, flags.has('n') ? 'root\n' : '0\n');
  else yield* write(1, 'uid=0(root) gid=0(root) groups=0(root)\n');
  return 0;
});

export const hostname: Program = withOptions(
  { letters: 'iIsfdA', long: { ip: 'i', 'all-ip-addresses': 'I', fqdn: 'f', short: 's' } },
  function* (invocation, { flags, rest }) {
    if (rest.length > 0) throw new UsageError('the name of a machine cannot be changed here');
    const name = yield* system('hostname');
    if (flags.has('I') || flags.has('i')) {
      const interfaces = yield* system('interfaces');
      const outside = interfaces
        .filter((one) => one.name !== 'lo')
        .flatMap((one) => one.addresses.map((a) => a.address));
      yield* say(flags.has('I') ? `${outside.join(' ')} \n` : `${outside[0] ?? '127.0.0.1'}\n`);
      return 0;
    }
    if (flags.has('d')) yield* say('\n');
    else yield* say(`${name}\n`);
    return invocation.args.length > 9 ? 1 : 0;
  },
);

export const uname: Program = withOptions(
  {
    letters: 'asnrvmpio',
    long: { all: 'a', 'kernel-name': 's', nodename: 'n', 'kernel-release': 'r', machine: 'm', 'operating-system': 'o' },
  },
  function* (_invocation, { flags }) {
    const machine = yield* system('machine');
    const name = yield* system('hostname');
    const all = flags.has('a');
    const parts: [string, string][] = [
      ['s', 'Linux'],
      ['n', name],
      ['r', machine.kernel],
      ['v', machine.version],
      ['m', machine.architecture],
      ['o', machine.os],
    ];
    const chosen = parts.filter(([letter]) => all || flags.has(letter) || (flags.size === 0 && letter === 's'));
    yield* say(`${chosen.map(([, text]) => text).join(' ')}\n`);
    return 0;
  },
);

export function* nproc(): Process<number> {
  yield* say(`${(yield* system('machine')).cores}\n`);
  return 0;
}

export function* arch(): Process<number> {
  yield* say(`${(yield* system('machine')).architecture}\n`);
  return 0;
}

export function* clear(): Process<number> {
  yield* write(1, '\x1b[H\x1b[2J\x1b[3J');
  return 0;
}

export function* tty(): Process<number> {
  const found = yield* terminal(0);
  yield* write(1, found === undefined ? 'not a tty\n' : '/dev/pts/0\n');
  return found === undefined ? 1 : 0;
}

/** env [-i] [-u NAME] [NAME=VALUE …] [COMMAND …] */
export function* env(invocation: Invocation): Process<number> {
  const values = new Map(invocation.env);
  let at = 0;
  for (; at < invocation.args.length; at++) {
    const word = invocation.args[at]!;
    if (word === '-i' || word === '-') values.clear();
    else if (word === '-u') values.delete(invocation.args[++at] ?? '');
    else if (/^[A-Za-z_]\w*=/.test(word))
      values.set(word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1));
    else if (word === '--') continue;
    else break;
  }
  const words = invocation.args.slice(at);
  if (words.length === 0) {
    yield* write(1, [...values].map(([name, value]) => `${name}=${value}\n`).join(''));
    return 0;
  }
  return yield* startProgram({ ...invocation, env: values }, words, (name) => `'${name}': No such file or directory`);
}

export function* printenv(invocation: Invocation): Process<number> {
  if (invocation.args.length === 0) return yield* env(invocation);
  let status = 0;
  for (const name of invocation.args) {
    const value = invocation.env.get(name);
    if (value === undefined) status = 1;
    else yield* write(1, `${value}\n`);
  }
  return status;
}

export function* which(invocation: Invocation): Process<number> {
  let status = 0;
  for (const name of invocation.args.filter((word) => word !== '-a')) {
    if (yield* locateProgram(invocation.programs, name))
      yield* write(1, name.includes('/') ? `${name}\n` : `/usr/bin/${name}\n`);
    else status = 1;
  }
  return status;
}

/** uptime: since when, and no load. */
export function* uptime(): Process<number> {
  const { booted } = yield* system('machine');
  const at = yield* now();
  const minutes = Math.floor((at - booted) / 60_000_000);
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  const short = hours > 0 ? `${hours}:${String(minutes % 60).padStart(2, '0')}` : `${minutes % 60} min`;
  const clock = new Date(Math.floor(at / 1000)).toISOString().slice(11, 19);
  const span = days > 0 ? `${days} day${days === 1 ? '' : 's'}, ${short}` : short;
  yield* write(1, ` ${clock} up ${span},  1 user,  load average: 0.00, 0.00, 0.00\n`);
  return 0;
}

/** Programs that exist on a real machine and need what is not modelled: refused in one sentence. */
export function refused(sentence: string): Program {
  return function* (invocation) {
    yield* write(2, utf8(`${invocation.name}: ${sentence}\n`));
    return 1;
  };
}
