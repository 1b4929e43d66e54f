/**
 * Generic resources (`gpu=UUID1`, `ssd=3`): named ones are a set of values, discrete ones a count. Tasks reserve counts.
 * Follows moby/swarmkit api/genericresource/{resource_management,helpers}.go.
 */
import type { GenericResource } from '../../api/index';

/** What is free, by kind: values in the node's order, or a count. */
export type GenericStock = Map<string, { named: string[]; count: number }>;

export function stockOf(resources: readonly GenericResource[] | undefined): GenericStock {
  const stock: GenericStock = new Map();
  for (const resource of resources ?? []) put(stock, resource);
  return stock;
}

/** Gives a claimed resource back. */
export function put(stock: GenericStock, resource: GenericResource): void {
  const { NamedResourceSpec: named, DiscreteResourceSpec: discrete } = resource;
  const kind = named?.Kind ?? discrete?.Kind;
  if (kind === undefined) return;
  let entry = stock.get(kind);
  if (!entry) stock.set(kind, (entry = { named: [], count: 0 }));
  if (named) entry.named.push(named.Value);
  else entry.count += discrete?.Value ?? 0;
}

/** Whether every reservation (a kind and a number) can be met. */
export function hasEnough(stock: GenericStock, wanted: readonly GenericResource[] | undefined): boolean {
  return (wanted ?? []).every(({ DiscreteResourceSpec: discrete }) => {
    const entry = discrete && stock.get(discrete.Kind);
    if (!discrete || !entry) return false;
    return (entry.named.length > 0 ? entry.named.length : entry.count) >= discrete.Value;
  });
}

/** Takes what is reserved: named resources in the node's order. */
export function claim(stock: GenericStock, wanted: readonly GenericResource[] | undefined): GenericResource[] {
  const claimed: GenericResource[] = [];
  for (const { DiscreteResourceSpec: discrete } of wanted ?? []) {
    const entry = discrete && stock.get(discrete.Kind);
    if (!discrete || !entry) continue;
    if (entry.named.length > 0) {
      for (const value of entry.named.splice(0, discrete.Value)) {
        claimed.push({ NamedResourceSpec: { Kind: discrete.Kind, Value: value } });
      }
    } else {
      entry.count -= discrete.Value;
      claimed.push({ DiscreteResourceSpec: { Kind: discrete.Kind, Value: discrete.Value } });
    }
  }
  return claimed;
}

/** Takes exactly these; false, and nothing is taken, when one is not there any more. */
export function claimExactly(stock: GenericStock, resources: readonly GenericResource[]): boolean {
  for (const { NamedResourceSpec: named, DiscreteResourceSpec: discrete } of resources) {
    const entry = stock.get(named?.Kind ?? discrete?.Kind ?? '');
    if (!entry) return false;
    if (named ? !entry.named.includes(named.Value) : entry.count < (discrete?.Value ?? 0)) return false;
  }
  for (const { NamedResourceSpec: named, DiscreteResourceSpec: discrete } of resources) {
    const entry = stock.get(named?.Kind ?? discrete?.Kind ?? '');
    if (!entry) continue;
    if (named) entry.named.splice(entry.named.indexOf(named.Value), 1);
    else entry.count -= discrete?.Value ?? 0;
  }
  return true;
}
