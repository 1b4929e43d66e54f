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
  now(): Micros;
  /** The machine's own stream of that name. */
  random(name: string): RandomStream;
}

/** Owner of all timers of this room; names begin with the part that set them (`start/…`, `health/…`). */
export const TIMER_OWNER = 'host';

export const MILLISECOND: Micros = 1000;
export const SECOND: Micros = 1_000_000;
