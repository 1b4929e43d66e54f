/**
 * From text to a syntax tree, with bash's view of it: which commands may run before a broken one, what the error is
 * called, and whether more text is awaited. unbash is tolerant: its tree always exists, its errors must be asked for.
 */
import {
  type Command,
  forEachChild,
  type ParseError,
  parse,
  type Script,
  type Statement,
  type SyntaxNode,
} from 'unbash';
import type { Bytes } from '../../base/bytes';

export type FunctionNode = Extract<SyntaxNode, { type: 'Function' }>;

/** The text that positions of a tree count in, and the line number of its first line. */
export interface ScriptSource {
  readonly text: Bytes;
  readonly firstLine: number;
}

export interface SyntaxFault {
  /** bash's words, without the prefix: one or two lines. */
  readonly words: Bytes;
  /** The line to name, counted from 1 in this text. */
  readonly line: number;
  /** The offending line's text, which a script's message repeats. */
  readonly quoted: Bytes | undefined;
}

export interface ParsedText {
  /** What runs before the fault, or everything. */
  readonly statements: readonly Statement[];
  readonly fault: SyntaxFault | undefined;
}

/** Parses a script as bash does, which runs each line before it reads the next. */
export function parseScript(text: Bytes): ParsedText {
  const script = parse(text);
  const errors = deepErrors(script, text);
  if (errors.length === 0) return { statements: script.commands, fault: undefined };
  const first = errors.reduce((a, b) => (b.pos < a.pos ? b : a));
  // The command that the error is in is not run, nor are the others that begin on its first line.
  const apart = first.message.startsWith('unexpected token');
  const broken = script.commands.findLast(
    (statement) => statement.pos <= first.pos && (!apart || endOf(statement) >= first.pos),
  );
  const from = Math.min(broken?.pos ?? first.pos, first.pos);
  const lineStart = text.lastIndexOf('\n', from - 1) + 1;
  const statements = script.commands.filter((statement) => statement.pos < lineStart && endOf(statement) <= lineStart);
  return { statements, fault: describe(first, text) };
}

/** A command that is never closed has no end for the parser: it goes on to the end of the text. */
function endOf({ pos, end }: { readonly pos: number; readonly end: number }): number {
  return end > pos ? end : Number.POSITIVE_INFINITY;
}

/** Errors of the text and of the substitutions in it. */
function deepErrors(script: Script & { errors?: readonly ParseError[] | undefined }, text: Bytes): ParseError[] {
  const errors = [...(script.errors ?? [])];
  if (errors.length > 0 || !/\$\(|`|<\(|>\(/.test(text)) return errors;
  const visit = (node: SyntaxNode): void => {
    if (node.type === 'Script' && node.source === undefined) errors.push(...(node.errors ?? []));
    forEachChild(node, visit);
  };
  forEachChild(script, visit);
  return errors;
}

function lineOf(text: Bytes, at: number): number {
  let line = 1;
  for (let k = text.indexOf('\n'); k >= 0 && k < at; k = text.indexOf('\n', k + 1)) line++;
  return line;
}

const UNTERMINATED: readonly (readonly [RegExp, string])[] = [
  [/double quote/, '"'],
  [/single quote|ANSI-C/, "'"],
  [/backtick/, '`'],
  [/parameter expansion/, '}'],
  [/command substitution|arithmetic|process substitution|extended glob/, ')'],
  [/array subscript/, ']'],
];

/** bash's words for one of the parser's errors. */
function describe(error: ParseError, text: Bytes): SyntaxFault {
  const lines = text.replace(/\n+$/, '').split('\n').length;
  if (error.message.startsWith('unterminated')) {
    const mark = UNTERMINATED.find(([kind]) => kind.test(error.message))?.[1] ?? ')';
    const line = lineOf(text, error.pos);
    return { words: `unexpected EOF while looking for matching \`${mark}'`, line, quoted: undefined };
  }
  const from = error.pos + openerLength(error);
  const at = /^[ \t]*/.exec(text.slice(from))![0].length + from;
  const rest = text.slice(at);
  if (rest.trim() === '') {
    if (rest === '' || !expectsWord(error.message)) {
      return { words: 'syntax error: unexpected end of file', line: lines + 1, quoted: undefined };
    }
  }
  const line = lineOf(text, at);
  // The parser has read past the word that stands where `do` should.
  const passed = error.message === "expected 'do'" ? /[;\n]\s*([^\s;]+)\s*$/.exec(text.slice(0, at))?.[1] : undefined;
  const token = passed ?? nextToken(rest);
  return {
    words: `syntax error near unexpected token \`${token}'`,
    line,
    quoted: text.split('\n')[line - 1] ?? '',
  };
}

/** Where a group is empty the parser points at what opens it, bash at what comes instead of a command. */
function openerLength(error: ParseError): number {
  return /^expected command in (?:brace group|subshell)/.test(error.message) ? 1 : 0;
}

/** A newline in this place is the unexpected token itself, not a reason to read on. */
function expectsWord(message: string): boolean {
  return /redirect target|expected 'in'/.test(message);
}

function nextToken(rest: Bytes): Bytes {
  if (rest.startsWith('\n')) return 'newline';
  const match = /^(?:;;&|;;|;&|&&|\|\||\|&|&>>|&>|<<<|<<-|<<|>>|>&|<&|<>|>\||[;&|()<>]|[^\s;&|()<>]+)/.exec(rest);
  return match?.[0] ?? 'newline';
}

/** Whether bash would run this text now, rather than wait for another line. */
export function isComplete(text: Bytes): boolean {
  const script = parse(text);
  const errors = deepErrors(script, text);
  const end = text.trimEnd().length;
  for (const error of errors) {
    if (error.message.startsWith('unterminated')) return false;
    const rest = text.slice(error.pos + openerLength(error), end).trim();
    if (rest === '' && !expectsWord(error.message)) return false;
    if (rest !== '') return true;
  }
  if (/(?:^|[^\\])(?:\\\\)*\\\n?$/.test(text)) {
    // A backslash at the end of a comment joins no lines: what stands in its place would be no word.
    const probe = `${text.replace(/\\\n?$/, '')} x`;
    if (parse(probe).commands.at(-1)?.end === probe.length) return false;
  }
  return !text.includes('<<') || !hasOpenHereDocument(script);
}

function hasOpenHereDocument(script: Script): boolean {
  let open = false;
  const visit = (node: SyntaxNode): void => {
    if (node.type === 'HereDoc' && node.closing === undefined) open = true;
    if (!open) forEachChild(node, visit);
  };
  forEachChild(script, visit);
  return open;
}

const words = new Map<Bytes, Command | undefined>();

/** The simple command that a text is (an alias, braces made explicit), undefined when it is none or several. */
export function parseSimple(text: Bytes): Command | undefined {
  if (words.has(text)) return words.get(text);
  const script = parse(text);
  const only = script.commands[0];
  const simple =
    script.commands.length === 1 && !script.errors && only && !only.background && only.command.type === 'Command'
      ? only.command
      : undefined;
  if (words.size > 500) words.clear();
  words.set(text, simple);
  return simple;
}
