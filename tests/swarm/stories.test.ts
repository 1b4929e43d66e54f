/** Every story of this folder, told on the simulation: see story.ts for how it is written. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { differences, readStory, tellStory } from './story';

const HERE = new URL('.', import.meta.url);
const STORIES = readdirSync(HERE).filter((name) => name.endsWith('.txt'));

describe('a story', () => {
  it.each(STORIES)('%s', async (name) => {
    const text = readFileSync(new URL(name, HERE), 'utf8');
    const [first, second] = text.split('\n');
    expect(first).toMatch(/^# story: \S/);
    expect(second).toMatch(/^# (recorded from Docker Engine 28\.5|follows \S)/);
    const steps = readStory(text);
    expect(steps.flatMap(({ expectations }) => expectations).length).toBeGreaterThan(0);
    const answers = await tellStory(steps, name);
    steps.forEach((step, n) => {
      const where = `${name}:${step.line}: ${step.command}\n${answers[n]?.output ?? ''}`;
      expect(differences(step, answers[n]), where).toEqual([]);
    });
  });
});

describe('reading a story', () => {
  const read = (text: string): string[] =>
    readStory(text).map(
      ({ line, command, expectations }) =>
        `${line}: ${command.replaceAll('\n', '|')} -> ${expectations.map(({ kind }) => kind)}`,
    );

  it.each([
    ['commands on one line are one', 'echo a; echo b\n# expect: a', ['1: echo a; echo b -> expect']],
    [
      'a here-document may hold what looks like a check',
      'cat <<E >x\n# expect: no\nE\n# expect-not: .',
      ['1: cat <<E >x|# expect: no|E -> expect-not'],
    ],
    [
      'a loop is one command',
      'for i in 1 2; do\n  echo\ndone\n# expect-count: 2 ^$\nls',
      ['1: for i in 1 2; do|  echo|done -> expect-count', '5: ls -> '],
    ],
  ])('%s', (_what, text, steps) => {
    expect(read(text)).toEqual(steps);
  });

  it('a check that fails is told', async () => {
    const steps = readStory('echo a; false\n# expect: b\n# expect-count: 2 a\necho c\n# expect-fail: c');
    const answers = await tellStory(steps, 'told');
    expect(steps.map((step, n) => differences(step, answers[n]))).toEqual([
      ['status 1', 'line 2: expect b (matched 0 times)', 'line 3: expect-count a (matched 1 times)'],
      ['status 0'],
    ]);
  });
});
