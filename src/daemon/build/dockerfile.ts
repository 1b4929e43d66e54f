/** Dockerfiles: instructions with their flags and words, variables put in. Follows moby/buildkit frontend/dockerfile. */
import { fail, ok, type Result } from '../../base/result';

export interface Instruction {
  /** In capitals. */
  readonly name: string;
  /** As written behind the name, lines joined. */
  readonly text: string;
  /** The whole line as docker repeats it. */
  readonly shown: string;
  /** `--from=x` and the like: name → value. */
  readonly flags: ReadonlyMap<string, string>;
  /** The words of a JSON array; undefined where it is none. */
  readonly list: readonly string[] | undefined;
  readonly line: number;
}

const NAMES =
  'ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR'.split(
    ' ',
  );
const FLAGS: ReadonlyMap<string, readonly string[]> = new Map([
  ['ADD', ['chmod', 'chown', 'checksum', 'keep-git-dir', 'link', 'exclude']],
  ['COPY', ['chmod', 'chown', 'from', 'link', 'parents', 'exclude']],
  ['FROM', ['platform']],
  ['HEALTHCHECK', ['interval', 'timeout', 'start-period', 'start-interval', 'retries']],
  ['RUN', ['mount', 'network', 'security']],
]);

/** The instructions, or the sentence with which the file is refused. `name` is how the file was called. */
export function parseDockerfile(text: string, name: string): Result<readonly Instruction[], string> {
  const found: Instruction[] = [];
  let pending = '';
  let start = 0;
  const lines = text.split(/\r?\n/);
  let heredoc: string | undefined;
  for (const [at, raw] of lines.entries()) {
    if (heredoc !== undefined) {
      if (raw.trim() === heredoc) heredoc = undefined;
      continue;
    }
    if (/^\s*#/.test(raw) || (raw.trim() === '' && pending !== '')) continue;
    if (pending === '') start = at + 1;
    const more = /\\[ \t]*$/.test(raw);
    pending += more ? raw.replace(/\\[ \t]*$/, '') : raw;
    if (more && at < lines.length - 1) continue;
    if (pending.trim() !== '') {
      const made = instruction(pending.trim(), start);
      if (!made.ok) return made;
      found.push(made.value);
      if (['ADD', 'COPY', 'RUN'].includes(made.value.name))
        heredoc = /(?:^|\s)<<-?["']?(\w+)["']?/.exec(made.value.text)?.[1];
    }
    pending = '';
  }
  if (found.length === 0) return fail(`the Dockerfile (${name}) cannot be empty`);
  const first = found.find(({ name: word }) => word !== 'ARG');
  if (first?.name !== 'FROM') return fail('no build stage in current context');
  return ok(found);
}

function instruction(whole: string, line: number): Result<Instruction, string> {
  const [, word = '', rest = ''] = /^(\S+)\s*([\s\S]*)$/.exec(whole) ?? [];
  const name = word.toUpperCase();
  const problem = (what: string): Result<never, string> => fail(`dockerfile parse error on line ${line}: ${what}`);
  if (!NAMES.includes(name)) return problem(`unknown instruction: ${word}${meant(name, NAMES)}`);
  const flags = new Map<string, string>();
  let text = rest;
  for (let flag = flagAt(name, text); flag; flag = flagAt(name, text)) {
    const known = FLAGS.get(name)!;
    if (!known.includes(flag[1]!)) return problem(`unknown flag: --${flag[1]}${meant(flag[1]!, known)}`);
    flags.set(flag[1]!, flag[2] ?? 'true');
    text = text.slice(flag[0].length);
  }
  const list = jsonWords(text);
  const wrong = countProblem(name, list ?? quotedWords(text));
  if (wrong !== undefined) return problem(wrong);
  return ok({ name, text, shown: `${name} ${rest}`, flags, list, line });
}

const COUNTS: ReadonlyMap<string, readonly [most: number, wants: string]> = new Map([
  ['USER', [1, 'exactly one argument']],
  ['WORKDIR', [1, 'exactly one argument']],
  ['STOPSIGNAL', [1, 'exactly one argument']],
  ['MAINTAINER', [Infinity, 'exactly one argument']],
]);

function countProblem(name: string, words: readonly string[]): string | undefined {
  const count = words.length;
  if (name === 'FROM' && !(count === 1 || (count === 3 && /^as$/i.test(words[1]!))))
    return 'FROM requires either one or three arguments';
  if ((name === 'COPY' || name === 'ADD') && count < 2) {
    const only = count === 1 ? ', but only one was provided. Destination could not be determined' : '';
    return `${name} requires at least two arguments${only}`;
  }
  if (name === 'ENV' && count === 1 && !words[0]!.includes('=')) return 'ENV must have two arguments';
  const [most, wants] = COUNTS.get(name) ?? [Infinity, 'at least one argument'];
  const mayBeEmpty = ['CMD', 'ENTRYPOINT', 'RUN'].includes(name);
  return count > most || (count === 0 && !mayBeEmpty) ? `${name} requires ${wants}` : undefined;
}

/** What was meant by a word that nobody knows, where one is near. */
function meant(word: string, known: readonly string[]): string {
  const near = known.map((each) => [distance(word, each), each] as const).sort((a, b) => a[0] - b[0])[0];
  return near && near[0] < 3 ? ` (did you mean ${near[1]}?)` : '';
}

function flagAt(name: string, text: string): RegExpExecArray | null {
  return FLAGS.has(name) ? /^--([a-z-]+)(?:=(\S*))?\s+/.exec(text) : null;
}

function jsonWords(text: string): readonly string[] | undefined {
  if (!text.startsWith('[')) return undefined;
  try {
    const value = JSON.parse(text) as unknown;
    return Array.isArray(value) && value.every((word) => typeof word === 'string') ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Levenshtein's. */
function distance(a: string, b: string): number {
  let row = [...Array(b.length + 1).keys()];
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length]!;
}

/** `$NAME`, `${NAME}`, `${NAME:-else}`, `${NAME:+then}` filled in; quotes and escapes taken away. */
export function expandWord(text: string, values: ReadonlyMap<string, string>): string {
  let out = '';
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (quote === "'") {
      if (char === "'") quote = '';
      else out += char;
    } else if (char === '\\' && at + 1 < text.length) {
      const next = text[++at]!;
      out += quote === '"' && !/["$\\]/.test(next) ? `\\${next}` : next;
    } else if (char === '"' || (char === "'" && quote === '')) quote = quote === '' ? char : '';
    else if (char === '$') {
      const match = /^\$(?:\{(\w+)(?::([-+])([^}]*))?\}|(\w+))/.exec(text.slice(at));
      if (!match) {
        out += char;
        continue;
      }
      const value = values.get(match[1] ?? match[4]!) ?? '';
      if (match[2] === '-') out += value === '' ? expandWord(match[3]!, values) : value;
      else if (match[2] === '+') out += value === '' ? '' : expandWord(match[3]!, values);
      else out += value;
      at += match[0].length - 1;
    } else out += char;
  }
  return out;
}

/** Words parted at blanks outside quotes; quotes and escapes stay. */
export function quotedWords(text: string): readonly string[] {
  return text.match(/(?:\\.|"(?:\\.|[^"\\])*"|'[^']*'|[^\s"'\\])+/g) ?? [];
}

/** `A=1 B="two words"`, or the old form `A the rest`. */
export function pairs(text: string, values: ReadonlyMap<string, string>): readonly (readonly [string, string])[] {
  const words = quotedWords(text);
  if (words[0] !== undefined && !words[0].includes('=')) {
    const rest = text.slice(text.indexOf(words[0]) + words[0].length).trim();
    return [[words[0], expandWord(rest, values)]];
  }
  return words.map((word) => {
    const cut = word.indexOf('=');
    return [
      expandWord(cut < 0 ? word : word.slice(0, cut), values),
      cut < 0 ? '' : expandWord(word.slice(cut + 1), values),
    ];
  });
}

/** Words apart, variables put in, quotes taken off. */
export function splitWords(text: string, values: ReadonlyMap<string, string>): string[] {
  return quotedWords(text).map((word) => expandWord(word, values));
}
