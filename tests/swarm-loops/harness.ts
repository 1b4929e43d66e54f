/**
 * Control loops over one store, without Raft, nodes or networks: commits are applied at once, timers are virtual, and
 * a simple stand-in for the agents moves tasks on. Scenarios are texts of one verb a line; tables are what comes out.
 */
import type { NodeDescription, ServiceSpec } from '../../src/api/index';
import { SeededStream } from '../../src/sim/random';
import type { ControlLoop, LoopContext, LoopFactory } from '../../src/swarm/loop';
import { loopFactories } from '../../src/swarm/loops';
import {
  type AnyObject,
  type Change,
  type ClusterObject,
  type NetworkObject,
  type NodeObject,
  type ServiceObject,
  type StoreEvent,
  type TaskObject,
  TaskState,
} from '../../src/swarm/objects';
import { Store } from '../../src/swarm/store/store';

export const NO_META = { version: 0, createdAt: 0, updatedAt: 0 };
const SECOND = 1_000_000;
const STATE_NAMES = new Map<number, string>(Object.entries(TaskState).map(([name, value]) => [value, name]));

interface Running {
  readonly loop: ControlLoop;
  readonly timers: Map<string, number>;
  wanted: boolean;
}

export class LoopWorld {
  readonly store = new Store();
  now = 1_000 * SECOND;
  loops: Running[] = [];
  /** Nodes whose agents are cut off: their tasks stand still. */
  readonly silent = new Set<string>();
  /** Image → what becomes of its tasks: `reject`, `fail` after a second of running, `complete`, `hang` in PREPARING. */
  readonly behaviours = new Map<string, string>();
  /** Between a task's assignment and RUNNING, and between a stop and SHUTDOWN. */
  startDelay = 1 * SECOND;
  stopDelay = 2 * SECOND;
  private readonly agentDue = new Map<string, { readonly at: number; readonly act: () => Change[] }>();
  private ids = 0;
  private readonly random = new SeededStream(7, 'loops');
  commits = 0;

  constructor(readonly factories: readonly LoopFactory[] = loopFactories) {
    this.commit([{ action: 'create', object: cluster() }]);
    this.commit([{ action: 'create', object: network('ingress', { Name: 'ingress', Ingress: true }) }]);
    this.lead();
  }

  /** Makes all loops anew, as a new leader does. */
  lead(): void {
    for (const { loop } of this.loops) loop.stop?.();
    this.loops = this.factories.map((factory) => {
      const timers = new Map<string, number>();
      const running: { loop?: ControlLoop; timers: Map<string, number>; wanted: boolean } = { timers, wanted: false };
      const context: LoopContext = {
        store: this.store,
        nodeId: 'leader',
        random: this.random,
        timers: {
          set: (name, delay) => void timers.set(name, this.now + delay),
          clear: (name) => void timers.delete(name),
          has: (name) => timers.has(name),
          clearAll: () => timers.clear(),
          one: (name) => ({
            arm: (delay) => void timers.set(name, this.now + delay),
            disarm: () => void timers.delete(name),
            isArmed: timers.has(name),
            due: timers.get(name) ?? Infinity,
          }),
        },
        now: () => this.now,
        newId: () => this.newId(),
        requestTurn: () => {
          running.wanted = true;
        },
      };
      running.loop = factory(context);
      return running as Running;
    });
    for (const { loop } of this.loops) loop.start();
    this.turns();
  }

  newId(): string {
    return `id${String(++this.ids).padStart(5, '0')}`;
  }

  /** Applies changes at once, in entries of at most 200; what is stale is dropped. */
  commit(changes: readonly Change[]): void {
    for (let at = 0; at < changes.length; at += 200) {
      const valid = changes.slice(at, at + 200).filter((change) => this.store.prepare([change], 0, this.now).ok);
      const prepared = this.store.prepare(valid, this.store.index, this.now);
      if (!prepared.ok) throw new Error(prepared.error.message);
      const events = this.store.apply(prepared.value, this.store.index + 1);
      this.commits++;
      this.agents(events);
      for (const { loop } of this.loops) loop.observe(events);
    }
  }

  put(object: AnyObject): void {
    const action = this.store.get(object.kind, object.id) ? 'update' : 'create';
    this.commit([{ action, object }]);
    this.turns();
  }

  remove(table: 'service' | 'node' | 'network' | 'task', id: string): void {
    this.commit([{ action: 'remove', table, id }]);
    this.turns();
  }

