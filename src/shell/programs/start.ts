/** Programs that start other programs: sudo, env, xargs, timeout, watch. */
import { type Bytes, fromUtf8 } from '../../base/bytes';
import { Errno, type Fd, type Process, spawn, wait, write } from '../../base/process';
import { locateProgram } from './find';
import { complain } from './io';
import type { Invocation } from './program';

/** The generator of a program, or undefined when there is none. Errors of calls end it with the system's words. */
function* programProcess(from: Invocation, words: readonly Bytes[]): Process<Process<number> | undefined> {
  const name = fromUtf8(words[0] ?? '');
  const program = yield* locateProgram(from.programs, name);
  if (!program) return undefined;
  return guarded(program({ ...from, name: name.slice(name.lastIndexOf('/') + 1), args: words.slice(1) }), name);
}

function* guarded(process: Process<number>, name: string): Process<number> {
  try {
    return yield* process;
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    yield* write(2, `${name}: ${error.path ? `${error.path}: ` : ''}${error.message}\n`);
    return 1;
  }
}

const STANDARD: ReadonlyMap<Fd, Fd> = new Map([
  [0, 0],
  [1, 1],
  [2, 2],
]);

/** Runs a program in this one's place; 127 and `words` when there is none. */
export function* startProgram(
  from: Invocation,
  words: readonly Bytes[],
  missing: (name: Bytes) => string,
): Process<number> {
  const process = yield* programProcess(from, words);
  if (process) return yield* process;
  yield* complain(from, missing(words[0]!));
  return 127;
}

/** Starts a program as a child; its pid, or undefined when there is none. */
export function* spawnProgram(
  from: Invocation,
  words: readonly Bytes[],
  fds: ReadonlyMap<Fd, Fd> = STANDARD,
): Process<number | undefined> {
  const process = yield* programProcess(from, words);
  if (!process) return undefined;
  return yield* spawn({ name: words.join(' '), process, fds });
}

/** Runs a program as a child and waits; undefined when there is none. */
export function* runChild(from: Invocation, words: readonly Bytes[], fds = STANDARD): Process<number | undefined> {
  const pid = yield* spawnProgram(from, words, fds);
  return pid === undefined ? undefined : yield* wait(pid);
}
