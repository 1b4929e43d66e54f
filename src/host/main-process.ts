/** A container's process 1: a program of the registry or a command in its shell, started and signalled. */
import type { Signal } from '../base/process';
import type { Images } from './images';
import type { Outputs } from './output';
import type { ContainerShell, Launch, ShellRun } from './ports';
import { ContainerProgramContext, environmentList, memoryOf, type ProgramWorld, type Runtime } from './runtime';
import { parseSignal } from './signals';
import type { Container } from './types';

/** 128 and the number of KILL. */
const KILLED = 137;

export interface MainProcessParts {
  readonly images: Images;
  readonly outputs: Outputs;
  readonly shell: ContainerShell;
  readonly world: ProgramWorld;
  /** Marks that the kernel killed a process of the container for its memory. */
  outOfMemory(id: string): void;
}

export class MainProcess {
  /** `exited` hears of the process's own end. */
  constructor(
    private readonly machine: string,
    private readonly parts: MainProcessParts,
    private readonly exited: (id: string, code: number) => void,
  ) {}

  /** What the container's command line comes to in its image. */
  commandOf(container: Container): Launch {
    const argv = [container.path, ...container.args];
    const { images } = this.parts;
    const local = images.byId(container.imageId);
    return local ? images.registry.launch(local.image, argv, container.config) : { argv, program: undefined };
  }

  /** Starts it: a program of the registry, or a command in the container's shell. */
  launch(container: Container, runtime: Runtime): void {
    const { outputs, world, shell } = this.parts;
    const { argv, program } = this.commandOf(container);
    if (program) {
      runtime.program = program;
      runtime.context = new ContainerProgramContext(world, runtime, argv);
      if (!this.exceeds(container, runtime)) program.start(runtime.context);
      return;
    }
    const run = this.shellRun(container, argv);
    runtime.shell = shell.run(run, {
      output: (stream, data) => {
        if (outputs.runtime(container.id) === runtime) outputs.write(container.id, stream, data);
      },
      exited: (status) => {
        if (outputs.runtime(container.id) === runtime) this.exited(container.id, status);
      },
    });
  }

  /** The kernel kills what uses more memory than its container may. True when it did. */
  exceeds(container: Container, runtime: Runtime): boolean {
    const limit = container.hostConfig.Memory ?? 0;
    if (limit === 0 || memoryOf(runtime) <= limit) return false;
    this.parts.outOfMemory(container.id);
    runtime.shell?.signal('KILL');
    this.exited(container.id, KILLED);
    return true;
  }

  private shellRun(container: Container, argv: readonly string[]): ShellRun {
    return {
      machine: this.machine,
      containerId: container.id,
      argv,
      env: environmentList(container),
      workingDir: container.config.WorkingDir || '/',
      user: container.config.User ?? '',
      tty: container.config.Tty === true,
      stdin: container.config.OpenStdin === true,
      init: true,
    };
  }

  /** Process 1 dies of KILL alone, unless it has a handler, or an init process (tini) stands before it. */
  deliver(container: Container, runtime: Runtime, signal: Signal | undefined): void {
    if (runtime.exitCode !== undefined || signal === undefined) return;
    if (signal === 'KILL') {
      runtime.shell?.signal('KILL');
      this.exited(container.id, KILLED);
    } else if (runtime.shell) runtime.shell.signal(signal);
    else if (runtime.program?.signal) runtime.program.signal(runtime.context!, signal);
    else if (container.hostConfig.Init && signal !== 'WINCH')
      this.exited(container.id, 128 + parseSignal(signal)!.number);
  }
}
