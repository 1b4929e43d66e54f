/**
 * The scheduler of all processes on all hosts. A process is stepped by events of the queue, one run a wake; what it
 * calls is answered at once or remembered, and tried again when what it waits for changes.
 *
 *   spawn ─► ready ─(run: at most 1,000 calls)─► waiting ─(stream changed, timer, child ended, answer)─► ready …
 *                └─(1,000 calls)─► 1 ms later ready again           └─ signal ─► thrown in at the next yield
 */
import { assert } from '../base/assert';
import { type Bytes, utf8 } from '../base/bytes';
import {
  type Call,
  Errno,
  type Fd,
  type Micros,
  type Process,
  SIGNAL_NUMBERS,
  type Signal,
  Signalled,
} from '../base/process';
import { type Simulation, type Timers, WORLD } from '../sim/index';
import { makePipe, type Stream } from './streams';
import type { Tty } from './tty';

/** Starting a program costs this much virtual time, and so does every thousand calls. */
export const START_COST: Micros = 2_000;
export const SLICE_CALLS = 1_000;
export const SLICE_COST: Micros = 1_000;
/** On one host: a fork bomb meets the limit that a real one would. */
export const PROCESSES_MAX = 4_000;

/** What starting a process counts as, in calls: about what it takes. */
const SPAWN_CALLS = 250;

/** Where a process runs: a host, or a container on it. */
export interface Place {
  readonly machine: string;
  readonly container?: string;
  /** Another network namespace of the machine, by its file's name: nsenter. */
  readonly netns?: string;
}

export interface ProcessRecord {
  readonly pid: number;
  readonly name: string;
  readonly place: Place;
  readonly parent: number;
  readonly background: boolean;
  readonly tty: Tty | undefined;
  readonly generator: Process<number>;
  readonly fds: Map<Fd, Stream>;
  readonly children: Set<number>;
  /** The call that waits for an answer. */
  waiting: Call | undefined;
  /** An answer that arrived from outside (request, dial, remote). */
  answer: { readonly value: unknown } | { readonly error: Error } | undefined;
  /** Set by the handler of a call that is under way elsewhere: how to give it up. */
  abandon: (() => void) | undefined;
  signal: Signal | undefined;
  /** When a sleep or select ends. */
  deadline: Micros;
  status: number | undefined;
  readonly awaiting: Set<number>;
  started: boolean;
  readonly startedAt: Micros;
  onEnd: ((status: number) => void) | undefined;
}

export interface SpawnOptions {
  readonly name: string;
  readonly place: Place;
  readonly process: Process<number>;
  readonly fds: ReadonlyMap<Fd, Stream>;
  readonly parent?: number;
  readonly background?: boolean;
  readonly tty?: Tty | undefined;
  readonly onEnd?: (status: number) => void;
  readonly delay?: Micros;
}

/** `pending` leaves the process waiting until someone answers it. */
export type Outcome = { readonly value: unknown } | 'wait' | 'pending';

/** Answers the calls that reach beyond processes and streams. Throws Errno. */
export interface Outside {
  call(process: ProcessRecord, call: Call): Outcome;
  /** A signal for a process that is not a program's here: dockerd, a container's. False where there is none. */
  kill(place: Place, pid: number, signal: Signal): boolean;
  /** A program has used all the memory that it can have. True when that is its container's trouble, and kills it. */
  outOfMemory(place: Place): boolean;
}

/** A shell says itself what it cannot do. */
const SHELL = /^(ba|a)?sh\b/;

export class Kernel {
  readonly processes = new Map<number, ProcessRecord>();
  private readonly timers: Timers;
  private nextPid = 1000;
  /** Paused container → its processes that wait for it to go on. */
  private readonly frozen = new Map<string, Set<number>>();
  /** Calls of all processes so far: the work that virtual time does not show. */
  callCount = 0;
  /** Set by the lab. */
  outside: Outside = { call: () => ({ value: undefined }), kill: () => false, outOfMemory: () => false };

  constructor(private readonly simulation: Simulation) {
    this.timers = simulation.timers(WORLD, 'process');
  }

  readonly wake = (pid: number): void => {
    const process = this.processes.get(pid);
    if (process && process.status === undefined) this.timers.set(`${pid}`, 0);
  };

