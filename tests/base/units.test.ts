import { describe, expect, test } from 'vitest';
import { bytesSize, fromHumanSize, humanDuration, humanSize, ramInBytes } from '../../src/base/units';

test.each([
  [0, 'Less than a second'],
  [1, '1 second'],
  [59, '59 seconds'],
  [60, 'About a minute'],
  [119, 'About a minute'],
  [120, '2 minutes'],
  [3599, '59 minutes'],
  [3600, 'About an hour'],
  [5399, 'About an hour'],
  [5400, '2 hours'],
  [26 * 3600, '26 hours'],
  [48 * 3600, '2 days'],
  [13 * 86400, '13 days'],
  [14 * 86400, '2 weeks'],
  [60 * 86400, '2 months'],
  [730 * 86400, '2 years'],
])('%d seconds are %s', (seconds, words) => {
  expect(humanDuration(seconds)).toBe(words);
});

test.each([
  [0, '0B', '0B'],
  [999, '999B', '999B'],
  [1024, '1.024kB', '1KiB'],
  [187_000_000, '187MB', '178.3MiB'],
  [2_086_000_000, '2.086GB', '1.943GiB'],
])('%d bytes', (bytes, decimal, binary) => {
  expect(humanSize(bytes)).toBe(decimal);
  expect(bytesSize(bytes)).toBe(binary);
});

test('a precision of three digits', () => {
  expect(humanSize(187_654_321, 3)).toBe('188MB');
  expect(humanSize(999_999, 3)).toBe('1e+03kB');
});

describe('sizes read', () => {
  test.each([
    ['512m', 536_870_912],
    ['1.5GiB', 1_610_612_736],
    ['4 kb', 4_096],
    ['17B', 17],
    ['32', 32],
  ])('%s', (text, bytes) => {
    expect(ramInBytes(text)).toEqual({ ok: true, value: bytes });
  });
  test.each([
    ['abc', "invalid size: 'abc'"],
    ['5x', "invalid suffix: 'x'"],
    ['5mbit', "invalid suffix: 'mbit'"],
    ['-5m', "invalid size: '-5m'"],
    ['5bb', "invalid suffix: 'bb'"],
    ['1.2.3m', 'strconv.ParseFloat: parsing "1.2.3": invalid syntax'],
  ])('%s is refused', (text, error) => {
    expect(ramInBytes(text)).toEqual({ ok: false, error });
  });
  test('powers of a thousand', () => {
    expect(fromHumanSize('44kB')).toEqual({ ok: true, value: 44_000 });
  });
});
