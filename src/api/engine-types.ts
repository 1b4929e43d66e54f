/** Containers, images, networks and volumes of one engine, and the engine itself, as on the wire. See types.ts. */

import type { GenericResource, HealthConfig, Labels, Mount, SwarmInfo } from './swarm-types';

// ---------------------------------------------------------------- containers, images, networks of one engine

export interface PortBinding {
  readonly HostIp: string;
  readonly HostPort: string;
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
  readonly StopTimeout?: number;
}

export interface HostConfig {
  readonly Binds?: readonly string[] | null;
  readonly NetworkMode?: string;
  readonly PortBindings?: { readonly [port: string]: readonly PortBinding[] | null } | null;
  readonly RestartPolicy?: { readonly Name?: string; readonly MaximumRetryCount?: number };
  readonly AutoRemove?: boolean;
  readonly Mounts?: readonly Mount[];
  readonly Memory?: number;
  readonly NanoCpus?: number;
  readonly PublishAllPorts?: boolean;
  readonly Privileged?: boolean;
  readonly ReadonlyRootfs?: boolean;
  readonly ExtraHosts?: readonly string[] | null;
  readonly Init?: boolean | null;
  readonly [more: string]: unknown;
}

export interface EndpointSettings {
  readonly Aliases?: readonly string[] | null;
  readonly IPAMConfig?: {
    readonly IPv4Address?: string;
    readonly IPv6Address?: string;
    readonly LinkLocalIPs?: readonly string[];
  } | null;
  readonly NetworkID?: string;
  readonly EndpointID?: string;
  readonly Gateway?: string;
  readonly IPAddress?: string;
  readonly IPPrefixLen?: number;
  readonly MacAddress?: string;
  readonly DNSNames?: readonly string[] | null;
  readonly [more: string]: unknown;
}

export interface ContainerCreateRequest extends ContainerConfig {
  readonly HostConfig?: HostConfig;
  readonly NetworkingConfig?: { readonly EndpointsConfig?: { readonly [network: string]: EndpointSettings } | null };
}

export interface ContainerSummary {
  readonly Id: string;
  readonly Names: readonly string[];
  readonly Image: string;
  readonly ImageID: string;
  readonly Command: string;
  /** Unix seconds. */
  readonly Created: number;
  readonly Ports: readonly {
    readonly IP?: string;
    readonly PrivatePort: number;
    readonly PublicPort?: number;
    readonly Type: string;
  }[];
  readonly Labels: Labels;
  readonly State: string;
  readonly Status: string;
  readonly HostConfig: { readonly NetworkMode: string };
  readonly NetworkSettings: { readonly Networks: { readonly [network: string]: EndpointSettings } };
  readonly Mounts: readonly unknown[];
  readonly SizeRw?: number;
  readonly SizeRootFs?: number;
}

export interface ContainerInspect {
  readonly Id: string;
  readonly Created: string;
  readonly Path: string;
  readonly Args: readonly string[];
  readonly State: {
    readonly Status: string;
    readonly Running: boolean;
    readonly Paused: boolean;
    readonly Restarting: boolean;
    readonly OOMKilled: boolean;
    readonly Dead: boolean;
    readonly Pid: number;
    readonly ExitCode: number;
    readonly Error: string;
    readonly StartedAt: string;
    readonly FinishedAt: string;
    readonly Health?: {
      readonly Status: string;
      readonly FailingStreak: number;
      readonly Log: readonly unknown[] | null;
    };
  };
  readonly Image: string;
  readonly Name: string;
  readonly RestartCount: number;
  readonly Config: ContainerConfig;
  readonly HostConfig: HostConfig;
  readonly NetworkSettings: {
    readonly Networks: { readonly [network: string]: EndpointSettings };
    readonly [more: string]: unknown;
  };
  readonly Mounts: readonly unknown[];
  readonly [more: string]: unknown;
}

export interface ImageSummary {
  readonly Id: string;
  readonly ParentId: string;
  readonly RepoTags: readonly string[];
  readonly RepoDigests: readonly string[];
  /** Unix seconds. */
  readonly Created: number;
  readonly Size: number;
  readonly SharedSize: number;
  readonly Labels: Labels | null;
  readonly Containers: number;
}

export interface NetworkCreateRequest {
  readonly Name: string;
  readonly Driver?: string;
  readonly Scope?: string;
  readonly EnableIPv4?: boolean;
  readonly EnableIPv6?: boolean;
  readonly IPAM?: IPAM | null;
  readonly Internal?: boolean;
  readonly Attachable?: boolean;
  readonly Ingress?: boolean;
  readonly ConfigOnly?: boolean;
  readonly ConfigFrom?: { readonly Network: string } | null;
  readonly Options?: Labels | null;
  readonly Labels?: Labels | null;
}

