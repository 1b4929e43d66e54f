/**
 * The scheduler's and the store's measures, as multiples of a yardstick Y taken beside each: the naive scheduler placing
 * 1,000 one-off tasks on 1,000 nodes, fastest of three.
 *
 *      G1  decide only                     tasks are known ──► a turn ──► changes
 *      G2  from created to all assigned    create, commit, turn, commit; the scheduler and one watcher hear of each entry
 */
import type { ServiceSpec } from '../api/index';
import { SeededStream } from '../sim/index';
import {
  type Change,
  type ControlLoop,
  type LoopContext,
  type NodeObject,
  newTask,
  Scheduler,
  type ServiceObject,
  Store,
  type TaskObject,
  TaskState,
  Turns,
} from '../swarm/index';
import { type Measure, median, timedBoth } from './bench-measure';
import { NaiveScheduler } from './naive-scheduler';

const NODES = 4_700;
const TASKS = 70_000;
const NO_META = { version: 0, createdAt: 0, updatedAt: 0 };

/** Leaves no garbage of what came before to what is measured next. */
function collect(): void {
  (globalThis as { gc?: () => void }).gc?.();
}

function node(k: number): NodeObject {
  return {
    kind: 'node',
    id: `node${k}`,
    meta: NO_META,
    spec: { Availability: 'active', Role: 'worker', Labels: { zone: String(k % 3) } },
    role: 'worker',
    certificate: { role: 'worker', state: 'issued', serial: '1', notBefore: 0, notAfter: 0 },
    description: {
      Hostname: `host${k}`,
      Platform: { Architecture: 'x86_64', OS: 'linux' },
      Resources: { NanoCPUs: 64e9, MemoryBytes: 256e9 },
      Engine: { EngineVersion: '28.5.0', Plugins: [{ Type: 'Log', Name: 'json-file' }] },
    },
    status: { state: 'ready', message: '', addr: '' },
    attachments: [],
  };
}

/** A service whose tasks concern the filters of resources, plugins, constraints and platforms. */
function service(k: number): ServiceObject {
  const spec: ServiceSpec = {
    Name: `service${k}`,
    TaskTemplate: {
      ContainerSpec: { Image: 'nginx:alpine' },
      Resources: { Reservations: { NanoCPUs: 1e6, MemoryBytes: 1e6 } },
      LogDriver: { Name: 'json-file' },
      Placement: { Constraints: ['node.role==worker'], Platforms: [{ OS: 'linux', Architecture: 'x86_64' }] },
    },
    EndpointSpec: { Mode: 'vip' },
  };
  return {
    kind: 'service',
    id: `service${k}`,
    meta: NO_META,
    spec,
    specVersion: 1,
    previousSpec: undefined,
    previousSpecVersion: undefined,
    endpoint: undefined,
    updateStatus: undefined,
    jobStatus: undefined,
  };
}

/** The lesser of wall and processor time: a busy neighbour adds to the one, the garbage collector's threads to the other. */
function timed(work: () => void): number {
  const { wall, processor } = timedBoth(work);
  return Math.min(wall, processor);
}

const list = <T>(count: number, make: (k: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));

/** `count` pending tasks, as many of each service. */
function pending(services: readonly ServiceObject[], count: number): TaskObject[] {
  return list(count, (k) => {
    const task = newTask(services[k % services.length]!, Math.floor(k / services.length) + 1, '', `task${k}`, 0);
    return { ...task, status: { ...task.status, state: TaskState.PENDING, message: 'pending task scheduling' } };
  });
}

/** Milliseconds of the yardstick. */
function yardstick(): number {
  const tasks = pending(list(1_000, service), 1_000);
  return Math.min(
    ...list(3, () => {
      const naive = new NaiveScheduler(list(1_000, node));
      collect();
      return timed(() => {
        for (const task of tasks) if (!naive.placeOne(task)) throw new Error('the yardstick found no room');
      });
    }),
  );
}

/** A leader's store, turns and scheduler with one watcher beside: what is proposed is committed at once. */
class Bench {
  readonly store = new Store();
  readonly scheduler: ControlLoop;
  readonly turns: Turns;
  /** Of the watcher: tasks by their state. */
  readonly seen = new Map<number, number>();

  constructor(nodes: number, services: readonly ServiceObject[]) {
    const { store } = this;
    this.turns = new Turns({
      store,
      now: () => 0,
      committed: () => store.index,
      isOpen: () => true,
      propose: (transaction) => {
        const events = store.apply(transaction, store.index + 1);
        this.scheduler.observe(events);
        for (const { object } of events) {
          if (object.kind !== 'task') continue;
          this.seen.set(object.status.state, (this.seen.get(object.status.state) ?? 0) + 1);
        }
        this.turns.applied(transaction);
        return true;
      },
    });
    this.scheduler = new Scheduler(context(store, () => this.turns.requestTurn(this.scheduler)));
    this.scheduler.start();
    this.write([...list(nodes, node), ...services]);
  }

