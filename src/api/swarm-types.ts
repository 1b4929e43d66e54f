/** The swarm's objects and the cluster, as on the wire. See types.ts for the conventions. */

export type Labels = { readonly [key: string]: string };

// ---------------------------------------------------------------- swarm objects

export interface Version {
  readonly Index: number;
}

export interface ObjectMeta {
  readonly Version: Version;
  readonly CreatedAt: string;
  readonly UpdatedAt: string;
}

export interface Driver {
  readonly Name?: string;
  readonly Options?: Labels;
}

export interface NodeSpec {
  readonly Name?: string;
  readonly Labels?: Labels;
  readonly Role?: string;
  readonly Availability?: string;
}

export interface Platform {
  readonly Architecture?: string;
  readonly OS?: string;
}

export interface GenericResource {
  readonly NamedResourceSpec?: { readonly Kind: string; readonly Value: string };
  readonly DiscreteResourceSpec?: { readonly Kind: string; readonly Value: number };
}

export interface Resources {
  readonly NanoCPUs?: number;
  readonly MemoryBytes?: number;
  readonly Pids?: number;
  readonly GenericResources?: readonly GenericResource[];
}

export interface TLSInfo {
  readonly TrustRoot?: string;
  readonly CertIssuerSubject?: string;
  readonly CertIssuerPublicKey?: string;
}

export interface NodeDescription {
  readonly Hostname: string;
  readonly Platform: Platform;
  readonly Resources: Resources;
  readonly Engine: {
    readonly EngineVersion: string;
    readonly Labels?: Labels;
    readonly Plugins?: readonly { readonly Type: string; readonly Name: string }[];
  };
  readonly TLSInfo?: TLSInfo;
}

export type NodeState = 'unknown' | 'down' | 'ready' | 'disconnected';

export interface Node extends ObjectMeta {
  readonly ID: string;
  readonly Spec: NodeSpec;
  readonly Description: NodeDescription;
  readonly Status: { readonly State: NodeState; readonly Message?: string; readonly Addr?: string };
  readonly ManagerStatus?: {
    readonly Leader?: boolean;
    readonly Reachability: 'unknown' | 'unreachable' | 'reachable';
    readonly Addr: string;
  };
}

export interface Mount {
  readonly Type?: string;
  readonly Source?: string;
  readonly Target?: string;
  readonly ReadOnly?: boolean;
  readonly Consistency?: string;
  readonly BindOptions?: {
    readonly Propagation?: string;
    readonly NonRecursive?: boolean;
    readonly CreateMountpoint?: boolean;
    readonly ReadOnlyNonRecursive?: boolean;
    readonly ReadOnlyForceRecursive?: boolean;
  };
  readonly VolumeOptions?: {
    readonly NoCopy?: boolean;
    readonly Labels?: Labels;
    readonly Subpath?: string;
    readonly DriverConfig?: Driver;
  };
  readonly TmpfsOptions?: { readonly SizeBytes?: number; readonly Mode?: number };
  readonly ClusterOptions?: Record<string, never>;
}

export interface HealthConfig {
  readonly Test?: readonly string[];
  readonly Interval?: number;
  readonly Timeout?: number;
  readonly StartPeriod?: number;
  readonly StartInterval?: number;
  readonly Retries?: number;
}

export interface FileTarget {
  readonly Name: string;
  readonly UID: string;
  readonly GID: string;
  readonly Mode: number;
}

export interface SecretReference {
  readonly File?: FileTarget;
  readonly SecretID: string;
  readonly SecretName: string;
}

export interface ConfigReference {
  readonly File?: FileTarget;
  readonly Runtime?: Record<string, never>;
  readonly ConfigID: string;
  readonly ConfigName: string;
}

export interface ContainerSpec {
  readonly Image?: string;
  readonly Labels?: Labels;
  readonly Command?: readonly string[];
  readonly Args?: readonly string[];
  readonly Hostname?: string;
  readonly Env?: readonly string[];
  readonly Dir?: string;
  readonly User?: string;
  readonly Groups?: readonly string[];
  readonly Privileges?: { readonly [key: string]: unknown };
  readonly Init?: boolean | null;
  readonly StopSignal?: string;
  readonly TTY?: boolean;
  readonly OpenStdin?: boolean;
  readonly ReadOnly?: boolean;
  readonly Mounts?: readonly Mount[];
  readonly StopGracePeriod?: number;
  readonly Healthcheck?: HealthConfig;
  readonly Hosts?: readonly string[];
  readonly DNSConfig?: {
    readonly Nameservers?: readonly string[];
    readonly Search?: readonly string[];
    readonly Options?: readonly string[];
  };
  readonly Secrets?: readonly SecretReference[];
  readonly Configs?: readonly ConfigReference[];
  readonly Isolation?: string;
  readonly Sysctls?: Labels;
  readonly CapabilityAdd?: readonly string[];
  readonly CapabilityDrop?: readonly string[];
  readonly Ulimits?: readonly { readonly Name: string; readonly Hard: number; readonly Soft: number }[];
  readonly OomScoreAdj?: number;
}

