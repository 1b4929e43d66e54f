/** Commands run beside a container's main process: docker exec, and health probes. Follows moby/moby daemon/exec.go. */
import type { Bytes } from '../base/bytes';
import { newHexId } from '../base/ids';
import { fail, ok, type Result } from '../base/result';
import type { ContainerFileSystems } from './container-files';
import type { Containers } from './containers';
import type { HostContext } from './context';
import type { ProbeResult } from './health';
import type { Outputs } from './output';
import type { CommandOutput, ContainerShell, ShellHandle } from './ports';
import { environmentList, type OutputSink, throughTerminal } from './runtime';
import { type Container, type HostError, hostError } from './types';

export interface ExecConfig {
  readonly argv: readonly string[];
  readonly tty: boolean;
  readonly attachStdin: boolean;
  readonly attachStdout: boolean;
  readonly attachStderr: boolean;
  readonly env: readonly string[];
  readonly workingDir: string;
  readonly user: string;
  readonly privileged: boolean;
  readonly detachKeys: string;
}

export interface Exec {
  readonly id: string;
  readonly containerId: string;
  readonly config: ExecConfig;
  readonly running: boolean;
  /** undefined until it has ended. */
  readonly exitCode: number | undefined;
  readonly pid: number;
}

/** A running command's input. */
export interface ExecStreams {
  write(data: Bytes): void;
  end(): void;
}

interface Running {
  handle: ShellHandle | undefined;
  readonly sink: OutputSink;
}

/** Commands that have ended are remembered for as many more. */
const EXECS_KEPT = 64;

export class Execs {
  private readonly execs = new Map<string, Exec>();
  private readonly running = new Map<string, Running>();

  constructor(
    private readonly context: HostContext,
    private readonly containers: Containers,
    private readonly outputs: Outputs,
    private readonly files: ContainerFileSystems,
    private readonly shell: ContainerShell,
  ) {}

  create(container: Container, config: ExecConfig): Result<string, HostError> {
    if (config.argv.length === 0) return fail(hostError(400, 'No exec command specified'));
    const refused = this.notRunning(container);
    if (refused) return fail(refused);
    const id = newHexId(this.context.random('exec'));
    this.execs.set(id, { id, containerId: container.id, config, running: false, exitCode: undefined, pid: 0 });
    this.containers.event(container, `exec_create: ${config.argv.join(' ')}`, { execID: id });
    return ok(id);
  }

  get(id: string): Exec | undefined {
    return this.execs.get(id);
  }

  /** Ids of the commands of a container that have not ended. */
  of(containerId: string): readonly string[] {
    return [...this.execs.values()]
      .filter((e) => e.containerId === containerId && e.exitCode === undefined)
      .map((e) => e.id);
  }

  /** Starts it: output and its end go to `sink`. An error when it cannot be started. */
  start(id: string, sink: OutputSink): Result<ExecStreams, HostError> {
    const exec = this.execs.get(id);
    if (!exec) return fail(hostError(404, `No such exec instance: ${id}`));
    if (exec.running) return fail(hostError(409, `exec command ${id} is already running`));
    if (exec.exitCode !== undefined) return fail(hostError(409, `exec command ${id} has already run`));
    const container = this.containers.get(exec.containerId);
    if (!container) return fail(hostError(404, `No such container: ${exec.containerId}`));
    const refused = this.notRunning(container);
    if (refused) return fail(refused);
    this.containers.event(container, `exec_start: ${exec.config.argv.join(' ')}`, { execID: id });
    const own = this.outputs.runtime(container.id)!;
    const answer = exec.config.attachStdin ? undefined : own.program?.command?.(own.context!, exec.config.argv, '');
    if (!answer) {
      const problem = this.files.findProblem(container, exec.config.argv[0]!);
      if (problem) {
        this.execs.set(id, { ...exec, exitCode: problem.exitCode });
        const text = `OCI runtime exec failed: exec failed: unable to start container process: ${problem.message}`;
        return fail(hostError(400, text));
      }
    }
    this.execs.set(id, { ...exec, running: true, pid: container.state.pid + 1 + this.execs.size });
    const running: Running = { handle: undefined, sink };
    this.running.set(id, running);
    if (answer) {
      this.context.timers.set(`exec/${id}`, this.context.random('time').integer(20_000, 50_000));
      this.answers.set(id, answer);
      return ok({ write: () => {}, end: () => {} });
    }
    running.handle = this.launch(container, exec, running);
    return ok({ write: (data) => running.handle?.write(data), end: () => running.handle?.end() });
  }

