/** What the scheduler knows of one node. Follows moby/swarmkit manager/scheduler/nodeinfo.go. */
import type { GenericResource, PortConfig } from '../../api/index';
import type { Micros } from '../../base/process';
import { type NodeObject, type TaskObject, TaskState } from '../objects';
import { claimable, consume, type GenericStock, reclaim, stockOf } from './generic';

/** How far back failures count, and from how many on a node is the last choice. */
const FAILURES_LOOK_BACK: Micros = 300_000_000;
export const FAILURES_MAX = 5;

export class NodeInfo {
  /** Tasks that hold resources: assigned and not ended. */
  readonly tasks = new Map<string, TaskObject>();
  /** Tasks that are also meant to go on: they alone count for spreading. */
  activeTasks = 0;
  readonly activeByService = new Map<string, number>();
  memory = 0;
  cpus = 0;
  generic: GenericStock = new Map();
  readonly hostPorts = new Set<string>();
  /** Service and spec version → when its tasks failed here, oldest first. */
  private readonly failures = new Map<string, Micros[]>();
  /** Place in the order by active tasks. */
  bucket = 0;
  position = 0;

  constructor(public node: NodeObject) {
    this.refresh(node);
  }

  /** A new description or spec: what is available is counted again. */
  refresh(node: NodeObject): void {
    this.node = node;
    const resources = node.description?.Resources;
    this.memory = resources?.MemoryBytes ?? 0;
    this.cpus = resources?.NanoCPUs ?? 0;
    this.generic = stockOf(resources?.GenericResources);
    for (const task of this.tasks.values()) {
      this.take(task, -1);
      if (task.genericResources.length > 0) consume(this.generic, task.genericResources);
    }
  }

  /** True when the counts changed. */
  addTask(task: TaskObject): boolean {
    const old = this.tasks.get(task.id);
    if (old) {
      this.tasks.set(task.id, task);
      const change = Number(isActive(task)) - Number(isActive(old));
      if (change !== 0) this.count(task.serviceId, change);
      return change !== 0;
    }
    this.place(task, claimOf(task));
    return true;
  }

  /** Takes in a task that is not here yet. */
  place(task: TaskObject, { memory, cpus, ports }: Claim): void {
    this.tasks.set(task.id, task);
    this.memory -= memory;
    this.cpus -= cpus;
    if (task.genericResources.length > 0) consume(this.generic, task.genericResources);
    for (const port of ports) this.hostPorts.add(port);
    if (isActive(task)) this.count(task.serviceId, 1);
  }

  /** The generic resources that a task would be given; taken when it is added. */
  claimable(wanted: readonly GenericResource[] | undefined): readonly GenericResource[] {
    if (!wanted || wanted.length === 0) return [];
    return claimable(this.generic, wanted);
  }

  /** True when it was there. */
  removeTask(taskId: string): boolean {
    const task = this.tasks.get(taskId);
    if (!task) return false;
    this.tasks.delete(taskId);
    if (isActive(task)) this.count(task.serviceId, -1);
    for (const port of hostPorts(task)) this.hostPorts.delete(portKey(port));
    this.take(task, 1);
    reclaim(this.generic, task.genericResources, this.node.description?.Resources.GenericResources);
    return true;
  }

  taskFailed(group: string, now: Micros): void {
    const recent = (this.failures.get(group) ?? []).filter((at) => now - at < FAILURES_LOOK_BACK);
    recent.push(now);
    this.failures.set(group, recent);
    for (const [key, instants] of this.failures) {
      if (now - instants.at(-1)! >= FAILURES_LOOK_BACK) this.failures.delete(key);
    }
  }

  recentFailures(group: string, now: Micros): number {
    if (this.failures.size === 0) return 0;
    const instants = this.failures.get(group);
    return instants ? instants.filter((at) => now - at <= FAILURES_LOOK_BACK).length : 0;
  }

  activeOf(serviceId: string): number {
    return this.activeByService.get(serviceId) ?? 0;
  }

  private count(serviceId: string, change: number): void {
    this.activeTasks += change;
    const active = this.activeOf(serviceId) + change;
    if (active === 0) this.activeByService.delete(serviceId);
    else this.activeByService.set(serviceId, active);
  }

  private take(task: TaskObject, sign: 1 | -1): void {
    const reserved = task.spec.Resources?.Reservations;
    if (!reserved) return;
    this.memory += sign * (reserved.MemoryBytes ?? 0);
    this.cpus += sign * (reserved.NanoCPUs ?? 0);
  }
}

/** What each task of a group takes of its node, but for generic resources. */
export interface Claim {
  readonly memory: number;
  readonly cpus: number;
  /** Keys of host ports. */
  readonly ports: readonly string[];
}

export function claimOf(task: TaskObject): Claim {
  const reserved = task.spec.Resources?.Reservations;
  const ports = hostPorts(task);
  return {
    memory: reserved?.MemoryBytes ?? 0,
    cpus: reserved?.NanoCPUs ?? 0,
    ports: ports.length === 0 ? NO_KEYS : ports.map(portKey),
  };
}

const NO_KEYS: readonly string[] = [];

function isActive(task: TaskObject): boolean {
  return task.desiredState <= TaskState.COMPLETE;
}

const NO_PORTS: readonly PortConfig[] = [];

/** Host-mode ports with a number of their own. */
export function hostPorts(task: TaskObject): readonly PortConfig[] {
  const ports = task.endpoint?.ports;
  if (!ports || ports.length === 0) return NO_PORTS;
  return ports.filter((port) => port.PublishMode === 'host' && (port.PublishedPort ?? 0) !== 0);
}

export function portKey(port: PortConfig): string {
  return `${port.Protocol || 'tcp'}/${port.PublishedPort}`;
}
