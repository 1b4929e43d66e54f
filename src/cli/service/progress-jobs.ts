/** Progress of jobs: how many tasks have ended well, and a line a task. Follows service/progress/progress.go. */
import type { Service, Task } from '../../api/index';
import type { Process } from '../../base/process';
import { MAX_BARS, type Show, stateNumber, statusLine, taskLine, type Updater } from './progress-tasks';

/** Steps of a job's bars: one more than a service's, for complete. */
const JOB_STEPS = 10;
const COMPLETE = 10;

function completed(done: number, total: number): string {
  return `${String(done).padStart(String(total).length)} out of ${total} complete`;
}

/** Of several tasks in one place the one with the lower state counts. */
function lower(task: Task, existing: Task | undefined): boolean {
  return !existing || stateNumber(existing.Status.State) > stateNumber(task.Status.State);
}

export class ReplicatedJobUpdater implements Updater {
  private readonly iteration: number;
  private readonly concurrent: number;
  private readonly total: number;
  private initialized = false;

  constructor(
    service: Service,
    private readonly show: Show,
  ) {
    this.iteration = service.JobStatus?.JobIteration.Index ?? 0;
    this.concurrent = service.Spec.Mode?.ReplicatedJob?.MaxConcurrent ?? 0;
    this.total = service.Spec.Mode?.ReplicatedJob?.TotalCompletions ?? 0;
  }

  *update(_service: Service, tasks: readonly Task[]): Process<boolean> {
    if (!this.initialized) {
      yield* this.overall(0, 0);
      for (let at = 1; this.total <= MAX_BARS && at <= this.total; at++) {
        yield* this.show(statusLine(`${at}/${this.total}`, ' '));
      }
      this.initialized = true;
    }
    const bySlot = new Map<number, Task>();
    for (const task of tasks) {
      if (!task.JobIteration || (task.JobIteration.Index ?? 0) !== this.iteration) continue;
      if (stateNumber(task.DesiredState) === 0 || stateNumber(task.Status.State) === 0) continue;
      const slot = task.Slot ?? 0;
      if (lower(task, bySlot.get(slot))) bySlot.set(slot, task);
    }
    let active = 0;
    let done = 0;
    for (const [slot, task] of [...bySlot].sort((a, b) => a[0] - b[0])) {
      if (this.total <= MAX_BARS) yield* this.show(taskLine(`${slot + 1}/${this.total}`, task, JOB_STEPS));
      if (stateNumber(task.Status.State) < COMPLETE) active++;
      if (task.Status.State === 'complete') done++;
    }
    yield* this.overall(active, done);
    return done === this.total;
  }

  private *overall(active: number, done: number): Process<void> {
    const progress = { current: done, total: this.total, hideCounts: true };
    yield* this.show({ id: 'job progress', status: completed(done, this.total), progress });
    const wanted = Math.min(this.total - done, this.concurrent);
    const digits = String(this.concurrent).length;
    const pad = (count: number) => String(count).padStart(digits);
    yield* this.show(statusLine('active tasks', `${pad(active)} out of ${pad(wanted)} tasks`));
  }
}

export class GlobalJobUpdater implements Updater {
  private readonly nodes = new Set<string>();
  private initialized = false;

  constructor(private readonly show: Show) {}

  *update(service: Service, tasks: readonly Task[], active: ReadonlySet<string>): Process<boolean> {
    const current = tasks.filter((task) => task.JobIteration?.Index === service.JobStatus?.JobIteration.Index);
    if (!this.initialized) {
      if (tasks.length === 0 && active.size > 0) {
        yield* this.show(statusLine('job progress', 'waiting for tasks'));
        return false;
      }
      // Nodes that join later do not count: the job began with these.
      for (const task of current) this.nodes.add(task.NodeID ?? '');
      yield* this.overall(0);
      this.initialized = true;
    }
    const byNode = new Map<string, Task>();
    for (const task of current) {
      const node = task.NodeID ?? '';
      if (this.nodes.has(node) && lower(task, byNode.get(node))) byNode.set(node, task);
    }
    let done = 0;
    for (const [node, task] of byNode) {
      if (this.nodes.size <= MAX_BARS) yield* this.show(taskLine(node, task, JOB_STEPS));
      if (task.Status.State === 'complete') done++;
    }
    yield* this.overall(done);
    return done === this.nodes.size;
  }

  private *overall(done: number): Process<void> {
    const progress = { current: done, total: this.nodes.size, hideCounts: true };
    yield* this.show({ id: 'job progress', status: completed(done, this.nodes.size), progress });
  }
}
