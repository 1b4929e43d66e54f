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
    const text = directive(letter, date, at);
    if (text === undefined) return whole;
    if (flag === '-') return text.replace(/^[0 ]+(?=.)/, '');
    if (flag === '_') return text.replace(/^0+(?=.)/, (zeros) => ' '.repeat(zeros.length));
    return flag === '^' ? text.toUpperCase() : text;
  });
}

function directive(letter: string, date: Date, at: Micros): string | undefined {
  const year = date.getUTCFullYear();
  const hours = date.getUTCHours();
  const twelve = hours % 12 === 0 ? 12 : hours % 12;
  const dayOfYear = Math.floor((date.getTime() - Date.UTC(year, 0, 1)) / 86_400_000) + 1;
  switch (letter) {
    case 'Y':
      return String(year);
    case 'y':
      return two(year % 100);
    case 'C':
      return two(Math.floor(year / 100));
    case 'm':
      return two(date.getUTCMonth() + 1);
    case 'd':
      return two(date.getUTCDate());
    case 'e':
      return two(date.getUTCDate(), ' ');
    case 'H':
      return two(hours);
    case 'k':
      return two(hours, ' ');
    case 'I':
      return two(twelve);
    case 'l':
      return two(twelve, ' ');
    case 'M':
      return two(date.getUTCMinutes());
    case 'S':
      return two(date.getUTCSeconds());
    case 'N':
      return `${String(at % 1_000_000).padStart(6, '0')}000`;
    case 's':
      return String(Math.floor(at / 1_000_000));
    case 'j':
      return String(dayOfYear).padStart(3, '0');
    case 'p':
      return hours < 12 ? 'AM' : 'PM';
    case 'P':
      return hours < 12 ? 'am' : 'pm';
    case 'a':
      return DAYS[date.getUTCDay()]!.slice(0, 3);
    case 'A':
      return DAYS[date.getUTCDay()]!;
    case 'b':
    case 'h':
      return MONTHS[date.getUTCMonth()]!.slice(0, 3);
    case 'B':
      return MONTHS[date.getUTCMonth()]!;
    case 'u':
      return String(date.getUTCDay() || 7);
    case 'w':
      return String(date.getUTCDay());
    case 'F':
      return formatDate('%Y-%m-%d', at);
    case 'T':
      return formatDate('%H:%M:%S', at);
    case 'R':
      return formatDate('%H:%M', at);
    case 'D':
      return formatDate('%m/%d/%y', at);
    case 'r':
      return formatDate('%I:%M:%S %p', at);
    case 'c':
      return formatDate('%a %b %e %H:%M:%S %Y', at);
    case 'x':
      return formatDate('%m/%d/%y', at);
    case 'X':
      return formatDate('%H:%M:%S', at);
    case 'Z':
      return 'UTC';
    case 'z':
      return '+0000';
    case ':z':
      return '+00:00';
    case 'n':
      return '\n';
    case 't':
      return '\t';
    case '%':
      return '%';
    default:
      return undefined;
  }
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
