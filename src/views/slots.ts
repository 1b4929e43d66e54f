/** Tasks by slot: which of them is shown as a tile, and which are its history. Pure. */
import { classOfTask, type Scene, type StateClass, type TaskRecord } from '../scene/index';
import type { Tile } from './nodes-types';
import { shortName } from './text';
import { words } from './words';

export interface Slot {
  /** Oldest first. */
  readonly tasks: TaskRecord[];
}
export type Slots = ReadonlyMap<string, Slot>;

/** A slot's name: service and number, or the node of a global service. */
export function slotKey(task: Pick<TaskRecord, 'serviceId' | 'slot' | 'nodeId'>): string {
  return `${task.serviceId}/${task.slot > 0 ? task.slot : task.nodeId}`;
}

export function slotsOf(scene: Scene): Slots {
  const slots = new Map<string, Slot>();
  for (const task of scene.tables.task.values()) {
    const key = slotKey(task);
    const slot = slots.get(key);
    if (slot === undefined) slots.set(key, { tasks: [task] });
    else slot.tasks.push(task);
  }
  for (const { tasks } of slots.values()) if (tasks.length > 1) tasks.sort((a, b) => a.createdAt - b.createdAt);
  return slots;
}

const ENDED: ReadonlySet<TaskRecord['state']> = new Set([
  'complete',
  'shutdown',
  'failed',
  'rejected',
  'remove',
  'orphaned',
]);

/** Neither ended nor asked to end. */
function isCurrent(task: TaskRecord): boolean {
  return !ENDED.has(task.state) && !endIsWanted(task);
}

function endIsWanted(task: TaskRecord): boolean {
  return task.desiredState === 'shutdown' || task.desiredState === 'remove';
}

/** A tile: all that live, and of a slot where nobody does, the last one if it failed or did its work. */
export function isShown(task: TaskRecord, slots: Slots): boolean {
  if (!ENDED.has(task.state)) return true;
  if (task.state === 'shutdown' || task.state === 'remove' || task.state === 'orphaned') return false;
  const { tasks } = slots.get(slotKey(task))!;
  return tasks[tasks.length - 1] === task && task.desiredState !== 'remove';
}

const EDGES_MAX = 4;

export function tileOf(scene: Scene, task: TaskRecord, slots: Slots, silent: boolean, prefix: string): Tile {
  const service = scene.tables.service.get(task.serviceId);
  const key = slotKey(task);
  const { tasks } = slots.get(key)!;
  const ghost = silent && !ENDED.has(task.state);
  const stopping = !ghost && !ENDED.has(task.state) && endIsWanted(task);
  const name = service === undefined ? task.id.slice(0, 12) : shortName(service.name, prefix);
  return {
    id: task.id,
    table: 'task',
    kind: stopping ? 'stopped' : kindOf(task, ghost),
    name: task.slot > 0 ? `${name}.${task.slot}` : name,
    word: stopping ? words.stopping : ghost ? words.doubt(task.state) : task.state,
    order: service?.order ?? -1,
    serviceId: task.serviceId,
    edges: isCurrent(task) ? edgesOf(task, tasks) : [],
    ghost,
    batch: service?.updateState === 'updating' && inBatch(task, tasks, stopping),
    slot: key,
  };
}

function kindOf(task: TaskRecord, ghost: boolean): StateClass {
  return ghost ? 'stopped' : classOfTask(task);
}

function edgesOf(task: TaskRecord, tasks: readonly TaskRecord[]): boolean[] {
  const before = tasks.filter((one) => one !== task && ENDED.has(one.state) && one.createdAt <= task.createdAt);
  return before.slice(-EDGES_MAX).map((one) => one.state === 'failed' || one.state === 'rejected');
}

/** Old and new side by side: one stops, or one starts whose forerunner was stopped. */
function inBatch(task: TaskRecord, tasks: readonly TaskRecord[], stopping: boolean): boolean {
  if (tasks.length < 2 || ENDED.has(task.state)) return false;
  return stopping || (task.state !== 'running' && tasks[tasks.length - 1] === task);
}
