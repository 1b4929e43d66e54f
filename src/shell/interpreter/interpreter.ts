/** The interpreter's functions as one record, which shells carry: see shell.ts, Interpreter. */
import { parse } from 'unbash';
import type { Bytes } from '../../base/bytes';
import type { Process } from '../../base/process';
import { builtins, declarations } from '../builtins/index';
import { runNode, runStatements } from './execute';
import { expandParts, expandPattern, expandText } from './expand';
import type { Interpreter, Shell } from './shell';
import { invoke } from './simple';
import { parseScript, type SyntaxFault } from './syntax';

export const interpreter: Interpreter = {
  builtins,
  declarations,
  run: runStatements,
  runBody: runNode,
  runText,
  invoke,
  pieces: expandParts,
  word: expandText,
  pattern: expandPattern,
  expandTyped,
};

/** eval, source, traps: a text in this shell, in its own lines. */
function* runText(shell: Shell, text: Bytes, firstLine: number, label = ''): Process<void> {
  const { source, position } = shell;
  const { statements, fault } = parseScript(text);
  shell.source = { text, firstLine };
  try {
    if (statements.length > 0) yield* runStatements(shell, statements);
    else shell.status = 0;
    if (fault) yield* tellFault(shell, fault, label);
  } finally {
    shell.source = source;
    shell.position = position;
  }
}

/** A syntax error in the shell's words; the status is 2. */
export function* tellFault(shell: Shell, fault: SyntaxFault, label = ''): Process<void> {
  const line = shell.source.firstLine + fault.line - 1;
  const numbered = !shell.interactive && shell.dialect === 'bash';
  const prefix = numbered
    ? `${shell.name}: ${label}line ${line}: `
    : `${shell.dialect === 'bash' ? shell.name : 'sh'}: `;
  yield* shell.err(`${prefix}${fault.words}\n`);
  if (numbered && fault.quoted !== undefined) yield* shell.err(`${prefix}\`${fault.quoted}'\n`);
  shell.status = 2;
}

function* expandTyped(shell: Shell, text: Bytes): Process<Bytes> {
  const command = parse(`: ${text}`).commands[0]?.command;
  const word = command?.type === 'Command' ? command.suffix[0] : undefined;
  if (word?.type === 'Word') return yield* expandText(shell, word);
  return text;
}
