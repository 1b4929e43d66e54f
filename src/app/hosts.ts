/** The hosts as tabs and tables list them: in host order, present from the first paint on. */
import type { MachineRecord, MemberRecord, NodeRecord, Scene } from '../scene/index';
import type { LabShape } from '../worker/link';

export interface Host {
  readonly name: string;
  readonly ip: string;
  /** Undefined until the lab stands. */
  readonly machine: MachineRecord | undefined;
  readonly node: NodeRecord | undefined;
  readonly member: MemberRecord | undefined;
}

/** Until the first frame the shape says which hosts there will be, so that nothing moves when they are. */
export function hostsOf(scene: Scene, shape: LabShape): readonly Host[] {
  const machines = [...scene.tables.machine.values()].sort((a, b) => a.index - b.index);
  if (machines.length === 0) {
    return Array.from({ length: shape.nodes }, (_, at) => ({
      name: `node${at + 1}`,
      ip: `192.168.0.${11 + at}`,
      machine: undefined,
      node: undefined,
      member: undefined,
    }));
  }
  return machines.map((machine) => ({
    name: machine.name,
    ip: machine.ip,
    machine,
    node: nodeOf(scene, machine),
    member: scene.tables.member.get(machine.name),
  }));
}

/** The swarm's node that a machine is; of one without power, the one that it was. */
function nodeOf(scene: Scene, machine: MachineRecord): NodeRecord | undefined {
  if (machine.powered || machine.nodeId !== '') return scene.tables.node.get(machine.nodeId);
  let last: NodeRecord | undefined;
  for (const node of scene.tables.node.values()) {
    if (node.machine === machine.name && node.createdAt >= (last?.createdAt ?? 0)) last = node;
  }
  return last;
}

export type Role = 'leader' | 'manager' | 'worker' | 'none';

/** A manager that has power and says that it leads is the leader; a node removed from the swarm has no role. */
export function roleOf(host: Host): Role {
  if (host.node === undefined) {
    return host.member === undefined ? 'none' : 'manager';
  }
  if (host.node.leader && host.machine?.powered !== false) return 'leader';
  return host.node.role;
}

/** The dot of a tab: off and down are failed, a silent daemon is on its way. */
export function dotOf(host: Host): 'running' | 'progress' | 'failed' | 'stopped' {
  if (host.machine === undefined) return 'stopped';
  if (!host.machine.powered) return 'failed';
  if (!host.machine.docker) return 'progress';
  if (host.node !== undefined) {
    if (host.node.state === 'down') return 'failed';
    if (host.node.state !== 'ready') return 'progress';
  }
  return 'running';
}
