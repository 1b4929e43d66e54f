import { describe, expect, test } from 'vitest';
import { formatDuration, parseDuration } from '../../src/base/duration';

describe('parseDuration', () => {
  test.each([
    ['10s', 10_000_000_000],
    ['1h30m', 5_400_000_000_000],
    ['1.5s', 1_500_000_000],
    ['.5ms', 500_000],
    ['-2m', -120_000_000_000],
    ['0', 0],
    ['1us2µs', 3_000],
    ['2160h0m0s', 7_776_000_000_000_000],
  ])('%s', (text, nanoseconds) => {
    expect(parseDuration(text)).toEqual({ ok: true, value: nanoseconds });
  });
  test.each([
    ['', 'time: invalid duration ""'],
    ['abc', 'time: invalid duration "abc"'],
    ['5', 'time: missing unit in duration "5"'],
    ['5x', 'time: unknown unit "x" in duration "5x"'],
    ['5s3', 'time: missing unit in duration "5s3"'],
    ['1.2.3s', 'time: missing unit in duration "1.2.3s"'],
    ['9999999999h', 'time: invalid duration "9999999999h"'],
  ])('%s is refused in words of Go', (text, error) => {
    expect(parseDuration(text)).toEqual({ ok: false, error });
  });
});

test.each([
  [0, '0s'],
  [1, '1ns'],
  [1_500, '1.5µs'],
  [100_000_000, '100ms'],
  [1_500_000_000, '1.5s'],
  [60_000_000_000, '1m0s'],
  [7_776_000_000_000_000, '2160h0m0s'],
  [-3_661_000_000_000, '-1h1m1s'],
])('%d nanoseconds are %s', (nanoseconds, text) => {
  expect(formatDuration(nanoseconds)).toBe(text);
});
