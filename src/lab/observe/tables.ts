/** One manager's store as records: the leader's, or the last one's that led. Only what a commit touched is looked at. */
import type {
  NetworkRecord,
  NodeRecord,
  PortRecord,
  SceneRecorder,
  ServiceRecord,
  TaskRecord,
  TaskStateWord,
} from '../../scene/index';
import type {
  AnyObject,
  Endpoint,
  NetworkObject,
  NodeObject,
  ReadTx,
  ServiceObject,
  StoreEvent,
  TaskObject,
} from '../../swarm/index';
import { TaskState } from '../../swarm/index';
import { hostOfNode } from '../settled';
import type { LabHost, World } from '../world';

const STATE_WORDS = new Map<number, TaskStateWord>(
  Object.entries(TaskState).map(([word, number]) => [number, word.toLowerCase() as TaskStateWord]),
);

export function stateWord(state: TaskState): TaskStateWord {
  return STATE_WORDS.get(state) ?? 'new';
}

/** Nodes up to which each heartbeat is told. */
const HEARTBEATS_MAX = 12;

export class StoreTables {
  /** Whose store is shown, by its name and boot. */
  private shown: { readonly host: LabHost; readonly boots: number; readonly store: ReadTx } | undefined;
  private stopWatching: (() => void) | undefined;
  private readonly dirty = new Map<string, AnyObject['kind']>();
  private readonly orders = new Map<string, number>();
  /** Told of every commit in the shown store. */
  onEvents: (events: readonly StoreEvent[]) => void = () => {};

  constructor(
    private readonly world: World,
    private readonly recorder: SceneRecorder,
  ) {}

  get shownFrom(): string {
    return this.shown?.host.name ?? '';
  }

  /** Brings the records up to date; `leader` is whose store to show when there is one. */
  update(leader: LabHost | undefined): void {
    this.follow(leader ?? this.stillThere() ?? this.anyManager());
    const store = this.shown?.host.daemon?.swarm.store();
    if (!store) {
      if (this.shown?.host.daemon) this.clear();
      return;
    }
    for (const [id, kind] of this.dirty) this.put(store, kind, id);
    this.dirty.clear();
  }

  private stillThere(): LabHost | undefined {
    const { shown } = this;
    return shown && shown.host.machine.boots === shown.boots && shown.host.daemon?.swarm.store()
      ? shown.host
      : undefined;
  }

  private anyManager(): LabHost | undefined {
    for (const host of this.world.hosts.values()) if (host.daemon?.swarm.store()) return host;
    return this.shown?.host;
  }

  private follow(host: LabHost | undefined): void {
    const store = host?.daemon?.swarm.store();
    if (!host || !store) return;
    const { boots } = host.machine;
    if (this.shown?.host === host && this.shown.boots === boots && this.shown.store === store) return;
    this.stopWatching?.();
    this.shown = { host, boots, store };
    this.stopWatching = host.daemon!.swarm.watch((events) => this.committed(events));
    this.markAll(store);
  }

  private markAll(store: ReadTx): void {
    for (const table of ['node', 'service', 'task', 'network'] as const) {
      for (const record of [...this.recorder.list(table)]) this.dirty.set(record.id, table);
      for (const object of store.list(table)) this.dirty.set(object.id, table);
    }
  }

  private clear(): void {
    this.stopWatching?.();
    this.stopWatching = undefined;
    this.shown = undefined;
    for (const table of ['node', 'service', 'task', 'network'] as const) this.recorder.replace(table, []);
  }

  private committed(events: readonly StoreEvent[]): void {
    for (const { object } of events) {
      this.dirty.set(object.id, object.kind);
      if (object.kind === 'task') this.dirty.set(object.serviceId, 'service');
      if (object.kind === 'service' && !this.orders.has(object.id)) this.orders.set(object.id, this.orders.size);
    }
    this.onEvents(events);
  }

  private put(store: ReadTx, kind: AnyObject['kind'], id: string): void {
    const { recorder } = this;
    if (kind === 'node') this.putOr('node', id, store.get('node', id), (node) => recorder.put('node', this.node(node)));
    else if (kind === 'service') {
      this.putOr('service', id, store.get('service', id), (service) =>
        recorder.put('service', this.service(store, service)),
      );
    } else if (kind === 'task')
      this.putOr('task', id, store.get('task', id), (task) => recorder.put('task', taskRecord(task)));
    else if (kind === 'network') {
      this.putOr('network', id, store.get('network', id), (network) => recorder.put('network', networkRecord(network)));
    }
  }

  private putOr<T>(
    table: 'node' | 'service' | 'task' | 'network',
    id: string,
    object: T | undefined,
    put: (object: T) => void,
  ): void {
    if (object === undefined) this.recorder.remove(table, id);
    else put(object);
  }

