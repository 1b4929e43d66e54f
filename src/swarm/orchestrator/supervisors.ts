/** What the replicated and the global orchestrator have in common: their supervisors, and tasks to be restarted. */
import type { LoopContext } from '../loop';
import { type ServiceObject, type StoreEvent, type TaskObject, TaskState } from '../objects';
import type { Draft } from './draft';
import { RestartSupervisor, restartDelay } from './restart';
import { taskTimestamp } from './task';
import { UpdateSupervisor } from './update';

export class Supervisors {
  readonly restarts: RestartSupervisor;
  readonly updates: UpdateSupervisor;

  constructor(private readonly context: LoopContext) {
    this.restarts = new RestartSupervisor(context);
    this.updates = new UpdateSupervisor(context, this.restarts);
  }

  /** True when a turn is wanted. */
  observe(event: StoreEvent): boolean {
    const due = this.restarts.observe(event);
    return this.updates.observe(event) || due;
  }

  timer(name: string): void {
    if (this.updates.isTimer(name)) this.updates.wake();
    else this.context.requestTurn();
  }

  /** Starts the tasks whose delay is over; `restart` hears of those whose restart had to wait for that. */
  start(draft: Draft, restart: (taskId: string) => void): void {
    if (!this.restarts.due) return;
    for (const taskId of this.restarts.startDue(draft)) restart(taskId);
    this.updates.touchStarted();
  }

  /**
   * Steps updates and starts delayed tasks until neither has more to do. At the end of a turn: a task that failed is
   * replaced before its update rolls back, so that its replacement is the rollback's to undo, as in a real swarm.
   */
  settle(draft: Draft, restart: (taskId: string) => void): void {
    for (;;) {
      this.updates.step(draft);
      if (!this.restarts.due) return;
      this.start(draft, restart);
    }
  }

  /**
   * As a new leader: tasks of removed services are deleted, replacements that were waiting to start are started after
   * what is left of their delay, and the restart history is rebuilt from the tasks that were kept.
   * Follows moby/swarmkit manager/orchestrator/taskinit/init.go, CheckTasks.
   */
  checkTasks(
    draft: Draft,
    isRelated: (service: ServiceObject) => boolean,
    fixTask: (task: TaskObject) => void,
    placeOf: (task: TaskObject) => string,
  ): void {
    const places = new Map<string, TaskObject[]>();
    for (const task of draft.list('task')) {
      if (task.serviceId === '') continue;
      const service = draft.get('service', task.serviceId);
      if (!service) {
        draft.remove('task', task.id);
        continue;
      }
      if (!isRelated(service)) continue;
      const place = `${task.serviceId}/${placeOf(task)}`;
      const tasks = places.get(place);
      if (tasks) tasks.push(task);
      else places.set(place, [task]);
      fixTask(task);
      if (task.desiredState === TaskState.READY && task.status.state <= TaskState.COMPLETE) this.resume(draft, task);
    }
    for (const tasks of places.values()) this.rebuildHistory(tasks);
  }

  private resume(draft: Draft, task: TaskObject): void {
    const delay = restartDelay(task);
    const left = Math.min(delay, taskTimestamp(task) + delay - this.context.now());
    if (left > 0) this.restarts.delayStart(undefined, task.id, left, true);
    else this.restarts.startNow(draft, task.id);
  }

  /** All but the first-created task of the newest spec version count as restarts. */
  private rebuildHistory(tasks: readonly TaskObject[]): void {
    const newest = Math.max(...tasks.map((task) => task.specVersion));
    const current = tasks.filter((task) => task.specVersion === newest);
    current.sort((a, b) => a.meta.createdAt - b.meta.createdAt || (a.id < b.id ? -1 : 1));
    for (const task of current.slice(1)) this.restarts.recordRestart(task, task.meta.createdAt);
  }
}
