/**
 * What a leader knows of one follower.
 *
 *                    ┌───────────► Snapshot ◄── entries that it needs are compacted away
 *                    │                │ the snapshot arrived, or failed
 *      Probe ◄───────┴────────────────┘
 *        │  ▲
 *        │  └── a refusal, or it could not be reached
 *        └────► Replicate: entries are sent ahead, up to `maxInflight` messages
 *
 * Follows etcd-io/raft tracker/progress.go and tracker/inflights.go.
 */
import { assert } from '../base/assert';
import type { MemberId, ProgressState, ProgressStatus } from './types';

export class Progress {
  state: ProgressState = 'probe';
  match = 0;
  next: number;
  /** In Probe: one message is on its way, no other until it is answered or the next heartbeat is. */
  probeSent = false;
  pendingSnapshot = 0;
  /** Heard from since the last check of the quorum. */
  recentActive = false;
  /** Last index of each message with entries on its way, oldest first. */
  private inflight: number[] = [];

  constructor(
    readonly member: MemberId,
    next: number,
    private readonly maxInflight: number,
  ) {
    this.next = next;
  }

  isPaused(): boolean {
    if (this.state === 'probe') return this.probeSent;
    return this.state === 'snapshot' || this.isFull();
  }

  isFull(): boolean {
    return this.inflight.length >= this.maxInflight;
  }

  private enter(state: ProgressState): void {
    this.state = state;
    this.probeSent = false;
    this.pendingSnapshot = 0;
    this.inflight.length = 0;
  }

  becomeProbe(): void {
    const after = this.state === 'snapshot' ? this.pendingSnapshot : 0;
    this.enter('probe');
    this.next = Math.max(this.match, after) + 1;
  }

  becomeReplicate(): void {
    this.enter('replicate');
    this.next = this.match + 1;
  }

  becomeSnapshot(index: number): void {
    this.enter('snapshot');
    this.pendingSnapshot = index;
  }

  /** Entries up to `last` were sent. */
  sent(last: number): void {
    if (this.state === 'replicate') {
      this.next = last + 1;
      assert(!this.isFull(), 'sending into a full window');
      this.inflight.push(last);
    } else if (this.state === 'probe') this.probeSent = true;
    else assert(false, 'sending entries while a snapshot is on its way');
  }

  /** It has everything up to `index`; whether that is news. */
  acknowledged(index: number): boolean {
    const news = this.match < index;
    if (news) {
      this.match = index;
      this.probeSent = false;
    }
    this.next = Math.max(this.next, index + 1);
    return news;
  }

  /** It refused the message that followed `index`; whether that is not an old answer. */
  refused(index: number, guess: number): boolean {
    if (this.state === 'replicate') {
      if (index <= this.match) return false;
      this.next = this.match + 1;
      return true;
    }
    if (this.next - 1 !== index) return false;
    this.next = Math.max(Math.min(index, guess + 1), 1);
    this.probeSent = false;
    return true;
  }

  freeUpTo(index: number): void {
    let count = 0;
    while (count < this.inflight.length && this.inflight[count]! <= index) count++;
    if (count > 0) this.inflight.splice(0, count);
  }

  freeFirst(): void {
    this.inflight.shift();
  }

  status(): ProgressStatus {
    return {
      member: this.member,
      state: this.state,
      match: this.match,
      next: this.next,
      inflight: this.inflight.length,
      paused: this.isPaused(),
      recentActive: this.recentActive,
    };
  }
}
