/** The clock, the queue, the machines and the cables between them. */
import { assert } from '../base/assert';
import type { Micros } from '../base/process';
import type { RandomStream } from '../base/random';
import { Digest, hashOf, hashText } from './digest';
import { Links } from './links';
import { Disk, type Machine, Packet, type TimerHandler, type Timers } from './machine';
import { EventQueue } from './queue';
import { SeededStream } from './random';
import { END_OF_TIME, NamedTimer, TimerSet, TimerTable } from './timers';

/** Owner of the timers that no power cut forgets: the lab's own. */
export const WORLD = '';

/** A packet under way, and its ends. */
class Delivery {
  constructor(
    readonly packet: Packet,
    readonly sender: Machine,
    readonly receiver: Machine,
  ) {}
}

type Queued = Delivery | NamedTimer;

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
export class Simulation {
  /** Microseconds since the Unix epoch. */
  now: Micros;
  readonly machines = new Map<string, Machine>();
  /** IP address on the LAN → the machine that has it. */
  readonly addresses = new Map<string, string>();
  private readonly named = new Map<string, string>();
  readonly links: Links;
  readonly digest = new Digest();
  /** Of everything that packets carried, encoded: only where it is asked for, it costs more than the events. */
  readonly payloadDigest: Digest | undefined;
  readonly hooks: SimHooks = {};
  /** The same, for those who only look at the clock. */
  readonly clock = (): Micros => this.now;
  /** Number of the event being handled: what is sent or set now was caused by it. */
  cause = 0;
  /** Handles timers of {@link WORLD}. */
  worldTimer: (owner: string, name: string) => void = () => {};
  private readonly queue = new EventQueue<Queued>();
  private readonly streams = new Map<string, RandomStream>();
  private readonly sets = new Map<string, TimerSet>();
  private readonly table = new TimerTable(this);
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

  /** The machine's address, '' without one. */
  addressOf(name: string): string {
    if (this.named.get(name) === undefined) for (const [address, of] of this.addresses) this.named.set(of, address);
    return this.named.get(name) ?? '';
  }

  /** Gives a machine its address on the LAN. */
  setAddress(name: string, address: string): void {
    this.addresses.set(address, name);
    this.named.set(name, address);
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
    for (const [key, set] of this.sets) {
      if (set.machine !== machine) continue;
      set.end();
      this.sets.delete(key);
    }
  }

  /** A program on a running machine has died: the timers of its owners, whose names begin with `prefix`, are gone. */
  forgetTimers(machine: Machine, prefix: string): void {
    for (const [key, set] of this.sets) {
      if (set.machine !== machine || !set.owner.startsWith(prefix)) continue;
      set.end();
      this.sets.delete(key);
    }
  }

  /**
   * The named timers of an owner. Those of a machine live until its power goes. They fire at `handler`, without one at
   * the machine's software.
   */
  timers(machine: string, owner: string, handler?: TimerHandler): Timers {
    const owned = machine === WORLD ? undefined : this.machine(machine);
    const key = `${machine}\n${owner}`;
    let set = this.sets.get(key);
    if (!set) {
      set = new TimerSet(this.table, owned, owner, hashText(key), owned?.powered ?? true, handler);
      this.sets.set(key, set);
    } else if (handler) set.handle(handler);
    return set;
  }

  /** Puts a packet on the wire. What comes of it depends on the cable now and on both ends when it arrives. */
  send(from: string, to: string, channel: string, payload: unknown, size: number): void {
    this.sendTo(this.machine(from), this.machine(to), channel, payload, size);
  }

  /** As send. */
  sendTo(sender: Machine, receiver: Machine, channel: string, payload: unknown, size: number): void {
    if (!sender.powered) fault(`${sender.name} is off and sends`);
    const seq = ++this.seq;
    const { now } = this;
    const arrivesAt = this.links.arrival(sender, receiver, now, size);
    const packet = new Packet(
      seq,
      sender.name,
      receiver.name,
      channel,
      payload,
      size,
      now,
      arrivesAt ?? now,
      this.cause,
    );
    this.hooks.packet?.('sent', packet);
    if (arrivesAt === undefined) this.hooks.packet?.('lost', packet);
    else this.push(arrivesAt, seq, new Delivery(packet, sender, receiver));
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
    if (item instanceof NamedTimer) return this.fire(seq, item);
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
    receiver.software.packet(packet, sender);
    this.hooks.event?.({ kind: 'deliver', at: this.now, seq, packet });
  }

  private fire(seq: number, timer: NamedTimer): boolean {
    const cause = this.table.comesUp(timer, seq);
    if (cause === undefined) return false;
    this.cause = seq;
    this.digest.add(this.now, seq, timer.hash, 0);
    if (timer.handler) timer.handler.timer(timer.name);
    else this.tell(timer);
    timer.rest();
    if (this.hooks.event) this.hooks.event(this.timerEvent(seq, timer, cause));
    return true;
  }

  private tell({ set: { machine, owner }, name }: NamedTimer): void {
    if (machine) machine.software?.timer(owner, name);
    else this.worldTimer(owner, name);
  }

  private timerEvent(seq: number, { set: { machine, owner }, name }: NamedTimer, cause: number): SimEvent {
    return { kind: 'timer', at: this.now, seq, machine: machine?.name ?? WORLD, owner, name, cause };
  }

  /** Of {@link TimerTable}. */
  queueTimer(at: Micros, timer: NamedTimer): number {
    const seq = ++this.seq;
    this.push(at, seq, timer);
    return seq;
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
