/** What travels between log readers, the leader's log broker and the agents. Follows moby/swarmkit api/logbroker.proto. */
import type { LogLine, LogOptions } from '../agent/executor';

/** Tasks by their own ids, their services' or their nodes'. */
export interface LogSelector {
  readonly serviceIds: readonly string[];
  readonly nodeIds: readonly string[];
  readonly taskIds: readonly string[];
}

export interface LogMessage {
  readonly serviceId: string;
  readonly taskId: string;
  readonly nodeId: string;
  readonly line: LogLine;
}

/** From the broker to an agent: publish these tasks' lines under this subscription, or no longer. */
export interface SubscriptionMessage {
  readonly id: string;
  readonly taskIds: readonly string[];
  readonly options: LogOptions;
  readonly close: boolean;
}
