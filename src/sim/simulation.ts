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
  /** Undefined for {@link WORLD}. */
  readonly machine: Machine | undefined;
  readonly boot: number;
  readonly owner: string;
  readonly hash: number;
  readonly entries: Map<string, TimerEntry>;
  /** Its owner has died, while the machine runs on. */
  dead: boolean;
}

/**
 * Lazy re-arming: a later `due` leaves the queued entry where it is; when it comes up it is queued again. One that has
 * fired or come up cleared rests, and is taken again when the same name is set.
 */
interface TimerEntry {
  readonly kind: 'timer';
  readonly set: TimerSet;
  readonly name: string;
  readonly hash: number;
  /** Infinity once it is cleared. */
  due: Micros;
  /** Infinity while it is not in the queue. */
  queuedAt: Micros;
  dead: boolean;
  cause: number;
}

interface Delivery {
  readonly kind: 'deliver';
  readonly packet: Packet;
  readonly sender: Machine;
  readonly receiver: Machine;
}

type Queued = Delivery | TimerEntry;

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
/** An owner with more names than these has names that come once. */
const RESTING_MAX = 16;

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
      hash: hashOf(name),
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
    return this.machines.get(name) ?? fault(`no machine ${name}`);
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
    for (const [key, set] of this.sets) if (set.machine === machine) this.sets.delete(key);
  }

  /** A program on a running machine has died: the timers of its owners, whose names begin with `prefix`, are gone. */
  forgetTimers(machine: Machine, prefix: string): void {
    for (const [key, set] of this.sets) {
      if (set.machine !== machine || !set.owner.startsWith(prefix)) continue;
      set.dead = true;
      this.sets.delete(key);
    }
  }

  /** The named timers of an owner. Those of a machine live until its power goes. */
  timers(machine: string, owner: string): Timers {
    const owned = machine === WORLD ? undefined : this.machine(machine);
    const key = `${machine}\n${owner}`;
    let set = this.sets.get(key);
    if (!set) {
      set = { machine: owned, boot: owned?.boots ?? 0, owner, hash: hashOf(key), entries: new Map(), dead: false };
      this.sets.set(key, set);
    }
    const live = set;
    return {
      set: (name, delay) => this.setTimer(live, name, delay),
      clear: (name) => {
        const entry = live.entries.get(name);
        if (entry) entry.due = Infinity;
      },
      has: (name) => (live.entries.get(name)?.due ?? Infinity) !== Infinity,
      clearAll: () => {
        for (const entry of live.entries.values()) entry.due = Infinity;
      },
    };
  }

  /** Puts a packet on the wire. What comes of it depends on the cable now and on both ends when it arrives. */
  send(from: string, to: string, channel: string, payload: unknown, size: number): void {
    this.sendFrom(this.machine(from), to, channel, payload, size);
  }

  /** As send. */
  sendFrom(sender: Machine, to: string, channel: string, payload: unknown, size: number): void {
    const from = sender.name;
    if (!sender.powered) fault(`${from} is off and sends`);
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
    if (!receiver || arrivesAt === undefined) this.hooks.packet?.('lost', packet);
    else this.push(arrivesAt, seq, { kind: 'deliver', packet, sender, receiver });
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
    if (item.kind === 'timer') return this.fire(seq, item);
    this.deliver(seq, item);
    return true;
  }

  private deliver(seq: number, { packet, sender, receiver }: Delivery): void {
    this.cause = seq;
    this.digest.add(this.now, seq, hashOf(packet.channel) ^ receiver.hash, packet.size);
    this.payloadDigest?.addText(JSON.stringify(packet.payload) ?? '');
    if (!receiver.software || !this.links.connected(sender, receiver)) {
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
      if (!entry.dead) this.rest(entry);
      return false;
    }
    if (entry.due > this.now) {
      entry.queuedAt = entry.due;
      this.push(entry.due, ++this.seq, entry);
      return false;
    }
    const { cause } = entry;
    this.cause = seq;
    entry.due = Infinity;
    entry.queuedAt = Infinity;
    this.digest.add(this.now, seq, set.hash ^ entry.hash, 0);
    if (set.machine) set.machine.software?.timer(set.owner, entry.name);
    else this.worldTimer(set.owner, entry.name);
    if (entry.queuedAt === Infinity) this.rest(entry);
    const machine = set.machine?.name ?? WORLD;
    this.hooks.event?.({ kind: 'timer', at: this.now, seq, machine, owner: set.owner, name: entry.name, cause });
    return true;
  }

  /** It is out of the queue and not set again: its few neighbours stay for the next time, of many only the set ones. */
  private rest(entry: TimerEntry): void {
    entry.queuedAt = Infinity;
    if (entry.set.entries.size > RESTING_MAX) entry.set.entries.delete(entry.name);
  }

  private lives({ machine, boot, dead }: TimerSet): boolean {
    return machine === undefined || (machine.powered && machine.boots === boot && !dead);
  }

  private setTimer(set: TimerSet, name: string, delay: Micros): void {
    if (!(delay >= 0 && Number.isInteger(delay))) fault(`timer ${set.owner}/${name}: delay ${delay}`);
    if (!this.lives(set)) return;
    const due = Math.min(this.now + delay, END_OF_TIME);
    let entry = set.entries.get(name);
    if (entry && entry.queuedAt <= due) {
      entry.cause = this.cause;
      entry.due = due;
      return;
    }
    if (entry && entry.queuedAt === Infinity) {
      entry.cause = this.cause;
      entry.due = due;
      entry.queuedAt = due;
    } else {
      if (entry) entry.dead = true;
      const { cause } = this;
      entry = { kind: 'timer', set, name, hash: hashOf(name), due, queuedAt: due, dead: false, cause };
      set.entries.set(name, entry);
    }
    this.push(due, ++this.seq, entry);
  }

  private push(at: Micros, seq: number, item: Queued): void {
    if (this.queue.size >= QUEUE_LENGTH_MAX) fault('the event queue is full');
    this.queue.push(at, seq, item);
  }
}

/** A broken rule of this room; where events are many, its words are made only when it is. */
function fault(words: string): never {
  assert(false, words);
}
