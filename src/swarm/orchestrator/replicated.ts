/**
 * Keeps as many slots of each replicated service running as its spec says.
 *
 *      a service changed  ──► reconcile: too few slots → new tasks in the lowest free numbers; too many → REMOVE
 *      a task ended, or its node is down, drained or gone ──► restart supervisor
 *
 * In each turn tasks come first, then services. Follows moby/swarmkit manager/orchestrator/replicated/.
 */
import type { ControlLoop, LoopContext } from '../loop';
import type { Change } from '../objects';
import {
  type NodeObject,
  type ReadTx,
  type ServiceObject,
  type StoreEvent,
  type TaskObject,
  TaskState,
} from '../objects';
import { Draft } from './draft';
import { bySlot, keepOrder } from './slot';
import { Supervisors } from './supervisors';
import { desire, isInvalidNode, modeOf, newTask, removeTasksOfService, type Slot } from './task';

export class ReplicatedOrchestrator implements ControlLoop {
  readonly name = 'replicated';
  private readonly supervisors: Supervisors;
  /** Services to reconcile and tasks to restart in the next turn. */
  private readonly services = new Set<string>();
  private readonly restarts = new Set<string>();
  private readonly removed = new Set<string>();
  private started = false;

  constructor(private readonly context: LoopContext) {
    this.supervisors = new Supervisors(context);
  }

  start(): void {
    for (const service of this.context.store.list('service')) {
      if (isReplicated(service)) this.services.add(service.id);
    }
    this.context.requestTurn();
  }

  observe(events: readonly StoreEvent[]): void {
    let wanted = false;
    for (const event of events) {
      if (this.supervisors.observe(event)) wanted = true;
      const { object } = event;
      if (object.kind === 'task') this.observeTask(event.action, object);
      else if (object.kind === 'node') this.observeNode(event.action, object);
      else if (object.kind === 'service' && isReplicated(object)) {
        this.services.add(object.id);
        if (event.action === 'remove') this.removed.add(object.id);
      }
    }
    if (wanted || this.services.size > 0 || this.restarts.size > 0) this.context.requestTurn();
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
        isReplicated,
        (task) => this.observeTask('update', task),
        (task) => `${task.slot}/`,
      );
    }
    // Due starts first: a task whose start is over may be restarted again.
    this.supervisors.start(draft, (taskId) => this.restarts.add(taskId));
    for (const taskId of this.restarts) this.restart(draft, taskId);
    this.restarts.clear();
    for (const serviceId of this.services) this.reconcile(draft, serviceId);
    this.services.clear();
    this.removed.clear();
    this.supervisors.settle(draft, (taskId) => this.restart(draft, taskId));
    return draft.changes();
  }

  private observeTask(action: StoreEvent['action'], task: TaskObject): void {
    if (action === 'remove') {
      this.supervisors.restarts.cancel(task.id);
      if (task.desiredState <= TaskState.RUNNING && this.isOurs(task)) this.services.add(task.serviceId);
      return;
    }
    if (task.desiredState > TaskState.RUNNING) return;
    const ended = task.status.state > TaskState.RUNNING;
    if (!ended && (task.nodeId === '' || !isInvalidNode(this.context.store.get('node', task.nodeId)))) return;
    if (this.isOurs(task)) this.restarts.add(task.id);
  }

  private observeNode(action: StoreEvent['action'], node: NodeObject): void {
    if (action !== 'remove' && !isInvalidNode(node)) return;
    for (const task of this.context.store.tasksOfNode(node.id)) {
      if (task.desiredState <= TaskState.RUNNING && this.isOurs(task)) this.restarts.add(task.id);
    }
  }

  private isOurs(task: TaskObject): boolean {
    const service = this.context.store.get('service', task.serviceId);
    return service !== undefined && isReplicated(service);
  }

  private restart(draft: Draft, taskId: string): void {
    const task = draft.get('task', taskId);
    if (!task || task.desiredState > TaskState.RUNNING) return;
    const service = draft.get('service', task.serviceId);
    if (service && isReplicated(service)) this.supervisors.restarts.restart(draft, service, task);
  }

  /** Follows services.go, reconcile. */
  private reconcile(draft: Draft, serviceId: string): void {
    const service = draft.get('service', serviceId);
    if (!service) {
      if (this.removed.has(serviceId)) {
        removeTasksOfService(draft, serviceId);
        this.supervisors.restarts.clearServiceHistory(serviceId);
      }
      return;
    }
    const live = new Map<number, Slot>();
    const dead = new Map<number, Slot>();
    for (const [number, tasks] of bySlot(draft.tasksOfService(serviceId))) {
      const updatable = this.supervisors.restarts.updatableTasks(tasks, service);
      if (updatable.length > 0) live.set(number, updatable);
      else dead.set(number, tasks);
    }
    const wanted = service.spec.Mode?.Replicated?.Replicas ?? 1;
    if (wanted < live.size) {
      const slots = keepOrder([...live.values()]);
      this.supervisors.updates.update(draft, service, slots.slice(0, wanted));
      for (const slot of slots.slice(wanted)) for (const task of slot) desire(draft, task.id, TaskState.REMOVE);
    } else {
      this.supervisors.updates.update(draft, service, [...live.values()], keepOrder);
      this.addTasks(draft, service, live, dead, wanted - live.size);
    }
    for (const slot of dead.values()) for (const task of slot) draft.remove('task', task.id);
  }

  /** In the lowest slot numbers that are not live; a dead slot that is used again keeps its history. */
  private addTasks(
    draft: Draft,
    service: ServiceObject,
    live: ReadonlyMap<number, Slot>,
    dead: Map<number, Slot>,
    count: number,
  ): void {
    const now = this.context.now();
    for (let slot = 1, left = count; left > 0; slot++) {
      if (live.has(slot)) continue;
      left--;
      dead.delete(slot);
      draft.create(newTask(service, slot, '', this.context.newId(), now));
    }
  }
}

function isReplicated(service: ServiceObject): boolean {
  return modeOf(service.spec) === 'replicated';
}
