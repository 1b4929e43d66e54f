/** Cables of the hosts' LAN: delay, loss, cuts. */
import type { Micros } from '../base/process';
import type { RandomStream } from '../base/random';
import { Arrivals } from './arrivals';
import type { Machine } from './machine';

export interface LinkFaults {
  /** One way, added to the LAN's own. */
  readonly delay: Micros;
  /** Lost packets in a thousand. */
  readonly lossPerMille: number;
  readonly cut: boolean;
}

const SOUND: LinkFaults = { delay: 0, lossPerMille: 0, cut: false };

/** One way through a quiet LAN: 200 to 300 µs, and 8 ns a byte (1 Gbit/s). */
export const LAN_DELAY_MIN: Micros = 200;
export const LAN_DELAY_MAX: Micros = 300;

/** A lost segment is sent again after TCP's first timeout, then doubling; this often, then the connection has broken. */
const RETRANSMIT_FIRST: Micros = 200_000;
const RETRANSMITS_MAX = 6;

export class Links {
  private readonly faults = new Map<string, LinkFaults>();
  /** Connections deliver in order. */
  private readonly lastArrivals = new Arrivals();

  constructor(private readonly random: RandomStream) {}

  /** The faults between two machines; the order of the names does not matter. */
  between(a: string, b: string): LinkFaults {
    return this.faults.get(pair(a, b)) ?? SOUND;
  }

  set(a: string, b: string, change: Partial<LinkFaults>): void {
    this.faults.set(pair(a, b), { ...this.between(a, b), ...change });
  }

  /** Whether the cable lets anything through now. */
  connected(from: Machine, to: Machine): boolean {
    return (
      from === to || (from.segment === to.segment && (this.faults.size === 0 || !this.between(from.name, to.name).cut))
    );
  }

  /** When a packet sent now arrives, undefined when it never will. Each direction keeps its order, as TCP does. */
  arrival(from: Machine, to: Machine, now: Micros, size: number): Micros | undefined {
    if (from === to) return now + 20;
    if (!this.connected(from, to)) return undefined;
    const { delay, lossPerMille } = this.faults.size === 0 ? SOUND : this.between(from.name, to.name);
    let arrival = now + this.random.integer(LAN_DELAY_MIN, LAN_DELAY_MAX) + delay + Math.floor((size * 8) / 1000);
    for (let tries = 0, wait = RETRANSMIT_FIRST; this.random.chance(lossPerMille, 1000); tries++, wait *= 2) {
      if (tries === RETRANSMITS_MAX) return undefined;
      arrival += wait;
    }
    return this.lastArrivals.next(from.index, to.index, arrival, now);
  }

  /** A datagram (ping, gossip) is lost for good. */
  dropsDatagram(from: Machine, to: Machine): boolean {
    return !this.connected(from, to) || this.random.chance(this.between(from.name, to.name).lossPerMille, 1000);
  }

  /** The cables that are not sound, names in lexical order. */
  faulty(): readonly (readonly [string, string, LinkFaults])[] {
    return [...this.faults]
      .filter(([, { cut, delay, lossPerMille }]) => cut || delay > 0 || lossPerMille > 0)
      .map(([key, faults]) => [...(key.split('|') as [string, string]), faults] as const);
  }

  /** All cables whole again, delays and losses gone; the segments are the machines' own. */
  heal(): void {
    this.faults.clear();
  }
}

function pair(a: string, b: string): string {
  return a < b ? `${a}|${b}` : `${b}|${a}`;
}
