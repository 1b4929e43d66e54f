/** The cell after the last host: services with docker's own counts, and the tray of tasks that wait for a node. */

import { isNew, keyed, make, put, say, set } from './draw';
import { makeTray, showTray } from './draw-tray';
import { stripeClass } from './glyphs';
import { type Box, SERVICE_PITCH, SERVICES_MAX, STRIP_PITCH, servicesSplit } from './nodes-layout';
import type { NodesModel, ServiceRow } from './nodes-types';
import { shorten, textWidth, wrap } from './text';
import { words } from './words';

/** Where the services are drawn, and whether in one line. */
export interface Cell {
  readonly box: Box;
  readonly strip: boolean;
}

export function makeServices(): SVGGElement {
  const element = make('g', { class: 'services moves' });
  const title = make('text', { class: 'section', x: 0, y: 12 });
  title.textContent = words.services;
  const head = make('text', { class: 'column-head', y: 12 });
  head.textContent = words.actualDesired;
  element.append(title, head, make('g', { class: 'service-rows' }));
  element.append(make('text', { class: 'none' }), make('g', { class: 'notes' }), makeTray());
  return element;
}

export function drawServices(element: SVGGElement, model: NodesModel, cell: Cell, calm: boolean): void {
  element.toggleAttribute('hidden', !model.swarm);
  if (!model.swarm) return;
  const { box } = cell;
  put(element, box.x, box.y);
  for (const head of element.querySelectorAll('.section, .column-head')) head.toggleAttribute('hidden', cell.strip);
  if (cell.strip) drawStrip(element, model, box, calm);
  else drawRows(element, model, box, calm);
}

/** Services side by side in one line, as many as it holds; what must be said of them below. */
function drawStrip(element: SVGGElement, model: NodesModel, box: Box, calm: boolean): void {
  const places = new Map<string, { readonly x: number; readonly width: number }>();
  const moreRoom = 70;
  let x = 0;
  for (const service of model.services) {
    const width = 12 + textWidth(service.name, 12) + 10 + service.counts.length * 7.4;
    if (x + width > box.w - moreRoom) break;
    places.set(service.id, { x, width });
    x += width + 24;
  }
  const shown = model.services.filter(({ id }) => places.has(id));
  keyed(
    element.querySelector('.service-rows')!,
    shown,
    (row) => row.id,
    makeRow,
    (row, service) => {
      const place = places.get(service.id)!;
      put(row, place.x, 0);
      fillRow(row, service, place.width, false);
    },
  );
  const more = model.services.length - shown.length;
  const none = element.querySelector('.none')!;
  say(none, model.services.length === 0 ? words.noServices : more > 0 ? words.more(more) : '');
  set(none, { x, y: 17 });
  const below = drawNotes(element.querySelector('.notes')!, model.notes, { x: 0, y: STRIP_PITCH, w: box.w });
  showTray(element.querySelector('.tray')!, model, { x: 0, y: below, w: box.w, h: 0 }, calm);
}

function drawRows(element: SVGGElement, model: NodesModel, box: Box, calm: boolean): void {
  const split = servicesSplit(box.w);
  const width = split ? Math.min(330, Math.floor(box.w / 2) - 12) : box.w;
  const shown = model.services.slice(0, SERVICES_MAX);
  set(element.querySelector('.column-head')!, { x: width });
  keyed(
    element.querySelector('.service-rows')!,
    shown,
    (row) => row.id,
    makeRow,
    (row, service) => showRow(row, service, shown.indexOf(service), width),
  );
  const more = model.services.length - shown.length;
  const none = element.querySelector('.none')!;
  say(none, model.services.length === 0 ? words.noServices : more > 0 ? words.more(more) : '');
  const rows = Math.max(1, shown.length + (more > 0 ? 1 : 0));
  set(none, { x: 0, y: 26 + (rows - 1) * SERVICE_PITCH + 16 });
  const side = split
    ? { x: width + 28, y: 0, w: box.w - width - 28 }
    : { x: 0, y: 26 + rows * SERVICE_PITCH, w: box.w };
  const below = drawNotes(element.querySelector('.notes')!, model.notes, side);
  showTray(element.querySelector('.tray')!, model, { x: side.x, y: below, w: side.w, h: 0 }, calm);
}

function makeRow(service: ServiceRow): SVGGElement {
  const row = make('g', {
    'data-item': '',
    'data-table': 'service',
    'data-id': service.id,
    tabindex: -1,
    role: 'button',
  });
  row.append(make('rect', { class: 'halo', x: -6, y: 1, height: SERVICE_PITCH - 2, rx: 5 }));
  row.append(make('line', { class: 'rule', x1: 0, y1: 0.5, y2: 0.5 }));
  row.append(make('line', { class: stripeClass(service.order), x1: 2, x2: 2, y1: 6, y2: 19 }));
  row.append(make('text', { class: 'service-name', x: 12, y: 17 }), make('text', { class: 'service-note', y: 17 }));
  row.append(make('text', { class: 'service-counts', y: 17 }), make('title'));
  return row;
}

function showRow(row: SVGGElement, service: ServiceRow, at: number, width: number): void {
  put(row, 0, 24 + at * SERVICE_PITCH);
  fillRow(row, service, width, true);
}

/** What a row says, in a width; with a rule over it where rows stand in a list. */
function fillRow(row: SVGGElement, service: ServiceRow, width: number, ruled: boolean): void {
  if (!isNew(row, JSON.stringify([service, width, ruled]))) return;
  const label = `${service.name}, ${service.counts}${service.note === '' ? '' : `, ${service.note}`}`;
  set(row, { class: service.short ? 'service short' : 'service', 'aria-label': label, 'data-service': service.id });
  set(row.querySelector('.halo')!, { width: width + 12 });
  set(row.querySelector('.rule')!, { x2: ruled ? width : 0 });
  const countsWidth = Math.max(36, service.counts.length * 7.4 + 8);
  const nameWidth = textWidth(service.name, 12);
  const noteRoom = !ruled ? 0 : Math.max(0, width - 12 - countsWidth - Math.min(nameWidth, width * 0.55) - 10);
  const note = service.alarm || textWidth(service.note, 11) <= noteRoom ? service.note : '';
  const noteShown = note === '' || noteRoom < 30 ? '' : shorten(note, noteRoom, 11);
  say(
    row.querySelector('.service-name')!,
    ruled ? shorten(service.name, width - 12 - countsWidth - textWidth(noteShown, 11) - 8, 12) : service.name,
  );
  say(row.querySelector('.service-note')!, noteShown);
  set(row.querySelector('.service-note')!, {
    x: width - countsWidth - 4,
    class: service.alarm ? 'service-note alarm' : 'service-note mono',
  });
  say(row.querySelector('.service-counts')!, service.counts);
  set(row.querySelector('.service-counts')!, { x: width });
  say(row.querySelector('title')!, label);
}

/** Lines that explain the counts; where the next thing may begin. */
function drawNotes(parent: SVGGElement, notes: readonly string[], place: { x: number; y: number; w: number }): number {
  const lines = notes.flatMap((note) => wrap(note, Math.floor(place.w / 5.7), 3));
  keyed(
    parent,
    lines.map((text, at) => ({ text, at })),
    ({ at }) => `${at}`,
    () => {
      const element = make('g');
      element.append(make('text', { class: 'note' }));
      return element;
    },
    (element, { text, at }) => {
      say(element.firstElementChild!, text);
      put(element, place.x, place.y + 14 + at * 16);
    },
  );
  return place.y + lines.length * 16 + (lines.length > 0 ? 10 : 0);
}
