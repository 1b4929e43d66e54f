/** Majorities. Follows etcd-io/raft quorum/majority.go. */
import type { MemberId } from './types';

/** How many of `count` voters are a majority. */
export function majority(count: number): number {
  return Math.floor(count / 2) + 1;
}

export type VoteResult = 'pending' | 'won' | 'lost';

/** The state of an election: won and lost as soon as the missing answers cannot change it. */
export function countVotes(voters: readonly MemberId[], votes: ReadonlyMap<MemberId, boolean>): VoteResult {
  let granted = 0;
  let refused = 0;
  for (const voter of voters) {
    const vote = votes.get(voter);
    if (vote === true) granted++;
    else if (vote === false) refused++;
  }
  const needed = majority(voters.length);
  if (granted >= needed) return 'won';
  return voters.length - refused < needed ? 'lost' : 'pending';
}

/** The highest index that a majority has, from each voter's own. */
export function quorumIndex(indices: readonly number[]): number {
  if (indices.length === 0) return 0;
  const sorted = [...indices].sort((a, b) => b - a);
  return sorted[majority(sorted.length) - 1]!;
}
