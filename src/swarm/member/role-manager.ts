/**
 * Makes roles what specs want: a promotion at once, a demotion only when the node is out of the group.
 *
 *      desired manager ──► role manager
 *      desired worker  ──► a member? remove it (the leader hands over first) ──► on a later pass: role worker
 *
 * Follows moby/swarmkit manager/role_manager.go.
 */
import type { Micros } from '../../base/process';
import type { ControlLoop, LoopContext } from '../loop';
import type { Change, NodeObject, ReadTx, StoreEvent } from '../objects';
import type { Member } from './membership';

/** roleReconcileInterval. */
const INTERVAL: Micros = 5_000_000;

export interface RolePort {
  members(): readonly Member[];
  ownRaftId(): number;
  canRemove(raftId: number): boolean;
  /** Proposes the removal; nobody waits for it, the next pass sees whether it came through. */
  remove(raftId: number): void;
  /** Whether there was somebody to hand over to. */
  transferLeadership(): boolean;
}

export class RoleManager implements ControlLoop {
  readonly name = 'roles';
  private readonly pending = new Set<string>();
  private readonly evict = new Set<string>();

  constructor(
    private readonly context: LoopContext,
    private readonly port: RolePort,
  ) {}

  start(): void {
    for (const member of this.port.members()) {
      if (!this.context.store.get('node', member.nodeId)) this.evict.add(member.nodeId);
    }
    for (const node of this.context.store.list('node')) this.look(node);
    for (const nodeId of this.evict) this.removeMember(nodeId);
    this.tickWhilePending();
  }

  observe(events: readonly StoreEvent[]): void {
    let isTouched = false;
    for (const event of events) {
      if (event.object.kind !== 'node') continue;
      if (event.action === 'update') isTouched = this.look(event.object) || isTouched;
      else if (event.action === 'remove') {
        this.pending.delete(event.object.id);
        if (this.removeMember(event.object.id)) this.evict.add(event.object.id);
        isTouched = true;
      }
    }
    if (isTouched) this.tickWhilePending();
  }

  timer(): void {
    for (const nodeId of [...this.pending]) {
      const node = this.context.store.get('node', nodeId);
      if (node) this.look(node);
      else this.pending.delete(nodeId);
    }
    for (const nodeId of [...this.evict]) if (!this.removeMember(nodeId)) this.evict.delete(nodeId);
    this.tickWhilePending();
  }

  private tickWhilePending(): void {
    if (this.pending.size + this.evict.size > 0 && !this.context.timers.has('reconcile')) {
      this.context.timers.set('reconcile', INTERVAL);
    }
  }

  /** A node was let into the group: its role may have been taken back meanwhile, which upstream does not look at. */
  admitted(nodeId: string): void {
    const node = this.context.store.get('node', nodeId);
    if (node && this.look(node)) this.tickWhilePending();
  }

  /** Whether its role, or its place in the group, is not what it should be. */
  private look(node: NodeObject): boolean {
    const isStray = node.role === 'worker' && node.spec.Role === 'worker' && this.isMember(node.id);
    if (node.role === node.spec.Role && !isStray) {
      this.pending.delete(node.id);
      return false;
    }
    this.pending.add(node.id);
    if (node.spec.Role === 'manager' || !this.removeMember(node.id)) this.context.requestTurn();
    return true;
  }

  private isMember(nodeId: string): boolean {
    return this.port.members().some((member) => member.nodeId === nodeId);
  }

  /** Removes the node's member, if it has one. Whether it is a member still. */
  private removeMember(nodeId: string): boolean {
    const member = this.port.members().find((each) => each.nodeId === nodeId);
    if (!member) return false;
    if (!this.port.canRemove(member.raftId)) return true;
    if (member.raftId === this.port.ownRaftId() && this.port.transferLeadership()) return true;
    this.port.remove(member.raftId);
    return true;
  }

  turn(read: ReadTx): readonly Change[] {
    const changes: Change[] = [];
    for (const nodeId of this.pending) {
      const node = read.get('node', nodeId);
      if (!node || node.role === node.spec.Role) continue;
      const role = node.spec.Role === 'manager' ? 'manager' : 'worker';
      if (role === 'worker' && this.isMember(nodeId)) continue;
      changes.push({ action: 'update', object: { ...node, role } });
    }
    return changes;
  }
}
