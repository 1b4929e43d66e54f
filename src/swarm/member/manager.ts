/**
 * A manager: Raft, the store that it replicates, and, while it leads, the loops.
 *
 *      packets ─┐                  ┌─► disk
 *      ticks  ──┼─► raft ──ready───┼─► messages
 *      turns  ──┘    ▲             └─► committed ─► store ─► events ─► loops ─► turns …
 *                    └──────────────────────────────────────────────────────────┘
 *
 * Everything happens within the event that caused it: {@link Manager.settle} goes round until nothing is left to do.
 * Follows moby/swarmkit manager/manager.go and manager/state/raft/raft.go (Run).
 */
import { assert } from '../../base/assert';
import type { Micros } from '../../base/process';
import type { RandomStream } from '../../base/random';
import { fail, ok, type Result } from '../../base/result';
import { type ConfigChange, type Entry, type Message, RawNode, type Ready, type Snapshot } from '../../raft/index';
import type { Timers } from '../../sim/index';
import type { ControlApi, ControlMethod } from '../control/api';
import type { ResourceApi, ResourceDone, ResourceMethod } from '../control/attachment';
import { Gateway } from '../loops';
import type { StoreEvent } from '../objects';
import type { Peer, RpcError } from '../rpc';
import { Store, type Transaction } from '../store/store';
import { ConfigChanges } from './config-changes';
import { FORWARD, Forwarder } from './forwarder';
import { Leadership } from './leadership';
import type { ManagerCore, ManagerPort } from './manager-port';
import { type Member, Membership } from './membership';
import type { SnapshotData } from './storage';
import { RESOLVE, type ResolveRequest, Transport } from './transport';
import { Turns } from './turns';

const TICK: Micros = 1_000_000;
/** ticks without a leader before requests are refused at once. raft.go, lostQuorumTimeout. */
const LOST_QUORUM_TICKS = 10;
/** Rounds of one event; more is a loop that feeds itself. */
const ROUNDS_MAX = 1_000_000;

export class Manager implements ManagerCore {
  readonly store = new Store();
  readonly raft: RawNode;
  readonly turns: Turns;
  readonly gateway: Gateway;
  readonly forwarder: Forwarder;
  readonly transport: Transport;
  readonly configChanges: ConfigChanges;
  readonly leadership: Leadership;
  membership: Membership;
  readonly raftId: number;
  readonly address: string;
  /** The history that it shares with others; see MemberRecord. */
  readonly group: string;
  private readonly ticker: Timers;
  private readonly gatewayTimers: Timers;
  private readonly ownTimers: Timers;
  private readonly loopTimers = new Map<string, Timers>();
  private ticksWithoutLeader = 0;
  private snapshotIndex: number;
  private isSettling = false;
  private isStopped = false;
  private isRemoved = false;
  private wasReady = false;

