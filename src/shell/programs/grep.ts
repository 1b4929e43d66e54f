/** grep: lines that match, as they come. Follows GNU grep 3.8's options and messages. */
import { type Bytes, fromUtf8, utf8 } from '../../base/bytes';
import { Errno, type Fd, listDirectory, type Process, readFile, stat, terminal, write } from '../../base/process';
import { quoteForRegExp } from '../interpreter/pattern';
import { posixRegExp } from '../interpreter/regex';
import { join } from '../paths';
import { closeInput, complain, LineReader, openInput, type Parsed, pathOf, UsageError, withOptions } from './io';
import type { Invocation, Program } from './program';

interface Plan {
  readonly expression: RegExp;
  /** On bytes when the expression and a line are ASCII. */
  readonly invert: boolean;
  readonly names: boolean;
  readonly numbers: boolean;
  readonly count: boolean;
  readonly only: boolean;
  readonly quiet: boolean;
  readonly list: 'with' | 'without' | undefined;
  readonly before: number;
  readonly after: number;
  readonly max: number;
  readonly color: boolean;
  readonly silent: boolean;
}

const SPEC = {
  letters: 'EFGPivcolLnqwxhHsrRzaA:B:C:e:f:m:',
  long: {
    'extended-regexp': 'E',
    'fixed-strings': 'F',
    'basic-regexp': 'G',
    'perl-regexp': 'P',
    'ignore-case': 'i',
    'invert-match': 'v',
    count: 'c',
    'only-matching': 'o',
    'files-with-matches': 'l',
    'files-without-match': 'L',
    'line-number': 'n',
    quiet: 'q',
    silent: 'q',
    'word-regexp': 'w',
    'line-regexp': 'x',
    'no-filename': 'h',
    'with-filename': 'H',
    'no-messages': 's',
    recursive: 'r',
    'after-context': 'A',
    'before-context': 'B',
    context: 'C',
    regexp: 'e',
    file: 'f',
    'max-count': 'm',
    text: 'a',
  },
};

/** --color has its own way of taking a value: `auto`, `always`, or none. */
function takeColor(args: readonly Bytes[]): { readonly args: readonly Bytes[]; readonly color: Bytes } {
  let color = 'never';
  const rest = args.filter((word) => {
    const match = /^--colou?r(?:=(.*))?$/.exec(word);
    if (match) color = match[1] ?? 'auto';
    return !match;
  });
  return { args: rest, color };
}

/** Whether a group is opened and not closed. */
function unmatched(text: string, extended: boolean): boolean {
  const bare = text.replace(/\[[^\]]*\]/g, '');
  const marks = extended ? bare.replace(/\\./g, '') : (bare.match(/\\[()]/g) ?? []).map((mark) => mark[1]).join('');
  return marks.split('(').length > marks.split(')').length;
}

function compile(patterns: readonly Bytes[], parsed: Parsed, extended: boolean): RegExp {
  const { flags } = parsed;
  const sources = patterns.map((pattern) => {
    const text = fromUtf8(pattern);
    let source: string;
    if (!flags.has('F') && !flags.has('P') && unmatched(text, extended)) {
      throw new UsageError('Unmatched ( or \\(', 2);
    }
    try {
      source = flags.has('F') ? quoteForRegExp(text) : flags.has('P') ? text : posixRegExp(text, extended, '').source;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      throw new UsageError(error.message.startsWith('Invalid') ? 'Invalid regular expression' : error.message, 2);
    }
    if (source === '(?:)') source = '';
    if (flags.has('x')) return `^(?:${source})$`;
    return flags.has('w') ? `(?<!\\w)(?:${source})(?!\\w)` : source;
  });
  try {
    return new RegExp(sources.map((source) => `(?:${source})`).join('|'), `g${flags.has('i') ? 'i' : ''}u`);
  } catch {
    throw new UsageError('Invalid regular expression', 2);
  }
}

function* plan(invocation: Invocation, parsed: Parsed, color: Bytes): Process<{ plan: Plan; files: readonly Bytes[] }> {
  const { flags, values } = parsed;
  let files = parsed.rest;
  const patterns: Bytes[] = (values.get('e') ?? []).flatMap((text) => text.split('\n'));
  for (const name of values.get('f') ?? []) {
    const text = name === '-' ? '' : yield* readFile(pathOf(invocation, name));
    patterns.push(...text.replace(/\n$/, '').split('\n'));
  }
  if (!flags.has('e') && !flags.has('f')) {
    if (files.length === 0) {
      throw new UsageError("Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.", 2);
    }
    patterns.push(...files[0]!.split('\n'));
    files = files.slice(1);
  }
  const number = (letter: string): number | undefined => {
    const text = values.get(letter)?.at(-1);
    if (text === undefined) return undefined;
    if (!/^\d+$/.test(text)) {
      throw new UsageError(letter === 'm' ? 'invalid max count' : `${text}: invalid context length argument`, 2);
    }
    return Number(text);
  };
  const deep = flags.has('r') || flags.has('R');
  const context = number('C') ?? 0;
  const screen = color === 'auto' ? yield* terminal(1) : undefined;
  return {
    files: files.length === 0 && deep ? ['.'] : files,
    plan: {
      expression: compile(patterns, parsed, flags.has('E') || invocation.name === 'egrep'),
      invert: flags.has('v'),
      names: !flags.has('h') && (flags.has('H') || files.length > 1 || deep),
      numbers: flags.has('n'),
      count: flags.has('c'),
      only: flags.has('o'),
      quiet: flags.has('q'),
      list: flags.has('l') ? 'with' : flags.has('L') ? 'without' : undefined,
      before: number('B') ?? context,
      after: number('A') ?? context,
      max: number('m') ?? Number.MAX_SAFE_INTEGER,
      color: color === 'always' || screen !== undefined,
      silent: flags.has('s'),
    },
  };
}

