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
const WITH_FLAGS = ['ADD', 'COPY', 'FROM', 'HEALTHCHECK', 'RUN'];

/** The instructions, or the sentence with which the file is refused. `name` is how the file was called. */
export function parseDockerfile(text: string, name: string): Result<readonly Instruction[], string> {
  const found: Instruction[] = [];
  let pending = '';
  let start = 0;
  const lines = text.split(/\r?\n/);
  for (const [at, raw] of lines.entries()) {
    if (/^\s*#/.test(raw) || (raw.trim() === '' && pending !== '')) continue;
    if (pending === '') start = at + 1;
    const more = /\\[ \t]*$/.test(raw);
    pending += more ? raw.replace(/\\[ \t]*$/, '') : raw;
    if (more && at < lines.length - 1) continue;
    if (pending.trim() !== '') {
      const made = instruction(pending.trim(), start);
      if (!made.ok) return made;
      found.push(made.value);
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
  if (!NAMES.includes(name)) return fail(`dockerfile parse error on line ${line}: unknown instruction: ${word}`);
  const flags = new Map<string, string>();
  let text = rest;
  for (let flag = flagAt(name, text); flag; flag = flagAt(name, text)) {
    flags.set(flag[1]!, flag[2] ?? 'true');
    text = text.slice(flag[0].length);
  }
  if (text === '' && name !== 'CMD') {
    return fail(
      `dockerfile parse error on line ${line}: ${name} requires ${name === 'RUN' ? 'at least' : 'exactly'} one argument`,
    );
  }
  return ok({ name, text, shown: `${name} ${rest}`, flags, list: jsonWords(text), line });
}

function flagAt(name: string, text: string): RegExpExecArray | null {
  return WITH_FLAGS.includes(name) ? /^--([a-z-]+)(?:=(\S*))?\s+/.exec(text) : null;
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

/** Puts variables in: $A, ${A}, ${A:-other}, ${A:+other}; a backslash keeps a dollar. */
export function substitute(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(
    /\\\$|\$(\w+)|\$\{(\w+)(?::([-+])([^}]*))?\}/g,
    (whole: string, plain?: string, braced?: string, sign?: string, other?: string) => {
      if (whole === '\\$') return '$';
      const value = values.get(plain ?? braced ?? '') ?? '';
      if (sign === '-') return value === '' ? (other ?? '') : value;
      if (sign === '+') return value === '' ? '' : (other ?? '');
      return value;
    },
  );
}

/** Words apart, quotes taken off. */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  const pattern = /((?:[^\s"'\\]|\\[\s\S]|"(?:[^"\\]|\\[\s\S])*"|'[^']*')+)/g;
  for (const [word] of text.matchAll(pattern)) {
    words.push(
      word.replace(
        /"((?:[^"\\]|\\[\s\S])*)"|'([^']*)'|\\([\s\S])/g,
        (_all, double?: string, single?: string, one?: string) =>
          double === undefined ? (single ?? one ?? '') : double.replace(/\\([\s\S])/g, '$1'),
      ),
    );
  }
  return words;
}

/** `A=1 B="two words"`, or the old `A one two`. */
export function pairs(text: string): readonly (readonly [string, string])[] {
  const first = /^[^\s=]+(?=[\s=])/.exec(text)?.[0] ?? text;
  if (text[first.length] !== '=') {
    return [[first, text.slice(first.length).trim()]];
  }
  return splitWords(text).map((word) => {
    const at = word.indexOf('=');
    return at < 0 ? [word, ''] : [word.slice(0, at), word.slice(at + 1)];
  });
}
