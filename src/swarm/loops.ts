/**
 * The leader's control loops, the dispatcher, the agent and the service part of the control API: what swarm's manager
 * core and node are put together from.
 *
 * On each manager from its start: one {@link Gateway}. On becoming leader: every factory of {@link loopFactories} and
 * the loops of `gateway.lead()`, each with a context of its own. On every node: one {@link Agent}.
 */
import { Allocator } from './allocator/allocator';
import { Dispatcher, type Heartbeat } from './dispatcher/dispatcher';
import type { ControlLoop, LoopFactory } from './loop';
import { ConstraintEnforcer } from './orchestrator/enforcer';
import { GlobalOrchestrator } from './orchestrator/global';
import { JobsOrchestrator } from './orchestrator/jobs';
import { TaskReaper } from './orchestrator/reaper';
import { ReplicatedOrchestrator } from './orchestrator/replicated';
import type { SchedulingDecision } from './scheduler/decision';
import { Scheduler } from './scheduler/scheduler';

export { Agent } from './agent/agent';
export type { SessionMessage } from './agent/port';
export { serviceControl } from './control/service';
export type { Heartbeat } from './dispatcher/dispatcher';
export { Gateway, type LogSubscription } from './dispatcher/gateway';
export type { LogMessage, LogSelector } from './logbroker/messages';
export type { SchedulingDecision } from './scheduler/decision';

/** In the order in which turns are offered. */
export const loopFactories: readonly LoopFactory[] = [
  (context) => new Allocator(context),
  (context) => new Scheduler(context),
  (context) => new ReplicatedOrchestrator(context),
  (context) => new GlobalOrchestrator(context),
  (context) => new JobsOrchestrator(context),
  (context) => new ConstraintEnforcer(context),
  (context) => new TaskReaper(context),
];

/** When the leader last heard a node. */
export function heartbeatOf(loops: readonly ControlLoop[], nodeId: string): Heartbeat | undefined {
  return loops.find((loop) => loop instanceof Dispatcher)?.heartbeat(nodeId);
}

/** Why tasks landed where they are, or wait: the last 1,000 decisions, oldest first. */
export function schedulingDecisions(loops: readonly ControlLoop[]): readonly SchedulingDecision[] {
  const scheduler = loops.find((loop) => loop instanceof Scheduler);
  return scheduler ? scheduler.decisions.slice(-1000) : [];
}