  spawn(options: SpawnOptions): ProcessRecord {
    const parent = options.parent === undefined ? undefined : this.processes.get(options.parent);
    const process: ProcessRecord = {
      pid: ++this.nextPid,
      name: options.name,
      place: options.place,
      parent: options.parent ?? 0,
      background: options.background === true || parent?.background === true,
      tty: options.tty,
      generator: options.process,
      fds: new Map(),
      children: new Set(),
      waiting: undefined,
      answer: undefined,
      abandon: undefined,
      signal: undefined,
      deadline: 0,
      status: undefined,
      awaiting: new Set(),
      started: false,
      startedAt: this.simulation.now,
      onEnd: options.onEnd,
    };
    for (const [fd, stream] of options.fds) {
      stream.references++;
      process.fds.set(fd, stream);
    }
    this.processes.set(process.pid, process);
    parent?.children.add(process.pid);
    this.timers.set(`${process.pid}`, options.delay ?? START_COST);
    return process;
  }

  /** A timer of owner `process` fired: run that process. */
  timer(name: string): void {
    const process = this.processes.get(Number(name));
    if (!process || process.status !== undefined) return;
    if (!this.frozen.get(process.place.container ?? '')?.add(process.pid)) this.run(process);
  }

  /** A container's processes stand still: whose turn it would be gets it when they go on. */
  freeze(containerId: string, frozen: boolean): void {
    for (const pid of this.frozen.get(containerId) ?? []) this.wake(pid);
    if (frozen) this.frozen.set(containerId, new Set());
    else this.frozen.delete(containerId);
  }

  /** Gives a waiting process the answer to a call that was `pending`. */
  answer(pid: number, answer: { readonly value: unknown } | { readonly error: Error }): void {
    const process = this.processes.get(pid);
    if (!process || process.status !== undefined) return;
    process.answer = answer;
    process.abandon = undefined;
    this.wake(pid);
  }

  signal(pid: number, signal: Signal): void {
    const process = this.processes.get(pid);
    if (!process || process.status !== undefined) return;
    // Ignored unless asked for, as everywhere: who sleeps or waits for an answer is not woken.
    if (signal === 'WINCH' && (process.signal || process.waiting?.call !== 'select' || !process.waiting.resize)) return;
    if (signal === 'KILL') {
      this.end(process, 128 + SIGNAL_NUMBERS.KILL);
      return;
    }
    process.signal = signal;
    this.wake(pid);
  }

  /**
   * A signal of the terminal's keys: every foreground process of it, shells included, as a process group gets it. Where
   * one of them is a login on another host, the terminal is that host's: those who led there hear nothing.
   */
  interrupt(tty: Tty, signal: Signal): void {
    const foreground = [...this.processes.values()].filter(
      (process) => process.tty === tty && !process.background && process.status === undefined,
    );
    const away = new Set<number>();
    for (const process of foreground) {
      let parent = this.processes.get(process.parent);
      if (!parent || parent.place.machine === process.place.machine) continue;
      for (; parent; parent = this.processes.get(parent.parent)) away.add(parent.pid);
    }
    for (const process of foreground) if (!away.has(process.pid)) this.signal(process.pid, signal);
  }

  /** A power cut or a container's end: generators are dropped where they stand, none of them runs on. */
  drop(where: (place: Place) => boolean, status = 128 + SIGNAL_NUMBERS.KILL): void {
    for (const process of [...this.processes.values()]) {
      if (process.status === undefined && where(process.place)) this.end(process, status);
    }
  }

  stream(process: ProcessRecord, fd: Fd): Stream {
    const stream = process.fds.get(fd);
    if (!stream) throw new Errno('EBADF');
    return stream;
  }

  /** Points a new descriptor, the lowest free one from 3 on, at a stream. */
  attach(process: ProcessRecord, stream: Stream): Fd {
    let fd = 3;
    while (process.fds.has(fd)) fd++;
    stream.references++;
    process.fds.set(fd, stream);
    return fd;
  }

  // ------------------------------------------------------------------ running

  private run(process: ProcessRecord): void {
    try {
      this.steps(process);
    } catch (error) {
      if (error instanceof Signalled) {
        this.end(process, 128 + SIGNAL_NUMBERS[error.signal]);
      } else if (error instanceof Errno) {
        this.complain(process, `${process.name}: ${error.path ? `${error.path}: ` : ''}${error.message}\n`);
        this.end(process, 1);
      } else {
        throw error;
      }
    }
  }

