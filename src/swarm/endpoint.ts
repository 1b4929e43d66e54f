/**
 * A node's end of all its connections: calls out, calls in, one timer for all timeouts.
 *
 * The node and its manager each have a {@link Scope}: what it serves and what it asks ends with it. A manager's scope
 * listens on a port; the node's own is reached only over connections that it opened (port 0).
 */
import type { Micros } from '../base/process';
import { fail, type Result } from '../base/result';
import type { Message } from '../raft/index';
import type { Machine, Packet, Simulation, Timer } from '../sim/index';
import type { Peer, Reply, Rpc, RpcError, RpcHandler } from './rpc';
import { CallWire, type Credentials, type PushWire, type RaftWire, ReplyWire, type Wire } from './wire';

const CHANNEL = 'swarm';

const CLOSING: RpcError = { code: 'Unavailable', message: 'transport is closing' };

/** A push has nobody to answer. */
const NOBODY: Reply = () => {};

/** Calls are numbered in small integers, and begin elsewhere in each of the last runs of the daemon. */
const CALLS_A_RUN = 1 << 20;
const RUNS = 1 << 10;
const RUNS_A_BOOT = 31;

/** Bytes of a call that carries no large object: headers and small fields. */
const SMALL = 160;

class PendingCall {
  constructor(
    readonly id: number,
    readonly scope: Scope,
    readonly address: string,
    readonly deadline: Micros,
    readonly reply: Reply,
  ) {}
}

interface Place {
  /** The machine that has the address, once it is known: addresses do not move. */
  to: Machine | undefined;
  readonly port: number;
}

export function splitAddress(address: string): { ip: string; port: number } {
  const colon = address.lastIndexOf(':');
  return { ip: address.slice(0, colon), port: Number(address.slice(colon + 1)) };
}

export class Endpoint {
  /** Calls not yet answered; the first of them apart, since most nodes never have two. */
  private first: PendingCall | undefined;
  private readonly others = new Map<number, PendingCall>();
  /** Addresses taken apart: they recur. */
  private readonly places = new Map<string, Place>();
  /** Where the last call went: that of a worker goes to one manager. */
  private lastAddress = '';
  private lastPlace: Place | undefined;
  private readonly scopes: Scope[] = [];
  private nextCall: number;
  private readonly timeout: Timer;
  /** This machine's address in the LAN, the source of its connections. */
  readonly ip: string;

  constructor(
    readonly simulation: Simulation,
    readonly machine: Machine,
    /** Where the certificate of the moment stands. */
    private readonly holder: { readonly credentials: Credentials | undefined },
    run = 0,
  ) {
    this.timeout = simulation.timers(machine.name, 'swarm/rpc').one('timeout');
    // Answers to calls of an earlier boot must not be taken for answers to these.
    this.nextCall = ((machine.boots * RUNS_A_BOOT + run) % RUNS) * CALLS_A_RUN;
    this.ip = simulation.addressOf(machine.name);
  }

  scope(): Scope {
    const scope = new Scope(this);
    this.scopes.push(scope);
    return scope;
  }

  closed(scope: Scope): void {
    this.scopes.splice(this.scopes.indexOf(scope), 1);
    if (this.first?.scope === scope) this.first = undefined;
    for (const [id, call] of this.others) if (call.scope === scope) this.others.delete(id);
  }

  call(scope: Scope, address: string, method: string, request: unknown, timeout: Micros, reply: Reply): void {
    const { to, port } = this.place(address);
    const id = ++this.nextCall;
    const deadline = this.simulation.now + timeout;
    const call = new PendingCall(id, scope, address, deadline, reply);
    if (this.first) this.others.set(id, call);
    else this.first = call;
    if (deadline < this.timeout.due) this.timeout.arm(timeout);
    this.send(to, new CallWire(id, port, this.ip, this.holder.credentials, method, request), SMALL);
  }

  push(address: string, method: string, request: unknown): void {
    const { to, port } = this.place(address);
    this.send(to, { kind: 'push', port, ip: this.ip, credentials: this.holder.credentials, method, request }, SMALL);
  }

  raft(address: string, message: Message): void {
    const { to, port } = this.place(address);
    let size = 96 + (message.snapshot?.size ?? 0);
    for (const entry of message.entries) size += 24 + entry.size;
    this.send(to, { kind: 'raft', port, ip: this.ip, credentials: this.holder.credentials, message }, size);
  }

  private place(address: string): Place {
    if (address === this.lastAddress && this.lastPlace) return this.lastPlace;
    let place = this.places.get(address);
    if (place?.to !== undefined) {
      this.lastAddress = address;
      this.lastPlace = place;
      return place;
    }
    const { ip, port } = splitAddress(address);
    const name = this.simulation.addresses.get(ip);
    place = { to: name === undefined ? undefined : this.simulation.machine(name), port };
    this.places.set(address, place);
    return place;
  }

