/** What the host is given from outside: the registry with its programs, a shell for containers, the LAN's other machines. */
import type { Bytes } from '../base/bytes';
import type { Micros, Signal } from '../base/process';
import type { RandomStream } from '../base/random';
import type { Reference } from '../base/reference';
import type { AskFailure } from './ask';
import type { ReadOnlyLayer } from './files/layer';
import type { Container, ContainerConfig } from './types';

/** A layer of an image. `size` is what is downloaded, compressed bytes. */
export interface ImageLayer {
  /** sha256:… of the compressed layer; its first 12 digits are its name in pull progress. */
  readonly digest: string;
  /** sha256:… of the unpacked layer. */
  readonly diffId: string;
  readonly size: number;
}

export interface RegistryImage {
  /** Familiar name: nginx, dockersamples/visualizer. */
  readonly repository: string;
  readonly tag: string;
  /** sha256:… of the manifest: what `service create` pins. */
  readonly digest: string;
  /** sha256:… of the configuration: the image's id. */
  readonly id: string;
  readonly layers: readonly ImageLayer[];
  /** Unpacked bytes. */
  readonly size: number;
  readonly created: Micros;
  readonly config: ContainerConfig;
  readonly comment: string;
  /** The unpacked files, made at the first call and shared. */
  files(): ReadOnlyLayer;
  /** What its shell has: busybox's or Debian's programs, and others by name. undefined: an image without a shell. */
  readonly shell: ImageShell | undefined;
  /** Of an image made on a machine: the Hub's image under it, whose programs it has. */
  readonly basedOn?: string;
  /** Of an image made on a machine: what it was made from, by which command, and the bytes of its own files. */
  readonly made?: { readonly parent: RegistryImage; readonly createdBy: string; readonly bytes: number };
}

interface ImageShell {
  readonly family: 'busybox' | 'debian';
  readonly tools: readonly string[];
}

/** What a command line comes to in an image. */
export interface Launch {
  /** What an entrypoint script makes of it: the script's name is gone, its `exec "$@"` done. */
  readonly argv: readonly string[];
  /** undefined: the container's shell runs it. */
  readonly program: Program | undefined;
}

export interface Registry {
  /** By tag or by digest. */
  find(reference: Reference): RegistryImage | 'unknown tag' | 'unknown repository';
  launch(image: RegistryImage, argv: readonly string[], config: ContainerConfig): Launch;
  /** An image by its id: one of the Hub's that somebody asked for, or one that was kept. */
  content(id: string): RegistryImage | undefined;
  /** Remembers what an image made on a machine holds, for those who pull it from a private registry. */
  keep(image: RegistryImage): void;
}

/** Where a request came from, as the program sees it. */
export interface RequestPeer {
  readonly address: string;
  readonly port: number;
  /** The address of the container on which the request arrived. */
  readonly localAddress: string;
}

export interface CommandOutput {
  readonly stdout: Bytes;
  readonly stderr: Bytes;
  readonly status: number;
}

/**
 * What runs in a container as process 1: functions over plain state, timers and a log; no generator.
 */
export interface Program {
  readonly name: string;
  /** Bytes in use when running. */
  readonly memory: number;
  /** TCP ports on which it listens now. */
  ports?(context: ProgramContext): readonly number[];
  start(context: ProgramContext): void;
  timer?(context: ProgramContext, name: string): void;
  /** KILL never comes here. Without this function the signal is ignored, as the kernel does for process 1. */
  signal?(context: ProgramContext, signal: Signal): void;
  /** One request of a connection → its answer; undefined closes the connection without one. */
  request?(context: ProgramContext, port: number, data: Bytes, peer: RequestPeer): Bytes | undefined;
  /** Bytes on stdin, undefined at its end. */
  input?(context: ProgramContext, data: Bytes | undefined): void;
  /** A command of the image itself run beside it (redis-cli, pg_isready, a health check); undefined: not one of its own. */
  command?(context: ProgramContext, argv: readonly string[], stdin: Bytes): CommandOutput | undefined;
  /**
   * Writes the log lines that are due by now: called before the log is read and every second while it is followed, also
   * after the program has ended, when `now` stays at its end.
   */
  catchUp?(context: ProgramContext): void;
}

/** The world as a program sees it. `state` is its memory: plain data, gone when it ends. */
export interface ProgramContext {
  readonly container: Container;
  readonly argv: readonly string[];
  readonly env: ReadonlyMap<string, string>;
  readonly hostname: string;
  readonly now: Micros;
  readonly startedAt: Micros;
  readonly random: RandomStream;
  readonly state: { [key: string]: number | string | boolean | string[] | { [key: string]: string } };
  readonly tty: boolean;
  readonly stdinOpen: boolean;
  /** Whole lines, each with its newline. `at` defaults to now; it may lie in the past, never before the last line. */
  log(stream: 'stdout' | 'stderr', text: Bytes, at?: Micros): void;
  exit(code: number): void;
  /** Fires `timer` once, `delay` from now; the same name again replaces it. */
  timer(name: string, delay: Micros): void;
  /** The container's IPv4 addresses, loopback first. */
  addresses(): readonly string[];
  resolve(name: string): readonly string[];
  /** One echo request's round trip, undefined when nothing answers. */
  reach(address: string): { readonly rtt: Micros; readonly ttl: number } | undefined;
  /** One question to a server, by name or address, and its answer. */
  ask(name: string, port: number, data: Bytes): Bytes | AskFailure;
  readFile(path: string): Bytes | undefined;
  /** Does nothing where the path cannot be written. */
  writeFile(path: string, data: Bytes): void;
}

/** A command for a container's shell: everything that is no program of the registry. */
export interface ShellRun {
  readonly machine: string;
  readonly containerId: string;
  readonly argv: readonly string[];
  readonly env: readonly string[];
  readonly workingDir: string;
  readonly user: string;
  readonly tty: boolean;
  /** stdin is open: bytes come by `ShellHandle.write`. Otherwise it is at its end. */
  readonly stdin: boolean;
  /** It is the container's process 1. */
  readonly init: boolean;
}

/** Where a command's output goes. `exited` is called once, later than `run` returned, after the last output. */
export interface ShellOutput {
  output(stream: 'stdout' | 'stderr', data: Bytes): void;
  exited(status: number): void;
}

export interface ShellHandle {
  /** Bytes for stdin (the terminal's input with a tty). */
  write(data: Bytes): void;
  /** End of stdin. */
  end(): void;
  signal(signal: Signal): void;
  resize(columns: number, rows: number): void;
}

/** Runs commands with a container's files, network and names. Plugged over the shell room. */
export interface ContainerShell {
  run(run: ShellRun, output: ShellOutput): ShellHandle;
  /** A container's processes stand still from now on, or go on. KILL reaches them all the same. */
  freeze(containerId: string, frozen: boolean): void;
}
