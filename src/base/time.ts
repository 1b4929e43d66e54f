/**
 * Calendar texts of instants, in UTC: RFC 3339 as the API writes it and Go's layouts as docker prints them.
 * The world counts microseconds; a real engine's nanoseconds are kept beside them so that they print as they came.
 */
import type { Micros } from './process';

/** An instant: whole microseconds since the Unix epoch and 0 to 999 nanoseconds more. */
export interface Instant {
  readonly micros: Micros;
  readonly nanos: number;
}

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:[.,](\d+))?([Zz]|[+-]\d\d:\d\d)$/;
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

/** Go's time.Time{}, which the API writes for "never". */
export const ZERO_TIME = '0001-01-01T00:00:00Z';

/** RFC 3339 text, any zone, any number of fraction digits → instant; undefined when it is none. */
export function parseInstant(text: string): Instant | undefined {
  const parts = RFC3339.exec(text);
  if (parts === null) return undefined;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month) || hour > 23 || minute > 59 || second > 59)
    return undefined;
  const zone = parts[8]!;
  const offset = /[zZ]/.test(zone)
    ? 0
    : (zone.startsWith('-') ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4)));
  const nanoseconds = Number((parts[7] ?? '').slice(0, 9).padEnd(9, '0'));
  const seconds = (daysFromCivil(year, month, day) * 1440 + hour * 60 + minute - offset) * 60 + second;
  return { micros: seconds * 1_000_000 + Math.floor(nanoseconds / 1000), nanos: nanoseconds % 1000 };
}

/** RFC 3339 text → microseconds since the Unix epoch, finer digits dropped; undefined when it is none. */
export function parseMicros(text: string): Micros | undefined {
  return parseInstant(text)?.micros;
}

/** `2026-01-05T09:00:00.5Z`: no trailing zeros, as Go encodes times in JSON. */
export function formatMicros(micros: Micros): string {
  return formatTime(micros, '2006-01-02T15:04:05.999999999Z07:00');
}

/** `2026-01-05T09:00:00.500000000Z`: always nine digits, as logs and events have it. */
export function formatMicrosFixed(micros: Micros): string {
  return formatTime(micros, '2006-01-02T15:04:05.000000000Z07:00');
}

/** Go's time.Time.String. */
export const TIME_STRING = '2006-01-02 15:04:05.999999999 -0700 MST';

const LAYOUT =
  /2006|January|Jan|Monday|Mon|MST|-0700|Z07:00|[.,]0+(?!\d)|[.,]9+(?!\d)|_2|01|02|03|04|05|15|PM|1|2|3|4|5/g;

/**
 * An instant in a Go layout (`Mon Jan _2 15:04:05 2006`), in UTC. Layouts in use are made of full years, two-digit or
 * space-padded fields, names, fractions and zones.
 */
export function formatTime(instant: Micros | Instant, layout: string): string {
  const { micros, nanos } = typeof instant === 'number' ? { micros: instant, nanos: 0 } : instant;
  const seconds = Math.floor(micros / 1_000_000);
  const days = Math.floor(seconds / 86_400);
  const clock = seconds - days * 86_400;
  const fraction = String((micros - seconds * 1_000_000) * 1000 + nanos).padStart(9, '0');
  const date = civilFromDays(days);
  const hour = Math.floor(clock / 3600);
  const two = (value: number): string => String(value).padStart(2, '0');
  const fields: Readonly<Record<string, string>> = {
    '2006': String(date.year).padStart(4, '0'),
    January: MONTHS[date.month - 1]!,
    Jan: MONTHS[date.month - 1]!.slice(0, 3),
    Monday: DAYS[(((days + 4) % 7) + 7) % 7]!,
    Mon: DAYS[(((days + 4) % 7) + 7) % 7]!.slice(0, 3),
    MST: 'UTC',
    '-0700': '+0000',
    'Z07:00': 'Z',
    _2: String(date.day).padStart(2, ' '),
    '01': two(date.month),
    '02': two(date.day),
    '03': two(hour % 12 === 0 ? 12 : hour % 12),
    '04': two(Math.floor(clock / 60) % 60),
    '05': two(clock % 60),
    '15': two(hour),
    PM: hour < 12 ? 'AM' : 'PM',
    '1': String(date.month),
    '2': String(date.day),
    '3': String(hour % 12 === 0 ? 12 : hour % 12),
    '4': String(Math.floor(clock / 60) % 60),
    '5': String(clock % 60),
  };
  return layout.replace(LAYOUT, (field) => {
    if (/^[.,]0/.test(field)) return field[0] + fraction.slice(0, field.length - 1);
    if (/^[.,]9/.test(field)) {
      const shown = fraction.slice(0, field.length - 1).replace(/0+$/, '');
      return shown === '' ? '' : field[0] + shown;
    }
    return fields[field] ?? field;
  });
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Days since 1970-01-01 of a date in the Gregorian calendar, extended to all years. */
function daysFromCivil(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function civilFromDays(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const part = Math.floor((5 * dayOfYear + 2) / 153);
  const month = part < 10 ? part + 3 : part - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * part + 2) / 5) + 1,
  };
}
