/**
 * Jobs: tasks that are to complete. A replicated job has so many completions, a few at a time, in slots from 0; a global
 * job one task on each node that is ready when it is looked at. Each update of the service is a new iteration.
 * Follows moby/swarmkit manager/orchestrator/jobs/{orchestrator.go,replicated/reconciler.go,global/reconciler.go}.
 */
import type { ControlLoop, LoopContext } from '../loop';
import {
  type Change,
  type NodeObject,
  type ReadTx,
  type ServiceObject,
  type StoreEvent,
  type TaskObject,
  TaskState,
} from '../objects';
import { Draft } from './draft';
import { Supervisors } from './supervisors';
import { desire, isInvalidNode, isJob, modeOf, newTask, nodeMatchesService, removeTasksOfService } from './task';

export class JobsOrchestrator implements ControlLoop {
  readonly name = 'jobs';
  private readonly supervisors: Supervisors;
  private readonly jobs = new Set<string>();
  private readonly dirty = new Set<string>();
  private started = false;

  constructor(private readonly context: LoopContext) {
    this.supervisors = new Supervisors(context);
  }

  start(): void {
    for (const service of this.context.store.list('service')) {
      if (!isJob(service)) continue;
      this.jobs.add(service.id);
      this.dirty.add(service.id);
    }
    if (this.jobs.size > 0) this.context.requestTurn();
  }

  observe(events: readonly StoreEvent[]): void {
    let wanted = false;
    for (const event of events) {
      const { object } = event;
      if (object.kind === 'service') {
        if (!isJob(object)) continue;
        this.jobs.add(object.id);
        this.dirty.add(object.id);
      } else if (this.jobs.size > 0) {
        if (this.supervisors.observe(event)) wanted = true;
        if (object.kind === 'task') this.observeTask(event.action, object);
      }
    }
    if (wanted || this.dirty.size > 0) this.context.requestTurn();
  }

  timer(name: string): void {
    this.supervisors.timer(name);
  }

  turn(read: ReadTx): readonly Change[] {
    const draft = new Draft(read);
    if (!this.started) {
      this.started = true;
      this.supervisors.checkTasks(
        draft,
        isJob,
        (task) => this.fixTask(draft, task),
        (task) => (this.isGlobal(task) ? `0/${task.nodeId}` : `${task.slot}/`),
      );
    }
    this.supervisors.settle(draft, (taskId) => this.restart(draft, taskId));
    for (const serviceId of this.dirty) this.reconcile(draft, serviceId);
    this.dirty.clear();
    this.supervisors.settle(draft, (taskId) => this.restart(draft, taskId));
    return draft.changes();
  }

  private observeTask(action: StoreEvent['action'], task: TaskObject): void {
    if (action === 'remove') this.supervisors.restarts.cancel(task.id);
    const ended = task.status.state > TaskState.RUNNING && task.desiredState <= TaskState.COMPLETE;
    if (action === 'update' && ended && this.jobs.has(task.serviceId)) this.dirty.add(task.serviceId);
  }

  private isGlobal(task: TaskObject): boolean {
    const service = this.context.store.get('service', task.serviceId);
    return service !== undefined && modeOf(service.spec) === 'global-job';
  }

  /** A global job's task on a node that is of no use is shut down; nothing else is done for a new leader. */
  private fixTask(draft: Draft, task: TaskObject): void {
    if (!this.isGlobal(task) || task.desiredState > TaskState.COMPLETE) return;
    if (isInvalidNode(draft.get('node', task.nodeId))) desire(draft, task.id, TaskState.SHUTDOWN);
  }

  private reconcile(draft: Draft, serviceId: string): void {
    const service = draft.get('service', serviceId);
    if (!service) {
      removeTasksOfService(draft, serviceId);
      this.supervisors.restarts.clearServiceHistory(serviceId);
      this.jobs.delete(serviceId);
    } else if (modeOf(service.spec) === 'global-job') this.reconcileGlobal(draft, service);
    else this.reconcileReplicated(draft, service);
  }

