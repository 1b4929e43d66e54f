/** What the engine of the object scenes answers: three services and their tasks, containers and images. */
import type { Json } from '../../src/base/json';
import { MANAGED, refusal, type SceneAnswer } from './scene-engine';

const DIGEST = 'sha256:aaaabbbbccccddddeeeeffff0000111122223333444455556666777788889999';

const service = (id: string, name: string, more: { [key: string]: Json } = {}): { [key: string]: Json } => ({
  ID: id,
  Version: { Index: 51 },
  CreatedAt: '2026-11-20T09:36:52.580123456Z',
  UpdatedAt: '2026-11-21T09:36:52.5Z',
  Spec: {
    Name: name,
    Labels: { tier: 'front' },
    TaskTemplate: {
      ContainerSpec: {
        Image: `nginx:1.28@${DIGEST}`,
        Labels: { c: '1' },
        Env: ['A=1', 'B=2'],
        Args: ['-g', 'daemon off;'],
        Init: false,
        DNSConfig: {},
        Isolation: 'default',
        Mounts: [{ Type: 'volume', Source: 'data', Target: '/data' }],
      },
      Resources: { Limits: { NanoCPUs: 500000000, MemoryBytes: 67108864 }, Reservations: { MemoryBytes: 33554432 } },
      RestartPolicy: { Condition: 'any', Delay: 5000000000, MaxAttempts: 0 },
      Placement: { Constraints: ['node.role==worker'], Platforms: [{ Architecture: 'amd64', OS: 'linux' }] },
      Networks: [{ Target: 'net3333333333333333', Aliases: ['www'] }],
      ForceUpdate: 0,
      Runtime: 'container',
    },
    Mode: { Replicated: { Replicas: 3 } },
    UpdateConfig: {
      Parallelism: 2,
      Delay: 10000000000,
      FailureAction: 'pause',
      Monitor: 5000000000,
      MaxFailureRatio: 0,
      Order: 'stop-first',
    },
    RollbackConfig: {
      Parallelism: 1,
      FailureAction: 'pause',
      Monitor: 5000000000,
      MaxFailureRatio: 0,
      Order: 'stop-first',
    },
    EndpointSpec: {
      Mode: 'vip',
      Ports: [{ Protocol: 'tcp', TargetPort: 80, PublishedPort: 8080, PublishMode: 'ingress' }],
    },
  },
  Endpoint: {
    Spec: { Mode: 'vip', Ports: [{ Protocol: 'tcp', TargetPort: 80, PublishedPort: 8080, PublishMode: 'ingress' }] },
    Ports: [
      { Protocol: 'tcp', TargetPort: 80, PublishedPort: 8080, PublishMode: 'ingress' },
      { Protocol: 'tcp', TargetPort: 81, PublishedPort: 8081, PublishMode: 'ingress' },
      { Protocol: 'udp', TargetPort: 53, PublishedPort: 53, PublishMode: 'ingress' },
      { Protocol: 'tcp', TargetPort: 9000, PublishedPort: 9000, PublishMode: 'host' },
    ],
    VirtualIPs: [{ NetworkID: 'net2222222222222222', Addr: '10.0.0.5/24' }],
  },
  UpdateStatus: {
    State: 'completed',
    StartedAt: '2026-11-21T09:36:00Z',
    CompletedAt: '2026-11-21T09:36:52Z',
    Message: 'update completed',
  },
  ServiceStatus: { RunningTasks: 2, DesiredTasks: 3, CompletedTasks: 0 },
  ...more,
});

const WEB = service('webserviceidaaaaaaaaaaaaa', 'web');
const AGENT = service('agentserviceidaaaaaaaaaaa', 'agent', {
  Spec: {
    Name: 'agent',
    Labels: { 'com.docker.stack.namespace': 'mon', 'com.docker.stack.image': 'alpine:3' },
    TaskTemplate: { ContainerSpec: { Image: 'alpine:3' }, ForceUpdate: 0 },
    Mode: { Global: {} },
  },
  Endpoint: { Spec: {} },
  UpdateStatus: {},
  ServiceStatus: { RunningTasks: 3, DesiredTasks: 3, CompletedTasks: 0 },
});
const JOB = service('jobserviceidaaaaaaaaaaaaa', 'job', {
  Spec: {
    Name: 'job',
    Labels: {},
    TaskTemplate: { ContainerSpec: { Image: 'busybox' }, ForceUpdate: 0 },
    Mode: { ReplicatedJob: { MaxConcurrent: 2, TotalCompletions: 4 } },
  },
  Endpoint: { Spec: {} },
  ServiceStatus: { RunningTasks: 1, DesiredTasks: 2, CompletedTasks: 2 },
});

