/** The filters that a node must pass, in their order, each with its words. Follows moby/swarmkit manager/scheduler/filter.go. */
import type { GenericResource, Mount, Platform } from '../../api/index';
import type { ReadTx, TaskObject } from '../objects';
import { nodeMatches, parseConstraints } from './constraint';
import { hasEnough } from './generic';
import { hostPorts, type NodeInfo, portKey } from './node-info';

export interface Filter {
  readonly name: string;
  /** Its answer changes when a task of the group is placed on the node. */
  readonly changes: boolean;
  /** The check for this task's group, undefined when the filter does not concern it. */
  forTask(task: TaskObject, read: ReadTx): ((info: NodeInfo) => boolean) | undefined;
  explain(nodes: number): string;
}

function onNodes(nodes: number): string {
  return nodes === 1 ? 'on 1 node' : `on ${nodes} nodes`;
}

function isReady({ node }: NodeInfo): boolean {
  return node.status.state === 'ready' && (node.spec.Availability || 'active') === 'active';
}

const ready: Filter = {
  name: 'Ready',
  changes: false,
  forTask: () => isReady,
  explain: (nodes) => `${nodes === 1 ? '1 node' : `${nodes} nodes`} not available for new tasks`,
};

const resource: Filter = {
  name: 'Resource',
  changes: true,
  forTask: (task) => {
    const reserved = task.spec.Resources?.Reservations;
    const memory = reserved?.MemoryBytes ?? 0;
    const cpus = reserved?.NanoCPUs ?? 0;
    const generic: readonly GenericResource[] = reserved?.GenericResources ?? [];
    if (memory === 0 && cpus === 0 && generic.length === 0) return undefined;
    return (info) => cpus <= info.cpus && memory <= info.memory && hasEnough(info.generic, generic);
  },
  explain: (nodes) => `insufficient resources ${onNodes(nodes)}`,
};

function volumeDriver(mount: Mount): string | undefined {
  const name = mount.Type === 'volume' ? mount.VolumeOptions?.DriverConfig?.Name : undefined;
  return name && name !== 'local' ? name : undefined;
}

const plugin: Filter = {
  name: 'Plugin',
  changes: false,
  forTask: (task, read) => {
    if (task.networks.length === 0 && !task.spec.LogDriver && !task.spec.ContainerSpec?.Mounts) return undefined;
    const volumes = (task.spec.ContainerSpec?.Mounts ?? []).map(volumeDriver).filter((name) => name !== undefined);
    const networks = task.networks
      .map(({ networkId }) => read.get('network', networkId)?.state?.driver)
      .filter((name) => name);
    const log = task.spec.LogDriver?.Name;
    const wanted = [...volumes.map((name) => ['Volume', name]), ...networks.map((name) => ['Network', name])];
    if (wanted.length === 0 && (!log || log === 'none')) return undefined;
    return (info) => {
      const plugins = info.node.description?.Engine.Plugins;
      if (!plugins) return true;
      const has = (type: string, name: string): boolean =>
        plugins.some((one) => one.Type === type && (one.Name === name || one.Name === `${name}:latest`));
      if (!wanted.every(([type, name]) => has(type!, name!))) return false;
      // A node that reports no log drivers at all is an old one, and is believed to have it.
      return !log || log === 'none' || has('Log', log) || !plugins.some((one) => one.Type === 'Log');
    };
  },
  explain: (nodes) => `missing plugin ${onNodes(nodes)}`,
};

const constraint: Filter = {
  name: 'Constraint',
  changes: false,
  forTask: (task) => {
    const constraints = parseConstraints(task.spec.Placement?.Constraints);
    if (!constraints.ok || constraints.value.length === 0) return undefined;
    return (info) => nodeMatches(constraints.value, info.node);
  },
  explain: (nodes) => `scheduling constraints not satisfied ${onNodes(nodes)}`,
};

function architecture(platform: Platform): string {
  const name = platform.Architecture ?? '';
  return name === 'x86_64' ? 'amd64' : name === 'aarch64' ? 'arm64' : name;
}

const platform: Filter = {
  name: 'Platform',
  changes: false,
  forTask: (task) => {
    const platforms = task.spec.Placement?.Platforms ?? [];
    if (platforms.length === 0) return undefined;
    return (info) => {
      const actual = info.node.description?.Platform;
      if (!actual) return false;
      return platforms.some(
        (wanted) =>
          (!wanted.Architecture || architecture(wanted) === architecture(actual)) &&
          (!wanted.OS || wanted.OS === actual.OS),
      );
    };
  },
  explain: (nodes) => `unsupported platform ${onNodes(nodes)}`,
};

const hostPort: Filter = {
  name: 'HostPort',
  changes: true,
  forTask: (task) => {
    const keys = hostPorts(task).map(portKey);
    return keys.length === 0 ? undefined : (info) => !keys.some((key) => info.hostPorts.has(key));
  },
  explain: (nodes) => `host-mode port already in use ${onNodes(nodes)}`,
};

const maxReplicas: Filter = {
  name: 'MaxReplicas',
  changes: true,
  forTask: (task) => {
    const limit = task.spec.Placement?.MaxReplicas ?? 0;
    return limit <= 0 ? undefined : (info) => info.activeOf(task.serviceId) < limit;
  },
  explain: () => 'max replicas per node limit exceed',
};

/** Cluster volumes (CSI) do not exist here, so nothing can fulfil such a mount. */
const volumes: Filter = {
  name: 'Volumes',
  changes: false,
  forTask: (task) =>
    (task.spec.ContainerSpec?.Mounts ?? []).some((mount) => mount.Type === 'cluster') ? () => false : undefined,
  explain: (nodes) => `cannot fulfill requested CSI volume mounts ${onNodes(nodes)}`,
};

export const FILTERS: readonly Filter[] = [
  ready,
  resource,
  plugin,
  constraint,
  platform,
  hostPort,
  maxReplicas,
  volumes,
];
