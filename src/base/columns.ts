/** Aligned text columns from tab-separated cells. Follows Go text/tabwriter, with the settings docker uses. */

export interface ColumnStyle {
  /** The least width of a column, its padding included. */
  readonly minWidth: number;
  /** Blanks after the longest cell. */
  readonly padding: number;
}

/** `docker ps` and every other table. */
const TABLE_COLUMNS: ColumnStyle = { minWidth: 10, padding: 3 };

/** The width that docker's tables give a text: its code points. */
export function textWidth(text: string): number {
  let width = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0xdc00 || unit > 0xdfff) width++;
  }
  return width;
}

/**
 * Replaces the tabs of `text` by blanks. A cell ends at its tab; what follows the last tab of a line belongs to no
 * column. A column is a run of neighbouring lines that all have the cell, so a line without tabs starts anew.
 */
export function alignColumns(text: string, style: ColumnStyle = TABLE_COLUMNS): string {
  const lines = text.split('\n').map((line) => line.split('\t'));
  const out: string[] = lines.map(() => '');
  layOut(lines, out, 0, lines.length, [], style);
  return out.join('\n');
}

function layOut(
  lines: readonly string[][],
  out: string[],
  from: number,
  to: number,
  widths: number[],
  style: ColumnStyle,
): void {
  const column = widths.length;
  for (let at = from; at < to; at++) {
    const line = lines[at]!;
    if (column >= line.length - 1) {
      out[at] = joinCells(line, widths);
      continue;
    }
    let width = style.minWidth;
    let end = at;
    for (; end < to && column < lines[end]!.length - 1; end++) {
      width = Math.max(width, textWidth(lines[end]![column]!) + style.padding);
    }
    widths.push(width);
    layOut(lines, out, at, end, widths, style);
    widths.pop();
    at = end - 1;
  }
}

function joinCells(cells: readonly string[], widths: readonly number[]): string {
  let out = '';
  cells.forEach((cell, at) => {
    const width = widths[at];
    out += width === undefined ? cell : cell + ' '.repeat(Math.max(0, width - textWidth(cell)));
  });
  return out;
}
