/**
 * When messages are drawn: for at least 350 ms of real time however short they flew, and none before its cause has
 * landed. Keeps real milliseconds beside virtual time; the engine never sees either. Pure but for what it is told.
 *
 *   sent a→b ──350 ms──► lands at b; a reply that b sent after that virtual instant begins where this one ends
 */
import type { Micros } from '../base/process';
import { flight, type MessageRecord } from '../scene/index';

export const SHOWN_MS = 350;
/** A backlog beyond this is not drawn any more: the picture stays near the present. */
const LATE_MS = 1200;
/** Things that move at once; heartbeats give way first. */
const MOVING_MAX = 12;
/** Landed or lost messages stay this long. */
export const RESTS_MS = 140;
export const LOST_RESTS_MS = 900;

export interface Flight {
  message: MessageRecord;
  /** Real milliseconds at which it is drawn at its sender. */
  readonly begins: number;
}

/** Where a flight is: a ratio of the way, and whether it is over. */
export interface Where {
  readonly along: number;
  readonly landed: boolean;
}

export class Flights {
  private readonly flying = new Map<string, Flight>();

  get all(): Iterable<Flight> {
    return this.flying.values();
  }

  get size(): number {
    return this.flying.size;
  }

  /** A message was sent: whether it will be drawn. */
  add(message: MessageRecord, now: number): boolean {
    if (message.kind !== 'raft' || this.flying.has(message.id)) return false;
    const begins = this.begin(message, now);
    const busy = this.flying.size >= MOVING_MAX || (isHeartbeat(message) && this.flying.size >= MOVING_MAX - 4);
    if (busy || begins > now + LATE_MS) return false;
    this.flying.set(message.id, { message, begins });
    return true;
  }

  /** More is known of a message: it was lost. */
  change(message: MessageRecord): void {
    const known = this.flying.get(message.id);
    if (known !== undefined) known.message = message;
  }

  /** After the landing of whatever reached its sender before it was sent, and after its forerunners on the same way. */
  private begin(message: MessageRecord, now: number): number {
    let begins = now;
    for (const { message: other, begins: start } of this.flying.values()) {
      if (other.to === message.from && !other.lost && other.arrivesAt <= message.sentAt) {
        begins = Math.max(begins, start + SHOWN_MS);
      } else if (other.from === message.from && other.to === message.to && other.sentAt <= message.sentAt) {
        begins = Math.max(begins, start + 90);
      }
    }
    return begins;
  }

  where({ message, begins }: Flight, now: number, t: Micros): Where | undefined {
    if (now < begins) return undefined;
    const shown = (now - begins) / SHOWN_MS;
    const flown = flight(message, t) ?? 0;
    const end = message.lost ? 0.62 : 1;
    const along = Math.min(end, shown, Math.max(flown, message.arrivesAt <= t ? 1 : 0));
    return { along, landed: along >= end };
  }

  /** Forgets what has landed and rested. */
  expire(now: number, t: Micros): void {
    for (const [id, one] of this.flying) {
      const rests = one.message.lost ? LOST_RESTS_MS : RESTS_MS;
      if (now > one.begins + SHOWN_MS + rests && one.message.arrivesAt <= t) this.flying.delete(id);
      else if (now > one.begins + 20_000) this.flying.delete(id);
    }
  }

  clear(): void {
    this.flying.clear();
  }
}

export function isHeartbeat(message: MessageRecord): boolean {
  return message.what.startsWith('MsgHeartbeat');
}
