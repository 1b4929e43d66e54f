/** What the Nodes view shows of a scene, host by host: facts and words, no places. Pure. */
import type { Micros } from '../base/process';
import {
  type ContainerRecord,
  classOfNode,
  type MachineRecord,
  type MemberRecord,
  type NodeRecord,
  type Scene,
  type StateClass,
  type TaskRecord,
} from '../scene/index';
import { hostFoot, portsOf } from './nodes-facts';
import type { HostModel, NodesModel, Role, Tile } from './nodes-types';
import { serviceNotes, serviceRows } from './services-model';
import { isShown, type Slots, slotsOf, tileOf } from './slots';
import { capital } from './text';
import { words } from './words';

/** The swarm's node that a machine is; of one without power, the one that it was. */
export function nodeOf(scene: Scene, machine: MachineRecord): NodeRecord | undefined {
  if (machine.powered || machine.nodeId !== '') return scene.tables.node.get(machine.nodeId);
  let last: NodeRecord | undefined;
  for (const node of scene.tables.node.values()) {
    if (node.machine === machine.name && node.createdAt >= (last?.createdAt ?? 0)) last = node;
  }
  return last;
}

export function nodesModel(scene: Scene, now: Micros): NodesModel {
  const machines = [...scene.tables.machine.values()].sort((a, b) => a.index - b.index);
  const nodes = new Map(machines.map((machine) => [machine.name, nodeOf(scene, machine)]));
  const slots = slotsOf(scene);
  const prefix = stackPrefix(scene);
  const silent = new Set<string>();
  for (const machine of machines) {
    const node = nodes.get(machine.name);
    if (node !== undefined && isSilent(machine, node)) silent.add(node.id);
  }
  const known = new Set([...nodes.values()].map((node) => node?.id));
  for (const node of scene.tables.node.values()) {
    if (!known.has(node.id) && node.state !== 'ready') silent.add(node.id);
  }
  const tiles = tilesByNode(scene, slots, silent, prefix);
  const hosts = machines.map((machine) => {
    const node = nodes.get(machine.name);
    return hostModel(scene, machine, node, [...(tiles.get(node?.id ?? '-') ?? []), ...plain(scene, machine)], now);
  });
  const shown = hosts.reduce((sum, host) => sum + host.tiles.length, 0);
  const tray = tiles.get('') ?? [];
  const swarm = scene.tables.node.size > 0 || scene.tables.member.size > 0;
  const leftovers = [...scene.tables.node.values()].filter((node) => !known.has(node.id));
  const notes = serviceNotes(scene, silent, prefix);
  return {
    hosts,
    swarm,
    services: serviceRows(scene, slots, prefix),
    notes:
      leftovers.length === 0 ? notes : [...notes, words.leftovers(leftovers.map((one) => one.hostname).join(', '))],
    tray,
    trayReason: tray.map((tile) => scene.tables.task.get(tile.id)!.err).find((text) => text !== '') ?? '',
    density: shown <= 60 ? 'tiles' : shown <= 400 ? 'small' : shown <= 5000 ? 'dots' : 'bars',
    form: hosts.length <= 12 ? 'cards' : hosts.length <= 100 ? 'rows' : 'cells',
    lan: scene.tables.world.get('world')?.lan ?? '',
  };
}

/** A lab with one stack only says its name nowhere. */
function stackPrefix(scene: Scene): string {
  const stacks = new Set<string>();
  for (const service of scene.tables.service.values()) stacks.add(service.stack);
  const [only] = stacks;
  return stacks.size === 1 && only !== '' ? `${only}_` : '';
}

function isSilent(machine: MachineRecord, node: NodeRecord): boolean {
  return !machine.powered || node.state === 'down' || node.state === 'disconnected';
}