const task = (id: string, slot: number, state: string, more: { [key: string]: Json } = {}): Json => ({
  ID: id,
  Version: { Index: 61 },
  CreatedAt: '2026-11-20T09:36:52.580123456Z',
  UpdatedAt: '2026-11-20T09:36:53Z',
  Labels: {},
  Spec: { ContainerSpec: { Image: `nginx:1.28@${DIGEST}` } },
  ServiceID: 'webserviceidaaaaaaaaaaaaa',
  Slot: slot,
  NodeID: 'nodeid1aaaaaaaaaaaaaaaaaaa',
  Status: { Timestamp: '2026-11-20T09:36:55Z', State: state, PortStatus: {} },
  DesiredState: 'running',
  ...more,
});

const TASKS: Json = [
  task('taskid1aaaaaaaaaaaaaaaaaa', 1, 'running', {
    Status: {
      Timestamp: '2026-11-20T09:36:55Z',
      State: 'running',
      PortStatus: { Ports: [{ Protocol: 'tcp', TargetPort: 80, PublishedPort: 32768, PublishMode: 'host' }] },
    },
  }),
  task('taskid2aaaaaaaaaaaaaaaaaa', 10, 'running', { NodeID: 'nodeid2bbbbbbbbbbbbbbbbbbb' }),
  task('taskid3aaaaaaaaaaaaaaaaaa', 2, 'pending', {
    NodeID: '',
    Status: {
      Timestamp: '2026-11-20T09:36:55Z',
      State: 'pending',
      Err: 'no suitable node (scheduling constraints not satisfied on 3 nodes)',
      PortStatus: {},
    },
  }),
  task('taskid4aaaaaaaaaaaaaaaaaa', 1, 'failed', {
    CreatedAt: '2026-11-19T09:36:52Z',
    DesiredState: 'shutdown',
    Status: { Timestamp: '2026-11-19T09:36:55Z', State: 'failed', Err: 'task: non-zero exit (137)', PortStatus: {} },
  }),
];

