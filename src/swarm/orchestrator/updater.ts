/** One service's rolling update; see update.ts for the picture. Follows updater.go, Updater. */
import type { UpdateConfig } from '../../api/index';
import { assert } from '../../base/assert';
import type { Micros } from '../../base/process';
import type { LoopContext } from '../loop';
import { type ServiceObject, type ServiceUpdateStatus, type TaskObject, TaskState } from '../objects';
import type { Draft } from './draft';
import type { RestartSupervisor } from './restart';
import { desire, isTaskDirty, micros, modeOf, newTask, type Slot } from './task';

const MONITOR_DEFAULT: Micros = 5_000_000;
const DEFAULTS: UpdateConfig = { Parallelism: 1, MaxFailureRatio: 0 };

interface Worker {
  phase: 'idle' | 'starting' | 'coming-up' | 'resting';
  slot: Slot;
  /** The task that the slot is to have. */
  taskId: string;
  /** An existing task was used: nothing to wait for but its start. */
  existing: boolean;
  restsUntil: Micros;
}

export class Update {
  /** Tasks that this update made → when each was seen to have come up, 0 before. */
  readonly created = new Map<string, Micros>();
  /** Tasks of `created` that ended, as they were reported; read by {@link failures}. */
  readonly ended: string[] = [];
  /** When there is something to do without an event. */
  wakeAt: Micros = Number.POSITIVE_INFINITY;
  private config: UpdateConfig = DEFAULTS;
  private queue: Slot[] = [];
  private slots = 0;
  private workers: Worker[] = [];
  private readonly failed = new Set<string>();
  private monitor: Micros = MONITOR_DEFAULT;
  private monitorUntil: Micros | undefined;
  /** Paused or rolled back: what is under way is finished, nothing begun. */
  private stopped = false;

  constructor(
    private readonly context: LoopContext,
    private readonly restarts: RestartSupervisor,
    readonly service: ServiceObject,
  ) {}

  /** Takes up the slots, which are dirty and in the order of their turn. */
  begin(draft: Draft, slots: readonly Slot[]): void {
    if (!this.service.updateStatus) {
      this.report(draft, () => ({
        state: 'updating',
        startedAt: this.context.now(),
        completedAt: undefined,
        message: 'update in progress',
      }));
    }
    const { spec } = this.service;
    this.config = (this.rollsBack ? spec.RollbackConfig : spec.UpdateConfig) ?? DEFAULTS;
    if (this.config.Monitor) this.monitor = micros(this.config.Monitor);
    this.queue = [...slots];
    this.slots = slots.length;
    const workers = this.config.Parallelism === 0 ? slots.length : Math.min(this.config.Parallelism, slots.length);
    this.workers = Array.from({ length: workers }, () => ({
      phase: 'idle',
      slot: [],
      taskId: '',
      existing: false,
      restsUntil: 0,
    }));
  }

  /** Does what can be done now. True when the update is over. */
  step(draft: Draft): boolean {
    for (const worker of this.workers) this.advance(draft, worker);
    if (this.queue.length > 0) this.failures(draft);
    for (const worker of this.workers) {
      // A worker that has nothing to wait for takes the next slot at once.
      while (worker.phase === 'idle' && this.queue.length > 0) {
        this.take(draft, worker, this.queue.shift()!);
        this.advance(draft, worker);
      }
    }
    const busy = this.workers.some((worker) => worker.phase !== 'idle');
    const over = this.queue.length === 0 && !busy && (this.stopped || this.monitored(draft));
    this.wakeAt = this.monitorUntil ?? Number.POSITIVE_INFINITY;
    for (const worker of this.workers) {
      if (worker.phase === 'resting') this.wakeAt = Math.min(this.wakeAt, worker.restsUntil);
    }
    return over;
  }

  waitsForStart(): boolean {
    return this.workers.some((worker) => worker.phase === 'starting' && !this.restarts.isDelayed(worker.taskId));
  }

  /** More than one task, or one that does not match the service. */
  isSlotDirty(draft: Draft, slot: Slot): boolean {
    return slot.length > 1 || (slot.length === 1 && this.isDirty(draft, slot[0]!));
  }

  complete(draft: Draft): void {
    this.report(draft, (status) => {
      if (!status) return undefined;
      const completedAt = this.context.now();
      return status.state === 'rollback_started'
        ? { ...status, state: 'rollback_completed', message: 'rollback completed', completedAt }
        : { ...status, state: 'completed', message: 'update completed', completedAt };
    });
  }

  private get rollsBack(): boolean {
    return this.service.updateStatus?.state === 'rollback_started';
  }

  private isDirty(draft: Draft, task: TaskObject): boolean {
    return isTaskDirty(this.service, task, draft.get('node', task.nodeId));
  }

  private advance(draft: Draft, worker: Worker): void {
    const now = this.context.now();
    if (worker.phase === 'starting' && !this.restarts.isDelayed(worker.taskId)) {
      worker.phase = 'coming-up';
    }
    if (worker.phase === 'coming-up') {
      const task = draft.get('task', worker.taskId);
      const up = worker.existing || !task || task.status.state >= TaskState.RUNNING;
      if (!up) return;
      if (task && !worker.existing) this.created.set(worker.taskId, now);
      if (this.startsFirst && task?.status.state === TaskState.RUNNING && !worker.existing) {
        this.stopTasks(draft, this.current(draft, worker.slot, worker.taskId), worker.taskId);
      }
      worker.phase = 'resting';
      worker.restsUntil = now + micros(this.config.Delay);
    }
    if (worker.phase === 'resting' && worker.restsUntil <= now) worker.phase = 'idle';
  }

