/** What the engine of the scenes answers: a swarm of three nodes as a manager sees it. */
import type { Json } from '../../src/base/json';

export interface SceneAnswer {
  readonly status?: number;
  readonly body?: Json;
  /** JSON values, one a line, then the end. */
  readonly lines?: readonly Json[];
}

export const refusal = (status: number, message: string): SceneAnswer => ({ status, body: { message } });

const TLS = {
  TrustRoot: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
  CertIssuerSubject: 'c3ViamVjdA==',
  CertIssuerPublicKey: 'a2V5',
};
const CLUSTER = {
  ID: 'cluster0000000000000000000',
  Version: { Index: 12 },
  CreatedAt: '2026-11-20T09:36:52.580123456Z',
  UpdatedAt: '2026-11-21T09:36:52.5Z',
  Spec: {
    Name: 'default',
    Labels: {},
    Orchestration: { TaskHistoryRetentionLimit: 5 },
    Raft: {
      SnapshotInterval: 10000,
      KeepOldSnapshots: 0,
      LogEntriesForSlowFollowers: 500,
      ElectionTick: 10,
      HeartbeatTick: 1,
    },
    Dispatcher: { HeartbeatPeriod: 5000000000 },
    CAConfig: { NodeCertExpiry: 7776000000000000 },
    TaskDefaults: {},
    EncryptionConfig: { AutoLockManagers: false },
  },
  TLSInfo: TLS,
  RootRotationInProgress: false,
  DefaultAddrPool: ['10.0.0.0/8'],
  SubnetSize: 24,
  DataPathPort: 4789,
};
const SWARM = { ...CLUSTER, JoinTokens: { Worker: 'SWMTKN-1-worker', Manager: 'SWMTKN-1-manager' } };

const node = (id: string, hostname: string, role: string, more: { [key: string]: Json } = {}): Json => ({
  ID: id,
  Version: { Index: 21 },
  CreatedAt: '2026-11-22T10:11:12.130415161Z',
  UpdatedAt: '2026-11-22T10:11:13Z',
  Spec: { Labels: {}, Role: role, Availability: 'active' },
  Description: {
    Hostname: hostname,
    Platform: { Architecture: 'x86_64', OS: 'linux' },
    Resources: { NanoCPUs: 2000000000, MemoryBytes: 2086000000 },
    Engine: {
      EngineVersion: '28.2.2',
      Plugins: [
        { Type: 'Log', Name: 'awslogs' },
        { Type: 'Network', Name: 'bridge' },
        { Type: 'Log', Name: 'json-file' },
        { Type: 'Volume', Name: 'local' },
      ],
    },
    TLSInfo: TLS,
  },
  Status: { State: 'ready', Addr: '192.168.0.11' },
  ...more,
});
const MANAGER = node('nodeid1aaaaaaaaaaaaaaaaaaa', 'node1', 'manager', {
  Spec: { Labels: { zone: 'a', empty: '' }, Role: 'manager', Availability: 'drain', Name: 'first' },
  ManagerStatus: { Leader: true, Reachability: 'reachable', Addr: '192.168.0.11:2377' },
});
const WORKER = node('nodeid2bbbbbbbbbbbbbbbbbbb', 'node2', 'worker', {
  Status: { State: 'down', Message: 'heartbeat failure', Addr: '192.168.0.12' },
});
const TENTH = node('nodeid3ccccccccccccccccccc', 'node10', 'manager', {
  ManagerStatus: { Reachability: 'unreachable', Addr: '192.168.0.20:2377' },
});

