/** The page's one store: what is seen, what is looked at, and how. The engine's state is not in it, only its scene. */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { emptyScene, type Scene } from '../scene/index';
import type { Ref } from '../views/index';
import type { LabShape, Pace, SessionName } from '../worker/link';
import { loadSettings, type Settings } from './settings';

/** A terminal of this page; several may be on one host. */
export interface PageSession {
  readonly name: SessionName;
  readonly host: string;
  /** Counting from 1 on its host. */
  readonly number: number;
}

export type ViewName = 'nodes' | 'raft';
export const VIEW_NAMES: readonly ViewName[] = ['nodes', 'raft'];

/** Virtual now as last heard, and when: between frames the page goes on by itself. */
interface Clock {
  readonly at: number;
  /** performance.now() then. */
  readonly heard: number;
}

export interface PageState {
  readonly shape: LabShape;
  readonly phase: 'starting' | 'live' | 'failed';
  /** Why it failed. */
  readonly failure: string;
  readonly scene: Scene;
  readonly clock: Clock;
  readonly pace: Pace;
  readonly behind: boolean;
  readonly filtering: boolean;
  readonly sessions: readonly PageSession[];
  /** The session shown. */
  readonly session: SessionName | undefined;
  /** The host shown; it has a session as soon as the lab stands. */
  readonly host: string;
  readonly view: ViewName;
  /** On a small screen: whether the terminal or the view is shown. */
  readonly pane: 'terminal' | 'view';
  /** Tables instead of the picture. */
  readonly text: boolean;
  readonly selected: Ref | undefined;
  readonly hovered: Ref | undefined;
  readonly full: 'none' | 'terminal' | 'view';
  readonly settings: Settings;
  /** One passing line of our own, said by the announcer too. */
  readonly notice: string;
  readonly keysShown: boolean;
  /** Tab leaves the terminal (Ctrl+M). */
  readonly tabLeaves: boolean;
  /** The prompt of the shown terminal is empty: a suggestion may stand there. */
  readonly promptEmpty: boolean;
  /** A prompt has been seen, or it takes too long: what is around the terminal is drawn from now on. */
  readonly prompted: boolean;
}

const shape = shapeFromFragment();

export const page = createStore<PageState>(() => ({
  shape,
  phase: 'starting',
  failure: '',
  scene: emptyScene(shape.epoch),
  clock: { at: shape.epoch, heard: 0 },
  pace: { paused: false, tenths: 10, untilSettled: false },
  behind: false,
  filtering: false,
  sessions: [],
  session: undefined,
  host: 'node1',
  view: 'nodes',
  pane: 'terminal',
  text: false,
  selected: undefined,
  hovered: undefined,
  full: 'none',
  settings: loadSettings(),
  notice: '',
  keysShown: false,
  tabLeaves: false,
  promptEmpty: false,
  prompted: false,
}));

export function usePage<T>(select: (state: PageState) => T): T {
  return useStore(page, select);
}

/** Virtual now, going on by itself between frames. */
export function virtualNow(state: PageState = page.getState()): number {
  const { clock, pace, phase } = state;
  if (phase !== 'live' || pace.paused || pace.untilSettled) return clock.at;
  const ahead = Math.min(performance.now() - clock.heard, 1000);
  return clock.at + Math.floor(ahead * pace.tenths * 100);
}

/** A new lab begins at the present minute; `#seed=7&nodes=3&epoch=1767603600` asks for another. */
function shapeFromFragment(): LabShape {
  const asked = new URLSearchParams(location.hash.slice(1));
  const number = (name: string, least: number, most: number, other: number): number => {
    const value = Number(asked.get(name) ?? Number.NaN);
    return Number.isSafeInteger(value) && value >= least && value <= most ? value : other;
  };
  const minute = Math.floor(Date.now() / 60_000) * 60;
  return {
    seed: number('seed', 0, 0xffffffff, crypto.getRandomValues(new Uint32Array(1))[0]!),
    epoch: number('epoch', 0, 4_102_444_800, minute) * 1_000_000,
    nodes: number('nodes', 1, 200, 5),
  };
}
