/** The LAN: the cable that all hosts hang on, what is cut of it, and where it is torn. */
import { keyed, make, put, say, set } from './draw';
import { CROSS } from './glyphs';
import type { CardBox, NodesLayout, Point } from './nodes-layout';
import type { HostModel, NodesModel } from './nodes-types';
import { tornEdges } from './tear';
import { words } from './words';

/** Half the width of the torn gap. */
const HALF = 6;

export function drawCable(parent: SVGGElement, model: NodesModel, layout: NodesLayout): void {
  const part = (name: string): SVGGElement => parent.querySelector(`:scope > .${name}`)!;
  drawTears(part('tears'), layout);
  drawLanes(part('cable-lanes'), layout);
  drawDrops(part('drops'), model, layout);
  const label = part('lan') as unknown as SVGTextElement;
  const lane = layout.lanes.filter((one) => one.id.startsWith('0/')).at(-1);
  say(label, lane === undefined ? '' : words.lan(model.lan));
  const oneRow = layout.cards.every((card) => card.row === 0);
  // Under the cable where no card hangs there, else between the drops above it.
  const y = oneRow ? Math.max(0, ...layout.lanes.map((one) => one.y)) + 15 : (lane?.y ?? 0) - 6;
  set(label, { x: layout.width - 16, y });
}

export function makeCable(): SVGGElement {
  const element = make('g', { class: 'cable', 'aria-hidden': 'true' });
  element.append(make('g', { class: 'tears' }), make('g', { class: 'cable-lanes' }), make('g', { class: 'drops' }));
  element.append(make('text', { class: 'lan' }));
  return element;
}

function drawLanes(parent: SVGGElement, layout: NodesLayout): void {
  const lines = [
    ...layout.lanes.filter((lane) => lane.x2 > lane.x1).map((lane) => ({ ...lane, y1: lane.y, y2: lane.y })),
    ...layout.trunks.map((trunk) => ({ ...trunk, id: `trunk ${trunk.id}`, x1: trunk.x, x2: trunk.x })),
  ];
  keyed(
    parent,
    lines,
    (line) => line.id,
    () => {
      const element = make('g');
      element.append(make('path', { class: 'under' }), make('path', { class: 'line' }));
      return element;
    },
    (element, line) => {
      const d = `M${line.x1} ${line.y1}L${line.x2} ${line.y2}`;
      for (const path of element.children) set(path, { d });
    },
  );
}

function drawDrops(parent: SVGGElement, model: NodesModel, layout: NodesLayout): void {
  const hosts = new Map(model.hosts.map((host) => [host.name, host]));
  const alone = new Map<string, number>();
  for (const card of layout.cards) alone.set(laneOf(card), (alone.get(laneOf(card)) ?? 0) + 1);
  keyed(
    parent,
    layout.cards,
    (card) => card.name,
    () => {
      const element = make('g');
      element.append(make('path', { class: 'under' }), make('path', { class: 'line' }));
      element.append(make('circle', { r: 3.2 }), make('path', { class: 'cross', d: CROSS }));
      return element;
    },
    (element, card) => {
      const host = hosts.get(card.name)!;
      const cut =
        layout.torn && alone.get(laneOf(card)) === 1 && !layout.trunks.some((one) => one.id === `${card.segment}`);
      showDrop(element, host, card, cut);
    },
  );
}

function laneOf(card: CardBox): string {
  return `${Math.floor(card.row / 2)}/${card.segment}`;
}

/** A host without power, or alone on its side, has a loose end with a cross. */
function showDrop(element: SVGGElement, host: HostModel, card: CardBox, cut: boolean): void {
  const broken = cut || !host.powered;
  const { dropX: x, dropFrom: from, dropTo: to } = card;
  // The cable of a lower card begins above the ports on its edge only where none stand there.
  const end = cut ? Math.round(from + (to - from) * 0.72) : to;
  set(element, { class: broken ? 'drop cut' : 'drop' });
  for (const path of element.querySelectorAll('path:not(.cross)')) set(path, { d: `M${x} ${from}V${end}` });
  const cross = element.querySelector('.cross') as SVGElement;
  const middle = Math.round(from + (to - from) * (cut ? 0.72 : 0.5));
  set(cross, { transform: `translate(${x} ${middle})` });
  set(element.querySelector('circle')!, { cx: x, cy: to, visibility: cut ? 'hidden' : 'visible' });
}

function drawTears(parent: SVGGElement, layout: NodesLayout): void {
  const { tears } = layout;
  // The word once, where it stands free: the ends of the others lie in each other.
  const named = tears.find((path) => topEnd(path) !== undefined) ?? tears[0];
  keyed(
    parent,
    tears,
    (path) => `${path.join(' ')}${path === named ? ' named' : ''}`,
    (path) => {
      const element = make('g', { class: 'tear appears-slowly' });
      const { edges, band } = tornEdges(path, layout.torn ? HALF : 0);
      element.append(make('path', { class: 'band', d: band }), make('path', { class: 'edge', d: edges }));
      if (path !== named) return element;
      const label = make('text', { class: 'tear-word' });
      label.textContent = words.partition;
      const { x, y, anchor } = labelPlace(path);
      set(label, { 'text-anchor': anchor });
      put(label, x, y);
      element.append(label);
      return element;
    },
    () => {},
  );
}

function topEnd(path: readonly Point[]): Point | undefined {
  return [path[0]!, path[path.length - 1]!].find(([, y]) => y <= 14);
}

/** The word stands at an end of the tear: above it, or beside it in the corridor. */
function labelPlace(path: readonly Point[]): { x: number; y: number; anchor: string } {
  const ends = [path[0]!, path[path.length - 1]!];
  const top = topEnd(path);
  if (top !== undefined) return { x: top[0], y: 11, anchor: 'middle' };
  const left = ends.reduce((a, b) => (a[0] <= b[0] ? a : b));
  return { x: left[0] + 14, y: left[1] - 16, anchor: 'start' };
}
