/**
 * Places of the Nodes view: cards in host order hanging on the LAN cable, the services in the cell after the last host.
 * Pure: the same model and size give the same picture. Pixels, whole numbers.
 *
 *     [card][card][card]      row 0
 *     ──┴─────┴─────┴───      the cable of rows 0 and 1, in their corridor
 *     [card][card][services]  row 1
 */
import type { Density, HostModel, NodesModel } from './nodes-types';
import { textWidth } from './text';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export interface CardBox extends Box {
  readonly name: string;
  readonly row: number;
  readonly column: number;
  /** Columns of tasks in it. */
  readonly across: number;
  /** Where its cable is: x of the drop, from the card's edge to the lane. */
  readonly dropX: number;
  readonly dropFrom: number;
  readonly dropTo: number;
  /** Upper card of its corridor: hangs the cable from its lower edge. */
  readonly upper: boolean;
  readonly segment: number;
}

/** A horizontal stretch of cable: one a corridor and LAN segment. */
export interface Lane {
  readonly id: string;
  readonly segment: number;
  readonly y: number;
  readonly x1: number;
  readonly x2: number;
}

/** The same LAN segment in several corridors hangs together at the right margin. */
export interface Trunk {
  readonly id: string;
  readonly x: number;
  readonly y1: number;
  readonly y2: number;
}

export type Point = readonly [x: number, y: number];

export interface NodesLayout {
  readonly width: number;
  readonly height: number;
  readonly cards: readonly CardBox[];
  readonly lanes: readonly Lane[];
  readonly trunks: readonly Trunk[];
  /** Where the LAN is torn: paths between the groups. */
  readonly tears: readonly (readonly Point[])[];
  /** The services' cell. */
  readonly services: Box;
  /** The services stand in one line under the cable: there is no room for rows. */
  readonly strip: boolean;
  readonly torn: boolean;
}

export const MARGIN = 16;
export const PORT_H = 15;
export const HEAD = 58;
export const FOOT = 26;
const TOP = 30;
const GAP = 14;
const GAP_TORN = 20;
const CORRIDOR = { rest: 96, least: 56, torn: 92 };
const BETWEEN = 34;

/** Size and pitch of a task by density. */
export const PITCH: Readonly<Record<Density, { readonly x: number; readonly y: number; readonly size: number }>> = {
  tiles: { x: 96, y: 40, size: 30 },
  small: { x: 16, y: 16, size: 12 },
  dots: { x: 8, y: 8, size: 6 },
  bars: { x: 0, y: 0, size: 0 },
};

const CARD_LEAST = { roomy: 204, narrow: 164 };
/** Lower than this there is room for one row of cards. */
const ONE_ROW = 380;

/** A line of services: how far it goes up beside the cable's own words, and the room that it leaves them. */
const STRIP_UP = 14;
const STRIP_RIGHT = 120;
export const STRIP_PITCH = 24;

/** Columns of cards in a width, and how wide a card is then: in a low pane narrow ones, if all hosts fit in a row so. */
function columnsFor(width: number, height: number, hosts: number, gap: number): { columns: number; card: number } {
  const inner = width - 2 * MARGIN;
  const wide = inner >= 640;
  const fitting = (least: number): number => Math.max(1, Math.floor((inner + gap) / (least + gap)));
  const roomy = fitting(wide ? CARD_LEAST.roomy : CARD_LEAST.narrow);
  const low = wide && height < ONE_ROW && roomy < hosts && fitting(CARD_LEAST.narrow) >= hosts;
  const columns = low ? hosts : Math.max(1, Math.min(roomy, Math.max(hosts + 1, wide ? 3 : 2)));
  return { columns, card: Math.floor((inner - gap * (columns - 1)) / columns) };
}

/** Tasks side by side in a card: names decide, as long as there are few. */
function tasksAcross(model: NodesModel, card: number): number {
  const room = card - 28;
  if (model.density !== 'tiles') return Math.max(1, Math.floor((room + 4) / Math.max(1, PITCH[model.density].x)));
  if (card < 200) return 1;
  const most = Math.max(0, ...model.hosts.map((host) => host.tiles.length));
  const widest = Math.max(0, ...model.hosts.flatMap((host) => host.tiles.map((tile) => textWidth(tile.name, 12))));
  return widest > 70 && most <= 4 ? 1 : 2;
}

