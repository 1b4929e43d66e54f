/** The element a picture lives in: its size, whether it may move now, and the marks of selection and pointing. */
import type { Ref } from './view';

export class Stage {
  readonly root: HTMLElement;
  private readonly observer: ResizeObserver;
  private still = true;
  private selected: Ref | undefined;
  private hovered: Ref | undefined;
  private lastWidth = -1;
  private lastRoom = -1;

  constructor(
    private readonly element: HTMLElement,
    name: string,
    resized: () => void,
  ) {
    this.root = document.createElement('div');
    this.root.className = `view-root ${name} still`;
    element.append(this.root);
    this.observer = new ResizeObserver(() => {
      if (this.width === this.lastWidth && Math.abs(this.room - this.lastRoom) < 8) return;
      this.lastWidth = this.width;
      this.lastRoom = this.room;
      resized();
    });
    this.observer.observe(element);
    if (element.parentElement !== null) this.observer.observe(element.parentElement);
  }

  get width(): number {
    return this.element.clientWidth;
  }

  /** Height that is free without scrolling: the pane's, less what stands beside the picture. */
  get room(): number {
    const pane = this.element.parentElement;
    if (pane === null) return this.element.clientHeight;
    let taken = 0;
    for (const sibling of pane.children) if (sibling !== this.element) taken += (sibling as HTMLElement).offsetHeight;
    return Math.max(0, pane.clientHeight - taken);
  }

  needs(height: number): void {
    const text = `${Math.max(height, this.room)}px`;
    if (this.root.style.minHeight !== text) this.root.style.minHeight = text;
  }

  get isCalm(): boolean {
    return this.still;
  }

  /** The next drawing moves nothing. */
  calm(): void {
    this.still = true;
    this.root.classList.add('still');
  }

  /** After a drawing: marks it, and lets the next one move. */
  drawn(): void {
    this.mark(this.selected, this.hovered);
    if (!this.still) return;
    this.still = false;
    // The drawing without movement has to be laid out before movement is allowed again.
    void this.root.offsetWidth;
    this.root.classList.remove('still');
  }

  /** Rings what is selected; what is pointed at, and all that belongs to it, too. */
  mark(selected: Ref | undefined, hovered: Ref | undefined): void {
    this.selected = selected;
    this.hovered = hovered;
    for (const [name, ref] of [
      ['data-selected', selected],
      ['data-near', hovered],
    ] as const) {
      const wanted = new Set(ref === undefined ? [] : this.find(ref));
      for (const element of this.root.querySelectorAll(`[${name}]`))
        if (!wanted.has(element)) element.removeAttribute(name);
      for (const element of wanted) element.setAttribute(name, '');
    }
  }

  private find(ref: Ref): Element[] {
    const id = CSS.escape(ref.id);
    const found = [...this.root.querySelectorAll(`[data-table="${ref.table}"][data-id="${id}"]`)];
    if (ref.table === 'service') found.push(...this.root.querySelectorAll(`[data-service="${id}"]`));
    return found;
  }

  dispose(): void {
    this.observer.disconnect();
    this.root.remove();
  }
}
