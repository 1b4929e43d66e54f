/**
 * The control API: what a daemon asks of the cluster. Every manager answers; one that does not lead forwards to the
 * leader. Follows moby/swarmkit api/control.proto. Names and id prefixes are resolved by the daemon, not here.
 */
import type { ConfigSpec, NetworkSpec, NodeSpec, SecretSpec, ServiceSpec, SwarmSpec } from '../../api/index';
import type {
  ClusterObject,
  ConfigObject,
  NetworkObject,
  NodeObject,
  SecretObject,
  ServiceObject,
  TaskObject,
} from '../objects';

/** A manager's place in Raft, as the leader sees it. */
export interface ManagerStatus {
  readonly leader: boolean;
  readonly reachability: 'unknown' | 'unreachable' | 'reachable';
  readonly addr: string;
}

export type NodeAnswer = NodeObject & { readonly manager: ManagerStatus | undefined };

export interface ServiceStatus {
  readonly running: number;
  readonly desired: number;
  readonly completed: number;
}

interface Ref {
  readonly id: string;
}
/** `version` is the one the caller read; another one in the store refuses the update. */
interface Versioned<Spec> {
  readonly id: string;
  readonly version: number;
  readonly spec: Spec;
}
type Nothing = Record<string, never>;

/** Method → [request, answer]. Lists come whole, in id order; filters are the daemon's. */
export interface ControlApi {
  getCluster: [Nothing, ClusterObject];
  updateCluster: [
    Versioned<SwarmSpec> & {
      readonly rotateWorkerToken: boolean;
      readonly rotateManagerToken: boolean;
      readonly rotateUnlockKey: boolean;
    },
    ClusterObject,
  ];
  /** '' when managers are not locked. */
  getUnlockKey: [Nothing, { readonly unlockKey: string }];
  listNodes: [Nothing, readonly NodeAnswer[]];
  updateNode: [Versioned<NodeSpec>, NodeObject];
  removeNode: [Ref & { readonly force: boolean }, Nothing];
  listServices: [Nothing, readonly ServiceObject[]];
  createService: [{ readonly spec: ServiceSpec }, ServiceObject];
  updateService: [Versioned<ServiceSpec> & { readonly rollback: boolean }, ServiceObject];
  removeService: [Ref, Nothing];
  /** In the order of `ids`. */
  serviceStatuses: [{ readonly ids: readonly string[] }, readonly ServiceStatus[]];
  listTasks: [
    { readonly serviceIds?: readonly string[]; readonly nodeIds?: readonly string[]; readonly ids?: readonly string[] },
    readonly TaskObject[],
  ];
  listNetworks: [Nothing, readonly NetworkObject[]];
  createNetwork: [{ readonly spec: NetworkSpec }, NetworkObject];
  removeNetwork: [Ref, Nothing];
  listSecrets: [Nothing, readonly SecretObject[]];
  createSecret: [{ readonly spec: SecretSpec }, SecretObject];
  updateSecret: [Versioned<SecretSpec>, SecretObject];
  removeSecret: [Ref, Nothing];
  listConfigs: [Nothing, readonly ConfigObject[]];
  createConfig: [{ readonly spec: ConfigSpec }, ConfigObject];
  updateConfig: [Versioned<ConfigSpec>, ConfigObject];
  removeConfig: [Ref, Nothing];
}

export type ControlMethod = keyof ControlApi;