/** Height of a card that holds this many seats. */
function cardHeight(model: NodesModel, seats: number, across: number): number {
  if (!model.swarm && seats === 0) return 78;
  if (model.density === 'bars') return 110;
  const { y } = PITCH[model.density];
  const rows = Math.ceil(seats / across);
  const least = model.density === 'tiles' ? (across === 1 && model.hosts.length > 6 ? 1 : 2) : 3;
  return HEAD + 2 + Math.max(least, rows) * y + (model.density === 'tiles' ? 0 : 6) + FOOT - 2;
}

/** Seats taken on a host, holes included. */
export type SeatCount = (host: string) => number;

export function nodesLayout(model: NodesModel, seats: SeatCount, width: number, height: number): NodesLayout {
  const { hosts } = model;
  const torn = new Set(hosts.map((host) => host.segment)).size > 1;
  const gap = torn ? GAP_TORN : GAP;
  const { columns, card } = columnsFor(width, height, hosts.length, gap);
  const across = tasksAcross(model, card);
  const rows = Math.max(1, Math.ceil(hosts.length / columns));
  const heights = Array.from({ length: rows }, (_, row) => {
    const here = hosts.slice(row * columns, (row + 1) * columns);
    return Math.max(...here.map((host) => cardHeight(model, seats(host.name), across)), 0);
  });
  const { tops, bottom, corridor } = rowTops(heights, height, torn);
  const cards = hosts.map((host, at) => {
    const row = Math.floor(at / columns);
    const column = at % columns;
    const x = MARGIN + column * (card + gap);
    return cardBox(host, { x, y: tops[row]!, w: card, h: heights[row]! }, row, column, across);
  });
  const { lanes, trunks, placed } = cables(cards, tops, heights, corridor, width, torn);
  const strip = rows === 1 && columns === hosts.length && !torn && height < ONE_ROW;
  const cell = servicesBox(hosts.length, columns, { card, gap, width, tops, heights, bottom });
  const services = strip ? { ...cell, y: bottom - STRIP_UP, w: cell.w - STRIP_RIGHT } : cell;
  const tears = torn ? tearPaths(placed, columns, rows, { card, gap, tops, heights, corridor }) : [];
  const shown = strip ? stripHeight(model, services.w) : servicesHeight(model, services.w) + MARGIN;
  const needed = Math.max(strip ? 0 : bottom + MARGIN, services.y + shown);
  return { width, height: needed, cards: placed, lanes, trunks, tears, services, strip, torn };
}

function cardBox(host: HostModel, box: Box, row: number, column: number, across: number): CardBox {
  return {
    ...box,
    name: host.name,
    row,
    column,
    across,
    dropX: box.x + Math.floor(box.w / 2),
    dropFrom: 0,
    dropTo: 0,
    upper: row % 2 === 0,
    segment: host.segment,
  };
}

/** Where rows begin: two rows share a corridor for their cable, as high as there is room for. */
function rowTops(
  heights: readonly number[],
  room: number,
  torn: boolean,
): { tops: number[]; bottom: number; corridor: number } {
  const corridors = Math.ceil(heights.length / 2);
  const cardsHeight = heights.reduce((sum, one) => sum + one, 0);
  const pairs = corridors - 1;
  const fixed = TOP + cardsHeight + pairs * BETWEEN + MARGIN;
  const least = torn ? CORRIDOR.torn : CORRIDOR.least;
  const corridor = Math.max(least, Math.min(CORRIDOR.rest, Math.floor((room - fixed) / corridors)));
  const tops: number[] = [];
  let y = TOP;
  for (const [row, height] of heights.entries()) {
    tops.push(y);
    y += height + (row % 2 === 0 ? corridor : BETWEEN);
  }
  const lonely = heights.length % 2 === 1;
  return { tops, bottom: lonely ? y - corridor + 48 : y - BETWEEN, corridor };
}

interface Cables {
  readonly lanes: Lane[];
  readonly trunks: Trunk[];
  readonly placed: CardBox[];
}

