/** The grip that every picture has alike, so that the page can mount, feed and drop it without knowing what it draws. */
import type { Micros } from '../base/process';
import type { Scene, SceneDiff, SceneTable } from '../scene/index';

/** Points at one record of the scene. */
export interface Ref {
  readonly table: SceneTable;
  readonly id: string;
}

/** What a picture may ask for. Nothing here alters the picture: the engine does, and the change comes as an update. */
export interface ViewActs {
  /** An act on the physical world: ['kill', 'node3']. Its line appears in the focused terminal. */
  lab(args: readonly string[]): void;
  /** Types a line in a manager's terminal and submits it. */
  type(line: string): void;
  /** Shows the terminal of a machine. */
  openHost(machine: string): void;
  select(ref: Ref | undefined): void;
  hover(ref: Ref | undefined): void;
}

export interface ViewOptions {
  readonly acts: ViewActs;
  /** All durations are 0 and messages become static numbered arrows. */
  reducedMotion(): boolean;
  /** Virtual now, going on between updates: timers and ages are drawn from it a few times a second. */
  now(): Micros;
  /** Asks for an animation frame: {@link View.frame} is called soon. */
  wake(): void;
}

export interface View {
  /** The scene as it stands; `diff` is what changed since the last update, undefined when unknown (draw it all). */
  update(scene: Scene, diff: SceneDiff | undefined): void;
  /** Called per animation frame with virtual now: whether something still moves and another frame is wanted. */
  frame(t: Micros): boolean;
  /** What is selected and pointed at elsewhere; the picture marks both. */
  mark(selected: Ref | undefined, hovered: Ref | undefined): void;
  dispose(): void;
}

/** Draws into `element`, which it fills; its width is the element's, its height what it needs and at least the element's. */
export type CreateView = (element: HTMLElement, options: ViewOptions) => View;
