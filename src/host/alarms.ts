/** Named timers with something to do, for the daemon's own waiting. The thing to do is in memory and dies with the power. */
import type { Micros } from '../base/process';
import type { Timers } from '../sim/index';

export class Alarms {
  private readonly waiting = new Map<string, () => void>();

  constructor(private readonly timers: Timers) {}

  /** Does `then` once, `delay` from now; the same name again replaces it. */
  set(name: string, delay: Micros, then: () => void): void {
    this.waiting.set(name, then);
    this.timers.set(`alarm/${name}`, delay);
  }

  clear(name: string): void {
    if (this.waiting.delete(name)) this.timers.clear(`alarm/${name}`);
  }

  clearAll(): void {
    for (const name of [...this.waiting.keys()]) this.clear(name);
  }

  timer(name: string): void {
    const then = this.waiting.get(name);
    this.waiting.delete(name);
    then?.();
  }
}
