import { describe, expect, it } from 'vitest';
import type { EndpointRequest, Landing, ServiceIdentity } from '../../src/host/index';
import { SECOND, World } from './machines';

const FRONT = 'front00000000000000000000';
const INGRESS = 'ingress000000000000000000';

function joinSwarm(world: World): void {
  [...world.engines.values()].forEach((engine, at) => {
    const overlay = { driver: 'overlay', ipRange: '', internal: false, attachable: false, options: null, labels: null };
    engine.networks.ensureSwarm({
      ...overlay,
      id: INGRESS,
      name: 'ingress',
      subnet: '10.0.0.0/24',
      gateway: '10.0.0.1',
      vni: 4096,
      ingress: true,
      loadBalancerAddress: `10.0.0.${2 + at}`,
    });
    engine.networks.ensureSwarm({
      ...overlay,
      id: FRONT,
      name: 'front',
      subnet: '10.0.1.0/24',
      gateway: '10.0.1.1',
      vni: 4097,
      ingress: false,
      loadBalancerAddress: `10.0.1.${200 + at}`,
    });
    engine.table.changed = (change) => {
      for (const other of world.engines.values()) {
        if (other === engine) continue;
        if (change.action === 'set') other.table.learn(change.record);
        else other.table.forget(change.networkId, change.key);
      }
    };
  });
}

/** A task of service web, published on 8080, with the addresses .10+n on both networks. */
function task(world: World, node: string, n: number): string {
  const service: ServiceIdentity = {
    serviceId: 'service0',
    serviceName: 'web',
    taskId: `task${n}`,
    taskName: `web.${n}.task${n}`,
    virtualIPs: new Map([
      [FRONT, '10.0.1.2'],
      [INGRESS, '10.0.0.9'],
    ]),
    aliases: new Map([[FRONT, ['shop']]]),
    ports: [{ protocol: 'tcp', published: 8080, target: 80 }],
  };
  const at = (network: string, address: string): [string, EndpointRequest] => [
    network,
    { IPAMConfig: { IPv4Address: address } },
  ];
  const endpoints = new Map([at(INGRESS, `10.0.0.${10 + n}`), at(FRONT, `10.0.1.${10 + n}`)]);
  const id = world.run({ name: service.taskName, image: 'traefik/whoami', service, endpoints }, node);
  const engine = world.engine(node);
  engine.networking.activate(engine.containers.get(id)!);
  return id;
}

function where(landing: Landing): string {
  return landing.kind === 'container'
    ? `${landing.machine} ${landing.localAddress}:${landing.port} from ${landing.peerAddress}`
    : landing.kind;
}

describe('a bridge network', () => {
  it('hands out the lowest free address and takes it back', () => {
    const world = new World();
    const first = world.run({ name: 'one', image: 'nginx' });
    world.run({ name: 'two', image: 'nginx' });
    const engine = world.engine();
    const address = (name: string): string => engine.containers.byName(name)!.endpoints[0]!.address;
    expect([address('one'), address('two')]).toEqual(['172.17.0.2', '172.17.0.3']);
    engine.lifecycle.remove(first, { force: true, volumes: false, typed: 'one' }, () => {});
    world.advance(SECOND);
    world.run({ name: 'three', image: 'nginx' });
    expect(address('three')).toBe('172.17.0.2');
  });

  it('of a user resolves names, aliases and short ids; the default one does not', () => {
    const world = new World();
    const engine = world.engine();
    const created = engine.networks.create({
      name: 'own',
      driver: 'bridge',
      internal: false,
      attachable: false,
      ipv6: false,
      configOnly: false,
      configFrom: '',
      options: null,
      labels: null,
      ipamOptions: null,
      range4: undefined,
      range6: undefined,
      version6First: false,
    });
    expect(created.ok && created.value.subnet).toBe('172.18.0.0/16');
    const endpoints = new Map([['own', { Aliases: ['cache'] }]]);
    const id = world.run({ name: 'one', image: 'redis', host: { NetworkMode: 'own' }, endpoints });
    const client = world.run({ name: 'two', image: 'nginx', host: { NetworkMode: 'own' } });
    const plain = world.run({ name: 'three', image: 'nginx' });
    for (const name of ['one', 'ONE', 'cache', id.slice(0, 12), 'one.own'])
      expect(engine.resolve(client, name)).toEqual(['172.18.0.2']);
    expect(engine.resolve(plain, 'one')).toEqual([]);
    expect(engine.resolve(client, 'docker.com')).toHaveLength(1);
    expect(where(engine.connect(client, '172.18.0.2', 6379))).toBe('node1 172.18.0.2:6379 from 172.18.0.3');
    expect(where(engine.connect(plain, '172.18.0.2', 6379))).not.toContain('node1 172.18.0.2');
  });
});