  private send(to: Machine | undefined, wire: Wire, size: number): void {
    if (to) this.simulation.sendTo(this.machine, to, CHANNEL, wire, size);
  }

  // ---- what comes in

  packet(packet: Packet, sender: Machine): void {
    const wire = packet.payload as Wire;
    switch (wire.kind) {
      case 'raft':
        this.receiveRaft(sender, wire);
        break;
      case 'reply':
        this.finish(wire.id, wire.result);
        break;
      case 'call':
        this.receiveCall(sender, wire);
        break;
      case 'push':
        this.listener(wire)?.receive(wire.method, wire.request, peerOf(wire), NOBODY);
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
  private listener(wire: PushWire): Scope | undefined {
    return this.scopes.find((scope) => (wire.port === 0 || wire.port === scope.port) && scope.serves(wire.method));
  }

  private receiveRaft(from: Machine, wire: RaftWire): void {
    const scope = this.scopes.find((each) => each.port === wire.port && each.onRaft);
    const why =
      scope && this.trusts(wire.credentials, true)
        ? scope.onRaft!(wire.message, wire.credentials?.nodeId ?? '')
        : 'refused';
    if (why) this.answer(from, { kind: 'bounced', message: wire.message, why });
  }

  private receiveCall(from: Machine, wire: CallWire): void {
    let listens = false;
    let scope: Scope | undefined;
    for (const each of this.scopes) {
      if (wire.port !== 0 && wire.port !== each.port) continue;
      listens = true;
      if (!scope && each.serves(wire.method)) scope = each;
    }
    if (!listens || !this.trusts(wire.credentials, false)) {
      this.answer(from, { kind: 'refused', id: wire.id, tls: listens });
      return;
    }
    let answered = false;
    const reply: Reply = (result) => {
      if (answered) return;
      answered = true;
      scope?.answered(reply);
      this.answer(from, new ReplyWire(wire.id, result));
    };
    if (!scope) reply(fail({ code: 'Unimplemented', message: `unknown method ${wire.method}` }));
    else {
      scope.receive(wire.method, wire.request, peerOf(wire), reply);
      if (!answered) scope.waits(reply);
    }
  }

  /** A caller without a certificate may ask for one; another swarm's certificate ends the handshake. */
  private trusts(theirs: Credentials | undefined, needed: boolean): boolean {
    if (!theirs) return !needed;
    return theirs.root === this.holder.credentials?.root;
  }

  private answer(to: Machine, wire: Wire): void {
    this.simulation.sendTo(this.machine, to, CHANNEL, wire, SMALL);
  }

  // ---- the ends of calls

  private finish(id: number, result: Result<unknown, RpcError>): void {
    const call = this.take(id);
    if (!call) return;
    if (!this.first && this.others.size === 0) this.timeout.disarm();
    call.reply(result);
  }

  private pending(id: number): PendingCall | undefined {
    return this.first?.id === id ? this.first : this.others.get(id);
  }

  private take(id: number): PendingCall | undefined {
    const call = this.pending(id);
    if (call && call === this.first) this.first = undefined;
    else if (call) this.others.delete(id);
    return call;
  }

  private refusal(id: number, tls: boolean): RpcError {
    const address = this.pending(id)?.address ?? '';
    const why = tls
      ? 'transport: authentication handshake failed: tls: failed to verify certificate: x509: certificate signed by unknown authority'
      : `transport: Error while dialing: dial tcp ${address}: connect: connection refused`;
    return { code: 'Unavailable', message: `connection error: desc = "${why}"` };
  }

  /** The timer of all timeouts fired. */
  timer(): void {
    const { now } = this.simulation;
    const calls = [...(this.first ? [this.first] : []), ...this.others.values()].sort((a, b) => a.id - b.id);
    const late = calls.filter(({ deadline }) => deadline <= now);
    for (const { id } of late) this.take(id);
    let next = Infinity;
    for (const { deadline } of calls) if (deadline > now) next = Math.min(next, deadline);
    if (next !== Infinity) this.timeout.arm(next - now);
    for (const call of late) call.reply(fail({ code: 'DeadlineExceeded', message: 'context deadline exceeded' }));
  }
}

/** What one owner serves and asks. */
export class Scope implements Rpc {
  /** Where it listens; undefined is nowhere. */
  port: number | undefined;
  /** Takes a message of Raft; an answer is the reason for not taking it. */
  onRaft: ((message: Message, nodeId: string) => 'refused' | 'removed' | undefined) | undefined;
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
    this.handlers.get(method)!(request, peer, reply);
  }

  /** A call was taken, and its answer comes later. */
  waits(reply: Reply): void {
    if (this.isClosed) reply(fail(CLOSING));
    else this.open.add(reply);
  }

  answered(reply: Reply): void {
    if (this.open.size > 0) this.open.delete(reply);
  }

  /** Ends it: callers that wait are told, own calls are forgotten. */
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.endpoint.closed(this);
    for (const reply of [...this.open]) reply(fail(CLOSING));
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