/** Matches go red, as GNU grep colours them. */
function colored(line: string, expression: RegExp): string {
  return line.replace(expression, (match) => (match === '' ? '' : `\x1b[01;31m\x1b[K${match}\x1b[m\x1b[K`));
}

/** One input: whether a line was selected. */
class Search {
  private number = 0;
  private selected = 0;
  private held: { readonly number: number; readonly line: Bytes }[] = [];
  private trailing = 0;
  private lastShown = 0;
  private out = '';

  constructor(
    private readonly plan: Plan,
    private readonly name: Bytes,
  ) {}

  *run(fd: Fd): Process<boolean> {
    const reader = new LineReader(fd);
    const { plan } = this;
    for (;;) {
      const lines = yield* reader.batch();
      if (!lines) break;
      for (const line of lines) {
        this.line(line);
        if (this.selected > 0 && (plan.quiet || plan.list)) return yield* this.finish();
        if (this.selected >= plan.max && this.trailing === 0) return yield* this.finish();
      }
      yield* write(1, this.out);
      this.out = '';
    }
    return yield* this.finish();
  }

  private *finish(): Process<boolean> {
    const { plan, name, selected } = this;
    if (!plan.quiet) {
      if (plan.list) {
        if (selected > 0 === (plan.list === 'with')) this.out = `${name}\n`;
      } else if (plan.count) this.out = `${plan.names ? `${name}:` : ''}${selected}\n`;
      yield* write(1, this.out);
    }
    return plan.list === 'without' ? selected === 0 : selected > 0;
  }

  private line(line: Bytes): void {
    const { plan } = this;
    this.number++;
    const text = fromUtf8(line);
    plan.expression.lastIndex = 0;
    const hit = this.selected < plan.max && plan.expression.test(text) !== plan.invert;
    if (hit) this.selected++;
    if (plan.quiet || plan.list || plan.count) return;
    if (!hit) {
      if (this.trailing > 0) {
        this.trailing--;
        this.show(line, '-', this.number);
      } else if (plan.before > 0) {
        this.held.push({ number: this.number, line });
        if (this.held.length > plan.before) this.held.shift();
      }
      return;
    }
    if (plan.only) {
      if (!plan.invert) this.showMatches(text);
      return;
    }
    const first = this.held[0]?.number ?? this.number;
    if ((plan.before > 0 || plan.after > 0) && this.lastShown > 0 && first > this.lastShown + 1) this.out += '--\n';
    for (const item of this.held) this.show(item.line, '-', item.number);
    this.held = [];
    this.show(plan.color && !plan.invert ? utf8(colored(text, plan.expression)) : line, ':', this.number);
    this.trailing = plan.after;
  }

  private showMatches(text: string): void {
    this.plan.expression.lastIndex = 0;
    for (const match of text.matchAll(this.plan.expression)) {
      if (match[0] === '') continue;
      const shown = this.plan.color ? colored(match[0], this.plan.expression) : match[0];
      this.show(utf8(shown), ':', this.number);
    }
  }

  private show(line: Bytes, mark: string, number: number): void {
    const { plan } = this;
    const name = plan.names ? `${this.name}${mark}` : '';
    this.out += `${name}${plan.numbers ? `${number}${mark}` : ''}${line}\n`;
    this.lastShown = number;
  }
}

function* walk(path: string, shown: Bytes, out: Bytes[]): Process<void> {
  if ((yield* stat(path)).kind !== 'directory') {
    out.push(shown);
    return;
  }
  for (const name of yield* listDirectory(path))
    yield* walk(join(path, name), `${shown.replace(/\/$/, '')}/${utf8(name)}`, out);
}

function* search(invocation: Invocation, parsed: Parsed, color: Bytes): Process<number> {
  const made = yield* plan(invocation, parsed, color);
  const deep = parsed.flags.has('r') || parsed.flags.has('R');
  let found = false;
  let failed = false;
  const names: Bytes[] = [];
  for (const name of made.files.length === 0 ? ['-'] : made.files) {
    try {
      if (deep && name !== '-') yield* walk(pathOf(invocation, name), name, names);
      else names.push(name);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      names.push(name);
    }
  }
  for (const name of names) {
    try {
      if (name !== '-' && !name.startsWith('/dev/') && (yield* stat(pathOf(invocation, name))).kind === 'directory') {
        if (!made.plan.silent) yield* complain(invocation, `${name}: Is a directory`);
        continue;
      }
      const fd = yield* openInput(invocation, name);
      const hit = yield* new Search(made.plan, name === '-' ? '(standard input)' : name).run(fd);
      yield* closeInput(fd);
      found ||= hit;
      if (hit && made.plan.quiet) return 0;
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      if (!made.plan.silent) yield* complain(invocation, `${name}: ${error.message}`);
      failed = true;
    }
  }
  return failed ? 2 : found ? 0 : 1;
}

export function* grep(invocation: Invocation): Process<number> {
  const { args, color } = takeColor(invocation.args);
  // -5 is a context of five lines.
  const words = args.map((word) => (/^-\d+$/.test(word) ? `-C${word.slice(1)}` : word));
  const run: Program = withOptions(SPEC, (self, parsed) => search(self, parsed, color), 2);
  return yield* run({ ...invocation, args: words });
}
