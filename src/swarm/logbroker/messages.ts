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

/** From a reader's manager to the broker. */
export interface SubscribeMessage {
  readonly id: string;
  readonly selector: LogSelector;
  readonly options: LogOptions;
  /** Address of the manager to which lines are sent. */
  readonly subscriber: string;
}

/** From the broker to an agent: publish the lines of matching tasks, or no longer. */
export interface SubscriptionMessage {
  readonly id: string;
  readonly selector: LogSelector;
  readonly options: LogOptions;
  readonly close: boolean;
}

/** From an agent to the broker; `done` is its end of the subscription. */
export interface PublishMessage {
  readonly id: string;
  readonly messages: readonly LogMessage[];
  readonly done: boolean;
}

/** From the broker to the reader's manager. */
export interface LogBatch {
  readonly id: string;
  readonly messages: readonly LogMessage[];
  readonly done: boolean;
  readonly error: string | undefined;
}
