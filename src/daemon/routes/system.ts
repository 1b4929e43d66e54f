/** /_ping, /version, /info. Follows moby/moby api/server/router/system/system_routes.go and daemon/info.go. */
import { ENGINE, type Info, type ServerVersion, type SwarmInfo } from '../../api/index';
import type { Json } from '../../base/json';
import { formatMicros } from '../../base/time';
import { KERNEL } from '../../host/index';
import { rpcText } from '../../swarm/index';
import type { ApiContext } from '../api-slot';
import type { Cluster } from '../cluster/cluster';
import type { DaemonConfig } from '../config';
import { members } from '../convert/members';
import { clusterView } from '../convert/swarm';
import type { Exchange, Route } from '../exchange';
import { refuse } from '../refusal';
import { json } from './json';
import { issuerOf } from './swarm';

export type SystemContext = Pick<ApiContext, 'cluster' | 'engine' | 'hostname' | 'id' | 'config' | 'now'>;

/** What the machines say they are. */
const NETWORK_PLUGINS = ['bridge', 'host', 'ipvlan', 'macvlan', 'null', 'overlay'];
const LOG_PLUGINS = ['awslogs', 'fluentd', 'gcplogs', 'gelf', 'journald', 'json-file', 'local', 'splunk', 'syslog'];
const GIT_COMMIT = '45873be';
const BUILD_TIME = '2025-05-30T12:07:26.000000000+00:00';
const COMPONENTS = {
  containerd: { version: '1.7.27', commit: '05044ec0a9a75232cad458027ca83437aae3f4da' },
  runc: { version: '1.2.5', commit: 'v1.2.5-0-g59923ef' },
  'docker-init': { version: '0.19.0', commit: 'de40ad0' },
} as const;

export function systemRoutes(context: SystemContext): readonly Route[] {
  return [
    { method: 'GET', path: '/_ping', handler: (exchange) => ping(context, exchange, 'OK') },
    { method: 'HEAD', path: '/_ping', handler: (exchange) => ping(context, exchange, undefined) },
    { method: 'GET', path: '/version', handler: (exchange) => exchange.answer(200, json(version())) },
    { method: 'GET', path: '/info', handler: (exchange) => info(context, exchange) },
    { method: 'POST', path: '/auth', handler: (exchange) => auth(context, exchange) },
  ];
}

/** `inactive`, `pending`, `error`, `locked`, `active/worker`, `active/manager`. */
function swarmStatus({ cluster }: SystemContext): string {
  const { localNodeState, role, controlAvailable } = cluster.node.status();
  if (localNodeState !== 'active') return localNodeState;
  return controlAvailable || role === 'manager' ? 'active/manager' : 'active/worker';
}

function ping(context: SystemContext, exchange: Exchange, body: Json | undefined): void {
  exchange.answer(200, body, {
    'Api-Version': ENGINE.apiVersion,
    'Builder-Version': '2',
    'Cache-Control': 'no-cache, no-store, must-revalidate',
    'Content-Type': 'text/plain; charset=utf-8',
    'Docker-Experimental': 'false',
    Ostype: 'linux',
    Pragma: 'no-cache',
    Server: `Docker/${ENGINE.version} (linux)`,
    Swarm: swarmStatus(context),
  });
}

/** A private registry here lets everybody in; the Hub knows none of the names. */
function auth({ engine }: SystemContext, exchange: Exchange): void {
  const { serveraddress = '' } = (exchange.request.body ?? {}) as { readonly serveraddress?: string };
  const domain = serveraddress.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
  if (domain === 'index.docker.io' || domain === '') {
    refuse(401, 'Get "https://registry-1.docker.io/v2/": unauthorized: incorrect username or password');
  }
  const failure = engine.images.greet(domain);
  if (failure !== undefined) refuse(500, failure);
  exchange.answer(200, { IdentityToken: '', Status: 'Login Succeeded' });
}