  turns(): void {
    for (let rounds = 0; ; rounds++) {
      if (rounds > 10_000) throw new Error('the loops never rest');
      const next = this.loops.find((running) => running.wanted);
      if (!next) return;
      next.wanted = false;
      this.commit(next.loop.turn(this.store));
    }
  }

  /** Runs for `seconds` of virtual time. */
  run(seconds: number): void {
    const end = this.now + Math.round(seconds * SECOND);
    for (;;) {
      let at = end + 1;
      let fire: (() => void) | undefined;
      for (const { loop, timers } of this.loops) {
        for (const [name, due] of timers) {
          if (due >= at) continue;
          at = due;
          fire = () => {
            timers.delete(name);
            loop.timer(name);
          };
        }
      }
      for (const [id, { at: due, act }] of this.agentDue) {
        if (due >= at) continue;
        at = due;
        fire = () => {
          this.agentDue.delete(id);
          this.commit(act());
        };
      }
      if (!fire) break;
      this.now = Math.max(this.now, at);
      fire();
      this.turns();
    }
    this.now = end;
  }

  tasks(service?: string): TaskObject[] {
    const order = (task: TaskObject) => `${task.serviceName} ${String(task.slot).padStart(4, '0')} ${task.id}`;
    return [...this.store.list('task')]
      .filter((task) => service === undefined || task.serviceName === service)
      .sort((a, b) => (order(a) < order(b) ? -1 : 1));
  }

  running(service: string): TaskObject[] {
    return this.tasks(service).filter((task) => task.status.state === TaskState.RUNNING);
  }

  service(name: string): ServiceObject {
    const service = this.store.byName('service', name);
    if (!service) throw new Error(`no service ${name}`);
    return service;
  }

  node(id: string): NodeObject {
    return this.store.get('node', id)!;
  }

  changeNode(id: string, change: (node: NodeObject) => NodeObject): void {
    this.put(change(this.node(id)));
  }

  createService(name: string, spec: Partial<ServiceSpec> = {}): ServiceObject {
    const id = this.newId();
    const object = service(id, { Name: name, ...spec });
    this.put(
      spec.Mode?.ReplicatedJob || spec.Mode?.GlobalJob
        ? { ...object, jobStatus: { iteration: 0, lastExecution: this.now } }
        : object,
    );
    return this.store.get('service', id)!;
  }

  /** A new spec, as the control API writes it. */
  updateService(name: string, change: (spec: ServiceSpec) => ServiceSpec): void {
    const old = this.service(name);
    this.put({
      ...old,
      spec: change(old.spec),
      specVersion: old.meta.version,
      previousSpec: old.spec,
      previousSpecVersion: old.specVersion,
      updateStatus: undefined,
      jobStatus: old.jobStatus && { iteration: old.jobStatus.iteration + 1, lastExecution: this.now },
    });
  }

  setStatus(task: TaskObject, state: TaskState, message: string, err = ''): Change[] {
    const current = this.store.get('task', task.id);
    if (!current || current.status.state >= state) return [];
    const status = {
      ...current.status,
      timestamp: this.now,
      appliedAt: this.now,
      appliedBy: 'leader',
      state,
      message,
      err,
    };
    return [{ action: 'update', object: { ...current, status } }];
  }

  /** One line a task: name, node, desired state, state, message, error. */
  table(service?: string): string {
    const rows = this.tasks(service).map((task) => [
      task.slot === 0 ? `${task.serviceName}.${task.nodeId}` : `${task.serviceName}.${task.slot}`,
      task.nodeId || '-',
      STATE_NAMES.get(task.desiredState)!,
      STATE_NAMES.get(task.status.state)!,
      task.status.message + (task.status.err ? ` | ${task.status.err}` : ''),
    ]);
    const widths = [0, 1, 2, 3].map((column) => Math.max(0, ...rows.map((row) => row[column]!.length)));
    return rows
      .map((row) =>
        row
          .map((cell, column) => (column < 4 ? cell.padEnd(widths[column]!) : cell))
          .join('  ')
          .trimEnd(),
      )
      .join('\n');
  }

  private agents(events: readonly StoreEvent[]): void {
    for (const { action, object } of events) {
      if (object.kind !== 'task') continue;
      if (action === 'remove') this.agentDue.delete(object.id);
      else this.plan(object);
    }
  }