const INFO = {
  ID: 'f0e1d2c3-0000-4000-8000-000000000001',
  Containers: 3,
  ContainersRunning: 2,
  ContainersPaused: 0,
  ContainersStopped: 1,
  Images: 2,
  Driver: 'overlay2',
  DriverStatus: [
    ['Backing Filesystem', 'extfs'],
    ['Supports d_type', 'true'],
  ],
  Plugins: {
    Volume: ['local'],
    Network: ['bridge', 'host', 'ipvlan', 'macvlan', 'null', 'overlay'],
    Authorization: null,
    Log: ['awslogs', 'json-file'],
  },
  MemoryLimit: true,
  SwapLimit: true,
  NFd: 22,
  NGoroutines: 40,
  SystemTime: '2026-11-23T09:36:52.580123456Z',
  LoggingDriver: 'json-file',
  CgroupDriver: 'systemd',
  CgroupVersion: '2',
  KernelVersion: '6.1.0',
  OperatingSystem: 'Debian GNU/Linux 12 (bookworm)',
  OSVersion: '12',
  OSType: 'linux',
  Architecture: 'x86_64',
  IndexServerAddress: 'https://index.docker.io/v1/',
  RegistryConfig: {
    InsecureRegistryCIDRs: ['::1/128', '127.0.0.0/8'],
    IndexConfigs: { 'docker.io': { Mirrors: [], Name: 'docker.io', Official: true, Secure: true } },
    Mirrors: null,
  },
  NCPU: 2,
  MemTotal: 2086000000,
  GenericResources: null,
  DockerRootDir: '/var/lib/docker',
  HttpProxy: '',
  HttpsProxy: '',
  NoProxy: '',
  Name: 'node1',
  Labels: [],
  ExperimentalBuild: false,
  ServerVersion: '28.2.2',
  Runtimes: { runc: { path: 'runc' } },
  DefaultRuntime: 'runc',
  Swarm: {
    NodeID: 'nodeid1aaaaaaaaaaaaaaaaaaa',
    NodeAddr: '192.168.0.11',
    LocalNodeState: 'active',
    ControlAvailable: true,
    Error: '',
    RemoteManagers: [
      { NodeID: 'nodeid3ccccccccccccccccccc', Addr: '192.168.0.20:2377' },
      { NodeID: 'nodeid1aaaaaaaaaaaaaaaaaaa', Addr: '192.168.0.11:2377' },
    ],
    Nodes: 3,
    Managers: 2,
    Cluster: CLUSTER,
  },
  LiveRestoreEnabled: false,
  Isolation: '',
  InitBinary: 'docker-init',
  ContainerdCommit: { ID: '05044ec0a9a75232cad458027ca83437aae3f4da' },
  RuncCommit: { ID: 'v1.2.5-0-g59923ef' },
  InitCommit: { ID: 'de40ad0' },
  SecurityOptions: ['name=apparmor', 'name=seccomp,profile=builtin', 'name=cgroupns'],
  CDISpecDirs: ['/etc/cdi', '/var/run/cdi'],
  Debug: false,
  Warnings: ['WARNING: a warning'],
};
export const OUTSIDE = {
  ...INFO,
  Swarm: {
    NodeID: '',
    NodeAddr: '',
    LocalNodeState: 'inactive',
    ControlAvailable: false,
    Error: '',
    RemoteManagers: null,
  },
};
const VERSION = {
  Platform: { Name: 'Docker Engine - Community' },
  Components: [
    {
      Name: 'Engine',
      Version: '28.2.2',
      Details: {
        ApiVersion: '1.50',
        Arch: 'amd64',
        BuildTime: '2025-05-30T12:07:26.000000000+00:00',
        Experimental: 'false',
        GitCommit: '45873be',
        GoVersion: 'go1.24.3',
        KernelVersion: '6.1.0',
        MinAPIVersion: '1.24',
        Os: 'linux',
      },
    },
    { Name: 'containerd', Version: '1.7.27', Details: { GitCommit: '05044ec' } },
    { Name: 'docker-init', Version: '0.19.0', Details: { GitCommit: 'de40ad0' } },
  ],
  Version: '28.2.2',
  ApiVersion: '1.50',
  MinAPIVersion: '1.24',
  GitCommit: '45873be',
  GoVersion: 'go1.24.3',
  Os: 'linux',
  Arch: 'amd64',
  KernelVersion: '6.1.0',
  BuildTime: '2025-05-30T12:07:26.000000000+00:00',
};

