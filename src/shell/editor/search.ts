/** Ctrl-R: an incremental search backwards through history. */
import type { Editor, Search } from './state';

export function startSearch(editor: Editor): Editor {
  const before = { text: editor.text, cursor: editor.cursor };
  return { ...editor, search: { query: '', at: editor.history.length, failed: false, before } };
}

/** The next older line from `from` down that holds the query. */
function find(editor: Editor, query: string, from: number): number {
  for (let at = Math.min(from, editor.history.length - 1); at >= 0; at--) {
    if (editor.history[at]!.includes(query)) return at;
  }
  return -1;
}

function show(editor: Editor, search: Search): Editor {
  const text = editor.history[search.at] ?? search.before.text;
  const place = search.query === '' ? text.length : text.lastIndexOf(search.query);
  return { ...editor, search, text, cursor: place < 0 ? text.length : place };
}

/** Another query: the line shown may stay if it still holds it. */
export function searchFor(editor: Editor, query: string): Editor {
  const search = editor.search!;
  if (query === '') {
    return { ...editor, ...search.before, search: { ...search, query, at: editor.history.length, failed: false } };
  }
  const found = find(editor, query, query.length < search.query.length ? editor.history.length : search.at);
  if (found < 0) return { ...editor, search: { ...search, query, failed: true } };
  return show(editor, { ...search, query, at: found, failed: false });
}

/** Ctrl-R again: further back. */
export function searchOlder(editor: Editor): Editor {
  const search = editor.search!;
  if (search.query === '') return editor;
  const found = find(editor, search.query, search.at - 1);
  if (found < 0) return { ...editor, search: { ...search, failed: true } };
  return show(editor, { ...search, at: found, failed: false });
}

/** Ends the search; the line found stays, or what was there before. */
export function endSearch(editor: Editor, keep: boolean): Editor {
  const search = editor.search!;
  if (!keep) return { ...editor, ...search.before, search: undefined };
  const found = search.at < editor.history.length;
  const drafts = found ? new Map(editor.drafts).set(editor.historyAt, search.before.text) : editor.drafts;
  return { ...editor, search: undefined, drafts, historyAt: found ? search.at : editor.historyAt };
}