export interface IPAM {
  readonly Driver?: string;
  readonly Options?: Labels | null;
  readonly Config?:
    | readonly {
        readonly Subnet?: string;
        readonly IPRange?: string;
        readonly Gateway?: string;
        readonly AuxiliaryAddresses?: Labels;
      }[]
    | null;
}

/** The answer of GET /networks/NAME, for local and swarm networks alike. */
export interface NetworkInspect {
  readonly Name: string;
  readonly Id: string;
  readonly Created: string;
  readonly Scope: string;
  readonly Driver: string;
  readonly EnableIPv4: boolean;
  readonly EnableIPv6: boolean;
  readonly IPAM: IPAM;
  readonly Internal: boolean;
  readonly Attachable: boolean;
  readonly Ingress: boolean;
  readonly ConfigFrom: { readonly Network: string };
  readonly ConfigOnly: boolean;
  readonly Containers: {
    readonly [id: string]: {
      readonly Name: string;
      readonly EndpointID: string;
      readonly MacAddress: string;
      readonly IPv4Address: string;
      readonly IPv6Address: string;
    };
  } | null;
  readonly Options: Labels | null;
  readonly Labels: Labels | null;
  readonly Peers?: readonly { readonly Name: string; readonly IP: string }[];
  readonly Services?: { readonly [name: string]: unknown };
}

export interface Volume {
  readonly CreatedAt: string;
  readonly Driver: string;
  readonly Labels: Labels | null;
  readonly Mountpoint: string;
  readonly Name: string;
  readonly Options: Labels | null;
  readonly Scope: string;
  /** Only in disk usage. */
  readonly UsageData?: { readonly RefCount: number; readonly Size: number };
}

export interface DistributionInspect {
  readonly Descriptor: { readonly mediaType: string; readonly digest: string; readonly size: number };
  readonly Platforms: readonly { readonly architecture: string; readonly os: string; readonly variant?: string }[];
}

export interface EventMessage {
  readonly Type: string;
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Labels };
  readonly scope: 'local' | 'swarm';
  /** Unix seconds and nanoseconds. */
  readonly time: number;
  readonly timeNano: number;
}

// ---------------------------------------------------------------- the daemon

/** From the headers of `/_ping`; empty where the daemon did not send one. */
export interface PingAnswer {
  readonly apiVersion: string;
  readonly osType: string;
  readonly experimental: boolean;
  readonly builderVersion: string;
  /** `inactive`, `pending`, `error`, `locked`, `active/worker`, `active/manager`. */
  readonly swarm: string;
}

export interface ServerVersion {
  readonly Platform: { readonly Name: string };
  readonly Components: readonly { readonly Name: string; readonly Version: string; readonly Details: Labels }[];
  readonly Version: string;
  readonly ApiVersion: string;
  readonly MinAPIVersion: string;
  readonly GitCommit: string;
  readonly GoVersion: string;
  readonly Os: string;
  readonly Arch: string;
  readonly KernelVersion: string;
  readonly BuildTime: string;
}

/** Follows moby/moby api/types/system/info.go; members that docker prints. */
export interface Info {
  readonly ID: string;
  readonly Containers: number;
  readonly ContainersRunning: number;
  readonly ContainersPaused: number;
  readonly ContainersStopped: number;
  readonly Images: number;
  readonly Driver: string;
  readonly DriverStatus: readonly (readonly [string, string])[];
  readonly Plugins: {
    readonly Volume: readonly string[] | null;
    readonly Network: readonly string[] | null;
    readonly Authorization: readonly string[] | null;
    readonly Log: readonly string[] | null;
  };
  readonly MemoryLimit: boolean;
  readonly SwapLimit: boolean;
  readonly CpuCfsPeriod: boolean;
  readonly CpuCfsQuota: boolean;
  readonly CPUShares: boolean;
  readonly CPUSet: boolean;
  readonly PidsLimit: boolean;
  readonly IPv4Forwarding: boolean;
  readonly Debug: boolean;
  readonly NFd: number;
  readonly OomKillDisable: boolean;
  readonly NGoroutines: number;
  readonly SystemTime: string;
  readonly LoggingDriver: string;
  readonly CgroupDriver: string;
  readonly CgroupVersion: string;
  readonly NEventsListener: number;
  readonly KernelVersion: string;
  readonly OperatingSystem: string;
  readonly OSVersion: string;
  readonly OSType: string;
  readonly Architecture: string;
  readonly IndexServerAddress: string;
  readonly RegistryConfig: {
    readonly InsecureRegistryCIDRs: readonly string[] | null;
    readonly IndexConfigs: {
      readonly [name: string]: {
        readonly Mirrors: readonly string[] | null;
        readonly Name: string;
        readonly Official: boolean;
        readonly Secure: boolean;
      };
    };
    readonly Mirrors: readonly string[] | null;
  };
  readonly NCPU: number;
  readonly MemTotal: number;
  readonly GenericResources: readonly GenericResource[] | null;
  readonly DockerRootDir: string;
  readonly HttpProxy: string;
  readonly HttpsProxy: string;
  readonly NoProxy: string;
  readonly Name: string;
  readonly Labels: readonly string[];
  readonly ExperimentalBuild: boolean;
  readonly ServerVersion: string;
  readonly Runtimes: { readonly [name: string]: { readonly path: string; readonly status?: Labels } };
  readonly DefaultRuntime: string;
  readonly Swarm: SwarmInfo;
  readonly LiveRestoreEnabled: boolean;
  readonly Isolation: string;
  readonly InitBinary: string;
  readonly ContainerdCommit: { readonly ID: string };
  readonly RuncCommit: { readonly ID: string };
  readonly InitCommit: { readonly ID: string };
  readonly SecurityOptions: readonly string[];
  readonly FirewallBackend?: { readonly Driver: string };
  readonly CDISpecDirs: readonly string[];
  readonly Containerd?: unknown;
  readonly Warnings: readonly string[] | null;
}

