/** What must hold of the world after every event: Raft's promises and the store's. For tests and the fuzzer. */
import { type Manager, SwarmChecker } from '../swarm/index';
import type { Lab } from './lab';

export class WorldChecker {
  private readonly swarm = new SwarmChecker();
  private raftSum = -1;

  constructor(private readonly lab: Lab) {
    this.follow();
  }

  /** The first broken rule in words, or undefined. Looks only at what changed since the last call. */
  check(): string | undefined {
    let sum = 0;
    for (const { daemon, machine } of this.lab.world.hosts.values()) {
      if (daemon) sum += daemon.swarm.raftVersion + machine.boots * 1e9 + daemon.runs * 1e7;
    }
    if (sum === this.raftSum) return undefined;
    this.raftSum = sum;
    this.follow();
    return this.swarm.check(this.managers());
  }

  /** Machines that were switched on since have a new daemon. */
  private follow(): void {
    const { simulation, world } = this.lab;
    for (const { daemon } of world.hosts.values()) if (daemon) this.swarm.follow(daemon.swarm, () => simulation.now);
  }

  private managers(): Manager[] {
    const managers: Manager[] = [];
    for (const host of this.lab.world.hosts.values()) {
      const manager = host.daemon?.swarm.manager();
      if (manager) managers.push(manager);
    }
    return managers;
  }
}
