/**
 * One manager's tables. A transaction is prepared once, by the manager that proposes it, and then applied to every
 * manager's tables when it is committed; the objects in it are frozen and shared by all.
 *
 *      changes ──prepare (leader)──► transaction ──Raft──► apply (every manager) ──► events
 *
 * Follows moby/swarmkit manager/state/store/memory.go, without its versions of the past.
 */
import { assert } from '../../base/assert';
import { deepFreeze } from '../../base/json';
import type { Micros } from '../../base/process';
import { fail, ok, type Result } from '../../base/result';
import {
  type AnyObject,
  type Change,
  type ClusterObject,
  copyStatus,
  copyTask,
  type Meta,
  type ReadTx,
  type StoreEvent,
  type TableName,
  type Tables,
  type TaskObject,
} from '../objects';
import { sizeOf } from './size';
import { Index, Table } from './table';

/** Changes as they stand in a Raft entry: every object with its final Meta, frozen. */
export interface Transaction {
  readonly changes: readonly Change[];
  /** Bytes on the wire, estimated. */
  readonly size: number;
}

export type StoreErrorKind = 'exists' | 'name conflict' | 'not found' | 'sequence';

/** `message` is upstream's text of the error. */
export interface StoreError {
  readonly kind: StoreErrorKind;
  readonly message: string;
}

const ERRORS: Record<StoreErrorKind, string> = {
  exists: 'object already exists',
  'name conflict': 'name conflicts with an existing object',
  'not found': 'object does not exist',
  sequence: 'update out of sequence',
};

const NONE: ReadonlySet<string> = new Set();

const TABLE_NAMES: readonly TableName[] = ['cluster', 'node', 'service', 'task', 'network', 'secret', 'config'];

/** The tables at one index, by reference. */
export interface StoreSnapshot {
  readonly index: number;
  readonly objects: readonly AnyObject[];
}

type NamedTable = 'service' | 'network' | 'secret' | 'config';

export class Store implements ReadTx {
  index = 0;
  private readonly tables: { readonly [T in TableName]: Table<Tables[T]> } = {
    cluster: new Table(),
    node: new Table(),
    service: new Table(),
    task: new Table(),
    network: new Table(),
    secret: new Table(),
    config: new Table(),
  };
  /** Kind and name in lower case → id. */
  private readonly names = new Map<string, string>();
  private readonly byService = new Index<TaskObject>(this.tables.task);
  private readonly byNode = new Index<TaskObject>(this.tables.task);
  /** The two are kept from the first question on: a follower is seldom asked. */
  private isIndexed = false;
  private theCluster: ClusterObject | undefined;

  // ---- reading

  get<T extends TableName>(table: T, id: string): Tables[T] | undefined {
    return this.tables[table].get(id);
  }

  list<T extends TableName>(table: T): readonly Tables[T][] {
    return this.tables[table].list() as readonly Tables[T][];
  }

  count(table: TableName): number {
    return this.tables[table].size;
  }

  byName<T extends NamedTable>(table: T, name: string): Tables[T] | undefined {
    const id = this.names.get(`${table}/${fold(name)}`);
    return id === undefined ? undefined : this.get(table, id);
  }

  tasksOfService(serviceId: string): readonly TaskObject[] {
    if (!this.isIndexed) this.indexTasks();
    return this.byService.list(serviceId);
  }

  tasksOfNode(nodeId: string): readonly TaskObject[] {
    if (!this.isIndexed) this.indexTasks();
    return this.byNode.list(nodeId);
  }

  private indexTasks(): void {
    this.isIndexed = true;
    for (const task of this.tables.task.values()) this.indexTask(task, undefined);
  }

  cluster(): ClusterObject | undefined {
    return this.theCluster;
  }

  // ---- writing

  /**
   * Checks changes against the tables as they stand and gives each object its Meta: `version` is the commit index at
   * the start of the transaction. Nothing is written. `own` are ids that the same turn wrote in earlier transactions:
   * they may be written again from what it read at its start. Follows memory.go, tx.create, tx.update, touchMeta.
   */
  prepare(
    changes: readonly Change[],
    version: number,
    now: Micros,
    own: ReadonlySet<string> = NONE,
  ): Result<Transaction, StoreError> {
    const written = new Map<string, AnyObject | undefined>();
    const names = new Map<string, string | undefined>();
    const out: Change[] = [];
    // Shared by all objects of one age.
    let meta: Meta | undefined;
    let size = 16;
    for (const change of changes) {
      const error = this.check(change, written, names, own);
      if (error) return fail({ kind: error, message: ERRORS[error] });
      if (change.action === 'remove') {
        out.push(Object.freeze({ ...change }));
        size += 40;
        continue;
      }
      const before = this.find(change.object.kind, change.object.id, written);
      const createdAt = change.action === 'create' ? now : before!.meta.createdAt;
      if (meta?.createdAt !== createdAt) meta = Object.freeze({ version, createdAt, updatedAt: now });
      const object = deepFreeze(withMeta(change.object, meta));
      written.set(object.id, object);
      out.push(Object.freeze({ action: change.action, object }));
      size += sizeOf(object);
    }
    return ok({ changes: Object.freeze(out), size });
  }

  private find(
    kind: TableName,
    id: string,
    written: ReadonlyMap<string, AnyObject | undefined>,
  ): AnyObject | undefined {
    return written.has(id) ? written.get(id) : this.get(kind, id);
  }

