/** Acts that take time and exclude each other: one at a time, the others in the order they came. */
export class Exclusive {
  /** While one is under way: what waits for it. */
  private waiting: (() => void)[] | undefined;

  /** Begins `act` when it is its turn; its `done` ends it, then calls the given one. */
  run<T>(done: (value: T) => void, act: (done: (value: T) => void) => void): void {
    if (this.waiting) {
      this.waiting.push(() => this.run(done, act));
      return;
    }
    this.waiting = [];
    act((value) => {
      const waiting = this.waiting ?? [];
      this.waiting = undefined;
      done(value);
      for (const next of waiting) next();
    });
  }
}
