/**
 * lab: the world put together. Builds machines, plugs every port, keeps the journal, pumps the queue, answers processes'
 * calls, and notes what can be seen.
 *
 * Invariants: everything that happens follows from (seed, epoch, shape, journal of inputs); an input goes first at equal
 * times and is stamped after the last event; a pump ends between events, and nothing depends on where; a power cut drops
 * processes where they stand.
 *
 * Deliberately absent: wall time, browsers, Node, React, what docker's words mean (the daemon's and the cli's).
 *
 * Start reading at lab.ts (inputs and pump), then kernel.ts (processes), world.ts (what is plugged where), world-calls.ts
 * (what a program may ask), observe/ (from world to scene). console.ts adds the line editors for whoever sits before it.
 *
 * Follows tokio-rs/turmoil's Sim and etcd-io/raft's rafttest in the idea.
 */

export { provideApi } from '../daemon/index';
export { provideCurve } from '../swarm/index';
export { LAB_HELP, parseAct } from './acts';
export { WorldChecker } from './check';
export { Console } from './console';
export { DIGEST_EVERY, type Journal, type LabShape, readJournal } from './journal';
export { DEFAULT_EPOCH, Lab, type LabOptions } from './lab';
export type { Outputs } from './sessions';
export type { Tools } from './tools';
