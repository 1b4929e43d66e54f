/** Changes of the group's membership, one after the other. Follows moby/swarmkit manager/state/raft/raft.go, configure. */
import type { Micros } from '../../base/process';
import type { ConfigChange, RawNode } from '../../raft/index';
import type { RpcError } from '../rpc';
import { LOST_LEADERSHIP } from './turns';

/** Estimated bytes of an entry with a member's address. */
const SIZE = 90;

interface Waiting {
  readonly change: ConfigChange;
  readonly deadline: Micros;
  readonly done: (error: RpcError | undefined) => void;
  isProposed: boolean;
}

export class ConfigChanges {
  private queue: Waiting[] = [];

  constructor(
    private readonly raft: RawNode,
    private readonly now: () => Micros,
  ) {}

  /** `done` when it is applied here, or with what prevented it. The time is looked at once a second. */
  propose(change: ConfigChange, timeout: Micros, done: (error: RpcError | undefined) => void): void {
    this.queue.push({ change, deadline: this.now() + timeout, done, isProposed: false });
  }

  /** Proposes the next one when none is on its way. Whether it did. */
  pump(): boolean {
    const next = this.queue[0];
    if (!next || next.isProposed || !this.raft.isLeader) return false;
    next.isProposed = this.raft.proposeConfigChange(next.change, SIZE) !== undefined;
    return next.isProposed;
  }

  applied(change: ConfigChange): void {
    const at = this.queue.findIndex((waiting) => waiting.change === change);
    if (at < 0) return;
    const [waiting] = this.queue.splice(at, 1);
    waiting!.done(undefined);
  }

  tick(): void {
    if (this.queue.length === 0) return;
    const now = this.now();
    const late = this.queue.filter((waiting) => waiting.deadline <= now);
    if (late.length === 0) return;
    this.queue = this.queue.filter((waiting) => waiting.deadline > now);
    for (const waiting of late) waiting.done({ code: 'DeadlineExceeded', message: 'context deadline exceeded' });
  }

  lose(): void {
    const { queue } = this;
    this.queue = [];
    for (const waiting of queue) waiting.done(LOST_LEADERSHIP);
  }
}
