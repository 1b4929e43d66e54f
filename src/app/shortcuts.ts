/** Listens for the page's keys, and does what they say. */

import { hostsOf } from './hosts';
import { notice, setPace, setSettings, showHost, step, terminals } from './lab';
import { type PageAct, pageActOf } from './page-keys';
import type { ThemeChoice } from './settings';
import { page } from './store';
import { words } from './words';

export const RATES: readonly number[] = [1, 10, 100, 600];

export function followKeys(): () => void {
  document.addEventListener('keydown', onKey);
  return () => document.removeEventListener('keydown', onKey);
}

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  const target = event.target instanceof HTMLElement ? event.target : document.body;
  const inTerminal = target.closest('.terminal-screen') !== null;
  if (inTerminal && event.ctrlKey && event.code === 'KeyM') {
    event.preventDefault();
    toggleTabLeaves();
    return;
  }
  if (event.key === 'Escape' && !inTerminal && closeTop()) {
    event.preventDefault();
    return;
  }
  if (event.ctrlKey || event.metaKey) return;
  if (!event.altKey && (inTerminal || !page.getState().settings.singleKeys || takesText(target))) return;
  const act = pageActOf(event.code, !event.altKey);
  if (act === undefined) return;
  event.preventDefault();
  ACTS[act](target);
}

/** Fields take letters, buttons take none but Enter and the space bar, which are no page keys alone. */
function takesText(target: HTMLElement): boolean {
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName);
}

function closeTop(): boolean {
  const { keysShown, full } = page.getState();
  if (keysShown) page.setState({ keysShown: false });
  else if (full !== 'none') page.setState({ full: 'none' });
  else return false;
  return true;
}

/** As editors do it: Ctrl+M switches between Tab completing and Tab leaving. */
function toggleTabLeaves(): void {
  const tabLeaves = !page.getState().tabLeaves;
  terminals.tabLeaves = tabLeaves;
  page.setState({ tabLeaves });
  if (tabLeaves) notice(words.hintTabLeaves);
}

const ACTS: Record<PageAct, (target: HTMLElement) => void> = {
  'view-nodes': () => page.setState({ view: 'nodes', pane: 'view' }),
  'view-raft': () => page.setState({ view: 'raft', pane: 'view' }),
  text: () => page.setState({ text: !page.getState().text }),
  'previous-host': () => nextHost(-1),
  'next-host': () => nextHost(1),
  pause: () => setPace({ paused: !page.getState().pace.paused, untilSettled: false }),
  step: () => stepOrPause(),
  slower: () => changeRate(-1),
  faster: () => changeRate(1),
  settle: () => setPace({ untilSettled: true }),
  theme: () => nextTheme(),
  keys: () => page.setState({ keysShown: !page.getState().keysShown }),
  full: (target) => toggleFull(target.closest('.view-pane') === null ? 'terminal' : 'view'),
};

/** A step of a running clock is to stop it. */
export function stepOrPause(): void {
  if (page.getState().pace.paused) step();
  else setPace({ paused: true, untilSettled: false });
}

function nextHost(by: 1 | -1): void {
  const state = page.getState();
  const hosts = hostsOf(state.scene, state.shape);
  const at = hosts.findIndex((host) => host.name === state.host);
  showHost(hosts[(at + by + hosts.length) % hosts.length]!.name);
}

function changeRate(by: 1 | -1): void {
  const { pace } = page.getState();
  const at = RATES.indexOf(pace.tenths) + by;
  const tenths = RATES[Math.min(RATES.length - 1, Math.max(0, at))]!;
  setPace({ tenths, paused: false, untilSettled: false });
}

export function nextTheme(): void {
  const order: readonly ThemeChoice[] = ['system', 'dark', 'light'];
  const { theme } = page.getState().settings;
  setSettings({ theme: order[(order.indexOf(theme) + 1) % order.length]! });
}

function toggleFull(pane: 'terminal' | 'view'): void {
  page.setState({ full: page.getState().full === 'none' ? pane : 'none' });
}
