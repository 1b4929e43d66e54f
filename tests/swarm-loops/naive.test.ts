/** The quick scheduler against the naive one: the same tasks on the same nodes, in every shape of cluster and service. */
import { describe, expect, it } from 'vitest';
import type { PortConfig, TaskSpec } from '../../src/api/index';
import { NaiveScheduler } from '../../src/headless/naive-scheduler';
import { SeededStream } from '../../src/sim/random';
import type { LoopContext } from '../../src/swarm/loop';
import {
  type AnyObject,
  type NodeObject,
  type ServiceObject,
  type StoreEvent,
  type TaskObject,
  TaskState,
} from '../../src/swarm/objects';
import { newTask } from '../../src/swarm/orchestrator/task';
import type { NodeInfo } from '../../src/swarm/scheduler/node-info';
import { Scheduler } from '../../src/swarm/scheduler/scheduler';
import { Store } from '../../src/swarm/store/store';
import { DESCRIPTION, node, service } from './harness';

/** The first of equals, always: so the order of equals can be read off beforehand. */
const FIRST = { integer: (low: number) => low, bytes: () => '', chance: () => false };
const ZONES = ['east', 'west', 'north'];
const GROUPS = 12;

/** How many placements of each kind were compared. */
const compared = { all: 0, some: 0, full: 0, spread: 0, failing: 0, limited: 0, ports: 0, reserved: 0 };

class Trial {
  readonly store = new Store();
  private readonly random: SeededStream;
  private readonly scheduler: Scheduler;
  private ids = 0;
  /** Service and spec version → node → how often it failed there. */
  private readonly failures = new Map<string, Map<string, number>>();
  private readonly services: ServiceObject[] = [];
  /** Host ports by service and spec version. */
  private readonly ports = new Map<string, readonly PortConfig[]>();

  constructor(private readonly seed: number) {
    this.random = new SeededStream(seed, 'trial');
    const timer = { arm: () => {}, disarm: () => {}, isArmed: false, due: 0 };
    const timers = { set: () => {}, clear: () => {}, has: () => false, clearAll: () => {}, one: () => timer };
    const context: LoopContext = {
      store: this.store,
      nodeId: 'n1',
      random: FIRST,
      timers,
      now: () => 0,
      newId: () => '',
      requestTurn: () => {},
    };
    this.scheduler = new Scheduler(context);
    this.scheduler.start();
    for (let k = this.roll(1, 14); k > 0; k--) this.put(this.someNode(k));
  }

  private roll(low: number, high: number): number {
    return this.random.integer(low, high);
  }

  private someNode(k: number): NodeObject {
    const [down, drained] = [this.random.chance(1, 8), this.random.chance(1, 10)];
    const labels: Record<string, string> = {};
    if (this.random.chance(3, 4)) labels['zone'] = ZONES[this.roll(0, 2)]!;
    if (this.random.chance(3, 4)) labels['rack'] = String(this.roll(1, 2));
    // Fixed for each node: what is given back to a node that has fewer now depends on the order of what came before.
    const gpus = k % 5;
    return node(`n${k}`, {
      spec: { Availability: drained ? 'drain' : 'active', Role: 'worker', Labels: labels },
      status: { state: down ? 'down' : 'ready', message: '', addr: '' },
      description: {
        ...DESCRIPTION,
        Hostname: `host${k}`,
        Platform: { OS: 'linux', Architecture: this.random.chance(1, 4) ? 'riscv64' : 'ppc64le' },
        Resources: {
          NanoCPUs: this.roll(1, 12),
          MemoryBytes: this.roll(1, 20),
          GenericResources: gpus > 0 ? [{ DiscreteResourceSpec: { Kind: 'gpu', Value: gpus } }] : [],
        },
      },
    });
  }

  private put(object: AnyObject): void {
    this.commit([object], 'create');
  }

  private commit(objects: readonly AnyObject[], action: 'create' | 'update'): void {
    if (objects.length === 0) return;
    const changes = objects.map((object) => ({ action, object }));
    const prepared = this.store.prepare(changes, this.store.index, 0);
    if (!prepared.ok) throw new Error(prepared.error.message);
    const events: readonly StoreEvent[] = this.store.apply(prepared.value, this.store.index + 1);
    this.scheduler.observe(events);
  }