const container = (id: string, name: string, more: { [key: string]: Json } = {}): Json => ({
  Id: id,
  Names: [`/${name}`],
  Image: 'nginx:1.28',
  ImageID: DIGEST,
  Command: "/docker-entrypoint.sh nginx -g 'daemon off;'",
  Created: 1763631412,
  Ports: [
    { PrivatePort: 443, Type: 'tcp' },
    { IP: '0.0.0.0', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' },
    { IP: '::', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' },
  ],
  Labels: { a: '1' },
  State: 'running',
  Status: 'Up 2 hours',
  HostConfig: { NetworkMode: 'bridge' },
  NetworkSettings: { Networks: { bridge: {} } },
  Mounts: [],
  ...more,
});

const IMAGE = (id: string, tags: string[], digests: string[]): Json => ({
  Id: `sha256:${id}`,
  ParentId: '',
  RepoTags: tags,
  RepoDigests: digests,
  Created: 1763631412,
  Size: 187654321,
  SharedSize: -1,
  Labels: null,
  Containers: -1,
});

const INSPECTED: { [key: string]: Json } = {
  Id: 'c0ffee0000000000000000000000000000000000000000000000000000000000',
  Created: '2026-11-20T09:36:52.580123456Z',
  Path: 'nginx',
  Args: ['-g'],
  State: {
    Status: 'running',
    Running: true,
    Paused: false,
    Restarting: false,
    OOMKilled: false,
    Dead: false,
    Pid: 4,
    ExitCode: 0,
    Error: '',
    StartedAt: '2026-11-20T09:36:53Z',
    FinishedAt: '0001-01-01T00:00:00Z',
  },
  Image: DIGEST,
  Name: '/web',
  RestartCount: 0,
  Config: { Hostname: 'c0ffee', Tty: false, Image: 'nginx:1.28', Labels: {} },
  HostConfig: { NetworkMode: 'bridge' },
  NetworkSettings: {
    Ports: { '80/tcp': [{ HostIp: '0.0.0.0', HostPort: '8080' }], '443/tcp': null },
    Networks: { bridge: { IPAddress: '172.17.0.2' } },
  },
  Mounts: [],
};

export const OBJECTS: Readonly<Record<string, SceneAnswer>> = {
  ...MANAGED,
  'GET /services': { body: [WEB, AGENT, JOB] },
  ...Object.fromEntries(
    [WEB, AGENT, JOB].flatMap((one) => {
      const name = (one['Spec'] as { Name: string }).Name;
      return [
        [`GET /services/${name}`, { body: one }],
        [`GET /services/${one['ID']}`, { body: one }],
        [`POST /services/${one['ID']}/update`, { body: { Warnings: null } }],
      ];
    }),
  ),
  'GET /services/none': refusal(404, 'service none not found'),
  'DELETE /services/web': {},
  'DELETE /services/none': refusal(404, 'service none not found'),
  'POST /services/create': { status: 201, body: { ID: 'newserviceidaaaaaaaaaaaaa' } },
  'GET /distribution/nginx:latest/json': {
    body: {
      Descriptor: { mediaType: 'application/vnd.oci.image.index.v1+json', digest: DIGEST, size: 100 },
      Platforms: [{ architecture: 'amd64', os: 'linux' }],
    },
  },
  'GET /distribution/nginx/json': {
    body: {
      Descriptor: { mediaType: 'application/vnd.oci.image.index.v1+json', digest: DIGEST, size: 100 },
      Platforms: [{ architecture: 'amd64', os: 'linux' }],
    },
  },
  'GET /tasks': { body: TASKS },
  'GET /tasks/none': refusal(404, 'task none not found'),
  'GET /containers/json': {
    body: [
      container('c0ffee00000000000000', 'web'),
      container('deadbeef000000000000', 'old', { State: 'exited', Status: 'Exited (0) 3 days ago', Ports: [] }),
    ],
  },
  'GET /containers/web/json': { body: INSPECTED },
  'GET /containers/none/json': refusal(404, 'No such container: none'),
  'POST /containers/web/stop': { status: 204 },
  'POST /containers/web/start': { status: 204 },
  'POST /containers/web/restart': { status: 204 },
  'POST /containers/web/kill': { status: 204 },
  'POST /containers/web/rename': { status: 204 },
  'POST /containers/web/pause': { status: 204 },
  'POST /containers/none/stop': refusal(404, 'No such container: none'),
  'POST /containers/none/start': refusal(404, 'No such container: none'),
  'POST /containers/none/kill': refusal(404, 'No such container: none'),
  'DELETE /containers/web': { status: 204 },
  'DELETE /containers/none': refusal(404, 'No such container: none'),
  'GET /containers/web/top': {
    body: {
      Titles: ['PID', 'USER', 'COMMAND'],
      Processes: [
        ['1', 'root', 'nginx: master'],
        ['22', 'nginx', 'nginx: worker'],
      ],
    },
  },
  'POST /containers/create': { status: 201, body: { Id: 'newcontainerid', Warnings: [] } },
  'POST /containers/newcontainerid/wait': { body: { StatusCode: 0 } },
  'POST /containers/newcontainerid/start': { status: 204 },
  'GET /images/json': {
    body: [
      IMAGE('1111111111111111111111', ['nginx:1.28', 'nginx:latest'], [`nginx@${DIGEST}`]),
      IMAGE('2222222222222222222222', [], [`redis@${DIGEST}`]),
    ],
  },
  'GET /images/nginx/json': {
    body: {
      Id: DIGEST,
      RepoTags: ['nginx:latest'],
      Os: 'linux',
      Architecture: 'amd64',
      Size: 187654321,
      Config: { Cmd: ['nginx'] },
    },
  },
  'GET /images/none/json': refusal(404, 'No such image: none:latest'),
  'DELETE /images/nginx': { body: [{ Untagged: 'nginx:latest' }, { Deleted: DIGEST }] },
  'DELETE /images/none': refusal(404, 'No such image: none:latest'),
  'POST /images/nginx/tag': { status: 201 },
  'POST /images/create': {
    lines: [
      { status: 'Pulling from library/nginx', id: 'latest' },
      { status: 'Pulling fs layer', progressDetail: {}, id: 'a1' },
      { status: 'Downloading', progressDetail: { current: 10, total: 100 }, progress: '[===>   ]', id: 'a1' },
      { status: 'Pull complete', progressDetail: {}, id: 'a1' },
      { status: `Digest: ${DIGEST}` },
      { status: 'Status: Downloaded newer image for nginx:latest' },
    ],
  },
  'DELETE /networks/net3333333333333333': { status: 204 },
};
