/** From the world to the scene: notes which ids changed, and makes one diff a posted frame. Components do not know it. */
import type { MachineRecord, SceneDiff } from '../../scene/index';
import { SceneRecorder } from '../../scene/index';
import type { Lab } from '../lab';
import { leaderOf } from '../settled';
import type { LabHost, World } from '../world';
import { ContainerTable } from './containers';
import { EventTable } from './events';
import { MemberTable } from './members';
import { MessageTable } from './messages';
import { StoreTables } from './tables';

export class Observer {
  private readonly recorder: SceneRecorder;
  private readonly messages: MessageTable;
  private readonly members: MemberTable;
  private readonly tables: StoreTables;
  private readonly events: EventTable;
  private readonly containers: ContainerTable;
  private raftSum = -1;

  constructor(private readonly lab: Lab) {
    const { world, simulation } = lab;
    this.recorder = new SceneRecorder(simulation.now);
    this.messages = new MessageTable(world, this.recorder);
    this.members = new MemberTable(world, this.recorder);
    this.tables = new StoreTables(world, this.recorder);
    this.events = new EventTable(this.recorder, () => simulation.now);
    this.containers = new ContainerTable(world, this.recorder);
    this.tables.onEvents = (events) =>
      this.events.committed(events, world.host(this.tables.shownFrom)?.daemon?.swarm.store());
    simulation.hooks.packet = (what, packet) => this.messages.packet(what, packet);
    lab.actor.onAct = (args) => this.acted(args);
    lab.sessions.onLine = (_session, text) => this.events.add('you', 'command', text);
  }

  watchControl(on: boolean): void {
    this.messages.control = on;
  }

  /** What changed since the last call; undefined when nothing did. */
  takeDiff(): SceneDiff | undefined {
    const { world, simulation } = this.lab;
    this.messages.expire(simulation.now);
    this.members.update();
    const leader = leaderOf(world);
    this.events.leads(leader?.name ?? '', leader?.daemon?.swarm.raftStatus(0)?.term ?? 0);
    const sum = raftSum(world);
    if (sum !== this.raftSum) this.tables.markNodes();
    this.raftSum = sum;
    this.tables.update(leader);
    this.tables.heartbeats(leader);
    this.containers.update();
    for (const host of world.hosts.values()) this.recorder.put('machine', machineRecord(host));
    this.links(world);
    this.sessions();
    this.recorder.put('world', {
      id: 'world',
      settled: this.lab.settled(),
      lan: world.lan,
      shownFrom: this.tables.shownFrom,
    });
    return this.recorder.take(simulation.now);
  }

  private acted(args: readonly string[]): void {
    const kind = args[0] === 'kill' || args[0] === 'start' || args[0] === 'add' ? 'power' : 'cable';
    this.events.add('world', kind, `lab ${args.join(' ')}`, true);
  }

  private links(world: World): void {
    const faulty = world.simulation.links.faulty();
    this.recorder.replace(
      'link',
      faulty.map(([a, b, { cut, delay, lossPerMille }]) => ({ id: `${a}|${b}`, a, b, cut, delay, lossPerMille })),
    );
  }

  private sessions(): void {
    const open = [...this.lab.sessions.all.values()];
    this.recorder.replace(
      'session',
      open.map(({ id, host, running, since }) => ({ id: `${id}`, host, running, since })),
    );
  }
}

/** Changes whenever some manager's view of Raft does. */
function raftSum(world: World): number {
  let sum = 0;
  for (const host of world.hosts.values()) sum += host.daemon ? host.daemon.swarm.raftVersion + 1 : 0;
  return sum;
}

function machineRecord(host: LabHost): MachineRecord {
  const status = host.daemon?.swarm.status();
  const size = host.daemon?.machineSize;
  return {
    id: host.name,
    name: host.name,
    index: host.machine.index,
    ip: host.address,
    powered: host.daemon !== undefined,
    poweredAt: host.switchedAt,
    segment: host.machine.segment,
    docker: host.daemon?.isUp === true,
    swarm: status?.localNodeState ?? 'inactive',
    nodeId: status?.nodeId ?? '',
    memory: size?.memoryBytes ?? 0,
    cpus: size?.cpus ?? 0,
  };
}
