/**
 * What must hold in a swarm's store after each commit: for tests and the fuzzer. No address of a network is given twice,
 * no port is published twice, a slot (a node, for global services) has at most one task that is meant to run, and tasks
 * move as {@link checkMove} and its siblings say. Only what a commit touched is looked at.
 */
import type { UpdateConfig } from '../api/index';
import type { Micros } from '../base/process';
import { isIngress } from './allocator/ports';
import {
  type AnyObject,
  type ReadTx,
  type ServiceObject,
  type StoreEvent,
  type TableName,
  type TaskObject,
  TaskState,
} from './objects';
import { modeOf } from './orchestrator/task';
import { isLive, ReleaseRecord, wasReleased } from './release-checks';
import { type CommitPlace, checkCreation, checkMove, checkPlacement, checkRemoval } from './task-checks';

const TABLES: readonly TableName[] = ['network', 'node', 'service', 'task'];

interface Slot {
  readonly key: string;
  readonly serviceId: string;
  readonly name: string;
  readonly tasks: Set<string>;
  /** Tasks meant to run, as counted last. */
  meant: number;
  /** When a task was last created in it, and how many the reaper was to keep then. */
  createdAt: Micros;
  limit: number;
  /** When a task of it was last told to stop. */
  stoppedAt: Micros;
}

export class StoreModel {
  private holders = new Map<string, string>();
  private slots = new Map<string, Slot>();
  private slotOf = new Map<string, Slot>();
  private releases = new ReleaseRecord();
  /** Where the tasks stood that the commit of the moment removes. */
  private readonly left = new Map<string, Slot>();

  /** Takes a store as it is. The first broken rule in words, or undefined. */
  load(read: ReadTx): string | undefined {
    this.holders = new Map();
    this.slots = new Map();
    this.slotOf = new Map();
    this.releases = new ReleaseRecord();
    const dirty = new Set<Slot>();
    let broken: string | undefined;
    for (const table of TABLES) {
      for (const object of read.list(table) as readonly AnyObject[]) {
        broken ??= this.hold(object);
        if (object.kind === 'task') dirty.add(this.enter(object, read));
      }
    }
    return broken ?? this.checkSlots(dirty, read);
  }

  /** The first rule that a commit breaks, in words, or undefined. */
  commit(events: readonly StoreEvent[], place: CommitPlace): string | undefined {
    for (const event of events) {
      if (event.action === 'update') this.release(event.old, event.object);
      else if (event.action === 'remove') this.release(event.object, undefined);
    }
    let broken: string | undefined;
    const dirty = new Set<Slot>();
    for (const event of events) {
      if (event.action !== 'remove') broken ??= this.hold(event.object);
      if (event.object.kind === 'task') this.noteTask(event.action, event.object, dirty, place.read);
      else if (event.object.kind === 'node') this.releases.noteNode(event.action, event.object, place.now);
    }
    for (const event of events) broken ??= this.checkEvent(event, place);
    broken ??= this.checkSlots(dirty, place.read);
    for (const slot of dirty) if (slot.tasks.size === 0) this.slots.delete(slot.key);
    this.left.clear();
    return broken;
  }

  // ---- tasks

  private noteTask(action: StoreEvent['action'], task: TaskObject, dirty: Set<Slot>, read: ReadTx): void {
    if (action === 'create') {
      const entered = this.enter(task, read);
      entered.createdAt = task.meta.createdAt;
      entered.limit = historyLimit(task.serviceId, read);
    }
    const slot = this.slotOf.get(task.id);
    if (!slot) return;
    dirty.add(slot);
    if (action !== 'remove') return;
    slot.tasks.delete(task.id);
    this.slotOf.delete(task.id);
    this.left.set(task.id, slot);
    this.releases.forget(task.id);
  }

  private checkEvent(event: StoreEvent, place: CommitPlace): string | undefined {
    const { object } = event;
    if (object.kind !== 'task') return undefined;
    if (event.action === 'create') return checkCreation(object, place.read);
    if (event.action === 'remove') return checkRemoval(object, this.othersOf(object, place.read), place.read);
    const old = event.old as TaskObject;
    const slot = this.slotOf.get(object.id);
    if (isLive(old) && !isLive(object)) {
      this.releases.noteStop(object, place);
      if (slot) slot.stoppedAt = object.meta.updatedAt;
    }
    return (
      checkMove(old, object, place.read) ??
      (old.status.state < TaskState.ASSIGNED && object.status.state === TaskState.ASSIGNED
        ? checkPlacement(object, place.read)
        : undefined) ??
      (wasReleased(old, object) && !startsFirst(place.read.get('service', object.serviceId))
        ? this.releases.check(object, this.othersOf(object, place.read), slot?.stoppedAt ?? 0, place)
        : undefined)
    );
  }

  /** The others of its slot that are still there. */
  private othersOf(task: TaskObject, read: ReadTx): TaskObject[] {
    const slot = this.slotOf.get(task.id) ?? this.left.get(task.id);
    const others = [...(slot?.tasks ?? [])].filter((id) => id !== task.id);
    return others.map((id) => read.get('task', id)).filter((other) => other !== undefined);
  }

  private enter(task: TaskObject, read: ReadTx): Slot {
    const { serviceId } = task;
    const service = read.get('service', serviceId);
    const perNode = task.slot === 0 && (!service || modeOf(service.spec).startsWith('global'));
    const name = perNode ? `node ${task.nodeId}` : `slot ${task.slot}`;
    const key = `${serviceId}/${name}`;
    let slot = this.slots.get(key);
    if (!slot)
      this.slots.set(
        key,
        (slot = { key, serviceId, name, tasks: new Set(), meant: 0, createdAt: 0, limit: 0, stoppedAt: 0 }),
      );
    slot.tasks.add(task.id);
    this.slotOf.set(task.id, slot);
    return slot;
  }

