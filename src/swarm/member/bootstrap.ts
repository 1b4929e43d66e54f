/** The ways in which a manager's Raft begins. Follows moby/swarmkit manager/state/raft/raft.go and storage.go. */
import type { ConfigChange, Entry } from '../../raft/index';
import type { Disk } from '../../sim/index';
import type { RaftJoinAnswer } from './join';
import { type Member, Membership } from './membership';
import { RaftStorage, type SnapshotData } from './storage';

/** Estimated bytes of a change of members. */
const CHANGE_SIZE = 90;

/** The first member of a new group: its log begins with its own admission, committed in term 1. */
export function bootstrapFirst(disk: Disk, group: string, member: Member): RaftStorage {
  const { raftId, addr } = member;
  const storage = new RaftStorage(disk);
  const data: ConfigChange = Object.freeze({ action: 'add', member: raftId, context: Object.freeze(member) });
  const entry: Entry = { index: 1, term: 1, kind: 'config', data, size: CHANGE_SIZE };
  storage.member = { raftId, addr, joined: [], group };
  storage.reset({ term: 1, vote: 0, commit: 1 }, { index: 0, term: 0, last: 1 }, [entry]);
  return storage;
}

/** A member that was admitted: its log is empty, the leader fills it. */
export function bootstrapJoined(disk: Disk, answer: RaftJoinAnswer): RaftStorage {
  const storage = new RaftStorage(disk);
  storage.member = { raftId: answer.raftId, addr: answer.addr, joined: answer.members, group: answer.group };
  storage.reset({ term: 0, vote: 0, commit: 0 }, { index: 0, term: 0, last: 0 }, []);
  return storage;
}

/**
 * Makes the group consist of this member alone: what is not committed is dropped, and the removal of every other
 * member is committed by force. Everything in the store survives. Follows storage.go, loadAndStart, and raft.go,
 * createConfigChangeEnts.
 */
export function forceNewCluster(disk: Disk, addr: string): void {
  const storage = new RaftStorage(disk);
  const state = storage.load();
  const own = storage.member;
  if (!state || !own) return;
  const { commit, term } = state.hardState;
  const kept = state.entries.filter((entry) => entry.index <= commit);
  const data = state.snapshot?.data as SnapshotData | undefined;
  const membership = new Membership(data?.membership);
  for (const entry of kept) {
    if (entry.kind === 'config' && entry.index > state.applied) membership.apply(entry.data as ConfigChange);
  }
  const removals = membership
    .list()
    .filter((member) => member.raftId !== own.raftId)
    .map(({ raftId }, at): Entry => {
      const change: ConfigChange = Object.freeze({ action: 'remove', member: raftId, context: undefined });
      return { index: commit + 1 + at, term, kind: 'config', data: change, size: CHANGE_SIZE };
    });
  const last = commit + removals.length;
  storage.member = { ...own, addr, joined: [], group: `${own.group}, forced at ${commit}` };
  const before = state.before ?? { index: 0, term: 0 };
  storage.reset({ term, vote: own.raftId, commit: last }, { ...before, last }, [...kept, ...removals]);
}
