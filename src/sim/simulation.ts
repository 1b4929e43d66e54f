/** The clock, the queue, the machines and the cables between them. */
import { assert } from '../base/assert';
import type { Micros } from '../base/process';
import type { RandomStream } from '../base/random';
import { Digest, hashOf } from './digest';
import { Links } from './links';
import { Disk, type Machine, type Packet, type Timers } from './machine';
import { EventQueue } from './queue';
import { SeededStream } from './random';

/** Owner of the timers that no power cut forgets: the lab's own. */
export const WORLD = '';

interface TimerSet {
  readonly machine: string;
  readonly boot: number;
  readonly owner: string;
  readonly hash: number;
  readonly entries: Map<string, TimerEntry>;
}

/** Lazy re-arming: a later `due` leaves the queued entry where it is; when it comes up it is queued again. */
interface TimerEntry {
  readonly set: TimerSet;
  readonly name: string;
  readonly hash: number;
  due: Micros;
  queuedAt: Micros;
  dead: boolean;
  cause: number;
}

type Queued = { readonly packet: Packet } | { readonly timer: TimerEntry };

/** An event as it is dispatched; plain data, to print and to draw. */
export type SimEvent =
  | { readonly kind: 'deliver'; readonly at: Micros; readonly seq: number; readonly packet: Packet }
  | {
      readonly kind: 'timer';
      readonly at: Micros;
      readonly seq: number;
      readonly machine: string;
      readonly owner: string;
      readonly name: string;
      readonly cause: number;
    };

export interface SimHooks {
  packet?: (what: 'sent' | 'delivered' | 'lost', packet: Packet) => void;
  /** After every event, for checkers. */
  event?: (event: SimEvent) => void;
}

export interface SimulationOptions {
  readonly seed: number;
  /** The first instant, microseconds since the Unix epoch. */
  readonly epoch: Micros;
  /** Also hash what packets carry. */
  readonly hashPayloads?: boolean;
}

export const QUEUE_LENGTH_MAX = 5_000_000;

/** The last instant of this world, in the year 2255: what is set for later waits there, and never comes. */
const END_OF_TIME: Micros = Number.MAX_SAFE_INTEGER;

export class Simulation {
  /** Microseconds since the Unix epoch. */
  now: Micros;
  readonly machines = new Map<string, Machine>();
  /** IP address on the LAN → the machine that has it. */
  readonly addresses = new Map<string, string>();
  readonly links: Links;
  readonly digest = new Digest();
  /** Of everything that packets carried, encoded: only where it is asked for, it costs more than the events. */
  readonly payloadDigest: Digest | undefined;
  readonly hooks: SimHooks = {};
  /** Number of the event being handled: what is sent or set now was caused by it. */
  cause = 0;
  /** Handles timers of {@link WORLD}. */
  worldTimer: (owner: string, name: string) => void = () => {};
  private readonly queue = new EventQueue<Queued>();
  private readonly streams = new Map<string, RandomStream>();
  private readonly sets = new Map<string, TimerSet>();
  private seq = 0;

  constructor(readonly options: SimulationOptions) {
    this.now = options.epoch;
    this.payloadDigest = options.hashPayloads ? new Digest() : undefined;
    this.links = new Links(this.random('sim/links'));
  }

  /** The stream of that name; the same object each time. */
  random(name: string): RandomStream {
    let stream = this.streams.get(name);
    if (!stream) this.streams.set(name, (stream = new SeededStream(this.options.seed, name)));
    return stream;
  }

  addMachine(name: string): Machine {
    assert(!this.machines.has(name) && name !== WORLD, `machine ${name} exists`);
    const machine: Machine = {
      name,
      index: this.machines.size + 1,
      disk: new Disk(),
      powered: false,
      boots: 0,
      segment: 0,
      software: undefined,
    };
    this.machines.set(name, machine);
    return machine;
  }

  machine(name: string): Machine {
    const machine = this.machines.get(name);
    assert(machine, `no machine ${name}`);
    return machine;
  }

  /** Switches the power on; the caller then sets `software`, made from the disk. */
  powerOn(machine: Machine): void {
    assert(!machine.powered, `${machine.name} is on`);
    machine.powered = true;
    machine.boots++;
  }

  /** At once: software and timers are gone, the disk stays. */
  powerOff(machine: Machine): void {
    machine.powered = false;
    machine.software = undefined;
    for (const [key, set] of this.sets) if (set.machine === machine.name) this.sets.delete(key);
  }

