/** Tab: what completion offers, put into the line or listed below it. */
import { utf8 } from '../../base/bytes';
import { type Completer, completeLine } from '../completion';
import { leave, redraw, textWidth } from './layout';
import { changed, type Drawn, type Editor } from './state';

const BELL = '\x07';
const LISTED_MAX = 300;

/** One Tab: completes as far as is certain; the second one in a row lists what is possible. */
export function tab(editor: Editor, completer: Completer | undefined): Drawn {
  if (!completer) return { editor, output: BELL };
  const { start, candidates } = completeLine(editor.text, editor.cursor, completer);
  const [only] = candidates;
  if (!only) return { editor, output: BELL };
  const typed = editor.text.slice(start, editor.cursor);
  const put = (text: string): Editor => {
    const line = editor.text.slice(0, start) + text + editor.text.slice(editor.cursor);
    return { ...changed(editor, line, start + text.length), tabbed: false };
  };
  if (candidates.length === 1) {
    const blank = only.final && editor.text[editor.cursor] !== ' ' ? ' ' : '';
    return redraw(put(only.text + blank));
  }
  const common = commonStart(candidates.map((candidate) => candidate.text));
  if (common.length > typed.length && common.startsWith(typed)) return redraw({ ...put(common), tabbed: true });
  if (!editor.tabbed) return { editor: { ...editor, tabbed: true }, output: BELL };
  const shown = candidates.slice(0, LISTED_MAX).map((candidate) => candidate.shown);
  const more = candidates.length > LISTED_MAX ? `… ${candidates.length - LISTED_MAX} more\r\n` : '';
  const drawn = redraw({ ...editor, row: 0 });
  return {
    editor: drawn.editor,
    output: leave(editor) + utf8(inColumns(shown, editor.columns) + more) + drawn.output,
  };
}

function commonStart(texts: readonly string[]): string {
  let common = texts[0] ?? '';
  for (const text of texts) {
    let k = 0;
    while (k < common.length && common[k] === text[k]) k++;
    common = common.slice(0, k);
  }
  return common;
}

/** Names down in columns, as readline lists them. */
function inColumns(names: readonly string[], columns: number): string {
  const width = Math.max(...names.map(textWidth)) + 2;
  const across = Math.max(1, Math.floor(columns / width));
  const rows = Math.ceil(names.length / across);
  let out = '';
  for (let row = 0; row < rows; row++) {
    let line = '';
    for (let at = row; at < names.length; at += rows) {
      const name = names[at]!;
      line += at + rows < names.length ? name + ' '.repeat(width - textWidth(name)) : name;
    }
    out += `${line}\r\n`;
  }
  return out;
}
