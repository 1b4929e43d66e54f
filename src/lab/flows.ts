/**
 * Connections of programs: a flow. Its path is decided when it opens; each piece of it costs one event, over the LAN
 * where the path crosses it. The far end is a program of a container, which answers piece by piece.
 */
import type { Bytes } from '../base/bytes';
import { Errno, type Micros } from '../base/process';
import type { Landing } from '../host/index';
import type { Packet, Simulation } from '../sim/index';
import { SocketStream, type Wake } from './streams';
import { UNREACHABLE_AFTER } from './wire';
import type { World } from './world';

/** TCP's patience with a peer that says nothing: six doublings from one second. */
const CONNECT_PATIENCE: Micros = 127_000_000;
const SEGMENT_BYTES = 60;

type Piece = { readonly flow: number } & (
  | { readonly what: 'open' | 'opened' | 'refused' | 'closed' }
  | { readonly what: 'data' | 'reply'; readonly data: Bytes }
);

interface Flow {
  readonly id: number;
  readonly from: string;
  readonly landing: Landing;
  readonly port: number;
  readonly wake: Wake;
  readonly done: FlowDone;
  socket: SocketStream | undefined;
}

export interface FlowDone {
  opened(socket: SocketStream): void;
  failed(error: Errno): void;
}

/** First port that Linux gives to clients. */
const CLIENT_PORT = 32_768;

export class Flows {
  private readonly flows = new Map<number, Flow>();
  private nextId = 0;

  constructor(
    private readonly simulation: Simulation,
    private readonly world: World,
    private readonly later: (delay: Micros, then: () => void) => () => void,
  ) {}

  /** Opens a connection along a path; returns how to give it up. */
  open(from: string, landing: Landing, wake: Wake, done: FlowDone): () => void {
    if (landing.kind === 'unreachable')
      return this.later(UNREACHABLE_AFTER, () => done.failed(new Errno('EHOSTUNREACH')));
    if (landing.kind === 'lost') return this.later(CONNECT_PATIENCE, () => done.failed(new Errno('ETIMEDOUT')));
    const id = ++this.nextId;
    const port = CLIENT_PORT + (id % 28_000);
    const flow: Flow = { id, from, landing, port, wake, done, socket: undefined };
    this.flows.set(id, flow);
    this.send(from, landing.machine, { flow: id, what: 'open' }, SEGMENT_BYTES);
    return () => this.flows.delete(id);
  }

  arrive(packet: Packet): void {
    const piece = packet.payload as Piece;
    const flow = this.flows.get(piece.flow);
    if (!flow) return;
    switch (piece.what) {
      case 'open':
        this.send(
          packet.to,
          packet.from,
          { flow: flow.id, what: flow.landing.kind === 'container' ? 'opened' : 'refused' },
          SEGMENT_BYTES,
        );
        return;
      case 'opened':
        this.opened(flow);
        return;
      case 'refused':
        this.flows.delete(flow.id);
        flow.done.failed(new Errno('ECONNREFUSED'));
        return;
      case 'data':
        this.served(flow, piece.data);
        return;
      case 'reply':
        flow.socket?.push(piece.data);
        return;
      case 'closed':
        this.flows.delete(flow.id);
        flow.socket?.end();
        return;
    }
  }

  private opened(flow: Flow): void {
    const { landing } = flow;
    if (landing.kind !== 'container') return;
    flow.socket = new SocketStream(flow.wake, {
      data: (data) =>
        this.send(flow.from, landing.machine, { flow: flow.id, what: 'data', data }, data.length + SEGMENT_BYTES),
      shutdown: () => {},
    });
    flow.done.opened(flow.socket);
  }

  /** The program of the container takes a piece and answers it. */
  private served(flow: Flow, data: Bytes): void {
    const { landing } = flow;
    if (landing.kind !== 'container') return;
    const engine = this.world.host(landing.machine)?.daemon?.engine;
    const peer = { address: landing.peerAddress, port: flow.port, localAddress: landing.localAddress };
    const answer = engine?.request(landing.containerId, landing.port, data, peer);
    const size = (answer?.length ?? 0) + SEGMENT_BYTES;
    if (answer !== undefined)
      this.send(landing.machine, flow.from, { flow: flow.id, what: 'reply', data: answer }, size);
    if (answer === undefined || closes(data, answer)) {
      this.send(landing.machine, flow.from, { flow: flow.id, what: 'closed' }, SEGMENT_BYTES);
    }
  }

  private send(from: string, to: string, piece: Piece, size: number): void {
    if (this.simulation.machine(from).powered) this.simulation.send(from, to, 'flow', piece, size);
  }
}

/** Whether HTTP says that the connection ends with this answer. */
function closes(question: Bytes, answer: Bytes): boolean {
  if (!answer.startsWith('HTTP/')) return false;
  return (
    /^connection: *close/im.test(answer) ||
    /^[A-Z]+ \S+ HTTP\/1\.0/.test(question) ||
    /\r\nconnection: *close/i.test(question)
  );
}