function version(): ServerVersion {
  const shared = {
    ApiVersion: ENGINE.apiVersion,
    Arch: 'amd64',
    BuildTime: BUILD_TIME,
    GitCommit: GIT_COMMIT,
    GoVersion: ENGINE.goVersion,
    KernelVersion: KERNEL.release,
    MinAPIVersion: ENGINE.minApiVersion,
    Os: 'linux',
  };
  const { ApiVersion, Arch, BuildTime, GitCommit, GoVersion, KernelVersion, MinAPIVersion, Os } = shared;
  return {
    Platform: { Name: 'Docker Engine - Community' },
    Components: [
      {
        Name: 'Engine',
        Version: ENGINE.version,
        Details: {
          ApiVersion,
          Arch,
          BuildTime,
          Experimental: 'false',
          GitCommit,
          GoVersion,
          KernelVersion,
          MinAPIVersion,
          Os,
        },
      },
      ...Object.entries(COMPONENTS).map(([Name, component]) => ({
        Name,
        Version: component.version,
        Details: { GitCommit: component.commit },
      })),
    ],
    Version: ENGINE.version,
    ApiVersion,
    MinAPIVersion,
    GitCommit,
    GoVersion,
    Os,
    Arch,
    KernelVersion,
    BuildTime,
  };
}

function info(context: SystemContext, exchange: Exchange): void {
  swarmInfo(context.cluster, (swarm) => exchange.answer(200, json(engineInfo(context, swarm))));
}

/** What the kernel lets the engine limit. */
const KERNEL_FEATURES = {
  MemoryLimit: true,
  SwapLimit: true,
  CpuCfsPeriod: true,
  CpuCfsQuota: true,
  CPUShares: true,
  CPUSet: true,
  PidsLimit: true,
  IPv4Forwarding: true,
} as const;

const STORAGE = {
  Driver: 'overlay2',
  DriverStatus: [
    ['Backing Filesystem', 'extfs'],
    ['Supports d_type', 'true'],
    ['Using metacopy', 'false'],
    ['Native Overlay Diff', 'true'],
    ['userxattr', 'false'],
  ],
} as const;

/** Docker Hub with its mirrors, and the registries that are not secure, by name or as a network. */
function registries({ insecureRegistries, registryMirrors }: DaemonConfig): Info['RegistryConfig'] {
  const networks = insecureRegistries.filter((registry) => registry.includes('/'));
  const names = insecureRegistries.filter((registry) => !registry.includes('/'));
  const mirrors = registryMirrors.map((mirror) => (mirror.endsWith('/') ? mirror : `${mirror}/`));
  return {
    IndexConfigs: {
      ...Object.fromEntries(names.map((Name) => [Name, { Mirrors: [], Name, Official: false, Secure: false }])),
      'docker.io': { Mirrors: mirrors, Name: 'docker.io', Official: true, Secure: true },
    },
    InsecureRegistryCIDRs: [...networks, '::1/128', '127.0.0.0/8'],
    Mirrors: mirrors.length === 0 ? null : mirrors,
  };
}

