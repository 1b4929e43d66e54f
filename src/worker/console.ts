/** What the worker needs of the lab: the world with its terminals. The lab's Console is one. */
import type { Bytes } from '../base/bytes';
import type { Json } from '../base/json';
import type { Micros } from '../base/process';
import type { SceneDiff } from '../scene/index';
import type { FilterFiles, FilterRequest, FilterResult } from '../shell/filters';
import type { Journal, LabShape } from './protocol';

/** A filter to run, on a host's files. */
export interface HostFilter {
  readonly request: FilterRequest;
  readonly files: FilterFiles;
}

/** Why an advance came back: the target is reached, its real time is used up, or a filter must be awaited. */
export type AdvanceEnd = 'reached' | 'budget' | 'filter';

export interface LabConsole {
  /** Virtual now. */
  readonly now: Micros;
  /** Opens a terminal on a host; its number. Numbers count in the order of opening, so a replay gives the same. */
  open(host: string, columns: number, rows: number): number;
  /** Keys as a terminal sends them. */
  keys(session: number, bytes: Bytes): void;
  resize(session: number, columns: number, rows: number): void;
  close(session: number): void;
  /** An act on the physical world; the line and its answer are shown dimmed in `session`. */
  lab(args: readonly string[], session: number | undefined): void;
  /** Handles events up to and including `until`; stops early after about `budgetMs` of the given real clock. */
  advance(until: Micros, budgetMs: number, clock: () => number): AdvanceEnd;
  /** What terminals have printed since the last call, in order. */
  takeOutput(): readonly (readonly [session: number, bytes: Bytes])[];
  /** What can be seen to have changed since the last call. */
  takeDiff(): SceneDiff | undefined;
  settled(): boolean;
  /** Whether messages other than Raft's become records. */
  watchControl(on: boolean): void;
  /** The filter that the world waits for: the same object until it is resolved. */
  pendingFilter(): HostFilter | undefined;
  resolveFilter(answer: FilterResult): void;
  /** The whole object behind a record, as the Engine API gives it. */
  inspect(table: string, id: string): Json | undefined;
  /** The lab's making and all inputs so far. */
  journal(): Journal;
  /** The journal's inputs after the first `count`. */
  inputsSince(count: number): readonly object[];
  digest(): string;
}

export interface ConsoleOptions {
  readonly shape: LabShape;
  /** Replayed to its end by the constructor. */
  readonly journal: Journal | undefined;
}
