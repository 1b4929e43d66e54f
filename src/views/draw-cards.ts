/** Host cards: outline says the role, words and glyph the state, the hatch that no tasks are taken. */

import { isNew, keyed, make, put, say, set } from './draw';
import { drawBrackets, drawTiles, type TilePlaces } from './draw-tiles';
import { CROWN, DOTS, FILLED, GLYPH, LETTER_M } from './glyphs';
import { type CardBox, PITCH, PORT_H } from './nodes-layout';
import type { Density, HostModel, PortTag, Tile } from './nodes-types';
import { shorten, textWidth } from './text';
import { words } from './words';

export interface CardsDrawing {
  readonly hosts: readonly HostModel[];
  readonly cards: readonly CardBox[];
  readonly density: Density;
  readonly seatOf: (host: string, tile: Tile) => number;
  /** Nothing moves in this drawing. */
  readonly calm: boolean;
}

export function drawCards(parent: SVGGElement, drawing: CardsDrawing): void {
  const boxes = new Map(drawing.cards.map((card) => [card.name, card]));
  keyed(
    parent,
    drawing.hosts,
    (host) => host.name,
    makeCard,
    (element, host) => {
      const card = boxes.get(host.name)!;
      put(element, card.x, card.y);
      showCard(element, host, card);
      showTasks(element, host, card, drawing);
    },
  );
}

function makeCard(host: HostModel): SVGGElement {
  const element = make('g', {
    'data-item': '',
    'data-table': 'machine',
    'data-id': host.name,
    tabindex: -1,
    role: 'group',
  });
  element.append(make('rect', { class: 'halo', x: -4, y: -4, rx: 12 }));
  element.append(make('g', { class: 'ports' }));
  element.append(make('rect', { class: 'body', rx: 8 }), make('rect', { class: 'inner', x: 4, y: 4, rx: 5 }));
  element.append(make('rect', { class: 'hatch', rx: 7 }));
  const badge = make('g', { class: 'badge' });
  badge.append(make('circle', { r: 10 }), make('path'));
  element.append(badge);
  element.append(make('text', { class: 'host-name', y: 22 }), make('text', { class: 'sub', y: 36 }));
  element.append(make('path', { class: 'glyph' }), make('text', { class: 'state-word', y: 22 }));
  element.append(make('text', { class: 'address', y: 36 }));
  element.append(make('line', { class: 'patience-track', y1: 47, y2: 47 }));
  element.append(make('line', { class: 'patience', y1: 47, y2: 47 }));
  element.append(make('g', { class: 'brackets' }), make('g', { class: 'tiles' }));
  element.append(make('text', { class: 'counts' }), make('text', { class: 'foot' }));
  element.append(make('path', { class: 'pause-bars' }));
  element.append(menuButton(host.name));
  return element;
}

/** A way to the acts on a host by mouse, touch and keyboard alike. */
export function menuButton(host: string): SVGGElement {
  const button = make('g', {
    class: 'menu-button',
    'data-item': '',
    'data-menu': host,
    tabindex: -1,
    role: 'button',
    'aria-haspopup': 'menu',
    'aria-label': words.menuOf(host),
  });
  button.append(make('rect', { class: 'halo', x: -13, y: -12, width: 26, height: 24, rx: 6 }));
  button.append(
    make('rect', { class: 'hit', x: -13, y: -12, width: 26, height: 24, rx: 6 }),
    make('path', { d: DOTS }),
  );
  return button;
}

/** Everything that a reader hears of a host. */
export function hostLabel(host: HostModel): string {
  const parts = [host.name, host.sub, host.word, host.ip, words.tasks(host.tiles.length)];
  if (host.availability !== 'active') parts.push(words[host.availability]);
  return parts.join(', ');
}

function showCard(element: SVGGElement, host: HostModel, card: CardBox): void {
  const { tiles: _tiles, heartbeatAt: _at, heartbeatDeadline: _deadline, ...facts } = host;
  if (!isNew(element, JSON.stringify([facts, card.w, card.h, host.tiles.length]))) return;
  const { w, h } = card;
  const kinds = [host.silent ? 'silent' : '', host.powered ? '' : 'off', host.availability];
  set(element, {
    class: ['host', 'moves', `role-${host.role}`, `is-${host.kind}`, ...kinds.filter((one) => one !== '')].join(' '),
    'aria-label': hostLabel(host),
  });
  const part = (name: string): Element => element.querySelector(`:scope > .${name}`)!;
  set(part('halo'), { width: w + 8, height: h + 8 });
  set(part('body'), { width: w, height: h });
  set(part('inner'), { width: w - 8, height: h - 8 });
  set(part('hatch'), { x: 1, y: 1, width: w - 2, height: h - 2 });
  showHead(part, host, w);
  set(part('patience-track'), { x1: 14, x2: w - 14 });
  const note = host.availability === 'active' ? '' : words[host.availability];
  say(part('foot'), shorten([note, host.foot].filter((one) => one !== '').join(' · '), w - 52, 11));
  set(part('foot'), { x: 14, y: h - 12, class: host.footAlarm ? 'foot alarm' : 'foot' });
  set(part('pause-bars'), {
    d: host.availability === 'pause' ? `M${w - 44} ${h - 21}v11M${w - 39} ${h - 21}v11` : 'M0 0',
  });
  put(part('menu-button') as SVGGElement, w - 20, h - 16);
  drawPorts(element.querySelector('.ports')!, host.ports, w);
}

