/**
 * Connections of programs: a flow. Its path is decided when it opens; each piece of it costs one event, over the LAN
 * where the path crosses it. The far end is a program of a container, which answers piece by piece.
 */
import type { Bytes } from '../base/bytes';
import { Errno, type Micros } from '../base/process';
import type { Landing } from '../host/index';
import type { Packet, Simulation } from '../sim/index';
import type { Captures, Conversation } from './captures';
import type { Place } from './kernel';
import { SocketStream, type Wake } from './streams';
import { UNREACHABLE_AFTER } from './wire';
import type { World } from './world';

/** TCP's patience with a peer that says nothing: six doublings from one second. */
const CONNECT_PATIENCE: Micros = 127_000_000;
const SEGMENT_BYTES = 60;

type Piece = { readonly flow: number } & (
  | { readonly what: 'open' | 'opened' | 'refused' | 'reset' | 'closed' }
  | { readonly what: 'data' | 'reply'; readonly data: Bytes }
);

/** Where a connection was to go, and where that is. */
export interface Target {
  readonly landing: Landing;
  readonly address: string;
  readonly port: number;
}

interface Flow {
  readonly id: number;
  readonly from: string;
  readonly landing: Landing;
  readonly port: number;
  /** Where it was to go. */
  readonly place: Place;
  readonly target: Target;
  /** Bytes so far, each way. */
  sent: number;
  received: number;
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
    private readonly captures: Captures,
    private readonly later: (delay: Micros, then: () => void) => () => void,
  ) {}

  /** Opens a connection along a path; returns how to give it up. */
  open(place: Place, target: Target, wake: Wake, done: FlowDone): () => void {
    const from = place.machine;
    const { landing } = target;
    if (landing.kind === 'unreachable')
      return this.later(UNREACHABLE_AFTER, () => done.failed(new Errno('EHOSTUNREACH')));
    if (landing.kind === 'lost') return this.later(CONNECT_PATIENCE, () => done.failed(new Errno('ETIMEDOUT')));
    const id = ++this.nextId;
    const port = CLIENT_PORT + (id % 28_000);
    const flow: Flow = { id, from, landing, port, place, target, sent: 0, received: 0, wake, done, socket: undefined };
    this.flows.set(id, flow);
    this.tap(flow, true, 'S');
    this.send(from, landing.machine, { flow: id, what: 'open' }, SEGMENT_BYTES);
    return () => this.flows.delete(id);
  }

  arrive(packet: Packet): void {
    const piece = packet.payload as Piece;
    const flow = this.flows.get(piece.flow);
    if (!flow) return;
    switch (piece.what) {
      case 'open':
        this.tap(flow, false, accepts(flow.landing) ? 'S.' : 'R.');
        this.send(
          packet.to,
          packet.from,
          { flow: flow.id, what: accepts(flow.landing) ? 'opened' : 'refused' },
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
      case 'reset':
        this.flows.delete(flow.id);
        flow.socket?.reset();
        return;
      case 'closed':
        this.flows.delete(flow.id);
        flow.socket?.end();
        return;
    }
  }

  private opened(flow: Flow): void {
    const { landing } = flow;
    if (landing.kind !== 'container' && landing.kind !== 'reset') return;
    this.tap(flow, true, '.');
    flow.socket = new SocketStream(flow.wake, {
      data: (data) => {
        this.tap(flow, true, 'P.', data);
        this.send(flow.from, landing.machine, { flow: flow.id, what: 'data', data }, data.length + SEGMENT_BYTES);
      },
      shutdown: () => {},
    });
    if (landing.kind === 'reset') {
      this.tap(flow, false, 'R.');
      this.send(landing.machine, flow.from, { flow: flow.id, what: 'reset' }, SEGMENT_BYTES);
    }
    flow.done.opened(flow.socket);
  }

  /** The program of the container takes a piece and answers it. */
  private served(flow: Flow, data: Bytes): void {
    const { landing } = flow;
    if (landing.kind !== 'container') return;
    const engine = this.world.host(landing.machine)?.daemon?.engine;
    if (engine?.containers.get(landing.containerId)?.state.paused) {
      engine.lifecycle.freezer.whenAwake(landing.containerId, () => this.served(flow, data));
      return;
    }
    const peer = { address: landing.peerAddress, port: flow.port, localAddress: landing.localAddress };
    const answer = engine?.request(landing.containerId, landing.port, data, peer);
    const size = (answer?.length ?? 0) + SEGMENT_BYTES;
    this.tap(flow, false, '.');
    if (answer !== undefined) this.tap(flow, false, 'P.', answer);
    if (answer !== undefined)
      this.send(landing.machine, flow.from, { flow: flow.id, what: 'reply', data: answer }, size);
    if (answer === undefined || closes(data, answer)) {
      this.tap(flow, false, 'F.');
      this.send(landing.machine, flow.from, { flow: flow.id, what: 'closed' }, SEGMENT_BYTES);
    }
  }

  /** Shows a packet to those who listen. */
  private tap(flow: Flow, forward: boolean, flags: string, data: Bytes = ''): void {
    if (!this.captures.active) return;
    const { landing } = flow;
    if (landing.kind === 'unreachable' || landing.kind === 'lost') return;
    const begun = flags.includes('S') ? 0 : 1;
    const [seq, ack] = forward ? [flow.sent, flow.received] : [flow.received, flow.sent];
    const { address, port } = flow.target;
    const conversation: Conversation = { place: flow.place, landing, address, port, clientPort: flow.port };
    this.captures.tell(conversation, { forward, flags, data, seq: seq + begun, ack: ack + 1 });
    if (forward) flow.sent += data.length;
    else flow.received += data.length;
  }

  private send(from: string, to: string, piece: Piece, size: number): void {
    if (this.simulation.machine(from).powered) this.simulation.send(from, to, 'flow', piece, size);
  }
}

/** Whether somebody takes the connection, if only to break it. */
function accepts(landing: Landing): boolean {
  return landing.kind === 'container' || landing.kind === 'reset';
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
