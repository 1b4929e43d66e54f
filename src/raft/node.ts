/** The door to a member. Follows etcd-io/raft rawnode.go. */
import { assert } from '../base/assert';
import type { CheckedMember } from './checks';
import { reportSnapshot, reportUnreachable, transferLeadership } from './leader';
import { Raft } from './raft';
import type {
  ConfigChange,
  Entry,
  HardState,
  LogCell,
  MemberId,
  Message,
  RaftConfig,
  RaftDisk,
  RaftStatus,
  Ready,
  Snapshot,
  SoftState,
} from './types';

const NO_ENTRIES: readonly Entry[] = [];

export class RawNode {
  private readonly raft: Raft;
  private hard: HardState;
  private soft: SoftState;
  private handedOut: Ready | undefined;

  /** `disk` absent is a member that has never run: it is in no group until a leader's entries or snapshot say so. */
  constructor(config: RaftConfig, disk?: RaftDisk) {
    this.raft = new Raft(config, disk);
    this.hard = disk?.hardState ?? { term: 0, vote: 0, commit: 0 };
    this.soft = { lead: 0, role: 'follower' };
  }

  // ---- cheap reads, for those who ask at every event

  get id(): MemberId {
    return this.raft.id;
  }

  get lead(): MemberId {
    return this.raft.lead;
  }

  get term(): number {
    return this.raft.term;
  }

  get isLeader(): boolean {
    return this.raft.role === 'leader';
  }

  get committed(): number {
    return this.raft.log.committed;
  }

  get applied(): number {
    return this.raft.log.applied;
  }

  get lastIndex(): number {
    return this.raft.log.lastIndex;
  }

  /** The term of an entry that is still in the log. */
  termAt(index: number): number {
    const term = this.raft.log.term(index);
    assert(term !== undefined, `entry ${index} is not in the log`);
    return term;
  }

  /** An entry that is still in the log, for checks and pictures. */
  entryAt(index: number): Entry | undefined {
    return this.raft.log.at(index);
  }

  get firstIndex(): number {
    return this.raft.log.firstIndex;
  }

  get voters(): readonly MemberId[] {
    return this.raft.voters;
  }

  /** Rises whenever {@link status} may read otherwise, but for elapsed ticks. */
  get version(): number {
    return this.raft.version;
  }

  get isTransferring(): boolean {
    return this.raft.transferee !== 0;
  }

  // ---- inputs

  tick(): void {
    this.raft.tick();
  }

  step(message: Message): void {
    assert(message.to === this.raft.id, `a message for ${message.to} came to ${this.raft.id}`);
    this.raft.step(message);
  }

  /** Becomes a candidate at once. */
  campaign(): void {
    this.raft.campaign(false);
  }

  /** Appends an entry when this member leads; its index, or undefined when it was dropped. */
  propose(data: unknown, size: number): number | undefined {
    return this.raft.propose('normal', data, size);
  }

  /** As propose; undefined also while another change is not yet applied. */
  proposeConfigChange(change: ConfigChange, size: number): number | undefined {
    return this.raft.propose('config', change, size);
  }

  /** Tells Raft that a config entry was applied. */
  applyConfigChange(change: ConfigChange): void {
    this.raft.applyConfigChange(change);
  }

  transferLeadership(to: MemberId): void {
    transferLeadership(this.raft, to);
  }

  reportUnreachable(member: MemberId): void {
    reportUnreachable(this.raft, member);
  }

  reportSnapshot(member: MemberId, ok: boolean): void {
    reportSnapshot(this.raft, member, ok);
  }

  /** Keeps `snapshot` for slow followers and forgets entries up to `compactTo`. */
  compact(snapshot: Snapshot, compactTo: number): void {
    this.raft.log.compact(snapshot, compactTo);
    this.raft.version++;
  }

  // ---- outputs