  write(objects: readonly (NodeObject | ServiceObject | TaskObject)[]): void {
    const changes = objects.map((object): Change => ({ action: 'create', object }));
    const writer: ControlLoop = {
      name: 'bench',
      start: () => {},
      observe: () => {},
      timer: () => {},
      turn: () => changes,
    };
    this.turns.requestTurn(writer);
    while (this.turns.pump());
  }

  schedule(): void {
    this.scheduler.timer('debounce');
    while (this.turns.pump());
  }
}

function context(store: Store, requestTurn: () => void): LoopContext {
  const timer = { arm: () => {}, disarm: () => {}, isArmed: false, due: 0 };
  const timers = { set: () => {}, clear: () => {}, has: () => false, clearAll: () => {}, one: () => timer };
  const random = new SeededStream(1, 'schedule');
  return { store, nodeId: 'node0', random, timers, now: () => 0, newId: () => '', requestTurn };
}

function checkAll(count: number, nodes: number, changes: Iterable<TaskObject>): void {
  const each = new Map<string, number>();
  let placed = 0;
  for (const { nodeId } of changes) {
    placed++;
    each.set(nodeId, (each.get(nodeId) ?? 0) + 1);
  }
  const most = Math.max(...each.values());
  if (placed !== count || most > Math.ceil(count / nodes)) throw new Error(`placed ${placed}, up to ${most} a node`);
}

/** Milliseconds of the decision alone. */
function decide(nodes: number, services: number, tasks: number): number {
  const its = list(services, service);
  const bench = new Bench(nodes, its);
  bench.write(pending(its, tasks));
  let changes: readonly Change[] = [];
  collect();
  const ms = timed(() => {
    changes = bench.scheduler.turn(bench.store);
  });
  checkAll(
    tasks,
    nodes,
    changes.map((change) => (change as { readonly object: TaskObject }).object),
  );
  return ms;
}

/** Milliseconds from created to all assigned in the store. */
function endToEnd(nodes: number, tasks: number): number {
  const its = list(1, service);
  const bench = new Bench(nodes, its);
  const made = pending(its, tasks);
  collect();
  const ms = timed(() => {
    bench.write(made);
    bench.schedule();
  });
  checkAll(tasks, nodes, bench.store.list('task'));
  if (bench.seen.get(TaskState.ASSIGNED) !== tasks) throw new Error('the watcher missed some');
  return ms;
}

/** The figure is a multiple of the yardstick, taken beside each run. */
function inYardsticks(name: string, bar: number, run: () => number): Measure {
  let told = '';
  return {
    name,
    unit: 'Y',
    bar,
    runs: () => {
      run();
      const taken = list(3, () => ({ y: yardstick(), ms: run() }));
      told = `${median(taken.map(({ ms }) => ms)).toFixed(1)} ms, Y ${median(taken.map(({ y }) => y)).toFixed(1)} ms`;
      return taken.map(({ y, ms }) => ms / y);
    },
    note: () => told,
  };
}

/** How many times longer 70,000 tasks take than 10,000. */
function growth(name: string, run: (tasks: number) => number): Measure {
  let told = '';
  return {
    name,
    unit: 'times',
    bar: 8.5,
    runs: () => {
      run(TASKS);
      const taken = list(3, () => ({ few: Math.min(run(10_000), run(10_000)), many: run(TASKS) }));
      const of = (pick: 'few' | 'many'): string => median(taken.map((one) => one[pick])).toFixed(1);
      told = `${of('few')} ms, ${of('many')} ms, Y ${yardstick().toFixed(1)} ms`;
      return taken.map(({ few, many }) => many / few);
    },
    note: () => told,
  };
}

export function scheduleMeasures(): readonly Measure[] {
  return [
    inYardsticks('schedule G1: 70,000 tasks, 4,700 nodes', 1.5, () => decide(NODES, 1, TASKS)),
    inYardsticks('schedule G1: the same of 100 services', 3, () => decide(NODES, 100, TASKS)),
    inYardsticks('schedule G2: created to assigned', 9, () => endToEnd(NODES, TASKS)),
    inYardsticks('schedule G3: 10,000 services, 1,000 nodes', 1, () => decide(1_000, 10_000, 10_000)),
    growth('schedule G4: 10,000 to 70,000 decided', (tasks) => decide(NODES, 1, tasks)),
    growth('schedule G4: the same, end to end', (tasks) => endToEnd(NODES, tasks)),
  ];
}