  constructor(readonly port: ManagerPort) {
    const { simulation, machine, storage, scope } = port;
    const record = storage.member;
    assert(record, 'a manager starts after it has a Raft id');
    this.raftId = record.raftId;
    this.address = record.addr;
    this.group = record.group;
    const snapshot = storage.snapshot;
    const data = snapshot?.data as SnapshotData | undefined;
    this.membership = new Membership(data?.membership ?? { members: record.joined, removed: [] });
    if (data) this.store.restore(data.store);
    this.snapshotIndex = snapshot?.index ?? 0;
    const random = simulation.random(`raft/${machine.name}`);
    this.raft = new RawNode(
      {
        id: this.raftId,
        electionTick: 10,
        heartbeatTick: 1,
        checkQuorum: true,
        maxSizePerMessage: 65_535,
        maxInflight: 256,
        random: (low, high) => random.integer(low, high),
      },
      storage.load(),
    );
    this.transport = new Transport(scope, this.raftId, (member) => this.onLost(member));
    for (const member of this.membership.list()) this.transport.setPeer(member);
    this.turns = new Turns({
      store: this.store,
      now: () => simulation.now,
      committed: () => this.raft.committed,
      propose: (transaction) => this.raft.propose(transaction, transaction.size) !== undefined,
      isOpen: () => this.raft.isLeader && !this.raft.isTransferring,
    });
    this.configChanges = new ConfigChanges(this.raft, () => simulation.now);
    this.ownTimers = simulation.timers(machine.name, 'swarm/manager');
    this.forwarder = new Forwarder({
      scope,
      timers: this.ownTimers,
      isActive: (raftId) => this.transport.isActive(raftId),
      isLeader: () => this.raft.isLeader,
      now: () => simulation.now,
      leader: () => this.raft.lead,
      address: (raftId) => this.transport.address(raftId),
      leads: () => this.leads,
      lostQuorum: () => this.lostQuorum,
    });
    this.ticker = simulation.timers(machine.name, 'swarm/raft');
    this.gatewayTimers = simulation.timers(machine.name, 'swarm/gateway');
    this.gateway = new Gateway({
      rpc: scope,
      nodeId: port.nodeId,
      address: this.address,
      timers: this.gatewayTimers,
      random: simulation.random(`swarm/${machine.name}/gateway`),
      now: () => simulation.now,
      leader: () => (this.raft.isLeader ? this.address : this.transport.address(this.raft.lead)),
      leads: () => this.leads,
      lostQuorum: () => this.lostQuorum,
      managers: () => this.membership.list(),
    });
    this.leadership = new Leadership(this);
    scope.serve(RESOLVE, (request, _peer, reply) => {
      const member = this.membership.get((request as ResolveRequest).raftId);
      reply(member ? ok({ addr: member.addr }) : fail({ code: 'NotFound', message: 'raft: member not found' }));
    });
    scope.onRaft = (message, nodeId) => this.receive(message, nodeId);
    scope.onBounce = (message, why) => this.bounced(message, why);
    scope.guard = (method, peer) => this.refusal(method, peer);
  }

  /** Only certificates open the door; without one, a node may ask for one. Follows ca/auth.go. */
  private refusal(method: string, peer: Peer): RpcError | undefined {
    if (peer.nodeId === '') {
      if (method.startsWith('ca.')) return undefined;
      return { code: 'PermissionDenied', message: 'Permission denied: no client certificates in request' };
    }
    if (method === FORWARD && peer.role !== 'manager') {
      const message = 'Permission denied: remote certificate not part of OUs: [swarm-manager]';
      return { code: 'PermissionDenied', message };
    }
    if (!this.isBlacklisted(peer.nodeId)) return undefined;
    return { code: 'PermissionDenied', message: `Permission denied: node ${peer.nodeId} was removed from swarm` };
  }

  private isBlacklisted(nodeId: string): boolean {
    const blacklist = this.store.cluster()?.blacklistedCertificates ?? [];
    return blacklist.length > 0 && blacklist.some((entry) => entry.nodeId === nodeId);
  }

  /** Begins to take part; a first member stands for election at once. */
  start(): void {
    this.ticker.set('tick', TICK);
    this.settle();
    if (this.membership.size === 1 && this.membership.get(this.raftId) && this.raft.lead === 0) {
      this.raft.campaign();
      this.settle();
    }
  }

  // ---- what it knows

  /** It leads, and its loops run. */
  get leads(): boolean {
    return this.leadership.isEffective;
  }

  get lostQuorum(): boolean {
    return this.raft.lead === 0 && this.ticksWithoutLeader > LOST_QUORUM_TICKS;
  }

  get random(): RandomStream {
    return this.port.simulation.random(`swarm/${this.port.machine.name}/manager`);
  }

  /** Whether the group keeps a majority of reachable members without this one. raft.go, CanRemoveMember. */
  canRemove(raftId: number): boolean {
    const members = this.membership.list();
    const reachable = members.filter(
      (member) => member.raftId !== raftId && (member.raftId === this.raftId || this.transport.isActive(member.raftId)),
    );
    return reachable.length >= Math.floor((members.length - 1) / 2) + 1;
  }

