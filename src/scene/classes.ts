/** The five classes of state that pictures and tables tell apart, and the names that tasks go by. */
import type { NodeRecord, ServiceRecord, TaskRecord, TaskStateWord } from './records';

/** Ring, glyph and colour of a state; the word is always docker's own. */
export type StateClass = 'waiting' | 'progress' | 'running' | 'done' | 'failed' | 'stopped';

const TASK_CLASS: Record<TaskStateWord, StateClass> = {
  new: 'waiting',
  pending: 'waiting',
  assigned: 'waiting',
  accepted: 'waiting',
  preparing: 'progress',
  ready: 'progress',
  starting: 'progress',
  running: 'running',
  complete: 'done',
  shutdown: 'stopped',
  failed: 'failed',
  rejected: 'failed',
  remove: 'stopped',
  orphaned: 'stopped',
};

export function classOfTask(task: Pick<TaskRecord, 'state'>): StateClass {
  return TASK_CLASS[task.state];
}

/** Whether a task belongs to its slot's history: it has ended, or it is meant to and its successor is wanted. */
export function isHistory(task: Pick<TaskRecord, 'state' | 'desiredState'>): boolean {
  const kind = TASK_CLASS[task.state];
  return (kind === 'failed' || kind === 'stopped') && task.desiredState !== 'running';
}

export function classOfNode(node: Pick<NodeRecord, 'state'>): StateClass {
  if (node.state === 'ready') return 'running';
  return node.state === 'down' ? 'failed' : 'progress';
}

/** As `docker service ps` names it: `web.1`, for a global service `web.` and its node's id. */
export function taskName(task: Pick<TaskRecord, 'slot' | 'nodeId'>, service: Pick<ServiceRecord, 'name'>): string {
  return `${service.name}.${task.slot > 0 ? task.slot : task.nodeId}`;
}