describe('published ports of containers', () => {
  const host = { PortBindings: { '80/tcp': [{ HostIp: '', HostPort: '9000' }] } };

  it('answer on the machine, on localhost and from others, and nowhere else', () => {
    const world = new World(2);
    world.run({ name: 'web', image: 'nginx', host });
    const [one, two] = [world.engine('node1'), world.engine('node2')];
    expect(where(one.connect(undefined, '127.0.0.1', 9000))).toBe('node1 172.17.0.2:80 from 172.17.0.1');
    expect(where(two.connect(undefined, '192.168.0.11', 9000))).toBe('node1 172.17.0.2:80 from 192.168.0.12');
    expect(two.connect(undefined, '192.168.0.12', 9000).kind).toBe('host');
    expect(one.connect(undefined, '192.168.0.11', 9001).kind).toBe('host');
  });

  it('are taken once: the second container stays created', () => {
    const world = new World();
    world.run({ name: 'web', image: 'nginx', host });
    const refused = world.run({ name: 'web2', image: 'nginx', host });
    expect(refused).toMatch(
      /^failed to set up container networking: driver failed programming external connectivity on endpoint web2 \([0-9a-f]{64}\): Bind for 0\.0\.0\.0:9000 failed: port is already allocated$/,
    );
    const { state } = world.engine().containers.byName('web2')!;
    expect([state.status, state.exitCode]).toEqual(['created', 128]);
  });

  it('may be left to the engine', () => {
    const world = new World();
    const id = world.run({ image: 'nginx', host: { PublishAllPorts: true } });
    expect(world.engine().containers.get(id)!.ports).toEqual([
      { containerPort: '80/tcp', hostIp: '0.0.0.0', hostPort: 32768 },
    ]);
  });
});

