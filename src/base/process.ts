/**
 * A process is a generator: it yields a {@link Call} and is resumed with the answer, or with an exception.
 *
 * The union below is the whole boundary between a program (docker, a shell, ping) and the world that runs it.
 * Two drivers exist: the world's scheduler (lab) answers from the simulation, and an asynchronous one (headless)
 * answers from Node, so that the same program can talk to a real daemon. Programs use the typed helpers at the
 * end of this file and never yield by hand; the casts there are the only ones.
 */

import type { Bytes } from './bytes';
import type { Json } from './json';
import type { SystemFacts, SystemQuery } from './system';

export type {
  ForwardFact,
  InterfaceFact,
  NeighbourFact,
  ProcessFact,
  RouteFact,
  SniffedPacket,
  SystemFacts,
  SystemQuery,
} from './system';

/** A process in progress: ends with T. For a program T is the exit status, 0 to 255. */
export type Process<T> = Generator<Call, T, unknown>;

/** Virtual or real time in whole microseconds. Instants count from the Unix epoch, delays from nothing. */
export type Micros = number;

/** An open stream of a process. 0, 1 and 2 are stdin, stdout and stderr. */
export type Fd = number;

/** The signals that a program can meet here, by bash's names without SIG. */
export type Signal = 'HUP' | 'INT' | 'QUIT' | 'KILL' | 'USR1' | 'USR2' | 'TERM' | 'PIPE' | 'WINCH';
export const SIGNAL_NUMBERS: Record<Signal, number> = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  KILL: 9,
  USR1: 10,
  USR2: 12,
  PIPE: 13,
  TERM: 15,
  WINCH: 28,
};

/** Thrown into a process at its next yield. Uncaught it ends the process with 128 + the signal's number. */
export class Signalled extends Error {
  constructor(readonly signal: Signal) {
    super(`killed by SIG${signal}`);
  }
}

export type ErrnoCode =
  | 'ENOENT'
  | 'EEXIST'
  | 'EISDIR'
  | 'ENOTDIR'
  | 'ENOTEMPTY'
  | 'EACCES'
  | 'EBADF'
  | 'EINVAL'
  | 'EROFS'
  | 'EXDEV'
  | 'ECONNREFUSED'
  | 'ECONNRESET'
  | 'EHOSTUNREACH'
  | 'ENETUNREACH'
  | 'ETIMEDOUT'
  | 'EADDRINUSE'
  | 'ENOTFOUND'
  | 'EPIPE'
  | 'EAGAIN'
  | 'ENOSPC'
  | 'ESRCH'
  | 'ENODEV';

/** strerror(3)'s words, as every tool prints them. ENOTFOUND is the resolver's: a name that does not exist. */
export const ERRNO_TEXT: Record<ErrnoCode, string> = {
  ENOENT: 'No such file or directory',
  EEXIST: 'File exists',
  EISDIR: 'Is a directory',
  ENOTDIR: 'Not a directory',
  ENOTEMPTY: 'Directory not empty',
  EACCES: 'Permission denied',
  EBADF: 'Bad file descriptor',
  EINVAL: 'Invalid argument',
  EROFS: 'Read-only file system',
  EXDEV: 'Invalid cross-device link',
  ECONNREFUSED: 'Connection refused',
  ECONNRESET: 'Connection reset by peer',
  EHOSTUNREACH: 'No route to host',
  ENETUNREACH: 'Network is unreachable',
  ETIMEDOUT: 'Connection timed out',
  EADDRINUSE: 'Address already in use',
  ENOTFOUND: 'Name or service not known',
  EPIPE: 'Broken pipe',
  EAGAIN: 'Resource temporarily unavailable',
  ENOSPC: 'No space left on device',
  ESRCH: 'No such process',
  ENODEV: 'No such device',
};

/** A call that failed the way a system call fails: thrown into the process that made it. */
export class Errno extends Error {
  constructor(
    readonly code: ErrnoCode,
    readonly path = '',
  ) {
    super(ERRNO_TEXT[code]);
  }
}

/** A request to a Docker Engine. `path` carries no version prefix and no query; bodies are frozen JSON values. */
export interface ApiRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Json;
  readonly headers?: Readonly<Record<string, string>>;
  /** Upgrade the connection to a raw stream in both directions (attach, exec start). */
  readonly hijack?: boolean;
}

/**
 * One item of a streamed answer: a JSON value (events, pull progress) or a piece of a container's output. `systemerr` is
 * the daemon's own word that the stream broke: `error from daemon in stream: …`.
 */
export type StreamItem =
  | { readonly json: Json }
  | { readonly stream: 'stdin' | 'stdout' | 'stderr' | 'systemerr'; readonly data: Bytes };

/** `stream` is present where the answer goes on: receive items from it, write bytes to it when hijacked, close it. */
export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Json;
  readonly stream?: Fd;
}

