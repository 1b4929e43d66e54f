/**
 * Assigns pending tasks to nodes.
 *
 *      commit ──► note what changed ──► 50 ms after the last commit (1 s after the first at most) ──► a pass:
 *          preassigned tasks (global services): does the task fit its node?
 *          all others, if anything changed that may help: group by service and spec version, place each group
 *
 * Follows moby/swarmkit manager/scheduler/scheduler.go.
 */
import type { Micros } from '../../base/process';
import type { ControlLoop, LoopContext } from '../loop';
import {
  type Change,
  copyTask,
  type NodeObject,
  type ReadTx,
  type StoreEvent,
  type TaskObject,
  TaskState,
} from '../objects';
import { managerStatus } from '../orchestrator/task';
import type { SchedulingDecision } from './decision';
import { claimOf, FAILURES_MAX, NodeInfo } from './node-info';
import { NodeOrder } from './node-order';
import { Pipeline } from './pipeline';
import { place, placeByPreference } from './placement';
import { preferencesOf } from './preference';

const DEBOUNCE: Micros = 50_000;
const LATENCY_MAX: Micros = 1_000_000;
const DECISIONS_MAX = 1000;
/** Nodes and tasks kept in the record of one decision. */
const RECORD_MAX = 100;
const TIMER = 'debounce';

export class Scheduler implements ControlLoop {
  readonly name = 'scheduler';
  readonly decisions: SchedulingDecision[] = [];
  /** Tasks that are PENDING to RUNNING, as last seen or decided. */
  private readonly tasks = new Map<string, TaskObject>();
  private readonly unassigned = new Map<string, TaskObject>();
  /** Tasks that came with a node, and those of them that still wait for its consent. */
  private readonly preassigned = new Set<string>();
  private readonly pendingPreassigned = new Set<string>();
  private readonly nodes = new Map<string, NodeInfo>();
  private readonly order: NodeOrder;
  private readonly nodesByService = new Map<string, Set<NodeInfo>>();
  /** Nodes on which a group (service and spec version) failed lately. */
  private readonly failing = new Map<string, Set<NodeInfo>>();
  /** What was recorded last of a group that waits: the same words are not recorded again. */
  private readonly lastSaid = new Map<string, string>();
  private tickWanted = true;
  private debouncingSince: Micros | undefined;

  constructor(private readonly context: LoopContext) {
    this.order = new NodeOrder(context.random);
  }

  start(): void {
    for (const node of this.context.store.list('node')) this.putNode(node);
    for (const task of this.context.store.list('task')) {
      const { state } = task.status;
      if (state < TaskState.PENDING || state > TaskState.RUNNING) continue;
      if (state === TaskState.PENDING && task.desiredState > TaskState.COMPLETE) continue;
      this.track(task);
    }
    this.context.requestTurn();
  }

  observe(events: readonly StoreEvent[]): void {
    for (const { action, object } of events) {
      if (object.kind === 'task') this.observeTask(action, object);
      else if (object.kind === 'node' && action === 'remove') this.dropNode(object.id);
      else if (object.kind === 'node') {
        this.putNode(object);
        this.tickWanted = true;
      }
    }
    const wanted = this.pendingPreassigned.size > 0 || (this.tickWanted && this.unassigned.size > 0);
    if (!wanted) return;
    const now = this.context.now();
    this.debouncingSince ??= now;
    if (now - this.debouncingSince > LATENCY_MAX) {
      this.context.timers.clear(TIMER);
      this.timer();
    } else this.context.timers.set(TIMER, DEBOUNCE);
  }

  timer(): void {
    this.debouncingSince = undefined;
    this.context.requestTurn();
  }

  turn(read: ReadTx): readonly Change[] {
    const changes: Change[] = [];
    for (const taskId of this.pendingPreassigned) this.confirm(read, taskId, changes);
    if (this.tickWanted) {
      this.tickWanted = false;
      for (const group of this.takeGroups()) this.placeGroup(read, group, changes);
    }
    return changes;
  }

  private observeTask(action: StoreEvent['action'], task: TaskObject): void {
    if (action === 'remove') {
      if (this.untrack(task.id)) this.tickWanted = true;
      return;
    }
    const { state } = task.status;
    if (state < TaskState.PENDING) return;
    const old = this.tasks.get(task.id);
    if (state > TaskState.RUNNING) {
      if (!old) return;
      const failed = state === TaskState.FAILED || state === TaskState.REJECTED;
      if (failed && !this.preassigned.has(task.id)) this.noteFailure(task);
      this.untrack(task.id);
      this.tickWanted = true;
      return;
    }
    if (old && (task.nodeId === '' || state === TaskState.PENDING)) this.untrack(task.id);
    this.track(task);
    if (task.nodeId === '') this.tickWanted = true;
  }