/** Lanes of each corridor: one for each LAN segment that hangs there, those above nearer to the upper cards. */
function cables(
  cards: readonly CardBox[],
  tops: readonly number[],
  heights: readonly number[],
  corridor: number,
  width: number,
  torn: boolean,
): Cables {
  const lanes: Lane[] = [];
  const placed: CardBox[] = [];
  const corridors = Math.ceil(tops.length / 2);
  for (let at = 0; at < corridors; at++) {
    const here = cards.filter((card) => Math.floor(card.row / 2) === at);
    const top = tops[2 * at]! + heights[2 * at]!;
    const lonely = 2 * at + 1 >= tops.length;
    const room = lonely ? 56 : corridor - PORT_H;
    const segments = [...new Set(here.map((card) => card.segment))].sort(
      (a, b) => upperShare(here, b) - upperShare(here, a) || a - b,
    );
    for (const [order, segment] of segments.entries()) {
      const mine = here.filter((card) => card.segment === segment);
      // Of two, each keeps to its own side of the tear between them.
      const share =
        segments.length === 2 && !lonely ? (order === 0 ? 0.17 : 0.83) : (order + 1) / (segments.length + 1);
      const y = top + Math.round(room * share);
      for (const card of mine) {
        placed.push({ ...card, dropFrom: card.upper ? card.y + card.h : card.y, dropTo: y });
      }
      const xs = mine.map((card) => card.dropX);
      lanes.push({
        id: `${at}/${segment}`,
        segment,
        y,
        x1: torn ? Math.min(...xs) : MARGIN,
        x2: torn ? Math.max(...xs) : width - MARGIN,
      });
    }
  }
  placed.sort((a, b) => a.row - b.row || a.column - b.column);
  return { ...hangTogether(lanes, width, torn), placed };
}

function upperShare(cards: readonly CardBox[], segment: number): number {
  const mine = cards.filter((card) => card.segment === segment);
  return mine.filter((card) => card.upper).length / mine.length;
}

/** Lanes of one segment in different corridors meet at the right margin, each segment in a line of its own. */
function hangTogether(lanes: readonly Lane[], width: number, torn: boolean): { lanes: Lane[]; trunks: Trunk[] } {
  const trunks: Trunk[] = [];
  const out = [...lanes];
  const segments = [...new Set(lanes.map((lane) => lane.segment))];
  let used = 0;
  for (const segment of segments) {
    const mine = out.filter((lane) => lane.segment === segment);
    if (mine.length < 2) continue;
    const x = torn ? width - 4 - 4 * used++ : width - Math.floor(MARGIN / 2);
    for (const lane of mine) out[out.indexOf(lane)] = { ...lane, x2: x };
    const ys = mine.map((lane) => lane.y);
    trunks.push({ id: `${segment}`, x, y1: Math.min(...ys), y2: Math.max(...ys) });
  }
  return { lanes: out, trunks };
}

interface Grid {
  readonly card: number;
  readonly gap: number;
  readonly tops: readonly number[];
  readonly heights: readonly number[];
}

/** The cell after the last host: the rest of its row, or a row of its own. */
function servicesBox(
  hosts: number,
  columns: number,
  grid: Grid & { readonly width: number; readonly bottom: number },
): Box {
  const column = hosts % columns;
  const row = Math.floor(hosts / columns);
  if (column === 0) {
    return { x: MARGIN, y: grid.bottom + 24, w: grid.width - 2 * MARGIN, h: 0 };
  }
  const x = MARGIN + column * (grid.card + grid.gap);
  return { x, y: grid.tops[row]!, w: grid.width - MARGIN - x, h: grid.heights[row]! };
}

export const SERVICE_PITCH = 25;
export const SERVICES_MAX = 14;
export const TRAY_MAX = 4;

/** Two columns where there is room: services left, what waits and the notes right. */
export function servicesSplit(width: number): boolean {
  return width >= 420;
}

/** Height of the services' cell, in pixels. */
export function servicesHeight(model: NodesModel, width: number): number {
  if (!model.swarm) return 0;
  const rows = Math.min(model.services.length, SERVICES_MAX) + (model.services.length > SERVICES_MAX ? 1 : 0);
  const left = 26 + Math.max(1, rows) * SERVICE_PITCH + (servicesSplit(width) ? 0 : noteLines(model, width) * 16 + 4);
  const tiles = Math.min(model.tray.length, TRAY_MAX);
  const tray = tiles === 0 ? 0 : 24 + tiles * 40 + (model.tray.length > TRAY_MAX ? 18 : 0) + 3 * 15;
  return servicesSplit(width) ? Math.max(left, tray + noteLines(model, width / 2) * 16) : left + tray;
}

