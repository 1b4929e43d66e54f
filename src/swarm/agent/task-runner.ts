/**
 * Drives one task on its node: one step after the other, as far as its desired state allows.
 *
 *      ASSIGNED ─► ACCEPTED ─► PREPARING ─prepare─► READY ─► STARTING ─start─► RUNNING ─wait─► COMPLETE
 *                                  │ fails            (waits here while         │ fails
 *                                  ▼                   desired is READY)        ▼
 *                               REJECTED                                      FAILED
 *      desired SHUTDOWN or REMOVE: whatever is under way is dropped ─shutdown─► SHUTDOWN
 *
 * Follows moby/swarmkit agent/exec/controller.go (Do) and agent/task.go (run).
 */
import type { Micros } from '../../base/process';
import { TaskState, type TaskStatus } from '../objects';
import type { AssignedTask, StepDone, TaskController, TaskFailure } from './executor';

export interface RunnerPort {
  now(): Micros;
  /** The status changed: to be kept and reported. */
  onStatus(runner: TaskRunner): void;
  /** Try again after a second: {@link TaskRunner.run}. */
  retryLater(taskId: string): void;
}

type Step = 'prepare' | 'start' | 'wait' | 'shutdown';

export class TaskRunner {
  private step: Step | undefined;
  /** Distinguishes the step under way from those that were dropped. */
  private turn = 0;
  private closed = false;

  constructor(
    public assigned: AssignedTask,
    public status: TaskStatus,
    readonly controller: TaskController,
    private readonly port: RunnerPort,
  ) {}

  get taskId(): string {
    return this.assigned.task.id;
  }

  /** A newer version of the task; one with a lower desired state is ignored. */
  update(assigned: AssignedTask): void {
    const old = this.assigned.task;
    const { task } = assigned;
    if (task.desiredState < old.desiredState) return;
    const same = task.desiredState === old.desiredState && task.spec === old.spec && task.networks === old.networks;
    if (same) return;
    this.assigned = withNetworks(assigned, this.assigned);
    this.controller.update(this.assigned);
    if (task.desiredState >= TaskState.SHUTDOWN && this.step !== undefined && this.step !== 'shutdown') this.giveUp();
    else this.run();
  }

  /** Does what comes next; nothing while a step is under way. */
  run(): void {
    while (this.step === undefined && !this.closed && this.advance());
  }

  /** Stops caring for the task and removes its container. */
  remove(done: () => void): void {
    this.closed = true;
    this.drop();
    this.controller.remove(() => done());
  }

  /** Forgets the task, leaving its container alone. */
  abandon(): void {
    this.closed = true;
    this.drop();
  }

  /** One move of the state machine. True when another may follow at once. */
  private advance(): boolean {
    const { state } = this.status;
    const desired = this.assigned.task.desiredState;
    if (desired >= TaskState.SHUTDOWN) {
      if (state < TaskState.COMPLETE) this.begin('shutdown');
      return false;
    }
    if (state > desired) return false;
    if (state === TaskState.PREPARING) this.begin('prepare');
    else if (state === TaskState.STARTING) this.begin('start');
    else if (state === TaskState.RUNNING) this.begin('wait');
    else if (state < desired) return this.proceed(state);
    return false;
  }

  private proceed(state: TaskState): boolean {
    if (state < TaskState.ACCEPTED) this.transition(TaskState.ACCEPTED, 'accepted');
    else if (state === TaskState.ACCEPTED) this.transition(TaskState.PREPARING, 'preparing');
    else if (state === TaskState.READY) this.transition(TaskState.STARTING, 'starting');
    else return false;
    return true;
  }

  private begin(step: Step): void {
    const turn = ++this.turn;
    this.step = step;
    const done: StepDone = (failure) => {
      if (turn !== this.turn || this.closed) return;
      this.step = undefined;
      if (failure) this.fail(failure);
      else this.succeed(step);
    };
    this.controller[step](done);
  }

  private succeed(step: Step): void {
    if (step === 'prepare') this.transition(TaskState.READY, 'prepared');
    else if (step === 'start') this.transition(TaskState.RUNNING, 'started');
    else if (step === 'wait') this.transition(TaskState.COMPLETE, 'finished');
    else this.transition(TaskState.SHUTDOWN, 'shutdown');
    this.run();
  }

  private fail(failure: TaskFailure): void {
    if (failure.temporary) {
      this.status = { ...this.status, err: failure.message };
      this.port.onStatus(this);
      this.port.retryLater(this.taskId);
      return;
    }
    const state = this.status.state < TaskState.STARTING ? TaskState.REJECTED : TaskState.FAILED;
    this.write(state, this.status.message, failure.message);
  }

  private transition(state: TaskState, message: string): void {
    this.write(state, message, '');
  }

  private write(state: TaskState, message: string, err: string): void {
    const active = state >= TaskState.STARTING;
    this.status = {
      timestamp: this.port.now(),
      state,
      message,
      err,
      container: active ? (this.controller.containerStatus() ?? this.status.container) : this.status.container,
      ports: active ? this.controller.ports() : this.status.ports,
      appliedAt: undefined,
      appliedBy: '',
    };
    this.port.onStatus(this);
  }

  /**
   * What is under way is given up and looked at again a second later. Whoever waited for the container's end is told
   * of none: it is reported once more, with -1 for its exit code and a new time.
   */
  private giveUp(): void {
    const waited = this.step === 'wait';
    this.drop();
    const container = waited ? this.controller.containerStatus() : undefined;
    if (container) {
      this.status = { ...this.status, timestamp: this.port.now(), container: { ...container, exitCode: -1 } };
      this.port.onStatus(this);
    }
    this.port.retryLater(this.taskId);
  }

  private drop(): void {
    if (this.step === undefined) return;
    this.turn++;
    this.step = undefined;
    this.controller.cancel();
  }
}

/** A network that was removed meanwhile is still known to the task that is attached to it. */
function withNetworks(assigned: AssignedTask, before: AssignedTask): AssignedTask {
  const isAttached = (id: string): boolean => assigned.task.networks.some(({ networkId }) => networkId === id);
  const known = new Set(assigned.networks.map(({ id }) => id));
  const gone = before.networks.filter(({ id }) => !known.has(id) && isAttached(id));
  return gone.length === 0 ? assigned : { ...assigned, networks: [...assigned.networks, ...gone] };
}
