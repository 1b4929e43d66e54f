/** Seeded streams of chance, one a name: a new roll in one room does not reshuffle another. */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomStream } from '../base/random';

/** FNV-1a over the name's char codes, folded with the seed: 32 bits. */
function streamSeed(seed: number, name: string): number {
  let hash = 0x811c9dc5 ^ (seed | 0);
  for (let at = 0; at < name.length; at++) {
    hash ^= name.charCodeAt(at);
    hash = Math.imul(hash, 0x01000193);
  }
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  return hash ^ (hash >>> 13);
}

export class SeededStream implements RandomStream {
  private readonly generator;

  constructor(seed: number, name: string) {
    this.generator = xoroshiro128plus(streamSeed(seed, name));
  }

  integer(low: number, high: number): number {
    return uniformInt(this.generator, low, high);
  }

  bytes(count: number): string {
    let out = '';
    for (let at = 0; at < count; at++) out += String.fromCharCode(this.integer(0, 255));
    return out;
  }

  chance(numerator: number, denominator: number): boolean {
    return numerator > 0 && this.integer(1, denominator) <= numerator;
  }
}
