/** What must hold of all managers at every moment: for tests and the fuzzer. */
import type { Micros } from '../base/process';
import { checkMembers, type ElectionRecord, newElectionRecord } from '../raft/index';
import { checkConverged } from './convergence-checks';
import type { Manager } from './member/manager';
import type { SwarmNode } from './node';
import type { AnyObject, StoreEvent, TableName } from './objects';
import type { Store } from './store/store';
import { StoreModel } from './store-checks';

const TABLES: readonly TableName[] = ['cluster', 'node', 'service', 'task', 'network', 'secret', 'config'];
/** Commits that are remembered of each group. */
const REMEMBERED = 2_000;

/** What was seen of one group: a swarm, until it is forced to begin anew. */
interface GroupRecord {
  readonly raft: ElectionRecord;
  readonly model: StoreModel;
  /** The last commit that the model has seen, by whichever manager was first to apply it. */
  seenTo: number;
  /** Index → the sum of the objects that a store was first seen to hold there, in rising order. */
  readonly sums: Map<number, number>;
  term: number;
  /** When the last leader was elected. */
  leaderSince: Micros;
}

/**
 * Follows every manager of a world. Each commit is judged once, by the events of the first store that applies it; all
 * others must come to the same objects. So a check costs only what is new.
 */
export class SwarmChecker {
  private readonly groups = new Map<string, GroupRecord>();
  private readonly storeSums = new WeakMap<Store, number>();
  private readonly followed = new WeakSet<SwarmNode>();
  private broken: string | undefined;

  /** Listens to the node's commits from now on; following twice is following once. */
  follow(node: SwarmNode, now: () => Micros): void {
    if (this.followed.has(node)) return;
    this.followed.add(node);
    node.watch((events, store) => {
      const manager = node.manager();
      if (manager?.store === store) this.broken ??= this.committed(manager, events, now());
    });
  }

  /**
   * The first broken rule in words, or undefined. `managers` are those of powered machines.
   * Beside Raft's own rules: stores that have been at the same index held the same objects there.
   */
  check(managers: readonly Manager[]): string | undefined {
    for (const manager of managers) {
      const record = this.recordOf(manager);
      this.broken ??= checkMembers([manager.raft.checked()], record.raft);
      // Made since the last look, by a start or a restart.
      if (!this.storeSums.has(manager.store)) this.broken ??= this.adopt(manager.store, record);
    }
    return this.broken;
  }

  /**
   * To be asked when faults have ended and everything had time to come to rest: what is not as it should be by then, in
   * words, or undefined.
   */
  checkConverged(managers: readonly Manager[]): string | undefined {
    const leader = managers.find(({ leads }) => leads);
    if (!leader) return managers.length > 0 ? 'no manager leads' : undefined;
    const { store } = leader;
    const sum = this.storeSums.get(store);
    const other = managers.find((manager) => this.storeSums.get(manager.store) !== sum);
    if (other) return `stores at index ${store.index} and ${other.store.index} differ when all is quiet`;
    const record = this.recordOf(leader);
    return checkConverged(store) ?? record.model.checkHistory(store, record.leaderSince);
  }

  private recordOf({ group }: Manager): GroupRecord {
    let record = this.groups.get(group);
    if (!record) {
      const model = new StoreModel();
      record = { raft: newElectionRecord(), model, seenTo: 0, sums: new Map(), term: 0, leaderSince: 0 };
      this.groups.set(group, record);
    }
    return record;
  }

  private committed(manager: Manager, events: readonly StoreEvent[], now: Micros): string | undefined {
    const record = this.recordOf(manager);
    const { raft, store } = manager;
    if (raft.isLeader && raft.term > record.term) {
      record.term = raft.term;
      record.leaderSince = now;
    }
    const before = this.storeSums.get(store);
    if (before === undefined) return this.adopt(store, record);
    let sum = before;
    for (const event of events) {
      if (event.action !== 'create') sum -= markOf(event.action === 'remove' ? event.object : event.old);
      if (event.action !== 'remove') sum += markOf(event.object);
    }
    this.storeSums.set(store, sum);
    if (store.index <= record.seenTo) return compare(store.index, sum, record);
    remember(store.index, sum, record);
    return record.model.commit(events, { read: store, now, leaderSince: record.leaderSince });
  }

  /** A store that is seen for the first time is taken as it is. */
  private adopt(store: Store, record: GroupRecord): string | undefined {
    let sum = 0;
    for (const table of TABLES) for (const object of store.list(table) as readonly AnyObject[]) sum += markOf(object);
    this.storeSums.set(store, sum);
    if (store.index <= record.seenTo) return compare(store.index, sum, record);
    // What lies between was applied while its machine started, and not seen.
    record.sums.clear();
    remember(store.index, sum, record);
    return record.model.load(store);
  }
}

/** Only entries with changes were remembered: the last of them up to the index counts. */
function compare(index: number, sum: number, { sums }: GroupRecord): string | undefined {
  const [oldest = 0] = sums.keys();
  for (let at = index; at >= oldest && at > 0; at--) {
    const first = sums.get(at);
    if (first !== undefined) return first === sum ? undefined : `stores at index ${index} hold different objects`;
  }
  return undefined;
}

function remember(index: number, sum: number, record: GroupRecord): void {
  record.seenTo = index;
  record.sums.set(index, sum);
  const [oldest] = record.sums.keys();
  if (record.sums.size > REMEMBERED) record.sums.delete(oldest!);
}

/** Objects are shared: equal stores hold the same references, and a number for each stands for its content. */
const marks = new WeakMap<AnyObject, number>();
let marked = 0;

/** Whole numbers well below 2^53 however many are added, and mixed so that sums do not meet by accident. */
function markOf(object: AnyObject): number {
  let mark = marks.get(object);
  if (mark === undefined) {
    let bits = Math.imul(++marked, 0x9e3779b1);
    bits = Math.imul(bits ^ (bits >>> 15), 0x85ebca6b);
    mark = (bits ^ (bits >>> 13)) >>> 0;
    marks.set(object, mark);
  }
  return mark;
}