  /** Answers of the image's own commands, on their way. */
  private readonly answers = new Map<string, CommandOutput>();

  /** An image's own command has done its work. */
  timer(id: string): void {
    const answer = this.answers.get(id);
    const running = this.running.get(id);
    this.answers.delete(id);
    if (!answer || !running) return;
    const tty = this.execs.get(id)?.config.tty === true;
    const shown = (data: Bytes): Bytes => (tty ? throughTerminal(data) : data);
    if (answer.stdout !== '') running.sink.output('stdout', shown(answer.stdout));
    if (answer.stderr !== '') running.sink.output(tty ? 'stdout' : 'stderr', shown(answer.stderr));
    this.ended(id, answer.status);
  }

  resize(id: string, columns: number, rows: number): HostError | undefined {
    if (!this.execs.has(id)) return hostError(404, `No such exec instance: ${id}`);
    this.running.get(id)?.handle?.resize(columns, rows);
    return undefined;
  }

  /** The container's main process has ended, and all others with it. */
  killAll(containerId: string): void {
    for (const [id, running] of [...this.running]) {
      if (this.execs.get(id)?.containerId !== containerId) continue;
      running.handle?.signal('KILL');
      this.ended(id, 137);
    }
    for (const exec of [...this.execs.values()])
      if (exec.containerId === containerId && !exec.running) this.execs.delete(exec.id);
  }

  /** A health probe: its output is collected. */
  probe(container: Container, argv: readonly string[], done: (result: ProbeResult) => void): () => void {
    const none = { tty: false, attachStdin: false, attachStdout: true, attachStderr: true, privileged: false };
    const created = this.create(container, { ...none, argv, env: [], workingDir: '', user: '', detachKeys: '' });
    if (!created.ok) {
      done({ exitCode: -1, output: created.error.message });
      return () => {};
    }
    let output = '';
    let live = true;
    const id = created.value;
    const started = this.start(id, {
      output: (_stream, data) => {
        output += data;
      },
      end: () => {
        if (live) done({ exitCode: this.execs.get(id)?.exitCode ?? -1, output });
        live = false;
      },
    });
    if (!started.ok) {
      live = false;
      done({ exitCode: -1, output: started.error.message });
    }
    return () => {
      live = false;
      const running = this.running.get(id);
      running?.handle?.signal('KILL');
      if (running) this.ended(id, 137);
    };
  }

  private launch(container: Container, exec: Exec, running: Running): ShellHandle {
    const { config, id } = exec;
    const run = {
      machine: this.context.machine.name,
      containerId: container.id,
      argv: config.argv,
      env: [...environmentList(container), ...(config.tty ? ['TERM=xterm'] : []), ...config.env],
      workingDir: config.workingDir || container.config.WorkingDir || '/',
      user: config.user || (container.config.User ?? ''),
      tty: config.tty,
      stdin: config.attachStdin,
      init: false,
    };
    return this.shell.run(run, {
      output: (stream, data) => {
        if (this.running.get(id) === running) running.sink.output(config.tty ? 'stdout' : stream, data);
      },
      exited: (status) => {
        if (this.running.get(id) === running) this.ended(id, status);
      },
    });
  }

  private ended(id: string, exitCode: number): void {
    const exec = this.execs.get(id);
    const running = this.running.get(id);
    if (!exec || !running) return;
    this.running.delete(id);
    this.answers.delete(id);
    this.execs.delete(id);
    this.execs.set(id, { ...exec, running: false, exitCode });
    this.trim();
    const container = this.containers.get(exec.containerId);
    if (container) this.containers.event(container, 'exec_die', { execID: id, exitCode: String(exitCode) });
    running.sink.end();
  }

  private trim(): void {
    if (this.execs.size <= EXECS_KEPT * 2) return;
    let excess = this.execs.size - EXECS_KEPT;
    for (const exec of [...this.execs.values()]) {
      if (excess-- <= 0) return;
      if (exec.exitCode !== undefined) this.execs.delete(exec.id);
    }
  }

  private notRunning(container: Container): HostError | undefined {
    if (container.state.status === 'restarting')
      return hostError(409, `Container ${container.id} is restarting, wait until the container is running`);
    const runtime = this.outputs.runtime(container.id);
    if (!runtime || runtime.exitCode !== undefined) return hostError(409, `container ${container.id} is not running`);
    return undefined;
  }
}
