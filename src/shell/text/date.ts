/** Dates in UTC: what date(1), ls and prompts print. */
import type { Micros } from '../../base/process';

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July'],
  ...['August', 'September', 'October', 'November', 'December'],
];

function two(value: number, fill = '0'): string {
  return String(value).padStart(2, fill);
}

/** 14:05:09 */
export function clock(at: Micros): string {
  return formatDate('%H:%M:%S', at);
}

/** strftime's directives, and GNU's %s, %N, %-d. */
export function formatDate(format: string, at: Micros): string {
  const date = new Date(Math.floor(at / 1000));
  return format.replace(/%([-_0^]?)([a-zA-Z%+]|:z)/g, (whole, flag: string, letter: string) => {
    const text = DIRECTIVES[letter]?.(date, at);
    if (text === undefined) return whole;
    if (flag === '-') return text.replace(/^[0 ]+(?=.)/, '');
    if (flag === '_') return text.replace(/^0+(?=.)/, (zeros) => ' '.repeat(zeros.length));
    return flag === '^' ? text.toUpperCase() : text;
  });
}

/** What each letter stands for; `at` in microseconds. */
const DIRECTIVES: Record<string, (date: Date, at: Micros) => string> = {
  Y: (date) => String(date.getUTCFullYear()),
  y: (date) => two(date.getUTCFullYear() % 100),
  C: (date) => two(Math.floor(date.getUTCFullYear() / 100)),
  m: (date) => two(date.getUTCMonth() + 1),
  d: (date) => two(date.getUTCDate()),
  e: (date) => two(date.getUTCDate(), ' '),
  H: (date) => two(date.getUTCHours()),
  k: (date) => two(date.getUTCHours(), ' '),
  I: (date) => two(twelve(date)),
  l: (date) => two(twelve(date), ' '),
  M: (date) => two(date.getUTCMinutes()),
  S: (date) => two(date.getUTCSeconds()),
  N: (_, at) => `${String(at % 1_000_000).padStart(6, '0')}000`,
  s: (_, at) => String(Math.floor(at / 1_000_000)),
  j: (date) => String(dayOfYear(date)).padStart(3, '0'),
  p: (date) => (date.getUTCHours() < 12 ? 'AM' : 'PM'),
  P: (date) => (date.getUTCHours() < 12 ? 'am' : 'pm'),
  a: (date) => DAYS[date.getUTCDay()]!.slice(0, 3),
  A: (date) => DAYS[date.getUTCDay()]!,
  b: (date) => MONTHS[date.getUTCMonth()]!.slice(0, 3),
  h: (date) => MONTHS[date.getUTCMonth()]!.slice(0, 3),
  B: (date) => MONTHS[date.getUTCMonth()]!,
  u: (date) => String(date.getUTCDay() || 7),
  w: (date) => String(date.getUTCDay()),
  F: (_, at) => formatDate('%Y-%m-%d', at),
  T: (_, at) => formatDate('%H:%M:%S', at),
  R: (_, at) => formatDate('%H:%M', at),
  D: (_, at) => formatDate('%m/%d/%y', at),
  r: (_, at) => formatDate('%I:%M:%S %p', at),
  c: (_, at) => formatDate('%a %b %e %H:%M:%S %Y', at),
  x: (_, at) => formatDate('%m/%d/%y', at),
  X: (_, at) => formatDate('%H:%M:%S', at),
  Z: () => 'UTC',
  z: () => '+0000',
  ':z': () => '+00:00',
  n: () => '\n',
  t: () => '\t',
  '%': () => '%',
};

function twelve(date: Date): number {
  return date.getUTCHours() % 12 === 0 ? 12 : date.getUTCHours() % 12;
}

function dayOfYear(date: Date): number {
  return Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000) + 1;
}

const PARTS = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?)? ?(?:Z|UTC|\+00:?00)?$/;
const UNITS: Record<string, number> = { sec: 1, second: 1, min: 60, minute: 60, hour: 3600, day: 86400, week: 604800 };

/** What `date -d` understands: dates, @seconds, now, yesterday, tomorrow, `2 hours ago`, `+1 day`. */
export function parseDate(text: string, at: Micros): Micros | undefined {
  const clean = text.trim().toLowerCase();
  if (clean === '' || clean === 'now') return at;
  if (clean === 'today') return at;
  if (clean === 'yesterday') return at - 86_400_000_000;
  if (clean === 'tomorrow') return at + 86_400_000_000;
  const seconds = /^@(-?\d+)$/.exec(clean);
  if (seconds) return Number(seconds[1]) * 1_000_000;
  const relative = /^([-+]?\d+) *(sec|second|min|minute|hour|day|week)s?( ago)?$/.exec(clean);
  if (relative) {
    const amount = Number(relative[1]) * UNITS[relative[2]!]! * 1_000_000;
    return relative[3] ? at - amount : at + amount;
  }
  const parts = PARTS.exec(text.trim());
  if (!parts) return undefined;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map((part) => Number(part ?? 0)) as number[];
  const micros = Number((parts[7] ?? '0').padEnd(6, '0').slice(0, 6));
  return Date.UTC(year!, month! - 1, day!, hour!, minute!, second!) * 1000 + micros;
}
