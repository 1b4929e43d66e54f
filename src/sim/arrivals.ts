/**
 * The last arrival of each direction between two machines, as every packet asks it. Most machines talk to one other, so
 * each has room for one partner's two directions; ways between others are in a hash table. Both are typed arrays.
 */
import type { Micros } from '../base/process';

/** Machines are numbered from 1 to this. */
const MACHINES_MAX = 16_384;

export class Arrivals {
  /** Of each machine, the partner of a lower number whose ways {@link ownLast} has; 0 is none. */
  private partners = new Int32Array(16);
  /** Of each machine, the last arrival at the partner and the last one from it. */
  private ownLast = new Float64Array(32);
  /** Open addressing with steps of one; 0 is free. */
  private keys = new Int32Array(256);
  private last = new Float64Array(256);
  private used = 0;

  /** The arrival, or one microsecond after the last one on that way. The machines are given by their numbers. */
  next(from: number, to: number, arrival: Micros, now: Micros): Micros {
    const high = Math.max(from, to);
    const low = Math.min(from, to);
    if (high >= this.partners.length) this.grow(high);
    if (this.partners[high] !== low && !this.takePartner(high, low, now))
      return this.nextOf(wayOf(from, to), arrival, now);
    const at = high * 2 + (from === high ? 0 : 1);
    const later = Math.max(arrival, this.ownLast[at]! + 1);
    this.ownLast[at] = later;
    return later;
  }

  /** False where something is under way between the machine and its partner. */
  private takePartner(high: number, low: number, now: Micros): boolean {
    const { ownLast, last } = this;
    if (ownLast[high * 2]! >= now || ownLast[high * 2 + 1]! >= now) return false;
    this.partners[high] = low;
    ownLast[high * 2] = last[this.place(wayOf(high, low))]!;
    ownLast[high * 2 + 1] = last[this.place(wayOf(low, high))]!;
    return true;
  }

  private grow(high: number): void {
    const { partners, ownLast } = this;
    const length = Math.max(high + 1, partners.length * 2);
    this.partners = new Int32Array(length);
    this.partners.set(partners);
    this.ownLast = new Float64Array(length * 2);
    this.ownLast.set(ownLast);
  }

  private nextOf(way: number, arrival: Micros, now: Micros): Micros {
    const place = this.place(way);
    const later = arrival <= this.last[place]! ? this.last[place]! + 1 : arrival;
    this.last[place] = later;
    if (this.keys[place] === 0) {
      this.keys[place] = way;
      if (++this.used * 2 > this.keys.length) this.renew(now);
    }
    return later;
  }

  private place(way: number): number {
    const mask = this.keys.length - 1;
    let place = (Math.imul(way, 0x9e3779b1) >>> 7) & mask;
    while (this.keys[place] !== way && this.keys[place] !== 0) place = (place + 1) & mask;
    return place;
  }

  /** Ways on which nothing is under way are forgotten; then there is room for as many again as are left. */
  private renew(now: Micros): void {
    const { keys, last } = this;
    let left = 0;
    for (let at = 0; at < keys.length; at++) if (keys[at] !== 0 && last[at]! >= now) left++;
    let length = 256;
    while (length < left * 4) length *= 2;
    this.keys = new Int32Array(length);
    this.last = new Float64Array(length);
    this.used = left;
    for (let at = 0; at < keys.length; at++) {
      if (keys[at] === 0 || last[at]! < now) continue;
      const place = this.place(keys[at]!);
      this.keys[place] = keys[at]!;
      this.last[place] = last[at]!;
    }
  }
}

const wayOf = (from: number, to: number): number => from * MACHINES_MAX + to;
