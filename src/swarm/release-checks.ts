/**
 * When the successor in a slot may start: not before its predecessor has stopped, unless there is a reason.
 * Follows moby/swarmkit design/tla/SwarmKit.tla, ReleaseReady, refined by orchestrator/restart/restart.go, DelayStart.
 */
import type { Micros } from '../base/process';
import { type NodeObject, type ReadTx, type StoreEvent, type TaskObject, TaskState } from './objects';
import { type CommitPlace, taskName } from './task-checks';

/** restart.go, defaultOldTaskTimeout. */
const PATIENCE: Micros = 60_000_000;

/** Meant to run. */
export function isLive(task: TaskObject): boolean {
  return task.desiredState <= TaskState.COMPLETE;
}

/** It waited for its turn to start, and now has it. */
export function wasReleased(old: TaskObject, task: TaskObject): boolean {
  return old.desiredState < TaskState.RUNNING && task.desiredState >= TaskState.RUNNING && isLive(task);
}

/** Remembers when tasks were told to stop, and when nodes were last known to be of no use. */
export class ReleaseRecord {
  private readonly stops = new Map<string, Micros>();
  private readonly lost = new Map<string, Micros>();

  noteNode(action: StoreEvent['action'], node: NodeObject, now: Micros): void {
    if (action === 'remove' || node.status.state === 'down') this.lost.set(node.id, now);
  }

  /** The task is to stop. A node that is down then need not be waited for, even if it comes back. */
  noteStop(task: TaskObject, { read, now }: CommitPlace): void {
    this.stops.set(task.id, task.meta.updatedAt);
    if (!isThere(task.nodeId, read)) this.lost.set(task.nodeId, now);
  }

  forget(taskId: string): void {
    this.stops.delete(taskId);
  }

  /** `others` are the others of its slot that are still there; `last` is when one of the slot was told to stop. */
  check(task: TaskObject, others: readonly TaskObject[], last: Micros, place: CommitPlace): string | undefined {
    const { read, leaderSince } = place;
    // Of several, upstream waits for the one that was stopped last, be it gone by now: updater.go, removeOldTasks.
    const predecessors = others.filter((other) => this.stops.get(other.id) === last);
    // A new leader does not know who waited for whom: taskinit/init.go, CheckTasks.
    if (last <= leaderSince || task.meta.updatedAt - last >= PATIENCE) return undefined;
    const running = predecessors.filter((other) => this.isInTheWay(other, last, read));
    if (running.length === 0 || running.length < predecessors.length) return undefined;
    return `${taskName(task)} may start while ${taskName(running[0]!)} has not stopped`;
  }

  private isInTheWay(other: TaskObject, since: Micros, read: ReadTx): boolean {
    const { state } = other.status;
    // Scaled away and wanted again: the slot's new task does not wait.
    if (state < TaskState.ASSIGNED || state > TaskState.RUNNING || other.desiredState === TaskState.REMOVE)
      return false;
    return isThere(other.nodeId, read) && (this.lost.get(other.nodeId) ?? 0) < since;
  }
}

function isThere(nodeId: string, read: ReadTx): boolean {
  const node = read.get('node', nodeId);
  return node !== undefined && node.status.state !== 'down';
}