  /** Follows replicated/reconciler.go, ReconcileService. */
  private reconcileReplicated(draft: Draft, service: ServiceObject): void {
    const iteration = service.jobStatus?.iteration ?? 0;
    const slots = new Set<number>();
    const failed: TaskObject[] = [];
    const outdated: TaskObject[] = [];
    let running = 0;
    let complete = 0;
    for (const task of draft.tasksOfService(service.id)) {
      if (task.jobIteration === undefined) continue;
      const { state } = task.status;
      if (task.jobIteration !== iteration) {
        if (state <= TaskState.RUNNING) outdated.push(task);
      } else if (state === TaskState.COMPLETE) {
        complete++;
        slots.add(task.slot);
      } else if (task.desiredState <= TaskState.COMPLETE) {
        running++;
        slots.add(task.slot);
        if (state > TaskState.COMPLETE) failed.push(task);
      }
    }
    const { MaxConcurrent = 1, TotalCompletions = MaxConcurrent } = service.spec.Mode?.ReplicatedJob ?? {};
    const count = Math.min(unsigned(MaxConcurrent - running), unsigned(TotalCompletions - complete - running));
    // More tasks than there should be: upstream counts without sign here, and leaves all as it is.
    if (count > TotalCompletions) return;
    for (let slot = 0, left = count; left > 0; slot++) {
      if (slots.has(slot)) continue;
      left--;
      this.create(draft, service, slot, '');
    }
    for (const task of failed) this.restart(draft, task.id);
    for (const task of outdated) desire(draft, task.id, TaskState.REMOVE);
  }

  /** Follows global/reconciler.go, ReconcileService. */
  private reconcileGlobal(draft: Draft, service: ServiceObject): void {
    const iteration = service.jobStatus?.iteration ?? 0;
    const current = new Map<string, TaskObject>();
    const failed: TaskObject[] = [];
    const outdated: TaskObject[] = [];
    for (const task of draft.tasksOfService(service.id)) {
      if (task.jobIteration === undefined) continue;
      if (task.jobIteration !== iteration) outdated.push(task);
      else if (task.desiredState <= TaskState.COMPLETE) {
        if (task.status.state > TaskState.COMPLETE) failed.push(task);
        current.set(task.nodeId, task);
      }
    }
    const nodes = draft.list('node').filter((node) => nodeMatchesService(service, node));
    for (const node of nodes) if (isCandidate(node) && !current.has(node.id)) this.create(draft, service, 0, node.id);
    for (const task of failed) this.restart(draft, task.id);
    for (const task of outdated) desire(draft, task.id, TaskState.REMOVE);
    for (const node of nodes) {
      const task = isInvalidNode(node) ? current.get(node.id) : undefined;
      if (task && task.status.state <= TaskState.RUNNING) desire(draft, task.id, TaskState.SHUTDOWN);
    }
  }

  private create(draft: Draft, service: ServiceObject, slot: number, nodeId: string): void {
    const task = newTask(service, slot, nodeId, this.context.newId(), this.context.now());
    const jobIteration = service.jobStatus?.iteration ?? 0;
    draft.create({ ...task, jobIteration, desiredState: TaskState.COMPLETE });
  }

  private restart(draft: Draft, taskId: string): void {
    const task = draft.get('task', taskId);
    const service = task && draft.get('service', task.serviceId);
    if (!task || !service || !isJob(service) || task.desiredState > TaskState.COMPLETE) return;
    this.supervisors.restarts.restart(draft, service, task);
  }
}

/** As upstream's unsigned numbers: what is below zero is very large. */
function unsigned(count: number): number {
  return count < 0 ? Number.POSITIVE_INFINITY : count;
}

function isCandidate(node: NodeObject): boolean {
  return !isInvalidNode(node) && (node.spec.Availability || 'active') === 'active' && node.status.state === 'ready';
}
