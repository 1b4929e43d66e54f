import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Network, NetworkInspect, Node, Swarm, Task } from '../../src/api/index';
import { type Json, stringify } from '../../src/base/json';
import { parseMicros } from '../../src/base/time';
import { networkView } from '../../src/daemon/convert/network';
import type { Route } from '../../src/daemon/index';
import { Router } from '../../src/daemon/router';
import { logRoutes } from '../../src/daemon/routes/logs';
import { nodeRoutes } from '../../src/daemon/routes/nodes';
import { configRoutes, secretRoutes } from '../../src/daemon/routes/secrets';
import { serviceRoutes } from '../../src/daemon/routes/services';
import { swarmRoutes } from '../../src/daemon/routes/swarm';
import { taskRoutes } from '../../src/daemon/routes/tasks';
import type { HostEngine } from '../../src/host/index';
import {
  type ClusterObject,
  type NetworkObject,
  type NodeAnswer,
  type SecretObject,
  type ServiceObject,
  type TaskObject,
  TaskState,
} from '../../src/swarm/index';
import { request, shown } from './exchange';
import { FakeNode, INACTIVE, MANAGER, WORKER } from './node';

/** Answers recorded from Docker Engine 28.5. */
function recorded<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8')) as T;
}

/** Engine times have nanoseconds, the world's microseconds. */
function rounded(value: unknown): string {
  return stringify(value as Json).replace(
    /(T\d\d:\d\d:\d\d\.\d{6})\d*Z/g,
    (_, stamp: string) => `${stamp.replace(/0+$/, '')}Z`,
  );
}

function router(
  node: FakeNode,
  interfaces = [{ name: 'eth0', addresses: [{ address: '192.168.0.11', prefix: 24 }] }],
): Router {
  const cluster = node.cluster();
  const routes: Route[] = [
    ...nodeRoutes(cluster),
    ...taskRoutes(cluster),
    ...serviceRoutes({
      cluster,
      randomName: () => 'random_name',
      localNetwork: (name) => (name === 'mybridge' ? name : undefined),
    }),
    ...logRoutes(cluster),
    ...secretRoutes(cluster),
    ...configRoutes(cluster),
    ...swarmRoutes({ cluster, engine: undefined as unknown as HostEngine, interfaces: () => interfaces }),
  ];
  return new Router(routes);
}

function ask(node: FakeNode, line: string, body?: unknown): string {
  const exchange = request(line, body);
  router(node).serve(exchange);
  expect(exchange.outcome.answers).toBe(1);
  return shown(exchange);
}

const meta = (object: { Version: { Index: number }; CreatedAt: string; UpdatedAt: string }) => ({
  version: object.Version.Index,
  createdAt: parseMicros(object.CreatedAt)!,
  updatedAt: parseMicros(object.UpdatedAt)!,
});

function nodeAnswer(node: Node): NodeAnswer {
  return {
    kind: 'node',
    id: node.ID,
    meta: meta(node),
    spec: node.Spec,
    role: node.Spec.Role as 'worker' | 'manager',
    certificate: { role: 'worker', state: 'issued', serial: '', notBefore: 0, notAfter: 0 },
    description: node.Description,
    status: { state: node.Status.State, message: '', addr: node.Status.Addr ?? '' },
    attachments: [],
    manager: node.ManagerStatus && {
      leader: node.ManagerStatus.Leader === true,
      reachability: node.ManagerStatus.Reachability,
      addr: node.ManagerStatus.Addr,
    },
  };
}

const NODES = recorded<Node[]>('nodes').map(nodeAnswer);

function service(id: string, name: string, more: Partial<ServiceObject> = {}): ServiceObject {
  return {
    kind: 'service',
    id,
    meta: { version: 7, createdAt: 0, updatedAt: 0 },
    spec: {
      Name: name,
      Labels: { tier: 'web' },
      TaskTemplate: { ContainerSpec: { Image: 'nginx' } },
      Mode: { Replicated: { Replicas: 1 } },
    },
    specVersion: 1,
    previousSpec: undefined,
    previousSpecVersion: undefined,
    endpoint: undefined,
    updateStatus: undefined,
    jobStatus: undefined,
    ...more,
  };
}

