/**
 * The tasks of one node: those assigned, their database on disk, the secrets and configs they use.
 * Follows moby/swarmkit agent/worker.go and agent/storage.go.
 */
import type { Micros } from '../../base/process';
import type { Disk } from '../../sim/index';
import type { AssignmentsMessage } from '../dispatcher/messages';
import type { ConfigObject, SecretObject, TaskStatus } from '../objects';
import type { AssignedTask, Executor } from './executor';
import { type RunnerPort, TaskRunner } from './task-runner';

const PREFIX = 'swarm/agent/tasks/';

interface StoredTask {
  readonly assigned: AssignedTask;
  readonly status: TaskStatus;
}

export interface WorkerPort {
  readonly executor: Executor;
  readonly disk: Disk;
  now(): Micros;
  /** A status to be reported. */
  report(taskId: string, status: TaskStatus): void;
  retryLater(taskId: string): void;
  /** A task began to be taken care of. */
  onTask(runner: TaskRunner): void;
}

export class Worker {
  readonly runners = new Map<string, TaskRunner>();
  /** Tasks whose containers are being removed. */
  private readonly leaving = new Map<string, TaskRunner>();
  private readonly secrets = new Map<string, SecretObject>();
  private readonly configs = new Map<string, ConfigObject>();
  private readonly runnerPort: RunnerPort;
  private whenEmpty: (() => void) | undefined;

  constructor(private readonly port: WorkerPort) {
    this.runnerPort = {
      now: port.now,
      retryLater: (taskId) => port.retryLater(taskId),
      onStatus: (runner) => {
        this.store(runner);
        port.report(runner.taskId, runner.status);
      },
    };
  }

  /** Takes up the tasks on disk where they were. */
  resume(): void {
    for (const key of this.port.disk.keys(PREFIX)) {
      const stored = this.port.disk.get<StoredTask>(key);
      if (stored) this.begin(stored.assigned, stored.status);
    }
  }

  /** A complete message replaces everything; another one adds and takes away. Secrets and configs come first. */
  apply(message: AssignmentsMessage): void {
    this.applyDependencies(message);
    if (message.complete) {
      const listed = new Set(message.tasks.map(({ task }) => task.id));
      for (const taskId of [...this.runners.keys()]) if (!listed.has(taskId)) this.remove(taskId);
    }
    for (const taskId of message.removedTasks) this.remove(taskId);
    for (const assigned of message.tasks) {
      const runner = this.runners.get(assigned.task.id);
      if (runner) {
        runner.update(assigned);
        this.store(runner);
      } else this.begin(assigned, assigned.task.status);
    }
  }

  retry(taskId: string): void {
    this.runners.get(taskId)?.run();
  }

  /** Statuses of all tasks, for a new session. */
  statuses(): { readonly taskId: string; readonly status: TaskStatus }[] {
    return [...this.runners.values()].map(({ taskId, status }) => ({ taskId, status }));
  }

  /** Removes every task with its container, then calls `done`. */
  removeAll(done: () => void): void {
    for (const taskId of [...this.runners.keys()]) this.remove(taskId);
    this.secrets.clear();
    this.configs.clear();
    this.whenEmpty = done;
    this.checkEmpty();
  }

  /** Forgets all tasks; containers and disk stay. */
  abandon(): void {
    for (const runner of this.runners.values()) runner.abandon();
    this.runners.clear();
    this.whenEmpty = undefined;
  }

  private begin(assigned: AssignedTask, status: TaskStatus): void {
    const runner = new TaskRunner(assigned, status, this.port.executor.controller(assigned), this.runnerPort);
    this.runners.set(assigned.task.id, runner);
    this.store(runner);
    this.port.onTask(runner);
    runner.run();
  }

  private remove(taskId: string): void {
    const runner = this.runners.get(taskId);
    if (!runner) return;
    this.runners.delete(taskId);
    this.leaving.set(taskId, runner);
    this.port.disk.delete(PREFIX + taskId);
    runner.remove(() => {
      this.leaving.delete(taskId);
      this.checkEmpty();
    });
  }

  private checkEmpty(): void {
    if (this.leaving.size > 0 || !this.whenEmpty) return;
    const done = this.whenEmpty;
    this.whenEmpty = undefined;
    done();
  }

  private store(runner: TaskRunner): void {
    if (!this.runners.has(runner.taskId)) return;
    const stored: StoredTask = { assigned: runner.assigned, status: runner.status };
    this.port.disk.set(PREFIX + runner.taskId, stored);
  }

  private applyDependencies(message: AssignmentsMessage): void {
    const { executor } = this.port;
    if (change(this.secrets, message.complete, message.secrets, message.removedSecrets)) {
      executor.secrets([...this.secrets.values()]);
    }
    if (change(this.configs, message.complete, message.configs, message.removedConfigs)) {
      executor.configs([...this.configs.values()]);
    }
  }
}

/** True when there was something to change. */
function change<T extends { readonly id: string }>(
  held: Map<string, T>,
  complete: boolean,
  put: readonly T[],
  removed: readonly string[],
): boolean {
  if (!complete && put.length + removed.length === 0) return false;
  if (complete && held.size + put.length === 0) return false;
  if (complete) held.clear();
  for (const object of put) held.set(object.id, object);
  for (const id of removed) held.delete(id);
  return true;
}