export interface FileStat {
  readonly kind: 'file' | 'directory' | 'socket' | 'link';
  /** Bytes. */
  readonly size: number;
  readonly mode: number;
  readonly modified: Micros;
}

export type FileCall =
  | { readonly op: 'stat'; readonly path: string }
  | { readonly op: 'list'; readonly path: string }
  | { readonly op: 'read'; readonly path: string }
  | {
      readonly op: 'write';
      readonly path: string;
      readonly data: Bytes;
      readonly append?: boolean;
      readonly mode?: number;
    }
  | { readonly op: 'mkdir'; readonly path: string }
  | { readonly op: 'remove'; readonly path: string }
  | { readonly op: 'rename'; readonly path: string; readonly to: string }
  | { readonly op: 'chmod'; readonly path: string; readonly mode: number };

/** What a spawned process is: a generator made by the parent, with the streams it inherits. */
export interface Spawn {
  readonly name: string;
  readonly process: Process<number>;
  /** Child descriptor → parent's descriptor. What is not named is not inherited. */
  readonly fds: ReadonlyMap<Fd, Fd>;
  /** A background job: Ctrl-C of the terminal does not reach it. */
  readonly background?: boolean;
  /** In this network namespace of the machine: a file's name in /run/docker/netns, or `pid:` and a process. */
  readonly netns?: string;
}

export type Call =
  /** One unit of work without an answer: lets the world pause a busy loop (a shell yields one a command). */
  | { readonly call: 'step' }
  | { readonly call: 'now' }
  | { readonly call: 'sleep'; readonly micros: Micros }
  | { readonly call: 'read'; readonly fd: Fd; readonly max?: number }
  | { readonly call: 'write'; readonly fd: Fd; readonly data: Bytes }
  | { readonly call: 'receive'; readonly fd: Fd }
  | { readonly call: 'shutdown'; readonly fd: Fd }
  | { readonly call: 'close'; readonly fd: Fd }
  | { readonly call: 'open'; readonly path: string; readonly mode: 'read' | 'write' | 'append' | 'readwrite' }
  | { readonly call: 'pipe' }
  | { readonly call: 'dup'; readonly fd: Fd }
  | {
      readonly call: 'select';
      readonly reads: readonly Fd[];
      readonly pids?: readonly number[];
      readonly timeout?: Micros;
      /** Wants to hear of another size of the terminal, by Signalled WINCH. */
      readonly resize?: boolean;
    }
  | { readonly call: 'file'; readonly file: FileCall }
  | { readonly call: 'spawn'; readonly spawn: Spawn }
  | { readonly call: 'wait'; readonly pid: number }
  | { readonly call: 'kill'; readonly pid: number; readonly signal: Signal }
  | { readonly call: 'request'; readonly endpoint: string; readonly request: ApiRequest }
  | { readonly call: 'terminal'; readonly fd: Fd }
  | { readonly call: 'terminalMode'; readonly fd: Fd; readonly raw: boolean }
  | { readonly call: 'readLine'; readonly prompt: Bytes }
  | { readonly call: 'resolve'; readonly name: string }
  | { readonly call: 'askNameServer'; readonly name: string; readonly type: string }
  | {
      readonly call: 'dial';
      readonly protocol: 'tcp' | 'udp';
      readonly address: string;
      readonly port: number;
      /** Gives up after this long (ETIMEDOUT), sooner than the machine itself would. */
      readonly timeout?: Micros;
    }
  | { readonly call: 'ping'; readonly address: string; readonly timeout: Micros; readonly bytes: number }
  | {
      readonly call: 'remote';
      readonly host: string;
      readonly command: Bytes | undefined;
      readonly fds: ReadonlyMap<Fd, Fd>;
    }
  | {
      readonly call: 'filter';
      readonly name: string;
      readonly args: readonly Bytes[];
      readonly stdin: Bytes;
      readonly cwd: string;
      readonly env: ReadonlyMap<string, Bytes>;
    }
  /** Listens on an interface: the descriptor gives one {@link SniffedPacket} a line, as JSON. */
  | { readonly call: 'capture'; readonly device: string }
  | { readonly call: 'lab'; readonly args: readonly string[] }
  | { readonly call: 'engine'; readonly verb: EngineVerb }
  | { readonly call: 'system'; readonly query: SystemQuery };

/** What a machine's service manager does with dockerd. */
export type EngineVerb = 'start' | 'stop' | 'status';

/** dockerd as its service manager sees it. `error`: why a start failed, '' otherwise. */
export interface EngineStatus {
  readonly state: 'running' | 'starting' | 'stopping' | 'stopped' | 'failed' | 'dead';
  readonly error: string;
  readonly pid: number;
  /** When it started, or went. */
  readonly since: Micros;
}

