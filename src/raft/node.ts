/** The door to a member. Follows etcd-io/raft rawnode.go. */
import type { ConfigChange, Message, MemberId, RaftConfig, RaftDisk, RaftStatus, Ready, Snapshot } from './types';

export declare class RawNode {
  /** `disk` absent is a member that has never run: it is in no group until a leader's entries or snapshot say so. */
  constructor(config: RaftConfig, disk?: RaftDisk);
  tick(): void;
  step(message: Message): void;
  /** Becomes a candidate at once. */
  campaign(): void;
  /** Appends an entry when this member leads; its index, or undefined when it was dropped. */
  propose(data: unknown, size: number): number | undefined;
  /** As propose; undefined also while another change is not yet applied. */
  proposeConfigChange(change: ConfigChange, size: number): number | undefined;
  /** Tells Raft that a config entry was applied. */
  applyConfigChange(change: ConfigChange): void;
  transferLeadership(to: MemberId): void;
  reportUnreachable(member: MemberId): void;
  reportSnapshot(member: MemberId, ok: boolean): void;
  /** Keeps `snapshot` for slow followers and forgets entries up to `compactTo`. */
  compact(snapshot: Snapshot, compactTo: number): void;
  hasReady(): boolean;
  ready(): Ready;
  advance(): void;
  status(cells?: number): RaftStatus;
}
