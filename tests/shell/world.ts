/** A small world for shells under test: a scheduler of generators, pipes, files and a clock that jumps. */
import type { Bytes } from '../../src/base/bytes';
import {
  type ApiRequest,
  type ApiResponse,
  type Call,
  Errno,
  type FileCall,
  type FileStat,
  type Process,
  SIGNAL_NUMBERS,
  type Signal,
  Signalled,
  type SystemFacts,
} from '../../src/base/process';

interface Node {
  kind: 'file' | 'directory' | 'socket';
  data: Bytes;
  mode: number;
  modified: number;
}

interface Stream {
  references: number;
  read?(max: number): Bytes | undefined;
  write?(data: Bytes): boolean;
  ready?(): boolean;
  release?(): void;
  shutdown?(): void;
  terminal?: { columns: number; rows: number };
}

interface Proc {
  pid: number;
  name: string;
  generator: Process<number>;
  fds: Map<number, Stream>;
  background: boolean;
  /** What it waits for: the answer when it is there. */
  attempt: (() => { value: unknown } | { error: unknown } | undefined) | undefined;
  deadline: number | undefined;
  status: number | undefined;
  pending: unknown;
}

/** A peer of `dial`: gets what was written, answers with bytes; `undefined` waits for more. */
type Peer = (sent: Bytes, ended: boolean) => Bytes | undefined;

export interface WorldOptions {
  /** Lines that the terminal's user types; an INT stands for Ctrl-C at the prompt. */
  lines?: readonly (Bytes | { signal: Signal })[];
  stdin?: Bytes;
  tty?: boolean;
  names?: Record<string, readonly string[]>;
  peers?: Record<string, Peer | 'refused' | 'unreachable' | 'timeout'>;
  pings?: Record<string, number>;
  remote?: (host: string, command: Bytes | undefined) => Process<number>;
  request?: (request: ApiRequest) => ApiResponse;
  filter?: (call: Extract<Call, { call: 'filter' }>) => { stdout: Bytes; stderr: Bytes; status: number };
  facts?: Partial<SystemFacts>;
}

export const EPOCH = Date.UTC(2026, 0, 5, 9) * 1000;
const STEPS_MAX = 3_000_000;

export class World {
  time = EPOCH;
  readonly files = new Map<string, Node>();
  readonly procs = new Map<number, Proc>();
  stdout = '';
  stderr = '';
  /** Both, in the order they were written, and prompts with the lines typed at them. */
  screen = '';
  private nextPid = 100;
  private random = 7;
  private readonly lines: (Bytes | { signal: Signal })[];
  private stdin: Bytes;
  private at: { time: number; act: () => void }[] = [];

  constructor(private readonly options: WorldOptions = {}) {
    this.lines = [...(options.lines ?? [])];
    this.stdin = options.stdin ?? '';
    for (const path of ['/', '/root', '/tmp', '/etc', '/dev', '/bin', '/usr', '/usr/bin']) this.mkdir(path);
    this.put('/etc/hostname', 'node1\n');
  }

  put(path: string, data: Bytes, mode = 0o644): void {
    this.files.set(path, { kind: 'file', data, mode, modified: this.time });
  }

  mkdir(path: string): void {
    this.files.set(path, { kind: 'directory', data: '', mode: 0o755, modified: this.time });
  }

  /** Does something at a later time of this world. */
  after(micros: number, act: () => void): void {
    this.at.push({ time: this.time + micros, act });
    this.at.sort((a, b) => a.time - b.time);
  }

  /** Ctrl-C: every process in the foreground. */
  interrupt(): void {
    for (const proc of this.procs.values()) if (!proc.background) this.signal(proc, 'INT');
  }

  /** Runs a process to its end; its status. Then nothing else goes on. */
  run(process: Process<number>): number {
    const terminal = this.options.tty ? { columns: 80, rows: 24 } : undefined;
    const input: Stream = {
      references: 1,
      ...(terminal ? { terminal } : {}),
      read: (max) => {
        const data = this.stdin.slice(0, max);
        this.stdin = this.stdin.slice(max);
        return data;
      },
    };
    const sink = (which: 'stdout' | 'stderr'): Stream => ({
      references: 1,
      ...(terminal ? { terminal } : {}),
      write: (data) => {
        this[which] += data;
        this.screen += data;
        return true;
      },
    });
    const root = this.spawn(
      'bash',
      process,
      new Map([
        [0, input],
        [1, sink('stdout')],
        [2, sink('stderr')],
      ]),
      false,
    );
    this.schedule(root);
    return root.status!;
  }

