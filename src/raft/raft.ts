/**
 * One member of the group: roles, terms, votes, the log's replication.
 *
 *                 timeout                 majority of votes
 *      Follower ───────────► Candidate ───────────────────► Leader
 *         ▲                   │  ▲ │                          │
 *         │  a leader, or     │  └─┘ timeout: next term       │ a higher term, or no majority
 *         ├───────────────────┘                               │ heard from (check quorum)
 *         └───────────────────────────────────────────────────┘
 *
 * Follows etcd-io/raft raft.go, without what SwarmKit does not use (see index.ts).
 */
import { assert } from '../base/assert';
import { type Leading, stepLeader } from './leader';
import { RaftLog } from './log';
import { Progress } from './progress';
import { countVotes, majority, quorumIndex, type VoteResult } from './quorum';
import {
  type ConfigChange,
  type Entry,
  type MemberId,
  type Message,
  type MessageType,
  NOBODY,
  type RaftConfig,
  type RaftDisk,
  type Role,
  type Snapshot,
} from './types';

const NO_ENTRIES: readonly Entry[] = [];

export class Raft implements Leading {
  readonly log: RaftLog;
  term = 0;
  vote: MemberId = NOBODY;
  role: Role = 'follower';
  lead: MemberId = NOBODY;
  /** In ascending order. */
  voters: readonly MemberId[] = [];
  /** As a leader: what it knows of each voter, itself included, in id order. */
  progress = new Map<MemberId, Progress>();
  /** As a candidate: the answers so far. */
  votes = new Map<MemberId, boolean>();
  messages: Message[] = [];
  electionElapsed = 0;
  private heartbeatElapsed = 0;
  randomizedTimeout = 0;
  /** As a leader: whom it hands the leadership to; it takes no proposals meanwhile. */
  transferee: MemberId = NOBODY;
  /** Only one configuration change may be unapplied: the index of the last one, 0 when none matters. */
  pendingConfigIndex = 0;
  /** Counts what a picture may want to redraw. */
  version = 0;

  constructor(
    readonly config: RaftConfig,
    disk?: RaftDisk,
  ) {
    assert(config.id !== NOBODY, 'a member has an id');
    this.log = new RaftLog(disk);
    if (disk) {
      this.term = disk.hardState.term;
      this.vote = disk.hardState.vote;
      this.setVoters(disk.voters);
    }
    this.becomeFollower(this.term, NOBODY);
  }

  get id(): MemberId {
    return this.config.id;
  }

  // ---- roles

  becomeFollower(term: number, lead: MemberId): void {
    this.reset(term);
    this.role = 'follower';
    this.lead = lead;
  }

  private becomeCandidate(): void {
    assert(this.role !== 'leader', 'a leader does not stand for election');
    this.reset(this.term + 1);
    this.role = 'candidate';
    this.vote = this.id;
  }

  private becomeLeader(): void {
    assert(this.role === 'candidate', 'only a candidate becomes leader');
    this.reset(this.term);
    this.role = 'leader';
    this.lead = this.id;
    const own = this.progress.get(this.id)!;
    own.becomeReplicate();
    own.recentActive = true;
    // Its own entries may hold a change that is not applied yet: assume so, it costs nothing.
    this.pendingConfigIndex = this.log.lastIndex;
    this.appendAsLeader('normal', undefined, 0);
  }

  private reset(term: number): void {
    if (this.term !== term) {
      this.term = term;
      this.vote = NOBODY;
    }
    this.lead = NOBODY;
    this.electionElapsed = 0;
    this.heartbeatElapsed = 0;
    this.randomizedTimeout = this.config.random(this.config.electionTick, 2 * this.config.electionTick - 1);
    this.transferee = NOBODY;
    this.votes.clear();
    this.pendingConfigIndex = 0;
    this.progress.clear();
    for (const voter of this.voters) this.progress.set(voter, this.newProgress(voter, this.log.lastIndex + 1));
    const own = this.progress.get(this.id);
    if (own) own.match = this.log.lastIndex;
    this.version++;
  }

  private newProgress(voter: MemberId, next: number): Progress {
    return new Progress(voter, next, this.config.maxInflight);
  }

  private setVoters(voters: readonly MemberId[]): void {
    this.voters = [...voters].sort((a, b) => a - b);
  }

  // ---- time

  tick(): void {
    if (this.role === 'leader') this.tickLeader();
    else this.tickElection();
  }

  private tickElection(): void {
    this.electionElapsed++;
    if (this.electionElapsed < this.randomizedTimeout || !this.isPromotable()) return;
    this.electionElapsed = 0;
    this.campaign(false);
  }

  private tickLeader(): void {
    this.heartbeatElapsed++;
    this.electionElapsed++;
    if (this.electionElapsed >= this.config.electionTick) {
      this.electionElapsed = 0;
      if (this.config.checkQuorum) this.checkQuorum();
      this.transferee = NOBODY;
      if (this.role !== 'leader') return;
    }
    if (this.heartbeatElapsed < this.config.heartbeatTick) return;
    this.heartbeatElapsed = 0;
    for (const progress of this.progress.values()) {
      if (progress.member === this.id) continue;
      const commit = Math.min(progress.match, this.log.committed);
      this.send({ type: 'Heartbeat', to: progress.member, commit });
    }
  }

