/** The line editor: a pure machine beside the world. Keys in; bytes for the terminal and finished lines out. */
import { type Bytes, fromUtf8, utf8 } from '../base/bytes';
import type { Completer } from './completion';

/** Plain data; every function here returns a new one. */
export interface Editor {
  readonly columns: number;
  readonly rows: number;
  /** Undefined while no shell waits for a line. */
  readonly prompt: Bytes | undefined;
  /** Text, not bytes. */
  readonly text: string;
  readonly cursor: number;
  readonly history: readonly string[];
}

/** What the keys amounted to: a finished line, Ctrl-C (send INT to the session), Ctrl-D on an empty line. */
export type EditorEvent =
  | { readonly kind: 'submit'; readonly line: Bytes }
  | { readonly kind: 'interrupt' }
  | { readonly kind: 'end' };

export interface EditorStep {
  readonly editor: Editor;
  /** For the terminal. */
  readonly output: Bytes;
  readonly event?: EditorEvent;
  /** Keys after the event: feed them to whoever reads next (a program's tty, or this editor when it opens again). */
  readonly rest: Bytes;
}

/** `history` is oldest first. */
export function newEditor(columns: number, rows: number, history: readonly string[] = []): Editor {
  return { columns, rows, prompt: undefined, text: '', cursor: 0, history };
}

/** A shell asked for a line: shows the prompt. */
export function editorOpen(editor: Editor, prompt: Bytes): EditorStep {
  return { editor: { ...editor, prompt, text: '', cursor: 0 }, output: prompt, rest: '' };
}

/** Keys, as the terminal sends them. Without an open prompt nothing is taken. */
export function editorKeys(editor: Editor, keys: Bytes, _completer?: Completer): EditorStep {
  if (editor.prompt === undefined) return { editor, output: '', rest: keys };
  const end = keys.search(/[\r\n]/);
  const text = editor.text + fromUtf8(end < 0 ? keys : keys.slice(0, end));
  if (end < 0) return { editor: { ...editor, text, cursor: text.length }, output: keys, rest: '' };
  return {
    editor: { ...editor, prompt: undefined, text: '', cursor: 0, history: [...editor.history, text] },
    output: `${keys.slice(0, end)}\r\n`,
    event: { kind: 'submit', line: utf8(text) },
    rest: keys.slice(end + 1),
  };
}

/** The terminal has another size now: redraws the line. */
export function editorResize(editor: Editor, columns: number, rows: number): EditorStep {
  return { editor: { ...editor, columns, rows }, output: '', rest: '' };
}
