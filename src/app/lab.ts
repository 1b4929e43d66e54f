/** The page's hold on the lab: the link, the terminals, and every act that a person can do. */
import { utf8 } from '../base/bytes';
import type { Scene, SceneDiff } from '../scene/index';
import type { View, ViewActs } from '../views/index';
import { type Frame, Link, type Pace, type WorkerLike } from '../worker/link';
import { hostsOf } from './hosts';
import { terminalBox } from './layout';
import { type Settings, saveSettings } from './settings';
import { type PageSession, page } from './store';
import { Terminals } from './terminals';
import { words } from './words';

/** Pictures that are mounted: they get every frame, ahead of React. */
const pictures = new Set<View>();

/** React sees the scene this often; pictures and terminals see every frame. */
const REACT_MS = 80;

let link: Link | undefined;
let sessionCount = 0;
let reactAt = Number.NEGATIVE_INFINITY;
let reactTimer: ReturnType<typeof setTimeout> | undefined;

export const terminals = new Terminals({
  keys: (session, text) => link?.input({ kind: 'keys', session, bytes: utf8(text) }),
  resize: (session, columns, rows) => link?.input({ kind: 'resize', session, columns, rows }),
  promptEmpty: (session, empty) => {
    const state = page.getState();
    if (session === state.session && empty !== state.promptEmpty) page.setState({ promptEmpty: empty });
  },
  firstPrompt: showAround,
});

/** What is around the terminal waits for the first prompt, but not for ever. */
const AROUND_WAIT_MS = 1500;

function showAround(): void {
  if (!page.getState().prompted) page.setState({ prompted: true });
}

/** Starts the worker and opens the first terminal's session. Called once, before anything is drawn. */
export function startLab(): void {
  setTimeout(showAround, AROUND_WAIT_MS);
  const { shape, pace } = page.getState();
  link = new Link({
    shape,
    pace,
    spawn: () => earlyWorker() ?? newWorker(),
    events: {
      ready: (at) => page.setState({ phase: 'live', clock: { at, heard: performance.now() } }),
      frame: takeFrame,
      restarted: (why) => {
        console.error(why);
        terminals.clearAll();
        notice(words.restarted);
      },
      setAside: () => notice(words.setAside),
      failed: (failure) => page.setState({ phase: 'failed', failure }),
    },
  });
  showHost(page.getState().host);
}

function newWorker(): WorkerLike {
  return new Worker(new URL('../worker/main.ts', import.meta.url), { type: 'module' }) as WorkerLike;
}

/** The worker that early.js began to load beside the page's own code; a second one is made as usual. */
function earlyWorker(): WorkerLike | undefined {
  const place = globalThis as { labWorker?: WorkerLike };
  const worker = place.labWorker;
  delete place.labWorker;
  return worker;
}

function takeFrame(scene: Scene, diff: SceneDiff | undefined, frame: Frame, done: () => void): void {
  const clock = { at: frame.at, heard: performance.now() };
  const last = page.getState();
  if (!samePace(frame.pace, last.pace) || frame.behind !== last.behind || frame.filtering !== last.filtering) {
    page.setState({ clock, pace: frame.pace, behind: frame.behind, filtering: frame.filtering });
  } else page.setState({ clock });
  let waiting = 1;
  const written = (): void => {
    if (--waiting > 0) return;
    if (link?.idle) terminals.echoed();
    done();
  };
  // Text first: the terminal is the fastest thing on the page.
  for (const [session, bytes] of frame.output) {
    waiting++;
    terminals.write(session, bytes, written);
  }
  written();
  if (diff === undefined) return;
  for (const picture of pictures) picture.update(scene, diff);
  showScene();
}

function samePace(a: Pace, b: Pace): boolean {
  return a.paused === b.paused && a.tenths === b.tenths && a.untilSettled === b.untilSettled;
}

/** The first change as soon as the terminals have their text, those that follow on its heels together. */
function showScene(): void {
  if (reactTimer !== undefined) return;
  reactTimer = setTimeout(
    () => {
      reactTimer = undefined;
      reactAt = performance.now();
      if (link !== undefined) page.setState({ scene: link.scene });
    },
    Math.max(0, REACT_MS - (performance.now() - reactAt)),
  );
}

/** Mounts a picture: what it is to do when it goes. */
export function feed(picture: View): () => void {
  pictures.add(picture);
  if (link !== undefined) picture.update(link.scene, undefined);
  return () => {
    pictures.delete(picture);
    picture.dispose();
  };
}

/** Shows a host's terminal, opening its first where there is none. */
export function showHost(host: string): void {
  const { sessions } = page.getState();
  const session = sessions.find((one) => one.host === host) ?? openSession(host);
  showSession(session);
}

