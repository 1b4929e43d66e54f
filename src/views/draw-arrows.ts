/** Where a replacement came to be: a dotted arrow from the ghost to it, for two seconds. Nothing slides: nothing moved. */
import { keyed, make, set } from './draw';
import { type NodesLayout, PITCH, type Point, seatPlace } from './nodes-layout';
import type { NodesModel, Tile } from './nodes-types';
import { type End, throughGutters } from './tear';

const STAYS_MS = 2000;
const ARROWS_MAX = 6;

interface Arrow {
  readonly id: string;
  readonly ghost: string;
  readonly until: number;
}

interface Placed {
  readonly tile: Tile;
  readonly host: string;
}

export class Arrows {
  private known: ReadonlySet<string> | undefined;
  private arrows: Arrow[] = [];

  /** Looks for tasks that are new in a slot with a ghost. */
  notice(model: NodesModel, now: number): void {
    const here = new Set<string>();
    const ghosts = new Map<string, string>();
    for (const host of model.hosts) {
      for (const tile of host.tiles) {
        here.add(tile.id);
        if (tile.ghost) ghosts.set(tile.slot, tile.id);
      }
    }
    if (this.known !== undefined) {
      for (const host of model.hosts) {
        for (const tile of host.tiles) {
          const ghost = ghosts.get(tile.slot);
          if (tile.ghost || tile.slot === '' || ghost === undefined || this.known.has(tile.id)) continue;
          this.arrows.push({ id: tile.id, ghost, until: now + STAYS_MS });
        }
      }
    }
    this.known = here;
    this.arrows = this.arrows.slice(-ARROWS_MAX);
  }

  draw(
    parent: SVGGElement,
    model: NodesModel,
    layout: NodesLayout,
    seatOf: (host: string, tile: Tile) => number,
  ): void {
    const placed = new Map<string, Placed>();
    for (const host of model.hosts) for (const tile of host.tiles) placed.set(tile.id, { tile, host: host.name });
    const paths = this.arrows.flatMap((arrow) => {
      const from = placed.get(arrow.ghost);
      const to = placed.get(arrow.id);
      if (model.density !== 'tiles' || model.form !== 'cards' || from === undefined || to === undefined) return [];
      return [{ id: arrow.id, points: way(layout, from, to, seatOf) }];
    });
    keyed(
      parent,
      paths,
      (path) => path.id,
      () => {
        const element = make('g', { class: 'arrow appears-slowly' });
        element.append(make('path', { class: 'arrow-line' }), make('path', { class: 'arrow-head' }));
        return element;
      },
      (element, { points }) => {
        const [end, before] = [points[points.length - 1]!, points[points.length - 2]!];
        const back = end[0] >= before[0] ? -6 : 6;
        const [line, head] = element.children;
        set(line!, { d: rounded(points) });
        set(head!, { d: `M${end[0] + back} ${end[1] - 4}L${end[0]} ${end[1]}L${end[0] + back} ${end[1] + 4}` });
      },
    );
  }

  /** Drops what has stood long enough; whether any stands. */
  expire(parent: SVGGElement, now: number): boolean {
    this.arrows = this.arrows.filter((arrow) => arrow.until > now);
    if (this.arrows.length < parent.childElementCount) {
      for (const child of [...parent.children] as SVGGElement[]) {
        if (!this.arrows.some((arrow) => arrow.id === child.dataset['key'])) child.remove();
      }
    }
    return this.arrows.length > 0;
  }
}

/** From card to card through the gutters: each end on the side where its tile stands. */
function way(layout: NodesLayout, from: Placed, to: Placed, seatOf: (host: string, tile: Tile) => number): Point[] {
  const half = PITCH.tiles.size / 2;
  const end = (one: Placed): End => {
    const card = layout.cards.find((box) => box.name === one.host)!;
    const seat = seatOf(one.host, one.tile);
    const right = card.across > 1 && seat % card.across > 0;
    return { card, right, y: card.y + seatPlace('tiles', card.across, card.w, seat)[1] + half };
  };
  const corridors = layout.cards.reduce<number[]>((all, one) => {
    all[one.row] = one.y + one.h + 10;
    return all;
  }, []);
  const into = end(to);
  const points = throughGutters(end(from), into, corridors, layout.torn ? 20 : 14);
  const [x, y] = points[points.length - 1]!;
  return [...points.slice(0, -1), [into.right ? x - 5 : x + 9, y]];
}

/** A path with round corners of 5 px. */
function rounded(points: readonly Point[]): string {
  let d = `M${points[0]![0]} ${points[0]![1]}`;
  for (let at = 1; at < points.length; at++) {
    const here = points[at]!;
    const next = points[at + 1];
    if (next === undefined) {
      d += `L${here[0]} ${here[1]}`;
      break;
    }
    const before = points[at - 1]!;
    const near = (other: Point): Point => {
      const long = Math.abs(other[0] - here[0]) + Math.abs(other[1] - here[1]);
      const cut = Math.min(5, long / 2);
      return [here[0] + Math.sign(other[0] - here[0]) * cut, here[1] + Math.sign(other[1] - here[1]) * cut];
    };
    const [inX, inY] = near(before);
    const [outX, outY] = near(next);
    d += `L${inX} ${inY}Q${here[0]} ${here[1]} ${outX} ${outY}`;
  }
  return d;
}
