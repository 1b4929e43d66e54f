/**
 * A turn's changes while they are being decided: a store view in which what was written can be read again.
 * Each object becomes one change however often it is touched.
 */
import { assert } from '../../base/assert';
import type { AnyObject, Change, ReadTx, TableName, Tables, TaskObject } from '../objects';

interface Entry {
  readonly table: TableName;
  readonly id: string;
  /** Whether the store has it. */
  readonly stored: boolean;
  /** undefined when removed. */
  object: AnyObject | undefined;
}

export class Draft implements ReadTx {
  private readonly entries = new Map<string, Entry>();
  private readonly taskIdsByService = new Map<string, Set<string>>();
  private readonly taskIdsByNode = new Map<string, Set<string>>();

  constructor(private readonly base: ReadTx) {}

  get index(): number {
    return this.base.index;
  }

  get<T extends TableName>(table: T, id: string): Tables[T] | undefined {
    const entry = this.entries.size === 0 ? undefined : this.entries.get(key(table, id));
    return entry ? (entry.object as Tables[T] | undefined) : this.base.get(table, id);
  }

  list<T extends TableName>(table: T): readonly Tables[T][] {
    const touched = [...this.entries.values()].filter((entry) => entry.table === table);
    if (touched.length === 0) return this.base.list(table);
    const kept = this.base.list(table).filter((object) => !this.entries.has(key(table, object.id)));
    for (const { object } of touched) if (object) kept.push(object as Tables[T]);
    return kept.sort(byId);
  }

  count(table: TableName): number {
    let count = this.base.count(table);
    for (const entry of this.entries.values()) {
      if (entry.table === table) count += Number(entry.object !== undefined) - Number(entry.stored);
    }
    return count;
  }

  /** Names do not change in a loop's turn. */
  byName<T extends 'service' | 'network' | 'secret' | 'config'>(table: T, name: string): Tables[T] | undefined {
    const found = this.base.byName(table, name);
    return found && this.get<'service' | 'network' | 'secret' | 'config'>(table, found.id) === undefined
      ? undefined
      : found;
  }

  tasksOfService(serviceId: string): readonly TaskObject[] {
    return this.merged(this.base.tasksOfService(serviceId), this.taskIdsByService.get(serviceId));
  }

  tasksOfNode(nodeId: string): readonly TaskObject[] {
    return this.merged(this.base.tasksOfNode(nodeId), this.taskIdsByNode.get(nodeId));
  }

  cluster(): Tables['cluster'] | undefined {
    return this.base.cluster();
  }

  create(object: AnyObject): void {
    this.put(object, undefined);
  }

  update(object: AnyObject): void {
    const entry = this.entries.get(key(object.kind, object.id));
    assert(entry ? entry.object : this.base.get(object.kind, object.id), `update of ${object.kind} ${object.id}`);
    this.put(object, entry);
  }

  /** Does nothing to what is gone already. */
  remove(table: TableName, id: string): void {
    const name = key(table, id);
    const entry = this.entries.get(name);
    if (entry) entry.object = undefined;
    else if (this.base.get(table, id)) this.entries.set(name, { table, id, stored: true, object: undefined });
    if (table === 'task') this.remember(this.base.get('task', id));
  }

  get empty(): boolean {
    return this.entries.size === 0;
  }

  /** In the order in which the objects were first touched. */
  changes(): Change[] {
    const changes: Change[] = [];
    for (const { table, id, stored, object } of this.entries.values()) {
      if (object) changes.push({ action: stored ? 'update' : 'create', object });
      else if (stored) changes.push({ action: 'remove', table, id });
    }
    return changes;
  }

  private put(object: AnyObject, entry: Entry | undefined): void {
    if (entry) entry.object = object;
    else {
      const stored = this.base.get(object.kind, object.id) !== undefined;
      this.entries.set(key(object.kind, object.id), { table: object.kind, id: object.id, stored, object });
    }
    if (object.kind === 'task') this.remember(object);
  }

  private remember(task: TaskObject | undefined): void {
    if (!task) return;
    add(this.taskIdsByService, task.serviceId, task.id);
    if (task.nodeId !== '') add(this.taskIdsByNode, task.nodeId, task.id);
  }

  private merged(stored: readonly TaskObject[], touched: ReadonlySet<string> | undefined): readonly TaskObject[] {
    if (!touched) return stored;
    const tasks = stored.filter((task) => !touched.has(task.id));
    for (const id of touched) {
      const task = this.get('task', id);
      if (task) tasks.push(task);
    }
    return tasks.sort(byId);
  }
}

function key(table: TableName, id: string): string {
  return `${table}/${id}`;
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

function add(map: Map<string, Set<string>>, at: string, id: string): void {
  const ids = map.get(at);
  if (ids) ids.add(id);
  else map.set(at, new Set([id]));
}