  private schedule(root: Proc): void {
    for (let steps = 0; root.status === undefined; ) {
      let moved = false;
      for (const proc of [...this.procs.values()]) {
        if (proc.status !== undefined) continue;
        while (proc.status === undefined && this.advance(proc)) {
          moved = true;
          if (++steps > STEPS_MAX) throw new Error('the script does not end');
          if (steps % 50 === 0) break;
        }
        if (root.status !== undefined) return;
      }
      if (moved) continue;
      const waking = [...this.procs.values()].map((proc) => (proc.status === undefined ? proc.deadline : undefined));
      const next = Math.min(...waking.map((time) => time ?? Infinity), this.at[0]?.time ?? Infinity);
      if (next === Infinity)
        throw new Error(
          `nothing can go on: ${[...this.procs.values()].filter((p) => p.status === undefined).map((p) => p.name)}`,
        );
      this.time = Math.max(this.time, next);
      while (this.at[0] && this.at[0].time <= this.time) this.at.shift()!.act();
    }
  }

  private spawn(name: string, generator: Process<number>, fds: Map<number, Stream>, background: boolean): Proc {
    const proc: Proc = {
      pid: this.nextPid++,
      name,
      generator,
      fds,
      background,
      attempt: () => ({ value: undefined }),
      deadline: undefined,
      status: undefined,
      pending: undefined,
    };
    this.procs.set(proc.pid, proc);
    return proc;
  }

  private signal(proc: Proc, signal: Signal): void {
    if (proc.status !== undefined || signal === 'WINCH') return;
    if (signal === 'KILL') this.end(proc, 128 + SIGNAL_NUMBERS.KILL);
    else proc.attempt = () => ({ error: new Signalled(signal) });
  }

  private end(proc: Proc, status: number): void {
    proc.status = status & 255;
    proc.attempt = undefined;
    for (const stream of proc.fds.values()) this.drop(stream);
    proc.fds.clear();
  }

  private drop(stream: Stream): void {
    if (--stream.references === 0) stream.release?.();
  }

  /** One call of a process; false when it must wait. */
  private advance(proc: Proc): boolean {
    let outcome: { value: unknown } | { error: unknown } | undefined;
    try {
      outcome = proc.attempt!();
    } catch (error) {
      if (!(error instanceof Errno || error instanceof Signalled)) throw error;
      outcome = { error };
    }
    if (!outcome) return false;
    proc.deadline = undefined;
    let result: IteratorResult<Call, number>;
    try {
      result = 'error' in outcome ? proc.generator.throw(outcome.error) : proc.generator.next(outcome.value);
    } catch (error) {
      if (!(error instanceof Signalled)) throw error;
      this.end(proc, 128 + SIGNAL_NUMBERS[error.signal]);
      return true;
    }
    if (result.done) this.end(proc, result.value);
    else proc.attempt = this.prepare(proc, result.value);
    return true;
  }

  private stream(proc: Proc, fd: number): Stream {
    const stream = proc.fds.get(fd);
    if (!stream) throw new Errno('EBADF');
    return stream;
  }

  private open(proc: Proc, stream: Stream): number {
    let fd = 3;
    while (proc.fds.has(fd)) fd++;
    stream.references++;
    proc.fds.set(fd, stream);
    return fd;
  }

  private prepare(proc: Proc, call: Call): Proc['attempt'] {
    switch (call.call) {
      case 'sleep': {
        const until = this.time + call.micros;
        proc.deadline = until;
        return () => (this.time >= until ? { value: undefined } : undefined);
      }
      case 'read':
        return () => {
          const data = this.stream(proc, call.fd).read?.(call.max ?? 65536) ?? undefined;
          return data === undefined ? undefined : { value: data };
        };
      case 'write':
        return () => {
          const stream = this.stream(proc, call.fd);
          if (!stream.write) throw new Errno('EBADF');
          return stream.write(call.data) ? { value: undefined } : undefined;
        };
      case 'wait': {
        const child = this.procs.get(call.pid);
        return () => (!child ? { value: 127 } : child.status === undefined ? undefined : { value: child.status });
      }
      case 'select':
        return this.select(proc, call);
      default:
        return () => ({ value: this.answer(proc, call) });
    }
  }

  private select(proc: Proc, call: Extract<Call, { call: 'select' }>): Proc['attempt'] {
    const until = call.timeout === undefined ? undefined : this.time + call.timeout;
    proc.deadline = until;
    return () => {
      for (const fd of call.reads) if (this.stream(proc, fd).ready?.() ?? true) return { value: { fd } };
      for (const pid of call.pids ?? []) if (this.procs.get(pid)?.status !== undefined) return { value: { pid } };
      return until !== undefined && this.time >= until ? { value: { timeout: true } } : undefined;
    };
  }

