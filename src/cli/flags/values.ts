/**
 * What each type of flag accepts, in the words that pflag and docker refuse with. A check returns the value to keep:
 * some are brought into one form. Follows spf13/pflag and docker/cli opts/.
 */
import { parseDuration } from '../../base/duration';
import { goQuote } from '../../base/go-quote';
import { fail, ok, type Result } from '../../base/result';
import { parseFloatStrictly, ramInBytes } from '../../base/units';

export type Check = (value: string, env: ReadonlyMap<string, string>) => Result<string, string>;

/** The values of these types are collected; the others keep their last. */
export const REPEATED: ReadonlySet<string> = new Set([
  'list',
  'strings',
  'map',
  'filter',
  'network',
  'ulimit',
  'mount',
  'gpu-request',
  'pref',
  'port',
  'external-ca',
  'stringToString',
  'config',
  'secret',
  'ipNetSlice',
]);

const WORDS: ReadonlyMap<string, string> = new Map([
  ...['1', 't', 'T', 'true', 'TRUE', 'True'].map((word) => [word, 'true'] as const),
  ...['0', 'f', 'F', 'false', 'FALSE', 'False'].map((word) => [word, 'false'] as const),
]);

/** Follows Go strconv.ParseBool. */
const checkBool: Check = (value) => {
  const word = WORDS.get(value);
  return word === undefined ? fail(`strconv.ParseBool: parsing ${goQuote(value)}: invalid syntax`) : ok(word);
};

/** An integer in any of Go's bases (0x, 0b, 0o, 0777, 1_000); the text kept is decimal. */
function checkInteger(call: 'ParseInt' | 'ParseUint', bits: number): Check {
  const limit = 1n << BigInt(call === 'ParseInt' ? bits - 1 : bits);
  return (value) => {
    const number = parseInteger(value, call === 'ParseInt');
    const refuse = (why: string): Result<string, string> => fail(`strconv.${call}: parsing ${goQuote(value)}: ${why}`);
    if (number === undefined) return refuse('invalid syntax');
    if (number >= limit || number < -limit) return refuse('value out of range');
    return ok(number.toString());
  };
}

const DIGITS = ['0[xX]_?[\\da-fA-F]+(?:_[\\da-fA-F]+)*', '0[bB]_?[01]+(?:_[01]+)*', '0[oO]?_?[0-7]+(?:_[0-7]+)*', '0'];
const INTEGER = new RegExp(`^([+-]?)(${DIGITS.join('|')}|[1-9]\\d*(?:_\\d+)*)$`);

/** Follows Go strconv.ParseInt with base 0; undefined when it is no integer. */
export function parseInteger(text: string, signed: boolean): bigint | undefined {
  const parts = INTEGER.exec(text);
  if (parts === null || (!signed && parts[1] !== '')) return undefined;
  const digits = parts[2]!
    .replaceAll('_', '')
    .replace(/^0(?=\d)/, '0o')
    .toLowerCase();
  const number = BigInt(digits);
  return parts[1] === '-' ? -number : number;
}

const checkFloat: Check = (value) =>
  parseFloatStrictly(value) === undefined
    ? fail(`strconv.ParseFloat: parsing ${goQuote(value)}: invalid syntax`)
    : ok(value);

const checkDuration: Check = (value) => {
  const parsed = parseDuration(value);
  return parsed.ok ? ok(value) : parsed;
};

/** A duration that is not below zero. Follows docker/cli opts/duration.go, PositiveDurationOpt. */
export const checkPositiveDuration: Check = (value) => {
  const parsed = parseDuration(value);
  if (!parsed.ok) return parsed;
  return parsed.value < 0 ? fail('duration cannot be negative') : ok(value);
};

const checkBytes: Check = (value) => {
  const parsed = ramInBytes(value);
  return parsed.ok ? ok(String(parsed.value)) : parsed;
};

/** Follows docker/cli opts/opts.go, MemSwapBytes. */
export const checkSwapBytes: Check = (value, env) => (value === '-1' ? ok(value) : checkBytes(value, env));

