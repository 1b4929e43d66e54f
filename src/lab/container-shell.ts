/** Commands in containers (exec, sh -c, health checks): the shell room's interpreter behind the host's port. */
import type { Bytes } from '../base/bytes';
import { utf8 } from '../base/bytes';
import { type Fd, type Process, SIGNAL_NUMBERS, type Signal, write } from '../base/process';
import type { ContainerShell, ShellHandle, ShellOutput, ShellRun } from '../host/index';
import type { Programs } from '../shell/index';
import type { Kernel } from './kernel';
import { Pty } from './pty';
import { makePipe, NullStream, SinkStream, type Stream } from './streams';
import type { Tools } from './tools';

/** Makes the port that a machine's engine gets; `programsOf` says what a container's image brings. */
export function makeContainerShell(
  kernel: Kernel,
  tools: Tools,
  programsOf: (run: ShellRun) => Programs,
): ContainerShell {
  return {
    run: (run, output) => start(kernel, tools, programsOf(run), run, output),
    freeze: (containerId, frozen) => kernel.freeze(containerId, frozen),
  };
}

/** The exit status of a command that is not there, as runc has it. */
const NOT_FOUND = 127;

function* runArgv(run: ShellRun, tools: Tools, programs: Programs): Process<number> {
  const [path = 'sh', ...args] = run.argv.map(utf8);
  const program = yield* tools.locateProgram(programs, path);
  if (!program) {
    yield* write(2, utf8(`exec: "${run.argv[0]}": executable file not found in $PATH\n`));
    return NOT_FOUND;
  }
  const cwd = run.workingDir === '' ? '/' : run.workingDir;
  return yield* program({ name: path.slice(path.lastIndexOf('/') + 1), args, env: environment(run), cwd, programs });
}

function environment(run: ShellRun): ReadonlyMap<string, Bytes> {
  const env = new Map<string, Bytes>();
  for (const entry of run.env) {
    const at = entry.indexOf('=');
    if (at > 0) env.set(utf8(entry.slice(0, at)), utf8(entry.slice(at + 1)));
  }
  return env;
}

/** Process 1 of a container ignores what it has no handler for; only a shell that traps that very signal has one. */
function traps(argv: readonly string[], signal: Signal): boolean {
  const named = new RegExp(`\\b(?:${signal}|SIG${signal}|${SIGNAL_NUMBERS[signal]})\\b`, 'i');
  return argv.some((word) => /\btrap\b/.test(word) && named.test(word));
}

function start(kernel: Kernel, tools: Tools, programs: Programs, run: ShellRun, output: ShellOutput): ShellHandle {
  const place = { machine: run.machine, container: run.containerId };
  const process = runArgv(run, tools, programs);
  const name = run.argv[0] ?? 'sh';
  const heard = (signal: Signal): boolean =>
    !run.init || signal === 'INT' || signal === 'KILL' || signal === 'WINCH' || traps(run.argv, signal);
  const exited = (status: number): void => output.exited(status);
  if (run.tty) {
    const pty = new Pty(
      tools,
      kernel.wake,
      (data) => output.output('stdout', data),
      (signal) => kernel.interrupt(pty, signal),
    );
    const fds = new Map<Fd, Stream>([
      [0, pty],
      [1, pty],
      [2, pty],
    ]);
    const { pid } = kernel.spawn({ name, place, process, fds, tty: pty, onEnd: exited });
    return {
      write: (data) => pty.input(data),
      end: () => {},
      signal: (signal) => {
        if (heard(signal)) kernel.signal(pid, signal);
      },
      resize: (columns, rows) => pty.resize(columns, rows),
    };
  }
  const stdout = new SinkStream(kernel.wake, (data) => output.output('stdout', data));
  const stderr = new SinkStream(kernel.wake, (data) => output.output('stderr', data));
  const [stdin, input] = run.stdin ? makePipe(kernel.wake) : [new NullStream(kernel.wake), undefined];
  const fds = new Map<Fd, Stream>([
    [0, stdin],
    [1, stdout],
    [2, stderr],
  ]);
  const { pid } = kernel.spawn({ name, place, process, fds, onEnd: exited });
  return {
    write: (data) => input?.write(data),
    end: () => input?.release(),
    signal: (signal) => {
      if (heard(signal)) kernel.signal(pid, signal);
    },
    resize: () => {},
  };
}
