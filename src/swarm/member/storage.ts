/**
 * Raft's part of a machine's disk: the write-ahead log and the snapshot, by reference.
 * Follows moby/swarmkit manager/state/raft/storage.go and storage/storage.go.
 *
 *      swarm/raft/member      this member's Raft id and address
 *      swarm/raft/hard        term, vote, commit
 *      swarm/raft/snapshot    members and store at an index
 *      swarm/raft/window      where the log begins and ends
 *      swarm/raft/log/INDEX   an entry
 */
import type { Entry, HardState, RaftDisk, Ready, Snapshot } from '../../raft/index';
import type { Disk } from '../../sim/index';
import type { StoreSnapshot } from '../store/store';
import type { Member, MembershipRecord } from './membership';

const PREFIX = 'swarm/raft/';

/** What a snapshot of Raft holds. */
export interface SnapshotData {
  readonly membership: MembershipRecord;
  readonly store: StoreSnapshot;
}

export interface MemberRecord {
  readonly raftId: number;
  readonly addr: string;
  /** The group as it was when this member joined it: whom to talk to before the log says so. */
  readonly joined: readonly Member[];
  /** The history that it shares with its group; forcing a new cluster begins another. */
  readonly group: string;
}

interface Window {
  /** Index and term of the entry before the first one kept. */
  readonly index: number;
  readonly term: number;
  readonly last: number;
}

export class RaftStorage {
  private window: Window;

  constructor(private readonly disk: Disk) {
    this.window = disk.get<Window>(`${PREFIX}window`) ?? { index: 0, term: 0, last: 0 };
  }

  get member(): MemberRecord | undefined {
    return this.disk.get<MemberRecord>(`${PREFIX}member`);
  }

  set member(record: MemberRecord) {
    this.disk.set(`${PREFIX}member`, record);
  }

  get snapshot(): Snapshot | undefined {
    return this.disk.get<Snapshot>(`${PREFIX}snapshot`);
  }

  get last(): number {
    return this.window.last;
  }

  /** What a member goes on from; undefined when it never ran. */
  load(): RaftDisk | undefined {
    const hardState = this.disk.get<HardState>(`${PREFIX}hard`);
    if (!hardState) return undefined;
    const entries: Entry[] = [];
    for (let index = this.window.index + 1; index <= this.window.last; index++) {
      entries.push(this.disk.get<Entry>(`${PREFIX}log/${index}`)!);
    }
    const { snapshot } = this;
    return {
      hardState,
      snapshot,
      entries,
      before: { index: this.window.index, term: this.window.term },
      applied: snapshot?.index ?? 0,
      voters: snapshot?.voters ?? [],
    };
  }

  /** Persists what a Ready asks for. */
  save(ready: Ready): void {
    if (ready.snapshot) {
      this.dropLog(this.window.index + 1, this.window.last);
      this.disk.set(`${PREFIX}snapshot`, ready.snapshot);
      this.setWindow({ index: ready.snapshot.index, term: ready.snapshot.term, last: ready.snapshot.index });
    }
    const { entries } = ready;
    if (entries.length > 0) {
      const last = entries[entries.length - 1]!.index;
      this.dropLog(last + 1, this.window.last);
      for (const entry of entries) this.disk.set(`${PREFIX}log/${entry.index}`, entry);
      this.setWindow({ ...this.window, last });
    }
    if (ready.hardState) this.disk.set(`${PREFIX}hard`, ready.hardState);
  }

  /** Keeps a snapshot of this member's own and forgets entries up to `compactTo`. */
  compact(snapshot: Snapshot, compactTo: number): void {
    this.disk.set(`${PREFIX}snapshot`, snapshot);
    if (compactTo <= this.window.index) return;
    const term = this.disk.get<Entry>(`${PREFIX}log/${compactTo}`)!.term;
    this.dropLog(this.window.index + 1, compactTo);
    this.setWindow({ ...this.window, index: compactTo, term });
  }

  /** Replaces what is on disk: for a first member, and for a cluster forced to be new. */
  reset(hardState: HardState, window: Window, entries: readonly Entry[]): void {
    this.dropLog(this.window.index + 1, this.window.last);
    for (const entry of entries) this.disk.set(`${PREFIX}log/${entry.index}`, entry);
    this.disk.set(`${PREFIX}hard`, hardState);
    this.setWindow(window);
  }

  wipe(): void {
    this.disk.deleteAll(PREFIX);
    this.window = { index: 0, term: 0, last: 0 };
  }

  private dropLog(from: number, to: number): void {
    for (let index = from; index <= to; index++) this.disk.delete(`${PREFIX}log/${index}`);
  }

  private setWindow(window: Window): void {
    this.window = window;
    this.disk.set(`${PREFIX}window`, window);
  }
}
