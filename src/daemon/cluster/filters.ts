/** Which objects of a list a request asks for. Follows moby/swarmkit manager/controlapi and moby/moby daemon/cluster/filters.go. */
import type { Filters, Labels } from '../../api/index';
import {
  type ConfigObject,
  isTaskDirty,
  type NodeAnswer,
  type NodeObject,
  type SecretObject,
  type ServiceObject,
  type TaskObject,
  TaskState,
} from '../../swarm/index';
import { refuse } from '../refusal';
import { taskName } from './cluster';

type Values = readonly string[];

function values(filters: Filters, key: string): Values {
  return filters.get(key) ?? [];
}

function anyOf(wanted: Values, value: string): boolean {
  return wanted.length === 0 || wanted.includes(value);
}

/** Names and ids are taken as beginnings. */
function anyPrefix(wanted: Values, value: string | undefined): boolean {
  return wanted.length === 0 || (value !== undefined && wanted.some((prefix) => value.startsWith(prefix)));
}

/** `key` or `key=value`, all of them; of one key the last counts. */
function labelsMatch(wanted: Values, labels: Labels | undefined): boolean {
  const map = new Map(wanted.map((pair): [string, string] => splitPair(pair)));
  for (const [key, value] of map) {
    const actual = labels && Object.hasOwn(labels, key) ? labels[key] : undefined;
    if (actual === undefined || (value !== '' && value !== actual)) return false;
  }
  return true;
}

function splitPair(pair: string): [string, string] {
  const at = pair.indexOf('=');
  return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
}

export const NODE_FILTERS = ['name', 'id', 'label', 'role', 'membership', 'node.label'];

export function filterNodes(nodes: readonly NodeAnswer[], filters: Filters): readonly NodeAnswer[] {
  const roles = values(filters, 'role').map((role) => role.toLowerCase());
  for (const role of values(filters, 'role')) {
    if (!/^(?:|worker|manager)$/i.test(role)) refuse(500, `Invalid role filter: '${role}'`);
  }
  const memberships = values(filters, 'membership').map((membership) => membership.toLowerCase());
  for (const membership of values(filters, 'membership')) {
    if (!/^(?:|pending|accepted)$/i.test(membership)) refuse(500, `Invalid membership filter: '${membership}'`);
  }
  return nodes.filter(
    (node) =>
      anyPrefix(values(filters, 'name'), node.description?.Hostname) &&
      anyPrefix(values(filters, 'id'), node.id) &&
      labelsMatch(values(filters, 'label'), node.description?.Engine.Labels) &&
      labelsMatch(values(filters, 'node.label'), node.spec.Labels) &&
      anyOf(
        roles.filter((role) => role !== ''),
        node.role,
      ) &&
      anyOf(
        memberships.filter((membership) => membership !== ''),
        'accepted',
      ),
  );
}

export const SERVICE_FILTERS = ['name', 'id', 'label', 'mode', 'runtime'];

function serviceMode({ spec }: ServiceObject): string {
  if (spec.Mode?.Global) return 'global';
  if (spec.Mode?.ReplicatedJob) return 'replicated-job';
  return spec.Mode?.GlobalJob ? 'global-job' : 'replicated';
}

export function filterServices(services: readonly ServiceObject[], filters: Filters): readonly ServiceObject[] {
  if (filters.size === 0) return services;
  return services.filter(
    (service) =>
      anyPrefix(values(filters, 'name'), service.spec.Name) &&
      anyPrefix(values(filters, 'id'), service.id) &&
      labelsMatch(values(filters, 'label'), service.spec.Labels) &&
      anyOf(values(filters, 'runtime'), 'container') &&
      anyOf(values(filters, 'mode'), serviceMode(service)),
  );
}

export const TASK_FILTERS = ['name', 'id', 'label', 'service', 'node', 'desired-state', '_up-to-date', 'runtime'];

/** `service` and `node` are resolved before. By default only tasks of containers. */
export function filterTasks(tasks: readonly TaskObject[], filters: Filters): readonly TaskObject[] {
  const states = desiredStates(values(filters, 'desired-state'));
  const runtimes = filters.has('runtime') ? values(filters, 'runtime') : ['container', ''];
  const names = values(filters, 'name');
  const ids = values(filters, 'id');
  const labels = values(filters, 'label');
  return tasks.filter(
    (task) =>
      anyOf(runtimes, task.spec.NetworkAttachmentSpec ? 'attachment' : 'container') &&
      (states.length === 0 || states.includes(task.desiredState)) &&
      (names.length === 0 || anyPrefix(names, taskName(task))) &&
      anyPrefix(ids, task.id) &&
      (labels.length === 0 || labelsMatch(labels, task.serviceLabels)),
  );
}

function desiredStates(words: Values): readonly TaskState[] {
  const states = new Map(Object.entries(TaskState).map(([name, state]): [string, TaskState] => [name, state]));
  return words.flatMap((word) => {
    const state = states.get(word.toUpperCase());
    if (state === undefined && word !== '') refuse(500, `Invalid desired-state filter: '${word}'`);
    return state === undefined ? [] : [state];
  });
}

/** Tasks that are as their service wants them now. Follows moby/swarmkit manager/controlapi/task.go, UpToDate. */
export function filterUpToDate(
  tasks: readonly TaskObject[],
  services: readonly ServiceObject[],
  node: (id: string) => NodeObject | undefined,
): readonly TaskObject[] {
  const byId = new Map(services.map((service): [string, ServiceObject] => [service.id, service]));
  return tasks.filter((task) => {
    const service = byId.get(task.serviceId);
    return service !== undefined && !isTaskDirty(service, task, node(task.nodeId));
  });
}

export const SECRET_FILTERS = ['names', 'name', 'id', 'label'];
export const CONFIG_FILTERS = ['name', 'id', 'label'];

export function filterSecrets<T extends SecretObject | ConfigObject>(
  objects: readonly T[],
  filters: Filters,
): readonly T[] {
  return objects.filter(
    ({ id, spec }) =>
      anyOf(values(filters, 'names'), spec.Name ?? '') &&
      anyPrefix(values(filters, 'name'), spec.Name) &&
      anyPrefix(values(filters, 'id'), id) &&
      labelsMatch(values(filters, 'label'), spec.Labels),
  );
}