/** CPUs as a decimal or a ratio → nanoseconds of CPU a second. Follows docker/cli opts/opts.go, ParseCPUs. */
export const checkCpus: Check = (value) => {
  const ratio = parseRatio(value);
  if (ratio === undefined) return fail(`failed to parse ${value} as a rational number`);
  const [numerator, denominator] = ratio;
  const nano = numerator * 1_000_000_000n;
  return nano % denominator === 0n ? ok((nano / denominator).toString()) : fail('value is too precise');
};

function parseRatio(text: string): [bigint, bigint] | undefined {
  const parts = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?(?:\/(\d+))?$/.exec(text);
  if (parts === null || `${parts[2]}${parts[3] ?? ''}` === '') return undefined;
  if (parts[5] !== undefined && (parts[3] !== undefined || parts[4] !== undefined || /^0+$/.test(parts[5])))
    return undefined;
  let numerator = BigInt(`${parts[2]}${parts[3] ?? ''}`);
  let denominator = parts[5] === undefined ? 1n : BigInt(parts[5]);
  const power = Number(parts[4] ?? '0') - (parts[3] ?? '').length;
  if (power >= 0) numerator *= 10n ** BigInt(power);
  else denominator *= 10n ** BigInt(-power);
  return [parts[1] === '-' ? -numerator : numerator, denominator];
}

/** `name=value`, the name in lower case, no blanks around. Follows docker/cli opts/opts.go, FilterOpt. */
const checkFilter: Check = (value) => {
  if (value === '') return ok(value);
  const cut = value.indexOf('=');
  if (cut < 0) return fail('bad format of filter (expected name=value)');
  return ok(`${value.slice(0, cut).trim().toLowerCase()}=${value.slice(cut + 1).trim()}`);
};

/** `name=soft[:hard]`. Follows docker/go-units ulimit.go, ParseUlimit. */
const checkUlimit: Check = (value) => {
  const cut = value.indexOf('=');
  if (cut < 0) return fail(`invalid ulimit argument: ${value}`);
  const name = value.slice(0, cut);
  if (!ULIMITS.has(name)) return fail(`invalid ulimit type: ${name}`);
  const limits = value.slice(cut + 1).split(':');
  if (limits.length > 2)
    return fail(`too many limit value arguments - ${value.slice(cut + 1)}, can only have up to two, \`soft[:hard]\``);
  for (const limit of limits) {
    if (!/^[+-]?\d+$/.test(limit)) return fail(`strconv.ParseInt: parsing ${goQuote(limit)}: invalid syntax`);
  }
  const [soft, hard] = limits.map(Number) as [number, number | undefined];
  if (hard !== undefined && hard !== -1 && (soft === -1 || soft > hard))
    return fail(
      'ulimit soft limit must be less than or equal to hard limit: ' +
        `${soft === -1 ? 'soft: -1 (unlimited)' : soft} > ${hard}`,
    );
  return ok(value);
};

const ULIMITS: ReadonlySet<string> = new Set(
  'core cpu data fsize locks memlock msgqueue nice nofile nproc rss rtprio rttime sigpending stack'.split(' '),
);

/** A network in CIDR form. Follows Go net.ParseCIDR, for IPv4. */
const checkIpNet: Check = (value) => {
  for (const part of value.split(',')) {
    if (!isCidr(part.trim())) return fail(`invalid string being converted to CIDR: ${part.trim()}`);
  }
  return ok(value);
};

function isCidr(text: string): boolean {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (parts === null || Number(parts[5]) > 32) return false;
  return parts.slice(1, 5).every((part) => Number(part) < 256 && !/^0\d/.test(part));
}

/** By pflag's type name; a type that is not here takes any text. */
export const TYPE_CHECKS: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['bool', checkBool],
  ['int', checkInteger('ParseInt', 64)],
  ['uint', checkInteger('ParseUint', 64)],
  ['uint16', checkInteger('ParseUint', 16)],
  ['uint32', checkInteger('ParseUint', 32)],
  ['float', checkFloat],
  ['duration', checkDuration],
  ['bytes', checkBytes],
  ['decimal', checkCpus],
  ['filter', checkFilter],
  ['ulimit', checkUlimit],
  ['ipNetSlice', checkIpNet],
]);
