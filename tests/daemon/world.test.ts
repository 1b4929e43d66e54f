import { beforeEach, describe, expect, it } from 'vitest';
import type { Info, NetworkInspect, Node, Service, Task } from '../../src/api/index';
import { shown } from './exchange';
import { TestWorld } from './world';

const spec = (Name: string, more: object = {}): object => ({
  Name,
  TaskTemplate: { ContainerSpec: { Image: 'nginx:latest' } },
  Mode: { Replicated: { Replicas: 3 } },
  EndpointSpec: { Mode: 'vip' },
  ...more,
});

describe('a fresh machine', () => {
  const world = new TestWorld(1);
  it.each([
    ['node1 GET /_ping', '200 "OK"'],
    ['node1 GET /nosuch', '404 page not found'],
    ['node1 POST /info', '404 page not found'],
    ['node1 GET /images/get', '501 saving images is not part of this playground'],
    ['node1 GET /containers/x/stats', '404 No such container: x'],
    ['node1 GET /system/df?type=foo', '400 unknown object type: foo'],
    ['node1 POST /swarm/leave', '503 This node is not part of a swarm'],
    ['node1 DELETE /networks/bridge', '403 bridge is a pre-defined network and cannot be removed'],
    ['node1 GET /networks/nosuch', '404 network nosuch not found'],
    [
      'node1 GET /distribution/NGINX/json',
      '400 invalid reference format: repository name (library/NGINX) must be lowercase',
    ],
  ])('%s', (line, expected) => {
    expect(shown(world.ask(line))).toBe(expected);
  });

  it('says inactive in its ping and its info', () => {
    expect(world.ask('node1 HEAD /_ping').outcome.headers).toMatchObject({ Swarm: 'inactive', 'Api-Version': '1.50' });
    const info = world.json<Info>('node1 GET /info');
    expect(info.Swarm).toEqual({
      NodeID: '',
      NodeAddr: '',
      LocalNodeState: 'inactive',
      ControlAvailable: false,
      Error: '',
      RemoteManagers: null,
    });
    expect(info.ID).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('has three networks', () => {
    const networks = world.json<NetworkInspect[]>('node1 GET /networks');
    expect(networks.map(({ Name, Driver, Scope }) => `${Name} ${Driver} ${Scope}`)).toEqual([
      'none null local',
      'host host local',
      'bridge bridge local',
    ]);
    expect(networks[2]?.IPAM).toEqual({
      Driver: 'default',
      Options: null,
      Config: [{ Subnet: '172.17.0.0/16', Gateway: '172.17.0.1' }],
    });
  });

  it.each([
    [
      'bad subnet',
      { IPAM: { Config: [{ Subnet: 'foo' }] } },
      '400 invalid network config:\ninvalid subnet foo: invalid CIDR block notation',
    ],
    [
      'host bits',
      { IPAM: { Config: [{ Subnet: '10.1.2.3/24', Gateway: '10.2.0.1' }] } },
      "400 invalid network config:\ninvalid subnet 10.1.2.3/24: it should be 10.1.2.0/24\ninvalid gateway 10.2.0.1: parent subnet 10.1.2.3/24 doesn't contain this address",
    ],
    ['no driver', { Driver: 'nosuch' }, '404 plugin "nosuch" not found'],
    [
      'overlay',
      { Driver: 'overlay' },
      '403 This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.',
    ],
    ['swarm scope', { Scope: 'swarm' }, '403 cannot create a swarm scoped network when swarm is not active'],
  ])('refuses a network with %s', (_why, more, expected) => {
    expect(shown(world.ask('node1 POST /networks/create', { Name: 'x', ...more }))).toBe(expected);
  });
});

describe('a swarm of three', () => {
  let world: TestWorld;
  beforeEach(() => {
    world = new TestWorld(3);
    world.form(2);
  });

  const nodes = (): string[] =>
    world
      .json<Node[]>('node1 GET /nodes')
      .map(({ Description, Spec, Status, ManagerStatus }) => {
        const manager = ManagerStatus ? ` ${ManagerStatus.Leader ? 'leader' : ManagerStatus.Reachability}` : '';
        return `${Description.Hostname} ${Spec.Role} ${Spec.Availability} ${Status.State} ${Status.Addr}${manager}`;
      })
      .sort((a, b) => (a < b ? -1 : 1));

  it('knows its nodes', () => {
    expect(nodes()).toEqual([
      'node1 manager active ready 192.168.0.11 leader',
      'node2 manager active ready 192.168.0.12 reachable',
      'node3 worker active ready 192.168.0.13',
    ]);
    expect(world.ask('node3 HEAD /_ping').outcome.headers['Swarm']).toBe('active/worker');
    const info = world.json<Info>('node2 GET /info').Swarm;
    expect([info.ControlAvailable, info.Nodes, info.Managers]).toEqual([true, 3, 2]);
    expect(info.Warnings?.[0]).toMatch(/^WARNING: Running Swarm in a two-manager configuration/);
    expect(world.json<Info>('node3 GET /info').Swarm.RemoteManagers).toHaveLength(2);
  });

  it('shows networks of swarm and machine as one list', () => {
    const list = (node: string): string[] =>
      world
        .json<NetworkInspect[]>(`${node} GET /networks`)
        .map(({ Name, Scope, Labels }) => `${Name} ${Scope} ${Labels}`);
    expect(list('node1')).toEqual([
      'ingress swarm null',
      'none local [object Object]',
      'host local [object Object]',
      'bridge local [object Object]',
      'docker_gwbridge local [object Object]',
    ]);
    expect(list('node3')).toContain('ingress swarm [object Object]');
    const { Id } = world.json<{ Id: string }>('node2 POST /networks/create', {
      Name: 'back',
      Driver: 'overlay',
      Attachable: true,
    });
    expect(world.json<NetworkInspect>('node1 GET /networks/back')).toMatchObject({
      Id,
      Scope: 'swarm',
      Attachable: true,
      Containers: null,
    });
    expect(shown(world.ask('node1 POST /networks/create', { Name: 'back', Driver: 'overlay' }))).toBe(
      '409 network with name back already exists',
    );
    expect(shown(world.ask('node3 GET /networks/back'))).toBe('404 network back not found');
    expect(shown(world.ask('node1 DELETE /networks/back'))).toBe('204 ');
    expect(shown(world.ask('node1 GET /networks/back'))).toBe('404 network back not found');
  });

  it('runs a service, by way of any manager', () => {
    const { ID } = world.json<{ ID: string }>('node2 POST /services/create', spec('web'));
    world.run(10_000_000);
    const tasks = world.json<Task[]>(`node1 GET /tasks?filters={"service":{"web":true},"_up-to-date":{"true":true}}`);
    expect(tasks.map(({ Status, DesiredState }) => `${Status.State} ${DesiredState}`)).toEqual([
      'running running',
      'running running',
      'running running',
    ]);
    expect(new Set(tasks.map(({ NodeID }) => NodeID)).size).toBe(3);
    const [service] = world.json<Service[]>('node1 GET /services?status=true');
    expect(service?.ServiceStatus).toEqual({ RunningTasks: 3, DesiredTasks: 3, CompletedTasks: 0 });
    expect(world.json<Task[]>('node1 GET /tasks?filters={"node":{"node3":true}}')).toHaveLength(1);
    expect(world.json<Info>('node3 GET /info').ContainersRunning).toBe(1);
    const logs = world.ask(`node1 GET /services/${ID}/logs?stdout=1&details=1`);
    world.run(5_000_000);
    expect(
      logs.outcome.items.map((item) => ('data' in item ? item.data.replace(/=[a-z0-9]{25}/g, '=ID') : '')),
    ).toEqual(
      Array<string>(3).fill(
        'com.docker.swarm.node.id=ID,com.docker.swarm.service.id=ID,com.docker.swarm.task.id=ID serving\n',
      ),
    );
    expect(logs.outcome.ended).toBe(true);
    expect(shown(world.ask('node1 DELETE /services/web'))).toBe('200 ');
    world.run(15_000_000);
    expect(world.json<Info>('node3 GET /info').Containers).toBe(0);
  });

  it('updates a service, and refuses a stale version', () => {
    const { ID } = world.json<{ ID: string }>('node1 POST /services/create', spec('web'));
    const before = world.json<Service>(`node1 GET /services/${ID}`);
    const scaled = { ...before.Spec, Mode: { Replicated: { Replicas: 1 } } };
    const path = `node1 POST /services/web/update?version=`;
    expect(shown(world.ask(path + before.Version.Index, scaled))).toBe('200 {"Warnings":null}');
    expect(shown(world.ask(path + before.Version.Index, scaled))).toBe(
      '500 rpc error: code = Unknown desc = update out of sequence',
    );
    expect(world.json<Service>('node1 GET /services/web').PreviousSpec).toEqual(before.Spec);
    expect(shown(world.ask('node1 POST /services/create', spec('web')))).toBe(
      '409 rpc error: code = AlreadyExists desc = name conflicts with an existing object: service web already exists',
    );
  });

  it('comes back from a power cut', () => {
    world.json('node1 POST /services/create', spec('web'));
    world.run(10_000_000);
    world.kill('node3');
    world.run(30_000_000);
    expect(nodes()).toContain('node3 worker active down 192.168.0.13');
    world.start(world.simulation.machine('node3'));
    world.run(30_000_000);
    expect(nodes()).toContain('node3 worker active ready 192.168.0.13');
  });

  it('loses its voice with its quorum', () => {
    world.kill('node2');
    world.run(40_000_000);
    const { outcome } = world.ask('node1 GET /nodes');
    expect(`${outcome.status} ${(outcome.body as { message: string }).message}`).toMatch(
      /^(?:503 This node is not a swarm manager\. Manager is being prepared|500 rpc error: code = (?:Unknown|DeadlineExceeded) desc = )/,
    );
    expect(world.json<Info>('node1 GET /info').Swarm.Error).not.toBe('');
  });

  it('lets a node leave, and forgets it on that machine', () => {
    expect(shown(world.ask('node3 POST /swarm/leave'))).toBe('200 ');
    expect(world.json<Info>('node3 GET /info').Swarm.LocalNodeState).toBe('inactive');
    expect(world.json<NetworkInspect[]>('node3 GET /networks').map(({ Name }) => Name)).not.toContain('ingress');
    expect(shown(world.ask('node1 POST /swarm/leave'))).toMatch(
      /^503 You are attempting to leave the swarm on a node that is participating as a manager\. /,
    );
  });
});

it('the same requests give the same answers', () => {
  const run = (): string => {
    const world = new TestWorld(3);
    world.form(1);
    world.json('node1 POST /services/create', spec('web'));
    world.run(20_000_000);
    return JSON.stringify(world.json('node1 GET /tasks')) + world.simulation.digest.toString();
  };
  expect(run()).toBe(run());
});