const SERVICES = [service('abc1', 'web'), service('abd2', 'db'), service('web', 'odd')];

describe('objects are answered as the engine does', () => {
  it('nodes', () => {
    expect(ask(new FakeNode({ listNodes: NODES }), 'GET /nodes')).toBe(`200 ${rounded(recorded('nodes'))}`);
  });

  it('the swarm', () => {
    const swarm = recorded<Swarm>('swarm');
    const object: ClusterObject = {
      kind: 'cluster',
      id: swarm.ID,
      meta: meta(swarm),
      name: 'default',
      spec: swarm.Spec,
      rootCA: {
        certificate: swarm.TLSInfo.TrustRoot!,
        key: '',
        digest: '',
        joinTokens: { worker: swarm.JoinTokens.Worker, manager: swarm.JoinTokens.Manager },
        lastForcedRotation: 0,
        rotationInProgress: false,
      } as ClusterObject['rootCA'],
      defaultAddressPool: [],
      subnetSize: 24,
      dataPathPort: 0,
      unlockKey: '',
      blacklistedCertificates: [],
    };
    const node = new FakeNode({ getCluster: object, getUnlockKey: { unlockKey: '' } }, MANAGER, { node: NODES });
    expect(ask(node, 'GET /swarm')).toBe(`200 ${rounded(swarm)}`);
    expect(ask(node, 'GET /swarm/unlockkey')).toBe('200 {"UnlockKey":""}');
  });

  it('tasks with the networks they are on', () => {
    const tasks = recorded<Task[]>('tasks');
    const networks = new Map<string, NetworkObject>();
    for (const { NetworksAttachments } of tasks) {
      for (const { Network } of NetworksAttachments ?? []) networks.set(Network.ID, networkObject(Network));
    }
    const node = new FakeNode({ listTasks: tasks.map(taskObject) }, MANAGER, { network: [...networks.values()] });
    expect(ask(node, 'GET /tasks')).toBe(`200 ${rounded(tasks)}`);
  });

  it('networks', () => {
    const sub = recorded<NetworkInspect>('network-attached');
    const object: NetworkObject = {
      kind: 'network',
      id: sub.Id,
      meta: { version: 1, createdAt: parseMicros(sub.Created)!, updatedAt: 0 },
      spec: { Name: 'sub', Labels: {}, DriverConfiguration: { Name: 'overlay', Options: { encrypted: '' } } },
      state: {
        driver: 'overlay',
        vni: 4098,
        subnets: [{ subnet: '10.50.0.0/24', gateway: '10.50.0.1' }],
        predefined: false,
      },
    };
    expect(stringify(networkView(object) as unknown as Json)).toBe(rounded(sub));
  });

  it('secrets without their data, configs with it', () => {
    const [secret] =
      recorded<[{ ID: string; Version: { Index: number }; CreatedAt: string; UpdatedAt: string }]>('secrets');
    const [config] =
      recorded<[{ ID: string; Version: { Index: number }; CreatedAt: string; UpdatedAt: string }]>('configs');
    const node = new FakeNode({
      listSecrets: [
        { kind: 'secret', id: secret.ID, meta: meta(secret), spec: { Name: 's1', Labels: {}, Data: 'c2VjcmV0' } },
      ],
      listConfigs: [
        { kind: 'config', id: config.ID, meta: meta(config), spec: { Name: 'c1', Labels: {}, Data: 'Y29uZmRhdGEK' } },
      ],
    });
    expect(ask(node, 'GET /secrets')).toBe(`200 ${rounded(recorded('secrets'))}`);
    expect(ask(node, 'GET /configs')).toBe(`200 ${rounded(recorded('configs'))}`);
  });
});

