/** What an agent needs of its node. */
import type { Micros } from '../../base/process';
import type { RandomStream } from '../../base/random';
import type { Disk, TimerHandler, Timers } from '../../sim/index';
import type { Gateway } from '../dispatcher/gateway';
import type { NetworkObject, NodeObject } from '../objects';
import type { Rpc } from '../rpc';
import type { Executor } from './executor';

/** What a manager tells a node through its session, at its start and whenever it changes. */
export interface SessionMessage {
  readonly sessionId: string;
  readonly node: NodeObject;
  /** Those of the node's attachments. */
  readonly networks: readonly NetworkObject[];
  readonly managers: readonly { readonly nodeId: string; readonly addr: string }[];
}

export interface AgentPort {
  readonly nodeId: string;
  readonly executor: Executor;
  readonly rpc: Rpc;
  /** The agent's own; they fire at {@link Agent.timer}. */
  timers(agent: TimerHandler): Timers;
  /** Task database, under `swarm/agent/`. */
  readonly disk: Disk;
  readonly random: RandomStream;
  now(): Micros;
  /** Addresses (ip:port) of the managers known to the node. */
  managers(): readonly string[];
  /** This node's own manager while it runs: the agent then holds its session there. */
  localManager(): Gateway | undefined;
  /** After a timer in which the node's own manager may have been called. */
  settle(): void;
  /** Role changes and the list of managers reach the node through this. */
  onSession(message: SessionMessage): void;
}