describe('a service on an overlay', () => {
  function threeNodes(): World {
    const world = new World(3);
    joinSwarm(world);
    task(world, 'node1', 1);
    task(world, 'node2', 2);
    return world;
  }

  it('answers on its published port on every machine, task after task, and hides the client', () => {
    const world = threeNodes();
    const engine = world.engine('node3');
    const landings = [1, 2, 3].map(() => where(engine.connect(undefined, '127.0.0.1', 8080)));
    expect(landings).toEqual([
      'node1 10.0.0.11:80 from 10.0.0.4',
      'node2 10.0.0.12:80 from 10.0.0.4',
      'node1 10.0.0.11:80 from 10.0.0.4',
    ]);
  });

  it('counts turns on each machine by itself', () => {
    const world = threeNodes();
    const first = ['node1', 'node2', 'node3'].map(
      (name) => where(world.engine(name).connect(undefined, '127.0.0.1', 8080)).split(' ')[0],
    );
    expect(first).toEqual(['node1', 'node1', 'node1']);
  });

  it('has a name with one virtual address, and tasks.NAME with all', () => {
    const world = threeNodes();
    const engine = world.engine('node1');
    const client = engine.containers.byName('web.1.task1')!.id;
    for (const name of ['web', 'shop', 'web.front']) expect(engine.resolve(client, name)).toEqual(['10.0.1.2']);
    expect([...engine.resolve(client, 'tasks.web')].sort((a, b) => (a < b ? -1 : 1))).toEqual([
      '10.0.1.11',
      '10.0.1.12',
    ]);
    expect(engine.resolve(client, 'web.2.task2')).toEqual(['10.0.1.12']);
    expect(engine.resolve(undefined, 'web')).toEqual([]);
  });

  it('is balanced behind its virtual address by the client’s machine', () => {
    const world = threeNodes();
    const engine = world.engine('node2');
    const client = engine.containers.byName('web.2.task2')!.id;
    const turns = [1, 2].map(() => where(engine.connect(client, '10.0.1.2', 80)));
    expect(turns).toEqual(['node1 10.0.1.11:80 from 10.0.1.201', 'node2 10.0.1.12:80 from 10.0.1.201']);
  });

  it('gets no new connection for a task that drains, and refuses when all do', () => {
    const world = threeNodes();
    const drain = (node: string, name: string): void => {
      const engine = world.engine(node);
      engine.networking.deactivate(engine.containers.byName(name)!);
    };
    drain('node1', 'web.1.task1');
    const engine = world.engine('node3');
    for (let turn = 0; turn < 3; turn++) expect(where(engine.connect(undefined, '127.0.0.1', 8080))).toContain('node2');
    drain('node2', 'web.2.task2');
    expect(engine.connect(undefined, '127.0.0.1', 8080).kind).toBe('refused');
    const client = world.engine('node1').containers.byName('web.1.task1')!.id;
    expect(world.engine('node1').resolve(client, 'web')).toEqual(['10.0.1.2']);
    expect(world.engine('node1').resolve(client, 'tasks.web')).toEqual([]);
  });

  it('loses the share of a machine that has just died, until the others forget it', () => {
    const world = threeNodes();
    world.cut('node1');
    const engine = world.engine('node3');
    const kinds = [1, 2].map(() => engine.connect(undefined, '127.0.0.1', 8080).kind);
    expect(kinds).toEqual(['lost', 'container']);
    engine.table.forgetMachine('node1');
    expect(where(engine.connect(undefined, '127.0.0.1', 8080))).toContain('node2');
    expect(engine.connect(undefined, '192.168.0.11', 8080).kind).toBe('unreachable');
  });

  it('is cut off by a cut cable', () => {
    const world = threeNodes();
    world.simulation.links.set('node3', 'node1', { cut: true });
    const engine = world.engine('node3');
    expect(engine.connect(undefined, '192.168.0.11', 8080).kind).toBe('unreachable');
    expect(engine.echo(undefined, '192.168.0.11')).toBeUndefined();
    expect(engine.echo(undefined, '192.168.0.12')?.ttl).toBe(64);
  });

  it('gives its containers an address on each network and a way out by the gateway bridge', () => {
    const world = threeNodes();
    const engine = world.engine('node1');
    const container = engine.containers.byName('web.1.task1')!;
    const facts = engine
      .networkFacts(container.id, undefined)
      .interfaces.map(({ name, mtu, addresses }) => `${name} ${mtu} ${addresses[0]!.address}`);
    expect(facts).toEqual(['lo 65536 127.0.0.1', 'eth0 1450 10.0.0.11', 'eth1 1500 172.18.0.3', 'eth2 1450 10.0.1.11']);
    expect(engine.networkFacts(container.id, undefined).routes[0]).toEqual({
      destination: 'default',
      gateway: '172.18.0.1',
      device: 'eth1',
    });
    expect(container.endpoints[1]!.mac).toBe('02:42:0a:00:01:0b');
  });

  it('leaves with its last container, the ingress network stays', () => {
    const world = threeNodes();
    const engine = world.engine('node1');
    engine.networks.removeSwarmIfUnused(FRONT);
    expect(engine.networks.get(FRONT)).toBeDefined();
    engine.lifecycle.stop(engine.containers.byName('web.1.task1')!.id, {}, () => {});
    world.advance(SECOND);
    engine.networks.removeSwarmIfUnused(FRONT);
    engine.networks.removeSwarmIfUnused(INGRESS);
    expect(engine.networks.list().map(({ name }) => name)).toEqual([
      'none',
      'host',
      'bridge',
      'docker_gwbridge',
      'ingress',
    ]);
  });
});