function networkObject(network: Network): NetworkObject {
  const { Options } = network.DriverState;
  const [config] = network.IPAMOptions.Configs!;
  return {
    kind: 'network',
    id: network.ID,
    meta: meta(network),
    spec: network.Spec,
    state: {
      driver: network.DriverState.Name!,
      vni: Number(Options?.['com.docker.network.driver.overlay.vxlanid_list']),
      subnets: [{ subnet: config!.Subnet!, gateway: config!.Gateway! }],
      predefined: false,
    },
  };
}

function taskObject(task: Task): TaskObject {
  const { Status } = task;
  const state = (name: string): TaskState => TaskState[name.toUpperCase() as keyof typeof TaskState];
  return {
    kind: 'task',
    id: task.ID,
    meta: meta(task),
    spec: task.Spec,
    specVersion: 1,
    serviceId: task.ServiceID!,
    serviceName: 'x',
    serviceLabels: {},
    slot: task.Slot ?? 0,
    nodeId: task.NodeID ?? '',
    status: {
      timestamp: parseMicros(Status.Timestamp)!,
      state: state(Status.State),
      message: Status.Message ?? '',
      err: Status.Err ?? '',
      container: Status.ContainerStatus && {
        containerId: Status.ContainerStatus.ContainerID,
        pid: Status.ContainerStatus.PID,
        exitCode: Status.ContainerStatus.ExitCode,
      },
      ports: Status.PortStatus.Ports ?? [],
      appliedAt: undefined,
      appliedBy: '',
    },
    desiredState: state(task.DesiredState),
    networks: (task.NetworksAttachments ?? []).map(({ Network, Addresses }) => ({
      networkId: Network.ID,
      addresses: Addresses ?? [],
      aliases: [],
      driverOptions: {},
    })),
    endpoint: undefined,
    genericResources: [],
    jobIteration: task.JobIteration ? (task.JobIteration.Index ?? 0) : undefined,
  };
}

