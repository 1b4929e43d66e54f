/**
 * The scheduler as a first reading of the rules gives it: an object a node, seven filters, every node looked at for every
 * group of tasks, the best of them found by sorting. Slow, and plainly right: the yardstick of the bench and the judge of
 * the quick one. It shares no code with it.
 *
 * Follows moby/swarmkit manager/scheduler/{scheduler,nodeset,decision_tree,filter}.go.
 */
import type { NodeObject, TaskObject } from '../swarm/index';

const FAILURES_MAX = 5;
/** The highest desired state of a task that is meant to go on, and its own state while it holds resources. */
const COMPLETE = 576;

export interface NaiveNode {
  readonly object: NodeObject;
  cpus: number;
  memory: number;
  readonly generic: Map<string, number>;
  readonly ports: Set<string>;
  tasks: number;
  readonly byService: Map<string, number>;
  /** Recent failures by service and spec version. */
  readonly failures: Map<string, number>;
}

/** What a task asks for, read once. */
interface Wanted {
  readonly serviceId: string;
  readonly group: string;
  readonly cpus: number;
  readonly memory: number;
  readonly generic: readonly { readonly kind: string; readonly value: number }[];
  readonly logDriver: string;
  readonly constraints: readonly { readonly key: string; readonly equal: boolean; readonly value: string }[];
  readonly platforms: readonly { readonly OS?: string; readonly Architecture?: string }[];
  readonly ports: readonly string[];
  readonly maxReplicas: number;
}

function wantedBy(task: TaskObject): Wanted {
  const { Placement: placement, Resources, LogDriver: log } = task.spec;
  const reserved = Resources?.Reservations;
  return {
    serviceId: task.serviceId,
    group: `${task.serviceId}/${task.specVersion}`,
    cpus: reserved?.NanoCPUs ?? 0,
    memory: reserved?.MemoryBytes ?? 0,
    generic: (reserved?.GenericResources ?? []).map(({ DiscreteResourceSpec: one }) => ({
      kind: one!.Kind,
      value: one!.Value,
    })),
    logDriver: log && log.Name !== 'none' ? (log.Name ?? '') : '',
    constraints: (placement?.Constraints ?? []).map((expression) => {
      const [key, value] = expression.split(/[!=]=/);
      return { key: key!.trim(), equal: !expression.includes('!='), value: value!.trim() };
    }),
    platforms: placement?.Platforms ?? [],
    ports: (task.endpoint?.ports ?? [])
      .filter((port) => port.PublishMode === 'host' && port.PublishedPort)
      .map((port) => `${port.Protocol}/${port.PublishedPort}`),
    maxReplicas: placement?.MaxReplicas ?? 0,
  };
}

function factOf({ object }: NaiveNode, key: string): string {
  if (key === 'node.id') return object.id;
  if (key === 'node.hostname') return object.description?.Hostname ?? '';
  if (key === 'node.role') return object.role;
  if (key === 'node.platform.os') return object.description?.Platform.OS ?? '';
  if (key.startsWith('engine.labels.')) return object.description?.Engine.Labels?.[key.slice(14)] ?? '';
  return object.spec.Labels?.[key.slice(12)] ?? '';
}

type Filter = (node: NaiveNode, wanted: Wanted) => boolean;

const ready: Filter = ({ object }) => object.status.state === 'ready' && object.spec.Availability === 'active';

const resources: Filter = (node, { cpus, memory, generic }) => {
  // A node that shrank may be overbooked: a task that asks for nothing fits all the same.
  if (cpus === 0 && memory === 0 && generic.length === 0) return true;
  if (cpus > node.cpus || memory > node.memory) return false;
  for (const { kind, value } of generic) {
    const free = node.generic.get(kind);
    if (free === undefined || free < value) return false;
  }
  return true;
};

const plugins: Filter = (node, { logDriver }) => {
  if (logDriver === '') return true;
  for (const { Type, Name } of node.object.description?.Engine.Plugins ?? []) {
    if (Type === 'Log' && Name === logDriver) return true;
  }
  return false;
};

const constraints: Filter = (node, wanted) => {
  for (const { key, equal, value } of wanted.constraints) {
    if ((factOf(node, key) === value) !== equal) return false;
  }
  return true;
};

const platform: Filter = (node, { platforms }) => {
  if (platforms.length === 0) return true;
  const has = node.object.description?.Platform;
  for (const { OS, Architecture } of platforms) {
    if ((!OS || OS === has?.OS) && (!Architecture || Architecture === has?.Architecture)) return true;
  }
  return false;
};

const hostPorts: Filter = (node, { ports }) => {
  for (const port of ports) if (node.ports.has(port)) return false;
  return true;
};

const maxReplicas: Filter = (node, wanted) =>
  wanted.maxReplicas === 0 || (node.byService.get(wanted.serviceId) ?? 0) < wanted.maxReplicas;

const FILTERS: readonly Filter[] = [ready, resources, plugins, constraints, platform, hostPorts, maxReplicas];

function passes(node: NaiveNode, wanted: Wanted): boolean {
  for (const filter of FILTERS) if (!filter(node, wanted)) return false;
  return true;
}

/** Negative when a is the better one. */
function compare({ group, serviceId }: Wanted, a: NaiveNode, b: NaiveNode): number {
  const [failuresA, failuresB] = [a.failures.get(group) ?? 0, b.failures.get(group) ?? 0];
  if (failuresA !== failuresB && (failuresA >= FAILURES_MAX || failuresB >= FAILURES_MAX)) {
    return failuresA - failuresB;
  }
  return (a.byService.get(serviceId) ?? 0) - (b.byService.get(serviceId) ?? 0) || a.tasks - b.tasks;
}

