/** What a line editor remembers: plain data, a new one after every key. */
import type { Bytes } from '../../base/bytes';

export interface Editor {
  readonly columns: number;
  readonly rows: number;
  /** Undefined while no shell waits for a line. */
  readonly prompt: Bytes | undefined;
  /** Text, not bytes. */
  readonly text: string;
  /** In UTF-16 units of the text, never inside a character. */
  readonly cursor: number;
  /** Oldest first. */
  readonly history: readonly string[];
  /** The line of history that is shown; history.length is the one being typed. */
  readonly historyAt: number;
  /** Lines of history as they were changed and left, the one being typed too. */
  readonly drafts: ReadonlyMap<number, string>;
  /** What Ctrl-Y brings back. */
  readonly killed: string;
  /** The last key killed: the next kill adds to it. */
  readonly killing: boolean;
  /** Earlier states of this line, for undo. */
  readonly undo: readonly { readonly text: string; readonly cursor: number }[];
  readonly search: Search | undefined;
  /** The beginning of a key whose end has not come yet. */
  readonly partial: Bytes;
  /** The row of the cursor below the prompt's row, as drawn. */
  readonly row: number;
  /** Tab was the last key, and could not decide. */
  readonly tabbed: boolean;
  /** How far back Alt-. has reached. */
  readonly lastWord: { readonly back: number; readonly length: number } | undefined;
}

/** Ctrl-R: looking for a line in history. */
export interface Search {
  readonly query: string;
  /** The line of history that is shown. */
  readonly at: number;
  readonly failed: boolean;
  readonly before: { readonly text: string; readonly cursor: number };
}

/** What the keys amounted to: a finished line, Ctrl-C (send INT to the session), Ctrl-D on an empty line. */
export type EditorEvent =
  | { readonly kind: 'submit'; readonly line: Bytes }
  | { readonly kind: 'interrupt' }
  | { readonly kind: 'end' };

const UNDO_MAX = 200;

/** Another text, remembered for undo. */
export function changed(editor: Editor, text: string, cursor: number): Editor {
  const undo = [...editor.undo, { text: editor.text, cursor: editor.cursor }].slice(-UNDO_MAX);
  return { ...editor, text, cursor, undo };
}

/** Bytes on their way to the terminal that belong to a state. */
export interface Drawn {
  readonly editor: Editor;
  readonly output: Bytes;
}
