/**
 * Keyboard and pointer over a picture's objects (`data-item`): one of them is in the tab order, arrows go to the nearest
 * one in their direction, Enter and click pick, Escape leaves. Objects are found by their places on screen.
 */
import type { Ref, ViewActs } from './view';

export interface FocusOptions {
  readonly acts: ViewActs;
  /** Enter or a click on `data-menu`: the acts on a host. */
  menu(host: string, anchor: Element): void;
}

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export class Focus {
  private current: Element | undefined;
  private hovered = '';

  constructor(
    private readonly root: HTMLElement | SVGElement,
    private readonly options: FocusOptions,
  ) {
    root.addEventListener('keydown', (event) => this.key(event as KeyboardEvent));
    root.addEventListener('focusin', (event) => this.focused(event.target as Element));
    root.addEventListener('click', (event) => this.clicked(event as MouseEvent));
    root.addEventListener('dblclick', (event) => this.opened(event as MouseEvent));
    root.addEventListener('pointerover', (event) => this.over(event.target as Element));
    root.addEventListener('pointerleave', () => this.over(undefined));
  }

  /** After drawing: exactly one object can be reached by Tab. */
  refresh(): void {
    if (this.current?.isConnected === true && this.current.hasAttribute('data-item')) return;
    const first = this.root.querySelector('[data-item]');
    this.current = first ?? undefined;
    first?.setAttribute('tabindex', '0');
  }

  private focused(target: Element): void {
    const item = target.closest('[data-item]');
    if (item === null || item === this.current) return;
    this.current?.setAttribute('tabindex', '-1');
    this.current = item;
    item.setAttribute('tabindex', '0');
  }

  private key(event: KeyboardEvent): void {
    const item = (event.target as Element).closest('[data-item]');
    if (item === null || event.altKey || event.ctrlKey || event.metaKey) return;
    const arrow = ARROWS[event.key];
    if (arrow !== undefined) nearest(this.root, item, arrow)?.focus();
    else if (event.key === 'Enter' || event.key === ' ') this.pick(item);
    else if (event.key === 'ContextMenu') this.openMenu(item);
    else if (event.key === 'Escape') this.leave(item);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private leave(item: Element): void {
    this.options.acts.select(undefined);
    (item as HTMLElement | SVGElement).blur();
  }

  private openMenu(item: Element): void {
    const host = item.closest('[data-table="machine"]')?.getAttribute('data-id');
    if (host) this.options.menu(host, item);
  }

  private pick(item: Element): void {
    const menu = item.getAttribute('data-menu');
    if (menu !== null) this.options.menu(menu, item);
    else this.options.acts.select(refOf(item));
  }

  private clicked(event: MouseEvent): void {
    const item = (event.target as Element).closest('[data-item]');
    if (item !== null) this.pick(item);
    else if (event.target === this.root) this.options.acts.select(undefined);
  }

  private opened(event: MouseEvent): void {
    const ref = refOf((event.target as Element).closest('[data-item]'));
    if (ref?.table === 'machine') this.options.acts.openHost(ref.id);
  }

  private over(target: Element | undefined): void {
    const ref = refOf(target?.closest('[data-item]'));
    const key = ref === undefined ? '' : `${ref.table}/${ref.id}`;
    if (key === this.hovered) return;
    this.hovered = key;
    this.options.acts.hover(ref);
  }
}

function refOf(item: Element | null | undefined): Ref | undefined {
  const table = item?.getAttribute('data-table');
  const id = item?.getAttribute('data-id');
  return table && id ? { table: table as Ref['table'], id } : undefined;
}

/** The object nearest in a direction: what lies aside counts thrice. */
function nearest(
  root: Element,
  from: Element,
  [dx, dy]: readonly [number, number],
): HTMLElement | SVGElement | undefined {
  const here = anchorOf(from);
  let best: Element | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const item of root.querySelectorAll('[data-item]')) {
    if (item === from) continue;
    const there = anchorOf(item);
    const along = (there.x - here.x) * dx + (there.y - here.y) * dy;
    const aside = Math.abs((there.x - here.x) * dy) + Math.abs((there.y - here.y) * dx);
    if (along <= 2) continue;
    const distance = along + 3 * aside;
    if (distance < least) {
      least = distance;
      best = item;
    }
  }
  return best as HTMLElement | SVGElement | undefined;
}

/** Where an object is taken to be: a little inside its upper left, so that a card lies before its tasks. */
function anchorOf(item: Element): { x: number; y: number } {
  const box = item.getBoundingClientRect();
  return { x: box.left + Math.min(16, box.width / 2), y: box.top + Math.min(16, box.height / 2) };
}
