/**
 * A node's end of all its connections: calls out, calls in, one timer for all timeouts.
 *
 * The node and its manager each have a {@link Scope}: what it serves and what it asks ends with it. A manager's scope
 * listens on a port; the node's own is reached only over connections that it opened (port 0).
 */
import type { Micros } from '../base/process';
import { fail, type Result } from '../base/result';
import type { Message } from '../raft/index';
import type { Machine, Packet, Simulation, Timers } from '../sim/index';
import type { Peer, Reply, Rpc, RpcError, RpcHandler } from './rpc';
import type { CallWire, Credentials, PushWire, RaftWire, Wire } from './wire';

const CHANNEL = 'swarm';

/** Bytes of a call that carries no large object: headers and small fields. */
const SMALL = 160;

interface PendingCall {
  readonly scope: Scope;
  readonly address: string;
  readonly deadline: Micros;
  readonly reply: Reply;
}

interface Place {
  /** The machine that has the address, once it is known: addresses do not move. */
  to: string | undefined;
  readonly port: number;
}

export function splitAddress(address: string): { ip: string; port: number } {
  const colon = address.lastIndexOf(':');
  return { ip: address.slice(0, colon), port: Number(address.slice(colon + 1)) };
}

export class Endpoint {
  private readonly pending = new Map<number, PendingCall>();
  /** Addresses taken apart: they recur. */
  private readonly places = new Map<string, Place>();
  private readonly scopes: Scope[] = [];
  private nextCall: number;
  private sweepAt: Micros = Infinity;
  private readonly timers: Timers;
  /** This machine's address in the LAN, the source of its connections. */
  readonly ip: string;

  constructor(
    readonly simulation: Simulation,
    readonly machine: Machine,
    /** The certificate of the moment. */
    readonly credentials: () => Credentials | undefined,
    run = 0,
  ) {
    this.timers = simulation.timers(machine.name, 'swarm/rpc');
    // Answers to calls of an earlier boot must not be taken for answers to these.
    this.nextCall = machine.boots * 0x100000000 + run * 0x1000000;
    this.ip = '';
    for (const [ip, name] of simulation.addresses) {
      if (name !== machine.name) continue;
      this.ip = ip;
      break;
    }
  }

  scope(): Scope {
    const scope = new Scope(this);
    this.scopes.push(scope);
    return scope;
  }

  closed(scope: Scope): void {
    this.scopes.splice(this.scopes.indexOf(scope), 1);
    for (const [id, call] of this.pending) if (call.scope === scope) this.pending.delete(id);
  }

  call(scope: Scope, address: string, method: string, request: unknown, timeout: Micros, reply: Reply): void {
    const { to, port } = this.place(address);
    const id = ++this.nextCall;
    const deadline = this.simulation.now + timeout;
    this.pending.set(id, { scope, address, deadline, reply });
    if (deadline < this.sweepAt) {
      this.sweepAt = deadline;
      this.timers.set('timeout', timeout);
    }
    this.send(to, { kind: 'call', id, port, ip: this.ip, credentials: this.credentials(), method, request }, SMALL);
  }

  push(address: string, method: string, request: unknown): void {
    const { to, port } = this.place(address);
    this.send(to, { kind: 'push', port, ip: this.ip, credentials: this.credentials(), method, request }, SMALL);
  }

  raft(address: string, message: Message): void {
    const { to, port } = this.place(address);
    let size = 96 + (message.snapshot?.size ?? 0);
    for (const entry of message.entries) size += 24 + entry.size;
    this.send(to, { kind: 'raft', port, ip: this.ip, credentials: this.credentials(), message }, size);
  }

  private place(address: string): Place {
    let place = this.places.get(address);
    if (place?.to !== undefined) return place;
    const { ip, port } = splitAddress(address);
    place = { to: this.simulation.addresses.get(ip), port };
    this.places.set(address, place);
    return place;
  }

  private send(to: string | undefined, wire: Wire, size: number): void {
    if (to !== undefined) this.simulation.sendFrom(this.machine, to, CHANNEL, wire, size);
  }

  // ---- what comes in

  packet(packet: Packet): void {
    const wire = packet.payload as Wire;
    switch (wire.kind) {
      case 'raft':
        this.receiveRaft(packet.from, wire);
        break;
      case 'reply':
        this.finish(wire.id, wire.result);
        break;
      case 'call':
        this.receiveCall(packet.from, wire);
        break;
      case 'push':
        this.listener(wire)?.receive(wire.method, wire.request, peerOf(wire), () => {});
        break;
      case 'refused':
        this.finish(wire.id, fail(this.refusal(wire.id, wire.tls)));
        break;
      case 'bounced':
        for (const scope of this.scopes) scope.onBounce?.(wire.message, wire.why);
        break;
    }
  }

  /** The scope that answers at a port, when the caller's certificate is of this swarm. */
  private listener(wire: CallWire | PushWire | RaftWire): Scope | undefined {
    const method = wire.kind === 'raft' ? undefined : wire.method;
    return this.scopes.find(
      (scope) => (wire.port === 0 || wire.port === scope.port) && (method === undefined || scope.serves(method)),
    );
  }

  private receiveRaft(from: string, wire: RaftWire): void {
    const scope = this.scopes.find((each) => each.port === wire.port && each.onRaft);
    const why = scope && this.trusts(wire.credentials, true) ? scope.onRaft!(wire.message) : 'refused';
    if (why) this.answer(from, { kind: 'bounced', message: wire.message, why });
  }

