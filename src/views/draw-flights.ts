/** Raft messages on their way: a request filled, a reply hollow with plus or minus, a lost one ends in a cross. */
import type { Micros } from '../base/process';
import type { MessageRecord } from '../scene/index';
import { keyed, make, put, say, set } from './draw';
import { rimPoint } from './draw-raft';
import { type Flight, type Flights, isHeartbeat } from './flights';
import { CROSS, MINUS, PLUS } from './glyphs';
import type { Point } from './nodes-layout';
import type { DiscPlace, RaftLayout } from './raft-layout';
import { messageWord, words } from './words';

export interface FlightsDrawing {
  readonly layout: RaftLayout;
  readonly now: number;
  readonly t: Micros;
}

/** Draws all that fly now. */
export function drawFlights(parent: SVGGElement, flights: Flights, { layout, now, t }: FlightsDrawing): void {
  const places = new Map(layout.discs.map((place) => [place.name, place]));
  const said = new Set<string>();
  const seen: { flight: Flight; along: number; landed: boolean; a: Point; b: Point }[] = [];
  for (const one of flights.all) {
    const where = flights.where(one, now, t);
    const ends = endsOf(one.message, places, layout.radius);
    if (where !== undefined && ends !== undefined) seen.push({ flight: one, ...where, ...ends });
  }
  keyed(
    parent,
    seen,
    (one) => one.flight.message.id,
    (one) => makeMessage(one.flight.message, one.a, one.b),
    (element, one) => {
      const x = one.a[0] + (one.b[0] - one.a[0]) * one.along;
      const y = one.a[1] + (one.b[1] - one.a[1]) * one.along;
      put(element.querySelector('.packet')!, Math.round(x * 10) / 10, Math.round(y * 10) / 10);
      set(element.querySelector('.trail')!, { d: `M${one.a[0]} ${one.a[1]}L${x.toFixed(1)} ${y.toFixed(1)}` });
      const lost = one.flight.message.lost && one.landed;
      const done = one.landed && !one.flight.message.lost;
      const kind = isHeartbeat(one.flight.message) ? ' heartbeat' : '';
      const { from, to, what } = one.flight.message;
      // The same is not said twice beside one another.
      const saying = lost ? one.flight.message.why : `${from} ${to} ${what}`;
      const again = said.has(saying) && !done;
      if (!done) said.add(saying);
      set(element, { class: `message${kind}${lost ? ' lost' : ''}${done ? ' landed' : ''}${again ? ' again' : ''}` });
      if (lost) say(element.querySelector('text')!, words.lost(one.flight.message.why));
    },
  );
}

function endsOf(
  message: MessageRecord,
  places: ReadonlyMap<string, DiscPlace>,
  radius: number,
): { a: Point; b: Point } | undefined {
  const from = places.get(message.from);
  const to = places.get(message.to);
  if (from === undefined || to === undefined) return undefined;
  return { a: rimPoint(from, to, radius + 13), b: rimPoint(to, from, radius + 13) };
}

function makeMessage(message: MessageRecord, a: Point, b: Point): SVGGElement {
  const element = make('g');
  element.append(make('path', { class: 'trail' }));
  const packet = make('g', { class: message.reply ? 'packet reply' : 'packet' });
  const signed = message.reply && !isHeartbeat(message);
  packet.append(make('circle', { r: signed ? 8 : 5 }));
  packet.append(make('path', { class: 'sign', d: signed ? (message.refused ? MINUS : PLUS) : 'M0 0' }));
  packet.append(make('path', { class: 'lost-cross', d: CROSS }));
  // The words stand off the line, on the side that is freer: above a flat line, right of a steep one.
  const steep = Math.abs(b[1] - a[1]) > Math.abs(b[0] - a[0]);
  const text = make('text', { x: steep ? 13 : 0, y: steep ? 4 : -13, 'text-anchor': steep ? 'start' : 'middle' });
  text.textContent = messageWord(message.what, message.reply, message.refused, message.term, message.entries);
  packet.append(text);
  element.append(packet);
  return element;
}

/** Arrows that stay lie beside one another: to the left of their way, votes nearest to the line. */
function beside({ a, b }: { a: Point; b: Point }, message: MessageRecord): { a: Point; b: Point } {
  const long = Math.hypot(b[0] - a[0], b[1] - a[1]) || 1;
  const off = message.what.startsWith('MsgVote') ? 9 : 28;
  const [dx, dy] = [((b[1] - a[1]) / long) * off, (-(b[0] - a[0]) / long) * off];
  return { a: [a[0] + dx, a[1] + dy], b: [b[0] + dx, b[1] + dy] };
}

/** Without motion: arrows with numbers in the order of sending, that stay. */
export function drawStill(parent: SVGGElement, messages: readonly MessageRecord[], layout: RaftLayout): void {
  const places = new Map(layout.discs.map((place) => [place.name, place]));
  const arrows = messages.flatMap((message, at) => {
    const ends = endsOf(message, places, layout.radius);
    return ends === undefined ? [] : [{ message, number: at + 1, ...beside(ends, message) }];
  });
  keyed(
    parent,
    arrows,
    (arrow) => `${arrow.message.id}/${arrow.message.lost}`,
    ({ message, a, b }) => {
      const element = makeMessage(message, a, b);
      const middle: Point = [a[0] + (b[0] - a[0]) * 0.62, a[1] + (b[1] - a[1]) * 0.62];
      put(element.querySelector('.packet')!, middle[0], middle[1]);
      set(element, { class: message.lost ? 'message lost still-arrow' : 'message still-arrow' });
      element.append(make('circle', { class: 'number-dot', r: 8 }), make('text', { class: 'order-number' }));
      return element;
    },
    (element, { a, b, number, message }) => {
      const end = message.lost ? 0.62 : 1;
      set(element.querySelector('.trail')!, {
        d: `M${a[0]} ${a[1]}L${a[0] + (b[0] - a[0]) * end} ${a[1] + (b[1] - a[1]) * end}`,
      });
      const [x, y] = [a[0] + (b[0] - a[0]) * 0.25, a[1] + (b[1] - a[1]) * 0.25];
      put(element.querySelector('.number-dot')!, x, y);
      put(element.querySelector('.order-number')!, x, y + 4);
      say(element.querySelector('.order-number')!, `${number}`);
    },
  );
}
