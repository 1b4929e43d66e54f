import { describe, expect, test } from 'vitest';
import { readJournal } from '../../src/lab/journal';

const GOOD = {
  version: 1,
  engine: 'test',
  seed: 1,
  epoch: 1_767_603_600_000_000,
  shape: { nodes: 5 },
  inputs: [
    { kind: 'open', session: 1, host: 'node1', columns: 80, rows: 24, at: 0 },
    { kind: 'line', session: 1, text: 'docker swarm init', at: 5 },
    { kind: 'lab', args: ['kill', 'node3'], at: 9 },
  ],
  digests: [],
  end: 1000,
};

describe('a journal from outside', () => {
  test('a good one comes through whole', () => {
    expect(readJournal(GOOD)).toEqual(GOOD);
  });

  test('what it does not say is filled in, what it says too much is left out', () => {
    const { end: _end, digests: _digests, ...short } = GOOD;
    expect(readJournal({ ...short, more: 1 })).toEqual({ ...GOOD, end: 9 });
  });

  test.each<[string, unknown]>([
    ['not a journal: a JSON object is expected', 'hello'],
    ['not a journal: a JSON object is expected', null],
    ['journal version 2 is not known here', { ...GOOD, version: 2 }],
    ['journal: seed and epoch must be whole numbers', { ...GOOD, seed: 1.5 }],
    ['journal: seed and epoch must be whole numbers', { ...GOOD, epoch: 1e300 }],
    ['journal: shape.nodes must be a whole number up to 5000', { ...GOOD, shape: { nodes: 1e9 } }],
    ['journal: at most 100000 inputs', { ...GOOD, inputs: new Array(100_001).fill(GOOD.inputs[0]) }],
    ['journal: input 1: not an object', { ...GOOD, inputs: [7] }],
    ['journal: input 1: unknown kind __proto__', { ...GOOD, inputs: [{ kind: '__proto__', at: 0 }] }],
    [
      'journal: input 1: `at` must be a whole number of microseconds',
      { ...GOOD, inputs: [{ ...GOOD.inputs[0], at: -1 }] },
    ],
    [
      'journal: input 1: a field of open is missing or of the wrong kind',
      { ...GOOD, inputs: [{ kind: 'open', session: 1, at: 0 }] },
    ],
    [
      'journal: input 1: its session or connection must be a whole number',
      { ...GOOD, inputs: [{ kind: 'line', session: 'x', at: 0 }] },
    ],
    ['journal: input 2 is earlier than the one before', { ...GOOD, inputs: [...GOOD.inputs].reverse().slice(1) }],
  ])('%s', (sentence, value) => {
    expect(readJournal(value)).toBe(sentence);
  });
});
