/**
 * The log of one member.
 *
 *      before │ 1st          applied      committed      stable          last
 *        ○────┼──●──●──●──●─────●──●──●──────●──●──●───────●──●──●─────────●
 *             └── compacted away: only (index, term) of the entry before the first is known
 *
 * `stable` is the last entry that was handed out to be persisted. Follows etcd-io/raft log.go and log_unstable.go.
 */
import { assert } from '../base/assert';
import type { Entry, RaftDisk, Snapshot } from './types';

export class RaftLog {
  private entries: Entry[] = [];
  /** Index and term of the entry before `entries[0]`. */
  private beforeIndex = 0;
  private beforeTerm = 0;
  /** The latest snapshot, for followers that need entries which are gone. */
  snapshot: Snapshot | undefined;
  /** A snapshot received and not yet handed out to be persisted. */
  pendingSnapshot: Snapshot | undefined;
  committed = 0;
  applied = 0;
  stable = 0;

  constructor(disk?: RaftDisk) {
    if (!disk) return;
    this.snapshot = disk.snapshot;
    this.beforeIndex = disk.before?.index ?? disk.snapshot?.index ?? 0;
    this.beforeTerm = disk.before?.term ?? disk.snapshot?.term ?? 0;
    this.entries = [...disk.entries];
    assert(this.entries.length === 0 || this.entries[0]!.index === this.beforeIndex + 1, 'a gap in the log');
    this.committed = disk.hardState.commit;
    this.applied = disk.applied;
    this.stable = this.lastIndex;
    assert(this.committed <= this.lastIndex, 'the disk lost committed entries');
  }

  get firstIndex(): number {
    return this.beforeIndex + 1;
  }

  get lastIndex(): number {
    return this.beforeIndex + this.entries.length;
  }

  get lastTerm(): number {
    return this.entries.length === 0 ? this.beforeTerm : this.entries[this.entries.length - 1]!.term;
  }

  /** The term of an entry, undefined when it is compacted away or does not exist. */
  term(index: number): number | undefined {
    if (index === this.beforeIndex) return this.beforeTerm;
    return this.entries[index - this.beforeIndex - 1]?.term;
  }

  matches(index: number, term: number): boolean {
    return this.term(index) === term;
  }

  /** Whether a log that ends so holds at least what this one does. */
  isUpToDate(lastIndex: number, lastTerm: number): boolean {
    return lastTerm > this.lastTerm || (lastTerm === this.lastTerm && lastIndex >= this.lastIndex);
  }

  /** Entries from `low` to `high`, both included, as many as `maxBytes` allow but at least one. */
  slice(low: number, high: number, maxBytes = Infinity): Entry[] {
    const from = low - this.beforeIndex - 1;
    assert(from >= 0 && high <= this.lastIndex, `entries ${low}..${high} are not in the log`);
    let to = from;
    let bytes = 0;
    const end = high - this.beforeIndex;
    while (to < end) {
      bytes += this.entries[to]!.size;
      if (to > from && bytes > maxBytes) break;
      to++;
    }
    return this.entries.slice(from, to);
  }

  at(index: number): Entry | undefined {
    return this.entries[index - this.beforeIndex - 1];
  }

  /** Puts entries after `entries[0].index - 1`; what stood there is replaced. */
  append(entries: readonly Entry[]): void {
    const first = entries[0];
    if (!first) return;
    const after = first.index - 1;
    assert(after >= this.committed, `entry ${first.index} would replace a committed one (${this.committed})`);
    assert(after <= this.lastIndex, `a gap before entry ${first.index}`);
    this.entries.length = after - this.beforeIndex;
    for (const entry of entries) this.entries.push(entry);
    if (this.stable > after) this.stable = after;
  }

  /**
   * A leader's entries after (index, term): the last index that now agrees, undefined when the logs differ there.
   * Follows log.go, maybeAppend.
   */
  accept(index: number, term: number, commit: number, entries: readonly Entry[]): number | undefined {
    if (!this.matches(index, term)) return undefined;
    const last = index + entries.length;
    const conflict = entries.findIndex((entry) => !this.matches(entry.index, entry.term));
    if (conflict >= 0) {
      assert(
        entries[conflict]!.index > this.committed,
        `entry ${entries[conflict]!.index} conflicts with a committed one`,
      );
      this.append(conflict === 0 ? entries : entries.slice(conflict));
    }
    this.commitTo(Math.min(commit, last));
    return last;
  }

  /**
   * The highest index up to `index` whose term is not above `term`: a first guess where the logs agree.
   * Follows log.go, findConflictByTerm.
   */
  guess(index: number, term: number): number {
    let at = Math.min(index, this.lastIndex);
    for (; at > 0; at--) {
      const own = this.term(at);
      if (own === undefined || own <= term) break;
    }
    return at;
  }

  commitTo(index: number): void {
    if (index <= this.committed) return;
    assert(index <= this.lastIndex, `commit ${index} is beyond the last entry ${this.lastIndex}`);
    this.committed = index;
  }

  appliedTo(index: number): void {
    assert(index >= this.applied && index <= this.committed, `applied ${index}, committed ${this.committed}`);
    this.applied = index;
  }

  /** Entries not yet handed out to be persisted. */
  unstable(): Entry[] {
    return this.stable === this.lastIndex ? [] : this.slice(this.stable + 1, this.lastIndex);
  }

  /** Everything is replaced by a leader's snapshot. */
  restore(snapshot: Snapshot): void {
    this.entries = [];
    this.beforeIndex = snapshot.index;
    this.beforeTerm = snapshot.term;
    this.committed = snapshot.index;
    this.stable = snapshot.index;
    this.snapshot = snapshot;
    this.pendingSnapshot = snapshot;
  }

  /** Forgets entries up to `index`, which must be applied. */
  compact(snapshot: Snapshot, index: number): void {
    this.snapshot = snapshot;
    if (index <= this.beforeIndex) return;
    assert(index <= this.applied, `compacting ${index} beyond applied ${this.applied}`);
    const term = this.term(index)!;
    this.entries.splice(0, index - this.beforeIndex);
    this.beforeIndex = index;
    this.beforeTerm = term;
  }
}
