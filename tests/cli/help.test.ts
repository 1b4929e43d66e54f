import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { run } from './world';

/** Recorded from docker 28.2.2 at 80 columns without an engine, so that nothing is hidden. */
const recorded = readFileSync(new URL('help.txt', import.meta.url), 'utf8')
  .split(/^### (.*)\n/m)
  .slice(1);

describe('help is that of docker 28.2.2', () => {
  for (let at = 0; at < recorded.length; at += 2) {
    test(`docker ${recorded[at]} --help`, () => {
      const words = recorded[at] === '' ? [] : recorded[at]!.split(' ');
      const outcome = run([...words, '--help'], { unreachable: true });
      expect(outcome.out).toBe(recorded[at + 1]);
      expect(outcome.status).toBe(0);
    });
  }
});
