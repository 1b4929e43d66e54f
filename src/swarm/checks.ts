/** What must hold of all managers at every moment: for tests and the fuzzer. */
import { checkMembers, type ElectionRecord, newElectionRecord } from '../raft/index';
import type { Manager } from './member/manager';
import type { AnyObject, TableName } from './objects';
import type { Store } from './store/store';

const TABLES: readonly TableName[] = ['cluster', 'node', 'service', 'task', 'network', 'secret', 'config'];
/** Indices that are remembered of each group. */
const REMEMBERED = 300;

/** What was seen of one group: a swarm, until it is forced to begin anew. */
interface GroupRecord {
  readonly raft: ElectionRecord;
  /** Index → the objects that a store was first seen to hold there. */
  readonly stores: Map<number, readonly AnyObject[]>;
}

/** Keeps from check to check what was seen, so that each costs only what is new. */
export class SwarmChecker {
  private readonly groups = new Map<string, GroupRecord>();
  private readonly checkedStores = new WeakMap<Store, number>();

  /**
   * The first broken rule in words, or undefined. `managers` are those of powered machines.
   * Beside Raft's own rules: stores that have been at the same index held the same objects there.
   */
  check(managers: readonly Manager[]): string | undefined {
    for (const manager of managers) {
      const { group, raft, store } = manager;
      let record = this.groups.get(group);
      if (!record) this.groups.set(group, (record = { raft: newElectionRecord(), stores: new Map() }));
      const broken = checkMembers([raft.checked()], record.raft) ?? this.checkStore(store, record);
      if (broken !== undefined) return broken;
    }
    return undefined;
  }

  private checkStore(store: Store, record: GroupRecord): string | undefined {
    if (this.checkedStores.get(store) === store.index) return undefined;
    this.checkedStores.set(store, store.index);
    const own = objectsOf(store);
    const first = record.stores.get(store.index);
    if (first) return difference(store.index, first, own);
    record.stores.set(store.index, own);
    for (const index of record.stores.keys()) {
      if (record.stores.size <= REMEMBERED) break;
      record.stores.delete(index);
    }
    return undefined;
  }
}

function objectsOf(store: Store): AnyObject[] {
  return TABLES.flatMap((table) => [...store.list(table)] as AnyObject[]);
}

/** Objects are shared: equal stores hold the same references. */
function difference(index: number, first: readonly AnyObject[], own: readonly AnyObject[]): string | undefined {
  if (own.length !== first.length) return `stores at index ${index} hold ${first.length} and ${own.length} objects`;
  const at = own.findIndex((object, k) => object !== first[k]);
  return at < 0 ? undefined : `stores at index ${index} differ in ${own[at]!.kind} ${own[at]!.id}`;
}
