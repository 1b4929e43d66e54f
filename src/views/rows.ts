/** Many hosts: one line each, or one cell each above a hundred. Same order, same acts, less of each. */

import { isNew, keyed, make, put, say, set } from './draw';
import { hostLabel, menuButton } from './draw-cards';
import { drawTiles } from './draw-tiles';
import { CROWN, FILLED, GLYPH, LETTER_M } from './glyphs';
import { type Box, MARGIN, servicesHeight } from './nodes-layout';
import type { HostModel, NodesModel, Tile } from './nodes-types';
import { shorten } from './text';

export const ROW_H = 30;
export const CELL = 22;

export interface RowsLayout {
  readonly boxes: readonly (Box & { readonly name: string })[];
  readonly height: number;
  readonly services: Box;
  /** Where a row's tasks begin, and how many stand side by side at this density. */
  readonly tasksX: number;
  readonly tasksW: number;
}

/** Services first, across the whole width; then the hosts, column by column. */
export function rowsLayout(model: NodesModel, width: number): RowsLayout {
  const inner = width - 2 * MARGIN;
  const services = { x: MARGIN, y: 14, w: inner, h: servicesHeight(model, inner) };
  const top = services.y + services.h + 20;
  const cells = model.form === 'cells';
  const pitch = cells ? CELL : Math.floor(inner / Math.max(1, Math.floor(inner / 330)));
  const columns = Math.max(1, Math.floor(inner / pitch));
  const boxes = model.hosts.map((host, at) => ({
    name: host.name,
    x: MARGIN + (at % columns) * pitch,
    y: top + Math.floor(at / columns) * (cells ? CELL : ROW_H),
    w: cells ? CELL - 4 : pitch - 12,
    h: cells ? CELL - 4 : ROW_H - 2,
  }));
  const last = boxes[boxes.length - 1];
  const tasksX = 150;
  return { boxes, services, height: (last?.y ?? top) + ROW_H + MARGIN, tasksX, tasksW: pitch - 12 - tasksX - 34 };
}

export interface RowsDrawing {
  readonly model: NodesModel;
  readonly layout: RowsLayout;
  readonly seatOf: (host: string, tile: Tile) => number;
  readonly calm: boolean;
}

export function drawRows(parent: SVGGElement, drawing: RowsDrawing): void {
  const { model, layout } = drawing;
  const boxes = new Map(layout.boxes.map((box) => [box.name, box]));
  keyed(
    parent,
    model.hosts,
    (host) => host.name,
    (host) => (model.form === 'cells' ? makeCell(host) : makeRow(host)),
    (element, host) => {
      const box = boxes.get(host.name)!;
      put(element, box.x, box.y);
      if (model.form === 'cells') showCell(element, host, box);
      else showRow(element, host, box, drawing);
    },
  );
}

function makeRow(host: HostModel): SVGGElement {
  const row = make('g', {
    'data-item': '',
    'data-table': 'machine',
    'data-id': host.name,
    tabindex: -1,
    role: 'group',
  });
  row.append(make('rect', { class: 'halo', x: -3, y: -3, rx: 7 }), make('rect', { class: 'body', rx: 4 }));
  const badge = make('g', { class: 'badge' });
  badge.append(make('circle', { r: 8 }), make('path', { transform: 'scale(.8)' }));
  row.append(badge, make('path', { class: 'glyph' }), make('text', { class: 'host-name', x: 46, y: 18 }));
  row.append(make('text', { class: 'state-word', y: 18 }), make('g', { class: 'tiles' }), menuButton(host.name));
  return row;
}

function showRow(row: SVGGElement, host: HostModel, box: Box, { model, layout, seatOf, calm }: RowsDrawing): void {
  const part = (name: string): SVGElement => row.querySelector(`:scope > .${name}`)!;
  const { tiles, heartbeatAt: _at, heartbeatDeadline: _deadline, ...facts } = host;
  if (isNew(row, JSON.stringify([facts, box.w, tiles.length]))) {
    const kinds = [host.silent ? 'silent' : '', host.powered ? '' : 'off', host.availability];
    set(row, {
      class: ['host', 'row', `role-${host.role}`, `is-${host.kind}`, ...kinds.filter((one) => one !== '')].join(' '),
      'aria-label': hostLabel(host),
    });
    set(part('halo'), { width: box.w + 6, height: box.h + 6 });
    set(part('body'), { width: box.w, height: box.h });
    put(part('badge'), 16, box.h / 2);
    part('badge').toggleAttribute('hidden', host.role === 'worker' || host.role === 'none');
    set(part('badge').querySelector('path')!, { d: host.role === 'leader' ? CROWN : LETTER_M });
    set(part('glyph'), {
      d: GLYPH[host.kind],
      class: `glyph ${host.kind}${FILLED.has(host.kind) ? ' filled' : ''}`,
      transform: `translate(36 ${box.h / 2})`,
    });
    say(part('host-name'), shorten(host.name, 56, 12));
    say(part('state-word'), shorten(host.word, 44, 11));
    set(part('state-word'), { x: layout.tasksX - 6, class: `state-word text-${host.kind}` });
    put(part('menu-button'), box.w - 16, box.h / 2);
  }
  const holder = part('tiles') as SVGGElement;
  if (model.density === 'dots' || model.density === 'bars') {
    if (holder.childElementCount > 0) holder.replaceChildren();
    return;
  }
  // Tiles place themselves below a card's head.
  put(holder, layout.tasksX - 14, -60 + 8);
  const across = Math.max(1, Math.floor(layout.tasksW / 16));
  drawTiles(
    holder,
    tiles.filter((tile) => seatOf(host.name, tile) < across),
    { density: 'small', seatOf: (tile) => seatOf(host.name, tile), room: 16, across, width: box.w },
    calm,
  );
}

function makeCell(host: HostModel): SVGGElement {
  const cell = make('g', {
    'data-item': '',
    'data-table': 'machine',
    'data-id': host.name,
    tabindex: -1,
    role: 'button',
  });
  cell.append(make('rect', { class: 'halo', x: -3, y: -3, rx: 6 }), make('rect', { class: 'body', rx: 3 }));
  cell.append(make('path', { class: 'glyph' }), make('title'));
  return cell;
}

function showCell(cell: SVGGElement, host: HostModel, box: Box): void {
  const key = `${host.kind} ${host.word} ${host.role} ${host.powered} ${host.tiles.length}`;
  if (!isNew(cell, key)) return;
  set(cell, {
    class: `host cell role-${host.role} is-${host.kind}${host.silent ? ' silent' : ''}`,
    'aria-label': hostLabel(host),
    'data-menu': host.name,
  });
  set(cell.querySelector('.halo')!, { width: box.w + 6, height: box.h + 6 });
  set(cell.querySelector('.body')!, { width: box.w, height: box.h });
  set(cell.querySelector('.glyph')!, {
    d: GLYPH[host.kind],
    class: `glyph ${host.kind}${FILLED.has(host.kind) ? ' filled' : ''}`,
    transform: `translate(${box.w / 2} ${box.h / 2}) scale(.7)`,
  });
  say(cell.querySelector('title')!, hostLabel(host));
}
