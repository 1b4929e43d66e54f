/** Tasks as orchestrators see them. Follows moby/swarmkit manager/orchestrator/{task,service,slot}.go. */
import type { ServiceSpec, TaskSpec } from '../../api/index';
import { sameValue } from '../../base/equal';
import type { Micros } from '../../base/process';
import {
  copyTask,
  type Meta,
  type NodeObject,
  type ServiceObject,
  type TaskObject,
  TaskState,
  type TaskStatus,
} from '../objects';
import { nodeMatches, parseConstraints } from '../scheduler/constraint';
import type { Draft } from './draft';

/** Of an object that is not in the store yet. */
const NO_META: Meta = { version: 0, createdAt: 0, updatedAt: 0 };

/** One for all tasks. */
const NONE: readonly never[] = Object.freeze([]);

export type ServiceMode = 'replicated' | 'global' | 'replicated-job' | 'global-job';

export function modeOf(spec: ServiceSpec): ServiceMode {
  const mode = spec.Mode;
  if (mode?.Global) return 'global';
  if (mode?.ReplicatedJob) return 'replicated-job';
  if (mode?.GlobalJob) return 'global-job';
  return 'replicated';
}

export function isJob(service: ServiceObject): boolean {
  const mode = modeOf(service.spec);
  return mode === 'replicated-job' || mode === 'global-job';
}

/** Go durations in specs are nanoseconds. */
export function micros(nanoseconds: number | undefined): Micros {
  return Math.floor((nanoseconds ?? 0) / 1000);
}

/** A task of the service as it stands: NEW, desired RUNNING. Follows task.go, NewTask. */
export function newTask(service: ServiceObject, slot: number, nodeId: string, id: string, now: Micros): TaskObject {
  return {
    kind: 'task',
    id,
    meta: NO_META,
    spec: service.spec.TaskTemplate ?? {},
    specVersion: service.specVersion,
    serviceId: service.id,
    serviceName: service.spec.Name ?? '',
    serviceLabels: service.spec.Labels ?? {},
    slot,
    nodeId,
    status: managerStatus(TaskState.NEW, 'created', now),
    desiredState: TaskState.RUNNING,
    networks: NONE,
    endpoint: { spec: service.spec.EndpointSpec ?? {}, ports: [], virtualIPs: [] },
    genericResources: NONE,
    jobIteration: undefined,
  };
}

/** A status that a manager writes itself. */
export function managerStatus(state: TaskState, message: string, now: Micros, err = ''): TaskStatus {
  return {
    timestamp: now,
    state,
    message,
    err,
    container: undefined,
    ports: NONE,
    appliedAt: undefined,
    appliedBy: '',
  };
}

/** Raises the desired state; one that is as high already stays. */
export function desire(draft: Draft, id: string, desiredState: TaskState): void {
  const task = draft.get('task', id);
  if (!task || task.desiredState >= desiredState) return;
  const copy = copyTask(task);
  copy.desiredState = desiredState;
  draft.update(copy);
}

/** Gone, down or drained. Follows task.go, InvalidNode. */
export function isInvalidNode(node: NodeObject | undefined): boolean {
  return node === undefined || node.status.state === 'down' || node.spec.Availability === 'drain';
}

/** When the manager wrote the status, else when it was made. Follows task.go, taskTimestamp. */
export function taskTimestamp(task: TaskObject): Micros {
  return task.status.appliedAt ?? task.status.timestamp;
}

export function byTimestamp(a: TaskObject, b: TaskObject): number {
  return taskTimestamp(a) - taskTimestamp(b) || (a.id < b.id ? -1 : 1);
}

/**
 * Whether the task must be replaced to match its service. Not when the spec version is the same; nor when only the
 * placement differs and the node meets the new one. Follows task.go, IsTaskDirty.
 */
export function isTaskDirty(service: ServiceObject, task: TaskObject, node: NodeObject | undefined): boolean {
  if (service.specVersion === task.specVersion) return false;
  const spec = service.spec.TaskTemplate ?? {};
  const difference = differenceOf(spec, task.spec);
  if (difference === 'placement' && nodeMatchesService(service, node)) return false;
  return difference !== 'none' || !sameValue(service.spec.EndpointSpec, task.endpoint?.spec);
}

type Difference = 'none' | 'placement' | 'more';

/** Specs are frozen, and the tasks of a service share theirs: each pair is compared once. */
const differences = new WeakMap<TaskSpec, WeakMap<TaskSpec, Difference>>();

function differenceOf(wanted: TaskSpec, actual: TaskSpec): Difference {
  if (wanted === actual) return 'none';
  let known = differences.get(wanted);
  if (!known) differences.set(wanted, (known = new WeakMap()));
  let difference = known.get(actual);
  if (difference === undefined) known.set(actual, (difference = compare(wanted, actual)));
  return difference;
}

function compare(wanted: TaskSpec, actual: TaskSpec): Difference {
  if (!sameValue({ ...wanted, Placement: undefined }, { ...actual, Placement: undefined })) return 'more';
  return sameValue(wanted.Placement, actual.Placement) ? 'none' : 'placement';
}

/** Whether the node satisfies the service's constraints. */
export function nodeMatchesService(service: ServiceObject, node: NodeObject | undefined): boolean {
  if (!node) return false;
  const parsed = parseConstraints(service.spec.TaskTemplate?.Placement?.Constraints);
  return !parsed.ok || nodeMatches(parsed.value, node);
}

/** A slot's tasks, or a node's tasks of a global service. Never empty. */
export type Slot = readonly TaskObject[];

/** All tasks of a removed service are to go. Follows service.go, SetServiceTasksRemove. */
export function removeTasksOfService(draft: Draft, serviceId: string): void {
  for (const task of draft.tasksOfService(serviceId)) desire(draft, task.id, TaskState.REMOVE);
}
