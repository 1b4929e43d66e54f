import { expect, it } from 'vitest';
import { comparable, parseBlocks, type Ran } from './script';

const ran = (stdout: string): Ran => ({ stdout, stderr: '', status: 0 });

it('reads blocks with what is said about them', () => {
  const [first, second] = parseBlocks(
    'x.txt',
    '# words\n\n[host node2 wait 5 ids last 1]\ndocker a\n  b\n\ndocker c\n',
  );
  expect(first).toEqual({
    file: 'x.txt',
    line: 3,
    host: 'node2',
    wait: 5,
    last: 1,
    marks: new Set(['ids']),
    script: 'docker a\n  b',
  });
  expect(second).toMatchObject({ host: 'node1', wait: 0, script: 'docker c' });
  expect(() => parseBlocks('x.txt', '[nosuch]\ndocker')).toThrow('x.txt:1: unknown word nosuch');
});

it('masks only what it is told to', () => {
  const text = 'k8swichibwz7ykg79u531lf7v 2026-01-05T08:00:00.5Z Up 3 minutes\nk8swichibwz7 5 seconds ago\n';
  const [plain] = parseBlocks('x', 'docker');
  expect(comparable(plain!, ran(text)).stdout).toBe(text);
  const [masked] = parseBlocks('x', '[ids times]\ndocker');
  expect(comparable(masked!, ran(text)).stdout).toBe(`${'ID1'.padEnd(25)} TIME UP \n${'ID1'.padEnd(12)} AGE \n`);
  const [sorted] = parseBlocks('x', '[sorted]\ndocker');
  expect(comparable(sorted!, ran('b\na')).stdout).toBe('a\nb');
  const [last] = parseBlocks('x', '[last 1]\ndocker');
  expect(comparable(last!, ran('a\nb\n')).stdout).toBe('b\n');
});
