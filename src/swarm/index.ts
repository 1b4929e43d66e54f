/**
 * swarm: the control plane. A replicated store (a commit in Raft is a change in every manager's tables), the leader's
 * control loops over it, the dispatcher with its agents, and the node that a daemon drives.
 *
 *      daemon ─► SwarmNode ─┬─► manager: raft ─► store ─► loops ─► changes ─► raft …
 *                           └─► agent: session, tasks ─► Executor (the daemon's)
 *
 * Invariants: objects are frozen and shared; only a committed entry changes a store; equal index means equal tables;
 * one proposal is in flight; loops exist only where the leader is.
 *
 * Deliberately absent: containers (an Executor's), HTTP and JSON (daemon's), names and prefixes of objects (daemon's
 * to resolve), the words of the command line.
 *
 * Start reading at node.ts, then member/manager.ts, loop.ts and orchestrator/.
 * Follows moby/swarmkit manager/, agent/, node/, ca/, design/.
 */
export type * from './agent/executor';
export { provideCurve } from './ca/curve';
export { SwarmChecker } from './checks';
export type { ControlApi, ControlMethod, NodeAnswer, ServiceStatus } from './control/api';
export type { ControlLoop, LoopContext } from './loop';
export type { LogMessage, LogSelector } from './loops';
export type { Manager } from './member/manager';
export { Turns } from './member/turns';
export { SwarmNode } from './node';
export type * from './node-types';
export * from './objects';
export { isTaskDirty, newTask } from './orchestrator/task';
export { type RpcCode, type RpcError, rpcStatus, rpcText } from './rpc';
export { Scheduler } from './scheduler/scheduler';
export { Store } from './store/store';
export { expandContainerSpec, expandTemplate, type TemplateNode, taskName } from './template';
export { raftMessage, wireName } from './wire';
