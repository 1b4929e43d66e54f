/** Children of a shell: a copy of its state in a process of its own. */
import type { Bytes } from '../../base/bytes';
import { type Fd, type Process, Signalled, spawn } from '../../base/process';
import { Break, Continue, Exit, Fatal, Interrupted, Return } from './flow';
import type { Shell } from './shell';

export interface Launch {
  /** For ps; the shell's own name otherwise. */
  readonly name?: Bytes;
  /** Where positions count, when it is not the parent's source. */
  readonly source?: Shell['source'];
  /** The child's descriptors that differ from the parent's: child's number, parent's kernel descriptor. */
  readonly streams?: readonly (readonly [number, Fd])[];
  readonly background?: boolean;
  body(child: Shell): Process<void>;
}

/** Starts a subshell; its pid. The state is copied now. */
export function* launch(shell: Shell, options: Launch): Process<number> {
  const fds = new Map([...shell.streams, ...(options.streams ?? [])]);
  const child = shell.fork();
  child.streams = new Map([...fds.keys()].map((fd) => [fd, fd]));
  child.background = shell.background || options.background === true;
  if (options.source) child.source = options.source;
  return yield* spawn({
    name: options.name ?? 'bash',
    process: contain(child, options.body(child)),
    fds,
    background: child.background,
  });
}

/** Runs a shell's work to its end, the EXIT trap included; the exit status. */
export function* contain(shell: Shell, body: Process<void>): Process<number> {
  let status: number;
  try {
    yield* body;
    status = shell.status;
  } catch (error) {
    if (error instanceof Exit) status = error.status;
    else if (error instanceof Return || error instanceof Break || error instanceof Continue) status = shell.status;
    else if (error instanceof Interrupted) status = 130;
    else if (error instanceof Fatal) {
      yield* shell.complain(error.message);
      status = error.status;
    } else {
      if (error instanceof Signalled && error.signal !== 'KILL') yield* exitTrap(shell);
      throw error;
    }
  }
  shell.status = status & 255;
  yield* exitTrap(shell);
  return shell.status;
}

/** The EXIT trap: once, with $? as it was; its own exit sets another status. */
function* exitTrap(shell: Shell): Process<void> {
  const command = shell.traps.get('EXIT');
  if (command === undefined) return;
  shell.traps.delete('EXIT');
  const status = shell.status;
  try {
    yield* shell.interpreter.runText(shell, command, shell.line);
    shell.status = status;
  } catch (error) {
    if (error instanceof Exit) shell.status = error.status & 255;
    else if (!(error instanceof Return || error instanceof Fatal)) throw error;
  }
}