  private receiveCall(from: string, wire: CallWire): void {
    const listens = this.scopes.some((scope) => wire.port === 0 || scope.port === wire.port);
    if (!listens || !this.trusts(wire.credentials, false)) {
      this.answer(from, { kind: 'refused', id: wire.id, tls: listens });
      return;
    }
    const reply: Reply = (result) => this.answer(from, { kind: 'reply', id: wire.id, result });
    const scope = this.listener(wire);
    if (scope) scope.receive(wire.method, wire.request, peerOf(wire), reply);
    else reply(fail({ code: 'Unimplemented', message: `unknown method ${wire.method}` }));
  }

  /** A caller without a certificate may ask for one; another swarm's certificate ends the handshake. */
  private trusts(theirs: Credentials | undefined, needed: boolean): boolean {
    if (!theirs) return !needed;
    return theirs.root === this.credentials()?.root;
  }

  private answer(machine: string, wire: Wire): void {
    this.simulation.sendFrom(this.machine, machine, CHANNEL, wire, SMALL);
  }

  // ---- the ends of calls

  private finish(id: number, result: Result<unknown, RpcError>): void {
    const call = this.pending.get(id);
    if (!call) return;
    this.pending.delete(id);
    if (this.pending.size === 0) {
      this.sweepAt = Infinity;
      this.timers.clear('timeout');
    }
    call.reply(result);
  }

  private refusal(id: number, tls: boolean): RpcError {
    const address = this.pending.get(id)?.address ?? '';
    const why = tls
      ? 'transport: authentication handshake failed: tls: failed to verify certificate: x509: certificate signed by unknown authority'
      : `transport: Error while dialing: dial tcp ${address}: connect: connection refused`;
    return { code: 'Unavailable', message: `connection error: desc = "${why}"` };
  }

  /** The timer of all timeouts fired. */
  timer(): void {
    const { now } = this.simulation;
    const late: PendingCall[] = [];
    let next = Infinity;
    for (const [id, call] of this.pending) {
      if (call.deadline <= now) {
        this.pending.delete(id);
        late.push(call);
      } else next = Math.min(next, call.deadline);
    }
    this.sweepAt = next;
    if (next !== Infinity) this.timers.set('timeout', next - now);
    for (const call of late) call.reply(fail({ code: 'DeadlineExceeded', message: 'context deadline exceeded' }));
  }
}

/** What one owner serves and asks. */
export class Scope implements Rpc {
  /** Where it listens; undefined is nowhere. */
  port: number | undefined;
  /** Takes a message of Raft; an answer is the reason for not taking it. */
  onRaft: ((message: Message) => 'refused' | 'removed' | undefined) | undefined;
  /** A message of Raft came back. */
  onBounce: ((message: Message, why: 'refused' | 'removed') => void) | undefined;
  /** May refuse a call before its handler sees it. */
  guard: ((method: string, peer: Peer) => RpcError | undefined) | undefined;
  private readonly handlers = new Map<string, RpcHandler>();
  /** Calls that were taken and are not yet answered: they end with the scope. */
  private readonly open = new Set<Reply>();
  private isClosed = false;

  constructor(private readonly endpoint: Endpoint) {}

  /** The machine's address. */
  get ip(): string {
    return this.endpoint.ip;
  }

  call(address: string, method: string, request: unknown, timeout: Micros, reply: Reply): void {
    if (!this.isClosed) this.endpoint.call(this, address, method, request, timeout, reply);
  }

  push(address: string, method: string, message: unknown): void {
    if (!this.isClosed) this.endpoint.push(address, method, message);
  }

  raft(address: string, message: Message): void {
    if (!this.isClosed) this.endpoint.raft(address, message);
  }

  serve(method: string, handler: RpcHandler): void {
    this.handlers.set(method, handler);
  }

  serves(method: string): boolean {
    return this.handlers.has(method);
  }

  receive(method: string, request: unknown, peer: Peer, reply: Reply): void {
    const refusal = this.guard?.(method, peer);
    if (refusal) {
      reply(fail(refusal));
      return;
    }
    let answered = false;
    const once: Reply = (result) => {
      if (answered) return;
      answered = true;
      this.open.delete(reply);
      reply(result);
    };
    this.open.add(reply);
    this.handlers.get(method)!(request, peer, once);
  }

  /** Ends it: callers that wait are told, own calls are forgotten. */
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.endpoint.closed(this);
    for (const reply of this.open) reply(fail({ code: 'Unavailable', message: 'transport is closing' }));
    this.open.clear();
  }
}

function peerOf(wire: CallWire | PushWire): Peer {
  return { nodeId: wire.credentials?.nodeId ?? '', role: wire.credentials?.role, ip: wire.ip };
}

/** For a powered machine on which no docker daemon runs: its kernel refuses connections. */
export function refusePacket(simulation: Simulation, packet: Packet): void {
  const wire = packet.payload as Wire;
  if (wire.kind === 'call') {
    simulation.send(
      packet.to,
      packet.from,
      CHANNEL,
      { kind: 'refused', id: wire.id, tls: false } satisfies Wire,
      SMALL,
    );
  } else if (wire.kind === 'raft') {
    const bounced: Wire = { kind: 'bounced', message: wire.message, why: 'refused' };
    simulation.send(packet.to, packet.from, CHANNEL, bounced, SMALL);
  }
}
