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

/** Adds to what is free. */
export function put(stock: GenericStock, resource: GenericResource): void {
  const { NamedResourceSpec: named, DiscreteResourceSpec: discrete } = resource;
  const kind = named?.Kind ?? discrete?.Kind;
  if (kind === undefined) return;
  let entry = stock.get(kind);
  if (!entry) stock.set(kind, (entry = { named: [], count: 0 }));
  if (named) entry.named.push(named.Value);
  else entry.count += discrete?.Value ?? 0;
}

/**
 * Gives claimed resources back to a node that has `all` now, which may be less than when they were claimed: what it no
 * longer has does not come back, and a kind that was counted and is named now, or the other way round, starts afresh.
 */
export function reclaim(
  stock: GenericStock,
  claimed: readonly GenericResource[],
  all: readonly GenericResource[] | undefined,
): void {
  if (claimed.length === 0 || !all) return;
  for (const resource of claimed) put(stock, resource);
  const whole = stockOf(all);
  for (const kind of [...stock.keys()]) {
    const [entry, most] = [stock.get(kind)!, whole.get(kind)];
    if (!most) stock.delete(kind);
    else if (most.named.length === 0) {
      if (entry.named.length > 0 || entry.count > most.count) stock.set(kind, most);
    } else if (entry.count > 0) stock.set(kind, most);
    else entry.named = entry.named.filter((value) => most.named.includes(value));
  }
}

/** Whether every reservation (a kind and a number) can be met. */
export function hasEnough(stock: GenericStock, wanted: readonly GenericResource[] | undefined): boolean {
  return (wanted ?? []).every(({ DiscreteResourceSpec: discrete }) => {
    const entry = discrete && stock.get(discrete.Kind);
    if (!discrete || !entry) return false;
    return (entry.named.length > 0 ? entry.named.length : entry.count) >= discrete.Value;
  });
}

/** What these reservations would take: named resources in the node's order, all of them when none is asked for. */
export function claimable(
  stock: GenericStock,
  wanted: readonly GenericResource[] | undefined,
): readonly GenericResource[] {
  const chosen: GenericResource[] = [];
  for (const { DiscreteResourceSpec: discrete } of wanted ?? []) {
    const entry = discrete && stock.get(discrete.Kind);
    if (!discrete || !entry) continue;
    const { Kind, Value } = discrete;
    for (const value of entry.named.slice(0, Value || entry.named.length)) {
      chosen.push({ NamedResourceSpec: { Kind, Value: value } });
    }
    if (entry.named.length === 0 && Value > 0) chosen.push({ DiscreteResourceSpec: { Kind, Value } });
  }
  return chosen;
}

/** Whether each of them is there. Follows validate.go, HasResource. */
export function hasResources(stock: GenericStock, resources: readonly GenericResource[]): boolean {
  return resources.every(({ NamedResourceSpec: named, DiscreteResourceSpec: discrete }) => {
    const entry = stock.get(named?.Kind ?? discrete?.Kind ?? '');
    if (!entry) return false;
    return named ? entry.named.includes(named.Value) : entry.count >= (discrete?.Value ?? 0);
  });
}

/** Takes what is there of them; a count that is used up is gone. */
export function consume(stock: GenericStock, resources: readonly GenericResource[]): void {
  for (const { NamedResourceSpec: named, DiscreteResourceSpec: discrete } of resources) {
    const kind = named?.Kind ?? discrete?.Kind ?? '';
    const entry = stock.get(kind);
    if (!entry) continue;
    if (named) entry.named = entry.named.filter((value) => value !== named.Value);
    else if (entry.named.length === 0) entry.count -= discrete?.Value ?? 0;
    if (entry.named.length === 0 && entry.count <= 0) stock.delete(kind);
  }
}
