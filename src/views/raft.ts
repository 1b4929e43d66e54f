/** The Raft view: managers with their terms, timers and votes, messages between them, and their logs. */
import { interval } from 'd3-timer';
import type { Micros } from '../base/process';
import { electionLeft, emptyScene, type MessageRecord, type Scene, type SceneDiff } from '../scene/index';
import { Ballots } from './ballots';
import { canvasOf, make, say, set } from './draw';
import { drawFlights, drawStill } from './draw-flights';
import { drawLog, drawRaftNotes, makeLog } from './draw-log';
import { drawDiscs, drawLinks, drawRaftTears, drawTimers, type LinkLine } from './draw-raft';
import { Flights, isHeartbeat } from './flights';
import { Focus } from './focus';
import { actsOn, Menu } from './menu';
import { hatches } from './nodes';
import { type RaftLayout, raftLayout } from './raft-layout';
import { apart, type RaftModel, raftModel } from './raft-model';
import { Stage } from './stage';
import type { CreateView, Ref, View, ViewOptions } from './view';
import { messageLine, words } from './words';

/** Arcs and ages are redrawn this often. */
const TICK_MS = 200;
/** Arrows that stay, without motion. */
const STILL_MAX = 8;

export const createRaftView: CreateView = (element, options) => new RaftView(element, options);

type Layer = 'tears' | 'links' | 'discs' | 'messages' | 'notes';

class RaftView implements View {
  private readonly stage: Stage;
  private readonly layers: Readonly<Record<Layer, SVGGElement>>;
  private readonly log = makeLog();
  private readonly none = make('text', { class: 'none', x: 16, y: 24 });
  private readonly flights = new Flights();
  private readonly ballots = new Ballots();
  private readonly focus: Focus;
  private readonly menu: Menu;
  private readonly ticks: { stop(): void };
  private stillOnes: MessageRecord[] = [];
  private scene: Scene = emptyScene();
  private model: RaftModel | undefined;
  private layout: RaftLayout | undefined;
  private dirty = true;
  /** Virtual: while the clock stands, nothing ages. */
  private tickedAt = -1;

  constructor(
    element: HTMLElement,
    private readonly options: ViewOptions,
  ) {
    this.stage = new Stage(element, 'view-raft', () => this.resized());
    const svg = canvasOf(this.stage.root, 'picture-svg', words.raft).node()!;
    const layer = (name: Layer, seen: boolean): SVGGElement =>
      make('g', seen ? { class: name } : { class: name, 'aria-hidden': 'true' });
    this.layers = {
      tears: layer('tears', false),
      links: layer('links', false),
      discs: layer('discs', true),
      messages: layer('messages', false),
      notes: layer('notes', true),
    };
    const { tears, links, discs, messages, notes } = this.layers;
    svg.append(hatches(), tears, links, discs, this.log, notes, messages, this.none);
    this.menu = new Menu(this.stage.root, options.acts);
    const menu = (host: string, anchor: Element): void => this.menu.open(host, actsOn(this.scene, host), anchor);
    this.focus = new Focus(svg, { acts: options.acts, menu });
    svg.addEventListener('contextmenu', (event) => this.contextMenu(event, menu));
    this.ticks = interval(() => this.tick(), TICK_MS);
  }

  private contextMenu(event: MouseEvent, menu: (host: string, anchor: Element) => void): void {
    const disc = (event.target as Element).closest('[data-table="machine"]');
    if (disc === null) return;
    event.preventDefault();
    menu(disc.getAttribute('data-id')!, disc);
  }

  update(scene: Scene, diff: SceneDiff | undefined): void {
    this.scene = scene;
    if (diff === undefined) {
      this.dirty = true;
      return;
    }
    const { member, machine, link, message, event } = diff.tables;
    if (member ?? machine ?? link) this.dirty = true;
    if (this.stillOnes.length > 0 && event?.added.some((one) => one.kind === 'command')) {
      this.stillOnes = [];
      this.dirty = true;
    }
    if (message === undefined) return;
    const now = performance.now();
    const added = [...message.added].sort((a, b) => a.sentAt - b.sentAt);
    for (const one of added) this.takeMessage(one, now);
    for (const [, to] of message.updated) {
      this.flights.change(to);
      if (!this.stillOnes.some((one) => one.id === to.id)) continue;
      this.stillOnes = this.stillOnes.map((one) => (one.id === to.id ? to : one));
      this.dirty = true;
    }
  }

