/**
 * Named timers. What changes with each setting stands in one typed array, so that re-arming thousands of them touches
 * neither many objects nor the garbage collector.
 *
 * Lazy re-arming: a later due time leaves the queued event where it is; when it comes up it is queued again. An event
 * whose number is not the one that its timer waits for is an old one, and nothing comes of it.
 */
import { assert } from '../base/assert';
import type { Micros } from '../base/process';
import { hashOf } from './digest';
import type { Machine, Timer, TimerHandler, Timers } from './machine';

/** The last instant of this world, in the year 2255: what is set for later waits there, and never comes. */
export const END_OF_TIME: Micros = Number.MAX_SAFE_INTEGER;
/** The names that an owner has first stay for the next time; those beyond come once, and go when they have fired. */
const STAYING_MAX = 16;

/** Four numbers a timer: when it is due, when its event comes up (both Infinity: never), that event's number, its cause. */
const STRIDE = 4;
const QUEUED_AT = 1;
const QUEUED_SEQ = 2;
const CAUSE = 3;
/** Place of a timer that was forgotten: its name is taken up anew when it is set. */
const NOWHERE = -1;

/** What the timers need of the simulation. */
export interface TimerClock {
  readonly now: Micros;
  /** Number of the event being handled. */
  readonly cause: number;
  /** Queues a timer's event; the event's number. */
  queueTimer(at: Micros, timer: NamedTimer): number;
}

/** The numbers of all timers of a simulation. */
export class TimerTable {
  private numbers = new Float64Array(1024 * STRIDE);
  private readonly free: number[] = [];
  private used = 0;

  constructor(private readonly clock: TimerClock) {}

  take(): number {
    const place = this.free.pop() ?? STRIDE * this.used++;
    if (place === this.numbers.length) {
      const wide = new Float64Array(this.numbers.length * 2);
      wide.set(this.numbers);
      this.numbers = wide;
    }
    this.clear(place);
    return place;
  }

  release(place: number): void {
    this.clear(place);
    this.free.push(place);
  }

  private clear(place: number): void {
    this.numbers[place] = Infinity;
    this.numbers[place + QUEUED_AT] = Infinity;
    this.numbers[place + QUEUED_SEQ] = 0;
  }

  arm(timer: NamedTimer, delay: Micros): void {
    if (!(delay >= 0 && Number.isInteger(delay))) assert(false, `timer ${timer.name}: delay ${delay}`);
    const { place } = timer;
    const due = Math.min(this.clock.now + delay, END_OF_TIME);
    this.numbers[place] = due;
    this.numbers[place + CAUSE] = this.clock.cause;
    if (this.numbers[place + QUEUED_AT]! > due) this.queue(timer, due);
  }

  disarm(place: number): void {
    this.numbers[place] = Infinity;
  }

  /** Infinity when it is not set. */
  due(place: number): Micros {
    return this.numbers[place]!;
  }

  /** Its event came up. The number of what caused it when it fires now; undefined when it was moved, cleared or replaced. */
  comesUp(timer: NamedTimer, seq: number): number | undefined {
    const { place } = timer;
    if (this.numbers[place + QUEUED_SEQ] !== seq) return undefined;
    const due = this.numbers[place]!;
    if (due > this.clock.now) {
      if (due !== Infinity) this.queue(timer, due);
      else {
        this.clear(place);
        timer.rest();
      }
      return undefined;
    }
    this.clear(place);
    return this.numbers[place + CAUSE];
  }

  isQueued(place: number): boolean {
    return this.numbers[place + QUEUED_SEQ] !== 0;
  }

  private queue(timer: NamedTimer, at: Micros): void {
    const { place } = timer;
    this.numbers[place + QUEUED_AT] = at;
    this.numbers[place + QUEUED_SEQ] = this.clock.queueTimer(at, timer);
  }
}

/** One name of an owner. */
export class NamedTimer implements Timer {
  /** Of its numbers in the table. */
  place: number;
  handler: TimerHandler | undefined;

  constructor(
    private readonly table: TimerTable,
    readonly set: TimerSet,
    readonly name: string,
    /** Of machine, owner and name, for the digest. */
    readonly hash: number,
    private readonly stays: boolean,
  ) {
    this.place = table.take();
    this.handler = set.handler;
  }

  arm(delay: Micros): void {
    if (this.place === NOWHERE) this.set.set(this.name, delay);
    else this.table.arm(this, delay);
  }

  disarm(): void {
    if (this.place === NOWHERE) this.set.clear(this.name);
    else this.table.disarm(this.place);
  }

  get isArmed(): boolean {
    return this.due !== Infinity;
  }

  get due(): Micros {
    return this.place === NOWHERE ? this.set.due(this.name) : this.table.due(this.place);
  }

  /** It is out of the queue, unless it was set again. */
  rest(): void {
    if (!this.stays && this.place !== NOWHERE && !this.table.isQueued(this.place)) this.set.forget(this);
  }

  /** Nothing comes of it any more. */
  drop(): void {
    this.table.release(this.place);
    this.place = NOWHERE;
  }
}

export class TimerSet implements Timers {
  private entries: Map<string, NamedTimer> | undefined;

  constructor(
    private readonly table: TimerTable,
    /** Undefined for the lab's own. */
    readonly machine: Machine | undefined,
    readonly owner: string,
    private readonly hash: number,
    /** False once the power has gone: nothing is set any more. */
    private isLive: boolean,
    public handler: TimerHandler | undefined,
  ) {}

  set(name: string, delay: Micros): void {
    if (this.isLive) this.table.arm(this.entry(name), delay);
  }

  clear(name: string): void {
    const timer = this.entries?.get(name);
    if (timer) this.table.disarm(timer.place);
  }

  has(name: string): boolean {
    return this.due(name) !== Infinity;
  }

  due(name: string): Micros {
    const timer = this.entries?.get(name);
    return timer ? this.table.due(timer.place) : Infinity;
  }

  clearAll(): void {
    if (this.entries) for (const { place } of this.entries.values()) this.table.disarm(place);
  }

  one(name: string): Timer {
    assert(this.isLive, `the power of ${this.owner} has gone`);
    return this.entry(name);
  }

  private entry(name: string): NamedTimer {
    this.entries ??= new Map();
    let timer = this.entries.get(name);
    if (!timer) {
      timer = new NamedTimer(this.table, this, name, this.hash ^ hashOf(name), this.entries.size < STAYING_MAX);
      this.entries.set(name, timer);
    }
    return timer;
  }

  /** Who is told from now on. */
  handle(handler: TimerHandler): void {
    this.handler = handler;
    if (this.entries) for (const timer of this.entries.values()) timer.handler = handler;
  }

  forget(timer: NamedTimer): void {
    this.entries!.delete(timer.name);
    timer.drop();
  }

  /** The power has gone. */
  end(): void {
    this.isLive = false;
    if (this.entries) for (const timer of this.entries.values()) timer.drop();
    this.entries = undefined;
  }
}
