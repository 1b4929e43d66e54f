/**
 * What a manager does while it leads.
 *
 *      Raft says leader ──► everything applied? ──► first leader ever: cluster, node, networks ──► loops start
 *      Raft says otherwise ──► loops, waiting requests and their timers are dropped
 *
 * Follows moby/swarmkit manager/manager.go, becomeLeader and becomeFollower.
 */

import { shuffled } from '../../base/random';
import { fail, ok } from '../../base/result';
import { CaServer, type IssueRequest, type StatusRequest } from '../ca/server';
import { resourceHandlers } from '../control/attachment';
import { clusterControl } from '../control/cluster';
import type { ControlContext, ControlHandler } from '../control/handler';
import { networkControl } from '../control/network';
import { nodeControl } from '../control/node';
import { configControl, secretControl } from '../control/secret';
import type { ControlLoop, LoopContext } from '../loop';
import { type Heartbeat, heartbeatOf, loopFactories, schedulingDecisions, serviceControl } from '../loops';
import type { StoreEvent } from '../objects';
import type { SchedulingDecision } from '../scheduler/decision';
import { firstChanges } from './cluster-objects';
import { newRaftJoin } from './join';
import type { ManagerCore } from './manager-port';
import { RoleManager } from './role-manager';
import type { Request } from './turns';

/** A method of the control or the resource API; the latter's look at the node that calls. */
type Handler = (...call: [...Parameters<ControlHandler<never>>, nodeId: string]) => ReturnType<ControlHandler<never>>;

/** The removal of a member is given up after so long. role_manager.go, removalTimeout. */
const REMOVAL_TIMEOUT = 5_000_000;

export class Leadership {
  private phase: 'none' | 'beginning' | 'effective' = 'none';
  private loops: ControlLoop[] = [];
  private readonly byKey = new Map<string, ControlLoop>();
  private ca: CaServer | undefined;
  private roles: RoleManager | undefined;

  constructor(private readonly manager: ManagerCore) {
    const { forwarder } = manager;
    forwarder.handle('ca.root', (_request, _peer, reply) => this.ca!.root(reply), true);
    forwarder.handle('ca.issue', (request, peer, reply) => this.ca!.issue(request as IssueRequest, peer, reply), true);
    forwarder.handle('ca.status', (request, _peer, reply) => this.ca!.status(request as StatusRequest, reply), true);
    forwarder.handle('raft.join', newRaftJoin(manager), true);
    manager.port.scope.serve('raft.health', (_request, _peer, reply) => reply(ok({})));
    this.serveControl();
  }

  /** The loops run. */
  get isEffective(): boolean {
    return this.phase === 'effective';
  }

  /** Moves on when everything up to the new term's first entry is applied. Whether it did. raft.go, caughtUp. */
  advance(): boolean {
    const { raft, turns } = this.manager;
    if (this.phase !== 'none' || !raft.isLeader || raft.applied < raft.lastIndex) return false;
    this.phase = 'beginning';
    turns.submit({ decide: () => this.firstTransaction(), reply: (result) => result.ok && this.begin() });
    return true;
  }

  private firstTransaction(): ReturnType<Request['decide']> {
    const { store, port } = this.manager;
    const answer = (): undefined => undefined;
    if (store.cluster()) return ok({ changes: [], answer });
    const cluster = port.newCluster?.();
    if (!cluster) return ok({ changes: [], answer });
    return ok({ changes: firstChanges(cluster, port.nodeId, port.newId), answer });
  }

  private begin(): void {
    if (this.phase !== 'beginning') return;
    const { manager } = this;
    this.phase = 'effective';
    for (const loop of manager.gateway.lead((name) => this.context(name))) this.add(loop, loop.name);
    for (const make of loopFactories) this.make(`loop${this.loops.length}`, make);
    this.make('ca', (context) => (this.ca = new CaServer(context, (request) => this.submit(request))));
    this.make('roles', (context) => (this.roles = new RoleManager(context, this.rolePort())));
    for (const loop of this.loops) loop.start();
    manager.becameEffective();
  }

  private submit(request: Request): void {
    this.manager.turns.submit(request);
    this.manager.settle();
  }

  private make(key: string, factory: (context: LoopContext) => ControlLoop): void {
    this.add(factory(this.context(key)), key);
  }

  private add(loop: ControlLoop, key: string): void {
    this.loops.push(loop);
    this.byKey.set(key, loop);
  }

