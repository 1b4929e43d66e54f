/**
 * Rejects tasks on nodes that no longer meet their constraints or have too little left for their reservations; the
 * orchestrator then restarts them elsewhere. Drained and paused nodes are left alone.
 * Follows moby/swarmkit manager/orchestrator/constraintenforcer/constraint_enforcer.go.
 */
import type { ControlLoop, LoopContext } from '../loop';
import { type Change, type NodeObject, type ReadTx, type StoreEvent, type TaskObject, TaskState } from '../objects';
import { nodeMatches, parseConstraints } from '../scheduler/constraint';
import { consume, type GenericStock, hasResources, stockOf } from '../scheduler/generic';

export class ConstraintEnforcer implements ControlLoop {
  readonly name = 'enforcer';
  private readonly nodes = new Set<string>();

  constructor(private readonly context: LoopContext) {}

  start(): void {
    for (const node of this.context.store.list('node')) this.nodes.add(node.id);
    if (this.nodes.size > 0) this.context.requestTurn();
  }

  observe(events: readonly StoreEvent[]): void {
    for (const { action, object } of events) {
      if (object.kind === 'node' && action === 'update') this.nodes.add(object.id);
    }
    if (this.nodes.size > 0) this.context.requestTurn();
  }

  timer(): void {}

  turn(read: ReadTx): readonly Change[] {
    const changes: Change[] = [];
    for (const nodeId of this.nodes) {
      const node = read.get('node', nodeId);
      if (!node || (node.spec.Availability || 'active') !== 'active') continue;
      for (const task of noncompliant(read, node)) {
        const status = {
          ...task.status,
          state: TaskState.REJECTED,
          message: 'task rejected by constraint enforcer',
          err: 'assigned node no longer meets constraints',
          timestamp: this.context.now(),
        };
        changes.push({ action: 'update', object: { ...task, status } });
      }
    }
    this.nodes.clear();
    return changes;
  }
}

/** In id order: what comes first keeps its place. */
function noncompliant(read: ReadTx, node: NodeObject): TaskObject[] {
  const resources = node.description?.Resources;
  let memory = resources?.MemoryBytes ?? 0;
  let cpus = resources?.NanoCPUs ?? 0;
  const stock: GenericStock = stockOf(resources?.GenericResources);
  const rejected: TaskObject[] = [];
  for (const task of read.tasksOfNode(node.id)) {
    if (task.desiredState < TaskState.ASSIGNED || task.desiredState > TaskState.COMPLETE) continue;
    if (task.status.state >= TaskState.COMPLETE) continue;
    // The service's placement, for the task's own may be from before an update that did not replace it.
    const service = read.get('service', task.serviceId);
    const placement = service ? service.spec.TaskTemplate?.Placement : task.spec.Placement;
    const constraints = parseConstraints(placement?.Constraints);
    if (constraints.ok && !nodeMatches(constraints.value, node)) {
      rejected.push(task);
      continue;
    }
    const reserved = task.spec.Resources?.Reservations;
    if ((reserved?.MemoryBytes ?? 0) > memory || (reserved?.NanoCPUs ?? 0) > cpus) {
      rejected.push(task);
      continue;
    }
    memory -= reserved?.MemoryBytes ?? 0;
    cpus -= reserved?.NanoCPUs ?? 0;
    if (!hasResources(stock, task.genericResources)) {
      rejected.push(task);
      break;
    }
    consume(stock, task.genericResources);
  }
  return rejected;
}
