/**
 * How tasks may come, move and go: for tests and the fuzzer. Each returns the broken rule in words, or undefined.
 *
 *      NEW ─► PENDING ─► ASSIGNED ─► ACCEPTED ─► PREPARING ─► READY ─► STARTING ─► RUNNING ─► COMPLETE, FAILED
 *                └► SHUTDOWN    └──────────── REJECTED, FAILED, SHUTDOWN, ORPHANED ───────┘
 *
 * Follows moby/swarmkit design/tla/{Tasks,SwarmKit,WorkerSpec}.tla, refined where the code differs from the model: each
 * such place says so. Reports come in batches, so steps of the agent may be seen as one.
 */
import { sameValue } from '../base/equal';
import type { Micros } from '../base/process';
import { type NodeObject, type ReadTx, type TaskObject, TaskState } from './objects';
import { nodeMatches, parseConstraints } from './scheduler/constraint';

/** After the commit. */
export interface CommitPlace {
  readonly read: ReadTx;
  readonly now: Micros;
  /** When the leader of the moment was elected. */
  readonly leaderSince: Micros;
}

const NAMES = new Map<number, string>(Object.entries(TaskState).map(([name, state]) => [state, name]));

export function stateName(state: TaskState): string {
  return NAMES.get(state) ?? String(state);
}

/** A task in a sentence. */
export function taskName({ serviceName, slot, nodeId, id }: TaskObject): string {
  return `task ${serviceName === '' ? '(of no service)' : `${serviceName}.${slot === 0 ? nodeId : slot}`} ${id}`;
}

/**
 * Tasks begin as NEW, and belong to a service that is there. One that is made and no longer wanted in the same turn (an
 * update that is overtaken by the next) comes with the desired state of its end; upstream writes that in two steps.
 */
export function checkCreation(task: TaskObject, read: ReadTx): string | undefined {
  if (task.status.state !== TaskState.NEW) return `${taskName(task)} is created as ${stateName(task.status.state)}`;
  if (task.desiredState < TaskState.READY) return `${taskName(task)} is created to be ${stateName(task.desiredState)}`;
  if (task.serviceId !== '' && !read.get('service', task.serviceId))
    return `${taskName(task)} is created for a service that is gone`;
  return undefined;
}

/** What a task is never changes; its node once it is chosen; desired states only rise; observed ones as in the picture. */
export function checkMove(old: TaskObject, task: TaskObject, read: ReadTx): string | undefined {
  const name = taskName(task);
  if (old.serviceId !== task.serviceId || old.slot !== task.slot) return `${name} changed its slot`;
  if (old.specVersion !== task.specVersion || (old.spec !== task.spec && !sameValue(old.spec, task.spec)))
    return `${name} changed its spec`;
  if (old.nodeId !== '' && old.nodeId !== task.nodeId) return `${name} moved to another node`;
  if (task.desiredState < old.desiredState)
    return `${name} is desired ${stateName(task.desiredState)} after ${stateName(old.desiredState)}`;
  const from = old.status.state;
  const to = task.status.state;
  if (from !== to && !mayMove(old, task, read))
    return `${name}, desired ${stateName(task.desiredState)}, moved from ${stateName(from)} to ${stateName(to)}`;
  if (to >= TaskState.ASSIGNED && to <= TaskState.RUNNING && task.nodeId === '') return `${name} has no node`;
  return undefined;
}

function mayMove(old: TaskObject, task: TaskObject, read: ReadTx): boolean {
  const from = old.status.state;
  const to = task.status.state;
  // The model knows orphans only of nodes that are down; removing a node makes them too, of any task that has not ended.
  if (to === TaskState.ORPHANED) {
    const node = read.get('node', task.nodeId);
    return from <= TaskState.RUNNING && (!node || node.status.state === 'down');
  }
  // The enforcer rejects what runs too, and what waits on the node it came with, which the model does not know.
  // constraint_enforcer.go, rejectNoncompliantTasks.
  if (to === TaskState.REJECTED && task.status.message === 'task rejected by constraint enforcer')
    return from <= TaskState.RUNNING && task.nodeId !== '';
  if (from === TaskState.NEW) return to === TaskState.PENDING;
  // scheduler.go, noSuitableNode: a task that waits in vain for a node and is no longer wanted.
  if (from === TaskState.PENDING)
    return to === TaskState.ASSIGNED || (to === TaskState.SHUTDOWN && task.desiredState >= TaskState.SHUTDOWN);
  if (from > TaskState.RUNNING || to < from) return false;
  if (to <= TaskState.RUNNING) return to <= task.desiredState;
  switch (to) {
    case TaskState.COMPLETE:
      return true;
    // agent/exec/controller.go, Do: in the code, what fails in STARTING has FAILED; in the model it is REJECTED.
    case TaskState.FAILED:
      return true;
    case TaskState.REJECTED:
      return from < TaskState.STARTING;
    // controller.go, Do: whatever is not wanted is shut down; in the model only what runs.
    case TaskState.SHUTDOWN:
      return task.desiredState >= TaskState.SHUTDOWN;
    default:
      return false;
  }
}