  /** Takes in a task that is PENDING to RUNNING. */
  private track(task: TaskObject): void {
    this.tasks.set(task.id, task);
    if (task.nodeId === '') this.unassigned.set(task.id, task);
    else if (task.status.state === TaskState.PENDING) {
      this.preassigned.add(task.id);
      this.pendingPreassigned.add(task.id);
    } else this.occupy(this.nodes.get(task.nodeId), task);
  }

  /** True when it freed something. */
  private untrack(taskId: string): boolean {
    const task = this.tasks.get(taskId);
    this.tasks.delete(taskId);
    this.unassigned.delete(taskId);
    this.preassigned.delete(taskId);
    this.pendingPreassigned.delete(taskId);
    const info = task ? this.nodes.get(task.nodeId) : undefined;
    if (!task || !info?.removeTask(taskId)) return false;
    this.counted(info, task.serviceId);
    return true;
  }

  private occupy(info: NodeInfo | undefined, task: TaskObject): void {
    if (info?.addTask(task)) this.counted(info, task.serviceId);
  }

  /** Keeps the indices in step with a node's counts. */
  private counted(info: NodeInfo, serviceId: string): void {
    this.order.moved(info);
    const active = info.activeOf(serviceId);
    if (active > 1) return;
    let nodes = this.nodesByService.get(serviceId);
    if (active === 1) {
      if (!nodes) this.nodesByService.set(serviceId, (nodes = new Set()));
      nodes.add(info);
    } else if (nodes?.delete(info) && nodes.size === 0) this.nodesByService.delete(serviceId);
  }

  private putNode(node: NodeObject): void {
    const known = this.nodes.get(node.id);
    if (known) {
      known.refresh(node);
      return;
    }
    const info = new NodeInfo(node);
    this.nodes.set(node.id, info);
    this.order.add(info);
  }

  private dropNode(nodeId: string): void {
    const info = this.nodes.get(nodeId);
    if (!info) return;
    this.nodes.delete(nodeId);
    this.order.remove(info);
    for (const nodes of this.nodesByService.values()) nodes.delete(info);
    for (const nodes of this.failing.values()) nodes.delete(info);
  }

  private noteFailure(task: TaskObject): void {
    const info = this.nodes.get(task.nodeId);
    if (!info) return;
    const group = groupOf(task);
    info.taskFailed(group, this.context.now());
    const nodes = this.failing.get(group);
    if (nodes) nodes.add(info);
    else this.failing.set(group, new Set([info]));
  }

  /** Whether a task that came with its node fits there. Follows processPreassignedTasks and taskFitNode. */
  private confirm(read: ReadTx, taskId: string, changes: Change[]): void {
    const task = read.get('task', taskId);
    const info = task && this.nodes.get(task.nodeId);
    if (!task || !info || task.status.state !== TaskState.PENDING) return;
    const pipeline = new Pipeline(task, read);
    const now = this.context.now();
    if (!pipeline.process(info)) {
      const err = pipeline.explain();
      if (err === task.status.err) return;
      changes.push({ action: 'update', object: { ...task, status: { ...task.status, timestamp: now, err } } });
      this.record(task, [], 1, err, pipeline, [], now);
      return;
    }
    const message = 'scheduler confirmed task can run on preassigned node';
    const assigned = this.withResources(info, task);
    assigned.status = managerStatus(TaskState.ASSIGNED, message, now);
    this.pendingPreassigned.delete(taskId);
    this.tasks.set(taskId, assigned);
    this.occupy(info, assigned);
    changes.push({ action: 'update', object: assigned });
    this.record(task, [assigned], 0, '', pipeline, [], now);
  }

  private takeGroups(): TaskObject[][] {
    const groups = new Map<string, TaskObject[]>();
    let last: TaskObject[] | undefined;
    for (const task of this.unassigned.values()) {
      if (last?.[0]?.serviceId === task.serviceId && last[0].specVersion === task.specVersion) {
        last.push(task);
        continue;
      }
      const key = groupOf(task);
      last = groups.get(key);
      if (last) last.push(task);
      else groups.set(key, (last = [task]));
    }
    this.unassigned.clear();
    return [...groups.values()];
  }

