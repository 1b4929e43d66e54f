/**
 * The one event queue: a binary heap of (at, seq), the two numbers in typed arrays beside the payload's slot.
 * Equal times leave in the order they came, so runs repeat.
 */
import { assert } from '../base/assert';

export class EventQueue<T> {
  private at = new Float64Array(1024);
  private seq = new Float64Array(1024);
  private slot = new Int32Array(1024);
  private payload: (T | undefined)[] = [];
  private free: number[] = [];
  private count = 0;

  get size(): number {
    return this.count;
  }

  push(at: number, seq: number, item: T): void {
    if (this.count === this.at.length) this.grow();
    const slot = this.free.pop() ?? this.payload.length;
    this.payload[slot] = item;
    let hole = this.count++;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (!this.before(at, seq, parent)) break;
      this.move(parent, hole);
      hole = parent;
    }
    this.set(hole, at, seq, slot);
  }

  /** The time of the next event, Infinity when there is none. */
  nextAt(): number {
    return this.count === 0 ? Infinity : this.at[0]!;
  }

  pop(): { at: number; seq: number; item: T } {
    assert(this.count > 0, 'the event queue is empty');
    const at = this.at[0]!;
    const seq = this.seq[0]!;
    const slot = this.slot[0]!;
    const item = this.payload[slot]!;
    this.payload[slot] = undefined;
    this.free.push(slot);
    this.count--;
    if (this.count > 0) this.sink();
    return { at, seq, item };
  }

  private sink(): void {
    const last = this.count;
    const at = this.at[last]!;
    const seq = this.seq[last]!;
    const slot = this.slot[last]!;
    let hole = 0;
    for (;;) {
      let child = hole * 2 + 1;
      if (child >= last) break;
      if (child + 1 < last && this.before(this.at[child + 1]!, this.seq[child + 1]!, child)) child++;
      if (this.before(at, seq, child)) break;
      this.move(child, hole);
      hole = child;
    }
    this.set(hole, at, seq, slot);
  }

  private before(at: number, seq: number, index: number): boolean {
    const other = this.at[index]!;
    return at < other || (at === other && seq < this.seq[index]!);
  }

  private move(from: number, to: number): void {
    this.at[to] = this.at[from]!;
    this.seq[to] = this.seq[from]!;
    this.slot[to] = this.slot[from]!;
  }

  private set(index: number, at: number, seq: number, slot: number): void {
    this.at[index] = at;
    this.seq[index] = seq;
    this.slot[index] = slot;
  }

  private grow(): void {
    const length = this.at.length * 2;
    this.at = widened(this.at, new Float64Array(length));
    this.seq = widened(this.seq, new Float64Array(length));
    this.slot = widened(this.slot, new Int32Array(length));
  }
}

/** The wider array with the old one's values at its beginning. */
function widened<A extends Float64Array | Int32Array>(old: A, wide: A): A {
  wide.set(old);
  return wide;
}
