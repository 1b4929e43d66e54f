/** Each manager's Raft as it sees itself. */
import type { MemberRecord, SceneRecorder, VoteSeat } from '../../scene/index';
import type { LabHost, World } from '../world';

/** Log cells in a record. */
const CELLS = 16;
/** Raft's tick. */
const TICK = 1_000_000;

export class MemberTable {
  private readonly versions = new Map<string, number>();

  constructor(
    private readonly world: World,
    private readonly recorder: SceneRecorder,
  ) {}

  update(): void {
    for (const host of this.world.hosts.values()) this.updateHost(host);
  }

  private updateHost(host: LabHost): void {
    const swarm = host.daemon?.swarm;
    if (!swarm) {
      this.silence(host);
      return;
    }
    const version = host.machine.boots * 1e12 + host.daemon!.runs * 1e10 + swarm.raftVersion;
    if (this.versions.get(host.name) === version) return;
    this.versions.set(host.name, version);
    const record = memberRecord(this.world, host);
    if (record) this.recorder.put('member', record);
    else this.recorder.remove('member', host.name);
  }

  /** Without power a member keeps its last facts, but no timer runs and it leads nobody. */
  private silence(host: LabHost): void {
    this.versions.delete(host.name);
    const last = this.recorder.get('member', host.name);
    if (!last || (last.electionDeadline === 0 && last.role === 'follower')) return;
    this.recorder.put('member', {
      ...last,
      role: 'follower',
      votes: [],
      peers: [],
      electionStart: 0,
      electionDeadline: 0,
    });
  }
}

function memberRecord(world: World, host: LabHost): MemberRecord | undefined {
  const { swarm } = host.daemon!;
  const status = swarm.raftStatus(CELLS);
  if (!status) return undefined;
  const machines = new Map(swarm.members().map((member) => [member.raftId, machineAt(world, member.addr)]));
  const machine = (id: number): string => machines.get(id) ?? '';
  const answers = new Map(status.votes.map((vote) => [vote.member, vote.granted]));
  const voters = [...status.voters].sort((a, b) => indexOf(world, machine(a)) - indexOf(world, machine(b)));
  const seat = (id: number): VoteSeat => {
    const granted = answers.get(id);
    return { from: machine(id), answer: granted === undefined ? 'awaited' : granted ? 'granted' : 'refused' };
  };
  const start = world.simulation.now - status.electionElapsed * TICK;
  const leads = status.role === 'leader';
  return {
    id: host.name,
    machine: host.name,
    nodeId: swarm.status().nodeId,
    role: status.role,
    term: status.term,
    vote: machine(status.vote),
    lead: machine(status.lead),
    commit: status.commit,
    applied: status.applied,
    firstIndex: status.firstIndex,
    lastIndex: status.lastIndex,
    lastTerm: status.lastTerm,
    log: status.cells.map(({ index, term }) => ({ index, term })),
    voters: voters.map(machine),
    votes: status.role === 'candidate' ? voters.map(seat) : [],
    electionStart: leads ? 0 : start,
    electionDeadline: leads ? 0 : start + status.randomizedTimeout * TICK,
    peers: status.progress
      .filter((peer) => peer.member !== status.id)
      .map((peer) => ({
        machine: machine(peer.member),
        match: peer.match,
        active: peer.recentActive,
        state: peer.state,
      })),
    digest: '',
  };
}

function machineAt(world: World, addr: string): string {
  return world.simulation.addresses.get(addr.slice(0, addr.lastIndexOf(':'))) ?? '';
}

function indexOf(world: World, name: string): number {
  return world.host(name)?.machine.index ?? 0;
}
