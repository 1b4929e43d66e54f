/** What must hold of the world after every event: Raft's promises and the store's. For tests and the fuzzer. */
import { type Manager, SwarmChecker, type TaskObject, TaskState } from '../swarm/index';
import type { Lab } from './lab';
import { leaderOf } from './settled';

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

  /**
   * To be asked when faults have ended and everything had time to come to rest. The first thing that is not as it
   * should be by then, in words, or undefined: what the managers hold is one, everything that is asked for runs, and
   * hosts run what the managers say and nothing else.
   */
  checkConverged(): string | undefined {
    return this.swarm.checkConverged(this.managers()) ?? this.checkContainers();
  }

  private checkContainers(): string | undefined {
    const store = leaderOf(this.lab.world)?.daemon?.swarm.store();
    if (!store) return undefined;
    for (const { daemon, name } of this.lab.world.hosts.values()) {
      if (!daemon) continue;
      const nodeId = daemon.swarm.status().nodeId;
      const wanted = new Set(
        store
          .tasksOfNode(nodeId)
          .filter(runs)
          .map(({ id }) => id),
      );
      for (const { config, state } of daemon.engine.containers.list()) {
        const taskId = config.Labels?.['com.docker.swarm.task.id'];
        if (taskId === undefined || state.status !== 'running') continue;
        if (!wanted.delete(taskId)) return `${name} runs task ${taskId}, of which the managers say otherwise`;
      }
      const [missing] = wanted;
      if (missing !== undefined) return `${name} does not run task ${missing}, as the managers say`;
    }
    return undefined;
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

/** With a container: the tasks that attach plain containers to networks have none of their own. */
function runs({ serviceId, status }: TaskObject): boolean {
  return serviceId !== '' && status.state === TaskState.RUNNING;
}