describe('names, ids and beginnings of ids', () => {
  const node = new FakeNode({ listServices: SERVICES, listNodes: NODES });
  it.each([
    ['GET /services/abc1', /^200 \{"ID":"abc1"/],
    ['GET /services/db', /^200 \{"ID":"abd2"/],
    ['GET /services/abd', /^200 \{"ID":"abd2"/],
    ['GET /services/web', /^200 \{"ID":"web"/],
    ['GET /services/ab', /^400 service ab is ambiguous \(2 matches found\)$/],
    ['GET /services/DB', /^404 service DB not found$/],
    ['GET /nodes/node3', /^200 \{"ID":"3759vnzx5yvgj2ejl6vo53iax"/],
    ['GET /nodes/edef', /^200 \{"ID":"edefg2qquw1lo0to0d8bvn9jn"/],
    ['GET /nodes/nosuch', /^404 node nosuch not found$/],
    ['GET /tasks/nosuch', /^404 task nosuch not found$/],
    ['GET /secrets/nosuch', /^404 secret nosuch not found$/],
    ['GET /configs/nosuch', /^404 config nosuch not found$/],
    ['DELETE /services/nosuch', /^404 service nosuch not found$/],
    ['DELETE /services/db', /^200 $/],
    ['DELETE /secrets/nosuch', /^404 secret nosuch not found$/],
  ])('%s', (line, expected) => {
    expect(ask(node, line)).toMatch(expected);
  });
});

describe('filters', () => {
  const filtered = (path: string, filters: object): string =>
    ask(
      new FakeNode({ listServices: SERVICES, listNodes: NODES, listTasks: recorded<Task[]>('tasks').map(taskObject) }),
      `GET ${path}?filters=${encodeURIComponent(JSON.stringify(filters))}`,
    );
  const ids = (answer: string): string[] =>
    answer.startsWith('200 ')
      ? (JSON.parse(answer.slice(4)) as { ID: string }[]).map(({ ID }) => ID.slice(0, 4))
      : [answer];

  it.each<[string, object, string[]]>([
    ['/services', { name: { we: true } }, ['abc1']],
    ['/services', { id: { ab: true } }, ['abc1', 'abd2']],
    ['/services', { label: { tier: true } }, ['abc1', 'abd2', 'web']],
    ['/services', { label: { 'tier=db': true } }, []],
    ['/services', { mode: { global: true } }, []],
    ['/services', { mode: ['replicated'] }, ['abc1', 'abd2', 'web']],
    ['/services', { nope: { x: true } }, ["400 invalid filter 'nope'"]],
    ['/services', { name: 5 }, ['400 invalid filter']],
    ['/nodes', { role: { manager: true } }, ['3759', 'edef']],
    ['/nodes', { role: { Worker: true } }, ['qcb9']],
    ['/nodes', { role: { boss: true } }, ["500 Invalid role filter: 'boss'"]],
    ['/nodes', { membership: { boss: true } }, ["500 Invalid membership filter: 'boss'"]],
    ['/nodes', { name: { node2: true, node3: true } }, ['3759', 'qcb9']],
    ['/nodes', { 'node.label': { a: true } }, []],
    ['/tasks', { 'desired-state': { ready: true } }, ['bs4c']],
    ['/tasks', { 'desired-state': { nosuch: true } }, ["500 Invalid desired-state filter: 'nosuch'"]],
    ['/tasks', { service: { nosuch: true } }, ['404 service nosuch not found']],
    ['/tasks', { node: { nosuch: true } }, ['404 node nosuch not found']],
    ['/tasks', { x: { y: true } }, ["400 invalid filter 'x'"]],
  ])('%s %j', (path, filters, expected) => {
    const found = ids(filtered(path, filters));
    if (path === '/tasks' && found.length > 1) expect(found).toEqual(expect.arrayContaining(expected));
    else expect(found).toEqual(expected);
  });

  it('asks the leader only for the tasks of the services meant', () => {
    const node = new FakeNode({ listServices: SERVICES, listTasks: [] });
    ask(node, `GET /tasks?filters=${encodeURIComponent('{"service":{"web":true,"db":true}}')}`);
    expect(node.asked.at(-1)).toEqual({ method: 'listTasks', request: { serviceIds: ['web', 'abd2'] } });
  });
});

describe('nodes without a manager', () => {
  const OUTSIDE =
    '503 This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.';
  const ON_WORKER =
    "503 This node is not a swarm manager. Worker nodes can't be used to view or modify cluster state. Please run this command on a manager node or promote the current node to a manager.";
  const PREPARING =
    '503 This node is not a swarm manager. Manager is being prepared or has trouble connecting to the cluster.';
  const lines = [
    'GET /nodes',
    'GET /nodes/x',
    'GET /services',
    'GET /services/x',
    'POST /services/create',
    'GET /tasks',
    'GET /secrets',
    'GET /configs/x',
    'GET /swarm',
    'GET /services/x/logs?stdout=1',
  ];
  it.each(lines)('%s', (line) => {
    expect(ask(new FakeNode({}, INACTIVE), line)).toBe(OUTSIDE);
    expect(ask(new FakeNode({}, WORKER), line)).toBe(ON_WORKER);
    expect(ask(new FakeNode({}, { ...WORKER, role: 'manager' }), line)).toBe(PREPARING);
  });
});

describe('errors of the cluster', () => {
  it.each([
    ['NotFound', 404],
    ['AlreadyExists', 409],
    ['InvalidArgument', 400],
    ['FailedPrecondition', 400],
    ['PermissionDenied', 403],
    ['Unauthenticated', 401],
    ['Unimplemented', 501],
    ['Unavailable', 503],
    ['Unknown', 500],
    ['DeadlineExceeded', 500],
  ] as const)('%s is %d', (code, status) => {
    expect(ask(new FakeNode({ listNodes: { code, message: 'why' } }), 'GET /nodes')).toBe(
      `${status} rpc error: code = ${code} desc = why`,
    );
  });
});

describe('changing things', () => {
  const spec = { Name: 'q', TaskTemplate: { ContainerSpec: { Image: 'nginx' }, Networks: [{ Target: 'back' }] } };
  const back: NetworkObject = {
    kind: 'network',
    id: 'net1',
    meta: { version: 1, createdAt: 0, updatedAt: 0 },
    spec: { Name: 'back' },
    state: undefined,
  };

  it('creates a service with the ids of its networks', () => {
    const node = new FakeNode({ listNetworks: [back], createService: SERVICES[0]! });
    expect(ask(node, 'POST /services/create', spec)).toBe('201 {"ID":"abc1","Warnings":null}');
    expect(node.asked.at(-1)?.request).toMatchObject({
      spec: { Name: 'q', TaskTemplate: { Networks: [{ Target: 'net1' }] } },
    });
  });

  it("refuses networks that are not the swarm's", () => {
    const node = new FakeNode({ listNetworks: [] });
    expect(ask(node, 'POST /services/create', spec)).toBe('500 network back not found');
    const local = { ...spec, TaskTemplate: { ...spec.TaskTemplate, Networks: [{ Target: 'mybridge' }] } };
    expect(ask(node, 'POST /services/create', local)).toBe(
      '403 The network mybridge cannot be used with services. Only networks scoped to the swarm can be used, such as those created with the overlay driver.',
    );
  });

  it.each([
    ['POST /services/web/update', '400 invalid service version \'\': strconv.ParseUint: parsing "": invalid syntax'],
    [
      'POST /services/web/update?version=x',
      '400 invalid service version \'x\': strconv.ParseUint: parsing "x": invalid syntax',
    ],
    ['POST /services/nosuch/update?version=1', '404 service nosuch not found'],
    ['POST /services/web/update?version=1&rollback=x', '500 unrecognized rollback option x'],
    ['POST /services/web/update?version=1&registryAuthFrom=x', '500 unsupported registryAuthFrom value'],
    ['POST /services/web/update?version=1&registryAuthFrom=previous-spec', '500 service does not have a previous spec'],
    ['POST /services/web/update?version=1', '200 {"Warnings":null}'],
  ])('%s', (line, expected) => {
    const node = new FakeNode({ listNetworks: [back], listServices: SERVICES, updateService: SERVICES[0]! });
    expect(ask(node, line, spec)).toBe(expected);
  });

  it.each<[string, unknown, string]>([
    ['POST /nodes/node2/update', {}, '400 invalid node version \'\': strconv.ParseUint: parsing "": invalid syntax'],
    ['POST /nodes/node2/update?version=1', { Role: 'boss' }, '400 invalid Role: "boss"'],
    ['POST /nodes/node2/update?version=1', { Role: 'worker', Availability: 'x' }, '400 invalid Availability: "x"'],
    ['POST /nodes/nosuch/update?version=1', { Role: 'worker', Availability: 'active' }, '404 node nosuch not found'],
    ['POST /nodes/node2/update?version=1', { Role: 'worker', Availability: 'active' }, '200 '],
    ['POST /swarm/update', {}, '400 invalid swarm version \'\': strconv.ParseUint: parsing "": invalid syntax'],
    ['POST /swarm/update?version=1&rotateWorkerToken=x', {}, '400 invalid value for rotateWorkerToken: x'],
    ['POST /swarm/update?version=1', { Name: 'other' }, '400 swarm spec must be named "default"'],
  ])('%s %j', (line, body, expected) => {
    expect(ask(new FakeNode({ listNodes: NODES, getCluster: { id: 'c' } as ClusterObject }), line, body)).toBe(
      expected,
    );
  });
});

describe('swarm init and join', () => {
  const two = [
    { name: 'eth0', addresses: [{ address: '192.168.0.11', prefix: 24 }] },
    { name: 'eth1', addresses: [{ address: '10.1.0.11', prefix: 24 }] },
  ];
  const both = [
    {
      name: 'eth0',
      addresses: [
        { address: '192.168.0.11', prefix: 24 },
        { address: '10.1.0.11', prefix: 24 },
      ],
    },
  ];
  it.each<[string, unknown, Parameters<typeof router>[1], string]>([
    [
      'init',
      { ListenAddr: '0.0.0.0:2377', AdvertiseAddr: 'nosuch' },
      undefined,
      '400 advertise address must be a non-zero IP address or network interface (with optional port number)',
    ],
    [
      'init',
      { ListenAddr: '0.0.0.0:2377', AdvertiseAddr: '0.0.0.0' },
      undefined,
      '400 advertise address must be a non-zero IP address or network interface (with optional port number)',
    ],
    [
      'init',
      { ListenAddr: 'foo:2377' },
      undefined,
      '400 listen address must be an IP address or network interface (with optional port number)',
    ],
    ['init', { ListenAddr: '' }, undefined, '400 invalid ListenAddr "": invalid empty address'],
    [
      'init',
      { ListenAddr: '0.0.0.0:2377', DataPathPort: 80 },
      undefined,
      '500 Datapath port number is not in valid range (1024-49151) : 80',
    ],
    [
      'init',
      { ListenAddr: '0.0.0.0:2377', DefaultAddrPool: ['10.0.0.0/33'] },
      undefined,
      '500 invalid base pool 10.0.0.0/33: invalid CIDR address: 10.0.0.0/33',
    ],
    [
      'init',
      { ListenAddr: '0.0.0.0:2377', DefaultAddrPool: ['10.0.0.0/26'], SubnetSize: 24 },
      undefined,
      '500 invalid CIDR: "10.0.0.0/26". Subnet size is too small for pool: 24',
    ],
    [
      'init',
      { ListenAddr: '0.0.0.0:2377', DefaultAddrPool: ['10.0.0.0/16'], SubnetSize: 30 },
      undefined,
      '500 subnet size is out of range: 30',
    ],
    [
      'init',
      { ListenAddr: 5 },
      undefined,
      '400 invalid JSON: json: cannot unmarshal number into Go struct field InitRequest.ListenAddr of type string',
    ],
    [
      'init',
      { ListenAddr: '0.0.0.0:2377' },
      two,
      '400 could not choose an IP address to advertise since this system has multiple addresses on different interfaces (192.168.0.11 on eth0 and 10.1.0.11 on eth1)',
    ],
    [
      'init',
      { ListenAddr: '0.0.0.0:2377' },
      both,
      '400 could not choose an IP address to advertise since this system has multiple addresses on interface eth0 (192.168.0.11 and 10.1.0.11)',
    ],
    [
      'init',
      { ListenAddr: '0.0.0.0:2377', AdvertiseAddr: '8.8.8.8' },
      two,
      "400 must specify a listening address because the address to advertise is not recognized as a system address, and a system's IP address to use could not be uniquely identified",
    ],
    [
      'join',
      { ListenAddr: '0.0.0.0:2377', RemoteAddrs: [] },
      undefined,
      '400 at least 1 RemoteAddr is required to join',
    ],
  ])('%s %j', (verb, body, interfaces, expected) => {
    const exchange = request(`POST /swarm/${verb}`, body);
    router(new FakeNode({}, INACTIVE), interfaces).serve(exchange);
    expect(shown(exchange)).toBe(expected);
  });

  it.each<[object, object]>([
    [{ ListenAddr: '0.0.0.0:2377' }, { listenAddr: '0.0.0.0:2377', advertiseAddr: '192.168.0.11:2377' }],
    [{ ListenAddr: '0.0.0.0:2377', AdvertiseAddr: 'eth0' }, { advertiseAddr: '192.168.0.11:2377' }],
    [{ ListenAddr: '0.0.0.0:2377', AdvertiseAddr: 'eth0:4000' }, { advertiseAddr: '192.168.0.11:4000' }],
    [
      { ListenAddr: 'eth0', AdvertiseAddr: '192.168.0.11' },
      { listenAddr: '192.168.0.11:2377', advertiseAddr: '192.168.0.11:2377' },
    ],
    [{ ListenAddr: ':4000' }, { listenAddr: '0.0.0.0:4000', advertiseAddr: '192.168.0.11:4000' }],
  ])('chooses addresses for %j', (body, expected) => {
    const node = new FakeNode({}, INACTIVE) as FakeNode & {
      init: (options: object, done: (result: unknown) => void) => void;
    };
    let asked: object | undefined;
    node.init = (options, done) => {
      asked = options;
      done({ ok: true, value: 'nodeid' });
    };
    expect(ask(node, 'POST /swarm/init', body)).toBe('200 "nodeid"');
    expect(asked).toMatchObject(expected);
  });

  it('only once', () => {
    const text =
      '503 This node is already part of a swarm. Use "docker swarm leave" to leave this swarm and join another one.';
    expect(ask(new FakeNode(), 'POST /swarm/init', { ListenAddr: '0.0.0.0:2377' })).toBe(text);
    expect(ask(new FakeNode({}, WORKER), 'POST /swarm/join', {})).toBe(text);
    expect(ask(new FakeNode({}, INACTIVE), 'POST /swarm/leave')).toBe('503 This node is not part of a swarm');
  });
});

describe('service logs', () => {
  it.each([
    ['GET /services/web/logs', '500 Bad parameters: you must choose at least one stream'],
    ['GET /services/web/logs?stdout=1&tail=x', '500 tail value must be a positive integer or "all"'],
    ['GET /services/web/logs?stdout=1&tail=-1', '500 negative tail values not supported'],
    ['GET /services/nosuch/logs?stdout=1', '404 service nosuch not found'],
  ])('%s', (line, expected) => {
    expect(ask(new FakeNode({ listServices: SERVICES }), line)).toBe(expected);
  });

  it('come in frames with their context and time', () => {
    const node = new FakeNode({ listServices: SERVICES }) as FakeNode & {
      subscribeLogs: (subscription: { message(message: object): void; done(error?: string): void }) => () => void;
    };
    node.subscribeLogs = (subscription) => {
      subscription.message({
        serviceId: 's1',
        taskId: 't1',
        nodeId: 'n1',
        line: { stream: 'stderr', at: 1_767_600_000_500_000, data: 'hello\n' },
      });
      subscription.done('some logs could not be had');
      return () => {};
    };
    const exchange = request('GET /services/db/logs?stdout=1&stderr=1&details=1&timestamps=1&tail=all');
    router(node).serve(exchange);
    expect(exchange.outcome.headers['Content-Type']).toBe('application/vnd.docker.multiplexed-stream');
    expect(exchange.outcome.items).toEqual([
      {
        stream: 'stderr',
        data: '2026-01-05T08:00:00.500000000Z com.docker.swarm.node.id=n1,com.docker.swarm.service.id=s1,com.docker.swarm.task.id=t1 hello\n',
      },
      { stream: 'systemerr', data: 'Error grabbing logs: some logs could not be had\n' },
    ]);
    expect(exchange.outcome.ended).toBe(true);
  });

  it('are given up when the client goes', () => {
    let cancelled = 0;
    const node = new FakeNode({ listServices: SERVICES }) as FakeNode & { subscribeLogs: () => () => void };
    node.subscribeLogs = () => () => {
      cancelled++;
    };
    const exchange = request('GET /services/db/logs?stdout=1&follow=1');
    router(node).serve(exchange);
    expect(exchange.outcome.ended).toBe(false);
    exchange.abort();
    expect(cancelled).toBe(1);
  });
});

describe('secrets', () => {
  it('keep their data as it came', () => {
    const node = new FakeNode({ createSecret: { id: 'sec1' } as SecretObject });
    expect(ask(node, 'POST /secrets/create', { Name: 's', Data: 'c2VjcmV0' })).toBe('201 {"ID":"sec1"}');
    expect(node.asked.at(-1)?.request).toEqual({ spec: { Name: 's', Labels: {}, Data: 'c2VjcmV0' } });
    expect(ask(node, 'POST /secrets/create', { Name: 's', Data: '%%' })).toMatch(
      /^400 invalid JSON: illegal base64 data at input byte 0/,
    );
  });
});
