/** Pulling a host off the cable with the mouse. Touch and keyboard have the same acts in the host's menu. */
import { drag } from 'd3-drag';
import { select } from 'd3-selection';
import type { Scene } from '../scene/index';
import { make, put, say, set } from './draw';
import { type Act, cutAct, groupsOf, joinAct } from './menu';
import type { CardBox, NodesLayout } from './nodes-layout';
import { wrap } from './text';
import type { ViewActs } from './view';
import { words } from './words';

/** Pixels after which the cable gives. */
const PULL = 56;

export interface DragOptions {
  readonly acts: ViewActs;
  readonly svg: SVGSVGElement;
  readonly layer: SVGGElement;
  layout(): NodesLayout | undefined;
  scene(): Scene;
}

interface Pull {
  readonly card: CardBox;
  readonly element: Element;
  dx: number;
  dy: number;
  act: Act | undefined;
  hint: string;
}

export function pullHosts(options: DragOptions): void {
  let pull: Pull | undefined;
  const behaviour = drag<SVGSVGElement, unknown>()
    .filter((event: MouseEvent) => !event.ctrlKey && event.button === 0 && hostAt(event.target) !== undefined)
    .touchable(false)
    .clickDistance(4)
    .on('start', (event: { sourceEvent: MouseEvent }) => {
      const element = hostAt(event.sourceEvent.target)!;
      const card = options.layout()?.cards.find((one) => one.name === element.getAttribute('data-id'));
      pull = card === undefined ? undefined : { card, element, dx: 0, dy: 0, act: undefined, hint: '' };
    })
    .on('drag', (event: { dx: number; dy: number; x: number; y: number }) => {
      if (pull === undefined) return;
      pull.dx += event.dx;
      pull.dy += event.dy;
      decide(pull, options, event.x, event.y);
      show(pull, options.layer);
    })
    .on('end', () => {
      pull?.element.classList.remove('pulled');
      options.layer.replaceChildren();
      const act = pull?.act;
      pull = undefined;
      act?.run(options.acts);
    });
  select(options.svg).call(behaviour);
}

/** The card under the pointer, unless a task or the menu is. */
function hostAt(target: EventTarget | null): Element | undefined {
  const item = target instanceof Element ? target.closest('[data-item]') : null;
  return item?.getAttribute('data-table') === 'machine' ? item : undefined;
}

/** What letting go here would do. */
function decide(pull: Pull, options: DragOptions, x: number, y: number): void {
  const { card } = pull;
  const scene = options.scene();
  const over = options
    .layout()
    ?.cards.find((one) => one.name !== card.name && x > one.x && x < one.x + one.w && y > one.y && y < one.y + one.h);
  if (over !== undefined && over.segment !== card.segment) {
    pull.act = joinAct(scene, card.name, over.name);
    pull.hint = words.dragJoin(over.name);
    return;
  }
  const alone = (groupsOf(scene).find((group) => group.includes(card.name))?.length ?? 1) < 2;
  const far = Math.abs(pull.dx) + Math.abs(pull.dy) > PULL;
  pull.act = far && !alone ? cutAct(scene, card.name) : undefined;
  pull.hint = alone ? '' : far ? words.dragCut : words.dragMore;
}

function show(pull: Pull, layer: SVGGElement): void {
  const { card, dx, dy } = pull;
  if (layer.childElementCount === 0) {
    pull.element.classList.add('pulled');
    layer.append(make('path', { class: 'pulled-cable' }), make('rect', { class: 'pulled-card', rx: 8 }));
    layer.append(
      make('text', { class: 'pulled-name' }),
      make('text', { class: 'pulled-hint' }),
      make('g', { class: 'pulled-lines' }),
    );
  }
  const part = (name: string): SVGElement => layer.querySelector(`.${name}`)!;
  set(part('pulled-card'), { width: card.w, height: card.h });
  put(part('pulled-card'), card.x + dx, card.y + dy);
  const from = card.upper ? card.y + card.h : card.y;
  const cut = pull.act === undefined ? 1 : 0.4;
  const endX = card.dropX + dx * cut;
  const endY = card.dropTo + (from + dy - card.dropTo) * cut;
  set(part('pulled-cable'), { d: `M${card.dropX} ${card.dropTo}L${endX} ${endY}` });
  const texts = [card.name, pull.hint];
  for (const [at, name] of ['pulled-name', 'pulled-hint'].entries()) {
    say(part(name), texts[at]!);
    put(part(name), card.x + dx + 14, card.y + dy + 22 + at * 18);
  }
  const line = pull.act?.line ?? '';
  const lines = part('pulled-lines');
  put(lines, card.x + dx + 14, card.y + dy + 58);
  if (lines.dataset['line'] === line) return;
  lines.dataset['line'] = line;
  const wrapped = line === '' ? [] : wrap(line.replaceAll(',', ', '), Math.floor((card.w - 28) / 6.7), 4);
  lines.replaceChildren(
    ...wrapped.map((text, at) => {
      const element = make('text', { class: 'pulled-line', y: at * 15 });
      element.textContent = text.replaceAll(', ', ',');
      return element;
    }),
  );
}
