/** /tasks. Follows moby/moby daemon/cluster/tasks.go. */
import type { Filters } from '../../api/index';
import type { NetworkObject, NodeAnswer, ServiceObject, TaskObject } from '../../swarm/index';
import { type Cluster, taskName, unique } from '../cluster/cluster';
import { filterTasks, filterUpToDate, TASK_FILTERS } from '../cluster/filters';
import { taskView } from '../convert/task';
import type { Exchange, Route } from '../exchange';
import { queryFilters } from '../request';
import { json } from './json';

export function taskRoutes(cluster: Cluster): readonly Route[] {
  const network = (id: string): NetworkObject | undefined => cluster.node.store()?.get('network', id);
  return [
    {
      method: 'GET',
      path: '/tasks',
      handler: (exchange) => {
        cluster.requireManager();
        const filters = queryFilters(exchange.request, TASK_FILTERS);
        matching(cluster, exchange, filters, (tasks) => {
          exchange.answer(200, json(tasks.map((task) => taskView(task, network))));
        });
      },
    },
    {
      method: 'GET',
      path: '/tasks/:id',
      handler: (exchange, params) => {
        findTask(cluster, exchange, params['id']!, (task) => exchange.answer(200, json(taskView(task, network))));
      },
    },
  ];
}

/** A task by its whole id is found without a look at the others. */
export function findTask(cluster: Cluster, exchange: Exchange, input: string, then: (task: TaskObject) => void): void {
  cluster.control(exchange, 'listTasks', { ids: [input] }, ([task]) => {
    if (task) then(task);
    else cluster.control(exchange, 'listTasks', {}, (tasks) => then(unique('task', input, tasks, taskName)));
  });
}

function matching(
  cluster: Cluster,
  exchange: Exchange,
  filters: Filters,
  then: (tasks: readonly TaskObject[]) => void,
): void {
  withServices(cluster, exchange, filters, (services, wantedServices) => {
    withNodes(cluster, exchange, filters, (wantedNodes) => {
      const ask = wantedServices ? { serviceIds: wantedServices } : wantedNodes ? { nodeIds: wantedNodes } : {};
      cluster.control(exchange, 'listTasks', ask, (all) => {
        const placed = wantedServices && wantedNodes ? all.filter(({ nodeId }) => wantedNodes.includes(nodeId)) : all;
        const found = filterTasks(placed, filters);
        const upToDate = (filters.get('_up-to-date') ?? []).length > 0;
        then(upToDate ? filterUpToDate(found, services, (id) => cluster.node.store()?.get('node', id)) : found);
      });
    });
  });
}

/** The services, where the filters speak of them, and the ids of those meant by `service`. */
function withServices(
  cluster: Cluster,
  exchange: Exchange,
  filters: Filters,
  then: (services: readonly ServiceObject[], wanted: readonly string[] | undefined) => void,
): void {
  const inputs = filters.get('service');
  if (!inputs?.length && !filters.has('_up-to-date')) {
    then([], undefined);
    return;
  }
  cluster.control(exchange, 'listServices', {}, (services) => {
    const name = (service: ServiceObject): string | undefined => service.spec.Name;
    const wanted = inputs?.length ? inputs.map((input) => unique('service', input, services, name).id) : undefined;
    then(services, wanted);
  });
}

function withNodes(
  cluster: Cluster,
  exchange: Exchange,
  filters: Filters,
  then: (wanted: readonly string[] | undefined) => void,
): void {
  const inputs = filters.get('node');
  if (!inputs?.length) {
    then(undefined);
    return;
  }
  cluster.control(exchange, 'listNodes', {}, (nodes) => {
    const name = (node: NodeAnswer): string | undefined => node.description?.Hostname;
    then(inputs.map((input) => unique('node', input, nodes, name).id));
  });
}
