/**
 * The records of one machine's engine: plain frozen data, replaced as a whole when something changes, kept on the disk.
 * Field names of a container's settings are the Engine API's, since they are the user's words, stored as given.
 */
import type { Bytes } from '../base/bytes';
import type { Micros } from '../base/process';

/** What goes wrong in a right world. `status` is the HTTP status that moby's error class maps to. */
export interface HostError {
  readonly status: number;
  /** moby's exact text. */
  readonly message: string;
}

export function hostError(status: number, message: string): HostError {
  return { status, message };
}

export type Labels = { readonly [key: string]: string };

/** Durations in nanoseconds; 0 or absent is the default. Test: [], ['NONE'], ['CMD', …], ['CMD-SHELL', text]. */
export interface HealthConfig {
  readonly Test?: readonly string[];
  readonly Interval?: number;
  readonly Timeout?: number;
  readonly StartPeriod?: number;
  readonly StartInterval?: number;
  readonly Retries?: number;
}

export interface ContainerConfig {
  readonly Hostname?: string;
  readonly Domainname?: string;
  readonly User?: string;
  readonly AttachStdin?: boolean;
  readonly AttachStdout?: boolean;
  readonly AttachStderr?: boolean;
  readonly ExposedPorts?: { readonly [port: string]: Record<string, never> };
  readonly Tty?: boolean;
  readonly OpenStdin?: boolean;
  readonly StdinOnce?: boolean;
  readonly Env?: readonly string[] | null;
  readonly Cmd?: readonly string[] | null;
  readonly Healthcheck?: HealthConfig;
  readonly Image?: string;
  readonly Volumes?: { readonly [path: string]: Record<string, never> } | null;
  readonly WorkingDir?: string;
  readonly Entrypoint?: readonly string[] | null;
  readonly Labels?: Labels | null;
  readonly MacAddress?: string;
  readonly StopSignal?: string;
  /** Seconds. */
  readonly StopTimeout?: number;
}

interface PortBinding {
  readonly HostIp?: string;
  readonly HostPort?: string;
}

export interface MountRequest {
  readonly Type?: string;
  readonly Source?: string;
  readonly Target?: string;
  readonly ReadOnly?: boolean;
  readonly BindOptions?: { readonly CreateMountpoint?: boolean };
  readonly VolumeOptions?: {
    readonly Labels?: Labels;
    readonly DriverConfig?: { readonly Name?: string; readonly Options?: Labels };
  };
  readonly TmpfsOptions?: { readonly SizeBytes?: number; readonly Mode?: number };
}

export interface HostConfig {
  readonly Binds?: readonly string[] | null;
  readonly NetworkMode?: string;
  /** '80/tcp' → where on the host. */
  readonly PortBindings?: { readonly [port: string]: readonly PortBinding[] | null } | null;
  readonly RestartPolicy?: { readonly Name?: string; readonly MaximumRetryCount?: number };
  readonly AutoRemove?: boolean;
  readonly Mounts?: readonly MountRequest[] | null;
  readonly VolumesFrom?: readonly string[] | null;
  readonly Links?: readonly string[] | null;
  readonly Memory?: number;
  readonly NanoCpus?: number;
  readonly PublishAllPorts?: boolean;
  readonly Privileged?: boolean;
  readonly ReadonlyRootfs?: boolean;
  readonly ExtraHosts?: readonly string[] | null;
  readonly Init?: boolean | null;
  readonly Tmpfs?: Labels | null;
  readonly [more: string]: unknown;
}

/** What the user asks of one network of a container. */
export interface EndpointRequest {
  readonly Aliases?: readonly string[] | null;
  readonly IPAMConfig?: { readonly IPv4Address?: string; readonly IPv6Address?: string } | null;
  readonly Links?: readonly string[] | null;
  readonly DriverOpts?: Labels | null;
  readonly MacAddress?: string;
  readonly GwPriority?: number;
}

type ContainerStatus = 'created' | 'running' | 'restarting' | 'removing' | 'exited' | 'dead';

interface HealthResult {
  readonly start: Micros;
  readonly end: Micros;
  readonly exitCode: number;
  readonly output: string;
}

export interface HealthState {
  readonly status: 'starting' | 'healthy' | 'unhealthy';
  readonly failingStreak: number;
  /** The last five. */
  readonly log: readonly HealthResult[];
}

export interface ContainerState {
  readonly status: ContainerStatus;
  /** 0 unless running. */
  readonly pid: number;
  readonly exitCode: number;
  readonly error: string;
  readonly oomKilled: boolean;
  /** undefined: never. */
  readonly startedAt: Micros | undefined;
  readonly finishedAt: Micros | undefined;
  readonly health: HealthState | undefined;
  /** It runs, and stands still. */
  readonly paused?: boolean;
}

/** A container's port as it is bound on the host. */
export interface BoundPort {
  /** '80/tcp'. */
  readonly containerPort: string;
  readonly hostIp: string;
  readonly hostPort: number;
}

/** One container's place on one network. Addresses are '' while it does not run. */
export interface Endpoint {
  readonly networkId: string;
  readonly networkName: string;
  readonly request: EndpointRequest;
  /** The requested address is the swarm's, not the user's: asked anew at the next start. */
  readonly operational?: boolean;
  readonly endpointId: string;
  /** Without the prefix length. */
  readonly address: string;
  readonly prefixLength: number;
  readonly gateway: string;
  /** '' without IPv6. */
  readonly address6: string;
  readonly gateway6: string;
  readonly mac: string;
  /** Numbers of its interface in the container and of the other end of the cable; 0 while it has none. */
  readonly link: number;
  readonly peerLink: number;
  /** Names that resolve to it on its network. */
  readonly dnsNames: readonly string[];
  /** The container's interface, eth0 and so on; '' on the host network. */
  readonly device: string;
}

