/**
 * What the replicated store holds. Objects are frozen and shared by all managers; a change makes a new object.
 * Follows moby/swarmkit api/objects.proto and api/types.proto; a spec is the user's words in the Engine API's own form.
 */
import type {
  ConfigSpec,
  EndpointSpec,
  GenericResource,
  Labels,
  NetworkSpec,
  NodeDescription,
  NodeSpec,
  NodeState,
  PortConfig,
  SecretSpec,
  ServiceSpec,
  SwarmSpec,
  TaskSpec,
  UpdateState,
} from '../api/index';
import type { Micros } from '../base/process';

/** `version` is the Raft index read at the start of the transaction that wrote the object. */
export interface Meta {
  readonly version: number;
  readonly createdAt: Micros;
  readonly updatedAt: Micros;
}

interface StoreObject {
  readonly id: string;
  readonly meta: Meta;
}

/** Observed and desired states of a task, in order. Follows moby/swarmkit api/types.proto, TaskState. */
export const TaskState = {
  NEW: 0,
  PENDING: 64,
  ASSIGNED: 192,
  ACCEPTED: 256,
  PREPARING: 320,
  READY: 384,
  STARTING: 448,
  RUNNING: 512,
  COMPLETE: 576,
  SHUTDOWN: 640,
  FAILED: 704,
  REJECTED: 768,
  REMOVE: 800,
  ORPHANED: 832,
} as const;
export type TaskState = (typeof TaskState)[keyof typeof TaskState];

export type Role = 'worker' | 'manager';

export interface JoinTokens {
  readonly worker: string;
  readonly manager: string;
}

/** The certificate authority's record; keys and PEM are made from it when read. */
export interface RootCA {
  readonly certificate: string;
  readonly key: string;
  readonly digest: string;
  readonly joinTokens: JoinTokens;
  readonly lastForcedRotation: number;
  readonly rotationInProgress: boolean;
}

export interface ClusterObject extends StoreObject {
  readonly kind: 'cluster';
  /** Always "default". */
  readonly name: string;
  readonly spec: SwarmSpec;
  readonly rootCA: RootCA;
  readonly defaultAddressPool: readonly string[];
  readonly subnetSize: number;
  /** 0 is the default, 4789. */
  readonly dataPathPort: number;
  readonly unlockKey: string;
  /** Nodes that were removed, until a week after their certificates end. */
  readonly blacklistedCertificates: readonly { readonly nodeId: string; readonly expiry: Micros }[];
}

export interface Certificate {
  readonly role: Role;
  readonly state: 'pending' | 'issued' | 'rotate' | 'renew';
  readonly serial: string;
  readonly notBefore: Micros;
  readonly notAfter: Micros;
}

export interface NodeObject extends StoreObject {
  readonly kind: 'node';
  /** `spec.Role` is the desired role, `role` the one in force. */
  readonly spec: NodeSpec;
  readonly role: Role;
  readonly certificate: Certificate;
  readonly description: NodeDescription | undefined;
  readonly status: { readonly state: NodeState; readonly message: string; readonly addr: string };
  /** The node's load-balancer address on each network it takes part in. */
  readonly attachments: readonly Attachment[];
}

/** Addresses on one network, in CIDR form. */
export interface Attachment {
  readonly networkId: string;
  readonly addresses: readonly string[];
  readonly aliases: readonly string[];
  readonly driverOptions: Labels;
}

export interface Endpoint {
  readonly spec: EndpointSpec;
  /** With the published ports that the allocator chose. */
  readonly ports: readonly PortConfig[];
  readonly virtualIPs: readonly { readonly networkId: string; readonly addr: string }[];
}

export interface ServiceUpdateStatus {
  readonly state: UpdateState;
  readonly startedAt: Micros;
  readonly completedAt: Micros | undefined;
  readonly message: string;
}

export interface ServiceObject extends StoreObject {
  readonly kind: 'service';
  readonly spec: ServiceSpec;
  /** Rises whenever the spec changes; tasks carry the one they were made from. */
  readonly specVersion: number;
  readonly previousSpec: ServiceSpec | undefined;
  readonly previousSpecVersion: number | undefined;
  readonly endpoint: Endpoint | undefined;
  readonly updateStatus: ServiceUpdateStatus | undefined;
  readonly jobStatus: { readonly iteration: number; readonly lastExecution: Micros } | undefined;
}

export interface ContainerStatus {
  readonly containerId: string;
  readonly pid: number;
  readonly exitCode: number;
}