export interface Terminal {
  readonly columns: number;
  readonly rows: number;
}

/** What select found: the first ready descriptor of `reads`, a pid that ended, or the timeout. */
export type Selected = { readonly fd: Fd } | { readonly pid: number } | { readonly timeout: true };

function* ask(call: Call): Process<unknown> {
  return yield call;
}

/** Counts one unit of work, so that no busy loop stops the world: the kernel pauses a process after a thousand of them. */
export function* step(): Process<void> {
  yield* ask({ call: 'step' });
}

/** The instant of this call, in microseconds since the Unix epoch. */
export function* now(): Process<Micros> {
  return (yield* ask({ call: 'now' })) as Micros;
}

/** Waits `micros` of the world's time. */
export function* sleep(micros: Micros): Process<void> {
  yield* ask({ call: 'sleep', micros });
}

/** The next bytes of a stream, at most `max`; '' is the end. Waits until there is something. */
export function* read(fd: Fd, max?: number): Process<Bytes> {
  return (yield* ask({ call: 'read', fd, ...(max === undefined ? {} : { max }) })) as Bytes;
}

/** Writes all of `data`, waiting for room. A reader that is gone ends the writer by SIGPIPE. */
export function* write(fd: Fd, data: Bytes): Process<void> {
  if (data !== '') yield* ask({ call: 'write', fd, data });
}

/** The next item of a streamed answer, undefined at its end. Throws Errno when the daemon dies. */
export function* receive(fd: Fd): Process<StreamItem | undefined> {
  return (yield* ask({ call: 'receive', fd })) as StreamItem | undefined;
}

/** Half-closes a hijacked stream or a dialled connection: no more bytes will be written to it. */
export function* shutdown(fd: Fd): Process<void> {
  yield* ask({ call: 'shutdown', fd });
}

export function* close(fd: Fd): Process<void> {
  yield* ask({ call: 'close', fd });
}

/** Opens a file of the machine or container. Throws Errno. */
export function* open(path: string, mode: 'read' | 'write' | 'append' | 'readwrite'): Process<Fd> {
  return (yield* ask({ call: 'open', path, mode })) as Fd;
}

/** A new pipe: [read end, write end]. */
export function* pipe(): Process<readonly [Fd, Fd]> {
  return (yield* ask({ call: 'pipe' })) as readonly [Fd, Fd];
}

export function* dup(fd: Fd): Process<Fd> {
  return (yield* ask({ call: 'dup', fd })) as Fd;
}

/**
 * Waits for the first of: bytes or items on one of `reads`, the end of one of `pids`, `timeout` passed. With `resize` a
 * new size of the terminal ends it too, as Signalled WINCH, which nobody hears otherwise.
 */
export function* select(
  reads: readonly Fd[],
  options: { pids?: readonly number[]; timeout?: Micros; resize?: boolean } = {},
): Process<Selected> {
  return (yield* ask({ call: 'select', reads, ...options })) as Selected;
}

/** Throws Errno ENOENT and the like. Paths are absolute. */
export function* stat(path: string): Process<FileStat> {
  return (yield* ask({ call: 'file', file: { op: 'stat', path } })) as FileStat;
}

/** The names in a directory, sorted by bytes, without . and .. */
export function* listDirectory(path: string): Process<readonly string[]> {
  return (yield* ask({ call: 'file', file: { op: 'list', path } })) as readonly string[];
}

/** The process's own descriptors by path: what `<(…)` of a shell gives. */
const OWN_DESCRIPTOR = /^\/dev\/(?:stdin|fd\/(\d+))$/;
/** A stream without an end fills no memory. */
const STREAM_MAX = 64 * 1024 * 1024;

export function* readFile(path: string): Process<Bytes> {
  const own = OWN_DESCRIPTOR.exec(path);
  if (own) return yield* readDescriptor(Number(own[1] ?? 0), path);
  return (yield* ask({ call: 'file', file: { op: 'read', path } })) as Bytes;
}

function* readDescriptor(fd: Fd, path: string): Process<Bytes> {
  try {
    let text: Bytes = '';
    for (let chunk = yield* read(fd); chunk !== '' && text.length <= STREAM_MAX; chunk = yield* read(fd)) text += chunk;
    return text;
  } catch (error) {
    if (error instanceof Errno && error.code === 'EBADF') throw new Errno('ENOENT', path);
    throw error;
  }
}

export function* writeFile(
  path: string,
  data: Bytes,
  options: { append?: boolean; mode?: number } = {},
): Process<void> {
  yield* ask({ call: 'file', file: { op: 'write', path, data, ...options } });
}

/** mkdir, remove (a file or an empty directory), rename, chmod. */
export function* changeFile(file: Extract<FileCall, { op: 'mkdir' | 'remove' | 'rename' | 'chmod' }>): Process<void> {
  yield* ask({ call: 'file', file });
}

