/** Rows by id, listed in id order. Sorting is done when a list is asked for, and only for what is new. */

export interface Row {
  readonly id: string;
}

export class Table<T extends Row> {
  private readonly rows = new Map<string, T>();
  /** Ids in order, less those in `added` and more those in `gone`. */
  private order: string[] = [];
  private readonly added = new Set<string>();
  private gone = 0;
  private cached: readonly T[] | undefined;

  get size(): number {
    return this.rows.size;
  }

  get(id: string): T | undefined {
    return this.rows.get(id);
  }

  set(row: T): void {
    if (!this.rows.has(row.id)) this.added.add(row.id);
    this.rows.set(row.id, row);
    this.cached = undefined;
  }

  delete(id: string): void {
    if (!this.rows.delete(id)) return;
    if (!this.added.delete(id)) this.gone++;
    this.cached = undefined;
  }

  clear(): void {
    this.rows.clear();
    this.order = [];
    this.added.clear();
    this.gone = 0;
    this.cached = undefined;
  }

  /** Every row in id order. The array is the caller's to keep: it never changes. */
  list(): readonly T[] {
    if (this.cached) return this.cached;
    if (this.gone > 0 || this.added.size > 0) this.merge();
    const rows: T[] = new Array(this.order.length);
    for (let at = 0; at < this.order.length; at++) rows[at] = this.rows.get(this.order[at]!)!;
    this.cached = rows;
    return rows;
  }

  private merge(): void {
    // An id that went and came back stands both in `order` and in `added`.
    const old = this.gone > 0 ? this.order.filter((id) => this.rows.has(id) && !this.added.has(id)) : this.order;
    const fresh = [...this.added].sort((a, b) => (a < b ? -1 : 1));
    const merged: string[] = [];
    let at = 0;
    for (const id of fresh) {
      while (at < old.length && old[at]! < id) merged.push(old[at++]!);
      merged.push(id);
    }
    while (at < old.length) merged.push(old[at++]!);
    this.order = merged;
    this.added.clear();
    this.gone = 0;
  }
}

/** Rows grouped by a key, each group in id order. */
export class Index<T extends Row> {
  private readonly groups = new Map<string, Table<T>>();

  add(key: string, row: T): void {
    let group = this.groups.get(key);
    if (!group) this.groups.set(key, (group = new Table()));
    group.set(row);
  }

  remove(key: string, id: string): void {
    const group = this.groups.get(key);
    if (!group) return;
    group.delete(id);
    if (group.size === 0) this.groups.delete(key);
  }

  clear(): void {
    this.groups.clear();
  }

  list(key: string): readonly T[] {
    return this.groups.get(key)?.list() ?? NOTHING;
  }
}

const NOTHING: readonly never[] = [];
