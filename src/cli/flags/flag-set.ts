/** One command's flags while its arguments are read. Follows spf13/pflag flag.go. */
import { assert } from '../../base/assert';
import { parseDuration } from '../../base/duration';
import { goQuote } from '../../base/go-quote';
import type { Flags } from '../command';
import type { FlagDefinition } from '../data/catalog';
import { checkFor } from './checks';
import { splitCsv } from './csv';
import { REPEATED } from './values';

/** The flag that every command has and none shows. */
const HELP: FlagDefinition = {
  name: 'help',
  short: 'h',
  type: 'bool',
  usage: 'Print usage',
  fallback: 'false',
  condition: 'hidden',
};

export class FlagSet implements Flags {
  private readonly byName = new Map<string, FlagDefinition>();
  private readonly byShort = new Map<string, FlagDefinition>();
  private readonly values = new Map<string, string[]>();
  /** Arguments that are no flags. */
  readonly args: string[] = [];
  /** Lines that pflag prints beside the command's output: deprecated flags and shorthands. */
  readonly notes: string[] = [];

  constructor(
    private readonly path: string,
    definitions: readonly FlagDefinition[],
    private readonly strict: boolean,
    private readonly env: ReadonlyMap<string, string>,
  ) {
    for (const definition of [...definitions, HELP]) {
      this.byName.set(definition.name, definition);
      if (definition.short !== '') this.byShort.set(definition.short, definition);
    }
  }

  /** Reads arguments; the first refusal ends it and is returned in pflag's words. */
  parse(words: readonly string[]): string | undefined {
    for (let at = 0; at < words.length; at++) {
      const word = words[at]!;
      if (word === '--') {
        this.args.push(...words.slice(at + 1));
        return undefined;
      }
      if (!word.startsWith('-') || word === '-') {
        if (this.strict) {
          this.args.push(...words.slice(at));
          return undefined;
        }
        this.args.push(word);
        continue;
      }
      const taken = word.startsWith('--') ? this.long(word, words[at + 1]) : this.shorts(word, words[at + 1]);
      if (typeof taken === 'string') return taken;
      at += taken;
    }
    return undefined;
  }

  /** How many of the following words were taken (0 or 1), or what is wrong. */
  private long(word: string, next: string | undefined): number | string {
    const text = word.slice(2);
    if (text.startsWith('-') || text.startsWith('=')) return `bad flag syntax: ${word}`;
    const cut = text.indexOf('=');
    const name = cut < 0 ? text : text.slice(0, cut);
    const flag = this.byName.get(name);
    if (flag === undefined) return `unknown flag: --${name}`;
    if (cut >= 0) return this.set(flag, text.slice(cut + 1)) ?? 0;
    if (flag.type === 'bool') return this.set(flag, 'true') ?? 0;
    return next === undefined ? `flag needs an argument: ${word}` : (this.set(flag, next) ?? 1);
  }

  private shorts(word: string, next: string | undefined): number | string {
    for (let rest = word.slice(1); rest !== ''; ) {
      const letter = rest[0]!;
      const flag = this.byShort.get(letter);
      if (flag === undefined) return `unknown shorthand flag: '${letter}' in -${rest}`;
      if (flag === HELP) this.notes.push('Flag shorthand -h has been deprecated, use --help');
      if (rest.length > 2 && rest[1] === '=') return this.set(flag, rest.slice(2)) ?? 0;
      if (flag.type !== 'bool') {
        if (rest.length > 1) return this.set(flag, rest.slice(1)) ?? 0;
        return next === undefined ? `flag needs an argument: '${letter}' in -${rest}` : (this.set(flag, next) ?? 1);
      }
      const wrong = this.set(flag, 'true');
      if (wrong !== undefined) return wrong;
      rest = rest.slice(1);
    }
    return 0;
  }

  private set(flag: FlagDefinition, value: string): string | undefined {
    const checked = checkFor(this.path, flag)?.(value, this.env) ?? { ok: true, value };
    if (!checked.ok) return flagProblem(flag, value, checked.error);
    const kept = flag.type === 'strings' || flag.type === 'ipNetSlice' ? splitCsv(value) : [checked.value];
    if (kept === undefined)
      return flagProblem(flag, value, 'parse error on line 1, column 1: bare " in non-quoted-field');
    const before = this.values.get(flag.name);
    if (before !== undefined && REPEATED.has(flag.type)) before.push(...kept);
    else this.values.set(flag.name, kept);
    if (flag.name === 'time' && flag.condition === 'hidden')
      this.notes.push('Flag --time has been deprecated, use --timeout instead');
    return undefined;
  }

  private last(name: string): string {
    const flag = this.byName.get(name);
    assert(flag !== undefined, `docker ${this.path} has no flag --${name}`);
    return this.values.get(name)?.at(-1) ?? flag.fallback;
  }

  changed(name: string): boolean {
    assert(this.byName.has(name), `docker ${this.path} has no flag --${name}`);
    return this.values.has(name);
  }

  given(): readonly string[] {
    return [...this.values.keys()];
  }

  bool(name: string): boolean {
    return this.last(name) === 'true';
  }

  string(name: string): string {
    return this.last(name);
  }

  number(name: string): number {
    const text = this.last(name);
    if (this.byName.get(name)!.type !== 'duration') return Number(text === '' ? '0' : text);
    const parsed = parseDuration(text === '' ? '0s' : text);
    return parsed.ok ? parsed.value : 0;
  }

  list(name: string): readonly string[] {
    assert(this.byName.has(name), `docker ${this.path} has no flag --${name}`);
    return this.values.get(name) ?? [];
  }

  /** The flags that were given and that only a Windows or an experimental engine understands. */
  unsupported(experimental: boolean): readonly FlagDefinition[] {
    return [...this.values.keys()]
      .map((name) => this.byName.get(name)!)
      .filter((flag) => flag.condition === 'windows' || (flag.condition === 'experimental' && !experimental));
  }
}

/** `invalid argument "x" for "-s, --long" flag: WHY`. */
export function flagProblem(flag: FlagDefinition, value: string, why: string): string {
  const name = flag.short === '' ? `--${flag.name}` : `-${flag.short}, --${flag.name}`;
  return `invalid argument ${goQuote(value)} for "${name}" flag: ${why}`;
}
