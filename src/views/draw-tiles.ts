/** Tasks and plain containers as tiles: stripe says the service, ring and glyph the state, words beside it the rest. */

import { select } from 'd3-selection';
import { group, isNew, keyed, make, put, say, set } from './draw';
import { FILLED, GLYPH, stripeClass } from './glyphs';
import { type CardBox, PITCH, seatPlace } from './nodes-layout';
import type { Density, Tile } from './nodes-types';
import { shorten } from './text';

/** Tasks that may appear with a movement in one frame; more come at once. */
const MOVES_MAX = 12;
const LEAVE_MS = 400;

export interface TilePlaces {
  readonly density: Density;
  readonly seatOf: (tile: Tile) => number;
  /** Room for the words right of a tile. */
  readonly room: number;
  readonly across: number;
  readonly width: number;
}

/** The whole of what a reader hears of a tile. */
export function tileLabel(tile: Tile): string {
  const before = tile.edges.length === 0 ? '' : `, ${tile.edges.length} before it`;
  return `${tile.name}, ${tile.word}${before}`;
}

/** Draws the tiles of one card; calm when none of them may move. */
export function drawTiles(parent: SVGGElement, tiles: readonly Tile[], places: TilePlaces, calm: boolean): void {
  const fresh = tiles.length - parent.childElementCount;
  const still = calm || fresh > MOVES_MAX;
  keyed(
    parent,
    tiles,
    (tile) => `${tile.id}/${places.density}`,
    (tile) => makeTile(tile, places.density, still),
    (element, tile) => showTile(element, tile, places),
    (element) => leaveTile(element, still || element.classList.contains('tiny')),
  );
}

function makeTile(tile: Tile, density: Density, still: boolean): SVGGElement {
  const element = make('g', {
    'data-item': '',
    'data-table': tile.table,
    'data-id': tile.id,
    tabindex: -1,
    role: 'button',
  });
  const half = PITCH[density].size / 2;
  const small = density !== 'tiles';
  const round = tile.table === 'container' ? 0 : small ? 2.5 : 5;
  const reach = small ? 3 : 4;
  const halo = half + reach;
  element.append(
    make('rect', { class: 'halo', x: -halo, y: -halo, width: 2 * halo, height: 2 * halo, rx: round + reach }),
  );
  const look = make('g', { class: still || small ? 'look' : 'look appears' });
  const box = { x: -half, y: -half, width: 2 * half, height: 2 * half, rx: round };
  look.append(make('path', { class: 'edges' }), make('path', { class: 'edges failed' }));
  look.append(make('rect', { class: 'base', ...box }), make('rect', { class: 'ring', ...box }));
  const stripe = small
    ? { x1: -half + 3, x2: -half + 3, y1: -3.5, y2: 3.5 }
    : { x1: -half + 5, x2: -half + 5, y1: -half + 6, y2: half - 6 };
  look.append(make('line', { class: stripeClass(tile.order), ...stripe }));
  look.append(make('path', { class: 'glyph' }));
  element.append(look);
  if (!small)
    element.append(make('text', { class: 'name', x: 23, y: -3 }), make('text', { class: 'word', x: 23, y: 11 }));
  element.append(make('title'));
  return element;
}

function showTile(element: SVGGElement, tile: Tile, places: TilePlaces): void {
  const [x, y] = seatPlace(places.density, places.across, places.width, places.seatOf(tile));
  const half = PITCH[places.density].size / 2;
  put(element, x + half, y + half);
  if (!isNew(element, JSON.stringify([tile, places.room]))) return;
  const small = places.density !== 'tiles';
  const fails = tile.kind === 'failed' && element.getAttribute('class')?.includes('tile') === true;
  const kinds = [tile.ghost ? 'ghost' : '', small ? 'tiny' : '', tile.batch ? 'batch' : '', fails ? 'fails' : ''];
  set(element, {
    class: ['tile', tile.kind, ...kinds.filter((one) => one !== '')].join(' '),
    'aria-label': tileLabel(tile),
    'data-service': tile.serviceId,
  });
  const glyph = element.querySelector('.glyph')!;
  const kind = tile.ghost ? 'running' : tile.kind;
  set(glyph, {
    class: FILLED.has(kind) ? 'glyph filled' : 'glyph',
    d: GLYPH[kind],
    transform: small ? 'translate(1.5 0) scale(.55)' : 'translate(2.5 0)',
  });
  drawEdges(element, tile, half);
  say(element.querySelector('title')!, tileLabel(tile));
  if (small) return;
  say(element.querySelector('.name')!, shorten(tile.name, places.room, 12));
  say(element.querySelector('.word')!, shorten(tile.word, places.room + 6, 11));
}

/** Earlier attempts stand behind a tile as thin edges above it. */
function drawEdges(element: SVGGElement, tile: Tile, half: number): void {
  const lines: string[][] = [[], []];
  const pitch = half > 8 ? 2.6 : 2;
  for (const [back, failed] of [...tile.edges].reverse().entries()) {
    if (half < 8 && back > 0) break;
    const y = -half - 1.6 - pitch * back;
    const reach = half - 4 - back;
    lines[failed ? 1 : 0]!.push(`M${-reach} ${y}h${2 * reach}`);
  }
  const [ended, failed] = element.querySelectorAll('.edges');
  set(ended!, { d: lines[0]!.join('') || 'M0 0' });
  set(failed!, { d: lines[1]!.join('') || 'M0 0' });
}

/** A tile that leaves fades towards its slot's history. */
function leaveTile(element: SVGGElement, still: boolean): void {
  element.removeAttribute('data-item');
  element.setAttribute('aria-hidden', 'true');
  if (still || matchMedia('(prefers-reduced-motion: reduce)').matches) {
    element.remove();
    return;
  }
  element.classList.add('leaves');
  setTimeout(() => element.remove(), LEAVE_MS);
}

/** Brackets round the tiles of one card that an update replaces together. */
export function drawBrackets(parent: SVGGElement, tiles: readonly Tile[], card: CardBox, places: TilePlaces): void {
  const rows = new Map<string, { x1: number; x2: number; y: number }>();
  const pitch = places.across > 1 ? Math.floor((card.w - 28) / places.across) : card.w - 28;
  for (const tile of places.density === 'tiles' ? tiles : []) {
    if (!tile.batch) continue;
    const [x, y] = seatPlace(places.density, places.across, places.width, places.seatOf(tile));
    const row = rows.get(`${tile.serviceId}/${y}`);
    const span = { x1: Math.min(row?.x1 ?? x, x), x2: Math.max(row?.x2 ?? 0, x + pitch), y };
    rows.set(`${tile.serviceId}/${y}`, span);
  }
  keyed(
    parent,
    [...rows],
    ([key]) => key,
    () => {
      const element = make('g');
      group(select(element as Element), 'bracket').append('path');
      return element;
    },
    (element, [, { x1, x2, y }]) => {
      const left = x1 - 7;
      const right = Math.min(x2 - 1, card.w - 6);
      set(element.querySelector('path')!, {
        d: `M${left + 5} ${y - 4}h-5v38h5M${right - 5} ${y - 4}h5v38h-5`,
      });
    },
  );
}
