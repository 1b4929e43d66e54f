/**
 * Replaces tasks that ended, and decides when their replacements may start.
 *
 *      task fails ──► desired SHUTDOWN, a replacement with desired READY (it is scheduled and prepared meanwhile)
 *                          │ restart delay (5 s; none when the node is drained)
 *                          │ and until the old task has stopped, its node is down or gone, or a minute has passed
 *                          ▼
 *                     replacement desired RUNNING
 *
 * What is waited for is plain data in `delays`; one timer wakes the orchestrator for the earliest of them.
 * Follows moby/swarmkit manager/orchestrator/restart/restart.go.
 */
import type { Micros } from '../../base/process';
import type { LoopContext } from '../loop';
import { type NodeObject, type ServiceObject, type StoreEvent, type TaskObject, TaskState } from '../objects';
import type { Draft } from './draft';
import { isJob, micros, modeOf, newTask, type Slot, taskTimestamp } from './task';

/** How long a replacement waits for the old task to stop. */
const OLD_TASK_TIMEOUT: Micros = 60_000_000;
const RESTART_DELAY_DEFAULT: Micros = 5_000_000;
const TIMER = 'restart';

interface Delay {
  readonly oldTask: TaskObject | undefined;
  /** When the restart delay is over. */
  readonly dueAt: Micros;
  readonly timeoutAt: Micros;
  /** The old task has still to stop. */
  waitsForOld: boolean;
  /** The replacement failed in its turn while it waited: restart it once it has been started. */
  restartAfterwards: boolean;
}

/** Restarts of one slot (or of one node, for global services) under one spec version. */
interface History {
  specVersion: number;
  total: number;
  /** Only with a window: when each happened. */
  instants: Micros[];
}

export class RestartSupervisor {
  /** By the replacement's id. */
  private readonly delays = new Map<string, Delay>();
  private readonly delaysByOldTask = new Map<string, Set<string>>();
  private readonly delaysByNode = new Map<string, Set<string>>();
  private readonly histories = new Map<string, Map<string, History>>();
  private wakeAt: Micros = Number.POSITIVE_INFINITY;

  constructor(private readonly context: LoopContext) {}

  /** Whether the task still waits to be started. */
  isDelayed(taskId: string): boolean {
    return this.delays.has(taskId);
  }

  /** Shuts the task down and, if its policy allows, creates its replacement. Follows Supervisor.Restart. */
  restart(draft: Draft, service: ServiceObject, task: TaskObject): void {
    const delay = this.delays.get(task.id);
    if (delay) {
      delay.restartAfterwards = true;
      return;
    }
    if (task.desiredState > TaskState.COMPLETE) return;
    const old: TaskObject = { ...task, desiredState: TaskState.SHUTDOWN };
    draft.update(old);
    if (!this.shouldRestart(old, service)) return;
    const perNode = modeOf(service.spec) === 'global' || modeOf(service.spec) === 'global-job';
    const replacement: TaskObject = {
      ...newTask(
        service,
        perNode ? 0 : task.slot,
        perNode ? task.nodeId : '',
        this.context.newId(),
        this.context.now(),
      ),
      desiredState: TaskState.READY,
      jobIteration: service.jobStatus?.iteration,
    };
    draft.create(replacement);
    this.recordRestart(replacement, this.context.now());
    const node = draft.get('node', task.nodeId);
    const wait = node?.spec.Availability === 'drain' ? 0 : restartDelay(task);
    this.delayStart(old, replacement.id, wait, node?.status.state !== 'down');
  }

  /**
   * Starts the task after `delay`, and with `waitsForOld` not before the old one has stopped. `ready` must then be called
   * in each turn. Follows Supervisor.DelayStart.
   */
  delayStart(oldTask: TaskObject | undefined, taskId: string, delay: Micros, waitsForOld: boolean): void {
    this.cancel(taskId);
    const now = this.context.now();
    const waits = waitsForOld && oldTask !== undefined && oldTask.status.state <= TaskState.RUNNING;
    this.delays.set(taskId, {
      oldTask,
      dueAt: now + delay,
      timeoutAt: now + OLD_TASK_TIMEOUT,
      waitsForOld: waits,
      restartAfterwards: false,
    });
    if (waits) {
      add(this.delaysByOldTask, oldTask.id, taskId);
      if (oldTask.nodeId !== '') add(this.delaysByNode, oldTask.nodeId, taskId);
    }
    this.wakeBy(now + delay);
  }

  /** Marks delays whose old task stopped or lost its node. True when one may be due. */
  observe(event: StoreEvent): boolean {
    if (this.delays.size === 0) return false;
    const { object } = event;
    if (object.kind === 'task') {
      const stopped = event.action === 'remove' || object.status.state > TaskState.RUNNING;
      return stopped && this.release(this.delaysByOldTask.get(object.id));
    }
    if (object.kind !== 'node') return false;
    return (event.action === 'remove' || isDown(object)) && this.release(this.delaysByNode.get(object.id));
  }

