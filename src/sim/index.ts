/**
 * sim: physics. One virtual clock, one event queue, seeded random streams, machines with power and disks, links that
 * delay, lose and get cut.
 *
 * Invariants: events leave in (time, sequence) order; everything that can ever trigger work is a packet or a named
 * timer, plain data; a power cut takes software and timers and leaves the disk; all chance comes from named streams.
 *
 * Deliberately absent: Raft, Docker, what a packet means, wall time, floats in state, closures in the queue.
 *
 * Start reading at simulation.ts. Follows the idea of tokio-rs/turmoil and tigerbeetle's packet simulator.
 */
export { hashText } from './digest';
export {
  Disk,
  type Machine,
  type MachineSoftware,
  type Packet,
  type Timer,
  type TimerHandler,
  type Timers,
} from './machine';
export { EventQueue } from './queue';
export { SeededStream } from './random';
export { Simulation, WORLD } from './simulation';
