/**
 * The port through which an agent runs tasks; dockerd implements it over its containers.
 * Follows moby/swarmkit agent/exec/executor.go and controller.go, and moby/moby daemon/cluster/executor/container.
 */
import type { NodeDescription, PortConfig } from '../../api/index';
import type { Bytes } from '../../base/bytes';
import type { Micros } from '../../base/process';
import type { Attachment, ConfigObject, ContainerStatus, NetworkObject, SecretObject, TaskObject } from '../objects';

/** A task as it is sent to its node: with all that its node has to know about. */
export interface AssignedTask {
  readonly task: TaskObject;
  /** The networks that the task is attached to. */
  readonly networks: readonly NetworkObject[];
}

export interface TaskFailure {
  /** For Status.Err, for instance `task: non-zero exit (1)` or `No such image: x:latest`. */
  readonly message: string;
  /** Try the step again after a second instead of failing the task. */
  readonly temporary?: boolean;
}

/** `undefined` is success. */
export type StepDone = (failure?: TaskFailure) => void;

/** Runs one task. At most one step is under way; `cancel` forgets it and its `done` is never called. */
export interface TaskController {
  /** The task object changed (desired state, networks); takes effect with the next step. */
  update(assigned: AssignedTask): void;
  /** Networks, image, container. A failure makes the task REJECTED. */
  prepare(done: StepDone): void;
  /** Until running, and healthy where a health check is set. */
  start(done: StepDone): void;
  /** Until the container ends; success is exit 0. */
  wait(done: StepDone): void;
  /** Stops it within its grace period. */
  shutdown(done: StepDone): void;
  /** Removes the container; the task object is gone. */
  remove(done: StepDone): void;
  cancel(): void;
  containerStatus(): ContainerStatus | undefined;
  /** Host-mode ports as bound. */
  ports(): readonly PortConfig[];
}

export interface LogOptions {
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly follow: boolean;
  /** Lines from the end; undefined is all. */
  readonly tail: number | undefined;
  readonly since: Micros | undefined;
}

export interface LogLine {
  readonly stream: 'stdout' | 'stderr';
  readonly at: Micros;
  /** One line with its newline. */
  readonly data: Bytes;
}

/** What a node has to know of the cluster besides its tasks. */
export interface NodeConfiguration {
  readonly nodeId: string;
  readonly role: 'worker' | 'manager';
  /** Its load-balancer addresses, ingress first, with the networks they are on. */
  readonly attachments: readonly { readonly attachment: Attachment; readonly network: NetworkObject }[];
}

export interface Executor {
  /** What the node says of itself; asked at each session and every 20 s. */
  describe(): NodeDescription;
  configure(configuration: NodeConfiguration): void;
  controller(assigned: AssignedTask): TaskController;
  secrets(objects: readonly SecretObject[]): void;
  configs(objects: readonly ConfigObject[]): void;
  /** Lines of a task's container; `done` at their end, with an error text when there is none. Returns a cancel. */
  logs(taskId: string, options: LogOptions, line: (line: LogLine) => void, done: (error?: string) => void): () => void;
}