  private takeMessage(message: MessageRecord, now: number): void {
    if (!this.options.reducedMotion()) {
      if (!this.flights.add(message, now) || message.what !== 'MsgVote') return;
      this.ballots.asked(message, this.scene.tables.member.get(message.from)?.voters ?? [], now);
      this.dirty = true;
    } else if (message.kind === 'raft' && !isHeartbeat(message)) {
      // One of a kind a way: the latest, in the place of the first.
      const at = this.stillOnes.findIndex(
        (one) => one.from === message.from && one.to === message.to && one.what === message.what,
      );
      if (at >= 0) this.stillOnes[at] = message;
      else this.stillOnes = [...this.stillOnes, message].slice(-STILL_MAX);
      this.dirty = true;
    }
  }

  frame(t: Micros): boolean {
    if (this.dirty) this.draw();
    const { layout } = this;
    if (layout === undefined) return false;
    if (this.options.reducedMotion()) {
      this.flights.clear();
      drawStill(this.layers.messages, this.stillOnes, layout);
      return false;
    }
    const now = performance.now();
    this.countVotes(now, t);
    if (this.dirty) this.draw();
    this.flights.expire(now, t);
    drawFlights(this.layers.messages, this.flights, { layout, now, t });
    return this.flights.size > 0 || this.ballots.open;
  }

  /** Answers fill their seats when they are seen to land. */
  private countVotes(now: number, t: Micros): void {
    if (!this.ballots.open) return;
    for (const one of this.flights.all) {
      if (one.message.what !== 'MsgVoteResp' || this.flights.where(one, now, t)?.landed !== true) continue;
      if (this.ballots.landed(one.message, now)) this.dirty = true;
    }
    if (this.ballots.expire(now)) this.dirty = true;
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
    if (this.options.reducedMotion()) this.stage.calm();
    const plain = raftModel(this.scene, this.options.now());
    const model = {
      ...plain,
      discs: plain.discs.map((disc) => this.ballots.over(disc)),
      notes: [...plain.notes, ...this.stillOnes.map((one, at) => messageLine(one, at + 1))],
    };
    const layout = raftLayout(model, width, room);
    this.model = model;
    this.layout = layout;
    this.stage.needs(layout.height);
    say(this.none, model.discs.length === 0 ? words.noManager : '');
    this.log.toggleAttribute('hidden', model.discs.length === 0);
    drawRaftTears(this.layers.tears, layout);
    drawLinks(this.layers.links, this.links(layout), layout);
    drawDiscs(this.layers.discs, model, layout);
    drawLog(this.log, model, layout);
    drawRaftNotes(this.layers.notes, model, layout);
    set(this.layers.discs, { 'data-count': model.discs.length });
    this.drawTimers();
    this.focus.refresh();
    this.stage.drawn();
  }

  private links(layout: RaftLayout): LinkLine[] {
    const lines: LinkLine[] = [];
    const { machine } = this.scene.tables;
    for (const [at, from] of layout.discs.entries()) {
      for (const to of layout.discs.slice(at + 1)) {
        const off = machine.get(from.name)?.powered === false || machine.get(to.name)?.powered === false;
        const cut = apart(this.scene, from.name, to.name);
        lines.push({ id: `${from.name}|${to.name}`, from, to, cut: off, torn: cut && !off });
      }
    }
    return lines;
  }

  private drawTimers(): void {
    const now = this.options.now();
    const { member } = this.scene.tables;
    const left = (machine: string): number | undefined => {
      const one = member.get(machine);
      return one === undefined ? undefined : electionLeft(one, now);
    };
    drawTimers(this.layers.discs, this.layout?.radius ?? 0, left);
  }

  private tick(): void {
    const now = this.options.now();
    if (this.model === undefined || document.hidden || now === this.tickedAt) return;
    this.tickedAt = now;
    this.drawTimers();
    if (!this.model.discs.some((disc) => disc.role === 'off')) return;
    this.dirty = true;
    this.options.wake();
  }
}