  private check(
    change: Change,
    written: Map<string, AnyObject | undefined>,
    names: Map<string, string | undefined>,
    own: ReadonlySet<string>,
  ): StoreErrorKind | undefined {
    if (change.action === 'remove') {
      const before = this.find(change.table, change.id, written);
      if (!before) return 'not found';
      written.set(change.id, undefined);
      const name = nameKey(before);
      if (name !== undefined) names.set(name, undefined);
      return undefined;
    }
    const { object } = change;
    const before = this.find(object.kind, object.id, written);
    if (change.action === 'create' && before) return 'exists';
    if (change.action === 'update') {
      if (!before) return 'not found';
      // Within one transaction an object may be written again from what was read at its start.
      const isOwn = own.has(object.id) || written.has(object.id);
      if (!isOwn && object.meta.version !== before.meta.version) return 'sequence';
    }
    const name = nameKey(object);
    if (name === undefined) return undefined;
    const holder = names.has(name) ? names.get(name) : this.names.get(name);
    if (holder !== undefined && holder !== object.id) return 'name conflict';
    names.set(name, object.id);
    return undefined;
  }

  /** Writes a committed transaction; one event a change, in order. */
  apply(transaction: Transaction, index: number): StoreEvent[] {
    assert(index > this.index, `entry ${index} applied after ${this.index}`);
    this.index = index;
    const events: StoreEvent[] = [];
    for (const change of transaction.changes) {
      if (change.action === 'remove') {
        const object = this.get(change.table, change.id);
        assert(object, `${change.table} ${change.id} to be removed is not there`);
        this.drop(object);
        events.push({ action: 'remove', object });
        continue;
      }
      const { object } = change;
      const old = this.get(object.kind, object.id);
      this.put(object, old);
      events.push(old ? { action: 'update', object, old } : { action: 'create', object });
    }
    return events;
  }

  /** An entry without changes (a new leader's, a change of members) moves the index too. */
  skipTo(index: number): void {
    assert(index > this.index, `entry ${index} applied after ${this.index}`);
    this.index = index;
  }

  private put(object: AnyObject, old: AnyObject | undefined): void {
    (this.tables[object.kind] as Table<AnyObject>).set(object);
    if (object.kind === 'task') {
      if (this.isIndexed) this.indexTask(object, old as TaskObject | undefined);
      return;
    }
    const name = nameKey(object);
    const before = old && nameKey(old);
    if (before !== undefined && before !== name) this.names.delete(before);
    if (name !== undefined) this.names.set(name, object.id);
    if (object.kind === 'cluster') this.theCluster = object;
  }

  private indexTask(task: TaskObject, old: TaskObject | undefined): void {
    const { id, serviceId, nodeId } = task;
    if (old?.serviceId === serviceId) this.byService.changed(serviceId);
    else {
      if (old) this.byService.remove(old.serviceId, id);
      this.byService.add(serviceId, id);
    }
    if (old?.nodeId === nodeId) this.byNode.changed(nodeId);
    else {
      if (old) this.byNode.remove(old.nodeId, id);
      if (nodeId !== '') this.byNode.add(nodeId, id);
    }
  }

  private drop(object: AnyObject): void {
    const name = nameKey(object);
    if (name !== undefined) this.names.delete(name);
    this.tables[object.kind].delete(object.id);
    if (object.kind === 'task' && this.isIndexed) {
      this.byService.remove(object.serviceId, object.id);
      this.byNode.remove(object.nodeId, object.id);
    }
    if (object.kind === 'cluster') this.theCluster = undefined;
  }

  // ---- snapshots

  snapshot(): StoreSnapshot {
    return { index: this.index, objects: TABLE_NAMES.flatMap((table) => [...this.list(table)] as AnyObject[]) };
  }

  /** Replaces everything; the events tell what differs from before. */
  restore(snapshot: StoreSnapshot): StoreEvent[] {
    const events: StoreEvent[] = [];
    const kept = new Set(snapshot.objects.map((object) => `${object.kind}/${object.id}`));
    for (const table of TABLE_NAMES) {
      for (const object of this.list(table) as readonly AnyObject[]) {
        if (kept.has(`${object.kind}/${object.id}`)) continue;
        this.drop(object);
        events.push({ action: 'remove', object });
      }
    }
    for (const object of snapshot.objects) {
      const old = this.get(object.kind, object.id);
      if (old === object) continue;
      this.put(object, old);
      events.push(old ? { action: 'update', object, old } : { action: 'create', object });
    }
    this.index = snapshot.index;
    return events;
  }
}

/** A copy with its Meta. Never a spread: see {@link copyTask}. */
function withMeta(object: AnyObject, meta: Meta): AnyObject {
  if (object.kind !== 'task') return Object.assign({}, object, { meta });
  const task = copyTask(object);
  task.meta = meta;
  if (!Object.isFrozen(task.status)) task.status = copyStatus(task.status);
  return task;
}

/** Lower case as Go's strings.ToLower does for the names that are allowed. */
function fold(name: string): string {
  return name.toLowerCase();
}

function nameKey(object: AnyObject): string | undefined {
  switch (object.kind) {
    case 'service':
    case 'network':
    case 'secret':
    case 'config':
      return `${object.kind}/${fold(object.spec.Name ?? '')}`;
    case 'cluster':
      return `cluster/${fold(object.name)}`;
    default:
      return undefined;
  }
}
