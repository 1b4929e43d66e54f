/** The Nodes view: hosts on their cable with their tasks, services, and what can be done to the hosts. */
import { interval } from 'd3-timer';
import type { Micros } from '../base/process';
import { emptyScene, type NodeRecord, type Scene, type SceneDiff } from '../scene/index';
import { Dots, type Field } from './dots';
import { pullHosts } from './drag';
import { canvasOf, make, set } from './draw';
import { Arrows } from './draw-arrows';
import { drawCable, makeCable } from './draw-cable';
import { drawCards } from './draw-cards';
import { drawServices, makeServices } from './draw-services';
import { Focus } from './focus';
import { actsOn, Menu } from './menu';
import { HEAD, type NodesLayout, nodesLayout } from './nodes-layout';
import { nodesModel } from './nodes-model';
import type { NodesModel, Tile } from './nodes-types';
import { drawRows, ROW_H, type RowsLayout, rowsLayout } from './rows';
import { Seats } from './seats';
import { Stage } from './stage';
import type { CreateView, Ref, View, ViewOptions } from './view';
import { words } from './words';

/** Heartbeats and ages are redrawn this often. */
const TICK_MS = 250;

export const createNodesView: CreateView = (element, options) => new NodesView(element, options);

class NodesView implements View {
  private readonly stage: Stage;
  private readonly svg: SVGSVGElement;
  private readonly layers: Readonly<Record<'hosts' | 'arrows' | 'drag', SVGGElement>>;
  private readonly cable = makeCable();
  private readonly services = makeServices();
  private readonly dots: Dots;
  private readonly focus: Focus;
  private readonly menu: Menu;
  private readonly seats = new Seats();
  private readonly arrows = new Arrows();
  private readonly ticks: { stop(): void };
  private scene: Scene = emptyScene();
  private model: NodesModel | undefined;
  private layout: NodesLayout | undefined;
  private dirty = true;
  /** Virtual: while the clock stands, nothing ages. */
  private tickedAt = -1;
  private form = '';

  constructor(
    element: HTMLElement,
    private readonly options: ViewOptions,
  ) {
    this.stage = new Stage(element, 'view-nodes', () => this.resized());
    const { root } = this.stage;
    this.svg = canvasOf(root, 'picture-svg', words.nodes).node()!;
    this.svg.append(hatches());
    const layers = { hosts: make('g', { class: 'hosts' }), arrows: make('g'), drag: make('g') };
    set(layers.arrows, { class: 'arrows', 'aria-hidden': 'true' });
    set(layers.drag, { class: 'drag', 'aria-hidden': 'true' });
    this.svg.append(this.cable, layers.hosts, this.services, layers.arrows, layers.drag);
    this.layers = layers;
    this.dots = new Dots(root);
    this.menu = new Menu(root, options.acts);
    const openMenu = (host: string, anchor: Element): void => this.menu.open(host, actsOn(this.scene, host), anchor);
    this.focus = new Focus(this.svg, { acts: options.acts, menu: openMenu });
    const { svg } = this;
    pullHosts({
      acts: options.acts,
      svg,
      layer: layers.drag,
      layout: () => this.layout,
      scene: () => this.scene,
    });
    this.ticks = interval(() => this.tick(), TICK_MS);
  }

  update(scene: Scene, diff: SceneDiff | undefined): void {
    this.scene = scene;
    if (diff === undefined || concerns(diff)) this.dirty = true;
  }

  frame(_t: Micros): boolean {
    if (this.dirty) this.draw();
    return this.arrows.expire(this.layers.arrows, performance.now());
  }

  mark(selected: Ref | undefined, hovered: Ref | undefined): void {
    this.stage.mark(selected, hovered);
  }

  dispose(): void {
    this.ticks.stop();
    this.menu.dispose();
    this.stage.dispose();
  }

  private resized(): void {
    this.stage.calm();
    this.dirty = true;
    this.options.wake();
  }

  private draw(): void {
    this.dirty = false;
    const { width, room } = this.stage;
    if (width === 0) return;
    const model = nodesModel(this.scene, this.options.now());
    this.model = model;
    this.seats.arrange(new Map(model.hosts.map((host) => [host.name, host.tiles.map((tile) => tile.id)])));
    if (this.options.reducedMotion()) this.stage.calm();
    this.arrows.notice(model, performance.now());
    if (this.form !== model.form) {
      this.layers.hosts.replaceChildren();
      this.form = model.form;
    }
    if (model.form === 'cards') this.drawCards(model, width, room);
    else this.drawRows(model, width);
    this.focus.refresh();
    this.stage.drawn();
  }

  private readonly seatOf = (host: string, tile: Tile): number => this.seats.seatOf(host, tile.id);