  hasReady(): boolean {
    const { raft } = this;
    const { log } = raft;
    return (
      raft.messages.length > 0 ||
      log.stable < log.lastIndex ||
      log.applied < log.committed ||
      log.pendingSnapshot !== undefined ||
      raft.term !== this.hard.term ||
      raft.vote !== this.hard.vote ||
      log.committed !== this.hard.commit ||
      raft.lead !== this.soft.lead ||
      raft.role !== this.soft.role
    );
  }

  /** What to do now; `advance` must follow before the next call. */
  ready(): Ready {
    assert(!this.handedOut, 'ready was called twice without advance');
    const { raft } = this;
    const { log } = raft;
    const hard = { term: raft.term, vote: raft.vote, commit: log.committed };
    const hardChanged =
      hard.term !== this.hard.term || hard.vote !== this.hard.vote || hard.commit !== this.hard.commit;
    const softChanged = raft.lead !== this.soft.lead || raft.role !== this.soft.role;
    const snapshot = log.pendingSnapshot;
    const from = Math.max(log.applied, snapshot?.index ?? 0);
    const ready: Ready = {
      softState: softChanged ? { lead: raft.lead, role: raft.role } : undefined,
      hardState: hardChanged ? hard : undefined,
      snapshot,
      entries: log.unstable(),
      messages: raft.messages,
      committed: from < log.committed ? log.slice(from + 1, log.committed) : NO_ENTRIES,
    };
    raft.messages = [];
    this.handedOut = ready;
    return ready;
  }

  /** What the last `ready` asked for is done. */
  advance(): void {
    const ready = this.handedOut;
    assert(ready, 'advance without ready');
    this.handedOut = undefined;
    const { log } = this.raft;
    if (ready.hardState) this.hard = ready.hardState;
    if (ready.softState) this.soft = ready.softState;
    if (ready.snapshot) {
      log.pendingSnapshot = undefined;
      log.appliedTo(ready.snapshot.index);
    }
    const lastEntry = ready.entries[ready.entries.length - 1];
    if (lastEntry && log.matches(lastEntry.index, lastEntry.term)) log.stable = lastEntry.index;
    const lastApplied = ready.committed[ready.committed.length - 1];
    if (lastApplied) {
      log.appliedTo(lastApplied.index);
      this.raft.version++;
    }
  }

  /** What the checks of checks.ts look at. */
  checked(): CheckedMember {
    const { raft } = this;
    const { log } = raft;
    return {
      id: raft.id,
      role: raft.role,
      term: raft.term,
      commit: log.committed,
      firstIndex: log.firstIndex,
      lastIndex: log.lastIndex,
      entry: (index) => log.at(index),
    };
  }

  // ---- the picture

  status(cells = 12): RaftStatus {
    const { raft } = this;
    const { log } = raft;
    return {
      id: raft.id,
      role: raft.role,
      term: raft.term,
      vote: raft.vote,
      lead: raft.lead,
      commit: log.committed,
      applied: log.applied,
      firstIndex: log.firstIndex,
      lastIndex: log.lastIndex,
      lastTerm: log.lastTerm,
      cells: this.cells(cells),
      voters: raft.voters,
      progress: raft.role === 'leader' ? [...raft.progress.values()].map((progress) => progress.status()) : [],
      votes: raft.role === 'candidate' ? [...raft.votes].map(([member, granted]) => ({ member, granted })) : [],
      electionElapsed: raft.electionElapsed,
      randomizedTimeout: raft.randomizedTimeout,
      transferee: raft.transferee,
    };
  }

  private cells(count: number): LogCell[] {
    const { log } = this.raft;
    const cells: LogCell[] = [];
    for (let index = Math.max(log.firstIndex, log.lastIndex - count + 1); index <= log.lastIndex; index++) {
      const { term, kind, data } = log.at(index)!;
      cells.push({ index, term, kind: data === undefined ? 'empty' : kind });
    }
    return cells;
  }
}
