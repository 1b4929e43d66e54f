/**
 * What a process may ask beyond processes and streams: files, the docker socket, names, connections, other hosts, the
 * physical world. Each machine's own answer comes from its engine; what crosses the LAN goes as packets.
 */
import { type Bytes, utf8 } from '../base/bytes';
import {
  type ApiRequest,
  type Call,
  type EngineStatus,
  type EngineVerb,
  Errno,
  type Fd,
  type FileCall,
  type InterfaceFact,
  type Micros,
  type Signal,
} from '../base/process';
import type { Files, HostEngine } from '../host/index';
import { type Packet, type Simulation, type Timers, WORLD } from '../sim/index';
import { Captures } from './captures';
import { systemFact } from './facts';
import { Flows } from './flows';
import type { Kernel, Outcome, Place, ProcessRecord } from './kernel';
import { Pty } from './pty';
import { hostEnvironment, type Sessions } from './sessions';
import { AnswerStream, FileStream, NullStream, RandomBytesStream, type Stream, ZeroStream } from './streams';
import type { Tools } from './tools';
import { type ClientEnd, UNREACHABLE_AFTER, type Wire } from './wire';
import type { LabHost, World } from './world';

export interface Parts {
  readonly simulation: Simulation;
  readonly kernel: Kernel;
  readonly world: World;
  readonly wire: Wire;
  readonly sessions: Sessions;
  readonly tools: Tools;
}

/** A text filter that the entrance has to run before the world goes on. */
export interface FilterCall {
  readonly request: {
    readonly name: string;
    readonly args: readonly Bytes[];
    readonly stdin: Bytes;
    readonly cwd: string;
    readonly env: ReadonlyMap<string, Bytes>;
    readonly now: Micros;
    readonly seed: number;
  };
  /** Answers a file call at once; throws Errno. */
  readonly files: (call: FileCall) => unknown;
}

/** Where dockerd's socket is, on a host and in a container that mounts it. */
const SOCKETS = ['/var/run/docker.sock', '/run/docker.sock'];
/** States in which dockerd is a process. */
const DAEMON_RUNS: readonly string[] = ['running', 'starting', 'stopping'];
/** ssh's handshakes, beside the LAN's round trips. */
const LOGIN_TIME: Micros = 30_000;

export class WorldCalls {
  filter: FilterCall | undefined;
  private filterPid = 0;
  /** Filters that wait for the one at work. */
  private readonly filtersAhead: { readonly pid: number; readonly filter: FilterCall }[] = [];
  private readonly flows: Flows;
  private readonly captures: Captures;
  private readonly timers: Timers;
  private readonly waits = new Map<number, () => void>();
  private nextWait = 0;
  /** Plugged by the lab. */
  act: (process: ProcessRecord, args: readonly string[]) => Outcome = () => 'pending';

  constructor(private readonly parts: Parts) {
    this.timers = parts.simulation.timers(WORLD, 'call');
    this.captures = new Captures(parts.world, () => parts.simulation.now);
    this.flows = new Flows(parts.simulation, parts.world, this.captures, (delay, then) => this.later(delay, then));
  }

  call(process: ProcessRecord, call: Call): Outcome {
    switch (call.call) {
      case 'file':
        return { value: fileCall(this.files(process.place), call.file) };
      case 'open':
        return { value: this.parts.kernel.attach(process, this.open(process, call.path, call.mode)) };
      case 'request':
        return this.request(process, call.endpoint, call.request);
      case 'readLine':
        return this.readLine(process, call.prompt);
      case 'terminalMode': {
        const { tty } = process;
        if (tty && process.fds.get(call.fd) === tty) tty.raw = call.raw;
        return { value: undefined };
      }
      case 'resolve': {
        const found = this.engine(process.place).resolve(this.networkOf(process.place), call.name);
        if (found.length === 0) throw new Errno('ENOTFOUND');
        return { value: found };
      }
      case 'askNameServer':
        return { value: this.engine(process.place).ask(this.networkOf(process.place), call.name, call.type) };
      case 'dial':
        return this.dial(process, call);
      case 'ping':
        return this.ping(process, call.address, call.timeout);
      case 'remote':
        return this.remote(process, call.host, call.command, call.fds);
      case 'filter':
        return this.askFilter(process, call);
      case 'capture':
        return { value: this.parts.kernel.attach(process, this.capture(process, call.device)) };
      case 'lab':
        return process.place.container ? refuseLab() : this.act(process, call.args);
      case 'engine':
        return this.service(process, call.verb);
      case 'system':
        return { value: systemFact(this.parts, process, call.query) };
      default:
        throw new Errno('EINVAL');
    }
  }