export interface MountPoint {
  readonly type: 'bind' | 'volume' | 'tmpfs';
  /** Volume name. */
  readonly name: string;
  /** Path on the host. */
  readonly source: string;
  readonly destination: string;
  readonly driver: string;
  readonly mode: string;
  readonly writable: boolean;
  readonly propagation: string;
}

/** A file that the engine puts into a container (secret, config): read-only, in memory, its bytes made when opened. */
export interface InjectedFile {
  readonly path: string;
  readonly mode: number;
  readonly uid: string;
  readonly gid: string;
  readonly data: () => Bytes;
}

/** What a task's container answers for on its networks. Follows moby/moby libnetwork/sandbox.go, service options. */
export interface ServiceIdentity {
  readonly serviceId: string;
  readonly serviceName: string;
  readonly taskId: string;
  readonly taskName: string;
  /** Network id → the service's virtual address there, without prefix; none in dnsrr mode. */
  readonly virtualIPs: ReadonlyMap<string, string>;
  /** Network id → further names of the service there. */
  readonly aliases: ReadonlyMap<string, readonly string[]>;
  /** Ports published through the ingress network. */
  readonly ports: readonly IngressPort[];
}

interface IngressPort {
  readonly protocol: string;
  readonly published: number;
  readonly target: number;
}

export interface Container {
  /** 64 hexadecimal digits. */
  readonly id: string;
  /** Without the slash. */
  readonly name: string;
  readonly created: Micros;
  /** As typed. */
  readonly image: string;
  /** sha256:… */
  readonly imageId: string;
  /** The image's settings with the user's over them. */
  readonly config: ContainerConfig;
  readonly hostConfig: HostConfig;
  readonly path: string;
  readonly args: readonly string[];
  readonly state: ContainerState;
  readonly restartCount: number;
  /** Stopped by a person: `unless-stopped` then waits for one. */
  readonly manuallyStopped: boolean;
  readonly endpoints: readonly Endpoint[];
  /** On the gateway bridge, while it runs on an overlay. */
  readonly gatewayEndpoint: Endpoint | undefined;
  readonly mounts: readonly MountPoint[];
  readonly ports: readonly BoundPort[];
  /** Runs a task of the swarm. */
  readonly service: ServiceIdentity | undefined;
}

export interface LogEntry {
  readonly stream: 'stdout' | 'stderr';
  readonly at: Micros;
  /** One line with its newline. */
  readonly data: Bytes;
}

/** A network as it exists on this machine. */
export interface Network {
  readonly id: string;
  readonly name: string;
  readonly created: Micros;
  readonly driver: string;
  readonly scope: 'local' | 'swarm';
  readonly ipv4: boolean;
  readonly ipv6: boolean;
  readonly subnet: string;
  readonly gateway: string;
  /** The user gave the subnet. */
  readonly userSubnet: boolean;
  /** The user gave it without a gateway: inspect then shows none. */
  readonly hiddenGateway: boolean;
  readonly ipRange: string;
  /** Addresses kept from containers, by name. */
  readonly auxiliary: Labels | null;
  /** '' where it has no IPv6. */
  readonly subnet6: string;
  readonly gateway6: string;
  /** The user named the IPv6 subnet first: inspect keeps that order. */
  readonly version6First: boolean;
  readonly ipamOptions: Labels | null;
  readonly internal: boolean;
  readonly attachable: boolean;
  readonly ingress: boolean;
  readonly configOnly: boolean;
  readonly configFrom: string;
  readonly options: Labels | null;
  readonly labels: Labels | null;
  /** VXLAN id of an overlay. */
  readonly vni: number;
  /** The machine's own address on an overlay, '' where it has none yet. */
  readonly loadBalancerAddress: string;
}

export interface Volume {
  readonly name: string;
  readonly driver: string;
  readonly created: Micros;
  readonly labels: Labels | null;
  readonly options: Labels | null;
  readonly anonymous: boolean;
}

export interface EngineEvent {
  /** container, image, network, volume, daemon, node, service, secret, config. */
  readonly type: string;
  readonly action: string;
  readonly id: string;
  readonly attributes: Labels;
  readonly scope: 'local' | 'swarm';
  readonly at: Micros;
}

/**
 * One row of the table that gossip spreads among the machines of an overlay network.
 * Follows moby/moby libnetwork/agent.go, EndpointRecord.
 */
export interface EndpointRecord {
  /** `${networkId}/${endpointId}`: unique in the swarm. */
  readonly key: string;
  readonly networkId: string;
  /** The container's name. */
  readonly name: string;
  readonly containerId: string;
  /** The machine that runs it. */
  readonly machine: string;
  readonly address: string;
  /** '' without IPv6. */
  readonly address6: string;
  /** '' for a standalone container. */
  readonly serviceId: string;
  readonly serviceName: string;
  /** '' in dnsrr mode. */
  readonly virtualIP: string;
  readonly aliases: readonly string[];
  /** Names of this container alone: its name, short id, hostname. */
  readonly taskAliases: readonly string[];
  readonly ports: readonly IngressPort[];
  /** Draining: no new connections, no name of its own. */
  readonly disabled: boolean;
}
