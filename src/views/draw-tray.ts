/** Tasks that wait for a node, with docker's own sentence about the first of them. */

import { keyed, make, put, say, set } from './draw';
import { drawTiles } from './draw-tiles';
import { type Box, TRAY_MAX } from './nodes-layout';
import type { NodesModel } from './nodes-types';
import { wrap } from './text';
import { words } from './words';

export function makeTray(): SVGGElement {
  const tray = make('g', { class: 'tray' });
  const title = make('text', { class: 'column-head start', x: 0, y: 12 });
  title.textContent = words.waiting;
  tray.append(
    title,
    make('g', { class: 'tray-tiles' }),
    make('text', { class: 'none' }),
    make('g', { class: 'reason' }),
  );
  return tray;
}

export function showTray(tray: SVGGElement, model: NodesModel, box: Box, calm: boolean): void {
  tray.toggleAttribute('hidden', model.tray.length === 0);
  put(tray, box.x, box.y);
  const shown = model.tray.slice(0, TRAY_MAX);
  // A tile's own places begin below a card's head: the tray takes that off again.
  const holder = tray.querySelector('.tray-tiles') as SVGGElement;
  put(holder, -14, -38);
  const order = new Map(shown.map((tile, at) => [tile.id, at]));
  drawTiles(
    holder,
    shown,
    { density: 'tiles', seatOf: (tile) => order.get(tile.id) ?? 0, room: box.w - 42, across: 1, width: box.w + 28 },
    calm,
  );
  const more = model.tray.length - shown.length;
  const below = 24 + shown.length * 40;
  const none = tray.querySelector('.none')!;
  say(none, more > 0 ? words.more(more) : '');
  set(none, { x: 0, y: below + 10 });
  const lines = model.trayReason === '' ? [] : wrap(model.trayReason, Math.floor(box.w / 6.7), 4);
  keyed(
    tray.querySelector('.reason')!,
    lines.map((text, at) => ({ text, at })),
    ({ at }) => `${at}`,
    () => {
      const element = make('g');
      element.append(make('text', { class: 'docker-says' }));
      return element;
    },
    (element, { text, at }) => {
      say(element.firstElementChild!, text);
      put(element, 0, below + (more > 0 ? 18 : 0) + 12 + at * 15);
    },
  );
}
