import { describe, expect, test } from 'vitest';
import {
  formatMicros,
  formatMicrosFixed,
  formatTime,
  parseInstant,
  parseMicros,
  TIME_STRING,
  ZERO_TIME,
} from '../../src/base/time';

const EPOCH = 1_767_603_600_000_000; // 2026-01-05T09:00:00Z

describe('RFC 3339', () => {
  test('reads and writes microseconds', () => {
    expect(parseMicros('2026-01-05T09:00:00Z')).toBe(EPOCH);
    expect(formatMicros(EPOCH)).toBe('2026-01-05T09:00:00Z');
    expect(formatMicros(EPOCH + 500_000)).toBe('2026-01-05T09:00:00.5Z');
    expect(formatMicrosFixed(EPOCH + 1)).toBe('2026-01-05T09:00:00.000001000Z');
  });
  test('keeps nanoseconds of a real engine', () => {
    const instant = parseInstant('2026-11-23T09:36:52.580123456Z')!;
    expect(formatTime(instant, TIME_STRING)).toBe('2026-11-23 09:36:52.580123456 +0000 UTC');
  });
  test('converts zones', () => {
    expect(parseMicros('2026-01-05T10:30:00+01:30')).toBe(EPOCH);
  });
  test('knows the zero time', () => {
    expect(formatMicros(parseMicros(ZERO_TIME)!)).toBe(ZERO_TIME);
  });
  test.each(['', '2026-01-05', '2026-13-01T00:00:00Z', '2026-02-30T00:00:00Z', '2026-01-05T25:00:00Z'])(
    '%s is none',
    (text) => {
      expect(parseInstant(text)).toBeUndefined();
    },
  );
  test('agrees with the calendar of the language over four centuries', () => {
    for (let day = -80_000; day < 80_000; day += 97) {
      const micros = day * 86_400_000_000 + 12_345_678_000;
      expect(formatMicros(micros)).toBe(
        new Date(micros / 1000)
          .toISOString()
          .replace('000Z', 'Z')
          .replace(/(\.\d*?)0*Z/, '$1Z'),
      );
      expect(parseMicros(formatMicros(micros))).toBe(micros);
    }
  });
});

test.each([
  ['Mon Jan _2 15:04:05 2006', 'Mon Jan  5 09:00:00 2026'],
  ['2006-01-02 15:04:05 -0700 MST', '2026-01-05 09:00:00 +0000 UTC'],
  ['2006-01-02T15:04:05.000000000Z07:00', '2026-01-05T09:00:00.000000000Z'],
])('layout %s', (layout, text) => {
  expect(formatTime(EPOCH, layout)).toBe(text);
});
