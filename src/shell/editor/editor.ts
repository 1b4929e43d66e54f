/**
 * The line editor: a pure machine beside the world. Keys in; bytes for the terminal, and finished lines, out.
 * Follows readline's emacs mode.
 */
import { type Bytes, fromUtf8, utf8 } from '../../base/bytes';
import type { Completer } from '../completion';
import { applyKey, insert } from './edit';
import { decodeKey, type Key } from './keys';
import { appended, first, leave, redraw } from './layout';
import { endSearch, searchFor, searchOlder, startSearch } from './search';
import type { Drawn, Editor, EditorEvent } from './state';
import { tab } from './tab';

export type { Editor, EditorEvent } from './state';

export interface EditorStep {
  readonly editor: Editor;
  /** For the terminal. */
  readonly output: Bytes;
  readonly event?: EditorEvent;
  /** Keys after the event: feed them to whoever reads next (a program's tty, or this editor when it opens again). */
  readonly rest: Bytes;
}

const HISTORY_MAX = 1000;
const BELL = '\x07';

/** `history` is oldest first. */
export function newEditor(columns: number, rows: number, history: readonly string[] = []): Editor {
  return {
    columns: Math.max(1, columns),
    rows,
    prompt: undefined,
    text: '',
    cursor: 0,
    history,
    historyAt: history.length,
    drafts: new Map(),
    killed: '',
    killing: false,
    undo: [],
    search: undefined,
    partial: '',
    row: 0,
    tabbed: false,
    lastWord: undefined,
  };
}

/** A shell asked for a line: shows the prompt. */
export function editorOpen(editor: Editor, prompt: Bytes): EditorStep {
  const fresh: Editor = {
    ...newEditor(editor.columns, editor.rows, editor.history),
    killed: editor.killed,
    prompt,
  };
  return { ...first(fresh), rest: '' };
}

/** The terminal has another size now: draws the line anew. */
export function editorResize(editor: Editor, columns: number, rows: number): EditorStep {
  const sized: Editor = { ...editor, columns: Math.max(1, columns), rows };
  if (editor.prompt === undefined) return { editor: sized, output: '', rest: '' };
  return { ...redraw(sized), rest: '' };
}

/** Keys, as the terminal sends them. Without an open prompt nothing is taken. */
export function editorKeys(editor: Editor, keys: Bytes, completer?: Completer): EditorStep {
  if (editor.prompt === undefined) return { editor, output: '', rest: keys };
  let bytes = editor.partial + keys;
  let now: Editor = { ...editor, partial: '' };
  let output = '';
  if (now.text === '' && !now.search && keys.length > 2) bytes = withoutPrompt(bytes, now.prompt!);
  while (bytes !== '') {
    const { key, used } = decodeKey(bytes);
    if (used === 0) {
      now = { ...now, partial: bytes };
      break;
    }
    bytes = bytes.slice(used);
    if (!key) continue;
    const step = press(now, key, completer);
    now = step.editor;
    output += step.output;
    if (step.event) return { editor: now, output, event: step.event, rest: bytes };
  }
  return { editor: now, output, rest: '' };
}

/** A command pasted with the prompt it was shown at: `$ docker ps`, and `> ` where a line goes on. */
function withoutPrompt(bytes: Bytes, prompt: Bytes): Bytes {
  const pasted = bytes.replace(/^\x1b\[200~/, '');
  if (prompt === '> ') return pasted.replace(/^[ \t]*> /, '');
  return pasted.replace(/^[ \t]*\$ (?=\S)/, '');
}

interface Pressed extends Drawn {
  readonly event?: EditorEvent;
}

function press(editor: Editor, key: Key, completer: Completer | undefined): Pressed {
  if (editor.search) return pressInSearch(editor, key, completer);
  const rested: Editor = { ...editor, tabbed: false };
  if ('insert' in key) {
    const text = fromUtf8(key.insert);
    const next: Editor = { ...insert(rested, text), killing: false, lastWord: undefined };
    return appended(editor, next, text) ?? redraw(next);
  }
  switch (key.name) {
    case 'enter':
      return submit(rested);
    case 'interrupt':
      return { ...closed(rested, leave(rested, '^C')), event: { kind: 'interrupt' } };
    case 'delete-or-end':
      if (editor.text === '') return { ...closed(rested, ''), event: { kind: 'end' } };
      return edited(rested, 'delete');
    case 'tab':
      return tab({ ...rested, tabbed: editor.tabbed }, completer);
    case 'clear': {
      const drawn = redraw({ ...rested, row: 0 });
      return { editor: drawn.editor, output: `\x1b[H\x1b[2J${drawn.output}` };
    }
    case 'search':
      return redraw(startSearch(rested));
    case 'comment':
      return submit({ ...rested, text: `#${rested.text}` });
    default:
      return edited(rested, key.name);
  }
}

function edited(editor: Editor, name: string): Pressed {
  const next = applyKey(editor, name);
  if (!next) return { editor, output: '' };
  const same = next.text === editor.text && next.cursor === editor.cursor;
  if (same) return { editor: next, output: moves(name) ? BELL : '' };
  return redraw(next);
}

/** Keys that ring when they cannot move further. */
function moves(name: string): boolean {
  return name === 'up' || name === 'down' || name === 'backspace' || name === 'left' || name === 'right';
}

function submit(editor: Editor): Pressed {
  const { text, history } = editor;
  const kept = text.trim() === '' || text.startsWith(' ') || history.at(-1) === text ? history : [...history, text];
  const out = closed(editor, leave(editor));
  return {
    editor: { ...out.editor, history: kept.slice(-HISTORY_MAX) },
    output: out.output,
    event: { kind: 'submit', line: utf8(text) },
  };
}

function closed(editor: Editor, output: Bytes): Drawn {
  const { columns, rows, history, killed } = editor;
  return { editor: { ...newEditor(columns, rows, history), killed }, output };
}

function pressInSearch(editor: Editor, key: Key, completer: Completer | undefined): Pressed {
  const query = editor.search!.query;
  if ('insert' in key) return redraw(searchFor(editor, query + fromUtf8(key.insert)));
  switch (key.name) {
    case 'search':
      return redraw(searchOlder(editor));
    case 'backspace':
      return redraw(searchFor(editor, [...query].slice(0, -1).join('')));
    case 'abort':
      return redraw(endSearch(editor, false));
    case 'interrupt': {
      const drawn = redraw(endSearch(editor, false));
      const next = press(drawn.editor, key, completer);
      return { ...next, output: drawn.output + next.output };
    }
    default: {
      const drawn = redraw(endSearch(editor, true));
      const next = press(drawn.editor, key, completer);
      return { ...next, output: drawn.output + next.output };
    }
  }
}
