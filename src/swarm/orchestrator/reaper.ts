/**
 * Deletes old tasks: those of a slot beyond the history limit, and removed ones that have stopped.
 * Follows moby/swarmkit manager/orchestrator/taskreaper/task_reaper.go.
 */
import type { Micros } from '../../base/process';
import type { ControlLoop, LoopContext } from '../loop';
import { type Change, type ReadTx, type StoreEvent, type TaskObject, TaskState } from '../objects';
import { bySlot } from './slot';
import { byTimestamp, modeOf } from './task';

const BATCH_INTERVAL: Micros = 250_000;
const BATCH_LIMIT = 1000;
const HISTORY_DEFAULT = 5;
const TIMER = 'reap';
/** So many slots are looked up one by one; for more of them all of a service's are sorted out first. */
const FEW = 8;

interface Place {
  readonly serviceId: string;
  readonly slot: number;
  readonly nodeId: string;
}

export class TaskReaper implements ControlLoop {
  readonly name = 'reaper';
  /** Slots in which a task was created. */
  private readonly dirty = new Map<string, Place>();
  private readonly doomed = new Set<string>();

  constructor(private readonly context: LoopContext) {}

  start(): void {
    for (const task of this.context.store.list('task')) if (isDoomed(task)) this.doomed.add(task.id);
    if (this.doomed.size > 0) this.context.requestTurn();
  }

  observe(events: readonly StoreEvent[]): void {
    let watched = false;
    for (const { action, object } of events) {
      if (action === 'remove' || (object.kind !== 'task' && object.kind !== 'cluster')) continue;
      watched = true;
      if (object.kind === 'cluster') continue;
      if (action === 'create') this.dirty.set(...place(object));
      else if (isDoomed(object)) this.doomed.add(object.id);
    }
    if (!watched) return;
    // Any of these events starts the timer: a slot that stayed dirty is looked at again when something in it has ended.
    if (this.dirty.size + this.doomed.size > BATCH_LIMIT) this.context.requestTurn();
    else if (!this.context.timers.has(TIMER)) this.context.timers.set(TIMER, BATCH_INTERVAL);
  }

  timer(): void {
    if (this.dirty.size + this.doomed.size > 0) this.context.requestTurn();
  }

  turn(read: ReadTx): readonly Change[] {
    this.context.timers.clear(TIMER);
    const victims = new Set(this.doomed);
    this.doomed.clear();
    const limit = read.cluster()?.spec.Orchestration?.TaskHistoryRetentionLimit ?? HISTORY_DEFAULT;
    const slots = new SlotIndex(read, this.dirty.size <= FEW);
    for (const [key, at] of this.dirty) if (!this.prune(read, slots, at, limit, victims)) this.dirty.delete(key);
    const changes: Change[] = [];
    for (const id of victims) if (read.get('task', id)) changes.push({ action: 'remove', table: 'task', id });
    return changes;
  }

  /** Marks what is too old. True when the slot has to be looked at again: more than one task in it has not ended. */
  private prune(read: ReadTx, slots: SlotIndex, at: Place, clusterLimit: number, victims: Set<string>): boolean {
    const service = read.get('service', at.serviceId);
    if (!service) return false;
    const attempts = service.spec.TaskTemplate?.RestartPolicy?.MaxAttempts ?? 0;
    const limit = attempts > 0 ? attempts + 1 : clusterLimit;
    const mode = modeOf(service.spec);
    if (limit < 0 || (mode !== 'replicated' && mode !== 'global')) return false;
    const tasks = slots.tasks(at, mode === 'global');
    let surplus = tasks.length - limit;
    if (surplus <= 0) return false;
    let live = 0;
    for (const task of [...tasks].sort(byTimestamp)) {
      if (task.status.state <= TaskState.RUNNING && !willNeverRun(task)) {
        live++;
        continue;
      }
      victims.add(task.id);
      if (--surplus === 0) break;
    }
    return live > 1;
  }
}

/** Tasks by slot of each service that is looked at; made once a turn. */
class SlotIndex {
  private readonly services = new Map<string, Map<number, TaskObject[]>>();

  constructor(
    private readonly read: ReadTx,
    private readonly few: boolean,
  ) {}

  tasks(at: Place, global: boolean): readonly TaskObject[] {
    const { read } = this;
    if (global) return read.tasksOfNode(at.nodeId).filter(({ serviceId }) => serviceId === at.serviceId);
    if (this.few) return read.tasksOfService(at.serviceId).filter(({ slot }) => slot === at.slot);
    let slots = this.services.get(at.serviceId);
    if (!slots) this.services.set(at.serviceId, (slots = bySlot(read.tasksOfService(at.serviceId))));
    return slots.get(at.slot) ?? [];
  }
}

function place(task: TaskObject): [string, Place] {
  const { serviceId, slot, nodeId } = task;
  return [`${serviceId}/${slot}/${nodeId}`, { serviceId, slot, nodeId }];
}

function willNeverRun(task: TaskObject): boolean {
  return task.status.state < TaskState.ASSIGNED && task.desiredState > TaskState.RUNNING;
}

/** To be removed and not (or no longer) with an agent; or orphaned without a service. */
function isDoomed(task: TaskObject): boolean {
  const { state } = task.status;
  if (state >= TaskState.ORPHANED && task.serviceId === '') return true;
  return task.desiredState === TaskState.REMOVE && (state < TaskState.ASSIGNED || state >= TaskState.COMPLETE);
}