export function showSession(session: PageSession): void {
  page.setState({ session: session.name, host: session.host, promptEmpty: terminals.promptIsEmpty(session.name) });
}

/** Another terminal on a host. It is shown by whoever asked. */
export function openSession(host: string): PageSession {
  const { sessions } = page.getState();
  const number = 1 + Math.max(0, ...sessions.filter((one) => one.host === host).map((one) => one.number));
  const session: PageSession = { name: `t${++sessionCount}`, host, number };
  const box = terminalBox(page.getState().settings);
  const { columns, rows } = terminals.create(session.name, words.terminalOf(host, number), box);
  page.setState({ sessions: [...sessions, session].sort(byHost) });
  link?.input({ kind: 'open', session: session.name, host, columns, rows });
  return session;
}

export function closeSession(session: PageSession): void {
  const sessions = page.getState().sessions.filter((one) => one.name !== session.name);
  page.setState({ sessions });
  terminals.dispose(session.name);
  link?.input({ kind: 'close', session: session.name });
  if (page.getState().session === session.name) showHost(session.host);
}

function byHost(a: PageSession, b: PageSession): number {
  const order = new Map(hostsOf(page.getState().scene, page.getState().shape).map((host, at) => [host.name, at]));
  return (order.get(a.host) ?? 0) - (order.get(b.host) ?? 0) || a.number - b.number;
}

/** An act on the physical world; its line appears in the terminal that is shown. */
export function act(args: readonly string[]): void {
  link?.input({ kind: 'lab', args, session: page.getState().session });
}

/** Types a line and submits it, in the terminal that is shown or the named host's. */
export function typeLine(line: string, host?: string): void {
  const state = page.getState();
  if (host !== undefined && state.host !== host) showHost(host);
  const { session } = page.getState();
  if (session === undefined) return;
  link?.input({ kind: 'keys', session, bytes: utf8(`${line}\r`) });
  terminals.focus(session);
}

export function sendKeys(text: string): void {
  const { session } = page.getState();
  if (session !== undefined) link?.input({ kind: 'keys', session, bytes: utf8(text) });
}

export function setPace(change: Partial<Pace>): void {
  const pace = { ...page.getState().pace, ...change };
  page.setState({ pace });
  link?.setPace(pace);
}

export function step(): void {
  link?.step();
}

export function setSettings(change: Partial<Settings>): void {
  const settings = { ...page.getState().settings, ...change };
  page.setState({ settings });
  saveSettings(settings);
}

let noticeTimer: ReturnType<typeof setTimeout> | undefined;

/** Shows one passing line. */
export function notice(text: string): void {
  clearTimeout(noticeTimer);
  page.setState({ notice: text });
  noticeTimer = setTimeout(() => page.setState({ notice: '' }), 8000);
}

/** A hidden page's clock stands, and says so afterwards. */
export function followVisibility(): void {
  document.addEventListener('visibilitychange', () => {
    const visible = document.visibilityState === 'visible';
    link?.setVisible(visible);
    if (visible && !page.getState().pace.paused) notice(words.cameBack);
  });
}

/** A lab lives in its tab: who closes or reloads it (Ctrl+W, in a terminal) is asked, once something was done there. */
export function guardLeaving(): void {
  addEventListener('beforeunload', (event) => {
    const { phase, scene } = page.getState();
    const done = [...scene.tables.event.values()].some(({ lane }) => lane === 'you');
    if (phase === 'live' && done) event.preventDefault();
  });
}

/** Offers everything that was done as a file. */
export function saveJournal(): void {
  if (link === undefined) return;
  const file = new Blob([`${JSON.stringify(link.journal(), undefined, 1)}\n`], { type: 'application/json' });
  const address = URL.createObjectURL(file);
  const anchor = document.createElement('a');
  anchor.href = address;
  anchor.download = 'swarm-playground-journal.json';
  anchor.click();
  URL.revokeObjectURL(address);
}

/** For tests and the curious, from the browser's console. */
export function digest(): Promise<unknown> {
  return link?.ask({ what: 'digest' }) ?? Promise.resolve(undefined);
}

export function journal(): unknown {
  return link?.journal();
}

export const viewActs: ViewActs = {
  lab: act,
  type: (line) => typeLine(line, managerHost()),
  openHost: showHost,
  select: (selected) => page.setState({ selected }),
  hover: (hovered) => page.setState({ hovered }),
};

/** The shown host where it is a manager, else the leader's, else the shown one. */
function managerHost(): string {
  const { scene, host } = page.getState();
  if (scene.tables.member.has(host)) return host;
  const leader = [...scene.tables.node.values()].find((node) => node.leader);
  return leader === undefined || leader.machine === '' ? host : leader.machine;
}
