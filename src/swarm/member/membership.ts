/** Who is in the group, by Raft id and by node. Follows moby/swarmkit manager/state/raft/membership/cluster.go. */
import type { ConfigChange } from '../../raft/index';

export interface Member {
  readonly raftId: number;
  readonly nodeId: string;
  /** ip:port. */
  readonly addr: string;
}

/** As it stands in a snapshot. */
export interface MembershipRecord {
  readonly members: readonly Member[];
  readonly removed: readonly number[];
}

export class Membership {
  private readonly members = new Map<number, Member>();
  private readonly removed = new Set<number>();
  /** The list until the next change. */
  private listed: readonly Member[] | undefined;

  constructor(record?: MembershipRecord) {
    for (const member of record?.members ?? []) this.members.set(member.raftId, member);
    for (const raftId of record?.removed ?? []) this.removed.add(raftId);
  }

  get(raftId: number): Member | undefined {
    return this.members.get(raftId);
  }

  byNode(nodeId: string): Member | undefined {
    for (const member of this.members.values()) if (member.nodeId === nodeId) return member;
    return undefined;
  }

  /** By Raft id. The same array until somebody comes or goes. */
  list(): readonly Member[] {
    this.listed ??= Object.freeze([...this.members.values()].sort((a, b) => a.raftId - b.raftId));
    return this.listed;
  }

  get size(): number {
    return this.members.size;
  }

  isRemoved(raftId: number): boolean {
    return this.removed.has(raftId);
  }

  apply(change: ConfigChange): void {
    this.listed = undefined;
    if (change.action === 'add') this.members.set(change.member, change.context as Member);
    else {
      this.members.delete(change.member);
      this.removed.add(change.member);
    }
  }

  record(): MembershipRecord {
    return { members: this.list(), removed: [...this.removed] };
  }
}
