/** The last arrival of each direction between two machines: a hash table in two typed arrays, as every packet asks it. */
import type { Micros } from '../base/process';

export class Arrivals {
  /** Open addressing with steps of one; 0 is free. */
  private keys = new Int32Array(256);
  private last = new Float64Array(256);
  private used = 0;

  /** The arrival, or one microsecond after the last one on that way. `way` is above 0 and below 2^31. */
  next(way: number, arrival: Micros, now: Micros): Micros {
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
