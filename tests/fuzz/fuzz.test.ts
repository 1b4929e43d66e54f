/** Five hundred scenarios in two files; this one also looks at the plans. */
import { expect, test } from 'vitest';
import { fuzzPlan, scriptOf } from '../../src/headless/fuzz-plan';
import { fuzzSeeds } from './scenarios';

test('a plan is a function of its seed, and plans differ', () => {
  expect(fuzzPlan(1)).toEqual(fuzzPlan(1));
  const plans = Array.from({ length: 100 }, (_, seed) => scriptOf(fuzzPlan(seed)));
  expect(new Set(plans).size).toBe(100);
  const words =
    'lab kill|lab start|lab partition|lab heal|lab loss|service scale|service rollback|node demote|node promote|drain|' +
    '--mode replicated|--mode global|--mode replicated-job|--mode global-job|--update-order start-first|--constraint|' +
    '--reserve-memory|mode=host|--replicas-max-per-node|--restart-max-attempts|--task-history-limit 0|nginx:nope';
  for (const word of words.split('|'))
    expect(plans.filter((plan) => plan.includes(word)).length, word).toBeGreaterThan(1);
});

fuzzSeeds(1, 250);
