/** Two hundred fault schedules: Raft's promises and the store's are checked after every event of each. */
import { describe, expect, test } from 'vitest';
import { fuzzPlan } from '../../src/headless/fuzz-plan';
import { fuzzSeed, replayCommandOf } from '../../src/headless/fuzzing';

const SEEDS = 200;
const CHUNK = 25;

describe('fault schedules', () => {
  test('a plan is a function of its seed, and plans differ', () => {
    expect(fuzzPlan(1)).toBe(fuzzPlan(1));
    const plans = Array.from({ length: 50 }, (_, seed) => fuzzPlan(seed));
    expect(new Set(plans).size).toBe(50);
    for (const word of [
      'lab kill',
      'lab start',
      'lab partition',
      'lab heal',
      'service scale',
      'node demote',
      'drain',
    ]) {
      expect(
        plans.some((plan) => plan.includes(word)),
        word,
      ).toBe(true);
    }
  });

  for (let first = 1; first <= SEEDS; first += CHUNK) {
    test(`seeds ${first} to ${first + CHUNK - 1} keep every rule`, async () => {
      for (let seed = first; seed < first + CHUNK; seed++) {
        const { broken } = await fuzzSeed(seed);
        expect(broken, `again: ${replayCommandOf(seed)}`).toBe(undefined);
      }
    });
  }
});
