/** Small helps for drawing with d3-selection: elements that are made once, and attributes that are set when they change. */
import { type Selection, select } from 'd3-selection';

export type G = Selection<SVGGElement, unknown, null, undefined>;

const drawn = new WeakMap<Element, string>();

/** Whether an element has yet to be drawn as `key` says; remembers that it now is. */
export function isNew(element: Element, key: string): boolean {
  if (drawn.get(element) === key) return false;
  drawn.set(element, key);
  return true;
}

/** Appends a group of this class. */
export function group(parent: Selection<Element, unknown, null, undefined>, name: string): G {
  return parent.append('g').attr('class', name) as unknown as G;
}

/** The SVG root of a picture. */
export function canvasOf(
  element: HTMLElement,
  name: string,
  label: string,
): Selection<SVGSVGElement, unknown, null, undefined> {
  return select(element)
    .append('svg')
    .attr('class', name)
    .attr('role', 'group')
    .attr('aria-label', label) as unknown as Selection<SVGSVGElement, unknown, null, undefined>;
}

/** Puts an element somewhere; whether it glides there is its class's matter. */
export function put(element: SVGElement, x: number, y: number): void {
  const transform = `translate(${x}px, ${y}px)`;
  if (element.style.transform !== transform) element.style.transform = transform;
}

/** Children of one element by key: entered with `make`, left ones removed, in the order of `items`. */
export function keyed<T>(
  parent: SVGGElement,
  items: readonly T[],
  key: (item: T) => string,
  make: (item: T) => SVGGElement,
  show: (element: SVGGElement, item: T) => void,
  leave: (element: SVGGElement) => void = (element) => element.remove(),
): void {
  const wanted = new Map(items.map((item) => [key(item), item]));
  const have = new Map<string, SVGGElement>();
  for (const child of [...parent.children] as SVGGElement[]) {
    const id = child.dataset['key'];
    if (id === undefined || child.dataset['gone'] !== undefined) continue;
    if (wanted.has(id)) have.set(id, child);
    else {
      child.dataset['gone'] = '';
      leave(child);
    }
  }
  for (const [id, item] of wanted) {
    let element = have.get(id);
    if (element === undefined) {
      element = make(item);
      element.dataset['key'] = id;
      parent.append(element);
    }
    show(element, item);
  }
}

const SVG = 'http://www.w3.org/2000/svg';

/** One SVG element with attributes. */
export function make<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string | number>> = {},
): SVGElementTagNameMap[K] {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, `${value}`);
  return element;
}

/** Sets attributes that differ. */
export function set(element: Element, attributes: Readonly<Record<string, string | number>>): void {
  for (const [name, value] of Object.entries(attributes)) {
    const text = `${value}`;
    if (element.getAttribute(name) !== text) element.setAttribute(name, text);
  }
}

/** Sets text that differs. */
export function say(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
