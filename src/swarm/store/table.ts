/** Rows by id, listed in id order. Sorting is done when a list is asked for, and only for what is new. */

export interface Row {
  readonly id: string;
}

interface Members {
  has(id: string): boolean;
  keys(): Iterable<string>;
}

/** Ids in order; nothing is kept until they are asked for once: most followers' never are. */
class Order {
  /** Less the ids in `added` and more those that are gone. */
  private ids: string[] | undefined;
  private readonly added = new Set<string>();
  private gone = 0;

  add(id: string): void {
    if (this.ids) this.added.add(id);
  }

  delete(id: string): void {
    if (this.ids && !this.added.delete(id)) this.gone++;
  }

  list(members: Members): readonly string[] {
    if (!this.ids) this.ids = sorted(members.keys());
    else if (this.gone > 0 || this.added.size > 0) this.ids = this.merge(this.ids, members);
    this.added.clear();
    this.gone = 0;
    return this.ids;
  }

  private merge(ids: readonly string[], members: Members): string[] {
    // An id that went and came back stands both in `ids` and in `added`.
    const old = this.gone > 0 ? ids.filter((id) => members.has(id) && !this.added.has(id)) : ids;
    const merged: string[] = [];
    let at = 0;
    for (const id of sorted(this.added)) {
      while (at < old.length && old[at]! < id) merged.push(old[at++]!);
      merged.push(id);
    }
    while (at < old.length) merged.push(old[at++]!);
    return merged;
  }
}

function sorted(ids: Iterable<string>): string[] {
  return [...ids].sort((a, b) => (a < b ? -1 : 1));
}

export class Table<T extends Row> {
  private readonly rows = new Map<string, T>();
  private readonly order = new Order();
  private cached: readonly T[] | undefined;

  get size(): number {
    return this.rows.size;
  }

  get(id: string): T | undefined {
    return this.rows.get(id);
  }

  set(row: T): void {
    const { size } = this.rows;
    this.rows.set(row.id, row);
    if (this.rows.size > size) this.order.add(row.id);
    this.cached = undefined;
  }

  delete(id: string): void {
    if (!this.rows.delete(id)) return;
    this.order.delete(id);
    this.cached = undefined;
  }

  /** Every row in id order. The array is the caller's to keep: it never changes. */
  list(): readonly T[] {
    this.cached ??= this.order.list(this.rows).map((id) => this.rows.get(id)!);
    return this.cached;
  }

  /** In the order of their coming. */
  values(): Iterable<T> {
    return this.rows.values();
  }
}

interface Group<T> {
  readonly ids: Set<string>;
  readonly order: Order;
  cached: readonly T[] | undefined;
}

/** Rows of a table grouped by a key, each group in id order. Holds ids alone: a row that stays in its group costs little. */
export class Index<T extends Row> {
  private readonly groups = new Map<string, Group<T>>();

  constructor(private readonly table: Table<T>) {}

  add(key: string, id: string): void {
    let group = this.groups.get(key);
    if (!group) this.groups.set(key, (group = { ids: new Set(), order: new Order(), cached: undefined }));
    group.ids.add(id);
    group.order.add(id);
    group.cached = undefined;
  }

  remove(key: string, id: string): void {
    const group = this.groups.get(key);
    if (!group?.ids.delete(id)) return;
    group.order.delete(id);
    group.cached = undefined;
    if (group.ids.size === 0) this.groups.delete(key);
  }

  /** A row of the group is another now. */
  changed(key: string): void {
    const group = this.groups.get(key);
    if (group) group.cached = undefined;
  }

  list(key: string): readonly T[] {
    const group = this.groups.get(key);
    if (!group) return NOTHING;
    group.cached ??= group.order.list(group.ids).map((id) => this.table.get(id)!);
    return group.cached;
  }
}

const NOTHING: readonly never[] = [];
