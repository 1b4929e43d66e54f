/**
 * Where the prompt and the line stand on the screen, and the bytes that draw them.
 *
 * The terminal wraps at its right edge: a character that fills the last column leaves the cursor waiting there, so a
 * line that ends exactly at the edge is followed by a blank and a return, which move it to the next row.
 */
import { type Bytes, fromUtf8, utf8 } from '../../base/bytes';
import type { Drawn, Editor } from './state';

/** First and last code points of characters that are two columns wide (Unicode 11, as xterm counts them). */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x231a, 0x231b],
  [0x2329, 0x232a],
  [0x23e9, 0x23ec],
  [0x23f0, 0x23f0],
  [0x23f3, 0x23f3],
  [0x25fd, 0x25fe],
  [0x2614, 0x2615],
  [0x2648, 0x2653],
  [0x267f, 0x267f],
  [0x2693, 0x2693],
  [0x26a1, 0x26a1],
  [0x26aa, 0x26ab],
  [0x26bd, 0x26be],
  [0x26c4, 0x26c5],
  [0x26ce, 0x26ce],
  [0x26d4, 0x26d4],
  [0x26ea, 0x26ea],
  [0x26f2, 0x26f3],
  [0x26f5, 0x26f5],
  [0x26fa, 0x26fa],
  [0x26fd, 0x26fd],
  [0x2705, 0x2705],
  [0x270a, 0x270b],
  [0x2728, 0x2728],
  [0x274c, 0x274c],
  [0x274e, 0x274e],
  [0x2753, 0x2755],
  [0x2757, 0x2757],
  [0x2795, 0x2797],
  [0x27b0, 0x27b0],
  [0x27bf, 0x27bf],
  [0x2b1b, 0x2b1c],
  [0x2b50, 0x2b50],
  [0x2b55, 0x2b55],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f004, 0x1f004],
  [0x1f0cf, 0x1f0cf],
  [0x1f18e, 0x1f18e],
  [0x1f191, 0x1f19a],
  [0x1f200, 0x1f320],
  [0x1f32d, 0x1f335],
  [0x1f337, 0x1f37c],
  [0x1f37e, 0x1f393],
  [0x1f3a0, 0x1f3ca],
  [0x1f3cf, 0x1f3d3],
  [0x1f3e0, 0x1f3f0],
  [0x1f3f4, 0x1f3f4],
  [0x1f3f8, 0x1f43e],
  [0x1f440, 0x1f440],
  [0x1f442, 0x1f4fc],
  [0x1f4ff, 0x1f53d],
  [0x1f54b, 0x1f54e],
  [0x1f550, 0x1f567],
  [0x1f57a, 0x1f57a],
  [0x1f595, 0x1f596],
  [0x1f5a4, 0x1f5a4],
  [0x1f5fb, 0x1f64f],
  [0x1f680, 0x1f6c5],
  [0x1f6cc, 0x1f6cc],
  [0x1f6d0, 0x1f6d2],
  [0x1f6eb, 0x1f6ec],
  [0x1f6f4, 0x1f6f9],
  [0x1f910, 0x1f93e],
  [0x1f940, 0x1f970],
  [0x1f973, 0x1f976],
  [0x1f97a, 0x1f97a],
  [0x1f97c, 0x1f9a2],
  [0x1f9b0, 0x1f9b9],
  [0x1f9c0, 0x1f9c2],
  [0x1f9d0, 0x1f9ff],
  [0x20000, 0x3fffd],
];

/** Marks over other characters, and what only directs them. */
const NOTHING = /^(?:\p{Mn}|\p{Me}|[\u200b-\u200f\u2028-\u202e\u2060-\u2064])$/u;

/** Columns that a character takes: 0, 1 or 2. */
export function charWidth(character: string): number {
  const point = character.codePointAt(0)!;
  if (point < 0x300) return 1;
  if (NOTHING.test(character)) return 0;
  if (point < 0x1100) return 1;
  let low = 0;
  let high = WIDE.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const [from, to] = WIDE[middle]!;
    if (point < from) high = middle - 1;
    else if (point > to) low = middle + 1;
    else return 2;
  }
  return 1;
}

export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) width += charWidth(character);
  return width;
}

/** Control characters are shown as ^X. */
function shown(character: string): string {
  const code = character.charCodeAt(0);
  if (code === 127) return '^?';
  return code < 32 && character !== '\n' ? `^${String.fromCharCode(code + 64)}` : character;
}

