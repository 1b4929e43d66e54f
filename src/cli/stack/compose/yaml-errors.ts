/**
 * What is wrong with a YAML text, in the words and with the line numbers of docker's own parser. It names the line
 * where the block or bracket around the mistake begins, counted from 0, except for what its scanner finds.
 * Follows go.yaml.in/yaml/v3 decode.go (fail) and scannerc.go.
 */
import type { YAMLError } from 'yaml';

/** The message with `yaml: ` before it. */
export function yamlComplaint(text: string, error: YAMLError): string {
  const at = error.pos[0];
  switch (error.code) {
    case 'TAB_AS_INDENT':
    case 'BAD_SCALAR_START':
      return scanner(text, at, at, 'found character that cannot start any token');
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'MULTILINE_IMPLICIT_KEY': {
      const colon = text.slice(at).search(/:(\s|$)/) + at;
      if (colon < at) break;
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
  const flow = /^Flow (map|sequence)/.exec(error.message)?.[1];
  if (flow) {
    const [open, close] = flow === 'map' ? '{}' : '[]';
    return parser(
      text,
      lineOf(text, openBracket(text, at, open!, close!)),
      at,
      `did not find expected ',' or '${close}'`,
    );
  }
  const { line, dash } = enclosingBlock(text, at);
  return parser(text, line, at, dash ? "did not find expected '-' indicator" : 'did not find expected key');
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
  let inner = wrong - 1;
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
