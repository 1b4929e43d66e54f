/**
 * How many events an idle swarm takes: fixed, as every event costs. A count that grows is the earliest sign of a slow
 * simulation; one that must grow is written here anew, with the reason in the commit.
 */
import { describe, expect, test } from 'vitest';
import { BenchLab } from '../../src/headless/bench-lab';

const SECONDS = 600;

/** Events in ten idle minutes, after a minute in which what formed it has come to rest. */
function idleEvents(managers: number, nodes: number, tasks = 0): number {
  const lab = new BenchLab({ nodes });
  lab.formSwarm(managers);
  if (tasks > 0) lab.runService('web', tasks);
  lab.idle(60);
  const before = lab.events;
  lab.idle(SECONDS);
  return lab.events - before;
}

describe('an idle swarm', () => {
  test('of five managers takes less than 16 events a virtual second', () => {
    expect(idleEvents(5, 5)).toBe(9358);
  });

  test('takes no more when a hundred tasks run', () => {
    expect(idleEvents(5, 5, 100)).toBe(9361);
  });

  test('takes three events for each worker in a heartbeat period', () => {
    expect(idleEvents(3, 3)).toBe(5037);
    expect(idleEvents(3, 13)).toBe(8643);
  });
});