  /** Takes a process on to its next call. What exhausts it ends it alone: a word doubled for ever, a bottomless recursion. */
  private advance(process: ProcessRecord, how: 'next' | 'throw', value?: unknown): IteratorResult<Call, number> {
    try {
      return process.generator[how](value);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      if (!SHELL.test(process.name) && this.outside.outOfMemory(process.place)) return { done: true, value: 137 };
      this.complain(process, `${process.name.split(' ', 1)[0]}: cannot allocate memory\n`);
      return { done: true, value: 2 };
    }
  }

  private steps(process: ProcessRecord): void {
    let next = this.resume(process);
    for (let calls = 0; next && calls < SLICE_CALLS; calls++) {
      if (next.done) {
        this.end(process, next.value & 255);
        return;
      }
      const call: Call = next.value;
      let outcome: Outcome;
      try {
        outcome = this.handle(process, call);
      } catch (error) {
        if (!(error instanceof Errno) && !(error instanceof Signalled)) throw error;
        next = this.advance(process, 'throw', error);
        continue;
      }
      this.callCount++;
      if (outcome === 'wait' || outcome === 'pending') {
        process.waiting = call;
        return;
      }
      next = this.advance(process, 'next', outcome.value);
      if (process.status !== undefined) return;
    }
    if (!next) return;
    assert(!next.done || typeof next.value === 'number', 'a process ends with a number');
    if (next.done) this.end(process, next.value & 255);
    else {
      process.waiting = next.value;
      this.timers.set(`${process.pid}`, SLICE_COST);
    }
  }

  /** Takes a process up where it stands; undefined when it has to wait on. */
  private resume(process: ProcessRecord): IteratorResult<Call, number> | undefined {
    if (!process.started) {
      process.started = true;
      if (process.signal) throw new Signalled(process.signal);
      return this.advance(process, 'next');
    }
    if (process.signal) {
      const signal = process.signal;
      process.signal = undefined;
      this.giveUp(process);
      return this.advance(process, 'throw', new Signalled(signal));
    }
    const { answer, waiting } = process;
    if (answer) {
      process.answer = undefined;
      process.waiting = undefined;
      return 'error' in answer
        ? this.advance(process, 'throw', answer.error)
        : this.advance(process, 'next', answer.value);
    }
    if (!waiting) return this.advance(process, 'next');
    try {
      const outcome = process.abandon ? 'pending' : this.handle(process, waiting);
      if (outcome === 'wait' || outcome === 'pending') return undefined;
      process.waiting = undefined;
      return this.advance(process, 'next', outcome.value);
    } catch (error) {
      if (!(error instanceof Errno) && !(error instanceof Signalled)) throw error;
      process.waiting = undefined;
      return this.advance(process, 'throw', error);
    }
  }

  private giveUp(process: ProcessRecord): void {
    process.abandon?.();
    process.abandon = undefined;
    process.waiting = undefined;
    process.answer = undefined;
    process.deadline = 0;
    for (const stream of process.fds.values()) stream.forget(process.pid);
  }

  // ------------------------------------------------------------------ calls

  private handle(process: ProcessRecord, call: Call): Outcome {
    switch (call.call) {
      case 'step':
        return { value: undefined };
      case 'now':
        return { value: this.simulation.now };
      case 'sleep':
        return this.until(process, call.micros) ? { value: undefined } : 'wait';
      case 'read':
        return this.read(process, this.stream(process, call.fd), call.max ?? 65_536);
      case 'write':
        return this.write(process, this.stream(process, call.fd), call.data);
      case 'receive':
        return this.receive(process, this.stream(process, call.fd));
      case 'shutdown':
        this.stream(process, call.fd).shutdown();
        return { value: undefined };
      case 'close':
        this.close(process, call.fd);
        return { value: undefined };
      case 'pipe': {
        const [readEnd, writeEnd] = makePipe(this.wake);
        return { value: [this.attach(process, readEnd), this.attach(process, writeEnd)] };
      }
      case 'dup':
        return { value: this.attach(process, this.stream(process, call.fd)) };
      case 'select':
        return this.select(process, call);
      case 'spawn':
        return { value: this.spawnChild(process, call.spawn) };
      case 'wait':
        return this.waitFor(process, call.pid);
      case 'kill':
        return { value: this.kill(process.place, call.pid, call.signal) };
      case 'terminal':
        return { value: process.fds.get(call.fd)?.terminal() };
      default:
        return this.outside.call(process, call);
    }
  }

  /** True when the wait is over. */
  private until(process: ProcessRecord, delay: Micros): boolean {
    const { now } = this.simulation;
    if (process.deadline === 0) {
      const whole = Math.max(0, Math.min(Math.round(delay), Number.MAX_SAFE_INTEGER - now));
      process.deadline = now + whole;
      this.timers.set(`${process.pid}`, whole);
      return false;
    }
    if (now < process.deadline) {
      this.timers.set(`${process.pid}`, process.deadline - now);
      return false;
    }
    process.deadline = 0;
    return true;
  }

