/** What every part of a machine's engine is given. */
import type { Micros } from '../base/process';
import type { RandomStream } from '../base/random';
import type { Disk, Machine, Simulation, Timers } from '../sim/index';
import type { EventLog } from './events';

export interface HostContext {
  readonly simulation: Simulation;
  readonly machine: Machine;
  readonly disk: Disk;
  readonly timers: Timers;
  readonly events: EventLog;
  readonly handles: Handles;
  now(): Micros;
  /** The machine's own stream of that name. */
  random(name: string): RandomStream;
}

/** Short names of containers in timers' names: they are made and compared often. Counted from each boot. */
export class Handles {
  private readonly byId = new Map<string, string>();
  private readonly ids = new Map<string, string>();
  private count = 0;

  of(id: string): string {
    let handle = this.byId.get(id);
    if (handle === undefined) {
      handle = String(++this.count);
      this.byId.set(id, handle);
      this.ids.set(handle, id);
    }
    return handle;
  }

  /** The container's id, '' for one that is gone. */
  id(handle: string): string {
    return this.ids.get(handle) ?? '';
  }

  forget(id: string): void {
    const handle = this.byId.get(id);
    if (handle === undefined) return;
    this.byId.delete(id);
    this.ids.delete(handle);
  }
}

/** Owner of all timers of this room; names begin with the part that set them (`start/…`, `health/…`). */
export const TIMER_OWNER = 'host';

export const MILLISECOND: Micros = 1000;
export const SECOND: Micros = 1_000_000;
