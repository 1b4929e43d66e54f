/**
 * Elections as after-images: an election takes a few milliseconds, its messages are drawn for longer. While they are,
 * the seats above whoever asked fill as the drawn answers land; what the manager itself knows is in its record at once.
 */
import type { MessageRecord, VoteSeat } from '../scene/index';
import type { Disc } from './raft-model';
import { words } from './words';

/** Seats stay this long after the last answer was drawn. */
const STAYS_MS = 1200;

interface Ballot {
  readonly term: number;
  readonly seats: Map<string, VoteSeat['answer']>;
  until: number;
}

export class Ballots {
  private readonly ballots = new Map<string, Ballot>();

  /** A request for a vote sets out. */
  asked(message: MessageRecord, voters: readonly string[], now: number): void {
    const known = this.ballots.get(message.from);
    if (known !== undefined && known.term >= message.term) return;
    const seats = new Map(voters.map((voter) => [voter, 'awaited' as VoteSeat['answer']]));
    seats.set(message.from, 'granted');
    this.ballots.set(message.from, { term: message.term, seats, until: now + 4 * STAYS_MS });
  }

  /** A drawn answer has landed: whether that was news. */
  landed(message: MessageRecord, now: number): boolean {
    const ballot = this.ballots.get(message.to);
    if (ballot === undefined || message.term < ballot.term || ballot.seats.get(message.from) !== 'awaited')
      return false;
    ballot.seats.set(message.from, message.refused ? 'refused' : 'granted');
    ballot.until = now + STAYS_MS;
    return true;
  }

  /** Whether one went. */
  expire(now: number): boolean {
    let gone = false;
    for (const [candidate, { until }] of this.ballots) if (until < now) gone = this.ballots.delete(candidate);
    return gone;
  }

  get open(): boolean {
    return this.ballots.size > 0;
  }

  /** The disc with the seats that are drawn now. */
  over(disc: Disc): Disc {
    const ballot = this.ballots.get(disc.name);
    if (ballot === undefined || disc.role === 'off' || disc.term > ballot.term) return disc;
    const votes = [...ballot.seats].map(([from, answer]) => ({ from, answer }));
    const granted = votes.filter((vote) => vote.answer === 'granted').length;
    const needed = Math.floor(votes.length / 2) + 1;
    return { ...disc, votes, votesWord: words.votesNeeded(granted, needed) };
  }
}
