import { expect, test } from 'vitest';
import { compareBytes, compareNaturally } from '../../src/base/natural';

test('names in natural order', () => {
  const names = ['web10', 'web2', 'web', 'Web1', '10', '9', 'web02', 'a-b', 'a.b', 'web2a', 'é'];
  expect(names.sort(compareNaturally)).toEqual([
    '9',
    '10',
    'Web1',
    'a-b',
    'a.b',
    'web',
    'web2',
    'web2a',
    'web02',
    'web10',
    'é',
  ]);
});

test('byte order is the order of code points', () => {
  expect(['𝄞', '\uffee', 'b', 'a', 'ab'].sort(compareBytes)).toEqual(['a', 'ab', 'b', '\uffee', '𝄞']);
});
