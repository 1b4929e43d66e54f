/** A machine: power, the memory that a power cut takes, and a disk that it does not. */
import type { Micros } from '../base/process';

/** What stays over a power cut: plain data under slash-separated keys. Values are never altered in place. */
export class Disk {
  private readonly files = new Map<string, unknown>();

  get<T>(key: string): T | undefined {
    return this.files.get(key) as T | undefined;
  }

  set(key: string, value: unknown): void {
    this.files.set(key, value);
  }

  delete(key: string): void {
    this.files.delete(key);
  }

  /** Deletes every key that begins with `prefix`. */
  deleteAll(prefix: string): void {
    for (const key of this.keys(prefix)) this.files.delete(key);
  }

  /** The keys that begin with `prefix`, sorted. */
  keys(prefix = ''): string[] {
    return [...this.files.keys()].filter((key) => key.startsWith(prefix)).sort((a, b) => (a < b ? -1 : 1));
  }
}

/** What runs on a powered machine; made anew at each boot. */
export interface MachineSoftware {
  packet(packet: Packet, sender: Machine): void;
  timer(owner: string, name: string): void;
}

/** What a machine sent to another; plain data. */
export class Packet {
  constructor(
    readonly seq: number,
    readonly from: string,
    readonly to: string,
    /** Who it is for on the machine: 'swarm', 'api', 'flow', 'gossip'. */
    readonly channel: string,
    readonly payload: unknown,
    /** Bytes on the wire, estimated. */
    readonly size: number,
    readonly sentAt: Micros,
    readonly arrivesAt: Micros,
    /** The number of the event that caused it. */
    readonly cause: number,
  ) {}
}

export interface Machine {
  readonly name: string;
  /** Of its name, for the digest. */
  readonly hash: number;
  /** Counting from 1. */
  readonly index: number;
  readonly disk: Disk;
  powered: boolean;
  /** How often it was switched on. */
  boots: number;
  /** The LAN segment that its cable is in; packets pass only between equals. */
  segment: number;
  software: MachineSoftware | undefined;
}

/** Named timers of one owner on one machine. Setting a name again replaces it; a power cut forgets them all. */
export interface Timers {
  /** Fires once, `delay` from now (at least 0). */
  set(name: string, delay: Micros): void;
  clear(name: string): void;
  /** Whether the name is set and has not fired. */
  has(name: string): boolean;
  clearAll(): void;
  /** The timer of that name, for one who sets it again and again. */
  one(name: string): Timer;
}

export interface Timer {
  /** As {@link Timers.set}. */
  arm(delay: Micros): void;
  disarm(): void;
  readonly isArmed: boolean;
  /** When it fires, Infinity when it is not set. */
  readonly due: Micros;
}

/** Is told of the timers of one owner. */
export interface TimerHandler {
  timer(name: string): void;
}