function engineInfo({ engine, hostname, id, config, now }: SystemContext, swarm: SwarmInfo): Info {
  const states = engine.containers.list().map(({ state }) => state.status);
  const paused = engine.containers.list().filter(({ state }) => state.paused).length;
  const running = states.filter((status) => status === 'running' || status === 'restarting').length;
  return {
    ID: id,
    Containers: states.length,
    ContainersRunning: running - paused,
    ContainersPaused: paused,
    ContainersStopped: states.length - running,
    Images: engine.images.list().length,
    ...STORAGE,
    Plugins: { Volume: ['local'], Network: NETWORK_PLUGINS, Authorization: null, Log: LOG_PLUGINS },
    ...KERNEL_FEATURES,
    Debug: config.debug,
    NFd: 27,
    OomKillDisable: false,
    NGoroutines: 50,
    SystemTime: formatMicros(now()),
    LoggingDriver: 'json-file',
    CgroupDriver: 'systemd',
    CgroupVersion: '2',
    NEventsListener: 0,
    KernelVersion: KERNEL.release,
    OperatingSystem: 'Debian GNU/Linux 12 (bookworm)',
    OSVersion: '12',
    OSType: 'linux',
    Architecture: 'x86_64',
    IndexServerAddress: 'https://index.docker.io/v1/',
    RegistryConfig: registries(config),
    NCPU: engine.cpus,
    MemTotal: engine.memoryBytes,
    GenericResources: config.genericResources.length === 0 ? null : config.genericResources,
    DockerRootDir: '/var/lib/docker',
    HttpProxy: '',
    HttpsProxy: '',
    NoProxy: '',
    Name: hostname,
    Labels: config.labels,
    ExperimentalBuild: false,
    ServerVersion: ENGINE.version,
    Runtimes: { 'io.containerd.runc.v2': { path: 'runc' }, runc: { path: 'runc' } },
    DefaultRuntime: 'runc',
    Swarm: swarm,
    LiveRestoreEnabled: config.liveRestore,
    Isolation: '',
    InitBinary: 'docker-init',
    ContainerdCommit: { ID: COMPONENTS.containerd.commit },
    RuncCommit: { ID: COMPONENTS.runc.commit },
    InitCommit: { ID: COMPONENTS['docker-init'].commit },
    SecurityOptions: ['name=apparmor', 'name=seccomp,profile=builtin', 'name=cgroupns'],
    FirewallBackend: { Driver: 'iptables' },
    CDISpecDirs: ['/etc/cdi', '/var/run/cdi'],
    Containerd: {
      Address: '/run/containerd/containerd.sock',
      Namespaces: { Containers: 'moby', Plugins: 'plugins.moby' },
    },
    Warnings: swarm.Warnings ?? null,
  };
}

const TWO_MANAGERS = `WARNING: Running Swarm in a two-manager configuration. This configuration provides
         no fault tolerance, and poses a high risk to lose control over the cluster.
         Refer to https://docs.docker.com/engine/swarm/admin_guide/ to configure the
         Swarm for fault-tolerance.`;

/** Follows moby/moby daemon/cluster/swarm.go, Info: what the leader cannot say is left out, and its error told. */
function swarmInfo({ node }: Cluster, then: (info: SwarmInfo) => void): void {
  const status = node.status();
  const remotes = status.remoteManagers.map(({ nodeId, addr }) => members({ NodeID: nodeId, Addr: addr }));
  const base: SwarmInfo = {
    NodeID: status.nodeId,
    NodeAddr: status.nodeAddr,
    LocalNodeState: status.localNodeState,
    ControlAvailable: status.controlAvailable,
    Error: status.error,
    RemoteManagers: remotes.length === 0 ? null : remotes,
  };
  if (!status.controlAvailable) {
    then(members(base));
    return;
  }
  node.control('getCluster', {}, (found) => {
    node.control('listNodes', {}, (nodes) => {
      const error = !nodes.ok ? nodes.error : !found.ok ? found.error : undefined;
      const managers = nodes.ok ? nodes.value.filter(({ manager }) => manager !== undefined).length : 0;
      then(
        members<SwarmInfo>({
          ...base,
          Error: error ? rpcText(error) : base.Error,
          Nodes: nodes.ok && nodes.value.length > 0 ? nodes.value.length : undefined,
          Managers: managers > 0 ? managers : undefined,
          Cluster: found.ok ? clusterView(found.value, issuerOf(node, found.value)) : NO_CLUSTER,
          Warnings: managers === 2 ? [TWO_MANAGERS] : undefined,
        }),
      );
    });
  });
}

/** A cluster that could not be read is written as an empty one. */
const NO_CLUSTER = Object.freeze({
  ID: '',
  Version: {},
  CreatedAt: '0001-01-01T00:00:00Z',
  UpdatedAt: '0001-01-01T00:00:00Z',
  Spec: {
    Labels: null,
    Orchestration: {},
    Raft: { ElectionTick: 0, HeartbeatTick: 0 },
    Dispatcher: {},
    CAConfig: {},
    TaskDefaults: {},
    EncryptionConfig: { AutoLockManagers: false },
  },
  TLSInfo: {},
  RootRotationInProgress: false,
  DefaultAddrPool: null,
  SubnetSize: 0,
  DataPathPort: 0,
}) as unknown as NonNullable<SwarmInfo['Cluster']>;
