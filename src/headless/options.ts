/** Command lines of the headless entrances: `--name value`, `--name=value`, plain words; anything else is refused. */

export interface CommandLine {
  readonly words: readonly string[];
  readonly values: ReadonlyMap<string, string>;
  readonly switches: ReadonlySet<string>;
}

export class UsageError extends Error {}

/** Parses arguments. Words after the first plain one are left alone where `wordsEndOptions` is set (`run FILE ARG…`). */
export function parseArguments(
  args: readonly string[],
  known: {
    readonly values: readonly string[];
    readonly switches: readonly string[];
    readonly wordsEndOptions?: boolean;
  },
): CommandLine {
  const words: string[] = [];
  const values = new Map<string, string>();
  const switches = new Set<string>();
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!;
    if (!arg.startsWith('--') || (known.wordsEndOptions && words.length > 1)) {
      words.push(arg);
      continue;
    }
    const [name, inline] = split(arg.slice(2));
    if (known.switches.includes(name) && inline === undefined) {
      switches.add(name);
    } else if (known.values.includes(name)) {
      const value = inline ?? args[++at];
      if (value === undefined) throw new UsageError(`--${name} needs a value`);
      values.set(name, value);
    } else {
      throw new UsageError(`unknown option --${name}`);
    }
  }
  return { words, values, switches };
}

function split(text: string): readonly [string, string | undefined] {
  const at = text.indexOf('=');
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

/** A whole number in low..high, or `fallback` when the option is absent. */
export function wholeNumber(line: CommandLine, name: string, low: number, high: number, fallback: number): number {
  const text = line.values.get(name);
  if (text === undefined) return fallback;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < low || value > high) {
    throw new UsageError(`--${name} takes a whole number from ${low} to ${high}, not "${text}"`);
  }
  return value;
}

const UNITS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** A duration such as 90s, 30m, 24h or 7d, in microseconds. */
export function duration(line: CommandLine, name: string, fallback: number): number {
  const text = line.values.get(name);
  if (text === undefined) return fallback;
  const match = /^(\d{1,9})([smhd]?)$/.exec(text);
  if (!match) throw new UsageError(`--${name} takes a duration such as 90s, 30m, 24h or 7d, not "${text}"`);
  return Number(match[1]) * (UNITS[match[2] || 's'] ?? 1) * 1_000_000;
}