/**
 * What is removed has ended, or never came to a node; or its service or node is gone; or it is one of a slot of which
 * nobody wants anything any more. The last is in the code, not in the model: replicated/services.go, deleteTasksMap.
 */
export function checkRemoval(task: TaskObject, others: readonly TaskObject[], read: ReadTx): string | undefined {
  const { state } = task.status;
  if (task.serviceId === '' || state > TaskState.RUNNING) return undefined;
  if (!read.get('service', task.serviceId) || (task.nodeId !== '' && !read.get('node', task.nodeId))) return undefined;
  if (task.desiredState <= TaskState.COMPLETE) return `${taskName(task)} is removed while it is wanted`;
  if (state < TaskState.ASSIGNED || others.length === 0) return undefined;
  // The reaper noted it before it was assigned, and does not look again: task_reaper.go, tick.
  if (task.desiredState === TaskState.REMOVE && state < TaskState.STARTING) return undefined;
  return `${taskName(task)} is removed as ${stateName(state)}, and its slot is not`;
}

/** A node that is given a task is ready, active, meets its constraints, and has room and ports for it. */
export function checkPlacement(task: TaskObject, read: ReadTx): string | undefined {
  const node = read.get('node', task.nodeId);
  const why = node ? unfitness(task, node, read) : 'is gone';
  return why === undefined ? undefined : `${taskName(task)} is placed on ${nodeName(node, task.nodeId)}, which ${why}`;
}

export function nodeName(node: NodeObject | undefined, id: string): string {
  return node?.description?.Hostname ?? `node ${id}`;
}

/** Why the node cannot have the task, judged from nothing but the store; the task itself is not counted. */
export function unfitness(task: TaskObject, node: NodeObject, read: ReadTx): string | undefined {
  if (node.status.state !== 'ready') return `is ${node.status.state}`;
  const availability = node.spec.Availability || 'active';
  if (availability !== 'active') return `is on ${availability}`;
  const placement = task.spec.Placement;
  const constraints = parseConstraints(placement?.Constraints);
  if (constraints.ok && !nodeMatches(constraints.value, node)) return 'does not meet its constraints';
  const others = read.tasksOfNode(node.id).filter((other) => other.id !== task.id && holdsResources(other));
  const reserved = task.spec.Resources?.Reservations;
  const has = node.description?.Resources;
  for (const kind of ['MemoryBytes', 'NanoCPUs'] as const) {
    const wanted = reserved?.[kind] ?? 0;
    if (wanted === 0) continue;
    let taken = wanted;
    for (const other of others) taken += other.spec.Resources?.Reservations?.[kind] ?? 0;
    if (taken > (has?.[kind] ?? 0)) return `has too little left (${kind})`;
  }
  // What is placed although it is not wanted any more does not count, nor is it counted: nodeinfo.go, addTask.
  const most = isWanted(task) ? (placement?.MaxReplicas ?? 0) : 0;
  const alike = others.filter((other) => other.serviceId === task.serviceId && isWanted(other));
  if (most > 0 && alike.length >= most) return 'has as many of its service as are allowed';
  const ports = new Set(others.flatMap(hostPorts));
  const taken = hostPorts(task).find((port) => ports.has(port));
  return taken === undefined ? undefined : `has given away port ${taken}`;
}

/** Assigned and not ended. */
function holdsResources({ status }: TaskObject): boolean {
  return status.state >= TaskState.ASSIGNED && status.state <= TaskState.RUNNING;
}

function isWanted(task: TaskObject): boolean {
  return task.desiredState <= TaskState.COMPLETE;
}

function hostPorts(task: TaskObject): string[] {
  const own = (task.endpoint?.ports ?? []).filter((port) => port.PublishMode === 'host' && port.PublishedPort);
  return own.map((port) => `${port.PublishedPort}/${port.Protocol || 'tcp'}`);
}
