/** Lines that are not straight: the torn edge of a partition, and the way of an arrow through the gutters. Pure. */
import type { Box, Point } from './nodes-layout';

const TOOTH = 7;
const DEPTH = 3;

/** The two torn edges along a path, `half` pixels to its either side, as SVG paths; `band` is the area between. */
export function tornEdges(path: readonly Point[], half: number): { edges: string; band: string } {
  const left = side(path, half);
  const right = side(path, -half);
  const line = (points: readonly Point[]): string => `M${points.map(([x, y]) => `${x} ${y}`).join('L')}`;
  return { edges: line(left) + line(right), band: `${line([...left, ...[...right].reverse()])}z` };
}

/** A zigzag beside the path: corners are met where the offset lines cross, teeth lie between them. */
function side(path: readonly Point[], offset: number): Point[] {
  const corners = path.map((point, at) => shifted(path, point, at, offset));
  const out: Point[] = [];
  for (let at = 0; at + 1 < corners.length; at++) {
    const [x1, y1] = corners[at]!;
    const [x2, y2] = corners[at + 1]!;
    const long = Math.abs(x2 - x1) + Math.abs(y2 - y1);
    const teeth = Math.max(1, Math.round(long / TOOTH));
    const flat = y1 === y2;
    for (let tooth = 0; tooth < teeth; tooth++) {
      const depth = tooth % 2 === 0 ? DEPTH : -DEPTH;
      const x = Math.round(x1 + ((x2 - x1) * tooth) / teeth);
      const y = Math.round(y1 + ((y2 - y1) * tooth) / teeth);
      out.push(flat ? [x, y + depth] : [x + depth, y]);
    }
  }
  out.push(corners[corners.length - 1]!);
  return out;
}

/** A corner of the path moved to the left of its way (offset above 0) or the right. */
function shifted(path: readonly Point[], [x, y]: Point, at: number, offset: number): Point {
  const before = path[at - 1];
  const after = path[at + 1];
  let dx = 0;
  let dy = 0;
  for (const [from, to] of [
    [before, path[at]],
    [path[at], after],
  ] as const) {
    if (from === undefined || to === undefined) continue;
    if (to[1] === from[1]) dy = -Math.sign(to[0] - from[0]) * offset || dy;
    else dx = Math.sign(to[1] - from[1]) * offset || dx;
  }
  return [x + dx, y + dy];
}

/**
 * The way of an arrow from one card to another at the height of two tiles, in gutters only: straight between
 * neighbours, else down or up the gutter beside the first, along the corridor, and in from the gutter beside the other.
 *
 * @param corridors y of the free lines between rows, by row: the one under row k.
 */
export function throughGutters(
  from: Box & { readonly row: number; readonly column: number },
  fromY: number,
  to: Box & { readonly row: number; readonly column: number },
  toY: number,
  corridors: readonly number[],
  gap: number,
): Point[] {
  const right = to.column > from.column || (to.column === from.column && to.row !== from.row);
  const outX = right ? from.x + from.w : from.x;
  const gutterOut = right ? outX + gap / 2 : outX - gap / 2;
  const near = Math.abs(to.column - from.column) <= 1 && to.column !== from.column;
  const same = to.column === from.column;
  const inRight = same ? right : to.column < from.column;
  const inX = inRight ? to.x + to.w : to.x;
  const gutterIn = inRight ? inX + gap / 2 : inX - gap / 2;
  if (near || same) {
    return [
      [outX, fromY],
      [gutterOut, fromY],
      [gutterOut, toY],
      [inX, toY],
    ];
  }
  const level = corridors[Math.min(from.row, to.row)] ?? corridors[0] ?? fromY;
  return [
    [outX, fromY],
    [gutterOut, fromY],
    [gutterOut, level],
    [gutterIn, level],
    [gutterIn, toY],
    [inX, toY],
  ];
}