const network = (id: string, name: string, more: { [key: string]: Json } = {}): Json => ({
  Name: name,
  Id: id,
  Created: '2026-11-20T09:36:52.580123456Z',
  Scope: 'swarm',
  Driver: 'overlay',
  EnableIPv4: true,
  EnableIPv6: false,
  IPAM: { Driver: 'default', Options: null, Config: [{ Subnet: '10.0.1.0/24', Gateway: '10.0.1.1' }] },
  Internal: false,
  Attachable: false,
  Ingress: false,
  ConfigFrom: { Network: '' },
  ConfigOnly: false,
  Containers: null,
  Options: null,
  Labels: null,
  ...more,
});

const stored = (id: string, name: string, data?: string): { [key: string]: Json } => ({
  ID: id,
  Version: { Index: 31 },
  CreatedAt: '2026-11-20T09:36:52.580123456Z',
  UpdatedAt: '2026-11-21T09:36:52.5Z',
  Spec: { Name: name, Labels: { b: '2', a: '' }, ...(data === undefined ? {} : { Data: data }) },
});

const VOLUME = {
  CreatedAt: '2026-11-20T09:36:52Z',
  Driver: 'local',
  Labels: null,
  Mountpoint: '/var/lib/docker/volumes/data/_data',
  Name: 'data',
  Options: null,
  Scope: 'local',
};

const task = (id: string, slot: number, state: string, more: { [key: string]: Json } = {}): Json => ({
  ID: id,
  Version: { Index: 41 },
  CreatedAt: '2026-11-20T09:36:52.580123456Z',
  UpdatedAt: '2026-11-20T09:36:53Z',
  Labels: {},
  Spec: {
    ContainerSpec: { Image: 'nginx:latest@sha256:aaaabbbbccccddddeeeeffff0000111122223333444455556666777788889999' },
  },
  ServiceID: 'serviceidaaaaaaaaaaaaaaaa',
  Slot: slot,
  NodeID: 'nodeid1aaaaaaaaaaaaaaaaaaa',
  Status: { Timestamp: '2026-11-20T09:36:55Z', State: state, PortStatus: {} },
  DesiredState: 'running',
  ...more,
});