  /** When the leader last heard each node, where there are few enough to draw it. */
  heartbeats(leader: LabHost | undefined): void {
    const leadership = leader?.daemon?.swarm.manager()?.leadership;
    if (this.recorder.count('node') > HEARTBEATS_MAX) return;
    for (const record of [...this.recorder.list('node')]) {
      const heard = record.state === 'ready' ? leadership?.heartbeat(record.id) : undefined;
      const { at = 0, deadline = 0 } = heard ?? {};
      if (record.heartbeatAt === at && record.heartbeatDeadline === deadline) continue;
      this.recorder.put('node', { ...record, heartbeatAt: at, heartbeatDeadline: deadline });
    }
  }

  /** Leader and reachability are Raft's, not the store's: called again when they may have changed. */
  markNodes(): void {
    for (const record of this.recorder.list('node')) this.dirty.set(record.id, 'node');
  }

  private node(node: NodeObject): NodeRecord {
    const host = hostOfNode(this.world, node);
    const status = this.shown?.host.daemon?.swarm.raftStatus(0);
    const member = this.shown?.host.daemon?.swarm.members().find((one) => one.nodeId === node.id);
    const peer = member && status?.progress.find((one) => one.member === member.raftId);
    const leads = member !== undefined && status?.lead === member.raftId;
    const reachable = leads || member?.raftId === status?.id || peer?.recentActive !== false;
    const known = this.recorder.get('node', node.id);
    return {
      id: node.id,
      hostname: node.description?.Hostname ?? '',
      machine: host?.name ?? known?.machine ?? this.world.lookup(node.status.addr)?.name ?? '',
      role: node.role,
      desiredRole: node.spec.Role === 'manager' ? 'manager' : 'worker',
      availability: (node.spec.Availability ?? 'active') as NodeRecord['availability'],
      state: node.status.state,
      message: node.status.message,
      addr: node.status.addr,
      leader: leads,
      reachability: member === undefined ? '' : reachable ? 'reachable' : 'unreachable',
      labels: Object.entries(node.spec.Labels ?? {})
        .map(([key, value]) => `${key}=${value}`)
        .sort((a, b) => (a < b ? -1 : 1)),
      engine: node.description?.Engine.EngineVersion ?? '',
      heartbeatAt: known?.heartbeatAt ?? 0,
      heartbeatDeadline: known?.heartbeatDeadline ?? 0,
      createdAt: node.meta.createdAt,
    };
  }

  private service(store: ReadTx, service: ServiceObject): ServiceRecord {
    const { spec } = service;
    const tasks = store.tasksOfService(service.id);
    const mode = spec.Mode ?? {};
    const wanted = tasks.filter((task) => task.desiredState === TaskState.RUNNING).length;
    if (!this.orders.has(service.id)) this.orders.set(service.id, this.orders.size);
    const update = spec.UpdateConfig;
    return {
      id: service.id,
      name: spec.Name ?? '',
      stack: spec.Labels?.['com.docker.stack.namespace'] ?? '',
      image: spec.TaskTemplate?.ContainerSpec?.Image ?? '',
      mode: mode.Global
        ? 'global'
        : mode.ReplicatedJob
          ? 'replicated-job'
          : mode.GlobalJob
            ? 'global-job'
            : 'replicated',
      running: tasks.filter((task) => task.status.state === TaskState.RUNNING).length,
      desired:
        mode.Global || mode.GlobalJob ? wanted : (mode.ReplicatedJob?.MaxConcurrent ?? mode.Replicated?.Replicas ?? 1),
      ports: portRecords(service.endpoint),
      updateState: service.updateStatus?.state ?? '',
      updateMessage: service.updateStatus?.message ?? '',
      updateParallelism: update?.Parallelism ?? 1,
      updateDelay: Math.floor((update?.Delay ?? 0) / 1000),
      order: this.orders.get(service.id)!,
      createdAt: service.meta.createdAt,
    };
  }
}

function portRecords(endpoint: Endpoint | undefined): readonly PortRecord[] {
  return (endpoint?.ports ?? []).map((port) => ({
    published: port.PublishedPort ?? 0,
    target: port.TargetPort ?? 0,
    protocol: (port.Protocol ?? 'tcp') as PortRecord['protocol'],
    mode: port.PublishMode === 'host' ? 'host' : 'ingress',
  }));
}

function taskRecord(task: TaskObject): TaskRecord {
  return {
    id: task.id,
    serviceId: task.serviceId,
    slot: task.slot,
    nodeId: task.nodeId,
    image: task.spec.ContainerSpec?.Image ?? '',
    state: stateWord(task.status.state),
    desiredState: stateWord(task.desiredState),
    message: task.status.message,
    err: task.status.err,
    createdAt: task.meta.createdAt,
    stateAt: task.status.timestamp,
    containerId: task.status.container?.containerId.slice(0, 12) ?? '',
    exitCode: task.status.container?.exitCode ?? 0,
  };
}

function networkRecord(network: NetworkObject): NetworkRecord {
  return {
    id: network.id,
    name: network.spec.Name ?? '',
    driver: network.state?.driver ?? '',
    subnet: network.state?.subnets[0]?.subnet ?? '',
    vni: network.state?.vni ?? 0,
    ingress: network.spec.Ingress === true,
  };
}
