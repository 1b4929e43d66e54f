/** What must hold of all members at every moment, as pure functions: for tests and the fuzzer. */
import type { Entry, MemberId, Role } from './types';

/** What the checks look at. `entry` gives the log's entry at an index, undefined when it is compacted away. */
export interface CheckedMember {
  readonly id: MemberId;
  readonly role: Role;
  readonly term: number;
  readonly commit: number;
  readonly firstIndex: number;
  readonly lastIndex: number;
  readonly entry: (index: number) => Entry | undefined;
}

/** Kept by the caller from check to check: terms of the committed entries, and who led in which term. */
export interface ElectionRecord {
  readonly leaders: Map<number, MemberId>;
  /** Index → the entry that was first seen committed there. */
  readonly committed: Map<number, Entry>;
  /** Per member: how far its committed entries were checked. */
  readonly checkedTo: Map<MemberId, number>;
}

export function newElectionRecord(): ElectionRecord {
  return { leaders: new Map(), committed: new Map(), checkedTo: new Map() };
}

/**
 * The first broken rule in words, or undefined. Costs only what is new since the last call with the same record.
 *  1. Election safety: at most one leader in a term, ever.
 *  2. State machine safety: no two members commit different entries at one index.
 *  3. Commit never passes the end of the log.
 */
export function checkMembers(members: readonly CheckedMember[], record: ElectionRecord): string | undefined {
  for (const member of members) {
    const broken = checkLeader(member, record) ?? checkCommitted(member, record);
    if (broken !== undefined) return broken;
  }
  return undefined;
}

function checkLeader(member: CheckedMember, record: ElectionRecord): string | undefined {
  if (member.role !== 'leader') return undefined;
  const other = record.leaders.get(member.term);
  if (other === undefined) record.leaders.set(member.term, member.id);
  else if (other !== member.id) return `term ${member.term} has two leaders: ${name(other)} and ${name(member.id)}`;
  return undefined;
}

function checkCommitted(member: CheckedMember, record: ElectionRecord): string | undefined {
  if (member.commit > member.lastIndex) {
    return `${name(member.id)} has committed ${member.commit}, but its log ends at ${member.lastIndex}`;
  }
  const from = Math.max(record.checkedTo.get(member.id) ?? 0, member.firstIndex - 1);
  for (let index = from + 1; index <= member.commit; index++) {
    const entry = member.entry(index);
    if (!entry) continue;
    const first = record.committed.get(index);
    if (!first) record.committed.set(index, entry);
    else if (first.term !== entry.term || first.data !== entry.data) {
      return `entry ${index} is committed twice: in term ${first.term}, and by ${name(member.id)} in term ${entry.term}`;
    }
  }
  record.checkedTo.set(member.id, Math.max(from, member.commit));
  return undefined;
}

function name(id: MemberId): string {
  return `member ${id.toString(16)}`;
}