  /** Starts what is due. Ids of tasks that are to be restarted at once, for they failed while they waited. */
  startDue(draft: Draft): string[] {
    const now = this.context.now();
    const again: string[] = [];
    let next = Number.POSITIVE_INFINITY;
    for (const [taskId, delay] of this.delays) {
      const at = delay.waitsForOld ? delay.timeoutAt : delay.dueAt;
      if (at > now) {
        next = Math.min(next, at);
        continue;
      }
      this.cancel(taskId);
      this.startNow(draft, taskId);
      if (delay.restartAfterwards) again.push(taskId);
    }
    this.wakeAt = Number.POSITIVE_INFINITY;
    if (next !== Number.POSITIVE_INFINITY) this.wakeBy(next);
    return again;
  }

  /** Something is due now. */
  get due(): boolean {
    return this.wakeAt <= this.context.now();
  }

  /** Desired RUNNING, for jobs COMPLETE. Follows Supervisor.StartNow. */
  startNow(draft: Draft, taskId: string): void {
    const task = draft.get('task', taskId);
    if (!task || task.desiredState >= TaskState.RUNNING) return;
    const desiredState = task.jobIteration === undefined ? TaskState.RUNNING : TaskState.COMPLETE;
    draft.update({ ...task, desiredState });
  }

  cancel(taskId: string): void {
    const delay = this.delays.get(taskId);
    if (!delay) return;
    this.delays.delete(taskId);
    if (delay.oldTask) {
      remove(this.delaysByOldTask, delay.oldTask.id, taskId);
      remove(this.delaysByNode, delay.oldTask.nodeId, taskId);
    }
  }

  clearServiceHistory(serviceId: string): void {
    this.histories.delete(serviceId);
  }

  /**
   * The tasks of a slot that an update has to deal with: those meant to run; or the newest, when all have ended and it
   * is not to be restarted (but not during a rollback, which must converge). Follows Supervisor.UpdatableTasksInSlot.
   */
  updatableTasks(slot: Slot, service: ServiceObject): Slot {
    const live = slot.filter((task) => task.desiredState <= TaskState.RUNNING);
    if (live.length > 0) return live;
    if (service.updateStatus?.state === 'rollback_started') return [];
    let newest = slot[0];
    for (const task of slot) if (newest && taskTimestamp(task) > taskTimestamp(newest)) newest = task;
    return newest && !this.shouldRestart(newest, service) ? [newest] : [];
  }

  /** Follows Supervisor.shouldRestart. */
  shouldRestart(task: TaskObject, service: ServiceObject): boolean {
    const policy = task.spec.RestartPolicy;
    const condition = policy?.Condition || 'any';
    if (condition === 'none') return false;
    if (task.status.state === TaskState.COMPLETE && (condition === 'on-failure' || isJob(service))) return false;
    const attempts = policy?.MaxAttempts ?? 0;
    if (attempts === 0) return true;
    // A global job's record is kept by node but looked up without: upstream never stops one.
    const perNode = modeOf(service.spec) === 'global';
    const history = this.histories.get(task.serviceId)?.get(place(task.slot, perNode ? task.nodeId : ''));
    if (!history || history.specVersion !== task.specVersion) return true;
    const window = micros(policy?.Window);
    if (window === 0) return history.total < attempts;
    const at = taskTimestamp(task);
    history.instants = history.instants.filter((instant) => instant > at - window);
    return history.instants.filter((instant) => instant < at).length < attempts;
  }

  /** Counts a restart, if its policy limits them. Follows Supervisor.RecordRestartHistory. */
  recordRestart(replacement: TaskObject, at: Micros): void {
    const policy = replacement.spec.RestartPolicy;
    if ((policy?.MaxAttempts ?? 0) === 0) return;
    let places = this.histories.get(replacement.serviceId);
    if (!places) this.histories.set(replacement.serviceId, (places = new Map()));
    const name = place(replacement.slot, replacement.nodeId);
    let history = places.get(name);
    if (!history || history.specVersion !== replacement.specVersion) {
      history = { specVersion: replacement.specVersion, total: 0, instants: [] };
      places.set(name, history);
    }
    history.total++;
    if (micros(policy?.Window) > 0) history.instants.push(at);
  }

  private release(taskIds: ReadonlySet<string> | undefined): boolean {
    if (!taskIds) return false;
    for (const taskId of taskIds) {
      const delay = this.delays.get(taskId);
      if (!delay) continue;
      delay.waitsForOld = false;
      this.wakeBy(delay.dueAt);
    }
    return this.due;
  }

  private wakeBy(at: Micros): void {
    this.wakeAt = Math.min(this.wakeAt, at);
    const now = this.context.now();
    if (at <= now) this.context.requestTurn();
    else this.context.timers.set(TIMER, Math.max(0, this.wakeAt - now));
  }
}

export function restartDelay(task: TaskObject): Micros {
  const delay = task.spec.RestartPolicy?.Delay;
  return delay === undefined || delay === null ? RESTART_DELAY_DEFAULT : micros(delay);
}

function isDown(node: NodeObject): boolean {
  return node.status.state === 'down';
}

function place(slot: number, nodeId: string): string {
  return `${slot}/${nodeId}`;
}

function add(map: Map<string, Set<string>>, at: string, id: string): void {
  const ids = map.get(at);
  if (ids) ids.add(id);
  else map.set(at, new Set([id]));
}

function remove(map: Map<string, Set<string>>, at: string, id: string): void {
  const ids = map.get(at);
  if (ids?.delete(id) && ids.size === 0) map.delete(at);
}
