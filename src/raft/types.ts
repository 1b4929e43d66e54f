/** The words of consensus: entries, messages, what must be made durable, and what a picture needs. */

/** A member of the group: a positive integer below 2^53. 0 is nobody. */
export type MemberId = number;
export const NOBODY: MemberId = 0;

export interface ConfigChange {
  readonly action: 'add' | 'remove';
  readonly member: MemberId;
  /** The application's own record of the member (address and the like), frozen. */
  readonly context: unknown;
}

/**
 * One place in the log. `data` is a reference to a frozen value, shared by every log and message that holds the entry;
 * undefined is the empty entry with which a leader opens its term.
 */
export interface Entry {
  readonly index: number;
  readonly term: number;
  readonly kind: 'normal' | 'config';
  /** For `config` a {@link ConfigChange}. */
  readonly data: unknown;
  /** Bytes on the wire, estimated. */
  readonly size: number;
}

/** The state of the application at `index`, by reference. */
export interface Snapshot {
  readonly index: number;
  readonly term: number;
  readonly voters: readonly MemberId[];
  readonly data: unknown;
  /** Bytes on the wire, estimated. */
  readonly size: number;
}

/** Names as etcd-io/raft raftpb has them, without Msg. */
export type MessageType =
  | 'App'
  | 'AppResp'
  | 'Vote'
  | 'VoteResp'
  | 'Snap'
  | 'Heartbeat'
  | 'HeartbeatResp'
  | 'TimeoutNow';

/**
 * A message between members. What a field means depends on the type, as upstream:
 * `index` and `logTerm` are the entry before `entries` (App), the candidate's last entry (Vote), the last entry that
 * is now known to match, or the refused one (AppResp).
 */
export interface Message {
  readonly type: MessageType;
  readonly from: MemberId;
  readonly to: MemberId;
  readonly term: number;
  readonly index: number;
  readonly logTerm: number;
  /** The sender's commit index, as far as the receiver is known to agree. */
  readonly commit: number;
  readonly entries: readonly Entry[];
  readonly reject: boolean;
  /** With a refused AppResp: the index at which the receiver guesses that the logs may agree. */
  readonly rejectHint: number;
  readonly snapshot: Snapshot | undefined;
  /** A vote asked on the old leader's word (leadership transfer): leases do not hold against it. */
  readonly transfer: boolean;
}

/** What must be on disk before messages are sent. */
export interface HardState {
  readonly term: number;
  readonly vote: MemberId;
  readonly commit: number;
}

export type Role = 'follower' | 'candidate' | 'leader';

export interface SoftState {
  readonly lead: MemberId;
  readonly role: Role;
}

/**
 * What the caller must do, in this order: install the snapshot and persist it, persist the entries (they replace any
 * with the same or a higher index), persist the hard state, send the messages, apply the committed entries; then
 * call `advance`.
 */
export interface Ready {
  /** Present when it changed. */
  readonly softState: SoftState | undefined;
  /** Present when it changed. */
  readonly hardState: HardState | undefined;
  readonly snapshot: Snapshot | undefined;
  readonly entries: readonly Entry[];
  readonly messages: readonly Message[];
  readonly committed: readonly Entry[];
}

export interface RaftConfig {
  readonly id: MemberId;
  /** Ticks without a leader before a candidacy; the randomised timeout is this to twice this less one. */
  readonly electionTick: number;
  readonly heartbeatTick: number;
  /** A leader that does not hear from a quorum within an election timeout steps down, and leases bind votes. */
  readonly checkQuorum: boolean;
  /** Estimated bytes of entries in one message; a single entry may be larger. */
  readonly maxSizePerMessage: number;
  /** Messages with entries on their way to one follower. */
  readonly maxInflight: number;
  /** A uniform integer in low..high. */
  readonly random: (low: number, high: number) => number;
}

/** What was on disk. */
export interface RaftDisk {
  readonly hardState: HardState;
  readonly snapshot: Snapshot | undefined;
  /** The first follows the snapshot or stands somewhere before its index; no gaps. */
  readonly entries: readonly Entry[];
  /** Index and term of the entry before the first one, when they are not the snapshot's. */
  readonly before?: { readonly index: number; readonly term: number };
  /** How far the application had applied when it stopped; entries above are handed out again. */
  readonly applied: number;
  /** The members as of `applied`. */
  readonly voters: readonly MemberId[];
}

export type ProgressState = 'probe' | 'replicate' | 'snapshot';

export interface ProgressStatus {
  readonly member: MemberId;
  readonly state: ProgressState;
  readonly match: number;
  readonly next: number;
  /** Messages with entries that are not yet answered. */
  readonly inflight: number;
  readonly paused: boolean;
  readonly recentActive: boolean;
}

/** Everything that a picture of one member needs. */
export interface RaftStatus {
  readonly id: MemberId;
  readonly role: Role;
  readonly term: number;
  readonly vote: MemberId;
  readonly lead: MemberId;
  readonly commit: number;
  readonly applied: number;
  /** Index of the first entry still in the log, and of the last. */
  readonly firstIndex: number;
  readonly lastIndex: number;
  readonly lastTerm: number;
  /** The last cells of the log, oldest first. */
  readonly cells: readonly LogCell[];
  readonly voters: readonly MemberId[];
  /** As a leader: one a member, itself included, in id order. */
  readonly progress: readonly ProgressStatus[];
  /** As a candidate: the answers so far, itself included. */
  readonly votes: readonly { readonly member: MemberId; readonly granted: boolean }[];
  readonly electionElapsed: number;
  readonly randomizedTimeout: number;
  readonly transferee: MemberId;
}

export interface LogCell {
  readonly index: number;
  readonly term: number;
  readonly kind: 'normal' | 'config' | 'empty';
}
