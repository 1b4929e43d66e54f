/** The acts on a host, as a small menu. Each entry shows the line that it is. */
import type { Scene } from '../scene/index';
import { nodeOf } from './nodes-model';
import type { ViewActs } from './view';
import { words } from './words';

/** One thing that can be done with a host, and the line that does it. */
export interface Act {
  readonly label: string;
  readonly line: string;
  readonly run: (acts: ViewActs) => void;
}

function lab(label: string, args: readonly string[]): Act {
  return { label, line: `lab ${args.join(' ')}`, run: (acts) => acts.lab(args) };
}

function docker(label: string, line: string): Act {
  return { label, line, run: (acts) => acts.type(line) };
}

/** What can be done with a host now. */
export function actsOn(scene: Scene, host: string): readonly Act[] {
  const machine = scene.tables.machine.get(host);
  if (machine === undefined) return [];
  const acts: Act[] = [{ label: words.openTerminal, line: '', run: (all) => all.openHost(host) }];
  acts.push(machine.powered ? lab(words.powerOff, ['kill', host]) : lab(words.powerOn, ['start', host]));
  const groups = groupsOf(scene);
  const mine = groups.find((group) => group.includes(host)) ?? [];
  if (mine.length > 1) acts.push(lab(words.cut, partitionArgs(moved(groups, host, undefined))));
  for (const group of groups) {
    if (group !== mine) acts.push(joinAct(scene, host, group[0]!));
  }
  if (groups.length > 1 || scene.tables.link.size > 0) acts.push(lab(words.heal, ['heal']));
  const node = nodeOf(scene, machine);
  if (node !== undefined && node.hostname !== '') {
    if (node.availability !== 'drain') {
      acts.push(docker(words.drainIt, `docker node update --availability drain ${node.hostname}`));
    }
    if (node.availability !== 'active') {
      acts.push(docker(words.activate, `docker node update --availability active ${node.hostname}`));
    }
  }
  return acts;
}

/** Cuts a host from the side that it is on. */
export function cutAct(scene: Scene, host: string): Act {
  return lab(words.cut, partitionArgs(moved(groupsOf(scene), host, undefined)));
}

/** Takes a host over to the side of another: the last cut mended so is a heal. */
export function joinAct(scene: Scene, host: string, other: string): Act {
  const groups = moved(groupsOf(scene), host, other);
  return lab(words.join(other), groups.length === 1 ? ['heal'] : partitionArgs(groups));
}

/** The LAN's segments as groups of hosts, in host order. */
export function groupsOf(scene: Scene): string[][] {
  const groups = new Map<number, string[]>();
  for (const machine of [...scene.tables.machine.values()].sort((a, b) => a.index - b.index)) {
    const group = groups.get(machine.segment);
    if (group === undefined) groups.set(machine.segment, [machine.name]);
    else group.push(machine.name);
  }
  return [...groups.values()];
}

/** The groups with a host moved to another's, or to one of its own. */
export function moved(groups: readonly (readonly string[])[], host: string, to: string | undefined): string[][] {
  const without = groups.map((group) => group.filter((name) => name !== host || group.includes(to ?? '')));
  const out = without.map((group) =>
    to !== undefined && group.includes(to) && !group.includes(host) ? [...group, host] : group,
  );
  if (to === undefined) out.push([host]);
  return out.filter((group) => group.length > 0);
}

export function partitionArgs(groups: readonly (readonly string[])[]): string[] {
  return ['partition', ...groups.flatMap((group, at) => (at === 0 ? [group.join(',')] : ['/', group.join(',')]))];
}

/** One open menu at most, over the picture. */
export class Menu {
  private element: HTMLElement | undefined;
  private anchor: Element | undefined;

  constructor(
    private readonly root: HTMLElement,
    private readonly acts: ViewActs,
  ) {
    document.addEventListener('pointerdown', this.outside, true);
    document.addEventListener('wheel', this.outside, { capture: true, passive: true });
  }

  private readonly outside = (event: Event): void => {
    if (this.element !== undefined && !this.element.contains(event.target as Node)) this.close(false);
  };

  open(host: string, entries: readonly Act[], anchor: Element): void {
    this.close(false);
    const menu = document.createElement('div');
    menu.className = 'view-menu';
    menu.setAttribute('role', 'menu');
    menu.setAttribute('aria-label', words.menuOf(host));
    for (const entry of entries) menu.append(this.entry(entry));
    menu.addEventListener('keydown', (event) => this.key(event));
    this.root.append(menu);
    this.element = menu;
    this.anchor = anchor;
    place(menu, anchor);
    (menu.firstElementChild as HTMLElement | null)?.focus();
  }

  private entry(entry: Act): HTMLElement {
    const button = document.createElement('button');
    button.type = 'button';
    button.setAttribute('role', 'menuitem');
    button.tabIndex = -1;
    const label = document.createElement('span');
    label.textContent = entry.label;
    button.append(label);
    if (entry.line !== '') {
      const line = document.createElement('code');
      line.textContent = entry.line;
      button.append(line);
    }
    button.addEventListener('click', () => {
      this.close(true);
      entry.run(this.acts);
    });
    return button;
  }

  private key(event: KeyboardEvent): void {
    const items = [...(this.element?.children ?? [])] as HTMLElement[];
    const at = items.indexOf(document.activeElement as HTMLElement);
    const last = items.length - 1;
    const next = { ArrowDown: at === last ? 0 : at + 1, ArrowUp: at <= 0 ? last : at - 1, Home: 0, End: last }[
      event.key
    ];
    if (next !== undefined) items[next]?.focus();
    else if (event.key === 'Escape') this.close(true);
    else if (event.key === 'Tab') this.close(false);
    else return;
    if (event.key !== 'Tab') event.preventDefault();
    event.stopPropagation();
  }

  close(back: boolean): void {
    this.element?.remove();
    this.element = undefined;
    if (back) (this.anchor as HTMLElement | SVGElement | undefined)?.focus();
  }

  dispose(): void {
    this.close(false);
    document.removeEventListener('pointerdown', this.outside, true);
    document.removeEventListener('wheel', this.outside, true);
  }
}

/** Below its anchor, or above where there is no room, inside the window: panes that scroll do not cut it. */
function place(menu: HTMLElement, anchor: Element): void {
  const at = anchor.getBoundingClientRect();
  const { clientWidth, clientHeight } = document.documentElement;
  const x = Math.max(8, Math.min(at.right - menu.offsetWidth, clientWidth - menu.offsetWidth - 8));
  const below = at.bottom + menu.offsetHeight + 12 <= clientHeight;
  const y = below ? at.bottom + 4 : Math.max(8, at.top - menu.offsetHeight - 4);
  menu.style.left = `${Math.round(x)}px`;
  menu.style.top = `${Math.round(Math.min(y, Math.max(8, clientHeight - menu.offsetHeight - 8)))}px`;
}