  /** What a node's agent will do next with the task. */
  private plan(task: TaskObject): void {
    const { state } = task.status;
    if (task.nodeId === '' || state < TaskState.ASSIGNED || state > TaskState.RUNNING || this.silent.has(task.nodeId)) {
      this.agentDue.delete(task.id);
      return;
    }
    const behaviour = this.behaviours.get(task.spec.ContainerSpec?.Image ?? '') ?? '';
    const later = (delay: number, act: () => Change[]) =>
      void this.agentDue.set(task.id, { at: this.now + delay, act });
    if (task.desiredState >= TaskState.SHUTDOWN) {
      later(this.stopDelay, () => this.setStatus(task, TaskState.SHUTDOWN, 'shutdown'));
    } else if (state < TaskState.READY) {
      if (behaviour === 'reject')
        later(100_000, () => this.setStatus(task, TaskState.REJECTED, 'preparing', 'No such image'));
      else if (behaviour === 'hang') later(100_000, () => this.setStatus(task, TaskState.PREPARING, 'preparing'));
      else later(this.startDelay / 2, () => this.setStatus(task, TaskState.READY, 'prepared'));
    } else if (state === TaskState.READY && task.desiredState >= TaskState.RUNNING) {
      later(this.startDelay / 2, () => this.setStatus(task, TaskState.RUNNING, 'started'));
    } else if (state === TaskState.RUNNING && behaviour === 'fail') {
      later(SECOND, () => this.setStatus(task, TaskState.FAILED, 'started', 'task: non-zero exit (1)'));
    } else if (state === TaskState.RUNNING && behaviour === 'complete') {
      later(SECOND, () => this.setStatus(task, TaskState.COMPLETE, 'finished'));
    }
  }

  /** Agents of a node go silent, or speak again. */
  silence(nodeId: string, silent = true): void {
    if (silent) this.silent.add(nodeId);
    else this.silent.delete(nodeId);
    for (const task of this.store.tasksOfNode(nodeId)) this.plan(task);
  }
}

function cluster(): ClusterObject {
  return {
    kind: 'cluster',
    id: 'cluster',
    meta: NO_META,
    name: 'default',
    spec: { Orchestration: { TaskHistoryRetentionLimit: 5 } },
    rootCA: {
      certificate: '',
      key: '',
      digest: '',
      joinTokens: { worker: '', manager: '' },
      lastForcedRotation: 0,
      rotationInProgress: false,
    },
    defaultAddressPool: ['10.0.0.0/8'],
    subnetSize: 24,
    dataPathPort: 0,
    unlockKey: '',
    blacklistedCertificates: [],
  };
}

export function network(id: string, spec: NetworkObject['spec'] = {}): NetworkObject {
  return { kind: 'network', id, meta: NO_META, spec: { Name: id, ...spec }, state: undefined };
}

export const DESCRIPTION: NodeDescription = {
  Hostname: '',
  Platform: { Architecture: 'x86_64', OS: 'linux' },
  Resources: { NanoCPUs: 4_000_000_000, MemoryBytes: 8_000_000_000 },
  Engine: {
    EngineVersion: '28.2.2',
    Plugins: [
      { Type: 'Network', Name: 'bridge' },
      { Type: 'Network', Name: 'overlay' },
      { Type: 'Log', Name: 'json-file' },
      { Type: 'Volume', Name: 'local' },
    ],
  },
};

export function node(id: string, change: Partial<NodeObject> = {}): NodeObject {
  return {
    kind: 'node',
    id,
    meta: NO_META,
    spec: { Availability: 'active', Role: 'worker' },
    role: 'worker',
    certificate: { role: 'worker', state: 'issued', serial: '1', notBefore: 0, notAfter: 0 },
    description: { ...DESCRIPTION, Hostname: id },
    status: { state: 'ready', message: '', addr: `192.168.0.${10 + Number(id.replace(/\D/g, '') || 0)}` },
    attachments: [],
    ...change,
  };
}

export function service(id: string, spec: ServiceSpec): ServiceObject {
  return {
    kind: 'service',
    id,
    meta: NO_META,
    spec: {
      ...spec,
      TaskTemplate: { ContainerSpec: { Image: 'nginx:latest' }, ...spec.TaskTemplate },
      Mode: spec.Mode ?? { Replicated: { Replicas: 1 } },
      EndpointSpec: spec.EndpointSpec ?? { Mode: 'vip' },
    },
    specVersion: 0,
    previousSpec: undefined,
    previousSpecVersion: undefined,
    endpoint: undefined,
    updateStatus: undefined,
    jobStatus: undefined,
  };
}

export const replicas = (count: number) => ({ Mode: { Replicated: { Replicas: count } } });
