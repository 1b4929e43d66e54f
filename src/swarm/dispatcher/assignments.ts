/**
 * What one node has to know: its tasks from ASSIGNED on, and the secrets and configs of those that still run.
 * Follows moby/swarmkit manager/dispatcher/assignments.go.
 */
import type { AssignedTask } from '../agent/executor';
import { type ConfigObject, type ReadTx, type SecretObject, type TaskObject, TaskState } from '../objects';
import type { AssignmentsMessage } from './messages';

type Contents = Omit<AssignmentsMessage, 'sessionId' | 'complete' | 'appliesTo' | 'resultsIn'>;
type DependencyKind = 'secret' | 'config';
type DependencyObject = SecretObject | ConfigObject;

export class AssignmentSet {
  private readonly tasks = new Map<string, TaskObject>();
  /** Id → the tasks that use it, for secrets and for configs. */
  private readonly users: Record<DependencyKind, Map<string, Set<string>>> = { secret: new Map(), config: new Map() };
  /** Since the last message: what to send, undefined for what is to go. */
  private taskChanges = new Map<string, TaskObject | undefined>();
  private dependencyChanges: Record<DependencyKind, Map<string, DependencyObject | undefined>> = {
    secret: new Map(),
    config: new Map(),
  };

  /** True when the node has to hear of it. */
  put(read: ReadTx, task: TaskObject): boolean {
    const { state } = task.status;
    if (state < TaskState.ASSIGNED) return false;
    const old = this.tasks.get(task.id);
    this.tasks.set(task.id, task);
    if (old && isSame(old, task) && state > TaskState.ASSIGNED) {
      return state > TaskState.RUNNING && this.releaseDependencies(task);
    }
    if (!old && state <= TaskState.RUNNING) this.addDependencies(read, task);
    this.taskChanges.set(task.id, task);
    return true;
  }

  /** True when the node has to hear of it. */
  remove(task: TaskObject): boolean {
    if (!this.tasks.delete(task.id)) return false;
    this.taskChanges.set(task.id, undefined);
    this.releaseDependencies(task);
    return true;
  }

  /** What changed since the last message. */
  take(read: ReadTx): Contents {
    const tasks: AssignedTask[] = [];
    const removedTasks: string[] = [];
    for (const [id, task] of this.taskChanges) {
      if (task) tasks.push(assigned(read, task));
      else removedTasks.push(id);
    }
    this.taskChanges = new Map();
    const secrets = split<SecretObject>(this.dependencyChanges.secret);
    const configs = split<ConfigObject>(this.dependencyChanges.config);
    this.dependencyChanges = { secret: new Map(), config: new Map() };
    return {
      tasks,
      removedTasks,
      secrets: secrets.put,
      removedSecrets: secrets.removed,
      configs: configs.put,
      removedConfigs: configs.removed,
    };
  }

  private addDependencies(read: ReadTx, task: TaskObject): void {
    for (const [kind, id] of dependencies(task)) {
      const object = read.get(kind, id);
      if (!object) continue;
      const users = this.users[kind].get(id);
      if (users) users.add(task.id);
      else {
        this.users[kind].set(id, new Set([task.id]));
        this.dependencyChanges[kind].set(id, object);
      }
    }
  }

  /** True when one is used no longer. */
  private releaseDependencies(task: TaskObject): boolean {
    let changed = false;
    for (const [kind, id] of dependencies(task)) {
      const users = this.users[kind].get(id);
      if (!users?.delete(task.id) || users.size > 0) continue;
      this.users[kind].delete(id);
      this.dependencyChanges[kind].set(id, undefined);
      changed = true;
    }
    return changed;
  }
}

function dependencies(task: TaskObject): [DependencyKind, string][] {
  const container = task.spec.ContainerSpec;
  if (!container?.Secrets && !container?.Configs) return [];
  return [
    ...(container.Secrets ?? []).map(({ SecretID }): [DependencyKind, string] => ['secret', SecretID]),
    ...(container.Configs ?? []).map(({ ConfigID }): [DependencyKind, string] => ['config', ConfigID]),
  ];
}

/** All but the status is the same. Objects are shared, so parts that were not changed are identical. */
function isSame(a: TaskObject, b: TaskObject): boolean {
  return (
    a.desiredState === b.desiredState && a.spec === b.spec && a.networks === b.networks && a.endpoint === b.endpoint
  );
}

function assigned(read: ReadTx, task: TaskObject): AssignedTask {
  return { task, networks: task.networks.flatMap(({ networkId }) => read.get('network', networkId) ?? []) };
}

function split<T extends DependencyObject>(
  changes: ReadonlyMap<string, DependencyObject | undefined>,
): { readonly put: T[]; readonly removed: string[] } {
  const put: T[] = [];
  const removed: string[] = [];
  for (const [id, object] of changes) {
    if (object) put.push(object as T);
    else removed.push(id);
  }
  return { put, removed };
}
