/**
 * The shape of every control loop of the leader (orchestrator, allocator, scheduler, dispatcher, reaper, role manager).
 *
 *      commit ──► observe(events) ──► requestTurn() ──► turn(read) ──► changes ──► Raft ──► commit ─┐
 *         ▲                                                                                          │
 *         └──────────────────────────────────────────────────────────────────────────────────────────┘
 *
 * Writes take turns: one proposal is in flight in the whole manager, and a loop's next turn starts when its changes are
 * committed. A loop never waits: it writes down what it waits for and sets a named timer. All loops are made anew when
 * their manager becomes leader and dropped when it no longer is; what must survive stands in the store.
 */
import type { Micros } from '../base/process';
import type { RandomStream } from '../base/random';
import type { Timers } from '../sim/index';
import type { Change, ReadTx, StoreEvent } from './objects';

export interface LoopContext {
  readonly store: ReadTx;
  /** The leader's own node id. */
  readonly nodeId: string;
  readonly random: RandomStream;
  readonly timers: Timers;
  now(): Micros;
  newId(): string;
  /** Asks for a turn; asking twice is asking once. */
  requestTurn(): void;
}

export interface ControlLoop {
  readonly name: string;
  /** First pass over the store, when the manager has become leader. */
  start(): void;
  /** After each commit, with its events in order. Marks what is dirty and asks for a turn. */
  observe(events: readonly StoreEvent[]): void;
  timer(name: string): void;
  /**
   * Decides from the store as it stands. May return nothing. Called only after requestTurn. Of a turn that fills several
   * entries, a change to an object that another writer altered or removed meanwhile is dropped (its version tells).
   */
  turn(read: ReadTx): readonly Change[];
  /** The leadership is gone: drop everything. Timers are cleared by the caller. */
  stop?(): void;
}

export type LoopFactory = (context: LoopContext) => ControlLoop;
