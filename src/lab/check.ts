/** What must hold of the world after every event: Raft's promises and the store's. For tests and the fuzzer. */
import { checkStore, type Manager, type Store, SwarmChecker } from '../swarm/index';
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
      const broken = checkStore(store);
      if (broken) return broken;
    }
    return undefined;
  }
}
