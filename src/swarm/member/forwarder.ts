/**
 * Calls that only the leader may answer, from wherever they come in.
 *
 *      leads here            ──► handler
 *      leader known          ──► passed on; when the connection fails: wait for a leader, then once more
 *      none for > 10 ticks   ──► "The swarm does not have a leader. …"
 *      none yet              ──► look again twice a second until the caller's time is up, ticks are not counted again
 *
 * Follows moby/swarmkit manager/state/raft/raft.go, LeaderConn, and protobuf/plugin/raftproxy/raftproxy.go.
 */
import type { Micros } from '../../base/process';
import { fail } from '../../base/result';
import type { Timers } from '../../sim/index';
import type { Scope } from '../endpoint';
import type { Peer, Reply, RpcError, RpcHandler } from '../rpc';

const LOST_QUORUM: RpcError = {
  code: 'Unknown',
  message:
    "The swarm does not have a leader. It's possible that too few managers are online. " +
    'Make sure more than half of the managers are online.',
};
const DEADLINE: RpcError = { code: 'DeadlineExceeded', message: 'context deadline exceeded' };

/** The name of its timer: while calls wait for a leader. */
const POLL = 'poll';
const POLL_INTERVAL: Micros = 500_000;
/** How long a leader that has just been elected keeps what others passed on to it. */
const FORWARD_TIMEOUT: Micros = 20_000_000;
const NOT_LEADER: RpcError = { code: 'Unavailable', message: 'connection error: desc = "this manager does not lead"' };

/** The method under which a manager passes a call on. */
export const FORWARD = 'manager.forward';

/** A call as one manager passes it to the leader. */
export interface Forwarded {
  readonly method: string;
  readonly request: unknown;
  readonly peer: Peer;
}

interface Item extends Forwarded {
  readonly deadline: Micros;
  readonly reply: Reply;
  /** waiting: for a leader; sent: to `leader`; local: this manager's handler has it. */
  phase: 'waiting' | 'sent' | 'local';
  leader: number;
  /** Ticks since another leader is known while this call waits for the old one. */
  stale: number;
  retried: boolean;
  finished: boolean;
}

export interface ForwarderPort {
  readonly scope: Scope;
  readonly timers: Timers;
  now(): Micros;
  /** Raft id of the leader, 0 when there is none. */
  leader(): number;
  /** Its address; undefined when it is this manager or not known. */
  address(raftId: number): string | undefined;
  /** Whether a member seems to be there. */
  isActive(raftId: number): boolean;
  /** Raft says that this manager leads. */
  isLeader(): boolean;
  /** It does, and its loops run. */
  leads(): boolean;
  lostQuorum(): boolean;
}

export class Forwarder {
  private items: Item[] = [];
  private readonly handlers = new Map<string, RpcHandler>();

  constructor(private readonly port: ForwarderPort) {
    port.scope.serve(FORWARD, (request, _peer, reply) => this.receive(request as Forwarded, reply));
  }

  /** What the leader answers to `method`; also served to other nodes, through any manager, when `open`. */
  handle(method: string, handler: RpcHandler, open: boolean): void {
    this.handlers.set(method, handler);
    if (!open) return;
    this.port.scope.serve(method, (request, peer, reply) => this.call(method, request, peer, 20_000_000, reply));
  }

  /** Calls `method` at the leader; the answer or an error within `timeout`, rounded up to a tick. */
  call(method: string, request: unknown, peer: Peer, timeout: Micros, reply: Reply): void {
    const item = this.newItem({ method, request, peer }, timeout, reply);
    if (!this.dispatch(item) && this.port.lostQuorum()) reply(fail(LOST_QUORUM));
    else if (!item.finished) this.add(item);
  }

  private newItem(call: Forwarded, timeout: Micros, reply: Reply): Item {
    const deadline = this.port.now() + timeout;
    return { ...call, deadline, reply, phase: 'waiting', leader: 0, stale: 0, retried: false, finished: false };
  }

  private add(item: Item): void {
    this.items.push(item);
    if (item.phase === 'waiting') this.poll();
  }

  private poll(): void {
    if (!this.port.timers.has(POLL)) this.port.timers.set(POLL, POLL_INTERVAL);
  }

  /** Another manager takes this one for the leader. */
  private receive(call: Forwarded, reply: Reply): void {
    const handler = this.handlers.get(call.method);
    if (handler && this.port.leads()) handler(call.request, call.peer, reply);
    else if (handler && this.port.isLeader()) this.add(this.newItem(call, FORWARD_TIMEOUT, reply));
    else reply(fail(NOT_LEADER));
  }

  private finish(item: Item, result: Parameters<Reply>[0]): void {
    if (item.finished) return;
    item.finished = true;
    const at = this.items.indexOf(item);
    if (at >= 0) this.items.splice(at, 1);
    item.reply(result);
  }

  /** Hands the call to whoever leads; false when nobody is known to. */
  private dispatch(item: Item): boolean {
    const { port } = this;
    if (port.leads()) {
      item.phase = 'local';
      this.handlers.get(item.method)!(item.request, item.peer, (result) => this.finish(item, result));
      return true;
    }
    const leader = port.leader();
    const address = leader === 0 ? undefined : port.address(leader);
    if (address === undefined || (item.retried && !port.isActive(leader))) return false;
    item.phase = 'sent';
    item.leader = leader;
    item.stale = 0;
    const { method, request, peer } = item;
    const left = Math.max(item.deadline - port.now(), 1);
    port.scope.call(address, FORWARD, { method, request, peer } satisfies Forwarded, left, (result) => {
      if (item.leader !== leader || item.phase !== 'sent') return;
      if (!result.ok && isConnectionError(result.error) && this.retry(item, result.error)) return;
      this.finish(item, result);
    });
    return true;
  }

  /** Once only, but for a manager that does not lead any more: nothing was done there. */
  private retry(item: Item, error?: RpcError): boolean {
    if (item.retried && error?.message !== NOT_LEADER.message) return false;
    item.retried = true;
    item.phase = 'waiting';
    item.leader = 0;
    this.poll();
    return true;
  }

  /** Once a second, and twice while something waits. */
  tick(): void {
    if (this.items.length === 0) return;
    const now = this.port.now();
    for (const item of [...this.items]) {
      if (item.finished) continue;
      if (item.deadline <= now) this.finish(item, fail(DEADLINE));
      else if (item.phase === 'waiting') this.dispatch(item);
      else if (item.phase === 'sent') this.watch(item);
    }
    if (this.items.some((item) => item.phase === 'waiting')) this.poll();
  }

  /** A leader that cannot be reached any more, or has been replaced and says nothing, is given up. */
  private watch(item: Item): void {
    const leader = this.port.leader();
    item.stale = leader !== item.leader ? item.stale + 1 : 0;
    if (item.stale > 1 || !this.port.isActive(item.leader)) this.retry(item);
  }

  /** The manager stops. */
  stop(): void {
    const { items } = this;
    this.items = [];
    for (const item of items) {
      this.finish(item, fail({ code: 'Unavailable', message: 'transport is closing' }));
    }
  }
}

/** Follows api/control.pb.go, pollNewLeaderConn: texts that mean a connection and not an answer. */
function isConnectionError(error: RpcError): boolean {
  return (
    error.message.includes('is closing') ||
    error.message.includes('connection error') ||
    error.message.includes('the connection is unavailable')
  );
}