function tilesByNode(scene: Scene, slots: Slots, silent: ReadonlySet<string>, prefix: string): Map<string, Tile[]> {
  const byNode = new Map<string, Tile[]>();
  for (const task of scene.tables.task.values()) {
    if (!isShown(task, slots) || (task.nodeId === '' && !waits(task))) continue;
    const tile = tileOf(scene, task, slots, silent.has(task.nodeId), prefix);
    const list = byNode.get(task.nodeId);
    if (list === undefined) byNode.set(task.nodeId, [tile]);
    else list.push(tile);
  }
  return byNode;
}

function waits(task: TaskRecord): boolean {
  return task.desiredState === 'running' || task.desiredState === 'ready' || task.desiredState === 'complete';
}

const CONTAINER_CLASS: Readonly<Record<ContainerRecord['state'], StateClass>> = {
  created: 'waiting',
  running: 'running',
  paused: 'stopped',
  restarting: 'progress',
  removing: 'stopped',
  exited: 'stopped',
  dead: 'failed',
};

function plain(scene: Scene, machine: MachineRecord): Tile[] {
  const out: Tile[] = [];
  for (const one of scene.tables.container.values()) {
    if (one.machine !== machine.name) continue;
    const failed = one.state === 'exited' && one.exitCode !== 0;
    out.push({
      id: one.id,
      table: 'container',
      kind: failed ? 'failed' : CONTAINER_CLASS[one.state],
      name: one.name,
      word: one.state === 'exited' ? `exited (${one.exitCode})` : one.state,
      order: -1,
      serviceId: '',
      edges: [],
      ghost: false,
      batch: false,
      slot: '',
    });
  }
  return out;
}

function hostModel(
  scene: Scene,
  machine: MachineRecord,
  node: NodeRecord | undefined,
  tiles: readonly Tile[],
  now: Micros,
): HostModel {
  const role = roleOf(machine, node, scene.tables.member.get(machine.name));
  const swarm = scene.tables.node.size > 0;
  const { kind, word } = stateOf(machine, node);
  const foot = hostFoot(scene, machine, node);
  const roleWord = role === 'none' ? (swarm ? words.notInSwarm : words.noSwarmYet) : words[role];
  const offFor = now - machine.poweredAt;
  const off = machine.powered ? '' : words.offFor(spanOf(offFor));
  return {
    name: machine.name,
    ip: machine.ip,
    nodeId: node?.id ?? '',
    role,
    sub: off === '' || role === 'none' ? off || roleWord : `${roleWord}, ${off}`,
    kind,
    word,
    powered: machine.powered,
    silent: !machine.powered || (node !== undefined && isSilent(machine, node)),
    availability: node?.availability ?? 'active',
    segment: machine.segment,
    tiles,
    ports: portsOf(scene, machine, node),
    foot: foot.text,
    footAlarm: foot.alarm,
    heartbeatAt: node?.heartbeatAt ?? 0,
    heartbeatDeadline: node?.heartbeatDeadline ?? 0,
  };
}

function spanOf(micros: number): string {
  const seconds = Math.max(0, Math.floor(micros / 1_000_000));
  return seconds < 100 ? `${seconds} s` : `${Math.floor(seconds / 60)} min`;
}

function roleOf(machine: MachineRecord, node: NodeRecord | undefined, member: MemberRecord | undefined): Role {
  if (node === undefined) return member === undefined ? 'none' : 'manager';
  if (node.leader && machine.powered) return 'leader';
  return node.role;
}

/** The swarm's word for the node; where the machine is off and the swarm does not know yet, the word is in doubt. */
function stateOf(machine: MachineRecord, node: NodeRecord | undefined): { kind: StateClass; word: string } {
  if (node === undefined) {
    return machine.powered
      ? { kind: machine.docker ? 'running' : 'progress', word: machine.docker ? words.on : words.dockerStopped }
      : { kind: 'failed', word: words.off };
  }
  if (!machine.powered && node.state === 'ready') return { kind: 'stopped', word: words.doubt(capital(node.state)) };
  return { kind: classOfNode(node), word: capital(node.state) };
}
