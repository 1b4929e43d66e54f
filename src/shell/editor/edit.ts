/** What keys do to the line: moving, deleting, killing, history. Nothing here draws. */
import { charWidth } from './layout';
import { changed, type Editor } from './state';

const WORD = /[\p{L}\p{N}]/u;

/** The start of the character before `at`, marks that stand over it included. */
function before(text: string, at: number): number {
  let k = at;
  do {
    k--;
    if (k > 0 && /[\udc00-\udfff]/.test(text[k]!)) k--;
  } while (k > 0 && charWidth(text[k]!) === 0);
  return Math.max(0, k);
}

function after(text: string, at: number): number {
  if (at >= text.length) return text.length;
  let k = at + (/[\ud800-\udbff]/.test(text[at]!) ? 2 : 1);
  while (k < text.length && charWidth(text[k]!) === 0) k++;
  return k;
}

function wordStart(text: string, at: number): number {
  let k = at;
  while (k > 0 && !WORD.test(text[k - 1]!)) k--;
  while (k > 0 && WORD.test(text[k - 1]!)) k--;
  return k;
}

function wordEnd(text: string, at: number): number {
  let k = at;
  while (k < text.length && !WORD.test(text[k]!)) k++;
  while (k < text.length && WORD.test(text[k]!)) k++;
  return k;
}

function blankWordStart(text: string, at: number): number {
  let k = at;
  while (k > 0 && /\s/.test(text[k - 1]!)) k--;
  while (k > 0 && !/\s/.test(text[k - 1]!)) k--;
  return k;
}

/** Takes from..to out of the line and keeps it for Ctrl-Y. */
function kill(editor: Editor, from: number, to: number): Editor {
  if (from === to) return { ...editor, killing: editor.killing };
  const { text, cursor, killed, killing } = editor;
  const piece = text.slice(from, to);
  const together = !killing ? piece : from < cursor ? piece + killed : killed + piece;
  return { ...changed(editor, text.slice(0, from) + text.slice(to), from), killed: together, killing: true };
}

function replaceWord(editor: Editor, change: (word: string) => string): Editor {
  const { text, cursor } = editor;
  const end = wordEnd(text, cursor);
  return changed(editor, text.slice(0, cursor) + change(text.slice(cursor, end)) + text.slice(end), end);
}

export function insert(editor: Editor, piece: string): Editor {
  const { text, cursor } = editor;
  return changed(editor, text.slice(0, cursor) + piece + text.slice(cursor), cursor + piece.length);
}

/** Another line of history; what was typed is kept as a draft. */
function visit(editor: Editor, at: number): Editor {
  if (at < 0 || at > editor.history.length || at === editor.historyAt) return editor;
  const drafts = new Map(editor.drafts).set(editor.historyAt, editor.text);
  const text = drafts.get(at) ?? editor.history[at] ?? '';
  return { ...editor, drafts, historyAt: at, text, cursor: text.length, undo: [] };
}

function transpose(editor: Editor): Editor {
  const { text } = editor;
  const cursor = editor.cursor === text.length ? before(text, text.length) : editor.cursor;
  if (cursor === 0 || text.length < 2) return editor;
  const left = before(text, cursor);
  const right = after(text, cursor);
  const swapped = text.slice(cursor, right) + text.slice(left, cursor);
  return changed(editor, text.slice(0, left) + swapped + text.slice(right), right);
}

/** Alt-.: the last word of the line before, of the one before that … */
function lastWord(editor: Editor): Editor {
  const { history, lastWord: was } = editor;
  const back = (was?.back ?? 0) + 1;
  const line = history.at(-back);
  if (line === undefined) return editor;
  const word = line.trim().split(/\s+/).at(-1) ?? '';
  const from = editor.cursor - (was?.length ?? 0);
  const text = editor.text.slice(0, from) + word + editor.text.slice(editor.cursor);
  return { ...changed(editor, text, from + word.length), lastWord: { back, length: word.length } };
}

const CHANGES: Record<string, (editor: Editor) => Editor> = {
  left: (e) => ({ ...e, cursor: before(e.text, e.cursor) }),
  right: (e) => ({ ...e, cursor: after(e.text, e.cursor) }),
  home: (e) => ({ ...e, cursor: 0 }),
  end: (e) => ({ ...e, cursor: e.text.length }),
  'word-left': (e) => ({ ...e, cursor: wordStart(e.text, e.cursor) }),
  'word-right': (e) => ({ ...e, cursor: wordEnd(e.text, e.cursor) }),
  up: (e) => visit(e, e.historyAt - 1),
  down: (e) => visit(e, e.historyAt + 1),
  'first-line': (e) => visit(e, 0),
  'last-line': (e) => visit(e, e.history.length),
  backspace: (e) => {
    const from = before(e.text, e.cursor);
    return e.cursor === 0 ? e : changed(e, e.text.slice(0, from) + e.text.slice(e.cursor), from);
  },
  delete: (e) =>
    e.cursor === e.text.length
      ? e
      : changed(e, e.text.slice(0, e.cursor) + e.text.slice(after(e.text, e.cursor)), e.cursor),
  'kill-line': (e) => kill(e, e.cursor, e.text.length),
  'kill-start': (e) => kill(e, 0, e.cursor),
  'kill-word': (e) => kill(e, e.cursor, wordEnd(e.text, e.cursor)),
  'kill-back-word': (e) => kill(e, wordStart(e.text, e.cursor), e.cursor),
  'kill-blank-word': (e) => kill(e, blankWordStart(e.text, e.cursor), e.cursor),
  yank: (e) => insert(e, e.killed),
  transpose,
  'last-word': lastWord,
  upcase: (e) => replaceWord(e, (word) => word.toUpperCase()),
  downcase: (e) => replaceWord(e, (word) => word.toLowerCase()),
  capitalize: (e) => replaceWord(e, (word) => word.replace(/[\p{L}]/u, (c) => c.toUpperCase())),
  undo: (e) => {
    const last = e.undo.at(-1);
    return last ? { ...e, ...last, undo: e.undo.slice(0, -1) } : e;
  },
  revert: (e) => (e.undo[0] ? { ...e, ...e.undo[0], undo: [] } : e),
};

/** Does what a key means to the line; undefined when it means nothing there. */
export function applyKey(editor: Editor, name: string): Editor | undefined {
  const change = CHANGES[name];
  if (!change) return undefined;
  const next = change(editor);
  const kills = name.startsWith('kill-');
  return {
    ...next,
    killing: kills && next.killing,
    lastWord: name === 'last-word' ? next.lastWord : undefined,
  };
}
