/** Places of the Raft view: managers on an ellipse in host order, each side of a partition on its own; logs below, or beside in a low pane. Pure. */
import type { Box, Point } from './nodes-layout';
import { type Disc, type RaftModel, sidesOf } from './raft-model';

export interface DiscPlace {
  readonly name: string;
  readonly x: number;
  readonly y: number;
}

export interface RaftLayout {
  readonly width: number;
  readonly height: number;
  readonly radius: number;
  readonly discs: readonly DiscPlace[];
  readonly tears: readonly (readonly Point[])[];
  readonly log: LogLayout;
  readonly notes: { readonly x: number; readonly y: number; readonly w: number };
}

export interface LogLayout extends Box {
  /** Indexes shown, first and last. */
  readonly first: number;
  readonly last: number;
  readonly cellX: number;
  readonly pitch: number;
  readonly rowPitch: number;
  /** Room for the columns right of the cells. */
  readonly wide: boolean;
}

const MARGIN = 16;
const CELL_PITCH = 35;
const ROW_PITCH = 33;
const NOTE_PITCH = 18;
/** Above a disc: seats and their word; below it: role and two lines. */
const ABOVE = 66;
const BELOW = 92;
/** A pane lower than this sees three or five managers on a flat ring, as wide as it can be. */
const LOW = 420;
const FLAT = 0.4;
const RX = { round: 230, flat: 400 };
/** A low pane of this width has the logs of three beside them, so that nothing is below its edge. */
const BESIDE = { width: 900, share: 0.48, managers: 3 };

export function raftLayout(model: RaftModel, width: number, room: number): RaftLayout {
  const radius = model.discs.length > 7 || width < 480 ? 28 : 36;
  const rows = model.discs.length;
  const logHeight = 30 + rows * ROW_PITCH + 24;
  const low = width >= 800 && room < LOW;
  const beside = low && width >= BESIDE.width && rows > 0 && rows <= BESIDE.managers;
  const notesHeight = model.notes.length * NOTE_PITCH * (beside || width < 560 ? 2 : 1) + 12;
  const sides = sidesOf(model.discs);
  const stacked = width < 520 && sides.length > 1;
  const needed = stageHeight(sides, stacked, radius, low);
  const below = beside ? 0 : logHeight + notesHeight + 16;
  const stage = Math.min(needed + 120, Math.max(needed, room - below));
  const stageWidth = beside ? Math.round(width * BESIDE.share) : width;
  const { discs, tears } = placeSides(sides, stageWidth, stage, { stacked, low, tilt: 0.9 * radius });
  const column = beside ? { x: stageWidth, y: 8, w: width - stageWidth } : { x: 0, y: stage, w: width };
  const log = logLayout(model, column, logHeight);
  const notes = { x: column.x + MARGIN, y: column.y + logHeight + 8, w: column.w - 2 * MARGIN };
  const height = Math.max(stage, column.y + logHeight + notesHeight) + (beside ? 0 : MARGIN);
  return { width, height, radius, discs, tears, log, notes };
}

/** Height that circles of managers need. */
function stageHeight(sides: readonly (readonly Disc[])[], stacked: boolean, radius: number, low: boolean): number {
  const heights = sides.map((side) => {
    const half = low && isFlat(side.length) ? FLAT : ring(side.length, radius);
    const tilted = sides.length > 1 && !stacked && side.length === 2 ? radius : 0;
    return ABOVE + BELOW + half * (2 * radius + 44) + 2 * radius + tilted;
  });
  if (heights.length === 0) return 60;
  return stacked ? heights.reduce((sum, one) => sum + one + 30, 0) : Math.max(...heights);
}

/** Rings on which no two stand one below the other, so that words under one disc meet no other. */
function isFlat(amount: number): boolean {
  return amount === 3 || amount === 5;
}