  private answer(proc: Proc, call: Call): unknown {
    switch (call.call) {
      case 'step':
        return undefined;
      case 'now':
        return this.time;
      case 'close': {
        const stream = proc.fds.get(call.fd);
        if (stream) this.drop(stream);
        proc.fds.delete(call.fd);
        return undefined;
      }
      case 'shutdown':
        this.stream(proc, call.fd).shutdown?.();
        return undefined;
      case 'dup':
        return this.open(proc, this.stream(proc, call.fd));
      case 'pipe':
        return this.pipe(proc);
      case 'open':
        return this.open(proc, this.openFile(call.path, call.mode));
      case 'file':
        return this.file(call.file);
      case 'spawn': {
        const fds = new Map<number, Stream>();
        for (const [fd, from] of call.spawn.fds) {
          const stream = this.stream(proc, from);
          stream.references++;
          fds.set(fd, stream);
        }
        return this.spawn(call.spawn.name, call.spawn.process, fds, call.spawn.background ?? false).pid;
      }
      case 'kill': {
        const target = this.procs.get(call.pid);
        if (!target || target.status !== undefined) throw new Errno('ENOENT');
        this.signal(target, call.signal);
        return undefined;
      }
      case 'terminal':
        return proc.fds.get(call.fd)?.terminal;
      case 'terminalMode':
        return undefined;
      case 'readLine':
        return this.readLine(call.prompt);
      default:
        return this.outside(proc, call);
    }
  }

  private readLine(prompt: Bytes): Bytes | undefined {
    const line = this.lines.shift();
    this.screen += prompt;
    if (typeof line === 'object') {
      this.screen += '^C\n';
      throw new Signalled(line.signal);
    }
    if (line !== undefined) this.screen += `${line}\n`;
    return line;
  }

  private outside(proc: Proc, call: Call): unknown {
    const { options } = this;
    switch (call.call) {
      case 'resolve': {
        if (/^[\d.]+$/.test(call.name)) return [call.name];
        const found = options.names?.[call.name];
        if (!found) throw new Errno('ENOTFOUND', call.name);
        return found;
      }
      case 'askNameServer': {
        const found = options.names?.[call.name];
        if (!found) return { status: 'NXDOMAIN', answers: [] };
        return { status: 'NOERROR', answers: call.type === 'A' ? found : [] };
      }
      case 'dial':
        return this.dial(proc, `${call.address}:${call.port}`);
      case 'ping': {
        const rtt = options.pings?.[call.address];
        return rtt === undefined ? undefined : { rtt, ttl: 64 };
      }
      case 'remote': {
        if (!options.remote) throw new Errno('EHOSTUNREACH');
        const fds = new Map([...call.fds].map(([fd, from]) => [fd, this.stream(proc, from)] as const));
        for (const stream of fds.values()) stream.references++;
        return this.spawn('ssh', options.remote(call.host, call.command), fds, false).pid;
      }
      case 'filter':
        if (!options.filter) throw new Error('no filter in this world');
        return options.filter(call);
      case 'lab':
        return { stdout: `lab ${call.args.join(' ')}\n`, stderr: '', status: 0 };
      case 'request':
        if (!options.request) throw new Errno('ECONNREFUSED');
        return options.request(call.request);
      case 'engine':
        return { state: 'stopped', error: '', pid: 941, since: EPOCH };
      case 'system':
        return this.fact(proc, call.query);
      default:
        throw new Error(`this world does not answer ${call.call}`);
    }
  }

  private fact(proc: Proc, query: keyof SystemFacts): unknown {
    const given = this.options.facts?.[query];
    if (given !== undefined) return given;
    switch (query) {
      case 'hostname':
        return 'node1';
      case 'pid':
        return proc.pid;
      case 'random':
        this.random = (this.random * 1103515245 + 12345) % 2147483648;
        return this.random;
      case 'processes':
        return [...this.procs.values()]
          .filter((each) => each.status === undefined)
          .map((each) => ({ pid: each.pid, ppid: 1, user: 'root', command: each.name, started: EPOCH }));
      case 'memory':
        return { total: 2 * 1024 ** 3, used: 512 * 1024 ** 2 };
      case 'machine':
        return { kernel: '6.8.0', version: '#1 SMP', os: 'GNU/Linux', architecture: 'x86_64', cores: 2, booted: EPOCH };
      default:
        return [];
    }
  }

  private dial(proc: Proc, where: string): number {
    const peer = this.options.peers?.[where];
    if (peer === 'unreachable') throw new Errno('EHOSTUNREACH');
    if (peer === 'timeout') throw new Errno('ETIMEDOUT');
    if (!peer || peer === 'refused') throw new Errno('ECONNREFUSED');
    let sent = '';
    let received = '';
    let over = false;
    const feed = (ended: boolean): void => {
      const answer = peer(sent, ended);
      if (answer === undefined) return;
      received += answer;
      over = true;
    };
    return this.open(proc, {
      references: 0,
      read: (max) => {
        if (received === '' && !over) return undefined;
        const data = received.slice(0, max);
        received = received.slice(max);
        return data;
      },
      write: (data) => {
        sent += data;
        feed(false);
        return true;
      },
      ready: () => received !== '' || over,
      shutdown: () => feed(true),
    });
  }