  private someSpec(): TaskSpec {
    const { random } = this;
    const constraints = [
      'node.labels.zone!=west',
      'node.labels.zone==east',
      'node.hostname!=host1',
      'node.role==worker',
    ];
    const preferences = ['node.labels.zone', 'node.labels.rack'].slice(0, this.roll(1, 2));
    return {
      ContainerSpec: { Image: 'nginx:latest' },
      LogDriver: random.chance(1, 6) ? { Name: 'json-file' } : undefined,
      Resources: {
        Reservations: {
          NanoCPUs: random.chance(1, 3) ? this.roll(1, 3) : 0,
          MemoryBytes: random.chance(1, 3) ? this.roll(1, 4) : 0,
          GenericResources: random.chance(1, 8)
            ? [{ DiscreteResourceSpec: { Kind: 'gpu', Value: this.roll(1, 2) } }]
            : [],
        },
      },
      Placement: {
        Constraints: random.chance(1, 4) ? [constraints[this.roll(0, 3)]!] : [],
        Preferences: random.chance(1, 3)
          ? preferences.map((SpreadDescriptor) => ({ Spread: { SpreadDescriptor } }))
          : [],
        MaxReplicas: random.chance(1, 4) ? this.roll(1, 3) : 0,
        Platforms: random.chance(1, 6) ? [{ OS: 'linux', Architecture: 'ppc64le' }] : [],
      },
    } as TaskSpec;
  }

  /** A service that is there already, or another; now and then with a new spec. */
  private someService(): ServiceObject {
    const known = this.services[this.roll(0, this.services.length)];
    if (known && this.random.chance(3, 4)) return known;
    if (known) {
      const spec = { ...known.spec, TaskTemplate: this.someSpec() };
      const updated = {
        ...known,
        spec,
        specVersion: known.specVersion + 1,
        meta: this.store.get('service', known.id)!.meta,
      };
      this.commit([updated], 'update');
      this.services[this.services.indexOf(known)] = updated;
      return updated;
    }
    const id = `s${this.services.length + 1}`;
    const made = service(id, { Name: id, TaskTemplate: this.someSpec() });
    this.put(made);
    this.services.push(made);
    return made;
  }

  private pending(own: ServiceObject, count: number): TaskObject[] {
    const group = `${own.id}/${own.specVersion}`;
    let ports = this.ports.get(group);
    if (!ports) {
      const port = {
        Protocol: 'tcp',
        TargetPort: 80,
        PublishedPort: this.roll(8000, 8002),
        PublishMode: 'host',
      } as const;
      this.ports.set(group, (ports = this.random.chance(1, 6) ? [port] : []));
    }
    return Array.from({ length: count }, () => {
      const task = newTask(own, 1, '', `t${String(++this.ids).padStart(5, '0')}`, 0);
      return {
        ...task,
        endpoint: { ...task.endpoint!, ports: ports! },
        status: { ...task.status, state: TaskState.PENDING },
      };
    });
  }

  /** The naive scheduler with all that the store and the failures say. */
  private naive(): NaiveScheduler {
    const naive = new NaiveScheduler(this.store.list('node'));
    for (const there of naive.nodes) {
      for (const task of this.store.tasksOfNode(there.object.id)) {
        if (task.status.state <= TaskState.RUNNING) naive.occupy(there, task);
      }
      for (const [group, failures] of this.failures) there.failures.set(group, failures.get(there.object.id) ?? 0);
    }
    return naive;
  }

  /** Node id → its place among equals. */
  private ranks(own: ServiceObject): Map<string, number> {
    const infos: NodeInfo[] = [];
    this.scheduler['order'].walk((info) => infos.push(info) > 0);
    if (own.spec.TaskTemplate!.Placement!.Preferences!.length === 0) {
      infos.unshift(...this.scheduler['specialNodes'](own.id, `${own.id}/${own.specVersion}`, 0));
    }
    const ranks = new Map<string, number>();
    for (const { node: its } of infos) if (!ranks.has(its.id)) ranks.set(its.id, ranks.size);
    return ranks;
  }