export interface RestartPolicy {
  readonly Condition?: string;
  readonly Delay?: number;
  readonly MaxAttempts?: number;
  readonly Window?: number;
}

export interface Placement {
  readonly Constraints?: readonly string[];
  readonly Preferences?: readonly { readonly Spread?: { readonly SpreadDescriptor: string } }[];
  readonly MaxReplicas?: number;
  readonly Platforms?: readonly Platform[];
}

export interface NetworkAttachmentConfig {
  readonly Target?: string;
  readonly Aliases?: readonly string[];
  readonly DriverOpts?: Labels;
  /** Of an attached container alone: the address it asks for. Not on the wire. */
  readonly Addresses?: readonly string[];
}

export interface TaskSpec {
  readonly ContainerSpec?: ContainerSpec;
  readonly NetworkAttachmentSpec?: { readonly ContainerID: string };
  readonly PluginSpec?: Record<string, unknown>;
  readonly Resources?: { readonly Limits?: Resources; readonly Reservations?: Resources };
  readonly RestartPolicy?: RestartPolicy;
  readonly Placement?: Placement;
  readonly Networks?: readonly NetworkAttachmentConfig[];
  readonly LogDriver?: Driver;
  readonly ForceUpdate?: number;
  readonly Runtime?: string;
}

export interface UpdateConfig {
  readonly Parallelism: number;
  readonly Delay?: number;
  readonly FailureAction?: string;
  readonly Monitor?: number;
  readonly MaxFailureRatio: number;
  readonly Order?: string;
}

export interface ServiceMode {
  readonly Replicated?: { readonly Replicas?: number };
  readonly Global?: Record<string, never>;
  readonly ReplicatedJob?: { readonly MaxConcurrent?: number; readonly TotalCompletions?: number };
  readonly GlobalJob?: Record<string, never>;
}

export interface PortConfig {
  readonly Name?: string;
  readonly Protocol?: string;
  readonly TargetPort?: number;
  readonly PublishedPort?: number;
  readonly PublishMode?: string;
}

export interface EndpointSpec {
  readonly Mode?: string;
  readonly Ports?: readonly PortConfig[];
}

export interface ServiceSpec {
  readonly Name?: string;
  readonly Labels?: Labels;
  readonly TaskTemplate?: TaskSpec;
  readonly Mode?: ServiceMode;
  readonly UpdateConfig?: UpdateConfig;
  readonly RollbackConfig?: UpdateConfig;
  readonly Networks?: readonly NetworkAttachmentConfig[];
  readonly EndpointSpec?: EndpointSpec;
}

export type UpdateState =
  | 'updating'
  | 'paused'
  | 'completed'
  | 'rollback_started'
  | 'rollback_paused'
  | 'rollback_completed';

export interface UpdateStatus {
  readonly State?: UpdateState;
  readonly StartedAt?: string;
  readonly CompletedAt?: string;
  readonly Message?: string;
}

export interface Service extends ObjectMeta {
  readonly ID: string;
  readonly Spec: ServiceSpec;
  readonly PreviousSpec?: ServiceSpec;
  readonly Endpoint: {
    readonly Spec: EndpointSpec;
    readonly Ports?: readonly PortConfig[];
    readonly VirtualIPs?: readonly { readonly NetworkID: string; readonly Addr?: string }[];
  };
  readonly UpdateStatus?: UpdateStatus;
  readonly ServiceStatus?: {
    readonly RunningTasks: number;
    readonly DesiredTasks: number;
    readonly CompletedTasks: number;
  };
  readonly JobStatus?: { readonly JobIteration: Version; readonly LastExecution?: string };
}

export type TaskState =
  | 'new'
  | 'allocated'
  | 'pending'
  | 'assigned'
  | 'accepted'
  | 'preparing'
  | 'ready'
  | 'starting'
  | 'running'
  | 'complete'
  | 'shutdown'
  | 'failed'
  | 'rejected'
  | 'remove'
  | 'orphaned';

export interface TaskStatus {
  readonly Timestamp: string;
  readonly State: TaskState;
  readonly Message?: string;
  readonly Err?: string;
  readonly ContainerStatus?: { readonly ContainerID: string; readonly PID: number; readonly ExitCode: number };
  readonly PortStatus: { readonly Ports?: readonly PortConfig[] };
}

export interface NetworkAttachment {
  readonly Network: Network;
  readonly Addresses?: readonly string[];
}

