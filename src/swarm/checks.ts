/** What must hold of all managers' stores at every moment: for tests and the fuzzer. */
import type { AnyObject, TableName } from './objects';
import type { Store } from './store/store';

const TABLES: readonly TableName[] = ['cluster', 'node', 'service', 'task', 'network', 'secret', 'config'];

/** A store's objects, oldest table first; the same references wherever the store is equal. */
function objectsOf(store: Store): AnyObject[] {
  return TABLES.flatMap((table) => [...store.list(table)] as AnyObject[]);
}

/** Stores at the same index hold the same objects. The first difference in words, or undefined. */
export function checkStores(stores: readonly Store[]): string | undefined {
  const seen = new Map<number, AnyObject[]>();
  for (const store of stores) {
    const own = objectsOf(store);
    const other = seen.get(store.index);
    if (!other) {
      seen.set(store.index, own);
      continue;
    }
    if (own.length !== other.length)
      return `stores at index ${store.index} hold ${other.length} and ${own.length} objects`;
    const at = own.findIndex((object, k) => object !== other[k]);
    if (at >= 0) return `stores at index ${store.index} differ in ${own[at]!.kind} ${own[at]!.id}`;
  }
  return undefined;
}
