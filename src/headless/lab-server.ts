/**
 * A lab behind the gateway: one Docker Engine API a host, its clock bound to the wall's.
 *
 *   speed X > 0   virtual time = X times real time
 *   speed 0       time moves only for clients: as fast as it can while a request waits for its answer; at the pace of
 *                 real time while streams are open (logs, events, attach), and while a client that has its answer keeps
 *                 its connection for longer than a moment, as a command does that asks again and again (progress)
 */
import type { Json } from '../base/json';
import type { Micros, StreamItem } from '../base/process';
import { type Journal, Lab, type LabOptions, type Outputs } from '../lab/index';
import { Gateway } from './gateway';
import type { GatewayExchange, GatewaySink } from './gateway-http';
import { answerFilter } from './pump';
import { tools } from './tools';

export interface LabServerOptions {
  readonly seed: number;
  /** The first instant; `undefined` is now, by the wall. */
  readonly epoch?: Micros;
  readonly nodes: number;
  /** node1's port; node k has this + k - 1. 0 gives every host a free one. */
  readonly port: number;
  readonly speed: number;
  readonly outputs?: Partial<Outputs>;
}

/** Hosts that get a port. */
export const PORTS_MAX = 64;
/** Real time between two looks at the clock, and the real time of one slice. */
const TICK_MS = 5;
const SLICE_MS = 20;
const SLICE_EVENTS = 500;
/** A connection kept for longer than this after its answer: its client will ask again. Real time. */
const POLLING_MS = 100;
/** An idle world has no events to run through: it is given this much time at once. */
const LOOK_AHEAD: Micros = 1_000_000;

interface Open {
  readonly exchange: GatewayExchange;
  sink: GatewaySink | undefined;
}

const QUIET: Outputs = {
  terminal: () => {},
  prompt: () => {},
  line: () => {},
  script: () => {},
  scriptEnd: () => {},
  act: () => {},
};

export class LabServer {
  readonly lab: Lab;
  readonly ports = new Map<string, number>();
  private readonly gateway: Gateway;
  private readonly open = new Map<number, Open>();
  private nextConnection = 0;
  private speed: number;
  private anchor: { readonly virtual: Micros; readonly wall: number };
  private timer: NodeJS.Timeout | undefined;
  private working = false;
  private stopped = false;

  constructor(private readonly options: LabServerOptions) {
    this.speed = options.speed;
    this.gateway = new Gateway((host, exchange) => this.begin(host, exchange));
    const labOptions: LabOptions = {
      seed: options.seed,
      epoch: options.epoch ?? Math.floor(performance.timeOrigin + performance.now()) * 1000,
      shape: { nodes: options.nodes },
      tools,
      outputs: { ...QUIET, ...options.outputs },
      gateway: {
        answer: (connection, status, body, headers) => this.answer(connection, status, body, headers),
        stream: (connection, status, contentType) => this.stream(connection, status, contentType),
        item: (connection, item) => this.item(connection, item),
        end: (connection) => this.end(connection),
        reset: (connection) => this.end(connection),
      },
    };
    this.lab = new Lab(labOptions);
    this.anchor = { virtual: this.lab.now, wall: performance.now() };
  }

  /** Opens the hosts' ports and lets the clock go. */
  async start(): Promise<void> {
    await this.followHosts();
    this.reanchor();
    this.schedule();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.gateway.closeAll();
  }

  setSpeed(speed: number): void {
    this.speed = speed;
    this.reanchor();
  }

  /** An act on the physical world, and the ports that come and go with it. */
  async act(args: readonly string[]): Promise<void> {
    this.lab.submit({ kind: 'lab', args });
    await this.followHosts();
  }

  journal(): Journal {
    return this.lab.journal();
  }

  /** Ports follow power: a host that is off refuses connections. */
  private async followHosts(): Promise<void> {
    for (const host of this.lab.world.hosts.values()) {
      const { index } = host.machine;
      const isOpen = this.ports.has(host.name);
      if (host.daemon && !isOpen && index <= PORTS_MAX) {
        const port = await this.gateway.open(host.name, this.options.port === 0 ? 0 : this.options.port + index - 1);
        this.ports.set(host.name, port);
      } else if (!host.daemon && isOpen) {
        this.ports.delete(host.name);
        await this.gateway.close(host.name);
      }
    }
  }

  private begin(host: string, exchange: GatewayExchange): void {
    const connection = ++this.nextConnection;
    this.open.set(connection, { exchange, sink: undefined });
    exchange.onAbort(() => {
      if (!this.open.delete(connection)) return;
      this.input({ kind: 'request-abort', connection });
    });
    this.input({ kind: 'request', connection, host, request: exchange.request });
    exchange.onData((data) => this.input({ kind: 'request-data', connection, data }));
    exchange.onEnd(() => this.input({ kind: 'request-end', connection }));
  }

  private input(input: Parameters<Lab['submit']>[0]): void {
    if (this.stopped) return;
    if (!this.lab.submit(input) && 'connection' in input) {
      this.open.get(input.connection)?.exchange.answer(503, { message: 'the journal of this lab is full' });
      this.open.delete(input.connection);
    }
    this.schedule(0);
  }

  private answer(
    connection: number,
    status: number,
    body: Json | undefined,
    headers: Readonly<Record<string, string>>,
  ): void {
    const open = this.open.get(connection);
    this.open.delete(connection);
    open?.exchange.answer(status, body, headers);
  }

  private stream(connection: number, status: number, contentType: string): void {
    const open = this.open.get(connection);
    if (open) open.sink = open.exchange.stream(status, contentType);
  }

  private item(connection: number, item: StreamItem): void {
    this.open.get(connection)?.sink?.push(item);
  }

  private end(connection: number): void {
    const open = this.open.get(connection);
    this.open.delete(connection);
    if (open?.sink) open.sink.end();
    else open?.exchange.answer(500, { message: 'the host went off' });
  }

  // ------------------------------------------------------------------ the clock

  private reanchor(): void {
    this.anchor = { virtual: this.lab.now, wall: performance.now() };
  }

  private schedule(delay = TICK_MS): void {
    if (this.stopped) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.tick(), delay);
  }

  private async tick(): Promise<void> {
    if (this.working) return;
    this.working = true;
    try {
      await this.slice();
    } finally {
      this.working = false;
    }
    this.schedule(this.hurries() ? 0 : TICK_MS);
  }

  /** At speed 0 requests that wait for their answers, and no stream beside: the clock runs free. */
  private hurries(): boolean {
    if (this.speed !== 0 || this.open.size === 0) return false;
    for (const open of this.open.values()) if (open.sink) return false;
    return true;
  }

  /** At speed 0 nobody is there to whom time matters. */
  private rests(): boolean {
    return this.speed === 0 && this.open.size === 0 && !this.gateway.hasIdle(POLLING_MS);
  }

  private async slice(): Promise<void> {
    const enough = performance.now() + SLICE_MS;
    do {
      const hurries = this.hurries();
      const rests = this.rests();
      if (hurries || rests) this.reanchor();
      if (rests) return;
      const rate = this.speed === 0 ? 1 : this.speed;
      const wanted = this.anchor.virtual + Math.floor((performance.now() - this.anchor.wall) * 1000 * rate);
      const until = hurries ? this.lab.now + LOOK_AHEAD : Math.max(this.lab.now, wanted);
      const end = this.lab.advance(until, hurries ? 1 : SLICE_EVENTS);
      if (end === 'filter') await answerFilter(this.lab);
      if (end === 'reached') return;
    } while (performance.now() < enough);
  }
}
