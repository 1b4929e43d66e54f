/** What must hold of the world after every event: Raft's promises and the store's. For tests and the fuzzer. */
import { type Manager, type ReadTx, type Store, SwarmChecker, type TaskObject, TaskState } from '../swarm/index';
import type { Lab } from './lab';

export class WorldChecker {
  private readonly swarm = new SwarmChecker();
  private readonly checkedIndex = new WeakMap<Store, number>();
  private raftSum = -1;

  constructor(private readonly lab: Lab) {}

  /** The first broken rule in words, or undefined. Looks only at what changed since the last call. */
  check(): string | undefined {
    let sum = 0;
    for (const { daemon, machine } of this.lab.world.hosts.values()) {
      if (daemon) sum += daemon.swarm.raftVersion + machine.boots * 1e9;
    }
    if (sum === this.raftSum) return undefined;
    this.raftSum = sum;
    const managers: Manager[] = [];
    for (const host of this.lab.world.hosts.values()) {
      const manager = host.daemon?.swarm.manager();
      if (manager) managers.push(manager);
    }
    return this.swarm.check(managers) ?? this.checkTables(managers);
  }

  private checkTables(managers: readonly Manager[]): string | undefined {
    for (const { store } of managers) {
      if (this.checkedIndex.get(store) === store.index) continue;
      this.checkedIndex.set(store, store.index);
      const broken = checkAddresses(store) ?? checkPorts(store) ?? checkSlots(store);
      if (broken) return broken;
    }
    return undefined;
  }
}

function isLive(task: TaskObject): boolean {
  return task.status.state <= TaskState.RUNNING && task.desiredState <= TaskState.COMPLETE;
}

/** Each address of a network belongs to one task, virtual address or node. */
function checkAddresses(store: ReadTx): string | undefined {
  const owners = new Map<string, string>();
  const claim = (networkId: string, address: string, owner: string): string | undefined => {
    const key = `${networkId} ${address}`;
    const other = owners.get(key);
    if (other !== undefined && other !== owner) return `address ${address} belongs to ${other} and to ${owner}`;
    owners.set(key, owner);
    return undefined;
  };
  for (const task of store.list('task')) {
    if (!isLive(task)) continue;
    for (const { networkId, addresses } of task.networks) {
      for (const address of addresses) {
        const broken = claim(networkId, address, `task ${task.id}`);
        if (broken) return broken;
      }
    }
  }
  for (const service of store.list('service')) {
    for (const { networkId, addr } of service.endpoint?.virtualIPs ?? []) {
      const broken = addr === '' ? undefined : claim(networkId, addr, `service ${service.id}`);
      if (broken) return broken;
    }
  }
  for (const node of store.list('node')) {
    for (const { networkId, addresses } of node.attachments) {
      for (const address of addresses) {
        const broken = claim(networkId, address, `node ${node.id}`);
        if (broken) return broken;
      }
    }
  }
  return undefined;
}

/** A port published through the mesh belongs to one service. */
function checkPorts(store: ReadTx): string | undefined {
  const owners = new Map<string, string>();
  for (const service of store.list('service')) {
    for (const port of service.endpoint?.ports ?? []) {
      if (port.PublishMode === 'host' || !port.PublishedPort) continue;
      const key = `${port.Protocol ?? 'tcp'}/${port.PublishedPort}`;
      const other = owners.get(key);
      if (other !== undefined && other !== service.id)
        return `port ${key} is published by ${other} and by ${service.id}`;
      owners.set(key, service.id);
    }
  }
  return undefined;
}

/** A slot is filled once: two tasks that shall run only while an update starts the new one first. */
function checkSlots(store: ReadTx): string | undefined {
  for (const service of store.list('service')) {
    if (!service.spec.Mode?.Replicated) continue;
    const allowed = service.updateStatus ? 2 : 1;
    const counts = new Map<number, number>();
    for (const task of store.tasksOfService(service.id)) {
      if (task.desiredState !== TaskState.RUNNING || task.status.state > TaskState.RUNNING) continue;
      const count = (counts.get(task.slot) ?? 0) + 1;
      if (count > allowed) return `slot ${task.slot} of ${service.spec.Name} is filled ${count} times`;
      counts.set(task.slot, count);
    }
  }
  return undefined;
}
