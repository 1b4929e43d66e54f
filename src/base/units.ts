/** Sizes and ages as docker words them. Follows docker/go-units duration.go and size.go. */
import { quote } from './json';
import { fail, ok, type Result } from './result';

/** An age in whole seconds → `Less than a second`, `About a minute`, `3 hours`, `2 weeks`. */
export function humanDuration(seconds: number): string {
  const whole = Math.trunc(seconds);
  if (whole < 1) return 'Less than a second';
  if (whole === 1) return '1 second';
  if (whole < 60) return `${whole} seconds`;
  const minutes = Math.floor(whole / 60);
  if (minutes === 1) return 'About a minute';
  if (minutes < 60) return `${minutes} minutes`;
  const hours = Math.floor((whole + 1800) / 3600);
  if (hours === 1) return 'About an hour';
  if (hours < 48) return `${hours} hours`;
  if (hours < 24 * 14) return `${Math.floor(hours / 24)} days`;
  if (hours < 24 * 60) return `${Math.floor(hours / 24 / 7)} weeks`;
  if (hours < 24 * 730) return `${Math.floor(hours / 24 / 30)} months`;
  return `${Math.floor(Math.floor(whole / 3600) / 24 / 365)} years`;
}

const DECIMAL = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB'] as const;
const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB', 'ZiB', 'YiB'] as const;

/** Bytes → `187MB`, in steps of 1000, with `precision` significant digits. */
export function humanSize(bytes: number, precision = 4): string {
  return scaled(bytes, 1000, DECIMAL, precision);
}

/** Bytes → `1.943GiB`, in steps of 1024, with four significant digits. */
export function bytesSize(bytes: number): string {
  return scaled(bytes, 1024, BINARY, 4);
}

function scaled(bytes: number, base: number, names: readonly string[], precision: number): string {
  let size = bytes;
  let step = 0;
  while (size >= base && step < names.length - 1) {
    size /= base;
    step++;
  }
  return significant(size, precision) + names[step]!;
}

/** A number with `precision` significant digits and no trailing zeros. Follows Go's %.*g. */
function significant(value: number, precision: number): string {
  const [mantissa, power] = value.toExponential(precision - 1).split('e') as [string, string];
  const exponent = Number(power);
  if (exponent < -4 || exponent >= precision) {
    const short = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa;
    return `${short}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  const plain = value.toFixed(precision - 1 - exponent);
  return plain.includes('.') ? plain.replace(/\.?0+$/, '') : plain;
}

/** `512m`, `1.5GiB`, `4 kb` → bytes, in powers of 1024; the error is docker's. */
export function ramInBytes(text: string): Result<number, string> {
  return parseSize(text, 1024);
}

/** `44kB`, `17MB` → bytes, in powers of 1000. */
export function fromHumanSize(text: string): Result<number, string> {
  return parseSize(text, 1000);
}

function parseSize(text: string, base: number): Result<number, string> {
  const digit = Math.max(...[...'0123456789. '].map((c) => text.lastIndexOf(c)));
  if (digit < 0) return fail(`invalid size: '${text}'`);
  const number = text.slice(0, text[digit] === ' ' ? digit : digit + 1);
  const size = parseFloatStrictly(number);
  if (size === undefined) return fail(`strconv.ParseFloat: parsing ${quote(number)}: invalid syntax`);
  if (size < 0) return fail(`invalid size: '${text}'`);
  const suffix = text.slice(digit + 1);
  if (suffix === '') return ok(Math.trunc(size));
  if (suffix.length > 3) return fail(`invalid suffix: '${suffix}'`);
  const lower = suffix.toLowerCase();
  const power = 'bkmgtp'.indexOf(lower[0]!);
  const tail = lower.slice(1);
  if (power < 0 || (tail !== '' && (power === 0 || (tail !== 'b' && tail !== 'ib'))))
    return fail(`invalid suffix: '${lower}'`);
  return ok(Math.trunc(size * base ** power));
}

/** A decimal number as Go's strconv.ParseFloat takes it; undefined when it is none. */
export function parseFloatStrictly(text: string): number | undefined {
  if (/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)) return Number(text);
  if (/^[+-]?inf(inity)?$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  return /^nan$/i.test(text) ? Number.NaN : undefined;
}