  /** The named timers of an owner. Those of a machine live until its power goes. */
  timers(machine: string, owner: string): Timers {
    const boot = machine === WORLD ? 0 : this.machine(machine).boots;
    const key = `${machine}\n${owner}`;
    let set = this.sets.get(key);
    if (!set) this.sets.set(key, (set = { machine, boot, owner, hash: hashOf(key), entries: new Map() }));
    const live = set;
    return {
      set: (name, delay) => this.setTimer(live, name, delay),
      clear: (name) => {
        const entry = live.entries.get(name);
        if (entry) entry.due = Infinity;
      },
      has: (name) => (live.entries.get(name)?.due ?? Infinity) !== Infinity,
    };
  }

  /** Puts a packet on the wire. What comes of it depends on the cable now and on both ends when it arrives. */
  send(from: string, to: string, channel: string, payload: unknown, size: number): void {
    const sender = this.machine(from);
    assert(sender.powered, `${from} is off and sends`);
    const receiver = this.machines.get(to);
    const seq = ++this.seq;
    const arrivesAt = receiver ? this.links.arrival(sender, receiver, this.now, size) : undefined;
    const packet: Packet = {
      seq,
      from,
      to,
      channel,
      payload,
      size,
      sentAt: this.now,
      arrivesAt: arrivesAt ?? this.now,
      cause: this.cause,
    };
    this.hooks.packet?.('sent', packet);
    if (arrivesAt === undefined) {
      this.hooks.packet?.('lost', packet);
      return;
    }
    this.push(arrivesAt, seq, { packet });
  }

  /** The time of the next event, Infinity when nothing is left. */
  nextAt(): Micros {
    const at = this.queue.nextAt();
    return at >= END_OF_TIME ? Infinity : at;
  }

  get queueLength(): number {
    return this.queue.size;
  }

  /** Moves the clock without an event; never past the next one. */
  advanceTo(at: Micros): void {
    assert(at >= this.now && at <= this.queue.nextAt(), 'the clock would pass an event');
    this.now = at;
  }

  /** Takes the next event and lets its machine handle it. False when it was a timer that had been moved or cleared. */
  step(): boolean {
    const { at, seq, item } = this.queue.pop();
    this.now = at;
    if ('packet' in item) {
      this.deliver(seq, item.packet);
      return true;
    }
    return this.fire(seq, item.timer);
  }

  private deliver(seq: number, packet: Packet): void {
    const receiver = this.machine(packet.to);
    this.cause = seq;
    this.digest.add(this.now, seq, hashOf(packet.channel) ^ hashOf(packet.to), packet.size);
    this.payloadDigest?.addText(JSON.stringify(packet.payload) ?? '');
    if (!receiver.software || !this.links.connected(this.machine(packet.from), receiver)) {
      this.hooks.packet?.('lost', packet);
      return;
    }
    this.hooks.packet?.('delivered', packet);
    receiver.software.packet(packet);
    this.hooks.event?.({ kind: 'deliver', at: this.now, seq, packet });
  }

  private fire(seq: number, entry: TimerEntry): boolean {
    const { set } = entry;
    if (entry.dead || entry.due === Infinity || !this.lives(set)) {
      if (!entry.dead) set.entries.delete(entry.name);
      return false;
    }
    if (entry.due > this.now) {
      entry.queuedAt = entry.due;
      this.push(entry.due, ++this.seq, { timer: entry });
      return false;
    }
    set.entries.delete(entry.name);
    this.cause = seq;
    this.digest.add(this.now, seq, set.hash ^ entry.hash, 0);
    if (set.machine === WORLD) this.worldTimer(set.owner, entry.name);
    else this.machine(set.machine).software?.timer(set.owner, entry.name);
    this.hooks.event?.({
      kind: 'timer',
      at: this.now,
      seq,
      machine: set.machine,
      owner: set.owner,
      name: entry.name,
      cause: entry.cause,
    });
    return true;
  }

  private lives(set: TimerSet): boolean {
    if (set.machine === WORLD) return true;
    const machine = this.machine(set.machine);
    return machine.powered && machine.boots === set.boot;
  }

  private setTimer(set: TimerSet, name: string, delay: Micros): void {
    assert(delay >= 0 && Number.isInteger(delay), `timer ${set.owner}/${name}: delay ${delay}`);
    if (!this.lives(set)) return;
    const due = Math.min(this.now + delay, END_OF_TIME);
    const old = set.entries.get(name);
    if (old) {
      old.cause = this.cause;
      if (old.queuedAt <= due) {
        old.due = due;
        return;
      }
      old.dead = true;
    }
    const entry: TimerEntry = { set, name, hash: hashOf(name), due, queuedAt: due, dead: false, cause: this.cause };
    set.entries.set(name, entry);
    this.push(due, ++this.seq, { timer: entry });
  }

  private push(at: Micros, seq: number, item: Queued): void {
    assert(this.queue.size < QUEUE_LENGTH_MAX, 'the event queue is full');
    this.queue.push(at, seq, item);
  }
}
