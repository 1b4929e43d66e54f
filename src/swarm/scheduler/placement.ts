/**
 * Chooses nodes for the tasks of one group. Follows moby/swarmkit manager/scheduler/{scheduler,nodeset,decision_tree}.go.
 *
 * A node is better than another when it (1) failed this service less often, if either failed five times or more within
 * five minutes, (2) has fewer tasks of the service, (3) has fewer tasks in all.
 *
 * Placing n tasks on a leaf: the n best nodes that pass, best first; stay on a node until the next one is strictly
 * better, then go on to that; at the end of the row go round and round, skipping nodes that no longer pass.
 *
 *      service tasks   a:0  b:2  c:2       4 tasks → a a (next is not better: level) … a, b, c
 */

import { FAILURES_MAX, type NodeInfo } from './node-info';
import type { NodeOrder } from './node-order';
import type { Pipeline } from './pipeline';
import type { PlacementPreference } from './preference';
import { spreadValue } from './preference';

/** A group while it is being placed. */
export interface Group {
  readonly serviceId: string;
  readonly pipeline: Pipeline;
  /** Failures of this group on the node within the look-back. */
  failures(info: NodeInfo): number;
  /** Nodes that have active tasks of the service, or failed it too often: all others are equal but for their total. */
  readonly special: ReadonlySet<NodeInfo>;
  /** Tasks that have no place yet. Shares of branches may sum up to more. */
  left(): number;
  /** Puts the group's next task on the node; the node's counts follow. */
  assign(info: NodeInfo): void;
  /** For the record of the decision: the nodes that were chosen from, best first. */
  ordered(nodes: readonly NodeInfo[]): void;
}

/** Places up to n tasks anywhere; how many were placed. */
export function place(order: NodeOrder, group: Group, n: number): number {
  return placeOnNodes(best(order, group, n), group, n);
}

/** Places up to n tasks, spread over the values of the preferred labels first. */
export function placeByPreference(
  order: NodeOrder,
  group: Group,
  preferences: readonly PlacementPreference[],
  n: number,
): number {
  const root: Tree = { tasks: 0, branches: undefined, nodes: [] };
  order.walk((info) => {
    const active = info.activeOf(group.serviceId);
    let tree = root;
    for (const preference of preferences) {
      tree.tasks += active;
      const value = spreadValue(preference, info.node);
      tree.branches ??= new Map();
      let next = tree.branches.get(value);
      if (!next) tree.branches.set(value, (next = { tasks: 0, branches: undefined, nodes: [] }));
      tree = next;
    }
    tree.tasks += active;
    if (group.pipeline.process(info)) tree.nodes.push(info);
    return true;
  });
  return placeOnTree(root, group, n);
}

interface Tree {
  /** Active tasks of the service on all nodes of the branch, whether they pass or not. */
  tasks: number;
  branches: Map<string, Tree> | undefined;
  /** Of a leaf: the nodes that passed. */
  nodes: NodeInfo[];
}

/** Evens the branches out until all tasks are placed or all branches are full. Follows scheduleNTasksOnSubtree. */
function placeOnTree(tree: Tree, group: Group, n: number): number {
  if (!tree.branches) {
    const passing = tree.nodes.filter((info) => group.pipeline.process(info));
    passing.sort((a, b) => compare(group, a, b));
    return placeOnNodes(passing.slice(0, n), group, n);
  }
  const full = new Set<Tree>();
  let placed = 0;
  let inUsable = tree.tasks;
  for (let converging = true; placed !== n && full.size !== tree.branches.size && converging; ) {
    const usable = tree.branches.size - full.size;
    const wanted = Math.floor((inUsable + n - placed) / usable);
    let remainder = (inUsable + n - placed) % usable;
    converging = false;
    for (const branch of tree.branches.values()) {
      if (full.has(branch)) continue;
      if (branch.tasks > wanted || (branch.tasks === wanted && remainder === 0)) continue;
      converging = true;
      const share = wanted - branch.tasks + Number(remainder > 0);
      const count = placeOnTree(branch, group, share);
      if (count < share) {
        full.add(branch);
        inUsable -= branch.tasks;
      } else if (remainder > 0) remainder--;
      placed += count;
    }
  }
  return placed;
}

/** The n best nodes that pass, best first; few nodes are looked at when n is small. */
function best(order: NodeOrder, group: Group, n: number): NodeInfo[] {
  const nodes: NodeInfo[] = [];
  order.walk((info) => {
    if (!group.special.has(info) && group.pipeline.process(info)) nodes.push(info);
    return nodes.length < n;
  });
  if (nodes.length >= n) return nodes;
  const rest = [...group.special].filter((info) => group.pipeline.process(info));
  rest.sort((a, b) => compare(group, a, b));
  for (const info of rest) if (nodes.length < n) nodes.push(info);
  return nodes;
}

/** Follows scheduleNTasksOnNodes. */
function placeOnNodes(nodes: readonly NodeInfo[], group: Group, share: number): number {
  group.ordered(nodes);
  const n = Math.min(share, group.left());
  if (nodes.length === 0 || n === 0) return 0;
  if (n === 1) {
    group.assign(nodes[0]!);
    return 1;
  }
  // Kept beside: both are asked for at every step.
  const own = nodes.map((info) => info.activeOf(group.serviceId));
  const failures = nodes.map((info) => group.failures(info));
  const isBetter = (a: number, b: number): boolean =>
    compareCounts(failures[a]!, failures[b]!, own[a]!, own[b]!, nodes[a]!, nodes[b]!) < 0;
  const failed = new Set<number>();
  let at = 0;
  let index = 0;
  for (let placed = 1; ; placed++) {
    group.assign(nodes[index]!);
    own[index]!++;
    if (placed === n) return n;
    if (at + 1 >= nodes.length || isBetter(at + 1, index)) at++;
    for (let skipped = 0; ; skipped++, at++) {
      if (skipped === nodes.length) return placed;
      index = at % nodes.length;
      if ((failed.size === 0 || !failed.has(index)) && group.pipeline.processAgain(nodes[index]!)) break;
      failed.add(index);
    }
  }
}

/** Negative when a is better. Follows scheduleTaskGroup, nodeLess. */
function compare(group: Group, a: NodeInfo, b: NodeInfo): number {
  const { serviceId } = group;
  return compareCounts(group.failures(a), group.failures(b), a.activeOf(serviceId), b.activeOf(serviceId), a, b);
}

function compareCounts(
  failuresA: number,
  failuresB: number,
  ownA: number,
  ownB: number,
  a: NodeInfo,
  b: NodeInfo,
): number {
  if ((failuresA >= FAILURES_MAX || failuresB >= FAILURES_MAX) && failuresA !== failuresB) return failuresA - failuresB;
  return ownA - ownB || a.activeTasks - b.activeTasks;
}
