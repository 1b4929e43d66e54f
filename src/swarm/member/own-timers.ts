/** Timers that can all be cleared at once when their owner ends. */
import type { Micros } from '../../base/process';
import type { Timers } from '../../sim/index';

export class OwnTimers implements Timers {
  private readonly names = new Set<string>();

  constructor(private readonly timers: Timers) {}

  set(name: string, delay: Micros): void {
    this.names.add(name);
    this.timers.set(name, delay);
  }

  clear(name: string): void {
    this.names.delete(name);
    this.timers.clear(name);
  }

  has(name: string): boolean {
    return this.timers.has(name);
  }

  clearAll(): void {
    for (const name of this.names) this.timers.clear(name);
    this.names.clear();
  }
}
