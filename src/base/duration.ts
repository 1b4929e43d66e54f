/**
 * Go durations: integers of nanoseconds and their texts. Beyond 104 days the number type is exact only in steps of
 * two, four … nanoseconds, which no whole number of microseconds misses within 292 years.
 */
import { quote } from './json';
import { fail, ok, type Result } from './result';

export const MICROSECOND = 1_000;
export const SECOND = 1_000_000_000;

const UNITS: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['µs', 1_000n],
  ['μs', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
]);
const LIMIT = 1n << 63n;

/** `1h30m`, `1.5s`, `-2m` → nanoseconds; the error is Go's sentence. Follows Go time.ParseDuration. */
export function parseDuration(text: string): Result<number, string> {
  const invalid = (): Result<number, string> => fail(`time: invalid duration ${quote(text)}`);
  let rest = text;
  const negative = rest.startsWith('-');
  if (/^[+-]/.test(rest)) rest = rest.slice(1);
  if (rest === '0') return ok(0);
  if (rest === '') return invalid();
  let total = 0n;
  while (rest !== '') {
    const number = /^(\d*)(?:\.(\d*))?/.exec(rest)!;
    const whole = number[1]!;
    const fraction = number[2] ?? '';
    if (whole === '' && fraction === '') return invalid();
    rest = rest.slice(number[0].length);
    const name = /^[^.\d]*/.exec(rest)![0];
    if (name === '') return fail(`time: missing unit in duration ${quote(text)}`);
    const unit = UNITS.get(name);
    if (unit === undefined) return fail(`time: unknown unit ${quote(name)} in duration ${quote(text)}`);
    rest = rest.slice(name.length);
    total += BigInt(whole === '' ? '0' : whole) * unit;
    if (fraction !== '') total += (BigInt(fraction) * unit) / 10n ** BigInt(fraction.length);
    if (total > LIMIT) return invalid();
  }
  if (!negative && total === LIMIT) return invalid();
  return ok(Number(negative ? -total : total));
}

/** Nanoseconds → `1h0m5s`, `1.5s`, `100ms`, `0s`. Follows Go time.Duration.String. */
export function formatDuration(nanoseconds: number): string {
  if (nanoseconds === 0) return '0s';
  const sign = nanoseconds < 0 ? '-' : '';
  const total = BigInt(Math.abs(nanoseconds));
  if (total < 1_000n) return `${sign}${total}ns`;
  if (total < 1_000_000n) return `${sign}${decimal(total, 3)}µs`;
  if (total < 1_000_000_000n) return `${sign}${decimal(total, 6)}ms`;
  const minutes = total / 60_000_000_000n;
  const seconds = `${decimal(total % 60_000_000_000n, 9)}s`;
  if (minutes === 0n) return sign + seconds;
  const hours = minutes / 60n;
  return hours === 0n ? `${sign}${minutes}m${seconds}` : `${sign}${hours}h${minutes % 60n}m${seconds}`;
}

/** `value` divided by ten to the power `digits`, without trailing zeros. */
function decimal(value: bigint, digits: number): string {
  const text = value.toString().padStart(digits + 1, '0');
  const fraction = text.slice(-digits).replace(/0+$/, '');
  return text.slice(0, -digits) + (fraction === '' ? '' : `.${fraction}`);
}
