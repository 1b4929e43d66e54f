/** Managers as discs: role on the rim, term inside, the election timer as an arc outside, votes as seats above. */
import { arc } from 'd3-shape';
import { isNew, keyed, make, put, say, set } from './draw';
import { CROSS, CROWN, MINUS, PLUS } from './glyphs';
import type { Point } from './nodes-layout';
import type { DiscPlace, RaftLayout } from './raft-layout';
import { type Disc, discLabel, type RaftModel } from './raft-model';
import { tornEdges } from './tear';
import { shorten } from './text';
import { words } from './words';

const SEAT = 18;
const SEAT_PITCH = 24;
const HALF = 11;

const timerArc = arc<{ inner: number; left: number }>()
  .innerRadius((d) => d.inner)
  .outerRadius((d) => d.inner + 4)
  .startAngle((d) => 2 * Math.PI * (1 - d.left))
  .endAngle(2 * Math.PI)
  .cornerRadius(2);

export function drawDiscs(parent: SVGGElement, model: RaftModel, layout: RaftLayout): void {
  const places = new Map(layout.discs.map((place) => [place.name, place]));
  keyed(
    parent,
    model.discs,
    (disc) => disc.name,
    (disc) => makeDisc(disc),
    (element, disc) => {
      const place = places.get(disc.name)!;
      put(element, place.x, place.y);
      showDisc(element, disc, layout.radius);
    },
  );
}

function makeDisc(disc: Disc): SVGGElement {
  const element = make('g', {
    'data-item': '',
    'data-table': 'machine',
    'data-id': disc.name,
    tabindex: -1,
    role: 'button',
  });
  element.append(
    make('circle', { class: 'halo' }),
    make('circle', { class: 'timer-track' }),
    make('path', { class: 'timer-arc' }),
  );
  element.append(make('circle', { class: 'rim' }), make('circle', { class: 'rim-inner' }));
  const crown = make('g', { class: 'crown' });
  crown.append(make('circle', { r: 10 }), make('path', { d: CROWN, transform: 'scale(.95)' }));
  element.append(crown, make('path', { class: 'off-cross', d: CROSS, transform: 'scale(1.2)' }));
  element.append(make('text', { class: 'disc-name', y: -2 }), make('text', { class: 'disc-term', y: 14 }));
  element.append(
    make('text', { class: 'disc-role' }),
    make('text', { class: 'disc-line' }),
    make('text', { class: 'disc-line' }),
  );
  element.append(make('text', { class: 'votes-word' }), make('g', { class: 'seats' }));
  return element;
}

function showDisc(element: SVGGElement, disc: Disc, radius: number): void {
  const { log: _log, ...facts } = disc;
  if (!isNew(element, JSON.stringify([facts, radius]))) return;
  const part = (name: string): SVGElement => element.querySelector(`:scope > .${name}`)!;
  set(element, { class: `disc moves is-${disc.role}`, 'aria-label': discLabel(disc) });
  set(part('halo'), { r: radius + 13 });
  set(part('timer-track'), { r: radius + 8 });
  set(part('rim'), { r: radius });
  set(part('rim-inner'), { r: radius - 4 });
  put(part('crown'), 0, -radius);
  const cross = part('off-cross');
  set(cross, { transform: `translate(0 ${-radius}) scale(1.3)` });
  say(part('disc-name'), shorten(disc.name, 2 * radius - 14, 13));
  say(part('disc-term'), words.term(disc.term));
  const below = radius + 26;
  say(part('disc-role'), disc.roleWord);
  set(part('disc-role'), { y: below });
  const lines = element.querySelectorAll(':scope > .disc-line');
  for (const [at, line] of lines.entries()) {
    say(line, disc.lines[at] ?? '');
    set(line, { y: below + 16 + 15 * at });
  }
  say(part('votes-word'), disc.votesWord);
  set(part('votes-word'), { y: -radius - 40 });
  drawSeats(part('seats') as SVGGElement, disc, radius);
}

