/**
 * For whoever fills the scene: put and remove records as they change; once per frame take what is different.
 * Putting a record equal to the one that stands costs a comparison and changes nothing.
 */
import type { Micros } from '../base/process';
import { equalRecords, type Scene, type SceneDiff, type TableDiff } from './diff';
import { type AnySceneRecord, SCENE_TABLES, type SceneTable, type SceneTables } from './records';

type Pending = Map<string, AnySceneRecord | undefined>;

export class SceneRecorder {
  private readonly tables = new Map<SceneTable, Map<string, AnySceneRecord>>();
  /** Of each id touched since the last take: what stood then, undefined for nothing. */
  private readonly before = new Map<SceneTable, Pending>();
  private takenAt: Micros;

  constructor(at: Micros) {
    this.takenAt = at;
    for (const name of SCENE_TABLES) {
      this.tables.set(name, new Map());
      this.before.set(name, new Map());
    }
  }

  get<T extends SceneTable>(table: T, id: string): SceneTables[T] | undefined {
    return this.tables.get(table)!.get(id) as SceneTables[T] | undefined;
  }

  /** The records of a table in the order in which they were added. */
  list<T extends SceneTable>(table: T): IterableIterator<SceneTables[T]> {
    return this.tables.get(table)!.values() as IterableIterator<SceneTables[T]>;
  }

  count(table: SceneTable): number {
    return this.tables.get(table)!.size;
  }

  /** Adds a record or puts it in the place of the one with its id. Records are not altered afterwards. */
  put<T extends SceneTable>(table: T, record: SceneTables[T]): void {
    const records = this.tables.get(table)!;
    const old = records.get(record.id);
    if (old !== undefined && equalRecords(old, record)) return;
    this.note(table, record.id, old);
    records.set(record.id, record);
  }

  /** Removes a record; an id that is not there is ignored. */
  remove(table: SceneTable, id: string): void {
    const records = this.tables.get(table)!;
    const old = records.get(id);
    if (old === undefined) return;
    this.note(table, id, old);
    records.delete(id);
  }

  /** Makes a table hold exactly these records. */
  replace<T extends SceneTable>(table: T, records: Iterable<SceneTables[T]>): void {
    const stay = new Set<string>();
    for (const record of records) {
      stay.add(record.id);
      this.put(table, record);
    }
    for (const id of [...this.tables.get(table)!.keys()]) if (!stay.has(id)) this.remove(table, id);
  }

  /** What changed since the last take, undefined when nothing did. */
  take(at: Micros): SceneDiff | undefined {
    const tables: Record<string, TableDiff<AnySceneRecord>> = {};
    let changed = false;
    for (const name of SCENE_TABLES) {
      const before = this.before.get(name)!;
      if (before.size === 0) continue;
      const diff = this.tableDiff(name, before);
      before.clear();
      if (diff === undefined) continue;
      tables[name] = diff;
      changed = true;
    }
    if (!changed) return undefined;
    const diff: SceneDiff = { from: this.takenAt, at, tables: tables as SceneDiff['tables'] };
    this.takenAt = at;
    return diff;
  }

  /** The scene as it stands. */
  scene(at: Micros): Scene {
    const tables: Record<string, ReadonlyMap<string, AnySceneRecord>> = {};
    for (const name of SCENE_TABLES) tables[name] = new Map(this.tables.get(name)!);
    return { at, tables: tables as unknown as Scene['tables'] };
  }

  private note(table: SceneTable, id: string, old: AnySceneRecord | undefined): void {
    const before = this.before.get(table)!;
    if (!before.has(id)) before.set(id, old);
  }

  private tableDiff(name: SceneTable, before: Pending): TableDiff<AnySceneRecord> | undefined {
    const now = this.tables.get(name)!;
    const added: AnySceneRecord[] = [];
    const updated: (readonly [AnySceneRecord, AnySceneRecord])[] = [];
    const removed: AnySceneRecord[] = [];
    for (const [id, old] of before) {
      const record = now.get(id);
      if (old === undefined) {
        if (record !== undefined) added.push(record);
      } else if (record === undefined) removed.push(old);
      else if (!equalRecords(old, record)) updated.push([old, record]);
    }
    return added.length + updated.length + removed.length === 0 ? undefined : { added, updated, removed };
  }
}
