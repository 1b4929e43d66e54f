/**
 * All nodes in buckets by their number of active tasks, kept in order as the numbers change, so that a group of few
 * tasks need not look at all nodes.
 *
 *      bucket 0: [n4 n7]   1: [n1]   2: [n2 n3 n5]   …     walk: n7 n4 n1 n5 n2 n3 …
 *
 * Among equals a walk takes them in random order, as upstream's iteration over a Go map does.
 */
import type { RandomStream } from '../../base/random';
import type { NodeInfo } from './node-info';

export class NodeOrder {
  private readonly buckets: NodeInfo[][] = [];
  private lowest = 0;

  constructor(private readonly random: RandomStream) {}

  add(info: NodeInfo): void {
    const at = info.activeTasks;
    while (this.buckets.length <= at) this.buckets.push([]);
    const bucket = this.buckets[at]!;
    info.bucket = at;
    info.position = bucket.length;
    bucket.push(info);
    if (at < this.lowest) this.lowest = at;
  }

  remove(info: NodeInfo): void {
    const bucket = this.buckets[info.bucket]!;
    const last = bucket.pop()!;
    if (last !== info) {
      bucket[info.position] = last;
      last.position = info.position;
    }
  }

  /** After a change of its counts. */
  moved(info: NodeInfo): void {
    if (info.bucket === info.activeTasks) return;
    this.remove(info);
    this.add(info);
  }

  /** From the least loaded on, until `take` returns false. Counts must not change meanwhile. */
  walk(take: (info: NodeInfo) => boolean): void {
    while (this.lowest < this.buckets.length && this.buckets[this.lowest]!.length === 0) this.lowest++;
    for (let at = this.lowest; at < this.buckets.length; at++) {
      const bucket = this.buckets[at]!;
      for (let next = 0; next < bucket.length; next++) {
        const pick = next + 1 === bucket.length ? next : this.random.integer(next, bucket.length - 1);
        const info = bucket[pick]!;
        if (pick !== next) {
          bucket[pick] = bucket[next]!;
          bucket[pick]!.position = pick;
          bucket[next] = info;
          info.position = next;
        }
        if (!take(info)) return;
      }
    }
  }
}
