/** Progress of replicated and global services: one line a slot or node. Follows service/progress/progress.go. */
import type { Service, Task, TaskState } from '../../api/index';
import { fromUtf8, utf8 } from '../../base/bytes';
import type { Process } from '../../base/process';
import { CliError } from '../command';
import type { Message } from '../format/json-stream';
import { truncateId } from '../format/text';

export type Show = (message: Message) => Process<void>;

/** Looks at the tasks of one poll and writes what changed. */
export interface Updater {
  /** Whether every wanted task runs (or, for jobs, has ended well). */
  update(service: Service, tasks: readonly Task[], active: ReadonlySet<string>, rollback: boolean): Process<boolean>;
}

/** States in the order of a task's life; what is not here is never shown. */
const ORDER: ReadonlyMap<TaskState, number> = new Map(
  (
    [
      'new',
      'allocated',
      'pending',
      'assigned',
      'accepted',
      'preparing',
      'ready',
      'starting',
      'running',
      'complete',
      'shutdown',
      'failed',
      'rejected',
    ] as const
  ).map((state, at) => [state, at + 1]),
);

const RUNNING = 9;
export const MAX_BARS = 20;
const LONGEST_STATE = 9;
const ERROR_BYTES = 75;

export function stateNumber(state: TaskState): number {
  return ORDER.get(state) ?? 0;
}

export function isTerminal(state: TaskState): boolean {
  return stateNumber(state) > RUNNING;
}

/** A line that is rewritten in place, without a bar. */
export function statusLine(id: string, status: string): Message {
  return { id, status, progress: { current: 0, total: 0, hideCounts: true } };
}

/** A task's line: its error, or its state with a bar of `total` steps. */
export function taskLine(id: string, task: Task, total: number): Message {
  if (task.Status.Err) return statusLine(id, shortError(task.Status.Err));
  const { State: state } = task.Status;
  const progress = { current: stateNumber(state), total, hideCounts: true };
  return { id, status: state.padEnd(LONGEST_STATE), progress };
}

/** One line of at most 75 bytes. */
function shortError(text: string): string {
  const bytes = utf8(text.replaceAll('\n', ' '));
  return bytes.length > ERROR_BYTES ? `${fromUtf8(bytes.slice(0, ERROR_BYTES - 1))}…` : fromUtf8(bytes);
}

function overall(done: number, all: number, rollback: boolean): Message {
  return statusLine('overall progress', `${rollback ? 'rolling back update: ' : ''}${done} out of ${all} tasks`);
}

/** Of several tasks in one place the one with the lower desired state counts, then the one with the lower state. */
function replaces(task: Task, existing: Task | undefined): boolean {
  if (!existing) return true;
  const wanted = stateNumber(task.DesiredState) - stateNumber(existing.DesiredState);
  if (wanted !== 0) return wanted < 0;
  return stateNumber(task.Status.State) < stateNumber(existing.Status.State);
}

function shown(task: Task): boolean {
  return stateNumber(task.DesiredState) > 0 && stateNumber(task.Status.State) > 0;
}

function runs(task: Task): boolean {
  return !isTerminal(task.DesiredState) && task.Status.State === 'running';
}

/** Whether a task has a line at all: one that has ended without an error has none. */
function hasLine(task: Task): boolean {
  return Boolean(task.Status.Err) || (!isTerminal(task.DesiredState) && !isTerminal(task.Status.State));
}

export class ReplicatedUpdater implements Updater {
  /** Slot → line number from 1. */
  private readonly lines = new Map<number, number>();
  private initialized = false;
  private done = false;

  constructor(private readonly show: Show) {}

  *update(service: Service, tasks: readonly Task[], active: ReadonlySet<string>, rollback: boolean): Process<boolean> {
    const replicas = service.Spec.Mode?.Replicated?.Replicas;
    if (replicas === undefined) throw new CliError('no replica count');
    if (!this.initialized) {
      yield* this.show(overall(0, replicas, rollback));
      for (let at = 1; replicas <= MAX_BARS && at <= replicas; at++) {
        yield* this.show(statusLine(`${at}/${replicas}`, ' '));
      }
      this.initialized = true;
    }
    const bySlot = tasksBySlot(tasks, active);
    if (this.done) this.done = bySlot.every((task) => task.Status.State === 'running');
    let running = 0;
    for (const task of bySlot) {
      const slot = task.Slot ?? 0;
      const at = this.lines.get(slot) ?? this.lines.size + 1;
      this.lines.set(slot, at);
      if (runs(task)) running++;
      const silent = this.done || replicas > MAX_BARS || at > replicas;
      if (!silent && hasLine(task)) yield* this.show(taskLine(`${at}/${replicas}`, task, RUNNING));
    }
    if (!this.done) {
      yield* this.show(overall(running, replicas, rollback));
      this.done = running === replicas;
    }
    return running === replicas;
  }
}

/** The task that counts of each slot, by slot number. */
function tasksBySlot(tasks: readonly Task[], active: ReadonlySet<string>): Task[] {
  const bySlot = new Map<number, Task>();
  for (const task of tasks) {
    const slot = task.Slot ?? 0;
    if (!shown(task) || !replaces(task, bySlot.get(slot))) continue;
    if (task.NodeID && !active.has(task.NodeID)) continue;
    bySlot.set(slot, task);
  }
  return [...bySlot].sort((a, b) => a[0] - b[0]).map(([, task]) => task);
}

export class GlobalUpdater implements Updater {
  private initialized = false;
  private done = false;

  constructor(private readonly show: Show) {}

  *update(_service: Service, tasks: readonly Task[], active: ReadonlySet<string>, rollback: boolean): Process<boolean> {
    const byNode = new Map<string, Task>();
    for (const task of tasks) {
      const node = task.NodeID ?? '';
      if (shown(task) && replaces(task, byNode.get(node))) byNode.set(node, task);
    }
    const count = byNode.size;
    if (!this.initialized) {
      if (count === 0) {
        yield* this.show(statusLine('overall progress', 'waiting for new tasks'));
        return false;
      }
      yield* this.show(overall(0, count, rollback));
      this.initialized = true;
    }
    if (this.done) this.done = [...byNode.values()].every((task) => task.Status.State === 'running');
    let running = 0;
    for (const [node, task] of byNode) {
      if (!active.has(node)) continue;
      if (runs(task)) running++;
      if (!this.done && count <= MAX_BARS && hasLine(task)) {
        yield* this.show(taskLine(truncateId(node), task, RUNNING));
      }
    }
    if (!this.done) {
      yield* this.show(overall(running, count, rollback));
      this.done = running === count;
    }
    return running === count;
  }
}