/** A place on the screen, from the first row of the prompt's last line. `full`: the cursor waits at the right edge. */
interface Place {
  row: number;
  column: number;
  full: boolean;
}

function advance(place: Place, character: string, columns: number): void {
  if (character === '\n') {
    place.row++;
    place.column = 0;
    place.full = false;
    return;
  }
  const width = charWidth(character);
  if (width === 0) return;
  if (place.full || place.column + width > columns) {
    place.row++;
    place.column = 0;
    place.full = false;
  }
  place.column += width;
  if (place.column >= columns) place.full = true;
}

/** Where one stands after a text: at the edge that is the start of the next row. */
function settle(place: Place): { row: number; column: number } {
  return place.full ? { row: place.row + 1, column: 0 } : { row: place.row, column: place.column };
}

function walk(text: string, columns: number): Place {
  const place: Place = { row: 0, column: 0, full: false };
  for (const character of text) for (const part of shown(character)) advance(place, part, columns);
  return place;
}

/** The prompt's last line without escape sequences, and whole. */
function lastLine(prompt: Bytes): { plain: string; raw: Bytes } {
  const raw = prompt.slice(prompt.lastIndexOf('\n') + 1);
  // biome-ignore lint/complexity/useRegexLiterals: escape sequences read better built
  const plain = fromUtf8(raw.replace(new RegExp('\\u001b\\[[0-9;?]*[A-Za-z]|\\u001b\\][^\\u0007]*\\u0007', 'g'), ''));
  return { plain, raw };
}

function currentPrompt(editor: Editor): { plain: string; raw: Bytes } {
  if (!editor.search) return lastLine(editor.prompt ?? '');
  const plain = `(${editor.search.failed ? 'failed ' : ''}reverse-i-search)\`${editor.search.query}': `;
  return { plain, raw: utf8(plain) };
}

function up(rows: number): string {
  return rows > 0 ? `\x1b[${rows}A` : '';
}

/** Draws prompt and line anew over what stands there, and puts the cursor in its place. */
export function redraw(editor: Editor): Drawn {
  const { columns } = editor;
  const prompt = currentPrompt(editor);
  const display = [...editor.text].map((c) => (c === '\n' ? '\r\n' : shown(c))).join('');
  const end = walk(prompt.plain + editor.text, columns);
  const cursor = settle(walk(prompt.plain + editor.text.slice(0, editor.cursor), columns));
  const last = settle(end);
  const edge = end.full ? ' \r' : '';
  const back = `${up(last.row - cursor.row)}\r${cursor.column > 0 ? `\x1b[${cursor.column}C` : ''}`;
  const place = cursor.row === last.row && cursor.column === last.column ? '' : back;
  return {
    editor: { ...editor, row: cursor.row },
    output: `${up(editor.row)}\r\x1b[J${prompt.raw}${utf8(display)}${edge}${place}`,
  };
}

/** A character at the end of the line that fits in its row: it is only written. undefined: draw anew. */
export function appended(before: Editor, after: Editor, text: string): Drawn | undefined {
  if (before.search || before.cursor !== before.text.length || /[\x00-\x1f\x7f]/.test(text)) return undefined;
  const { plain } = currentPrompt(before);
  const from = walk(plain + before.text, before.columns);
  const to = walk(plain + after.text, after.columns);
  if (from.full || to.full || to.row !== from.row) return undefined;
  return { editor: { ...after, row: to.row }, output: utf8(text) };
}

/** Leaves the line: to its end, and to a fresh row. */
export function leave(editor: Editor, mark = ''): Bytes {
  const to = settle(walk(currentPrompt(editor).plain + editor.text, editor.columns));
  const down = to.row - editor.row;
  const move = `${down > 0 ? `\x1b[${down}B` : ''}\r${to.column > 0 ? `\x1b[${to.column}C` : ''}`;
  const already = editor.cursor === editor.text.length;
  return `${already ? '' : move}${mark}\r\n`;
}

/** The prompt for the first time: all its lines. */
export function first(editor: Editor): Drawn {
  const prompt = editor.prompt ?? '';
  const head = prompt.slice(0, prompt.lastIndexOf('\n') + 1).replaceAll('\n', '\r\n');
  const drawn = redraw({ ...editor, row: 0 });
  return { editor: drawn.editor, output: head + drawn.output.replace('\r\x1b[J', '') };
}