  /** Follows scheduleTaskGroup. */
  private placeGroup(read: ReadTx, tasks: readonly TaskObject[], changes: Change[]): void {
    const first = tasks[0]!;
    const now = this.context.now();
    const key = groupOf(first);
    const pipeline = new Pipeline(first, read);
    const recorded: TaskObject[] = [];
    const candidates: SchedulingDecision['order'][number][] = [];
    // All of the group share them.
    const status = managerStatus(TaskState.ASSIGNED, 'scheduler assigned task to node', now);
    const claim = claimOf(first);
    let placed = 0;
    const group = {
      serviceId: first.serviceId,
      pipeline,
      failures: (info: NodeInfo) => info.recentFailures(key, now),
      special: this.specialNodes(first.serviceId, key, now),
      left: () => tasks.length - placed,
      assign: (info: NodeInfo) => {
        const object = this.withResources(info, tasks[placed++]!);
        object.nodeId = info.node.id;
        object.status = status;
        this.tasks.set(object.id, object);
        info.place(object, claim);
        this.counted(info, object.serviceId);
        changes.push({ action: 'update', object });
        if (recorded.length < RECORD_MAX) recorded.push(object);
      },
      ordered: (nodes: readonly NodeInfo[]) => {
        for (const info of nodes) {
          if (candidates.length === RECORD_MAX) break;
          candidates.push({
            nodeId: info.node.id,
            failures: info.recentFailures(key, now),
            serviceTasks: info.activeOf(first.serviceId),
            allTasks: info.activeTasks,
          });
        }
      },
    };
    const preferences = preferencesOf(first.spec);
    if (preferences.length > 0) placeByPreference(this.order, group, preferences, tasks.length);
    else place(this.order, group, tasks.length);
    const waiting = tasks.slice(placed);
    const explanation = waiting.length > 0 ? this.noSuitableNode(read, waiting, pipeline, changes, now) : '';
    this.record(first, recorded, waiting.length, explanation, pipeline, candidates, now);
  }

  /** A copy that claims the generic resources it asks for. */
  private withResources(info: NodeInfo, task: TaskObject): ReturnType<typeof copyTask> {
    const copy = copyTask(task);
    const claimed = info.claimable(task.spec.Resources?.Reservations?.GenericResources);
    if (claimed.length > 0) copy.genericResources = claimed;
    return copy;
  }

  private specialNodes(serviceId: string, key: string, now: Micros): ReadonlySet<NodeInfo> {
    const withTasks = this.nodesByService.get(serviceId);
    const failing = this.failing.get(key);
    if (!failing) return withTasks ?? NO_NODES;
    const special = new Set(withTasks);
    for (const info of failing) {
      const failures = info.recentFailures(key, now);
      if (failures >= FAILURES_MAX) special.add(info);
      if (failures === 0) failing.delete(info);
    }
    if (failing.size === 0) this.failing.delete(key);
    return special;
  }

  /** Says why, and keeps the tasks for the next pass. Follows noSuitableNode. */
  private noSuitableNode(
    read: ReadTx,
    tasks: readonly TaskObject[],
    pipeline: Pipeline,
    changes: Change[],
    now: Micros,
  ): string {
    const why = pipeline.explain();
    const err = why === '' ? 'no suitable node' : `no suitable node (${why})`;
    for (const task of tasks) {
      const service = read.get('service', task.serviceId);
      if (!service) continue;
      let status = { ...task.status, timestamp: now };
      if (service.specVersion > task.specVersion) {
        if (task.status.state === TaskState.PENDING && task.desiredState >= TaskState.SHUTDOWN) {
          status = { ...status, state: TaskState.SHUTDOWN, err: '' };
        }
      } else {
        status = { ...status, err };
        this.unassigned.set(task.id, task);
      }
      if (status.state === task.status.state && status.err === task.status.err) continue;
      changes.push({ action: 'update', object: { ...task, status } });
    }
    return err;
  }

  private record(
    task: TaskObject,
    assigned: readonly TaskObject[],
    waiting: number,
    explanation: string,
    pipeline: Pipeline,
    order: SchedulingDecision['order'],
    at: Micros,
  ): void {
    const group = groupOf(task);
    const said = assigned.length === 0 ? `${waiting} ${explanation}` : '';
    if (said !== '' && this.lastSaid.get(group) === said) return;
    if (waiting > 0) this.lastSaid.set(group, `${waiting} ${explanation}`);
    else this.lastSaid.delete(group);
    this.decisions.push({
      at,
      serviceId: task.serviceId,
      specVersion: task.specVersion,
      tasks: assigned.map(({ id, nodeId }) => ({ taskId: id, nodeId })),
      waiting,
      explanation,
      struck: pipeline.struck(),
      order,
    });
    if (this.decisions.length > DECISIONS_MAX * 2) this.decisions.splice(0, this.decisions.length - DECISIONS_MAX);
  }
}

const NO_NODES: ReadonlySet<NodeInfo> = new Set();

/** Tasks that are alike for every filter: one service, one version of its spec. */
function groupOf(task: TaskObject): string {
  return `${task.serviceId}/${task.specVersion}`;
}