/** Starts a process; its pid. */
export function* spawn(child: Spawn): Process<number> {
  return (yield* ask({ call: 'spawn', spawn: child })) as number;
}

/** The exit status of a child, waiting for its end. */
export function* wait(pid: number): Process<number> {
  return (yield* ask({ call: 'wait', pid })) as number;
}

export function* kill(pid: number, signal: Signal): Process<void> {
  yield* ask({ call: 'kill', pid, signal });
}

/** Asks a Docker Engine: `endpoint` is unix:///var/run/docker.sock or tcp://HOST:PORT. Throws Errno when it cannot be reached. */
export function* request(endpoint: string, apiRequest: ApiRequest): Process<ApiResponse> {
  return (yield* ask({ call: 'request', endpoint, request: apiRequest })) as ApiResponse;
}

/** The size of the terminal that a descriptor is, undefined when it is none. */
export function* terminal(fd: Fd): Process<Terminal | undefined> {
  return (yield* ask({ call: 'terminal', fd })) as Terminal | undefined;
}

/** Switches the terminal's line discipline off (raw) or back on. */
export function* terminalMode(fd: Fd, raw: boolean): Process<void> {
  yield* ask({ call: 'terminalMode', fd, raw });
}

/** One edited line from the session's line editor, without its newline; undefined at Ctrl-D on an empty line. */
export function* readLine(prompt: Bytes): Process<Bytes | undefined> {
  return (yield* ask({ call: 'readLine', prompt })) as Bytes | undefined;
}

/** The addresses of a name as seen from here. Throws Errno ENOTFOUND. */
export function* resolve(name: string): Process<readonly string[]> {
  return (yield* ask({ call: 'resolve', name })) as readonly string[];
}

/** What a name server says to one question. */
export interface NameAnswer {
  readonly status: 'NOERROR' | 'NXDOMAIN' | 'SERVFAIL';
  readonly answers: readonly string[];
}

/** Asks the first server of /etc/resolv.conf. `type`: A, AAAA, PTR (of …in-addr.arpa), or another, of which there is none. */
export function* askNameServer(name: string, type: string): Process<NameAnswer> {
  return (yield* ask({ call: 'askNameServer', name, type })) as NameAnswer;
}

/** Opens a connection; the descriptor carries bytes both ways. Throws Errno ECONNREFUSED, EHOSTUNREACH, ETIMEDOUT. */
export function* dial(protocol: 'tcp' | 'udp', address: string, port: number, timeout?: Micros): Process<Fd> {
  return (yield* ask({ call: 'dial', protocol, address, port, ...(timeout === undefined ? {} : { timeout }) })) as Fd;
}

/** One echo request: the round trip in microseconds and the reply's TTL, or undefined when none came in time. */
export function* ping(
  address: string,
  timeout: Micros,
  bytes: number,
): Process<{ rtt: Micros; ttl: number } | undefined> {
  return (yield* ask({ call: 'ping', address, timeout, bytes })) as { rtt: Micros; ttl: number } | undefined;
}

/** Runs a command (or an interactive shell) on another host: the pid to wait for. Throws Errno. */
export function* remote(host: string, command: Bytes | undefined, fds: ReadonlyMap<Fd, Fd>): Process<number> {
  return (yield* ask({ call: 'remote', host, command, fds })) as number;
}

/** Runs a text filter that needs its whole input (awk, sed, jq, sort) over this machine's files. */
export function* filter(
  name: string,
  args: readonly Bytes[],
  stdin: Bytes,
  cwd: string,
  env: ReadonlyMap<string, Bytes>,
): Process<{ stdout: Bytes; stderr: Bytes; status: number }> {
  return (yield* ask({ call: 'filter', name, args, stdin, cwd, env })) as {
    stdout: Bytes;
    stderr: Bytes;
    status: number;
  };
}

/** An act on the physical world. `output` is what `lab` prints; status 0, or 1 and a sentence on stderr. */
export function* lab(args: readonly string[]): Process<{ stdout: Bytes; stderr: Bytes; status: number }> {
  return (yield* ask({ call: 'lab', args })) as { stdout: Bytes; stderr: Bytes; status: number };
}

/** Listens on an interface of the machine or container. */
export function* capture(device: string): Process<Fd> {
  return (yield* ask({ call: 'capture', device })) as Fd;
}

/** Starts or stops the machine's dockerd, and waits for it; or tells how it is. Throws Errno EACCES in a container. */
export function* engine(verb: EngineVerb): Process<EngineStatus> {
  return (yield* ask({ call: 'engine', verb })) as EngineStatus;
}

export function* system<Query extends SystemQuery>(query: Query): Process<SystemFacts[Query]> {
  return (yield* ask({ call: 'system', query })) as SystemFacts[Query];
}
