/** Swarms under random orders and faults: nothing breaks, and after a quiet while everything is as it was asked for. */
import { describe, expect, it } from 'vitest';
import { SeededStream } from '../../src/sim/random';
import { type ServiceObject, type TaskObject, TaskState } from '../../src/swarm/objects';
import { checkStore } from '../../src/swarm/store-checks';
import { SwarmWorld } from './swarm-world';

const HOSTS = 5;
const MANAGERS = 3;

class Chance {
  readonly world: SwarmWorld;
  private readonly random: SeededStream;
  private names = 0;

  constructor(readonly seed: number) {
    this.world = new SwarmWorld(HOSTS, seed);
    this.random = new SeededStream(seed, 'chance');
    this.world.form(MANAGERS);
    const net = { Name: 'net', Scope: 'swarm', DriverConfiguration: { Name: 'overlay' } };
    this.world.control('createNetwork', { spec: net });
    for (const { node } of this.world.hosts) {
      node.watch((_events, store) => expect(checkStore(store), `seed ${seed}`).toBeUndefined());
    }
  }

  private pick<T>(items: readonly T[]): T | undefined {
    return items.length === 0 ? undefined : items[this.random.integer(0, items.length - 1)];
  }

  private services(): readonly ServiceObject[] {
    return this.world.read().list('service');
  }

  /** One order or fault; what is refused is refused. */
  act(): void {
    const { world, random } = this;
    if (!world.leader()) return;
    const roll = random.integer(1, 10);
    try {
      if (roll <= 3) this.create();
      else if (roll <= 5) this.update();
      else if (roll === 6) this.remove();
      else if (roll === 7) this.availability();
      else this.fault();
    } catch (error) {
      expect(String(error)).toMatch(/rpc error|not so after/);
    }
  }

  private create(): void {
    const { random, world } = this;
    const network = world.read().byName('network', 'net')!;
    world.createService(`s${++this.names}`, {
      Mode: random.chance(1, 4) ? { Global: {} } : { Replicated: { Replicas: random.integer(0, 8) } },
      EndpointSpec: random.chance(1, 2)
        ? { Mode: 'vip', Ports: [{ Protocol: 'tcp', TargetPort: 80, PublishedPort: 0, PublishMode: 'ingress' }] }
        : { Mode: random.chance(1, 4) ? 'dnsrr' : 'vip' },
      UpdateConfig: {
        Parallelism: random.integer(0, 3),
        Delay: random.integer(0, 2) * 1e9,
        MaxFailureRatio: 0,
        Order: random.chance(1, 2) ? 'start-first' : 'stop-first',
        FailureAction: 'continue',
      },
      TaskTemplate: random.chance(1, 2) ? { Networks: [{ Target: network.id }] } : {},
    });
  }

  private update(): void {
    const { random, world } = this;
    const service = this.pick(this.services());
    if (!service) return;
    const { spec, meta, id } = service;
    const replicas = spec.Mode?.Replicated ? { Replicated: { Replicas: random.integer(0, 8) } } : { Global: {} };
    const template = {
      ...spec.TaskTemplate,
      ForceUpdate: (spec.TaskTemplate?.ForceUpdate ?? 0) + random.integer(0, 1),
    };
    world.control('updateService', {
      id,
      version: meta.version,
      spec: { ...spec, Mode: replicas, TaskTemplate: template },
      rollback: service.previousSpec !== undefined && random.chance(1, 4),
    });
  }

  private remove(): void {
    const service = this.pick(this.services());
    if (service) this.world.control('removeService', { id: service.id });
  }

  private availability(): void {
    const node = this.pick(this.world.read().list('node'));
    if (!node) return;
    const Availability = this.pick(['active', 'pause', 'drain'])!;
    this.world.control('updateNode', { id: node.id, version: node.meta.version, spec: { ...node.spec, Availability } });
  }

  private fault(): void {
    const { random, world } = this;
    const at = random.integer(1, HOSTS);
    const { machine } = world.host(at);
    const off = world.hosts.filter((host) => !host.machine.powered).length;
    if (!machine.powered) world.start(at);
    else if (random.chance(1, 2) && off === 0) world.kill(at);
    else {
      const other = random.integer(1, HOSTS);
      const cut = random.chance(2, 3);
      if (other !== at) world.simulation.links.set(`node${at}`, `node${other}`, { cut });
    }
  }

  /** Everything whole again, all nodes active, and time to settle. */
  heal(): void {
    const { world } = this;
    world.simulation.links.heal();
    for (const [at, { machine }] of world.hosts.entries()) if (!machine.powered) world.start(at + 1);
    world.until(() => world.leader() !== undefined, 200);
    world.run(60);
    world.until(() => world.leader() !== undefined, 200);
    for (const { id } of world.read().list('node')) this.activate(id);
    world.run(240);
    world.until(() => world.leader() !== undefined, 200);
  }

  /** Other writers may be faster; then once more. */
  private activate(id: string): void {
    for (let tries = 1; ; tries++) {
      const { meta, spec } = this.world.read().get('node', id)!;
      try {
        this.world.control('updateNode', { id, version: meta.version, spec: { ...spec, Availability: 'active' } });
        return;
      } catch (error) {
        if (tries === 5) throw error;
        this.world.run(20);
      }
    }
  }

  check(): void {
    const { world } = this;
    const read = world.read();
    expect(read.list('node').map(({ status }) => status.state)).toEqual(Array(HOSTS).fill('ready'));
    for (const service of read.list('service')) this.checkService(service, read.tasksOfService(service.id));
    const known = new Set(read.list('service').map(({ id }) => id));
    expect(read.list('task').filter((task) => !known.has(task.serviceId))).toEqual([]);
    expect(checkStore(read)).toBeUndefined();
  }

  private checkService(service: ServiceObject, tasks: readonly TaskObject[]): void {
    const live = tasks.filter((task) => task.desiredState <= TaskState.RUNNING);
    const where = `${service.spec.Name} of seed ${this.seed}`;
    expect(
      live.filter(({ status }) => status.state !== TaskState.RUNNING),
      where,
    ).toEqual([]);
    const replicas = service.spec.Mode?.Replicated?.Replicas;
    if (replicas === undefined) expect(new Set(live.map(({ nodeId }) => nodeId)).size, where).toBe(HOSTS);
    else expect(new Set(live.map(({ slot }) => slot)).size, where).toBe(replicas);
    // With start-first a node's death during an update can leave two in a slot: each of the two tasks that were there is
    // restarted by itself, upstream as here.
    if (service.spec.UpdateConfig?.Order !== 'start-first') expect(live, where).toHaveLength(replicas ?? HOSTS);
    expect(['updating', 'rollback_started'], where).not.toContain(service.updateStatus?.state);
  }
}

describe('a swarm under random orders and faults', () => {
  for (let seed = 1; seed <= 25; seed++) {
    it(`comes to rest as asked for: seed ${seed}`, () => {
      const chance = new Chance(seed);
      for (let round = 0; round < 2; round++) {
        for (let act = 0; act < 12; act++) {
          chance.act();
          chance.world.run(2 + ((seed * 7 + act * 3) % 11));
        }
        chance.heal();
        chance.check();
      }
    });
  }
});
