/** The facts of the sentence that each view begins with and the announcer says. The words are the page's. */
import type { Scene } from './diff';

export interface Summary {
  /** Whether a swarm exists anywhere. */
  readonly swarm: boolean;
  readonly settled: boolean;
  readonly nodes: number;
  /** Hostnames of the nodes that are down, in host order. */
  readonly down: readonly string[];
  /** Tasks of all services as `docker service ls` counts them. */
  readonly running: number;
  readonly desired: number;
  /** Tasks that wait for a node. */
  readonly pending: number;
  /** Names of the services whose update is under way. */
  readonly updating: readonly string[];
  readonly managers: number;
  readonly reachable: number;
  /** How many more managers may be lost before nothing can be decided; below 0 a majority is gone. */
  readonly canLose: number;
  /** The machine of the leader, '' for none, and the term it leads in: 0 for none. */
  readonly leader: string;
  readonly leaderTerm: number;
  /** Machines that ask for votes, and the highest term that anybody is in. */
  readonly candidates: readonly string[];
  readonly term: number;
  /** Whether the LAN is torn. */
  readonly partitioned: boolean;
}

/** Made from a scene alone. A leader counts only with power, and only the one of the highest term. */
export function summarize(scene: Scene): Summary {
  const { node, service, task, machine, member, world } = scene.tables;
  const counts = countServices(scene);
  const powered = (name: string): boolean => machine.get(name)?.powered === true;
  const members = [...member.values()];
  const alive = members.filter((one) => powered(one.machine));
  const leaders = alive.filter((one) => one.role === 'leader').sort((a, b) => b.term - a.term);
  const voters = leaders[0]?.voters.length ?? Math.max(0, ...members.map((one) => one.voters.length));
  const reachable = alive.filter((one) => leaders[0] === undefined || !cutOff(scene, leaders[0].machine, one.machine));
  let pending = 0;
  for (const one of task.values()) if (one.state === 'pending' && one.desiredState === 'running') pending++;
  return {
    swarm: member.size > 0 || node.size > 0,
    settled: world.get('world')?.settled ?? false,
    nodes: node.size,
    down: [...node.values()].filter((one) => one.state === 'down').map((one) => one.hostname),
    ...counts,
    pending,
    updating: [...service.values()].filter((one) => one.updateState === 'updating').map((one) => one.name),
    managers: voters,
    reachable: reachable.length,
    canLose: reachable.length - (Math.floor(voters / 2) + 1),
    leader: leaders[0]?.machine ?? '',
    leaderTerm: leaders[0]?.term ?? 0,
    candidates: alive.filter((one) => one.role === 'candidate').map((one) => one.machine),
    term: Math.max(0, ...alive.map((one) => one.term)),
    partitioned: new Set([...machine.values()].map((one) => one.segment)).size > 1,
  };
}

function countServices(scene: Scene): { running: number; desired: number } {
  let running = 0;
  let desired = 0;
  for (const service of scene.tables.service.values()) {
    running += service.running;
    desired += service.desired;
  }
  return { running, desired };
}

/** Whether a cut or a partition lies between two machines. */
export function cutOff(scene: Scene, a: string, b: string): boolean {
  if (a === b) return false;
  const { machine, link } = scene.tables;
  if (machine.get(a)?.segment !== machine.get(b)?.segment) return true;
  return link.get(a < b ? `${a}|${b}` : `${b}|${a}`)?.cut === true;
}