/** Half-heights of a ring by how many sit on it, in discs: one and two are a line. Small discs are of narrow panes. */
function ring(amount: number, radius: number): number {
  return amount <= 2 ? 0 : amount <= 4 ? 1.15 : amount <= 7 ? (radius < 36 ? 2.3 : 1.7) : 2.4;
}

const TEAR = 40;

function placeSides(
  sides: readonly (readonly Disc[])[],
  width: number,
  height: number,
  { stacked, low, tilt }: { readonly stacked: boolean; readonly low: boolean; readonly tilt: number },
): { discs: DiscPlace[]; tears: Point[][] } {
  const discs: DiscPlace[] = [];
  const tears: Point[][] = [];
  const gap = TEAR * (sides.length - 1);
  const total = sides.reduce((sum, side) => sum + weight(side), 0);
  let begin = 0;
  for (const [at, side] of sides.entries()) {
    const share = ((stacked ? height : width) - gap) * (weight(side) / total);
    const box = stacked ? { x: 0, y: begin, w: width, h: share } : { x: begin, y: 0, w: share, h: height };
    const rxMost = low && isFlat(side.length) ? RX.flat : RX.round;
    // The one nearer to the tear stands lower: what goes by passes above it, where no words are.
    const lean = sides.length === 1 || stacked ? 0 : at === 0 ? -tilt : tilt;
    discs.push(...placeRing(side, box, rxMost, lean));
    begin += share + TEAR;
    if (at + 1 === sides.length) break;
    const middle = Math.round(begin - TEAR / 2);
    tears.push(
      stacked
        ? [
            [4, middle],
            [width - 4, middle],
          ]
        : [
            [middle, 22],
            [middle, height - 14],
          ],
    );
  }
  return { discs, tears };
}

function weight(side: readonly Disc[]): number {
  return 1 + Math.min(2, side.length / 2);
}

/**
 * From the upper left on, clockwise: three are two above and one below. Two side by side stand `lean` lower and higher, so
 * that what comes from beyond passes neither on its way to the other.
 */
function placeRing(side: readonly Disc[], box: Box, rxMost: number, lean: number): DiscPlace[] {
  const middleX = box.x + box.w / 2;
  const middleY = (ABOVE + box.h - BELOW) / 2 + box.y + (box.y > 0 ? 10 : 0);
  // Two stand side by side where there is room, else one above the other.
  const upright = side.length === 2 && box.w < 300 && box.h > 360;
  const flat = side.length === 1 || (side.length === 2 && !upright);
  const rx = side.length === 1 || upright ? 0 : Math.max(56, Math.min(rxMost, box.w / 2 - 92));
  const ry = flat ? 0 : Math.max(40, Math.min(170, (box.h - ABOVE - BELOW) / 2 - 6));
  const first = upright ? -Math.PI / 2 : -Math.PI / 2 - Math.PI / side.length;
  return side.map((disc, at) => {
    const angle = first + (2 * Math.PI * at) / side.length;
    const down = flat && side.length === 2 ? (at === 0 ? lean : -lean) : 0;
    return {
      name: disc.name,
      x: Math.round(middleX + rx * Math.cos(angle)),
      y: Math.round(middleY + ry * Math.sin(angle) + down),
    };
  });
}

function logLayout(
  model: RaftModel,
  { x, y, w }: { readonly x: number; readonly y: number; readonly w: number },
  height: number,
): LogLayout {
  const wide = w >= 500;
  const cellX = x + MARGIN + (wide ? 96 : 58);
  const right = wide ? 190 : 0;
  const fits = Math.max(3, Math.min(16, Math.floor((x + w - MARGIN - cellX - right) / CELL_PITCH)));
  const last = Math.max(1, ...model.discs.map((disc) => disc.lastIndex));
  return {
    x: x + MARGIN,
    y,
    w: w - 2 * MARGIN,
    h: height,
    first: Math.max(1, last - fits + 1),
    last,
    cellX,
    pitch: CELL_PITCH,
    rowPitch: ROW_PITCH,
    wide,
  };
}