  /** Services that update with start-first are left out: two in a slot are what they ask for. */
  private checkSlots(dirty: ReadonlySet<Slot>, read: ReadTx): string | undefined {
    for (const slot of dirty) {
      const meant: string[] = [];
      for (const id of slot.tasks) {
        const task = read.get('task', id);
        if (task && isMeantToRun(task)) meant.push(id);
      }
      const before = slot.meant;
      slot.meant = meant.length;
      if (slot.serviceId === '' || meant.length < 2 || (before >= meant.length && before > 1)) continue;
      const service = read.get('service', slot.serviceId);
      if (!service || startsFirst(service)) continue;
      return `${service.spec.Name} has two tasks in ${slot.name}: ${meant.slice(-2).join(' and ')}`;
    }
    return undefined;
  }

  /**
   * When all is quiet, no slot holds more ended tasks than the limit, if one was created in it since the leader was
   * elected: only then does the reaper look at it. A single task is kept in any case, for it ran when that happened.
   */
  checkHistory(read: ReadTx, leaderSince: Micros): string | undefined {
    for (const slot of this.slots.values()) {
      const limit = Math.max(slot.limit, historyLimit(slot.serviceId, read), 1);
      if (slot.createdAt <= leaderSince || slot.tasks.size <= limit) continue;
      const service = read.get('service', slot.serviceId);
      const tasks = [...slot.tasks].map((id) => read.get('task', id));
      if (service && tasks.some((task) => task && task.status.state > TaskState.RUNNING))
        return `${service.spec.Name} keeps ${tasks.length} tasks in ${slot.name}, and not ${limit}`;
    }
    return undefined;
  }

  // ---- addresses and ports

  private hold(object: AnyObject): string | undefined {
    let broken: string | undefined;
    for (const [what, holder] of holdings(object)) {
      const other = this.holders.get(what);
      this.holders.set(what, holder);
      if (other === undefined || other === holder) continue;
      broken ??= what.startsWith('port ')
        ? `${what} is given to services ${other} and ${holder}`
        : `${what} is given to ${other} and ${holder}`;
    }
    return broken;
  }

  private release(old: AnyObject, successor: AnyObject | undefined): void {
    if (successor && sameHoldings(old, successor)) return;
    for (const [what, holder] of holdings(old)) if (this.holders.get(what) === holder) this.holders.delete(what);
  }
}

/** The first broken rule of a store as it stands, in words, or undefined. */
export function checkStore(read: ReadTx): string | undefined {
  return new StoreModel().load(read);
}

/** What an object has that nobody else may have, with the words for its holder. */
function* holdings(object: AnyObject): Generator<[string, string]> {
  switch (object.kind) {
    case 'network':
      for (const { gateway } of object.state?.subnets ?? []) {
        if (gateway !== '') yield [address(object.id, gateway), `the gateway of ${object.id}`];
      }
      return;
    case 'node':
      for (const { networkId, addresses } of object.attachments) {
        for (const one of addresses) yield [address(networkId, one), `node ${object.id}`];
      }
      return;
    case 'task':
      if (object.status.state > TaskState.RUNNING) return;
      for (const { networkId, addresses } of object.networks) {
        for (const one of addresses) yield [address(networkId, one), `task ${object.id}`];
      }
      return;
    case 'service':
      for (const { networkId, addr } of object.endpoint?.virtualIPs ?? []) {
        if (addr !== '') yield [address(networkId, addr), `service ${object.id}`];
      }
      for (const port of object.endpoint?.ports ?? []) {
        if (isIngress(port)) yield [`port ${port.PublishedPort}/${port.Protocol || 'tcp'}`, object.id];
      }
  }
}

function sameHoldings(old: AnyObject, object: AnyObject): boolean {
  if (old.kind === 'task' && object.kind === 'task') {
    return old.networks === object.networks && object.status.state <= TaskState.RUNNING;
  }
  if (old.kind === 'node' && object.kind === 'node') return old.attachments === object.attachments;
  if (old.kind === 'service' && object.kind === 'service') return old.endpoint === object.endpoint;
  return old.kind === 'network' && object.kind === 'network' && old.state === object.state;
}

function address(networkId: string, cidr: string): string {
  return `${cidr.split('/')[0]!} on network ${networkId}`;
}

function isMeantToRun(task: TaskObject): boolean {
  return task.desiredState <= TaskState.COMPLETE && task.status.state < TaskState.COMPLETE;
}

function startsFirst(service: ServiceObject | undefined): boolean {
  const first = (config: UpdateConfig | undefined): boolean => config?.Order === 'start-first';
  return [service?.spec, service?.previousSpec].some((one) => first(one?.UpdateConfig) || first(one?.RollbackConfig));
}

/** Tasks that the reaper keeps of a slot. Follows taskreaper/task_reaper.go, tick. */
function historyLimit(serviceId: string, read: ReadTx): number {
  const service = read.get('service', serviceId);
  if (!service || modeOf(service.spec).endsWith('-job')) return Number.POSITIVE_INFINITY;
  const attempts = service.spec.TaskTemplate?.RestartPolicy?.MaxAttempts ?? 0;
  const limit = attempts > 0 ? attempts + 1 : (read.cluster()?.spec.Orchestration?.TaskHistoryRetentionLimit ?? 5);
  return limit < 0 ? Number.POSITIVE_INFINITY : limit;
}