export interface TaskStatus {
  readonly timestamp: Micros;
  readonly state: TaskState;
  readonly message: string;
  readonly err: string;
  readonly container: ContainerStatus | undefined;
  /** Host-mode ports as they were bound. */
  readonly ports: readonly PortConfig[];
  /** When and by which manager's node it was put into the store; unset for what a manager wrote itself. */
  readonly appliedAt: Micros | undefined;
  readonly appliedBy: string;
}

export interface TaskObject extends StoreObject {
  readonly kind: 'task';
  readonly spec: TaskSpec;
  readonly specVersion: number;
  readonly serviceId: string;
  readonly serviceName: string;
  readonly serviceLabels: Labels;
  /** From 1 for replicated services, 0 for global ones. */
  readonly slot: number;
  /** '' until assigned. */
  readonly nodeId: string;
  readonly status: TaskStatus;
  readonly desiredState: TaskState;
  readonly networks: readonly Attachment[];
  readonly endpoint: Endpoint | undefined;
  readonly genericResources: readonly GenericResource[];
  readonly jobIteration: number | undefined;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * A copy to be changed before it is given to the store. Written out, for a spread of what is not frozen, when it is frozen
 * itself, gets a hidden class of its own in V8: 70,000 of them take more memory than the tasks, and make each look slow.
 */
export function copyTask(task: TaskObject): Writable<TaskObject> {
  return {
    kind: 'task',
    id: task.id,
    meta: task.meta,
    spec: task.spec,
    specVersion: task.specVersion,
    serviceId: task.serviceId,
    serviceName: task.serviceName,
    serviceLabels: task.serviceLabels,
    slot: task.slot,
    nodeId: task.nodeId,
    status: task.status,
    desiredState: task.desiredState,
    networks: task.networks,
    endpoint: task.endpoint,
    genericResources: task.genericResources,
    jobIteration: task.jobIteration,
  };
}

/** The same of a task's status. */
export function copyStatus(status: TaskStatus): Writable<TaskStatus> {
  return {
    timestamp: status.timestamp,
    state: status.state,
    message: status.message,
    err: status.err,
    container: status.container,
    ports: status.ports,
    appliedAt: status.appliedAt,
    appliedBy: status.appliedBy,
  };
}

export interface NetworkObject extends StoreObject {
  readonly kind: 'network';
  readonly spec: NetworkSpec;
  /** undefined until allocated. `predefined`: bridge and host, which have no state of their own. */
  readonly state:
    | {
        readonly driver: string;
        /** The overlay's VXLAN id; 0 for others. */
        readonly vni: number;
        /** Of an overlay with several subnets: those of the second and later ones. */
        readonly moreVnis?: readonly number[];
        readonly subnets: readonly { readonly subnet: string; readonly gateway: string }[];
        readonly predefined: boolean;
      }
    | undefined;
}

export interface SecretObject extends StoreObject {
  readonly kind: 'secret';
  readonly spec: SecretSpec;
}

export interface ConfigObject extends StoreObject {
  readonly kind: 'config';
  readonly spec: ConfigSpec;
}

/** The tables by name. */
export interface Tables {
  cluster: ClusterObject;
  node: NodeObject;
  service: ServiceObject;
  task: TaskObject;
  network: NetworkObject;
  secret: SecretObject;
  config: ConfigObject;
}
export type TableName = keyof Tables;
export type AnyObject = Tables[TableName];

/** One change of a transaction. `object` of a create or update gets its Meta when it is applied. */
export type Change =
  | { readonly action: 'create' | 'update'; readonly object: AnyObject }
  | { readonly action: 'remove'; readonly table: TableName; readonly id: string };

/** One event a change, published when it is committed; `old` is the object it replaced. */
export type StoreEvent =
  | { readonly action: 'create'; readonly object: AnyObject }
  | { readonly action: 'update'; readonly object: AnyObject; readonly old: AnyObject }
  | { readonly action: 'remove'; readonly object: AnyObject };

/** A consistent view of one manager's store. Lists come in id order. */
export interface ReadTx {
  /** The last Raft index applied. */
  readonly index: number;
  get<T extends TableName>(table: T, id: string): Tables[T] | undefined;
  list<T extends TableName>(table: T): readonly Tables[T][];
  count(table: TableName): number;
  /** Names are unique but for nodes, and compared without case. */
  byName<T extends 'service' | 'network' | 'secret' | 'config'>(table: T, name: string): Tables[T] | undefined;
  tasksOfService(serviceId: string): readonly TaskObject[];
  tasksOfNode(nodeId: string): readonly TaskObject[];
  /** The cluster object; there is one from the first leader's first commit on. */
  cluster(): ClusterObject | undefined;
}