  /** Some tasks of the service are placed; 'node count' lines, and those that wait. */
  place(): void {
    const own = this.someService();
    const tasks = this.pending(own, this.roll(1, this.random.chance(1, 2) ? 3 : 30));
    this.commit(tasks, 'create');
    const naive = this.naive();
    const ranks = this.ranks(own);
    const waiting = [...this.scheduler['unassigned'].values()];
    // What waits from before is tried again: where that may be placed too, its groups come first and this is no trial.
    if (waiting.some((task) => task.serviceId !== own.id || task.specVersion !== own.specVersion)) this.forget(own);
    const group = [...this.scheduler['unassigned'].values()];
    const stored = group.map((task) => this.store.get('task', task.id)!);
    const expected = naive.placeGroup(stored, (there) => ranks.get(there.object.id)!);
    const changes = this.scheduler.turn(this.store).map((change) => (change as { object: TaskObject }).object);
    this.commit(changes, 'update');
    this.note(group, expected.length);
    const wanted = tally(expected.map(({ object }) => object.id));
    const got = tally(changes.filter(({ nodeId }) => nodeId !== '').map(({ nodeId }) => nodeId));
    expect(got, `seed ${this.seed}, ${own.id} ${JSON.stringify(own.spec.TaskTemplate)}`).toEqual(wanted);
  }

  private note([first, ...rest]: readonly TaskObject[], placed: number): void {
    const { Placement: placement, Resources: resources } = first!.spec;
    const failures = this.failures.get(`${first!.serviceId}/${first!.specVersion}`);
    compared.all++;
    compared.some += Number(placed > 0);
    compared.full += Number(placed > 0 && placed <= rest.length);
    compared.spread += Number(placed > 0 && placement!.Preferences!.length > 0);
    compared.failing += Number(placed > 0 && Math.max(0, ...(failures?.values() ?? [])) >= 5);
    compared.limited += Number(placed > 0 && placement!.MaxReplicas! > 0);
    compared.ports += Number(placed > 0 && first!.endpoint!.ports.length > 0);
    compared.reserved += Number(placed > 0 && resources!.Reservations!.MemoryBytes! > 0);
  }

  /** Tasks of other groups that wait are put aside. */
  private forget(own: ServiceObject): void {
    const others = [...this.scheduler['unassigned'].values()].filter(
      (task) => task.serviceId !== own.id || task.specVersion !== own.specVersion,
    );
    this.finish(others, TaskState.SHUTDOWN);
  }

  private finish(tasks: readonly TaskObject[], state: TaskState): void {
    const ended = tasks.map((task) => {
      const stored = this.store.get('task', task.id)!;
      return { ...stored, status: { ...stored.status, state } };
    });
    this.commit(ended, 'update');
  }

  /** Tasks end, fail, or are told to end; nodes come, go and change. */
  disturb(): void {
    const alive = this.store.list('task').filter(({ status, nodeId }) => status.state <= TaskState.RUNNING && nodeId);
    const fail = this.random.chance(1, 2);
    const sick = fail && this.random.chance(1, 2) ? alive[0]?.nodeId : undefined;
    const some = alive.filter(({ nodeId }) => (sick === undefined ? this.random.chance(1, 4) : nodeId === sick));
    if (!fail && this.random.chance(1, 2)) {
      this.commit(
        some.map((task) => ({ ...task, desiredState: TaskState.SHUTDOWN })),
        'update',
      );
    } else {
      for (const { serviceId, specVersion, nodeId } of fail ? some : []) {
        const group = `${serviceId}/${specVersion}`;
        const counts = this.failures.get(group) ?? new Map<string, number>();
        counts.set(nodeId, (counts.get(nodeId) ?? 0) + 1);
        this.failures.set(group, counts);
      }
      this.finish(some, fail ? TaskState.FAILED : TaskState.COMPLETE);
    }
    const old = this.store.list('node')[this.roll(0, this.store.count('node') - 1)]!;
    const { meta, id } = old;
    if (this.random.chance(1, 3)) this.commit([{ ...this.someNode(Number(id.slice(1))), meta }], 'update');
    if (this.random.chance(1, 4)) this.put(this.someNode(100 + this.ids));
  }
}

function tally(nodeIds: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const id of nodeIds) counts.set(id, (counts.get(id) ?? 0) + 1);
  return [...counts].map(([id, count]) => `${id} ${count}`).sort((a, b) => (a < b ? -1 : 1));
}

describe('the quick scheduler', () => {
  it('places as the naive one does, on 300 clusters with all that befalls them', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const trial = new Trial(seed);
      for (let group = 0; group < GROUPS; group++) {
        trial.place();
        trial.disturb();
      }
    }
    // Each kind has come up often enough for the comparison to say something.
    for (const [kind, count] of Object.entries(compared)) expect(count, kind).toBeGreaterThan(50);
  });
});
