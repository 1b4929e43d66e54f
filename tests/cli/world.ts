/** Drives the docker command without a world: requests are answered from a table, files from a map. */
import type { Json } from '../../src/base/json';
import {
  type ApiRequest,
  type Call,
  Errno,
  type Process,
  Signalled,
  type StreamItem,
  type Terminal,
} from '../../src/base/process';
import { docker } from '../../src/cli/docker';

interface Answer {
  readonly status?: number;
  readonly body?: Json;
  readonly headers?: Readonly<Record<string, string>>;
  /** An answer that goes on. */
  readonly stream?: readonly StreamItem[];
}

/** By `METHOD /path`; a function sees the request. What is missing is a 404, as from an engine that has no such thing. */
export type Answers = Readonly<Record<string, Answer | ((request: ApiRequest) => Answer)>>;

export interface Situation {
  readonly answers?: Answers;
  /** No engine: every request is refused. */
  readonly unreachable?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly terminal?: Terminal;
  /** The Swarm header of the ping. */
  readonly swarm?: string;
  readonly directories?: readonly string[];
  /** Ctrl-C arrives at the first call of this kind (requests: the second one, behind the ping). */
  readonly interrupt?: 'request' | 'read' | 'sleep';
  /** Where changes of the terminal's mode are noted. */
  readonly modes?: string[];
  /** Virtual now in microseconds; each sleep moves it. */
  readonly now?: number;
}

export interface Outcome {
  readonly out: string;
  readonly err: string;
  readonly status: number;
  /** Bytes written to hijacked streams. */
  readonly sent: string;
  readonly requests: readonly ApiRequest[];
  readonly endpoints: readonly string[];
  readonly modes: readonly string[];
}

/** 2026-01-05T09:00:00Z */
export const EPOCH = 1_767_603_600_000_000;

export function run(argv: readonly string[], situation: Situation = {}): Outcome {
  const world = new World(situation);
  const env = new Map(Object.entries({ HOME: '/root', ...situation.env }));
  const status = world.drive(docker(argv, env, '/home/lab'));
  return {
    out: world.out,
    err: world.err,
    sent: world.sent,
    status,
    requests: world.requests,
    endpoints: world.endpoints,
    modes: world.modes,
  };
}

/** `METHOD path?query` of every request but the ping, for tables of expectations. */
export function calls(outcome: Outcome): string[] {
  return outcome.requests
    .filter((request) => request.path !== '/_ping')
    .map((request) => {
      const query = Object.entries(request.query ?? {}).map(([key, value]) => `${key}=${value}`);
      return `${request.method} ${request.path}${query.length > 0 ? `?${query.join('&')}` : ''}`;
    });
}

class World {
  out = '';
  err = '';
  sent = '';
  halfClosed = 0;
  /** Statuses of spawned processes, which run to their end at once; a pid is a place from 1. */
  private readonly ended: number[] = [];
  readonly requests: ApiRequest[] = [];
  readonly endpoints: string[] = [];
  private readonly streams = new Map<number, StreamItem[]>();
  readonly modes: string[];
  private nextFd = 3;
  private now: number;
  private stdin: string;

  constructor(private readonly situation: Situation) {
    this.now = situation.now ?? EPOCH;
    this.stdin = situation.stdin ?? '';
    this.modes = situation.modes ?? [];
  }

  drive(process: Process<number>): number {
    let step = process.next();
    while (!step.done) {
      let answer: unknown;
      try {
        answer = this.answer(step.value);
      } catch (error) {
        step = process.throw(error);
        continue;
      }
      step = process.next(answer);
    }
    return step.value;
  }

  private answer(call: Call): unknown {
    const { interrupt } = this.situation;
    if (interrupt === call.call && (interrupt === 'read' || this.requests.length > 0)) throw new Signalled('INT');
    switch (call.call) {
      case 'now':
        return this.now;
      case 'sleep':
        this.now += call.micros;
        return undefined;
      case 'write':
        if (call.fd === 2) this.err += call.data;
        else if (call.fd === 1) this.out += call.data;
        else this.sent += call.data;
        return undefined;
      case 'read': {
        const data = this.stdin.slice(0, call.max ?? this.stdin.length);
        this.stdin = this.stdin.slice(data.length);
        return data;
      }
      case 'terminal':
        return this.situation.terminal;
      case 'terminalMode':
        this.modes.push(call.raw ? 'raw' : 'cooked');
        return undefined;
      case 'receive':
        return this.streams.get(call.fd)!.shift();
      case 'select':
        return { fd: call.reads.includes(0) ? 0 : call.reads[0] };
      case 'spawn':
        this.ended.push(this.drive(call.spawn.process));
        return this.ended.length;
      case 'wait':
        return this.ended[call.pid - 1];
      case 'shutdown':
        this.halfClosed++;
        return undefined;
      case 'close':
        return undefined;
      case 'file':
        return this.file(call.file);
      case 'request':
        return this.request(call.endpoint, call.request);
      default:
        throw new Error(`the test world has no ${call.call}`);
    }
  }

  private file(file: Extract<Call, { call: 'file' }>['file']): unknown {
    if (this.situation.directories?.includes(file.path)) throw new Errno('EISDIR', file.path);
    const data = this.situation.files?.[file.path];
    if (data === undefined) throw new Errno('ENOENT', file.path);
    if (file.op === 'stat') return { kind: 'file', size: data.length, mode: 0o644, modified: EPOCH };
    return data;
  }

  private request(endpoint: string, request: ApiRequest): unknown {
    if (this.situation.unreachable) throw new Errno('ECONNREFUSED');
    this.requests.push(request);
    this.endpoints.push(endpoint);
    if (request.path === '/_ping') {
      const headers = { 'Api-Version': '1.50', Ostype: 'linux', 'Docker-Experimental': 'false' };
      return { status: 200, headers: { ...headers, Swarm: this.situation.swarm ?? 'active/manager' } };
    }
    const known = this.situation.answers?.[`${request.method} ${request.path}`];
    const answer = typeof known === 'function' ? known(request) : known;
    if (answer === undefined) return { status: 404, headers: {}, body: { message: 'page not found' } };
    const reply = { status: answer.status ?? 200, headers: answer.headers ?? {}, body: answer.body };
    if (answer.stream === undefined) return reply;
    this.streams.set(this.nextFd, [...answer.stream]);
    return { ...reply, stream: this.nextFd++ };
  }
}