/** Height of the services' line with what stands under it. */
function stripHeight(model: NodesModel, width: number): number {
  const tiles = Math.min(model.tray.length, TRAY_MAX);
  const tray = tiles === 0 ? 0 : 24 + tiles * 40 + (model.tray.length > TRAY_MAX ? 18 : 0) + 3 * 15;
  const below = noteLines(model, width) * 16 + tray;
  return model.swarm ? STRIP_PITCH + below + (below > 0 ? MARGIN : 0) : 0;
}

/** Lines that the notes take, at about 5.9 px a letter. */
export function noteLines(model: NodesModel, width: number): number {
  return model.notes.reduce((sum, note) => sum + Math.max(1, Math.ceil((note.length * 5.9) / width)), 0);
}

/**
 * Edges between neighbours of different segments, joined to paths. Corners are gutters by levels: above the rows,
 * in the corridors and between the pairs of rows.
 */
function tearPaths(
  cards: readonly CardBox[],
  columns: number,
  rows: number,
  grid: Grid & { readonly corridor: number },
): Point[][] {
  const segmentAt = new Map(cards.map((card) => [`${card.column},${card.row}`, card.segment]));
  const segment = (column: number, row: number): number | undefined => segmentAt.get(`${column},${row}`);
  const differ = (a: number | undefined, b: number | undefined): boolean =>
    a !== undefined && b !== undefined && a !== b;
  const edges: (readonly [string, string])[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      if (differ(segment(column - 1, row), segment(column, row)))
        edges.push([`${column},${row}`, `${column},${row + 1}`]);
      if (differ(segment(column, row - 1), segment(column, row)))
        edges.push([`${column},${row}`, `${column + 1},${row}`]);
    }
  }
  const place = (corner: string): Point => {
    const [column, level] = corner.split(',').map(Number) as [number, number];
    return [cornerX(column, columns, grid), levelY(level, grid)];
  };
  return chains(edges).map((chain) => chain.map(place));
}

function cornerX(column: number, columns: number, { card, gap }: Grid): number {
  if (column === 0) return 2;
  const x = MARGIN + column * (card + gap) - Math.floor(gap / 2);
  return column === columns ? x - Math.floor(gap / 2) + MARGIN - 2 : x;
}

function levelY(level: number, { tops, heights, corridor }: Grid & { readonly corridor: number }): number {
  if (level === 0) return 14;
  const above = tops[level - 1]! + heights[level - 1]!;
  if (level >= tops.length) return above + 18;
  return level % 2 === 1 ? above + Math.round((corridor - PORT_H) / 2) : above + Math.floor((BETWEEN - PORT_H) / 2);
}

/** Joins edges to as few paths as a walk finds: from loose ends first. */
function chains(edges: readonly (readonly [string, string])[]): string[][] {
  const left = new Set(edges);
  const degree = new Map<string, number>();
  for (const edge of edges) for (const corner of edge) degree.set(corner, (degree.get(corner) ?? 0) + 1);
  const out: string[][] = [];
  while (left.size > 0) {
    const all = [...left];
    const first = all.find(([a, b]) => degree.get(a)! !== 2 || degree.get(b)! !== 2) ?? all[0]!;
    const start = degree.get(first[0])! !== 2 ? first[0] : degree.get(first[1])! !== 2 ? first[1] : first[0];
    const chain = [start];
    for (let here = start; ; ) {
      const next = [...left].find((edge) => edge.includes(here));
      if (next === undefined) break;
      left.delete(next);
      here = next[0] === here ? next[1] : next[0];
      chain.push(here);
    }
    out.push(chain);
  }
  return out;
}

/** Where a seat is in its card, from the card's corner. */
export function seatPlace(density: Density, across: number, cardWidth: number, seat: number): Point {
  const { x, y } = PITCH[density];
  const pitch = density === 'tiles' && across > 1 ? Math.floor((cardWidth - 28) / across) : x;
  return [14 + (seat % across) * pitch, HEAD + 2 + Math.floor(seat / across) * y];
}
