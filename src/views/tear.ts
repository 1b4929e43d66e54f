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

/** An end of an arrow: a card, the side that it leaves or enters, and the height. */
export interface End {
  readonly card: Box & { readonly row: number };
  readonly right: boolean;
  readonly y: number;
}

/**
 * The way of an arrow from one card to another, in gutters only: along the gutter that both ends touch, else from one
 * gutter to the other through the corridor between the rows.
 *
 * @param corridors y of the free lines between rows, by row: the one under row k.
 */
export function throughGutters(from: End, to: End, corridors: readonly number[], gap: number): Point[] {
  const edge = ({ card, right }: End): number => (right ? card.x + card.w : card.x);
  const gutter = (end: End): number => edge(end) + (end.right ? gap / 2 : -gap / 2);
  const [outX, inX] = [gutter(from), gutter(to)];
  const level = corridors[Math.min(from.card.row, to.card.row)] ?? from.y;
  const between: Point[] =
    outX === inX
      ? []
      : [
          [outX, level],
          [inX, level],
        ];
  return [[edge(from), from.y], [outX, from.y], ...between, [inX, to.y], [edge(to), to.y]];
}