  // ---- inputs

  tick(): void {
    if (this.isStopped) return;
    this.ticker.set('tick', TICK);
    this.transport.tick();
    this.raft.tick();
    if (this.raft.lead === 0) this.ticksWithoutLeader++;
    else this.ticksWithoutLeader = 0;
    this.configChanges.tick();
    this.settle();
    this.forwarder.tick();
    this.settle();
  }

  private receive(message: Message, nodeId: string): 'refused' | 'removed' | undefined {
    if (this.isStopped || message.to !== this.raftId) return 'refused';
    // A node that was removed, not demoted alone, is not even told that it is no member: its certificate is not taken.
    if (this.isBlacklisted(nodeId)) return 'refused';
    if (this.membership.isRemoved(message.from)) return 'removed';
    // A candidate that is not known here may not win here either. raft.go, ProcessRaftMessage.
    if (message.type === 'Vote' && !this.membership.get(message.from)) return undefined;
    this.transport.heard(message.from);
    this.raft.step(message);
    this.settle();
    return undefined;
  }

  private bounced(message: Message, why: 'refused' | 'removed'): void {
    if (this.isStopped || message.from !== this.raftId) return;
    if (why === 'removed') this.removed();
    else this.transport.refused(message.to);
    this.settle();
  }

  private onLost(member: number): void {
    this.raft.reportUnreachable(member);
    this.raft.reportSnapshot(member, false);
  }

  timersOf(loop: string): Timers {
    let timers = this.loopTimers.get(loop);
    if (!timers) {
      timers = this.port.simulation.timers(this.port.machine.name, `swarm/loop/${loop}`);
      this.loopTimers.set(loop, timers);
    }
    return timers;
  }

  clearLoopTimers(): void {
    for (const timers of this.loopTimers.values()) timers.clearAll();
  }

  /** A timer of the gateway, of the forwarder or of a loop fired. */
  timer(owner: string, name: string): void {
    if (this.isStopped) return;
    if (owner === 'swarm/gateway') this.gateway.timer(name);
    else if (owner === 'swarm/manager') this.forwarder.tick();
    else this.leadership.timer(owner.slice('swarm/loop/'.length), name);
    this.settle();
  }

  /** A control request of this machine's daemon. */
  control<M extends ControlMethod>(
    method: M,
    request: ControlApi[M][0],
    timeout: Micros,
    done: (result: Result<ControlApi[M][1], RpcError>) => void,
  ): void {
    const { nodeId, scope } = this.port;
    const peer = { nodeId, role: 'manager', ip: scope.ip } as const;
    this.forwarder.call(`control.${method}`, request, peer, timeout, (result) =>
      done(result as Result<ControlApi[M][1], RpcError>),
    );
    this.settle();
  }

  /** A request for a node's resources, from this machine's daemon. */
  resource<M extends ResourceMethod>(
    method: M,
    request: ResourceApi[M][0],
    timeout: Micros,
    done: ResourceDone<M>,
  ): void {
    const { nodeId, scope } = this.port;
    const peer = { nodeId, role: 'manager', ip: scope.ip } as const;
    this.forwarder.call(`resource.${method}`, request, peer, timeout, (result) =>
      done(result as Parameters<ResourceDone<M>>[0]),
    );
    this.settle();
  }

  // ---- the engine

  /** Goes on until there is nothing to persist, to send, to apply, to decide. */
  settle(): void {
    if (this.isSettling || this.isStopped) return;
    this.isSettling = true;
    for (let round = 0; !this.isStopped && this.work(); round++) assert(round < ROUNDS_MAX, 'a loop feeds itself');
    this.isSettling = false;
    if (this.isRemoved && !this.isStopped) {
      this.stop();
      this.port.onRemoved();
    }
  }

