/**
 * raft: consensus, pure. A member is a state machine: `tick`, `step` (a message), `propose`; then `ready` tells what to
 * persist, send and apply, and `advance` says that it was done. Nothing happens by itself.
 *
 * Invariants: at most one leader a term; what is committed stays; a member never acts on what it has not handed out to
 * be persisted. checks.ts states them as functions for tests and the fuzzer.
 *
 * Deliberately absent: clocks, networks, disks, swarm objects, randomness (a parameter), and of etcd-io/raft what
 * SwarmKit does not use: pre-vote, learners, joint consensus, read index, asynchronous storage writes.
 *
 * Start reading at raft.ts, with README-like tables of tests/raft/*.txt beside it.
 * Follows etcd-io/raft raft.go, rawnode.go, log.go, tracker/.
 */
export { type CheckedMember, checkMembers, type ElectionRecord, newElectionRecord } from './checks';
export { RawNode } from './node';
export * from './types';