export interface DiskUsage {
  readonly LayersSize: number;
  readonly Images: readonly ImageSummary[] | null;
  readonly Containers: readonly ContainerSummary[] | null;
  readonly Volumes: readonly Volume[] | null;
  readonly BuildCache: readonly { readonly Size: number; readonly InUse: boolean; readonly Shared: boolean }[] | null;
}

interface CpuStats {
  readonly cpu_usage: { readonly total_usage: number; readonly percpu_usage?: readonly number[] };
  readonly system_cpu_usage?: number;
  readonly online_cpus?: number;
}

/** One reading; members that docker prints. */
export interface ContainerStats {
  readonly name: string;
  readonly id: string;
  readonly pids_stats: { readonly current?: number };
  readonly blkio_stats: {
    readonly io_service_bytes_recursive: readonly { readonly op: string; readonly value: number }[] | null;
  };
  readonly cpu_stats: CpuStats;
  readonly precpu_stats: CpuStats;
  readonly memory_stats: {
    readonly usage?: number;
    readonly limit?: number;
    readonly stats?: { readonly [name: string]: number };
  };
  readonly networks?: { readonly [name: string]: { readonly rx_bytes: number; readonly tx_bytes: number } };
}

export interface ExecConfig {
  readonly User?: string;
  readonly Privileged?: boolean;
  readonly Tty?: boolean;
  /** Height, width. */
  readonly ConsoleSize?: readonly [number, number];
  readonly AttachStdin?: boolean;
  readonly AttachStderr?: boolean;
  readonly AttachStdout?: boolean;
  readonly Detach?: boolean;
  readonly DetachKeys?: string;
  readonly Env?: readonly string[] | null;
  readonly WorkingDir?: string;
  readonly Cmd?: readonly string[] | null;
}

export interface ExecInspect {
  readonly ID: string;
  readonly Running: boolean;
  readonly ExitCode: number | null;
  readonly ContainerID: string;
  readonly Pid: number;
  readonly [more: string]: unknown;
}

/** One path of `docker diff`: 0 changed, 1 added, 2 deleted. */
export interface ContainerChange {
  readonly Path: string;
  readonly Kind: number;
}

export interface ContainerTop {
  readonly Titles: readonly string[];
  readonly Processes: readonly (readonly string[])[];
}

export interface ImageInspect {
  readonly Id: string;
  readonly RepoTags: readonly string[];
  readonly RepoDigests: readonly string[];
  readonly Created: string;
  readonly Size: number;
  readonly Architecture: string;
  readonly Os: string;
  readonly Config: { readonly [more: string]: unknown } | null;
  readonly [more: string]: unknown;
}

/** One row of an image's past, the newest first. */
export interface ImageHistory {
  readonly Comment: string;
  /** Seconds. */
  readonly Created: number;
  readonly CreatedBy: string;
  readonly Id: string;
  readonly Size: number;
  readonly Tags: readonly string[] | null;
}

/** One line of what an image's removal did. */
export interface ImageDelete {
  readonly Untagged?: string;
  readonly Deleted?: string;
}

/** What a prune took; the list's name tells of what. */
export interface PruneReport {
  readonly SpaceReclaimed?: number;
  readonly ContainersDeleted?: readonly string[] | null;
  readonly NetworksDeleted?: readonly string[] | null;
  readonly VolumesDeleted?: readonly string[] | null;
  readonly ImagesDeleted?: readonly ImageDelete[] | null;
}