/** A branch of the label tree, or a leaf with its nodes. */
interface Branch {
  tasks: number;
  readonly nodes: NaiveNode[];
  readonly branches: Map<string, Branch>;
}

export class NaiveScheduler {
  readonly nodes: readonly NaiveNode[];

  constructor(nodes: readonly NodeObject[]) {
    this.nodes = nodes.map((object) => ({
      object,
      cpus: object.description?.Resources.NanoCPUs ?? 0,
      memory: object.description?.Resources.MemoryBytes ?? 0,
      generic: new Map(
        (object.description?.Resources.GenericResources ?? []).map(({ DiscreteResourceSpec: kind }) => [
          kind!.Kind,
          kind!.Value,
        ]),
      ),
      ports: new Set(),
      tasks: 0,
      byService: new Map(),
      failures: new Map(),
    }));
  }

  /** A task that is on the node already. */
  occupy(node: NaiveNode, task: TaskObject): void {
    this.take(node, wantedBy(task), task.desiredState <= COMPLETE);
  }

  private take(node: NaiveNode, { cpus, memory, generic, ports, serviceId }: Wanted, isActive: boolean): void {
    node.cpus -= cpus;
    node.memory -= memory;
    for (const { kind, value } of generic) {
      const left = (node.generic.get(kind) ?? 0) - value;
      if (left > 0) node.generic.set(kind, left);
      else node.generic.delete(kind);
    }
    for (const port of ports) node.ports.add(port);
    if (!isActive) return;
    node.tasks++;
    node.byService.set(serviceId, (node.byService.get(serviceId) ?? 0) + 1);
  }

  /** The least loaded node that passes, for a task that is alone in its group. */
  placeOne(task: TaskObject): NaiveNode | undefined {
    const wanted = wantedBy(task);
    let best: NaiveNode | undefined;
    for (const node of this.nodes) {
      if (passes(node, wanted) && (!best || compare(wanted, node, best) < 0)) best = node;
    }
    if (best) this.take(best, wanted, true);
    return best;
  }

  /**
   * Places tasks of one service and spec version; the node of each, in their order, as far as there was room. Among
   * equals the one of lowest `rank` comes first.
   */
  placeGroup(tasks: readonly TaskObject[], rank: (node: NaiveNode) => number): NaiveNode[] {
    if (tasks.length === 0) return [];
    const nodes = [...this.nodes].sort((a, b) => rank(a) - rank(b));
    const chosen: NaiveNode[] = [];
    const labels = (tasks[0]!.spec.Placement?.Preferences ?? []).map(({ Spread }) => Spread?.SpreadDescriptor ?? '');
    this.onBranch(this.tree(nodes, tasks[0]!.serviceId, labels), tasks, tasks.length, chosen);
    return chosen;
  }

  private tree(nodes: NaiveNode[], serviceId: string, labels: readonly string[]): Branch {
    const tasks = nodes.reduce((sum, node) => sum + (node.byService.get(serviceId) ?? 0), 0);
    const branches = new Map<string, NaiveNode[]>();
    const [label, ...rest] = labels;
    if (label !== undefined) {
      for (const node of nodes) {
        const value = factOf(node, label);
        const branch = branches.get(value);
        if (branch) branch.push(node);
        else branches.set(value, [node]);
      }
    }
    const below = [...branches].map(([value, its]) => [value, this.tree(its, serviceId, rest)] as const);
    return { tasks, nodes, branches: new Map(below) };
  }

  /** Evens the branches out until all is placed or no branch takes more; how many were placed. */
  private onBranch(tree: Branch, tasks: readonly TaskObject[], n: number, chosen: NaiveNode[]): number {
    if (tree.branches.size === 0) return this.onNodes(tree.nodes, tasks, n, chosen);
    const open = new Set(tree.branches.values());
    let placed = 0;
    let inOpen = tree.tasks;
    for (let goesOn = true; goesOn && placed !== n && open.size > 0; ) {
      const level = Math.floor((inOpen + n - placed) / open.size);
      let extra = (inOpen + n - placed) % open.size;
      goesOn = false;
      for (const branch of [...open]) {
        const share = level - branch.tasks + (extra > 0 ? 1 : 0);
        if (share <= 0) continue;
        goesOn = true;
        const got = this.onBranch(branch, tasks, share, chosen);
        placed += got;
        if (got < share) {
          open.delete(branch);
          inOpen -= branch.tasks;
        } else if (extra > 0) extra--;
      }
    }
    return placed;
  }

  private onNodes(leaf: readonly NaiveNode[], tasks: readonly TaskObject[], n: number, chosen: NaiveNode[]): number {
    const wanted = wantedBy(tasks[0]!);
    const nodes = leaf.filter((node) => passes(node, wanted));
    nodes.sort((a, b) => compare(wanted, a, b));
    nodes.length = Math.min(nodes.length, n);
    const failed = new Set<number>();
    let at = 0;
    let placed = 0;
    while (placed < n && failed.size < nodes.length && chosen.length < tasks.length) {
      const index = at % nodes.length;
      const node = nodes[index]!;
      if (failed.has(index) || !passes(node, wanted)) {
        failed.add(index);
        at++;
        continue;
      }
      this.take(node, wanted, true);
      chosen.push(node);
      placed++;
      const next = nodes[at + 1];
      if (!next || compare(wanted, next, node) < 0) at++;
    }
    return placed;
  }
}