  private pipe(proc: Proc): readonly [number, number] {
    let data = '';
    let writers = true;
    let readers = true;
    const readEnd: Stream = {
      references: 0,
      read: (max) => {
        if (data === '') return writers ? undefined : '';
        const piece = data.slice(0, max);
        data = data.slice(max);
        return piece;
      },
      ready: () => data !== '' || !writers,
      release: () => {
        readers = false;
      },
    };
    const writeEnd: Stream = {
      references: 0,
      write: (more) => {
        if (!readers) throw new Signalled('PIPE');
        if (data !== '' && data.length + more.length > 65536) return false;
        data += more;
        return true;
      },
      release: () => {
        writers = false;
      },
    };
    return [this.open(proc, readEnd), this.open(proc, writeEnd)];
  }

  private openFile(path: string, mode: 'read' | 'write' | 'append' | 'readwrite'): Stream {
    if (path === '/dev/null') return { references: 0, read: () => '', write: () => true };
    const found = this.files.get(path);
    if (found?.kind === 'directory') {
      if (mode !== 'read') throw new Errno('EISDIR', path);
    } else if (!found && mode === 'read') {
      throw new Errno(this.missing(path), path);
    }
    if (mode !== 'read' && (!found || mode === 'write')) this.file({ op: 'write', path, data: '' });
    let offset = 0;
    return {
      references: 0,
      read: (max) => {
        if (found?.kind === 'directory') throw new Errno('EISDIR', path);
        const piece = this.files.get(path)!.data.slice(offset, offset + max);
        offset += piece.length;
        return piece;
      },
      write: (data) => {
        this.file({ op: 'write', path, data, append: true });
        return true;
      },
    };
  }

  private missing(path: string): 'ENOENT' | 'ENOTDIR' {
    const parent = path.slice(0, path.lastIndexOf('/')) || '/';
    return this.files.get(parent)?.kind === 'file' ? 'ENOTDIR' : 'ENOENT';
  }

  /** Answers a file call. */
  file(call: FileCall): unknown {
    const found = this.files.get(call.path);
    const parent = call.path.slice(0, call.path.lastIndexOf('/')) || '/';
    if (!found && call.op !== 'write' && call.op !== 'mkdir') throw new Errno(this.missing(call.path), call.path);
    switch (call.op) {
      case 'stat':
        return {
          kind: found!.kind,
          size: found!.data.length,
          mode: found!.mode,
          modified: found!.modified,
        } satisfies FileStat;
      case 'list': {
        if (found!.kind !== 'directory') throw new Errno('ENOTDIR', call.path);
        const prefix = call.path === '/' ? '/' : `${call.path}/`;
        const names = [...this.files.keys()].filter(
          (path) => path !== '/' && path.startsWith(prefix) && !path.slice(prefix.length).includes('/'),
        );
        return names.map((path) => path.slice(prefix.length)).sort((a, b) => (a < b ? -1 : 1));
      }
      case 'read':
        if (found!.kind === 'directory') throw new Errno('EISDIR', call.path);
        return found!.data;
      case 'write': {
        if (found?.kind === 'directory') throw new Errno('EISDIR', call.path);
        if (this.files.get(parent)?.kind !== 'directory') throw new Errno(this.missing(call.path), call.path);
        const data = call.append ? (found?.data ?? '') + call.data : call.data;
        this.put(call.path, data, found?.mode ?? call.mode ?? 0o644);
        return undefined;
      }
      case 'mkdir':
        if (found) throw new Errno('EEXIST', call.path);
        if (this.files.get(parent)?.kind !== 'directory') throw new Errno(this.missing(call.path), call.path);
        this.mkdir(call.path);
        return undefined;
      case 'remove':
        if (found!.kind === 'directory' && [...this.files.keys()].some((path) => path.startsWith(`${call.path}/`)))
          throw new Errno('ENOTEMPTY', call.path);
        this.files.delete(call.path);
        return undefined;
      case 'chmod':
        found!.mode = call.mode;
        return undefined;
      case 'rename':
        this.files.set(call.to, found!);
        this.files.delete(call.path);
        for (const [path, node] of [...this.files]) {
          if (!path.startsWith(`${call.path}/`)) continue;
          this.files.delete(path);
          this.files.set(call.to + path.slice(call.path.length), node);
        }
        return undefined;
    }
  }
}