export interface Task extends ObjectMeta {
  readonly ID: string;
  readonly Name?: string;
  readonly Labels: Labels;
  readonly Spec: TaskSpec;
  readonly ServiceID?: string;
  readonly Slot?: number;
  readonly NodeID?: string;
  readonly Status: TaskStatus;
  readonly DesiredState: TaskState;
  readonly NetworksAttachments?: readonly NetworkAttachment[];
  readonly GenericResources?: readonly GenericResource[];
  readonly JobIteration?: Version;
  readonly Volumes?: readonly unknown[];
}

/** A swarm network as it stands in a task's attachments (not the answer of GET /networks). */
export interface Network extends ObjectMeta {
  readonly ID: string;
  readonly Spec: NetworkSpec;
  readonly DriverState: Driver;
  readonly IPAMOptions: IPAMOptions;
}

export interface NetworkSpec {
  readonly Name?: string;
  readonly Labels?: Labels;
  readonly DriverConfiguration?: Driver;
  readonly IPv6Enabled?: boolean;
  readonly Internal?: boolean;
  readonly Attachable?: boolean;
  readonly Ingress?: boolean;
  readonly IPAMOptions?: IPAMOptions;
  readonly Scope?: string;
  readonly ConfigFrom?: { readonly Network: string };
}

export interface IPAMOptions {
  readonly Driver?: Driver;
  readonly Configs?: readonly { readonly Subnet?: string; readonly Range?: string; readonly Gateway?: string }[];
}

export interface SecretSpec {
  readonly Name?: string;
  readonly Labels?: Labels;
  readonly Data?: string;
  readonly Driver?: Driver;
  readonly Templating?: Driver;
}
export interface Secret extends ObjectMeta {
  readonly ID: string;
  readonly Spec: SecretSpec;
}
export interface ConfigSpec {
  readonly Name?: string;
  readonly Labels?: Labels;
  readonly Data?: string;
  readonly Templating?: Driver;
}
export interface Config extends ObjectMeta {
  readonly ID: string;
  readonly Spec: ConfigSpec;
}

// ---------------------------------------------------------------- the cluster

export interface SwarmSpec {
  readonly Name?: string;
  readonly Labels?: Labels;
  readonly Orchestration?: { readonly TaskHistoryRetentionLimit?: number };
  readonly Raft?: {
    readonly SnapshotInterval?: number;
    readonly KeepOldSnapshots?: number;
    readonly LogEntriesForSlowFollowers?: number;
    readonly ElectionTick?: number;
    readonly HeartbeatTick?: number;
  };
  readonly Dispatcher?: { readonly HeartbeatPeriod?: number };
  readonly CAConfig?: {
    readonly NodeCertExpiry?: number;
    readonly ExternalCAs?: readonly unknown[];
    readonly SigningCACert?: string;
    readonly SigningCAKey?: string;
    readonly ForceRotate?: number;
  };
  readonly TaskDefaults?: { readonly LogDriver?: Driver };
  readonly EncryptionConfig?: { readonly AutoLockManagers?: boolean };
}

export interface ClusterInfo extends ObjectMeta {
  readonly ID: string;
  readonly Spec: SwarmSpec;
  readonly TLSInfo: TLSInfo;
  readonly RootRotationInProgress: boolean;
  readonly DefaultAddrPool: readonly string[];
  readonly SubnetSize: number;
  readonly DataPathPort: number;
}

export interface Swarm extends ClusterInfo {
  readonly JoinTokens: { readonly Worker: string; readonly Manager: string };
}

export interface InitRequest {
  readonly ListenAddr?: string;
  readonly AdvertiseAddr?: string;
  readonly DataPathAddr?: string;
  readonly DataPathPort?: number;
  readonly ForceNewCluster?: boolean;
  readonly Spec?: SwarmSpec;
  readonly AutoLockManagers?: boolean;
  readonly Availability?: string;
  readonly DefaultAddrPool?: readonly string[] | null;
  readonly SubnetSize?: number;
}

export interface JoinRequest {
  readonly ListenAddr?: string;
  readonly AdvertiseAddr?: string;
  readonly DataPathAddr?: string;
  readonly RemoteAddrs?: readonly string[] | null;
  readonly JoinToken?: string;
  readonly Availability?: string;
}

export type LocalNodeState = 'inactive' | 'pending' | 'active' | 'error' | 'locked';

export interface SwarmInfo {
  readonly NodeID: string;
  readonly NodeAddr: string;
  readonly LocalNodeState: LocalNodeState;
  readonly ControlAvailable: boolean;
  readonly Error: string;
  readonly RemoteManagers: readonly { readonly NodeID: string; readonly Addr: string }[] | null;
  readonly Nodes?: number;
  readonly Managers?: number;
  readonly Cluster?: ClusterInfo;
  readonly Warnings?: readonly string[];
}
