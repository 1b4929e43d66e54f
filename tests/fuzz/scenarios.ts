/** What the files of the fuzzer's seeds share: each takes a part of them, so that they run side by side. */
import { describe, expect, test } from 'vitest';
import { fuzzSeed, replayCommandOf } from '../../src/headless/fuzzing';

const CHUNK = 25;

/** Whole scenarios: every rule is checked after every event, and at the end everything must have come to rest. */
export function fuzzSeeds(first: number, last: number): void {
  describe('whole scenarios', () => {
    for (let from = first; from <= last; from += CHUNK) {
      const to = Math.min(from + CHUNK - 1, last);
      test(`seeds ${from} to ${to} keep every rule, and converge`, async () => {
        for (let seed = from; seed <= to; seed++) {
          const { broken } = await fuzzSeed(seed);
          expect(broken, `again: ${replayCommandOf(seed)}`).toBe(undefined);
        }
      });
    }
  });
}