/** One seat a voter: filled plus for a vote, minus for a refusal, dashed while it is awaited. */
function drawSeats(parent: SVGGElement, disc: Disc, radius: number): void {
  const first = -((disc.votes.length - 1) * SEAT_PITCH) / 2;
  keyed(
    parent,
    disc.votes.map((vote, at) => ({ ...vote, x: first + at * SEAT_PITCH })),
    (vote) => vote.from,
    () => {
      const seat = make('g');
      seat.append(make('circle', { r: SEAT / 2 }), make('path'));
      return seat;
    },
    (seat, vote) => {
      put(seat, vote.x, -radius - 24);
      set(seat, { class: `seat ${vote.answer}` });
      set(seat.querySelector('path')!, {
        d: vote.answer === 'granted' ? PLUS : vote.answer === 'refused' ? MINUS : 'M0 0',
      });
    },
  );
}

/** The arcs of election timers: what is left, 1 to 0; none where no timer runs. */
export function drawTimers(parent: SVGGElement, radius: number, leftOf: (machine: string) => number | undefined): void {
  for (const child of parent.children) {
    const left = leftOf(child.getAttribute('data-id') ?? '');
    const path = child.querySelector(':scope > .timer-arc');
    if (path === null) continue;
    const d =
      left === undefined || left <= 0
        ? ''
        : (timerArc({ inner: radius + 6, left: Math.round(left * 240) / 240 }) ?? '');
    if (path.getAttribute('d') !== d) path.setAttribute('d', d);
    child.classList.toggle('timed', left !== undefined);
  }
}

export interface LinkLine {
  readonly id: string;
  readonly from: DiscPlace;
  readonly to: DiscPlace;
  readonly cut: boolean;
  readonly torn: boolean;
}

/** Who could talk to whom: thin lines, dotted to a manager that is off, crossed where the LAN is torn. */
export function drawLinks(parent: SVGGElement, links: readonly LinkLine[], layout: RaftLayout): void {
  const { radius } = layout;
  keyed(
    parent,
    links,
    (link) => link.id,
    () => {
      const element = make('g');
      element.append(make('path', { class: 'link-line' }), make('path', { class: 'link-cross', d: CROSS }));
      return element;
    },
    (element, link) => {
      const [a, b] = [rimPoint(link.from, link.to, radius + 14), rimPoint(link.to, link.from, radius + 14)];
      set(element, { class: `link ${link.cut ? 'cut' : ''} ${link.torn ? 'torn' : ''}` });
      const [line, cross] = element.children;
      set(line!, { d: `M${a[0]} ${a[1]}L${b[0]} ${b[1]}` });
      const [x, y] = crossing(layout, a, b) ?? [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
      set(cross!, { transform: `translate(${Math.round(x)} ${Math.round(y)})` });
    },
  );
}

/** Where a line meets the tear between two sides. */
function crossing(layout: RaftLayout, a: Point, b: Point): Point | undefined {
  for (const tear of layout.tears) {
    const along = tear[0]![0] === tear[1]![0] ? 0 : 1;
    const at = tear[0]![along];
    const ratio = (at - a[along]) / (b[along] - a[along] || 1);
    if (ratio > 0 && ratio < 1) return [a[0] + (b[0] - a[0]) * ratio, a[1] + (b[1] - a[1]) * ratio];
  }
  return undefined;
}

/** The point at this distance from one place towards another. */
export function rimPoint(from: DiscPlace, to: DiscPlace, distance: number): Point {
  const long = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  return [
    Math.round(from.x + ((to.x - from.x) / long) * distance),
    Math.round(from.y + ((to.y - from.y) / long) * distance),
  ];
}

export function drawRaftTears(parent: SVGGElement, layout: RaftLayout): void {
  keyed(
    parent,
    layout.tears,
    (path) => path.join(' '),
    (path) => {
      const element = make('g', { class: 'tear appears-slowly' });
      const { edges, band } = tornEdges(path, HALF);
      element.append(make('path', { class: 'band', d: band }), make('path', { class: 'edge', d: edges }));
      const label = make('text', { class: 'tear-word', 'text-anchor': 'middle' });
      label.textContent = words.partition;
      const upright = path[0]![0] === path[1]![0];
      put(label, upright ? path[0]![0] : 44, upright ? 13 : path[0]![1] - 16);
      element.append(label);
      return element;
    },
    () => {},
  );
}
