/** Instants in queries: Unix seconds with nanoseconds. Follows moby/moby api/types/time/timestamp.go. */
import { parseDuration } from '../base/duration';
import type { Micros } from '../base/process';

const STAMP = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d)(?::(\d\d)(?::(\d\d)(?:\.(\d+))?)?)?)?(Z|z|[+-]\d\d:\d\d)?$/;

/**
 * The user's words of an instant as they travel: a Go duration counts back from `now`, dates and times are UTC unless
 * they say otherwise, Unix seconds go as they are. undefined when it is none of these.
 */
export function fromGoTimestamp(text: string, now: Micros): string | undefined {
  const duration = text === '0' ? undefined : parseDuration(text);
  if (duration?.ok) return String(Math.floor((now - duration.value / 1000) / 1_000_000));
  const stamp = STAMP.exec(text);
  if (stamp) return fromStamp(stamp);
  return /^[+-]?\d+(?:\.\d+)?$/.test(text) ? text : undefined;
}

function fromStamp(stamp: RegExpExecArray): string | undefined {
  const [, year, month, day, hour, minute, second, fraction, zone] = stamp;
  const part = (text: string | undefined): number => Number(text ?? 0);
  const millis = Date.UTC(part(year), part(month) - 1, part(day), part(hour), part(minute), part(second));
  const date = new Date(millis);
  if (date.getUTCDate() !== part(day) || part(hour) > 23 || part(minute) > 59 || part(second) > 59) return undefined;
  const offset =
    zone && zone.length > 1 ? Number(`${zone[0]}1`) * (part(zone.slice(1, 3)) * 60 + part(zone.slice(4))) : 0;
  return `${millis / 1000 - offset * 60}.${(fraction ?? '').padEnd(9, '0').slice(0, 9)}`;
}

/** What the daemon reads from `since` and `until`: microseconds, undefined when absent; malformed text is an error. */
export function parseTimestamp(text: string | undefined): { at: Micros | undefined } | { error: string } {
  if (text === undefined || text === '') return { at: undefined };
  const match = /^([+-]?\d+)(?:\.(\d+))?$/.exec(text);
  if (!match) return { error: `strconv.ParseInt: parsing "${text.split('.')[0]}": invalid syntax` };
  return { at: Number(match[1]) * 1_000_000 + Number((match[2] ?? '').padEnd(9, '0').slice(0, 6)) };
}
