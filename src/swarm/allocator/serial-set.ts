/**
 * Numbers handed out one after the other: each request gets the next free one after the last, round and round, so that
 * one given back is not used again at once. Follows moby/moby libnetwork/bitmap, SetAny with `serial`.
 */
export class SerialSet {
  private readonly used = new Set<number>();
  private next: number;

  /** Both bounds belong to it. */
  constructor(
    readonly first: number,
    readonly last: number,
  ) {
    this.next = first;
  }

  /** undefined when all are taken. */
  takeAny(): number | undefined {
    if (this.used.size > this.last - this.first) return undefined;
    if (this.next > this.last) this.next = this.first;
    while (this.used.has(this.next)) this.next = this.next === this.last ? this.first : this.next + 1;
    const taken = this.next;
    this.used.add(taken);
    this.next = taken + 1;
    return taken;
  }

  /** False when it is taken already or out of bounds. Does not move the next one. */
  take(value: number): boolean {
    if (value < this.first || value > this.last || this.used.has(value)) return false;
    this.used.add(value);
    return true;
  }

  has(value: number): boolean {
    return this.used.has(value);
  }

  release(value: number): void {
    this.used.delete(value);
  }
}
