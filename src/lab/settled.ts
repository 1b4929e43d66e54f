/** When nothing is on its way any more: one function for `lab until`, the time strip and lessons. */
import { type NodeObject, type ReadTx, type TaskObject, TaskState } from '../swarm/index';
import type { LabHost, World } from './world';

/** How far ahead `until settled` looks, virtual microseconds. */
export const SETTLED_HORIZON = 600_000_000;

/** The leader among the managers that are on, the one of the highest term when an old one still believes. */
export function leaderOf(world: World): LabHost | undefined {
  let leader: LabHost | undefined;
  let term = -1;
  for (const host of world.hosts.values()) {
    const status = host.daemon?.swarm.raftStatus(0);
    if (status?.role === 'leader' && status.term > term) {
      leader = host;
      term = status.term;
    }
  }
  return leader;
}

/**
 * Whether the swarm has a leader that acts: a majority of its members follows it, and so does every manager in its
 * reach. For a second after a partition heals the managers that were cut off still refuse what is asked of them.
 */
export function isLed(world: World): boolean {
  const leader = leaderOf(world);
  const status = leader?.daemon?.swarm.raftStatus(0);
  if (!leader || !status) return false;
  const { links } = world.simulation;
  let followers = 0;
  for (const host of world.hosts.values()) {
    const member = host.daemon?.swarm.raftStatus(0);
    if (!member || !status.voters.includes(member.id) || !links.connected(leader.machine, host.machine)) continue;
    if (member.lead !== status.id) return false;
    followers++;
  }
  return followers > Math.floor(status.voters.length / 2);
}

/**
 * True when there is a leader or provably none can be, every node's state in the store is what the machine's power says,
 * no task can move, and no update runs.
 */
export function isSettled(world: World): boolean {
  const hosts = [...world.hosts.values()].filter((host) => host.daemon);
  if (hosts.some((host) => host.daemon!.state === 'starting' || host.daemon!.state === 'stopping')) return false;
  if (hosts.some((host) => host.daemon!.swarm.status().localNodeState === 'pending')) return false;
  const managers = hosts.filter((host) => host.daemon!.swarm.raftStatus(0));
  if (managers.length === 0) return true;
  const leader = leaderOf(world);
  if (!leader || !isLed(world)) return !couldElect(world, managers);
  const store = leader.daemon!.swarm.store();
  if (!store) return false;
  const nodes = store.list('node');
  return (
    nodes.every((node) => nodeSettled(world, leader, node)) &&
    store.list('service').every((service) => !isMoving(service.updateStatus?.state)) &&
    store.list('task').every((task) => taskSettled(store, task))
  );
}

function isMoving(state: string | undefined): boolean {
  return state === 'updating' || state === 'rollback_started';
}

/** Whether some group of managers that can talk holds a quorum of the members it knows. */
function couldElect(world: World, managers: readonly LabHost[]): boolean {
  const { links } = world.simulation;
  return managers.some((manager) => {
    const voters = manager.daemon!.swarm.raftStatus(0)!.voters.length;
    const reached = managers.filter((other) => links.connected(manager.machine, other.machine)).length;
    return reached > Math.floor(voters / 2);
  });
}

/** A node's host, by the address of its session. */
export function hostOfNode(world: World, node: NodeObject): LabHost | undefined {
  for (const host of world.hosts.values()) {
    if (host.daemon?.swarm.status().nodeId === node.id) return host;
  }
  return undefined;
}

function nodeSettled(world: World, leader: LabHost, node: NodeObject): boolean {
  const host = hostOfNode(world, node);
  const alive = host?.daemon?.isUp === true && world.simulation.links.connected(leader.machine, host.machine);
  return alive
    ? node.status.state === 'ready' && (node.spec.Role ?? 'worker') === node.role
    : node.status.state === 'down';
}

function taskSettled(store: ReadTx, task: TaskObject): boolean {
  const { state, err } = task.status;
  if (task.nodeId !== '' && store.get('node', task.nodeId)?.status.state === 'down') return true;
  if (task.desiredState > TaskState.COMPLETE) return state > TaskState.RUNNING || state < TaskState.ASSIGNED;
  if (state === TaskState.RUNNING) return task.desiredState !== TaskState.COMPLETE;
  if (state > TaskState.RUNNING) return task.desiredState === TaskState.COMPLETE && state === TaskState.COMPLETE;
  return state <= TaskState.PENDING && err !== '';
}
