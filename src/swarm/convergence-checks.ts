/**
 * What must hold of a store when faults and updates have ended and all nodes are there: everything that is asked for
 * runs, what waits fits nowhere, and history keeps its limits. For tests and the fuzzer.
 * Follows moby/swarmkit design/tla/SwarmKit.tla, InDesiredState and EventuallyAsDesired.
 */
import { type NodeObject, type ReadTx, type ServiceObject, type TaskObject, TaskState } from './objects';
import { modeOf, nodeMatchesService } from './orchestrator/task';
import { nodeName, stateName, taskName, unfitness } from './task-checks';

/** The first thing that is not as it should be by now, in words, or undefined. */
export function checkConverged(read: ReadTx): string | undefined {
  for (const node of read.list('node')) {
    if (node.status.state !== 'ready') return `${nodeName(node, node.id)} is ${node.status.state}`;
    if ((node.spec.Role ?? 'worker') !== node.role) return `${nodeName(node, node.id)} is still a ${node.role}`;
  }
  for (const task of read.list('task')) {
    const broken = checkTask(task, read);
    if (broken !== undefined) return broken;
  }
  for (const service of read.list('service')) {
    const broken = checkService(service, read);
    if (broken !== undefined) return broken;
  }
  return undefined;
}

function checkTask(task: TaskObject, read: ReadTx): string | undefined {
  const { state } = task.status;
  const where = `${taskName(task)}, desired ${stateName(task.desiredState)}, is ${stateName(state)}`;
  if (task.serviceId !== '' && !read.get('service', task.serviceId)) return `${where}, and its service is gone`;
  if (task.desiredState === TaskState.REMOVE) return `${where} still`;
  if (task.desiredState > TaskState.COMPLETE)
    return state >= TaskState.ASSIGNED && state <= TaskState.RUNNING ? `${where} still` : undefined;
  if (state === TaskState.COMPLETE && task.desiredState === TaskState.COMPLETE) return undefined;
  if (state > TaskState.RUNNING) return `${where}, and was not replaced`;
  if (state === TaskState.RUNNING && task.desiredState === TaskState.RUNNING) return undefined;
  if (state !== TaskState.PENDING) return where;
  // Of an older revision: the scheduler does not try it again, and with start-first it stays until its successor runs.
  // scheduler.go, noSuitableNode.
  if ((read.get('service', task.serviceId)?.specVersion ?? 0) > task.specVersion) return undefined;
  const nodes = task.nodeId === '' ? read.list('node') : [read.get('node', task.nodeId)].filter((node) => !!node);
  const fit = nodes.find((node) => unfitness(task, node, read) === undefined);
  return fit && `${where}, but fits ${nodeName(fit, fit.id)}`;
}

function checkService(service: ServiceObject, read: ReadTx): string | undefined {
  const name = service.spec.Name;
  const { updateStatus } = service;
  const tasks = read.tasksOfService(service.id);
  if (updateStatus?.state === 'updating' || updateStatus?.state === 'rollback_started') {
    // An update waits as long as one of its tasks does: updater.go, updateTask. That such tasks fit nowhere was checked.
    const waits = tasks.some((task) => isWanted(task) && task.status.state === TaskState.PENDING);
    return waits ? undefined : `${name} is still ${updateStatus.state}`;
  }
  const mode = modeOf(service.spec);
  if (mode === 'replicated') return checkReplicated(service, tasks);
  return mode === 'global' ? checkGlobal(service, tasks, read) : undefined;
}

function checkReplicated(service: ServiceObject, tasks: readonly TaskObject[]): string | undefined {
  const slots = new Map<number, TaskObject[]>();
  for (const task of tasks.filter(isWanted)) slots.set(task.slot, [...(slots.get(task.slot) ?? []), task]);
  const wanted = service.spec.Mode?.Replicated?.Replicas ?? 1;
  if (slots.size !== wanted) return `${service.spec.Name} has ${slots.size} slots of ${wanted}`;
  for (const [slot, own] of slots) {
    if (own.length > 1) return `${service.spec.Name} has ${own.length} tasks in slot ${slot}`;
  }
  return undefined;
}

function checkGlobal(service: ServiceObject, tasks: readonly TaskObject[], read: ReadTx): string | undefined {
  for (const node of read.list('node')) {
    const count = tasks.filter((task) => task.nodeId === node.id && isWanted(task)).length;
    const broken = checkOnNode(service, node, count);
    if (broken !== undefined) return broken;
  }
  return undefined;
}

function checkOnNode(service: ServiceObject, node: NodeObject, count: number): string | undefined {
  const availability = node.spec.Availability || 'active';
  const where = `${service.spec.Name} has ${count} tasks on ${nodeName(node, node.id)}`;
  if (count > 1) return where;
  if (availability === 'drain') return count > 0 ? `${where}, which is drained` : undefined;
  if (!nodeMatchesService(service, node)) return count > 0 ? `${where}, against its constraints` : undefined;
  return availability === 'active' && count === 0 ? where : undefined;
}

function isWanted(task: TaskObject): boolean {
  return task.desiredState <= TaskState.RUNNING;
}