  /** Packets of the lab's own channels. */
  packet(packet: Packet): boolean {
    if (packet.channel === 'api') this.parts.wire.arrive(packet);
    else if (packet.channel === 'flow') this.flows.arrive(packet);
    else if (packet.channel === 'gossip') this.parts.world.gossip.arrive(packet);
    else return false;
    return true;
  }

  timer(name: string): void {
    const id = Number(name);
    const then = this.waits.get(id);
    this.waits.delete(id);
    then?.();
  }

  private later(delay: Micros, then: () => void): () => void {
    const id = ++this.nextWait;
    this.waits.set(id, then);
    this.timers.set(`${id}`, delay);
    return () => {
      this.waits.delete(id);
      this.timers.clear(`${id}`);
    };
  }

  private host(place: Place): LabHost {
    return this.parts.world.host(place.machine)!;
  }

  private engine(place: Place): HostEngine {
    return this.host(place).daemon!.engine;
  }

  /** The container whose network a process uses; undefined for the machine's own. */
  private networkOf(place: Place): string | undefined {
    return place.netns === undefined ? place.container : this.engine(place).namespaceContainer(place.netns);
  }

  /** The files that a process sees. */
  files(place: Place): Files {
    const engine = this.engine(place);
    if (place.container === undefined) return engine.files;
    return engine.containerFiles(place.container);
  }

  private open(process: ProcessRecord, path: string, mode: Extract<Call, { call: 'open' }>['mode']): Stream {
    const { wake } = this.parts.kernel;
    if (path === '/dev/null') return new NullStream(wake);
    if (path === '/dev/zero') return new ZeroStream(wake);
    if (path === '/dev/urandom' || path === '/dev/random') {
      const random = this.parts.simulation.random(`urandom/${process.place.machine}`);
      return new RandomBytesStream(wake, (count) => random.bytes(count));
    }
    if (path === '/dev/tty' && process.tty) return process.tty;
    const standard = /^\/dev\/(?:std(in|out|err)|fd\/(\d+))$/.exec(path);
    if (standard)
      return this.parts.kernel.stream(
        process,
        standard[2] ? Number(standard[2]) : ['in', 'out', 'err'].indexOf(standard[1]!),
      );
    const files = this.files(process.place);
    if (mode === 'read') {
      if (files.stat(path).kind === 'directory') throw new Errno('EISDIR', path);
      files.read(path);
    } else {
      files.write(path, '', { append: mode !== 'write' });
    }
    return new FileStream(wake, files, path);
  }

  // ------------------------------------------------------------------ docker's socket

  private request(process: ProcessRecord, endpoint: string, request: ApiRequest): Outcome {
    const target = this.endpointHost(process.place, endpoint);
    const { kernel, wire } = this.parts;
    const { pid } = process;
    let stream: AnswerStream | undefined;
    const client: ClientEnd = {
      answer: (response, hasStream) => {
        const live = kernel.processes.get(pid);
        if (!live || live.status !== undefined) return outgoing.abort();
        if (hasStream) stream = new AnswerStream(kernel.wake, outgoing);
        const value = stream ? { ...response, stream: kernel.attach(live, stream) } : response;
        kernel.answer(pid, { value });
      },
      item: (item) => stream?.push(item),
      end: () => stream?.end(),
      fail: (error) => {
        if (stream) stream.end();
        else kernel.answer(pid, { error });
      },
    };
    const outgoing = wire.open(process.place.machine, target, request, client);
    process.abandon = () => outgoing.abort();
    return 'pending';
  }

