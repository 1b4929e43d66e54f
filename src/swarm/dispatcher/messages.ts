/** What an agent and the dispatcher say to each other. Follows moby/swarmkit api/dispatcher.proto. */
import type { NodeDescription } from '../../api/index';
import type { Micros } from '../../base/process';
import type { AssignedTask } from '../agent/executor';
import type { SessionMessage } from '../agent/port';
import type { ConfigObject, SecretObject, TaskStatus } from '../objects';

export interface SessionRequest {
  readonly description: NodeDescription;
}

export interface SessionReply {
  readonly sessionId: string;
  readonly message: SessionMessage;
}

export interface WithSession {
  readonly sessionId: string;
}

export interface HeartbeatReply {
  /** Until the next one is expected. */
  readonly period: Micros;
}

export interface StatusRequest extends WithSession {
  readonly updates: readonly { readonly taskId: string; readonly status: TaskStatus }[];
}

/**
 * A step in the chain of assignments: it leads from state `appliesTo` to `resultsIn`. A complete one lists all there is;
 * what it does not list is no longer assigned.
 */
export interface AssignmentsMessage extends WithSession {
  readonly complete: boolean;
  readonly appliesTo: number;
  readonly resultsIn: number;
  readonly tasks: readonly AssignedTask[];
  readonly removedTasks: readonly string[];
  readonly secrets: readonly SecretObject[];
  readonly removedSecrets: readonly string[];
  readonly configs: readonly ConfigObject[];
  readonly removedConfigs: readonly string[];
}
