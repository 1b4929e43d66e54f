/**
 * What is wrong with a YAML text, in the words and with the line numbers of docker's own parser. It names the line
 * where the block or bracket around the mistake begins, counted from 0, except for what its scanner finds.
 * Follows go.yaml.in/yaml/v3 decode.go (fail) and scannerc.go.
 */
import type { YAMLError } from 'yaml';

/** What docker's reader refuses before it looks at anything. */
export function forbiddenText(text: string): string | undefined {
  if (/[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(text)) return 'yaml: control characters are not allowed';
  const version = /^%YAML +(\S+)/m.exec(text)?.[1] ?? '1.1';
  return version === '1.1' ? undefined : 'yaml: found incompatible YAML document';
}

/** The message with `yaml: ` before it, from all that the parser complains of. */
export function yamlComplaint(text: string, errors: readonly YAMLError[]): string {
  const error = errors[0]!;
  const at = error.pos[0];
  const lonely = errors.find(({ message }) => message.startsWith('Implicit map keys need'));
  switch (error.code) {
    case 'TAB_AS_INDENT': {
      // A plain text that could go on in the next line is still being read.
      const before = text.lastIndexOf('\n', at - 1);
      const line = text.slice(text.lastIndexOf('\n', before - 1) + 1, Math.max(0, before));
      if (/[:-]\s+[^\s"'|>[{#&*!]/.test(line)) {
        return scanner(text, before - 1, at, 'found a tab character that violates indentation');
      }
      return scanner(text, at, at, 'found character that cannot start any token');
    }
    case 'BAD_SCALAR_START':
      return scanner(text, at, at, 'found character that cannot start any token');
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'MULTILINE_IMPLICIT_KEY': {
      const colon = text.slice(at).search(/:(\s|$)/) + at;
      if (colon < at || lonely?.pos[0] === at) break;
      return scanner(text, colon, colon, 'mapping values are not allowed in this context');
    }
    case 'BAD_ALIAS':
      return scanner(text, at, at, 'did not find expected alphabetic or numeric character');
    case 'BAD_DQ_ESCAPE':
      return scanner(text, text.lastIndexOf('"', at - 1), at, 'found unknown escape character');
    case 'MISSING_CHAR': {
      const mark = /closing (["'])/.exec(error.message)?.[1];
      if (mark) return scanner(text, text.lastIndexOf(mark, at - 1), at, 'found unexpected end of stream');
      break;
    }
  }
  const flow = flowProblem(text, error);
  if (flow !== undefined) return flow;
  if (lonely && !/^-\s/.test(text.slice(lonely.pos[0], lonely.pos[0] + 2)))
    return scanner(text, lonely.pos[0], lonely.pos[0], "could not find expected ':'");
  const { line, dash } = enclosingBlock(text, at);
  return parser(text, line, at, dash ? "did not find expected '-' indicator" : 'did not find expected key');
}

/** A mistake inside of brackets. */
function flowProblem(text: string, { message, pos: [at] }: YAMLError): string | undefined {
  const kind =
    /flow (map|sequence)/i.exec(message)?.[1] ?? (/at node end/.test(message) ? openKind(text, at) : undefined);
  if (kind === undefined) return undefined;
  const [open, close] = kind === 'map' ? '{}' : '[]';
  const what = message.startsWith('Unexpected ,')
    ? 'did not find expected node content'
    : `did not find expected ',' or '${close}'`;
  return parser(text, lineOf(text, openBracket(text, at, open!, close!)), at, what);
}

/** Of the bracket that is still open. */
function openKind(text: string, at: number): string | undefined {
  const open: string[] = [];
  for (const c of text.slice(0, at)) {
    if (c === '{' || c === '[') open.push(c);
    else if (c === '}' || c === ']') open.pop();
  }
  const last = open.at(-1);
  return last === undefined ? undefined : last === '{' ? 'map' : 'sequence';
}

/** The scanner counts from 1, and says nothing for the first line. */
function scanner(text: string, context: number, at: number, what: string): string {
  const line = lineOf(text, context) || lineOf(text, at);
  return line === 0 ? `yaml: ${what}` : `yaml: line ${line + 1}: ${what}`;
}

function parser(text: string, context: number, at: number, what: string): string {
  const line = context || lineOf(text, at);
  return line === 0 ? `yaml: ${what}` : `yaml: line ${line}: ${what}`;
}

/** From 0. */
export function lineOf(text: string, at: number): number {
  return text.slice(0, Math.max(0, at)).split('\n').length - 1;
}

function openBracket(text: string, at: number, open: string, close: string): number {
  let depth = 0;
  for (let i = at - 1; i >= 0; i--) {
    if (text[i] === close) depth++;
    else if (text[i] === open && depth-- === 0) return i;
  }
  return 0;
}

/** The first line of the mapping or list that the mistake stands in, by its indentation. */
function enclosingBlock(text: string, at: number): { line: number; dash: boolean } {
  const lines = text.split('\n');
  const wrong = lineOf(text, at);
  const indentOf = (line: string) => line.length - line.trimStart().length;
  const blank = (line: string) => /^\s*(#|$)/.test(line);
  // What stands behind something on its line is in that line's own block.
  let inner = /\S/.test(text.slice(text.lastIndexOf('\n', at - 1) + 1, at)) ? wrong : wrong - 1;
  while (inner > 0 && (blank(lines[inner]!) || indentOf(lines[inner]!) > indentOf(lines[wrong]!))) inner--;
  const indent = indentOf(lines[Math.max(0, inner)] ?? '');
  const isDash = (line: string) => /^\s*-(\s|$)/.test(line);
  let first = Math.max(0, inner);
  for (let line = first - 1; line >= 0; line--) {
    if (blank(lines[line]!)) continue;
    if (indentOf(lines[line]!) < indent) break;
    if (indentOf(lines[line]!) === indent) first = line;
  }
  return { line: first, dash: isDash(lines[first] ?? '') };
}
