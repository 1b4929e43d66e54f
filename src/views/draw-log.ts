/** The logs, one row a manager: a cell an entry with its term; solid when it knows it committed, hatched where it differs. */
import { isNew, keyed, make, put, say, set } from './draw';
import type { LogLayout, RaftLayout } from './raft-layout';
import { type Disc, differing, type RaftModel } from './raft-model';
import { wrap } from './text';
import { words } from './words';

const CELL_W = 28;
const CELL_H = 23;
const TOP = 26;

export function makeLog(): SVGGElement {
  const element = make('g', { class: 'log', role: 'group', 'aria-label': words.log });
  const title = make('text', { class: 'section', x: 0, y: 12 });
  title.textContent = words.log;
  // Cells slide when the log goes on, and only within their columns.
  const clip = make('clipPath', { id: 'view-log-clip' });
  clip.append(make('rect', { y: -2, height: CELL_H + 4 }));
  const indexes = make('g', { 'clip-path': 'url(#view-log-clip)' });
  indexes.append(make('g', { class: 'indexes slides' }));
  element.append(clip, title, indexes);
  element.append(
    make('text', { class: 'column-head start committed', y: 12 }),
    make('text', { class: 'column-head leads', y: 12 }),
  );
  element.append(
    make('g', { class: 'log-rows' }),
    make('g', { class: 'commit-lines' }),
    make('text', { class: 'commit-word' }),
  );
  return element;
}

export function drawLog(element: SVGGElement, model: RaftModel, layout: RaftLayout): void {
  const { log } = layout;
  put(element, log.x, log.y);
  const cellX = log.cellX - log.x;
  const columns = log.last - log.first + 1;
  set(element.querySelector('clipPath rect')!, { x: cellX - 3, width: columns * log.pitch + 2 });
  put(element.querySelector('.indexes')!, cellX - log.first * log.pitch, 0);
  const indexes = Array.from({ length: log.last - log.first + 1 }, (_, at) => log.first + at);
  keyed(
    element.querySelector('.indexes')!,
    indexes,
    (index) => `${index}`,
    (index) => {
      const group = make('g');
      const text = make('text', { class: 'index mono' });
      text.textContent = `${index}`;
      group.append(text);
      return group;
    },
    (group, index) => put(group, index * log.pitch + CELL_W / 2, 12),
  );
  const right = cellX + indexes.length * log.pitch + 10;
  say(element.querySelector('.committed')!, log.wide ? words.committed : '');
  set(element.querySelector('.committed')!, { x: right });
  say(element.querySelector('.leads')!, log.wide ? words.whoLeads : '');
  set(element.querySelector('.leads')!, { x: log.w });
  keyed(
    element.querySelector('.log-rows')!,
    model.discs,
    (disc) => disc.name,
    () => {
      const row = make('g');
      const cells = make('g', { 'clip-path': 'url(#view-log-clip)' });
      cells.append(make('g', { class: 'cells slides' }));
      row.append(make('text', { class: 'log-name', y: 16 }), make('text', { class: 'log-term', y: 16 }), cells);
      row.append(make('text', { class: 'log-ends', y: 16 }), make('text', { class: 'log-commit mono', y: 16 }));
      row.append(make('text', { class: 'log-leads mono', y: 16 }));
      return row;
    },
    (row, disc) => showRow(row, disc, model, log, right),
  );
  drawCommit(element, model, log, cellX);
}

function showRow(row: SVGGElement, disc: Disc, model: RaftModel, log: LogLayout, right: number): void {
  put(row, 0, TOP + model.discs.indexOf(disc) * log.rowPitch);
  const differs = differing(model.discs, disc);
  const { votes: _votes, ...facts } = disc;
  if (!isNew(row, JSON.stringify([facts, [...differs], log, right]))) return;
  set(row, { class: disc.role === 'off' ? 'log-row is-off' : 'log-row' });
  const part = (name: string): SVGElement => row.querySelector(`.${name}`)!;
  say(part('log-name'), disc.name);
  say(part('log-term'), log.wide ? (disc.role === 'off' ? words.silent : words.term(disc.term)) : '');
  set(part('log-term'), { x: 46 });
  say(part('log-commit'), log.wide ? `${disc.commit}` : '');
  set(part('log-commit'), { x: right });
  say(part('log-leads'), log.wide ? disc.leads : '');
  set(part('log-leads'), { x: log.w });
  const cellX = log.cellX - log.x;
  say(part('log-ends'), disc.lastIndex < log.first ? words.endsAt(disc.lastIndex) : '');
  set(part('log-ends'), { x: cellX });
  put(part('cells'), cellX - log.first * log.pitch, 0);
  keyed(
    part('cells') as SVGGElement,
    disc.log.filter((cell) => cell.index >= log.first && cell.index <= log.last),
    (cell) => `${cell.index}/${cell.term}`,
    () => {
      const cell = make('g');
      const box = { width: CELL_W, height: CELL_H, rx: 3 };
      cell.append(make('rect', { class: 'cell-box', ...box }), make('rect', { class: 'cell-hatch', ...box }));
      cell.append(make('text', { class: 'cell-term mono', x: CELL_W / 2, y: 16 }), make('title'));
      return cell;
    },
    (element, cell) => {
      put(element, cell.index * log.pitch, 0);
      const open = cell.index > disc.commit;
      set(element, { class: `entry${open ? ' open' : ''}${differs.has(cell.index) ? ' differs' : ''}` });
      say(element.querySelector('.cell-term')!, `${cell.term}`);
      say(
        element.querySelector('title')!,
        `${cell.index}, ${words.term(cell.term)}${open ? '' : `, ${words.committed}`}`,
      );
    },
  );
}

/** One line through all rows marks the commit; where managers know different ones, it steps. */
function drawCommit(element: SVGGElement, model: RaftModel, log: LogLayout, cellX: number): void {
  const x = (commit: number): number => cellX + (commit - log.first + 1) * log.pitch - (log.pitch - CELL_W) / 2;
  let path = '';
  let before: number | undefined;
  for (const [at, disc] of model.discs.entries()) {
    if (disc.commit < log.first - 1) {
      before = undefined;
      continue;
    }
    const here = x(disc.commit);
    const y = TOP + at * log.rowPitch - 5;
    path += before === undefined ? `M${here} ${y}` : before === here ? '' : `H${here}`;
    path += `V${y + log.rowPitch}`;
    before = here;
  }
  const holder = element.querySelector('.commit-lines')!;
  if (holder.childElementCount === 0) holder.append(make('path', { class: 'commit-line' }));
  set(holder.firstElementChild!, { d: path || 'M0 0' });
  const word = element.querySelector('.commit-word')!;
  say(word, model.discs.length === 0 ? '' : words.commit(model.commit));
  set(word, {
    x: Math.max(30, Math.min(log.w - 30, x(model.commit))),
    y: TOP + model.discs.length * log.rowPitch + 12,
  });
}

/** Sentences below the log. */
export function drawRaftNotes(parent: SVGGElement, model: RaftModel, layout: RaftLayout): void {
  const lines = model.notes.flatMap((note) => wrap(note, Math.floor(layout.notes.w / 6), 3));
  keyed(
    parent,
    lines.map((text, at) => ({ text, at })),
    ({ at }) => `${at}`,
    () => {
      const element = make('g');
      element.append(make('text', { class: 'raft-note' }));
      return element;
    },
    (element, { text, at }) => {
      say(element.firstElementChild!, text);
      put(element, layout.notes.x, layout.notes.y + 12 + 18 * at);
    },
  );
}