  private checkQuorum(): void {
    let active = 0;
    for (const progress of this.progress.values()) {
      if (progress.recentActive || progress.member === this.id) active++;
      progress.recentActive = progress.member === this.id;
    }
    if (active < majority(this.voters.length)) this.becomeFollower(this.term, NOBODY);
  }

  /** Whether it may stand for election: a voter, and not in the midst of installing a snapshot. */
  private isPromotable(): boolean {
    return this.voters.includes(this.id) && this.log.pendingSnapshot === undefined;
  }

  // ---- elections

  /** Stands for election; on the old leader's word leases do not hold. */
  campaign(transfer: boolean): void {
    if (this.role === 'leader' || !this.isPromotable() || this.hasUnappliedConfigChange()) return;
    this.becomeCandidate();
    if (this.poll(this.id, true) === 'won') {
      this.becomeLeader();
      return;
    }
    const { lastIndex: index, lastTerm: logTerm } = this.log;
    for (const to of this.voters) if (to !== this.id) this.send({ type: 'Vote', to, index, logTerm, transfer });
  }

  private hasUnappliedConfigChange(): boolean {
    for (let index = this.log.applied + 1; index <= this.log.committed; index++) {
      if (this.log.at(index)?.kind === 'config') return true;
    }
    return false;
  }

  private poll(member: MemberId, granted: boolean): VoteResult {
    if (!this.votes.has(member)) this.votes.set(member, granted);
    this.version++;
    return countVotes(this.voters, this.votes);
  }

  /** Follows raft.go, Step, MsgVote: the lease, then the vote itself. */
  private answerVote(message: Message): void {
    const free = this.vote === message.from || (this.vote === NOBODY && this.lead === NOBODY);
    const granted = free && this.log.isUpToDate(message.index, message.logTerm);
    if (granted) {
      this.electionElapsed = 0;
      this.vote = message.from;
      this.version++;
    }
    this.send({ type: 'VoteResp', to: message.from, reject: !granted });
  }

  // ---- messages

  step(message: Message): void {
    if (message.term > this.term) {
      const leased = this.config.checkQuorum && this.lead !== NOBODY && this.electionElapsed < this.config.electionTick;
      if (message.type === 'Vote' && leased && !message.transfer) return;
      const fromLeader = message.type === 'App' || message.type === 'Heartbeat' || message.type === 'Snap';
      this.becomeFollower(message.term, fromLeader ? message.from : NOBODY);
    } else if (message.term < this.term) {
      // An old leader learns of the new term by this answer; it would never notice otherwise under check quorum.
      const stale = message.type === 'App' || message.type === 'Heartbeat';
      if (stale && this.config.checkQuorum) this.send({ type: 'AppResp', to: message.from });
      return;
    }
    if (message.type === 'Vote') this.answerVote(message);
    else if (this.role === 'leader') stepLeader(this, message);
    else if (this.role === 'candidate') this.stepCandidate(message);
    else this.stepFollower(message);
  }

  private stepCandidate(message: Message): void {
    if (message.type === 'App' || message.type === 'Heartbeat' || message.type === 'Snap') {
      this.becomeFollower(message.term, message.from);
      this.stepFollower(message);
    } else if (message.type === 'VoteResp') {
      const result = this.poll(message.from, !message.reject);
      if (result === 'won') {
        this.becomeLeader();
        this.broadcastAppend();
      } else if (result === 'lost') this.becomeFollower(this.term, NOBODY);
    }
  }

  private stepFollower(message: Message): void {
    switch (message.type) {
      case 'App':
        this.hear(message.from);
        this.handleAppend(message);
        break;
      case 'Heartbeat':
        this.hear(message.from);
        if (message.commit > this.log.committed) this.version++;
        this.log.commitTo(message.commit);
        this.send({ type: 'HeartbeatResp', to: message.from });
        break;
      case 'Snap':
        this.hear(message.from);
        this.handleSnapshot(message);
        break;
      case 'TimeoutNow':
        this.campaign(true);
        break;
    }
  }

  private hear(leader: MemberId): void {
    this.electionElapsed = 0;
    if (this.lead !== leader) this.version++;
    this.lead = leader;
  }

  private handleAppend(message: Message): void {
    this.version++;
    const to = message.from;
    if (message.index < this.log.committed) {
      this.send({ type: 'AppResp', to, index: this.log.committed });
      return;
    }
    const last = this.log.accept(message.index, message.logTerm, message.commit, message.entries);
    if (last !== undefined) {
      this.send({ type: 'AppResp', to, index: last });
      return;
    }
    const rejectHint = this.log.guess(message.index, message.logTerm);
    const logTerm = this.log.term(rejectHint) ?? 0;
    this.send({ type: 'AppResp', to, index: message.index, reject: true, rejectHint, logTerm });
  }