  private read(process: ProcessRecord, stream: Stream, max: number): Outcome {
    const outcome = stream.read(max);
    if (outcome !== 'wait') return { value: outcome.data };
    stream.enlist(process.pid);
    return 'wait';
  }

  private write(process: ProcessRecord, stream: Stream, data: Bytes): Outcome {
    const outcome = stream.write(data);
    if (outcome === 'broken') throw new Signalled('PIPE');
    if (outcome === 'done') return { value: undefined };
    stream.enlist(process.pid);
    return 'wait';
  }

  private receive(process: ProcessRecord, stream: Stream): Outcome {
    const outcome = stream.receive();
    if (outcome !== 'wait') return { value: outcome.item };
    stream.enlist(process.pid);
    return 'wait';
  }

  private close(process: ProcessRecord, fd: Fd): void {
    const stream = process.fds.get(fd);
    if (!stream) return;
    process.fds.delete(fd);
    stream.forget(process.pid);
    if (--stream.references === 0) stream.release();
  }

  private select(process: ProcessRecord, call: Extract<Call, { call: 'select' }>): Outcome {
    for (const fd of call.reads) {
      if (this.stream(process, fd).ready()) return this.selected(process, { fd });
    }
    for (const pid of call.pids ?? []) {
      const child = this.processes.get(pid);
      if (!child || child.status !== undefined) return this.selected(process, { pid });
    }
    if (call.timeout !== undefined && this.until(process, call.timeout)) return { value: { timeout: true } };
    for (const fd of call.reads) this.stream(process, fd).enlist(process.pid);
    for (const pid of call.pids ?? []) this.processes.get(pid)?.awaiting.add(process.pid);
    return 'wait';
  }

  private selected(process: ProcessRecord, value: unknown): Outcome {
    process.deadline = 0;
    return { value };
  }

  private spawnChild(process: ProcessRecord, spawn: Extract<Call, { call: 'spawn' }>['spawn']): number {
    this.callCount += SPAWN_CALLS;
    if (this.processes.size >= PROCESSES_MAX && this.count(process.place.machine) >= PROCESSES_MAX)
      throw new Errno('EAGAIN');
    const fds = new Map<Fd, Stream>();
    for (const [child, own] of spawn.fds) fds.set(child, this.stream(process, own));
    const child = this.spawn({
      name: spawn.name,
      place: spawn.netns === undefined ? process.place : { ...process.place, netns: spawn.netns },
      process: spawn.process,
      fds,
      parent: process.pid,
      background: spawn.background === true,
      tty: process.tty,
    });
    return child.pid;
  }

  private count(machine: string): number {
    let count = 0;
    for (const { place, status } of this.processes.values())
      if (place.machine === machine && status === undefined) count++;
    return count;
  }

  private waitFor(process: ProcessRecord, pid: number): Outcome {
    const child = this.processes.get(pid);
    if (!child) return { value: 127 };
    if (child.status === undefined) {
      child.awaiting.add(process.pid);
      return 'wait';
    }
    this.processes.delete(pid);
    process.children.delete(pid);
    return { value: child.status };
  }

  private kill(place: Place, pid: number, signal: Signal): undefined {
    const target = this.processes.get(pid);
    if (target && target.status === undefined && target.place.machine === place.machine) this.signal(pid, signal);
    else if (!this.outside.kill(place, pid, signal)) throw new Errno('ESRCH');
    return undefined;
  }

  private complain(process: ProcessRecord, text: string): void {
    process.fds.get(2)?.write(utf8(text));
  }

  private end(process: ProcessRecord, status: number): void {
    if (process.status !== undefined) return;
    this.giveUp(process);
    process.status = status;
    this.timers.clear(`${process.pid}`);
    for (const fd of [...process.fds.keys()]) this.close(process, fd);
    if (process.tty?.reader?.pid === process.pid) process.tty.reader = undefined;
    for (const pid of process.awaiting) this.wake(pid);
    for (const pid of process.children) {
      if (this.processes.get(pid)?.status !== undefined) this.processes.delete(pid);
    }
    const parent = this.processes.get(process.parent);
    if (!parent || parent.status !== undefined) this.processes.delete(process.pid);
    process.onEnd?.(status);
  }
}