  private endpointHost(place: Place, endpoint: string): string {
    const unix = /^unix:\/\/(.*)$/.exec(endpoint);
    if (unix) {
      if (!SOCKETS.includes(unix[1]!)) throw new Errno('ENOENT', unix[1]!);
      if (place.container !== undefined && !this.engine(place).mountsSocket(place.container))
        throw new Errno('ENOENT', unix[1]!);
      return place.machine;
    }
    const remote = /^(?:tcp|http|ssh):\/\/(?:[^@/]*@)?\[?([^:/\]]+)\]?(?::(\d+))?/.exec(endpoint);
    if (!remote) throw new Errno('EINVAL', endpoint);
    const name = remote[1]!;
    if (!endpoint.startsWith('ssh:') && (remote[2] ?? '2375') !== '2375') throw new Errno('ECONNREFUSED', name);
    if (name === 'localhost' || name.startsWith('127.')) return place.machine;
    const host = this.parts.world.lookup(name);
    if (!host) throw new Errno('ENOTFOUND', name);
    return host.name;
  }

  // ------------------------------------------------------------------ terminals

  private readLine(process: ProcessRecord, prompt: Bytes): Outcome {
    const { tty } = process;
    if (!tty) throw new Errno('EINVAL');
    const { kernel, sessions } = this.parts;
    tty.raw = false;
    if (tty instanceof Pty) {
      process.abandon = () => tty.cancelLine();
      tty.readLine(prompt, (line) => kernel.answer(process.pid, { value: line }));
      return 'pending';
    }
    const session = sessions.of(tty);
    if (!session) throw new Errno('EINVAL');
    process.abandon = () => {
      tty.reader = undefined;
    };
    sessions.prompted(session, process.pid, prompt);
    return 'pending';
  }

  // ------------------------------------------------------------------ dockerd as a service

  private service(process: ProcessRecord, verb: EngineVerb): Outcome {
    if (process.place.container !== undefined) throw new Errno('EACCES');
    const daemon = this.host(process.place).daemon!;
    const status = (error = ''): EngineStatus => {
      const { state, pid, changedAt, failure } = daemon;
      return { state, pid, since: changedAt, error: error || failure };
    };
    if (verb === 'status') return { value: status() };
    const { kernel } = this.parts;
    let answered: EngineStatus | undefined;
    let pending = false;
    const done = (error?: string): void => {
      answered = status(error);
      if (pending) kernel.answer(process.pid, { value: answered });
    };
    if (verb === 'start') daemon.startService(done);
    else daemon.stopService(done);
    if (answered) return { value: answered };
    pending = true;
    process.abandon = () => {
      pending = false;
    };
    return 'pending';
  }

  /** A signal from a machine's shell to its dockerd, or to the main process of a container. */
  kill({ machine, container }: Place, pid: number, signal: Signal): boolean {
    const daemon = this.parts.world.host(machine)?.daemon;
    if (!daemon || container !== undefined) return false;
    if (pid === daemon.pid && DAEMON_RUNS.includes(daemon.state)) {
      if (signal === 'KILL') daemon.killService();
      else if (signal === 'TERM' || signal === 'INT') daemon.stopService(() => {});
      return true;
    }
    return daemon.engine.signalProcess(pid, signal);
  }

  outOfMemory({ machine, container }: Place): boolean {
    if (container === undefined) return false;
    this.parts.world.host(machine)?.daemon?.engine.lifecycle.outOfMemory(container);
    return true;
  }

  // ------------------------------------------------------------------ the network

  private dial(process: ProcessRecord, call: Extract<Call, { call: 'dial' }>): Outcome {
    const { kernel } = this.parts;
    const { pid, place } = process;
    const landing = this.engine(place).connect(this.networkOf(place), call.address, call.port, call.protocol);
    const target = { landing, address: call.address, port: call.port };
    const giveUp = this.flows.open(this.networkPlace(place), target, kernel.wake, {
      opened: (socket) => {
        stopClock();
        const live = kernel.processes.get(pid);
        if (live && live.status === undefined) kernel.answer(pid, { value: kernel.attach(live, socket) });
      },
      failed: (error) => {
        stopClock();
        kernel.answer(pid, { error });
      },
    });
    const late = (): void => {
      giveUp();
      kernel.answer(pid, { error: new Errno('ETIMEDOUT') });
    };
    const stopClock = call.timeout === undefined ? () => {} : this.later(call.timeout, late);
    process.abandon = () => {
      stopClock();
      giveUp();
    };
    return 'pending';
  }

  private capture(process: ProcessRecord, device: string): Stream {
    const known = systemFact(this.parts, process, 'interfaces') as readonly InterfaceFact[];
    if (device !== 'any' && !known.some(({ name }) => name === device)) throw new Errno('ENODEV', device);
    return this.captures.open(this.networkPlace(process.place), device, this.parts.kernel.wake);
  }

  /** Where a process's packets come from. */
  private networkPlace(place: Place): Place {
    const container = this.networkOf(place);
    return { machine: place.machine, ...(container === undefined ? {} : { container }) };
  }

  private ping(process: ProcessRecord, address: string, timeout: Micros): Outcome {
    const { kernel } = this.parts;
    const { pid, place } = process;
    const reply = this.engine(place).echo(this.networkOf(place), address);
    const wait = reply ? Math.min(reply.rtt, timeout) : timeout;
    const value = reply && reply.rtt <= timeout ? reply : undefined;
    process.abandon = this.later(wait, () => kernel.answer(pid, { value }));
    return 'pending';
  }

  private remote(process: ProcessRecord, name: string, command: Bytes | undefined, fds: ReadonlyMap<Fd, Fd>): Outcome {
    const { kernel, world, simulation } = this.parts;
    const host = world.lookup(name) ?? (name === 'localhost' ? this.host(process.place) : undefined);
    if (!host) throw new Errno('ENOTFOUND', name);
    const reachable = (): boolean =>
      host.daemon !== undefined && simulation.links.connected(this.host(process.place).machine, host.machine);
    const { pid } = process;
    if (!reachable()) {
      process.abandon = this.later(UNREACHABLE_AFTER, () => kernel.answer(pid, { error: new Errno('EHOSTUNREACH') }));
      return 'pending';
    }
    const streams = new Map<Fd, Stream>();
    for (const [there, here] of fds) streams.set(there, kernel.stream(process, here));
    process.abandon = this.later(LOGIN_TIME, () => {
      if (!reachable()) kernel.answer(pid, { error: new Errno('EHOSTUNREACH') });
      else kernel.answer(pid, { value: this.login(process, host, command, streams) });
    });
    return 'pending';
  }

  private login(
    process: ProcessRecord,
    host: LabHost,
    command: Bytes | undefined,
    fds: ReadonlyMap<Fd, Stream>,
  ): number {
    const terminal = process.tty !== undefined && fds.get(0) === process.tty;
    const shell = this.parts.tools.shellProcess({
      run: command === undefined ? { mode: 'interactive', login: true } : { mode: 'command', text: command },
      env: hostEnvironment(host.name, terminal),
      cwd: '/root',
      programs: this.parts.tools.hostPrograms(),
    });
    const { pid } = this.parts.kernel.spawn({
      name: 'bash',
      place: { machine: host.name },
      process: shell,
      fds,
      parent: process.pid,
      tty: terminal ? process.tty : undefined,
    });
    return pid;
  }

  // ------------------------------------------------------------------ filters

  private askFilter(process: ProcessRecord, call: Extract<Call, { call: 'filter' }>): Outcome {
    const { simulation } = this.parts;
    const { name, args, stdin, cwd, env } = call;
    const seed = simulation.random(`filter/${process.place.machine}`).integer(0, 0x7fffffff);
    const files = (file: FileCall): unknown => fileCall(this.files(process.place), file);
    const filter: FilterCall = { request: { name, args, stdin, cwd, env, now: simulation.now, seed }, files };
    process.abandon = () => {};
    if (this.filter) this.filtersAhead.push({ pid: process.pid, filter });
    else {
      this.filter = filter;
      this.filterPid = process.pid;
    }
    return 'pending';
  }

  /** The entrance's answer: the world goes on at the same instant. */
  resolveFilter(answer: { readonly stdout: Bytes; readonly stderr: Bytes; readonly status: number }): void {
    if (!this.filter) return;
    this.filter = undefined;
    this.parts.kernel.answer(this.filterPid, { value: answer });
    const next = this.filtersAhead.shift();
    if (!next) return;
    this.filter = next.filter;
    this.filterPid = next.pid;
  }
}

function refuseLab(): Outcome {
  return { value: { stdout: '', stderr: utf8('lab: only on hosts, not in containers\n'), status: 1 } };
}

/** One file call on a tree of files. Throws Errno. */
export function fileCall(files: Files, call: FileCall): unknown {
  switch (call.op) {
    case 'stat':
      return files.stat(call.path);
    case 'list':
      return files.list(call.path);
    case 'read':
      return files.read(call.path);
    case 'write':
      return files.write(call.path, call.data, {
        ...(call.append === undefined ? {} : { append: call.append }),
        ...(call.mode === undefined ? {} : { mode: call.mode }),
      });
    case 'mkdir':
      return files.mkdir(call.path);
    case 'remove':
      return files.remove(call.path);
    case 'rename':
      return files.rename(call.path, call.to);
    case 'chmod':
      return files.chmod(call.path, call.mode);
  }
}