  private drawCards(model: NodesModel, width: number, room: number): void {
    const layout = nodesLayout(model, (host) => this.seats.size(host), width, room);
    this.layout = layout;
    this.stage.needs(layout.height);
    const calm = this.stage.isCalm;
    this.cable.removeAttribute('hidden');
    drawCable(this.cable, model, layout);
    drawCards(this.layers.hosts, {
      hosts: model.hosts,
      cards: layout.cards,
      density: model.density,
      seatOf: this.seatOf,
      calm,
    });
    drawServices(this.services, model, { box: layout.services, strip: layout.strip }, calm);
    this.arrows.draw(this.layers.arrows, model, layout, this.seatOf);
    const cards = new Map(layout.cards.map((card) => [card.name, card]));
    this.drawDots(model, width, layout.height, (host) => {
      const card = cards.get(host)!;
      return { x: card.x + 14, y: card.y + HEAD + 4, w: card.w - 28, h: card.h - HEAD - 34 };
    });
    this.drawPatience();
  }

  private drawRows(model: NodesModel, width: number): void {
    const layout: RowsLayout = rowsLayout(model, width);
    this.layout = undefined;
    this.stage.needs(layout.height);
    this.cable.setAttribute('hidden', '');
    const calm = this.stage.isCalm;
    drawRows(this.layers.hosts, { model, layout, seatOf: this.seatOf, calm });
    drawServices(this.services, model, { box: layout.services, strip: false }, calm);
    const boxes = new Map(layout.boxes.map((box) => [box.name, box]));
    this.drawDots(model, width, layout.height, (host) => {
      const box = boxes.get(host)!;
      if (model.form === 'cells') return { x: box.x, y: box.y + box.h - 3, w: box.w, h: 3 };
      const lines = Math.max(
        1,
        Math.min(3, Math.ceil(this.seats.size(host) / Math.max(1, Math.floor(layout.tasksW / 8)))),
      );
      const y = box.y + Math.round((box.h - 8 * lines + 2) / 2);
      return { x: box.x + layout.tasksX, y, w: layout.tasksW, h: ROW_H - 6 };
    });
  }

  private drawDots(model: NodesModel, width: number, height: number, field: (host: string) => Field): void {
    const cells = model.form === 'cells';
    const density = cells ? 'bars' : model.density;
    if (density === 'dots' || density === 'bars') {
      this.dots.draw(model.hosts, field, density, this.seatOf, width, height);
    } else this.dots.clear();
  }

  /** Ages and heartbeats, a few times a second, and only where there are some. */
  private tick(): void {
    const now = this.options.now();
    if (this.model === undefined || document.hidden || now === this.tickedAt) return;
    this.tickedAt = now;
    this.drawPatience();
    if (!this.model.hosts.some((host) => !host.powered)) return;
    this.dirty = true;
    this.options.wake();
  }

  /** What is left of the dispatcher's patience with each node: full at a heartbeat, empty when it gives up. */
  private drawPatience(): void {
    if (this.model?.form !== 'cards' || this.layout === undefined) return;
    const now = this.options.now();
    const widths = new Map(this.layout.cards.map((card) => [card.name, card.w]));
    for (const child of this.layers.hosts.children) {
      const node = this.scene.tables.node.get(this.nodeIds().get(child.getAttribute('data-id') ?? '') ?? '');
      const line = child.querySelector(':scope > .patience');
      if (line === null) continue;
      const width = (widths.get(child.getAttribute('data-id') ?? '') ?? 28) - 28;
      set(line, { x1: 14, x2: 14 + Math.round(width * patience(node, now)) });
      child.classList.toggle('no-session', node === undefined || node.heartbeatDeadline <= node.heartbeatAt);
    }
  }

  private nodeIds(): Map<string, string> {
    return new Map(this.model!.hosts.map((host) => [host.name, host.nodeId]));
  }
}

function patience(node: NodeRecord | undefined, now: Micros): number {
  if (node === undefined || node.heartbeatDeadline <= node.heartbeatAt) return 0;
  return Math.min(1, Math.max(0, (node.heartbeatDeadline - now) / (node.heartbeatDeadline - node.heartbeatAt)));
}

/** Whether anything that this view draws is in a diff: messages, Raft's timers and mere heartbeats are not. */
function concerns(diff: SceneDiff): boolean {
  const { machine, link, node, service, task, container, member, world } = diff.tables;
  if (machine ?? link ?? service ?? task ?? container) return true;
  if (member !== undefined && member.added.length + member.removed.length > 0) return true;
  if (world !== undefined && (world.added.length > 0 || world.updated.some(([from, to]) => from.lan !== to.lan)))
    return true;
  if (node === undefined) return false;
  return node.added.length + node.removed.length > 0 || node.updated.some(([from, to]) => !sameButHeart(from, to));
}

function sameButHeart(from: NodeRecord, to: NodeRecord): boolean {
  const { heartbeatAt: _a, heartbeatDeadline: _b, ...before } = from;
  const { heartbeatAt: _c, heartbeatDeadline: _d, ...after } = to;
  return JSON.stringify(before) === JSON.stringify(after);
}

/** Hatches: over a drained node's card, and in the gap of a torn cable. */
export function hatches(): SVGDefsElement {
  const defs = make('defs');
  for (const [id, size] of [
    ['view-hatch', 9],
    ['view-torn', 7],
  ] as const) {
    const pattern = make('pattern', { id, width: size, height: size, patternUnits: 'userSpaceOnUse' });
    pattern.append(make('path', { class: id, d: `M0 ${size}L${size} 0` }));
    defs.append(pattern);
  }
  return defs;
}
