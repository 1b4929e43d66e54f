/** Builtins that write: echo, printf, history, help. */
import { type Bytes, utf8 } from '../../base/bytes';
import type { Process } from '../../base/process';
import { assignValue } from '../interpreter/assign';
import type { Shell } from '../interpreter/shell';
import { echoText } from '../text/echo';
import { formatPrintf } from '../text/printf';

export function* echo(shell: Shell, args: readonly Bytes[]): Process<number> {
  if (!shell.streams.has(1)) {
    yield* shell.complain('echo: write error: Bad file descriptor');
    return 1;
  }
  yield* shell.out(echoText(args, shell.dialect !== 'bash' || shell.shopts.has('xpg_echo')));
  return 0;
}

export function* printf(shell: Shell, args: readonly Bytes[]): Process<number> {
  let words = args;
  let into: Bytes | undefined;
  if (words[0] === '-v') {
    into = words[1];
    words = words.slice(2);
  }
  if (words[0] === '--') words = words.slice(1);
  if (words.length === 0) {
    yield* shell.err(`${shell.prefix}printf: usage: printf [-v var] format [arguments]\n`);
    return 2;
  }
  const { text, errors } = formatPrintf(words[0]!, words.slice(1));
  for (const error of errors) yield* shell.complain(`printf: ${error}`);
  if (into !== undefined) {
    const element = /^(\w+)\[(.+)\]$/s.exec(into);
    const index = element
      ? { type: 'Word' as const, text: element[2]!, value: element[2]!, pos: 0, end: 0 }
      : undefined;
    yield* assignValue(shell, element?.[1] ?? into, text, { index });
  } else yield* shell.out(text);
  return errors.length > 0 ? 1 : 0;
}

export function* history(shell: Shell, args: readonly Bytes[]): Process<number> {
  if (args[0] === '-c') {
    shell.history.length = 0;
    return 0;
  }
  if (args[0] !== undefined && !/^\d+$/.test(args[0])) {
    yield* shell.complain(`history: ${args[0]}: only a count and -c are known here`);
    return 1;
  }
  const count = args[0] === undefined ? shell.history.length : Number(args[0]);
  const from = Math.max(0, shell.history.length - count);
  for (let k = from; k < shell.history.length; k++)
    yield* shell.out(`${String(k + 1).padStart(5)}  ${shell.history[k]}\n`);
  return 0;
}

export function* help(shell: Shell): Process<number> {
  yield* shell.out(
    utf8(
      'GNU bash, as Swarm Playground knows it. Commands that are built in:\n' +
        `${[...shell.interpreter.builtins.keys(), ...shell.interpreter.declarations.keys()].sort((a, b) => (a < b ? -1 : 1)).join(' ')}\n` +
        "'docker --help' lists the docker commands, 'lab help' what can be done to the machines themselves.\n",
    ),
  );
  return 0;
}
