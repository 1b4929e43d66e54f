/**
 * Keeps one task of each global service on every node that is neither drained nor down and meets the constraints.
 * Follows moby/swarmkit manager/orchestrator/global/global.go.
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
import { Supervisors } from './supervisors';
import {
  desire,
  isInvalidNode,
  isTaskDirty,
  modeOf,
  newTask,
  nodeMatchesService,
  removeTasksOfService,
  type Slot,
} from './task';

export class GlobalOrchestrator implements ControlLoop {
  readonly name = 'global';
  private readonly supervisors: Supervisors;
  private readonly globals = new Set<string>();
  /** Marked for the next turn. */
  private readonly services = new Set<string>();
  private readonly nodes = new Set<string>();
  private readonly restarts = new Set<string>();
  private started = false;

  constructor(private readonly context: LoopContext) {
    this.supervisors = new Supervisors(context);
  }

  start(): void {
    for (const service of this.context.store.list('service')) {
      if (!isGlobal(service)) continue;
      this.globals.add(service.id);
      this.services.add(service.id);
    }
    this.context.requestTurn();
  }

  observe(events: readonly StoreEvent[]): void {
    let wanted = false;
    for (const event of events) {
      const { object } = event;
      if (object.kind === 'service') {
        if (!isGlobal(object)) continue;
        this.services.add(object.id);
        if (event.action !== 'remove') this.globals.add(object.id);
        continue;
      }
      if (this.globals.size === 0) continue;
      if (this.supervisors.observe(event)) wanted = true;
      if (object.kind === 'node') this.nodes.add(object.id);
      else if (object.kind === 'task') this.observeTask(event.action, object);
    }
    const marked = this.services.size + this.nodes.size + this.restarts.size;
    if (wanted || marked > 0) this.context.requestTurn();
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
        isGlobal,
        (task) => this.fixTask(draft, task),
        (task) => `0/${task.nodeId}`,
      );
    }
    this.supervisors.start(draft, (taskId) => this.restarts.add(taskId));
    for (const serviceId of this.services) this.reconcileService(draft, serviceId);
    this.services.clear();
    for (const nodeId of this.nodes) this.reconcileNode(draft, nodeId);
    this.nodes.clear();
    for (const taskId of this.restarts) this.restart(draft, taskId);
    this.restarts.clear();
    this.supervisors.settle(draft, (taskId) => this.restart(draft, taskId));
    return draft.changes();
  }

  private observeTask(action: StoreEvent['action'], task: TaskObject): void {
    if (action === 'remove') this.supervisors.restarts.cancel(task.id);
    if (action !== 'update' || task.desiredState > TaskState.RUNNING) return;
    if (task.status.state > TaskState.RUNNING && this.globals.has(task.serviceId)) this.restarts.add(task.id);
  }

  /** Follows FixTask. */
  private fixTask(draft: Draft, task: TaskObject): void {
    if (task.desiredState > TaskState.RUNNING) return;
    if (isInvalidNode(draft.get('node', task.nodeId))) desire(draft, task.id, TaskState.SHUTDOWN);
    else if (task.status.state > TaskState.RUNNING) this.restarts.add(task.id);
  }

  /** Follows tickTasks. */
  private restart(draft: Draft, taskId: string): void {
    const task = draft.get('task', taskId);
    if (!task || task.desiredState > TaskState.RUNNING) return;
    const service = draft.get('service', task.serviceId);
    const node = draft.get('node', task.nodeId);
    if (!service || !isGlobal(service) || !node || isInvalidNode(node)) return;
    if (node.spec.Availability === 'pause' || !nodeMatchesService(service, node)) {
      desire(draft, taskId, TaskState.SHUTDOWN);
    } else this.supervisors.restarts.restart(draft, service, task);
  }

  /** Follows reconcileServices. */
  private reconcileService(draft: Draft, serviceId: string): void {
    const service = draft.get('service', serviceId);
    if (!service) {
      removeTasksOfService(draft, serviceId);
      this.supervisors.restarts.clearServiceHistory(serviceId);
      this.globals.delete(serviceId);
      return;
    }
    const tasks = byNode(draft.tasksOfService(serviceId));
    const slots: Slot[] = [];
    for (const node of draft.list('node')) {
      if (isInvalidNode(node)) continue;
      const slot = this.supervisors.restarts.updatableTasks(tasks.get(node.id) ?? [], service);
      tasks.delete(node.id);
      if (!nodeMatchesService(service, node)) shutdown(draft, slot);
      else if (node.spec.Availability === 'pause') continue;
      else if (slot.length === 0) this.addTask(draft, service, node);
      else slots.push(slot);
    }
    for (const slot of tasks.values()) shutdown(draft, this.supervisors.restarts.updatableTasks(slot, service));
    if (slots.length > 0) this.supervisors.updates.update(draft, service, slots);
  }

  /**
   * All global services on one node. What is out of date there is replaced without the rolling update's parameters.
   * Follows reconcileOneNode.
   */
  private reconcileNode(draft: Draft, nodeId: string): void {
    const node = draft.get('node', nodeId);
    const tasks = draft.tasksOfNode(nodeId).filter((task) => this.globals.has(task.serviceId));
    if (!node) {
      for (const task of tasks) draft.remove('task', task.id);
      return;
    }
    if (isInvalidNode(node)) {
      shutdown(draft, tasks);
      return;
    }
    if (node.spec.Availability === 'pause') return;
    for (const serviceId of this.globals) {
      const service = draft.get('service', serviceId);
      if (!service || !nodeMatchesService(service, node)) continue;
      const own = tasks.filter((task) => task.serviceId === serviceId);
      const slot = this.supervisors.restarts.updatableTasks(own, service);
      const dirty = slot.filter((task) => isTaskDirty(service, task, node));
      const clean = slot.filter((task) => !dirty.includes(task));
      if (clean.length === 0) this.addTask(draft, service, node);
      shutdown(draft, [...dirty, ...clean.slice(1)]);
    }
  }

  private addTask(draft: Draft, service: ServiceObject, node: NodeObject): void {
    draft.create(newTask(service, 0, node.id, this.context.newId(), this.context.now()));
  }
}

function isGlobal(service: ServiceObject): boolean {
  return modeOf(service.spec) === 'global';
}

function byNode(tasks: readonly TaskObject[]): Map<string, TaskObject[]> {
  const nodes = new Map<string, TaskObject[]>();
  for (const task of tasks) {
    const slot = nodes.get(task.nodeId);
    if (slot) slot.push(task);
    else nodes.set(task.nodeId, [task]);
  }
  return nodes;
}

function shutdown(draft: Draft, tasks: readonly TaskObject[]): void {
  for (const task of tasks) desire(draft, task.id, TaskState.SHUTDOWN);
}
