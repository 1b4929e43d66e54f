/** What a running container has in memory: its program or shell, who reads its output. A power cut takes it all. */
import type { Bytes } from '../base/bytes';
import type { Micros } from '../base/process';
import type { RandomStream } from '../base/random';
import type { AskFailure } from './ask';
import type { Program, ProgramContext, ShellHandle } from './ports';
import type { Container } from './types';

/** Somebody who reads a container's output from now on. */
export interface OutputSink {
  output(stream: 'stdout' | 'stderr', data: Bytes): void;
  end(): void;
}

export interface Runtime {
  readonly containerId: string;
  readonly startedAt: Micros;
  program: Program | undefined;
  context: ProgramContext | undefined;
  shell: ShellHandle | undefined;
  /** The part of a line that has no newline yet. */
  readonly partial: { stdout: Bytes; stderr: Bytes };
  readonly sinks: Set<OutputSink>;
  /** When the process ended: its program sees no later time. */
  endedAt: Micros | undefined;
  /** It has ended with this status; what follows from that comes a moment later. */
  exitCode: number | undefined;
  oomKilled: boolean;
  /** Bytes that its process uses beside its program's own. */
  load: number;
  /** docker stop or kill asked for the end. */
  stopRequested: boolean;
}

export function newRuntime(containerId: string, startedAt: Micros): Runtime {
  return {
    containerId,
    startedAt,
    program: undefined,
    context: undefined,
    shell: undefined,
    partial: { stdout: '', stderr: '' },
    sinks: new Set(),
    endedAt: undefined,
    exitCode: undefined,
    oomKilled: false,
    load: 0,
    stopRequested: false,
  };
}

/** What a process of a shell's uses: about a MiB. */
const SHELL_MEMORY = 1024 * 1024;

/** Bytes in use by a container's main process. */
export function memoryOf(runtime: Runtime): number {
  return (runtime.program?.memory ?? SHELL_MEMORY) + runtime.load;
}

/** What the machine does for its programs. */
export interface ProgramWorld {
  now(): Micros;
  random(): RandomStream;
  container(id: string): Container;
  log(id: string, stream: 'stdout' | 'stderr', text: Bytes, at: Micros): void;
  exit(id: string, code: number): void;
  timer(id: string, name: string, delay: Micros): void;
  addresses(id: string): readonly string[];
  resolve(id: string, name: string): readonly string[];
  reach(id: string, address: string): { readonly rtt: Micros; readonly ttl: number } | undefined;
  ask(id: string, name: string, port: number, data: Bytes): Bytes | AskFailure;
  readFile(id: string, path: string): Bytes | undefined;
  writeFile(id: string, path: string, data: Bytes): void;
}

/** A program's view of its container and of the world. */
export class ContainerProgramContext implements ProgramContext {
  readonly state: ProgramContext['state'] = {};
  readonly startedAt: Micros;
  private readonly id: string;

  constructor(
    private readonly world: ProgramWorld,
    private readonly runtime: Runtime,
    readonly argv: readonly string[],
  ) {
    this.id = runtime.containerId;
    this.startedAt = runtime.startedAt;
  }

  get container(): Container {
    return this.world.container(this.id);
  }

  get env(): ReadonlyMap<string, string> {
    return environment(this.container);
  }

  get hostname(): string {
    return this.container.config.Hostname ?? '';
  }

  get now(): Micros {
    return this.runtime.endedAt ?? this.world.now();
  }

  get random(): RandomStream {
    return this.world.random();
  }

  get tty(): boolean {
    return this.container.config.Tty === true;
  }

  get stdinOpen(): boolean {
    return this.container.config.OpenStdin === true;
  }

  log(stream: 'stdout' | 'stderr', text: Bytes, at: Micros = this.now): void {
    this.world.log(this.id, stream, text, at);
  }

  exit(code: number): void {
    this.world.exit(this.id, code);
  }

  timer(name: string, delay: Micros): void {
    this.world.timer(this.id, name, delay);
  }

  addresses(): readonly string[] {
    return this.world.addresses(this.id);
  }

  resolve(name: string): readonly string[] {
    return this.world.resolve(this.id, name);
  }

  reach(address: string): { readonly rtt: Micros; readonly ttl: number } | undefined {
    return this.world.reach(this.id, address);
  }

  ask(name: string, port: number, data: Bytes): Bytes | AskFailure {
    return this.world.ask(this.id, name, port, data);
  }

  readFile(path: string): Bytes | undefined {
    return this.world.readFile(this.id, path);
  }

  writeFile(path: string, data: Bytes): void {
    this.world.writeFile(this.id, path, data);
  }
}

export const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What a container's processes start with. Follows moby/moby daemon/container/env.go. */
export function environmentList(container: Container): readonly string[] {
  const { Env, Hostname = '', Tty } = container.config;
  const list = [`PATH=${DEFAULT_PATH}`, `HOSTNAME=${Hostname}`, ...(Tty ? ['TERM=xterm'] : [])];
  for (const text of (Env ?? []).filter((entry) => entry.includes('='))) {
    const name = text.slice(0, text.indexOf('=') + 1);
    const at = list.findIndex((entry) => entry.startsWith(name));
    if (at < 0) list.push(text);
    else list[at] = text;
  }
  if (list.some((text) => text.startsWith('HOME='))) return list;
  return [...list, `HOME=${container.config.User && container.config.User !== 'root' ? '/' : '/root'}`];
}

export function environment(container: Container): ReadonlyMap<string, string> {
  return new Map(
    environmentList(container).map((text) => {
      const at = text.indexOf('=');
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}

/** Text that a terminal in its usual mode shows: newlines return the carriage. */
export function throughTerminal(text: Bytes): Bytes {
  return text.replace(/\r?\n/g, '\r\n');
}