export const MANAGED: Readonly<Record<string, SceneAnswer>> = {
  'GET /version': { body: VERSION },
  'GET /info': { body: INFO },
  'GET /swarm': { body: SWARM },
  'POST /swarm/init': { body: 'nodeid1aaaaaaaaaaaaaaaaaaa' },
  'POST /swarm/join': {},
  'POST /swarm/leave': {},
  'POST /swarm/update': {},
  'GET /swarm/unlockkey': { body: { UnlockKey: 'SWMKEY-1-abc' } },
  'GET /nodes': { body: [TENTH, WORKER, MANAGER] },
  'GET /nodes/node1': { body: MANAGER },
  'GET /nodes/nodeid1aaaaaaaaaaaaaaaaaaa': { body: MANAGER },
  'GET /nodes/node2': { body: WORKER },
  'GET /nodes/nodeid2bbbbbbbbbbbbbbbbbbb': { body: WORKER },
  'GET /nodes/none': refusal(404, 'node none not found'),
  'POST /nodes/nodeid1aaaaaaaaaaaaaaaaaaa/update': {},
  'POST /nodes/nodeid2bbbbbbbbbbbbbbbbbbb/update': {},
  'DELETE /nodes/node2': {},
  'DELETE /nodes/node1': refusal(
    400,
    "rpc error: code = FailedPrecondition desc = node nodeid1 is not down and can't be removed",
  ),
  'GET /tasks': { body: [task('taskid1', 1, 'running'), task('taskid2', 2, 'failed')] },
  'GET /services/serviceidaaaaaaaaaaaaaaaa': {
    body: {
      ID: 'serviceidaaaaaaaaaaaaaaaa',
      Version: { Index: 1 },
      Spec: { Name: 'web', Mode: { Replicated: { Replicas: 2 } } },
    },
  },
  'GET /networks': {
    body: [
      network('net3333333333333333', 'web_net'),
      network('net1111111111111111', 'bridge', { Driver: 'bridge', Scope: 'local' }),
      network('net2222222222222222', 'ingress', { Ingress: true }),
    ],
  },
  'GET /networks/web_net': { body: network('net3333333333333333', 'web_net') },
  'GET /networks/ingress': { body: network('net2222222222222222', 'ingress', { Ingress: true }) },
  'GET /networks/none': refusal(404, 'network none not found'),
  'POST /networks/create': { status: 201, body: { Id: 'net4444444444444444', Warning: '' } },
  'DELETE /networks/web_net': { status: 204 },
  'DELETE /networks/ingress': { status: 204 },
  'DELETE /networks/none': refusal(404, 'network none not found'),
  'POST /networks/web_net/connect': {},
  'POST /networks/web_net/disconnect': {},
  'POST /networks/prune': { body: { NetworksDeleted: ['a', 'b'] } },
  'POST /secrets/create': { status: 201, body: { ID: 'secretidaaaaaaaaaaaaaaaa1' } },
  'GET /secrets': { body: [stored('secretid2', 'key10'), stored('secretid1', 'key9')] },
  'GET /secrets/key9': { body: stored('secretid1', 'key9') },
  'GET /secrets/none': refusal(404, 'secret none not found'),
  'DELETE /secrets/key9': { status: 204 },
  'DELETE /secrets/none': refusal(404, 'secret none not found'),
  'POST /configs/create': { status: 201, body: { ID: 'configidaaaaaaaaaaaaaaaa1' } },
  'GET /configs': { body: [stored('configid1', 'site', 'aGVsbG8K')] },
  'GET /configs/site': { body: stored('configid1', 'site', 'aGVsbG8K') },
  'GET /configs/none': refusal(404, 'config none not found'),
  'DELETE /configs/site': { status: 204 },
  'DELETE /configs/none': refusal(404, 'config none not found'),
  'POST /volumes/create': { status: 201, body: { Name: 'data', Driver: 'local' } },
  'GET /volumes': { body: { Volumes: [VOLUME], Warnings: null } },
  'GET /volumes/data': { body: VOLUME },
  'GET /volumes/none': refusal(404, 'get none: no such volume'),
  'DELETE /volumes/data': { status: 204 },
  'DELETE /volumes/none': refusal(404, 'get none: no such volume'),
  'POST /volumes/prune': { body: { VolumesDeleted: ['v1', 'v2'], SpaceReclaimed: 1234567 } },
  'POST /containers/prune': { body: { ContainersDeleted: ['c1'], SpaceReclaimed: 1024 } },
  'POST /images/prune': {
    body: { ImagesDeleted: [{ Untagged: 'nginx:latest' }, { Deleted: 'sha256:abc' }], SpaceReclaimed: 187000000 },
  },
  'POST /build/prune': { body: { CachesDeleted: null, SpaceReclaimed: 0 } },
  'GET /events': {
    lines: [
      {
        Type: 'container',
        Action: 'start',
        Actor: { ID: 'abc', Attributes: { name: 'web', image: 'nginx' } },
        scope: 'local',
        time: 1795426612,
        timeNano: 1795426612580123000,
      },
      {
        Type: 'node',
        Action: 'update',
        Actor: { ID: 'nodeid1', Attributes: {} },
        scope: 'swarm',
        time: 1795426613,
        timeNano: 1795426613000000000,
      },
    ],
  },
};
