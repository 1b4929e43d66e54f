/**
 * What the daemon asks of the swarm, with dockerd's refusals in front. Every request that needs a manager goes through
 * {@link Cluster.control}, which refuses on nodes that have none, and through finders of objects by name or prefix.
 * Follows moby/moby daemon/cluster/cluster.go and helpers.go.
 */
import { type ApiError, apiError } from '../../api/index';
import type { Result } from '../../base/result';
import type {
  ConfigObject,
  ControlApi,
  ControlMethod,
  NetworkObject,
  NodeAnswer,
  NodeStatus,
  RpcError,
  SecretObject,
  ServiceObject,
  SwarmNode,
  TaskObject,
} from '../../swarm/index';
import type { Exchange } from '../exchange';
import { fromRpc, Refusal, refuse } from '../refusal';
import { guarded } from '../router';

export const NO_SWARM =
  'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.';
const WORKER =
  "This node is not a swarm manager. Worker nodes can't be used to view or modify cluster state. Please run this command on a manager node or promote the current node to a manager.";
const PREPARING =
  'This node is not a swarm manager. Manager is being prepared or has trouble connecting to the cluster.';
const LOCKED =
  'Swarm is encrypted and needs to be unlocked before it can be used. Please use "docker swarm unlock" to unlock it.';

/** Why a node answers no manager's questions. Follows cluster.go, errNoManager. */
export function noManager(status: NodeStatus): ApiError {
  if (status.localNodeState === 'locked') return apiError(503, LOCKED);
  if (status.localNodeState === 'inactive') return apiError(503, NO_SWARM);
  if (status.role === 'manager') return apiError(503, PREPARING);
  if (status.localNodeState === 'error') return apiError(503, NO_SWARM);
  return apiError(503, WORKER);
}

type Answer<M extends ControlMethod> = ControlApi[M][1];

export class Cluster {
  constructor(readonly node: SwarmNode) {}

  /** Ends the request on a node without a manager. */
  requireManager(): void {
    const status = this.node.status();
    if (!status.controlAvailable) throw new Refusal(noManager(status));
  }

  /** Asks the leader and goes on with its answer; an error ends the request. `then` may refuse. */
  control<M extends ControlMethod>(
    exchange: Exchange,
    method: M,
    request: ControlApi[M][0],
    then: (answer: Answer<M>) => void,
  ): void {
    this.requireManager();
    this.node.control(method, request, (result: Result<Answer<M>, RpcError>) => {
      guarded(exchange, () => {
        if (!result.ok) throw new Refusal(fromRpc(result.error));
        then(result.value);
      });
    });
  }

  /** Asks and takes what comes: undefined on a node without a manager and when the leader cannot be asked. */
  attempt<M extends ControlMethod>(
    exchange: Exchange,
    method: M,
    request: ControlApi[M][0],
    then: (answer: Answer<M> | undefined) => void,
  ): void {
    if (!this.node.status().controlAvailable) {
      then(undefined);
      return;
    }
    this.node.control(method, request, (result: Result<Answer<M>, RpcError>) => {
      guarded(exchange, () => then(result.ok ? result.value : undefined));
    });
  }

  findNode(exchange: Exchange, input: string, then: (node: NodeAnswer) => void): void {
    this.control(exchange, 'listNodes', {}, (nodes) => {
      then(unique('node', input, nodes, (node) => node.description?.Hostname));
    });
  }

  findService(exchange: Exchange, input: string, then: (service: ServiceObject) => void): void {
    this.control(exchange, 'listServices', {}, (services) => {
      then(unique('service', input, services, (service) => service.spec.Name));
    });
  }

  findTask(exchange: Exchange, input: string, then: (task: TaskObject) => void): void {
    this.control(exchange, 'listTasks', {}, (tasks) => then(unique('task', input, tasks, taskName)));
  }

  findSecret(exchange: Exchange, input: string, then: (secret: SecretObject) => void): void {
    this.control(exchange, 'listSecrets', {}, (secrets) => {
      then(unique('secret', input, secrets, (secret) => secret.spec.Name));
    });
  }

  findConfig(exchange: Exchange, input: string, then: (config: ConfigObject) => void): void {
    this.control(exchange, 'listConfigs', {}, (configs) => {
      then(unique('config', input, configs, (config) => config.spec.Name));
    });
  }

  /** A network that is not there has no status of its own: 500. */
  findNetwork(exchange: Exchange, input: string, then: (network: NetworkObject) => void): void {
    this.control(exchange, 'listNetworks', {}, (networks) => {
      then(unique('network', input, networks, (network) => network.spec.Name, 500));
    });
  }
}

/** `web.1.ID`, `agent.NODE.ID`. Follows moby/swarmkit api/naming/naming.go, Task. */
export function taskName(task: TaskObject): string {
  return `${task.serviceName}.${task.slot === 0 ? task.nodeId : task.slot}.${task.id}`;
}

/**
 * The object of that id, else the one of that name, else the one whose id begins so. Refuses with helpers.go's texts.
 */
export function unique<T extends { readonly id: string }>(
  kind: string,
  input: string,
  objects: readonly T[],
  name: (object: T) => string | undefined,
  missing = 404,
): T {
  const byId = objects.find((object) => object.id === input);
  if (byId) return byId;
  const named = objects.filter((object) => name(object) === input);
  const found = named.length > 0 ? named : objects.filter((object) => object.id.startsWith(input));
  if (found.length === 0) return refuse(missing, `${kind} ${input} not found`);
  if (found.length > 1) return refuse(400, `${kind} ${input} is ambiguous (${found.length} matches found)`);
  return found[0]!;
}