  private work(): boolean {
    if (this.isRemoved) return false;
    if (this.raft.hasReady()) {
      this.process(this.raft.ready());
      return true;
    }
    return this.leadership.advance() || this.turns.pump() || this.configChanges.pump();
  }

  private process(ready: Ready): void {
    this.port.storage.save(ready);
    if (ready.softState && !this.raft.isLeader) this.leadership.lose();
    if (ready.snapshot) this.install(ready.snapshot);
    for (const message of ready.messages) this.transport.send(message);
    for (const entry of ready.committed) this.apply(entry);
    this.raft.advance();
    if (ready.softState) this.port.onMembers();
    this.maybeSnapshot();
    this.maybeReady();
  }

  private apply(entry: Entry): void {
    if (entry.kind === 'config') {
      this.store.skipTo(entry.index);
      this.applyConfigChange(entry.data as ConfigChange);
    } else if (entry.data === undefined) this.store.skipTo(entry.index);
    else {
      const transaction = entry.data as Transaction;
      this.publish(this.store.apply(transaction, entry.index));
      this.turns.applied(transaction);
    }
  }

  private applyConfigChange(change: ConfigChange): void {
    this.membership.apply(change);
    if (change.action === 'add') this.transport.setPeer(change.context as Member);
    else this.transport.removePeer(change.member);
    this.raft.applyConfigChange(change);
    this.configChanges.applied(change);
    if (change.action === 'add') this.leadership.admitted((change.context as Member).nodeId);
    this.port.onMembers();
    if (change.action === 'remove' && change.member === this.raftId) this.removed();
  }

  private removed(): void {
    this.isRemoved = true;
  }

  private publish(events: readonly StoreEvent[]): void {
    this.leadership.observe(events);
    this.port.onEvents(events, this.store);
  }

  // ---- snapshots

  /** Follows storage.go, triggerSnapshot. */
  private maybeSnapshot(): void {
    const settings = this.store.cluster()?.spec.Raft;
    const interval = settings?.SnapshotInterval || 10_000;
    const { applied } = this.raft;
    if (applied - this.snapshotIndex < interval) return;
    const data: SnapshotData = { membership: this.membership.record(), store: this.store.snapshot() };
    let size = 1024;
    for (const object of data.store.objects) size += object.kind === 'task' ? 800 : 600;
    const term = this.raft.termAt(applied);
    const snapshot: Snapshot = { index: applied, term, voters: this.raft.voters, data, size };
    const compactTo = applied - (settings?.LogEntriesForSlowFollowers ?? 500);
    this.snapshotIndex = applied;
    this.port.storage.compact(snapshot, Math.max(compactTo, 0));
    this.raft.compact(snapshot, Math.max(compactTo, 0));
  }

  private install(snapshot: Snapshot): void {
    const data = snapshot.data as SnapshotData;
    for (const member of this.membership.list()) this.transport.removePeer(member.raftId);
    this.membership = new Membership(data.membership);
    for (const member of this.membership.list()) this.transport.setPeer(member);
    this.snapshotIndex = snapshot.index;
    this.publish(this.store.restore(data.store));
    this.port.onMembers();
    if (this.membership.isRemoved(this.raftId)) this.removed();
  }

  private maybeReady(): void {
    if (this.wasReady || !this.store.cluster()) return;
    if (this.raft.lead === 0 || (this.raft.isLeader && !this.leads)) return;
    this.wasReady = true;
    this.port.onReady();
  }

  /** For {@link Leadership}, when its loops have begun to run. */
  becameEffective(): void {
    this.maybeReady();
  }

  /** At once: nothing is sent or answered any more but the end of what was open. */
  stop(): void {
    if (this.isStopped) return;
    this.leadership.lose();
    this.isStopped = true;
    this.forwarder.stop();
    this.gateway.stop();
    this.gatewayTimers.clearAll();
    this.ownTimers.clearAll();
    this.ticker.clear('tick');
    this.port.scope.close();
  }
}
