/**
 * Requests to Docker Engines, carried as packets: the opening, later bytes, the answer and its items each cost one
 * event, over the machine's own loopback or over the LAN, so that a cut cable cuts them too.
 */
import type { Bytes } from '../base/bytes';
import { type ApiRequest, type ApiResponse, Errno, type Micros, type StreamItem } from '../base/process';
import type { Exchange, StreamSink } from '../daemon/index';
import { type Packet, type Simulation, type Timers, WORLD } from '../sim/index';

/** A host that does not answer: the resolver of addresses (ARP) gives up after this. */
export const UNREACHABLE_AFTER: Micros = 3_070_000;

/** The client's side of a request. */
export interface ClientEnd {
  /** `hasStream`: items follow. */
  answer(response: Omit<ApiResponse, 'stream'>, hasStream: boolean): void;
  item(item: StreamItem): void;
  end(): void;
  fail(error: Errno): void;
}

type Message =
  | { readonly id: number; readonly what: 'open'; readonly request: ApiRequest }
  | { readonly id: number; readonly what: 'data'; readonly data: Bytes }
  | { readonly id: number; readonly what: 'shutdown' | 'abort' | 'end' | 'refuse' | 'reset' }
  | {
      readonly id: number;
      readonly what: 'answer';
      readonly response: Omit<ApiResponse, 'stream'>;
      readonly stream: boolean;
    }
  | { readonly id: number; readonly what: 'item'; readonly item: StreamItem };

interface Connection {
  readonly id: number;
  readonly from: string;
  readonly to: string;
  readonly client: ClientEnd;
  readonly boots: number;
  onData: ((data: Bytes) => void) | undefined;
  onEnd: (() => void) | undefined;
  onAbort: (() => void) | undefined;
  /** What arrived before the handler asked for it. */
  early: (Bytes | 'end')[];
  closed: boolean;
  /** The server's side has ended: it says nothing more. */
  gone: boolean;
}

/** What the client may do with a connection that is open. */
export interface Outgoing {
  data(bytes: Bytes): void;
  shutdown(): void;
  abort(): void;
}

const HEADER_BYTES = 200;

export class Wire {
  private readonly connections = new Map<number, Connection>();
  private readonly timers: Timers;
  private nextId = 0;

  constructor(
    private readonly simulation: Simulation,
    private readonly serve: (machine: string, exchange: Exchange) => boolean,
  ) {
    this.timers = simulation.timers(WORLD, 'wire');
  }

  /** Opens a request from one machine to another's (or its own) engine. */
  open(from: string, to: string, request: ApiRequest, client: ClientEnd): Outgoing {
    const target = this.simulation.machine(to);
    const connection: Connection = {
      id: ++this.nextId,
      from,
      to,
      client,
      boots: target.boots,
      onData: undefined,
      onEnd: undefined,
      onAbort: undefined,
      early: [],
      closed: false,
      gone: false,
    };
    this.connections.set(connection.id, connection);
    const { id } = connection;
    if (!target.powered || !this.simulation.links.connected(this.simulation.machine(from), target)) {
      this.timers.set(`unreachable/${id}`, UNREACHABLE_AFTER);
    } else {
      this.send(from, to, { id, what: 'open', request }, HEADER_BYTES);
    }
    return {
      data: (data) => this.send(from, to, { id, what: 'data', data }, data.length),
      shutdown: () => this.send(from, to, { id, what: 'shutdown' }, 40),
      abort: () => {
        connection.closed = true;
        this.send(from, to, { id, what: 'abort' }, 40);
      },
    };
  }

  timer(name: string): void {
    const connection = this.connections.get(Number(name.slice(name.indexOf('/') + 1)));
    if (connection) this.fail(connection, new Errno(name.startsWith('reset') ? 'ECONNRESET' : 'EHOSTUNREACH'));
  }

  /** The machine's daemon is gone: whoever talked to it from another machine notices by and by. */
  lost(machine: string): void {
    for (const connection of [...this.connections.values()]) {
      if (connection.from === machine) this.connections.delete(connection.id);
      else if (connection.to === machine) this.timers.set(`reset/${connection.id}`, UNREACHABLE_AFTER);
    }
  }

  /** A machine's dockerd is gone, and its connections with it. */
  closed(machine: string): void {
    for (const connection of [...this.connections.values()]) {
      if (connection.to !== machine) continue;
      this.send(machine, connection.from, { id: connection.id, what: 'reset' }, 40);
      connection.gone = true;
      connection.onAbort?.();
    }
  }

  /** A packet of channel `api` reached its machine. */
  arrive(packet: Packet): void {
    const message = packet.payload as Message;
    const connection = this.connections.get(message.id);
    if (!connection) return;
    switch (message.what) {
      case 'open':
        if (!this.serve(connection.to, this.exchange(connection, message.request)))
          this.send(connection.to, connection.from, { id: message.id, what: 'refuse' }, 40);
        return;
      case 'data':
        if (connection.gone) return;
        if (connection.onData) connection.onData(message.data);
        else connection.early.push(message.data);
        return;
      case 'shutdown':
        if (connection.gone) return;
        if (connection.onEnd) connection.onEnd();
        else connection.early.push('end');
        return;
      case 'abort':
        this.connections.delete(message.id);
        if (!connection.gone) connection.onAbort?.();
        return;
      case 'answer':
        if (!message.stream) this.connections.delete(message.id);
        if (!connection.closed) connection.client.answer(message.response, message.stream);
        return;
      case 'item':
        if (!connection.closed) connection.client.item(message.item);
        return;
      case 'refuse':
        this.fail(connection, new Errno('ECONNREFUSED'));
        return;
      case 'reset':
        this.fail(connection, new Errno('ECONNRESET'));
        return;
      case 'end':
        this.connections.delete(message.id);
        if (!connection.closed) connection.client.end();
        return;
    }
  }

  private fail(connection: Connection, error: Errno): void {
    this.connections.delete(connection.id);
    if (!connection.closed) connection.client.fail(error);
  }

  private send(from: string, to: string, message: Message, size: number): void {
    if (!this.connections.has(message.id) || !this.simulation.machine(from).powered) return;
    this.simulation.send(from, to, 'api', message, size);
  }

  private exchange(connection: Connection, request: ApiRequest): Exchange {
    const { id, from, to, boots } = connection;
    const reply = (message: Message, size: number): void => {
      const machine = this.simulation.machine(to);
      if (machine.powered && machine.boots === boots && !connection.gone) this.send(to, from, message, size);
    };
    const sink: StreamSink = {
      push: (item) => reply({ id, what: 'item', item }, 'data' in item ? item.data.length + 8 : HEADER_BYTES),
      end: () => reply({ id, what: 'end' }, 40),
    };
    return {
      request,
      answer: (status, body, headers = {}) => {
        const response = body === undefined ? { status, headers } : { status, headers, body };
        reply({ id, what: 'answer', response, stream: false }, HEADER_BYTES);
      },
      stream: (status, contentType) => {
        const response = { status, headers: { 'content-type': contentType } };
        reply({ id, what: 'answer', response, stream: true }, HEADER_BYTES);
        return sink;
      },
      onData: (handler) => {
        connection.onData = handler;
        for (const early of connection.early) if (early !== 'end') handler(early);
      },
      onEnd: (handler) => {
        connection.onEnd = handler;
        if (connection.early.includes('end')) handler();
      },
      onAbort: (handler) => {
        connection.onAbort = handler;
      },
    };
  }
}