function showHead(part: (name: string) => Element, host: HostModel, w: number): void {
  const badged = host.role === 'leader' || host.role === 'manager';
  const left = badged ? 42 : 14;
  put(part('badge') as SVGGElement, 24, 24);
  part('badge').toggleAttribute('hidden', !badged);
  set(part('badge').querySelector('path')!, { d: host.role === 'leader' ? CROWN : LETTER_M });
  const word = host.powered || host.word !== words.off ? host.word : '';
  const taken = textWidth(word, 11) + 26;
  say(part('host-name'), shorten(host.name, w - left - taken, 13));
  set(part('host-name'), { x: left });
  const room = w - left - 14;
  const address = 6.65 * host.ip.length;
  say(part('sub'), shorten(host.sub, room, 11));
  set(part('sub'), { x: left });
  say(part('address'), room - address - textWidth(host.sub, 11) >= 2 ? host.ip : shortAddress(host.ip, room, host.sub));
  set(part('address'), { x: w - 14 });
  say(part('state-word'), word);
  set(part('state-word'), { x: w - 29, class: `state-word text-${host.kind}` });
  set(part('glyph'), {
    d: GLYPH[host.kind],
    class: `glyph ${host.kind}${FILLED.has(host.kind) ? ' filled' : ''}`,
    transform: `translate(${w - 19} 18)`,
  });
}

/** On a narrow card the last number of the address is enough, or nothing where that does not fit either. */
function shortAddress(ip: string, room: number, sub: string): string {
  const last = ip.slice(ip.lastIndexOf('.'));
  return room - textWidth(sub, 11) - 6.65 * last.length > 4 ? last : '';
}

/** Published ports stand on the card's upper edge, from the right. */
export function drawPorts(parent: SVGGElement, ports: readonly PortTag[], width: number): void {
  const fits = Math.max(1, Math.floor((width / 2 - 8) / 46));
  const shown = ports.length > fits ? ports.slice(0, Math.max(1, fits - 1)) : ports;
  const tags = shown.map((port) => port.text);
  if (shown.length < ports.length) tags.push(`+${ports.length - shown.length}`);
  keyed(
    parent,
    tags.map((text, at) => ({ text, x: width - 8 - 46 * (tags.length - at) })),
    (tag) => tag.text,
    () => {
      const element = make('g', { class: 'port' });
      element.append(make('path', { d: `M1.5 0L6 -${PORT_H - 1}H37L41.5 0` }));
      element.append(make('text', { x: 21.5, y: -3.5 }));
      return element;
    },
    (element, tag) => {
      put(element, tag.x, 0);
      say(element.querySelector('text')!, tag.text);
    },
  );
}

function showTasks(element: SVGGElement, host: HostModel, card: CardBox, drawing: CardsDrawing): void {
  const { density } = drawing;
  const holder = element.querySelector('.tiles') as SVGGElement;
  const counts = element.querySelector(':scope > .counts')!;
  if (density === 'dots' || density === 'bars') {
    if (holder.childElementCount > 0) holder.replaceChildren();
    const running = host.tiles.filter((tile) => tile.kind === 'running').length;
    const failed = host.tiles.filter((tile) => tile.kind === 'failed').length;
    const moving = host.tiles.filter((tile) => tile.kind === 'progress' || tile.kind === 'waiting').length;
    say(counts, words.states(running, moving, failed));
    set(counts, { x: 14, y: card.h - 12 });
    element.querySelector(':scope > .foot')!.textContent = '';
    return;
  }
  say(counts, '');
  const pitch = card.across > 1 && density === 'tiles' ? Math.floor((card.w - 28) / card.across) : card.w - 28;
  const places: TilePlaces = {
    density,
    seatOf: (tile) => drawing.seatOf(host.name, tile),
    room: density === 'tiles' ? pitch - 41 : PITCH[density].x,
    across: card.across,
    width: card.w,
  };
  drawTiles(holder, host.tiles, places, drawing.calm);
  drawBrackets(element.querySelector('.brackets')!, host.tiles, card, places);
}