  /** Follows updater.go, worker, updateTask and useExistingTask. */
  private take(draft: Draft, worker: Worker, captured: Slot): void {
    const slot = this.current(draft, captured, '');
    worker.slot = slot;
    worker.phase = 'starting';
    const clean = slot.filter((task) => !this.isDirty(draft, task));
    const existing =
      clean.find((task) => task.desiredState === TaskState.RUNNING) ??
      clean.findLast((task) => task.desiredState < TaskState.RUNNING);
    worker.existing = existing !== undefined;
    if (existing) {
      worker.taskId = existing.id;
      const stopped = this.stopTasks(draft, slot, existing.id);
      // One that waits already for a task that was stopped before goes on waiting.
      const waits = stopped === undefined && this.restarts.isDelayed(existing.id);
      if (existing.desiredState !== TaskState.RUNNING && !waits) {
        this.restarts.delayStart(stopped, existing.id, 0, true);
      }
      return;
    }
    const first = slot[0] ?? captured[0];
    assert(first, 'a slot is never empty');
    const nodeId = modeOf(this.service.spec) === 'global' ? first.nodeId : '';
    const task = newTask(this.service, first.slot, nodeId, this.context.newId(), this.context.now());
    worker.taskId = task.id;
    draft.create({ ...task, desiredState: TaskState.READY });
    this.created.set(task.id, 0);
    if (this.startsFirst) this.restarts.delayStart(undefined, task.id, 0, false);
    else this.restarts.delayStart(this.stopTasks(draft, slot, task.id), task.id, 0, true);
  }

  /**
   * The slot as it stands now: its tasks may have been restarted since they were queued, or one that was not to be
   * restarted have got a successor from the orchestrator.
   */
  private current(draft: Draft, slot: Slot, exceptId: string): Slot {
    const fresh = slot.map((task) => draft.get('task', task.id));
    const same = (task: TaskObject | undefined, at: number): boolean =>
      task !== undefined && task.desiredState <= TaskState.RUNNING && task.desiredState === slot[at]!.desiredState;
    if (fresh.every(same)) return fresh as TaskObject[];
    const first = slot[0]!;
    const global = modeOf(this.service.spec) === 'global';
    const tasks = draft
      .tasksOfService(this.service.id)
      .filter((task) => task.id !== exceptId && (global ? task.nodeId === first.nodeId : task.slot === first.slot));
    return this.restarts.updatableTasks(tasks, this.service);
  }

  /** Shuts the tasks down but for one; the last of them, if any. Follows removeOldTasks. */
  private stopTasks(draft: Draft, tasks: Slot, exceptId: string): TaskObject | undefined {
    let stopped: TaskObject | undefined;
    for (const task of tasks) {
      if (task.id === exceptId || task.desiredState > TaskState.RUNNING) continue;
      desire(draft, task.id, TaskState.SHUTDOWN);
      stopped = task;
    }
    return stopped;
  }

  private get startsFirst(): boolean {
    return this.config.Order === 'start-first';
  }

  /** The monitor period after the last slot. True when it is over, and then the update is complete. */
  private monitored(draft: Draft): boolean {
    const now = this.context.now();
    if (this.monitorUntil === undefined) {
      const delay = micros(this.config.Delay);
      if (delay >= this.monitor) this.monitor = delay + 1_000_000;
      this.monitorUntil = now + this.monitor;
    }
    this.failures(draft);
    if (this.stopped) return true;
    if (this.monitorUntil > now) return false;
    this.complete(draft);
    return true;
  }

  /** Counts tasks that ended too early, and acts when they are too many. Follows failureTriggersAction. */
  private failures(draft: Draft): void {
    const action = this.config.FailureAction || 'pause';
    const now = this.context.now();
    for (const taskId of this.ended.splice(0)) {
      if (action === 'continue' || this.failed.has(taskId)) continue;
      const cameUpAt = this.created.get(taskId);
      if (cameUpAt === undefined || (cameUpAt !== 0 && now - cameUpAt > this.monitor)) continue;
      this.failed.add(taskId);
      // Both in 32 bits, as upstream divides them.
      if (Math.fround(this.failed.size / this.slots) <= Math.fround(this.config.MaxFailureRatio)) continue;
      this.queue = [];
      this.fail(draft, action, taskId);
      return;
    }
  }

  private fail(draft: Draft, action: string, taskId: string): void {
    const cause = `due to failure or early termination of task ${taskId}`;
    if (action === 'rollback' && this.rollsBack) {
      // Upstream does not mark the update as stopped here, so it completes after all.
      this.pause(draft, `rollback paused ${cause}`);
      if (this.monitorUntil !== undefined) this.monitorUntil = this.context.now();
      return;
    }
    this.stopped = true;
    if (action === 'rollback') this.rollBack(draft, `update rolled back ${cause}`);
    else this.pause(draft, `update paused ${cause}`);
  }

  private pause(draft: Draft, message: string): void {
    this.report(
      draft,
      (status) =>
        status && { ...status, state: status.state === 'rollback_started' ? 'rollback_paused' : 'paused', message },
    );
  }

  private rollBack(draft: Draft, message: string): void {
    const service = draft.get('service', this.service.id);
    if (!service?.updateStatus || !service.previousSpec) return;
    draft.update({
      ...service,
      spec: service.previousSpec,
      specVersion: service.previousSpecVersion ?? 0,
      previousSpec: undefined,
      previousSpecVersion: undefined,
      updateStatus: { ...service.updateStatus, state: 'rollback_started', message },
    });
  }

  /** Writes the service's update status; undefined leaves it. */
  private report(
    draft: Draft,
    change: (status: ServiceUpdateStatus | undefined) => ServiceUpdateStatus | undefined,
  ): void {
    const service = draft.get('service', this.service.id);
    if (!service) return;
    const updateStatus = change(service.updateStatus);
    if (updateStatus) draft.update({ ...service, updateStatus });
  }
}