  /** A loop's grip on the world. The loop itself is looked up by `key` when it asks for a turn. */
  private context(key: string): LoopContext {
    const { manager } = this;
    const { simulation, machine } = manager.port;
    return {
      store: manager.store,
      nodeId: manager.port.nodeId,
      random: simulation.random(`swarm/${machine.name}/${key}`),
      timers: manager.timersOf(key),
      now: () => simulation.now,
      newId: manager.port.newId,
      requestTurn: () => this.requestTurn(key),
    };
  }

  private requestTurn(key: string): void {
    const loop = this.byKey.get(key);
    if (loop) this.manager.turns.requestTurn(loop);
  }

  private rolePort(): ConstructorParameters<typeof RoleManager>[1] {
    const { manager } = this;
    return {
      members: () => manager.membership.list(),
      ownRaftId: () => manager.raftId,
      canRemove: (raftId) => manager.canRemove(raftId),
      remove: (member) => {
        const change = { action: 'remove', member, context: undefined } as const;
        manager.configChanges.propose(change, REMOVAL_TIMEOUT, () => {});
      },
      transferLeadership: () => this.transfer(),
    };
  }

  /** Hands over to any member that answers. transport.go, LongestActive: an arbitrary one in effect. */
  private transfer(): boolean {
    const { manager } = this;
    const [to] = shuffled(manager.transport.active(), manager.random);
    if (to === undefined) return false;
    manager.raft.transferLeadership(to);
    return true;
  }

  observe(events: readonly StoreEvent[]): void {
    if (this.phase !== 'effective' || events.length === 0) return;
    for (const loop of this.loops) loop.observe(events);
  }

  /** A member was let into the group. */
  admitted(nodeId: string): void {
    this.roles?.admitted(nodeId);
  }

  timer(key: string, name: string): void {
    this.byKey.get(key)?.timer(name);
  }

  heartbeat(nodeId: string): Heartbeat | undefined {
    return heartbeatOf(this.loops, nodeId);
  }

  decisions(): readonly SchedulingDecision[] {
    return schedulingDecisions(this.loops);
  }

  /** The leadership is gone. */
  lose(): void {
    if (this.phase === 'none') return;
    const wasEffective = this.phase === 'effective';
    this.phase = 'none';
    for (const loop of this.loops) loop.stop?.();
    this.loops = [];
    this.byKey.clear();
    this.ca = undefined;
    this.roles = undefined;
    this.manager.clearLoopTimers();
    if (wasEffective) this.manager.gateway.follow();
    this.manager.turns.lose();
    this.manager.configChanges.lose();
  }

  // ---- the control API

  private serveControl(): void {
    const { manager } = this;
    const facts = {
      members: () => manager.membership.list(),
      isLeader: (raftId: number) => raftId === manager.raft.lead,
      isReachable: (raftId: number) => raftId === manager.raftId || manager.transport.isActive(raftId),
      canRemove: (raftId: number) => manager.canRemove(raftId),
    };
    const handlers = {
      ...clusterControl(manager.random, manager.port.newCluster !== undefined),
      ...nodeControl(facts),
      ...networkControl,
      ...secretControl,
      ...configControl,
      ...serviceControl,
    };
    for (const [method, handler] of Object.entries(handlers)) {
      this.serve(`control.${method}`, handler as unknown as ControlHandler<never>, false);
    }
    for (const [method, handler] of Object.entries(resourceHandlers)) {
      this.serve(`resource.${method}`, handler as unknown as ControlHandler<never>, true);
    }
  }

  /** `open`: workers may call it too. */
  private serve(method: string, handler: Handler, open: boolean): void {
    const { manager } = this;
    const { simulation, newId } = manager.port;
    const context: ControlContext = { read: manager.store, now: () => simulation.now, newId };
    manager.forwarder.handle(
      method,
      (request, { nodeId }, reply) => {
        const decision = handler(context, request as never, nodeId);
        const { index } = manager.store;
        // What only reads need not wait for a turn; nor what is refused, unless a write under way may change the reason.
        if (!decision.ok && manager.turns.isIdle) reply(fail(decision.error));
        else if (decision.ok && decision.value.changes.length === 0) reply(ok(decision.value.answer(manager.store)));
        else {
          const decide = (): ReturnType<Request['decide']> =>
            manager.store.index === index ? decision : handler(context, request as never, nodeId);
          this.submit({ decide, reply });
        }
      },
      open,
    );
  }
}
