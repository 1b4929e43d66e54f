/** Which overlays the live tasks of each node use: counted, so that no list of tasks is walked. Follows getNodeNetworks. */
import type { TaskObject } from '../objects';
import type { NetworkAllocator } from './networks';

interface Place {
  readonly nodeId: string;
  readonly networkIds: readonly string[];
}

export class NodeNetworks {
  private readonly counts = new Map<string, Map<string, number>>();
  private readonly places = new Map<string, Place>();

  /** True when the node needs a network that it did not need before. */
  addTask(task: TaskObject, networks: NetworkAllocator): boolean {
    if (this.places.has(task.id)) return false;
    const networkIds = task.networks.map(({ networkId }) => networkId).filter((id) => !networks.isLocal(id));
    this.places.set(task.id, { nodeId: task.nodeId, networkIds });
    let counts = this.counts.get(task.nodeId);
    if (!counts) this.counts.set(task.nodeId, (counts = new Map()));
    let changed = false;
    for (const id of networkIds) {
      const count = counts.get(id) ?? 0;
      counts.set(id, count + 1);
      if (count === 0) changed = true;
    }
    return changed;
  }

  /** True when its node needs a network no longer. */
  removeTask(taskId: string): boolean {
    const place = this.places.get(taskId);
    if (!place) return false;
    this.places.delete(taskId);
    const counts = this.counts.get(place.nodeId);
    let changed = false;
    for (const id of place.networkIds) {
      const count = counts?.get(id) ?? 0;
      if (count > 1) counts!.set(id, count - 1);
      else if (counts?.delete(id)) changed = true;
    }
    return changed;
  }

  removeNode(nodeId: string): void {
    this.counts.delete(nodeId);
  }

  of(nodeId: string): string[] {
    return [...(this.counts.get(nodeId)?.keys() ?? [])];
  }
}
