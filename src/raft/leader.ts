/** What a leader makes of answers. Follows etcd-io/raft raft.go, stepLeader. */
import type { RaftLog } from './log';
import type { Progress } from './progress';
import type { MemberId, Message, MessageType, Role } from './types';

/** What these functions need of a member. */
export interface Leading {
  readonly id: MemberId;
  readonly role: Role;
  readonly log: RaftLog;
  readonly progress: ReadonlyMap<MemberId, Progress>;
  transferee: MemberId;
  electionElapsed: number;
  version: number;
  maybeCommit(): boolean;
  broadcastAppend(): void;
  sendAppend(progress: Progress, evenEmpty: boolean): boolean;
  send(message: { readonly type: MessageType; readonly to: MemberId }): void;
}

export function stepLeader(raft: Leading, message: Message): void {
  const progress = raft.progress.get(message.from);
  if (!progress) return;
  if (message.type === 'AppResp') {
    progress.recentActive = true;
    raft.version++;
    if (message.reject) onRefusal(raft, progress, message);
    else onAcknowledgement(raft, progress, message);
  } else if (message.type === 'HeartbeatResp') {
    progress.recentActive = true;
    progress.probeSent = false;
    if (progress.state === 'replicate' && progress.isFull()) progress.freeFirst();
    if (progress.match < raft.log.lastIndex) raft.sendAppend(progress, true);
  }
}

/** Backs up to where the logs may agree; the hint skips whole terms at once. */
function onRefusal(raft: Leading, progress: Progress, message: Message): void {
  const guess = message.logTerm > 0 ? raft.log.guess(message.rejectHint, message.logTerm) : message.rejectHint;
  if (!progress.refused(message.index, guess)) return;
  if (progress.state === 'replicate') progress.becomeProbe();
  raft.sendAppend(progress, true);
}

function onAcknowledgement(raft: Leading, progress: Progress, message: Message): void {
  const wasPaused = progress.isPaused();
  if (!progress.acknowledged(message.index)) return;
  if (progress.state === 'probe') progress.becomeReplicate();
  else if (progress.state === 'replicate') progress.freeUpTo(message.index);
  else if (progress.match >= progress.pendingSnapshot) {
    progress.becomeProbe();
    progress.becomeReplicate();
  }
  if (raft.maybeCommit()) raft.broadcastAppend();
  else if (wasPaused) raft.sendAppend(progress, true);
  while (raft.sendAppend(progress, false)) {
    // One message after the other until it has all entries, or its window is full.
  }
  if (progress.member === raft.transferee && progress.match === raft.log.lastIndex)
    sendTimeoutNow(raft, progress.member);
}

function sendTimeoutNow(raft: Leading, to: MemberId): void {
  raft.send({ type: 'TimeoutNow', to });
}

/** Brings `to` up to date, then tells it to stand for election at once. Given up after an election timeout. */
export function transferLeadership(raft: Leading, to: MemberId): void {
  const progress = raft.progress.get(to);
  if (raft.role !== 'leader' || !progress || to === raft.id || raft.transferee === to) return;
  raft.transferee = to;
  raft.electionElapsed = 0;
  raft.version++;
  if (progress.match === raft.log.lastIndex) sendTimeoutNow(raft, to);
  else raft.sendAppend(progress, true);
}

/** A message could not be delivered: go on carefully. */
export function reportUnreachable(raft: Leading, member: MemberId): void {
  const progress = raft.progress.get(member);
  if (raft.role === 'leader' && progress?.state === 'replicate') progress.becomeProbe();
}

/** How the sending of a snapshot ended. */
export function reportSnapshot(raft: Leading, member: MemberId, ok: boolean): void {
  const progress = raft.progress.get(member);
  if (raft.role !== 'leader' || progress?.state !== 'snapshot') return;
  if (!ok) progress.pendingSnapshot = 0;
  progress.becomeProbe();
  // It is told of entries only with the answer to the next heartbeat.
  progress.probeSent = true;
}