  private handleSnapshot(message: Message): void {
    this.version++;
    const installed = this.restore(message.snapshot!);
    this.send({ type: 'AppResp', to: message.from, index: installed ? this.log.lastIndex : this.log.committed });
  }

  private restore(snapshot: Snapshot): boolean {
    if (snapshot.index <= this.log.committed) return false;
    if (this.log.matches(snapshot.index, snapshot.term)) {
      this.log.commitTo(snapshot.index);
      return false;
    }
    this.log.restore(snapshot);
    this.setVoters(snapshot.voters);
    this.progress.clear();
    for (const voter of this.voters) this.progress.set(voter, this.newProgress(voter, snapshot.index + 1));
    return true;
  }

  // ---- the leader's part

  /** Appends one entry of this term; undefined when this member does not lead, is leaving or is handing over. */
  propose(kind: Entry['kind'], data: unknown, size: number): number | undefined {
    if (this.role !== 'leader' || this.transferee !== NOBODY || !this.progress.has(this.id)) return undefined;
    if (kind === 'config') {
      if (this.pendingConfigIndex > this.log.applied) return undefined;
      this.pendingConfigIndex = this.log.lastIndex + 1;
    }
    const index = this.appendAsLeader(kind, data, size);
    this.broadcastAppend();
    return index;
  }

  private appendAsLeader(kind: Entry['kind'], data: unknown, size: number): number {
    const index = this.log.lastIndex + 1;
    this.log.append([{ index, term: this.term, kind, data, size }]);
    this.progress.get(this.id)!.acknowledged(index);
    this.version++;
    this.maybeCommit();
    return index;
  }

  /** Commits what a majority has, but by counting only entries of the own term. Whether the index moved. */
  maybeCommit(): boolean {
    const index = quorumIndex(this.voters.map((voter) => this.progress.get(voter)!.match));
    if (index <= this.log.committed || this.log.term(index) !== this.term) return false;
    this.log.commitTo(index);
    this.version++;
    return true;
  }

  broadcastAppend(): void {
    for (const progress of this.progress.values()) if (progress.member !== this.id) this.sendAppend(progress, true);
  }

  /** Sends what a follower lacks, or (`evenEmpty`) only the commit index. Whether something was sent. */
  sendAppend(progress: Progress, evenEmpty: boolean): boolean {
    if (progress.isPaused()) return false;
    const index = progress.next - 1;
    const logTerm = this.log.term(index);
    if (logTerm === undefined) return this.sendSnapshot(progress);
    const { lastIndex } = this.log;
    const entries =
      progress.next > lastIndex ? NO_ENTRIES : this.log.slice(progress.next, lastIndex, this.config.maxSizePerMessage);
    if (entries.length === 0 && !evenEmpty) return false;
    this.send({ type: 'App', to: progress.member, index, logTerm, entries, commit: this.log.committed });
    if (entries.length > 0) progress.sent(entries[entries.length - 1]!.index);
    return true;
  }

  private sendSnapshot(progress: Progress): boolean {
    if (!progress.recentActive) return false;
    const { snapshot } = this.log;
    assert(snapshot, 'entries were compacted away without a snapshot');
    progress.becomeSnapshot(snapshot.index);
    this.send({ type: 'Snap', to: progress.member, snapshot });
    return true;
  }

  send(message: Partial<Message> & { readonly type: MessageType; readonly to: MemberId }): void {
    this.messages.push({
      type: message.type,
      from: this.config.id,
      to: message.to,
      term: this.term,
      index: message.index ?? 0,
      logTerm: message.logTerm ?? 0,
      commit: message.commit ?? 0,
      entries: message.entries ?? NO_ENTRIES,
      reject: message.reject ?? false,
      rejectHint: message.rejectHint ?? 0,
      snapshot: message.snapshot,
      transfer: message.transfer ?? false,
    });
  }

  // ---- membership

  applyConfigChange(change: ConfigChange): void {
    const others = this.voters.filter((voter) => voter !== change.member);
    this.setVoters(change.action === 'add' ? [...others, change.member] : others);
    this.version++;
    if (change.action === 'remove') this.progress.delete(change.member);
    else if (!this.progress.has(change.member)) this.addProgress(change.member);
    if (this.role !== 'leader' || this.voters.length === 0) return;
    if (!this.voters.includes(this.transferee)) this.transferee = NOBODY;
    if (!this.progress.has(this.id)) return;
    if (this.maybeCommit()) this.broadcastAppend();
    else
      for (const progress of this.progress.values()) {
        if (progress.member !== this.id) this.sendAppend(progress, false);
      }
  }

  private addProgress(member: MemberId): void {
    const added = this.newProgress(member, Math.max(this.log.lastIndex, 1));
    // Else it would be counted as lost at the next check, before it had a chance to answer.
    added.recentActive = true;
    this.progress.set(member, added);
    const sorted = [...this.progress.values()].sort((a, b) => a.member - b.member);
    this.progress = new Map(sorted.map((progress) => [progress.member, progress]));
  }
}
