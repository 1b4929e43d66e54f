/** Command and process substitution: subshells whose output becomes words or paths. */
import type { Script } from 'unbash';
import { type Bytes, fromUtf8 } from '../../base/bytes';
import { close, Errno, type Fd, type Process, pipe, read, readFile, wait } from '../../base/process';
import { join } from '../paths';
import { Fatal } from './flow';
import type { Shell } from './shell';
import { launch } from './subshell';

/** The output of a script without the newlines at its end; its status becomes the command's that has no words. */
export function* substitute(shell: Shell, script: Script & { readonly errors?: unknown }): Process<Bytes> {
  const file = onlyRedirected(script);
  if (file) return yield* contents(shell, yield* shell.interpreter.word(shell, file));
  const [readEnd, writeEnd] = yield* pipe();
  const pid = yield* launch(shell, {
    source: sourceOf(shell, script),
    streams: [[1, writeEnd]],
    body: (child) => {
      if (!shell.shopts.has('inherit_errexit')) child.flags.errexit = false;
      return child.interpreter.run(child, script.commands);
    },
  });
  yield* close(writeEnd);
  const chunks: Bytes[] = [];
  for (;;) {
    const chunk = yield* read(readEnd);
    if (chunk === '') break;
    chunks.push(chunk);
  }
  yield* close(readEnd);
  shell.substituted = yield* wait(pid);
  shell.status = shell.substituted;
  return chunks.join('').replace(/\n+$/, '').replaceAll('\0', '');
}

/** Positions in backtick scripts with escapes count in their own decoded text. */
function sourceOf(shell: Shell, script: Script): Shell['source'] {
  return script.source === undefined ? shell.source : { text: script.source, firstLine: shell.line };
}

/** The word of $(<file). */
function onlyRedirected(script: Script) {
  const command = script.commands[0]?.command;
  if (script.commands.length !== 1 || command?.type !== 'Command' || command.name || command.prefix.length !== 1) {
    return undefined;
  }
  const only = command.prefix[0]!;
  return only.type === 'Redirect' && only.operator === '<' && !only.descriptor ? only.target : undefined;
}

function* contents(shell: Shell, path: Bytes): Process<Bytes> {
  try {
    const data = yield* readFile(join(shell.cwd, fromUtf8(path)));
    shell.substituted = 0;
    shell.status = 0;
    return data.replace(/\n+$/, '');
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    yield* shell.complain(`${path}: ${error.message}`);
    shell.substituted = 1;
    shell.status = 1;
    return '';
  }
}

const FIRST_SUBSTITUTED = 63;

/** <(…) and >(…): a path under /dev/fd that stands for a pipe to the running script. */
export function* processSubstitution(shell: Shell, script: Script, operator: '<' | '>'): Process<Bytes> {
  const [readEnd, writeEnd] = yield* pipe();
  const [mine, theirs]: readonly [Fd, Fd] = operator === '<' ? [readEnd, writeEnd] : [writeEnd, readEnd];
  const pid = yield* launch(shell, {
    source: sourceOf(shell, script),
    streams: [[operator === '<' ? 1 : 0, theirs]],
    body: (child) => child.interpreter.run(child, script.commands),
  });
  yield* close(theirs);
  shell.lastBackground = pid;
  let fd = FIRST_SUBSTITUTED;
  while (shell.streams.has(fd)) fd--;
  if (fd < 10) throw new Fatal('cannot make pipe for process substitution: Too many open files');
  shell.streams = new Map([...shell.streams, [fd, mine]]);
  shell.substitutions.push({ fd, kernel: mine, pid });
  return `/dev/fd/${fd}`;
}

/** Closes the pipes of a command's process substitutions, once it is done. */
export function* endSubstitutions(shell: Shell, from: number): Process<void> {
  while (shell.substitutions.length > from) {
    const { fd, kernel } = shell.substitutions.pop()!;
    const streams = new Map(shell.streams);
    streams.delete(fd);
    shell.streams = streams;
    yield* close(kernel);
  }
}
