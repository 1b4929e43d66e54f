/** A group of members on a network that the test moves by hand: the interpreter of the text files. */
import {
  type CheckedMember,
  type ConfigChange,
  checkMembers,
  type Entry,
  type Message,
  newElectionRecord,
  type RaftDisk,
  RawNode,
  type Ready,
  type Snapshot,
} from '../../src/raft/index';

/** What one member has beside its Raft: a disk, and a list of words as its application. */
interface Member {
  node: RawNode;
  alive: boolean;
  applied: string[];
  disk: {
    hardState: RaftDisk['hardState'];
    snapshot: Snapshot | undefined;
    entries: Entry[];
    before: RaftDisk['before'];
  };
}

export class Group {
  private readonly members = new Map<number, Member>();
  private network: Message[] = [];
  private islands: number[][] = [];
  private readonly record = newElectionRecord();
  /** Timeouts that the next draws give, per member; then a fixed row of its own. */
  private readonly draws = new Map<number, number[]>();
  private voters: number[] = [];

  /** `chance` draws the timeouts; without it they are fixed: ten ticks and the member's number. */
  constructor(private readonly chance?: (low: number, high: number) => number) {}

  /** Runs one line and gives what it prints. */
  run(line: string): string {
    const [verb = '', ...args] = line.split(' ');
    const output = this.verb(verb, args);
    const broken = checkMembers(this.checked(), this.record);
    if (broken !== undefined) throw new Error(`${line}: ${broken}`);
    return output;
  }

  private verb(verb: string, args: string[]): string {
    switch (verb) {
      case 'group':
        for (let id = 1; id <= Number(args[0]); id++) this.voters.push(id);
        for (const id of this.voters) this.boot(id, undefined);
        return '';
      case 'draw':
        this.draws.set(Number(args[0]), args.slice(1).map(Number));
        return '';
      case 'tick':
        return this.tick(args);
      case 'campaign':
        this.node(args[0]).campaign();
        return this.drain();
      case 'propose':
        return this.propose(args);
      case 'deliver':
        return this.deliver(args);
      case 'stabilize':
        return this.stabilize();
      case 'status':
        return this.table();
      default:
        return this.fault(verb, args);
    }
  }

  /** Members that are on, for tests that choose by chance. */
  alive(): number[] {
    return [...this.members].filter(([, member]) => member.alive).map(([id]) => id);
  }

  all(): number[] {
    return [...this.members.keys()];
  }

  leader(): number | undefined {
    const leaders = this.alive().filter((id) => this.members.get(id)!.node.isLeader);
    return leaders.sort((a, b) => this.members.get(b)!.node.term - this.members.get(a)!.node.term)[0];
  }

  /** What a member's application has, and who counts as a voter there. */
  outcome(id: number): { readonly applied: readonly string[]; readonly voters: readonly number[] } {
    const { applied, node } = this.members.get(id)!;
    return { applied, voters: node.voters };
  }

  /** Delivers one message on the network, chosen by `pick`, or loses it. */
  deliverOne(pick: (count: number) => number, lose: boolean): void {
    if (this.network.length === 0) return;
    const [message] = this.network.splice(pick(this.network.length), 1);
    const member = this.members.get(message!.to);
    if (!lose && member?.alive && !this.isCut(message!)) member.node.step(message!);
    this.drain();
    const broken = checkMembers(this.checked(), this.record);
    if (broken !== undefined) throw new Error(broken);
  }

  private fault(verb: string, args: string[]): string {
    switch (verb) {
      case 'partition':
        this.islands = args
          .join(' ')
          .split(' / ')
          .map((island) => island.split(' ').map(Number));
        return '';
      case 'heal':
        this.islands = [];
        return '';
      case 'drop':
        this.network = this.network.filter((message) => !this.matches(message, args));
        return '';
      case 'crash':
        this.members.get(Number(args[0]))!.alive = false;
        return '';
      case 'restart':
        return this.restart(Number(args[0]));
      case 'compact':
        return this.compact(Number(args[0]), Number(args[1]));
      case 'transfer':
        this.node(args[0]).transferLeadership(Number(args[1]));
        return this.drain();
      case 'unreachable':
        this.node(args[0]).reportUnreachable(Number(args[1]));
        return '';
      case 'snapshot-failed':
        this.node(args[0]).reportSnapshot(Number(args[1]), false);
        return '';
      case 'add':
      case 'remove':
        return this.change(verb, args);
      default:
        throw new Error(`unknown verb ${verb}`);
    }
  }

  // ---- members

  private node(id: string | undefined): RawNode {
    return this.members.get(Number(id))!.node;
  }

  private random(id: number): (low: number, high: number) => number {
    return (low, high) => this.draws.get(id)?.shift() ?? this.chance?.(low, high) ?? low + (id % 10);
  }

  private boot(id: number, old: Member | undefined): void {
    const disk = old?.disk ?? {
      hardState: { term: 0, vote: 0, commit: 0 },
      snapshot: undefined,
      entries: [],
      before: undefined,
    };
    const voters = disk.snapshot?.voters ?? this.voters;
    const from: RaftDisk = {
      hardState: disk.hardState,
      snapshot: disk.snapshot,
      entries: disk.entries,
      before: disk.before,
      applied: disk.snapshot?.index ?? 0,
      voters: voters.includes(id) || disk.snapshot || disk.entries.length > 0 ? voters : [],
    };
    const config = {
      id,
      electionTick: 10,
      heartbeatTick: 1,
      checkQuorum: true,
      maxSizePerMessage: 100,
      maxInflight: 3,
      random: this.random(id),
    };
    const applied = [...((disk.snapshot?.data as string[] | undefined) ?? [])];
    this.members.set(id, { node: new RawNode(config, from), alive: true, applied, disk });
  }

  private restart(id: number): string {
    this.boot(id, this.members.get(id)!);
    return this.drain();
  }

  private handle(id: number, member: Member, ready: Ready): string[] {
    const lines: string[] = [];
    const { disk } = member;
    if (ready.softState) lines.push(`${id} is ${ready.softState.role}, leader ${ready.softState.lead || 'unknown'}`);
    if (ready.snapshot) {
      disk.snapshot = ready.snapshot;
      disk.entries = [];
      disk.before = { index: ready.snapshot.index, term: ready.snapshot.term };
      member.applied = [...(ready.snapshot.data as string[])];
      lines.push(`${id} installs the snapshot at ${ready.snapshot.index}`);
    }
    const first = ready.entries[0];
    if (first) disk.entries = [...disk.entries.filter((entry) => entry.index < first.index), ...ready.entries];
    if (ready.hardState) disk.hardState = ready.hardState;
    for (const message of ready.messages) {
      this.network.push(message);
      lines.push(describe(message));
    }
    for (const entry of ready.committed) lines.push(...this.apply(id, member, entry));
    member.node.advance();
    return lines;
  }

  private apply(id: number, member: Member, entry: Entry): string[] {
    if (entry.kind === 'config') {
      const change = entry.data as ConfigChange;
      member.node.applyConfigChange(change);
      return [`${id} applies ${entry.index}: ${change.action} ${change.member}`];
    }
    if (entry.data === undefined) return [];
    member.applied.push(entry.data as string);
    return [`${id} applies ${entry.index}: ${entry.data}`];
  }

  /** Handles every Ready; what happened, line by line. */
  private drain(): string {
    const lines: string[] = [];
    for (let worked = true; worked; ) {
      worked = false;
      for (const [id, member] of this.members) {
        if (!member.alive || !member.node.hasReady()) continue;
        lines.push(...this.handle(id, member, member.node.ready()));
        worked = true;
      }
    }
    return lines.join('\n');
  }

  // ---- verbs

  /** `tick ID… [xN] [quiet]` or `tick all xN`; quiet prints only changes of role. */
  private tick(args: string[]): string {
    const times = Number(args.find((arg) => arg.startsWith('x'))?.slice(1) ?? 1);
    const ids = args.filter((arg) => !arg.startsWith('x') && arg !== 'quiet');
    const lines: string[] = [];
    for (let k = 0; k < times; k++) {
      for (const [id, member] of this.members) {
        if (member.alive && (ids[0] === 'all' || ids.includes(String(id)))) member.node.tick();
      }
      lines.push(this.drain());
    }
    const isQuiet = args.includes('quiet');
    const shown = lines
      .flatMap((text) => text.split('\n'))
      .filter((line) => line !== '' && (!isQuiet || / is /.test(line)));
    return shown.join('\n');
  }

  private propose(args: string[]): string {
    const index = this.node(args[0]).propose(args.slice(1).join(' '), 40);
    return [index === undefined ? 'dropped' : `entry ${index}`, this.drain()].filter((line) => line !== '').join('\n');
  }

  private change(action: 'add' | 'remove', args: string[]): string {
    const member = Number(args[1]);
    if (action === 'add' && !this.members.has(member)) this.boot(member, undefined);
    const index = this.node(args[0]).proposeConfigChange({ action, member, context: undefined }, 40);
    return [index === undefined ? 'dropped' : `entry ${index}`, this.drain()].filter((line) => line !== '').join('\n');
  }

  private matches(message: Message, args: string[]): boolean {
    return args.every((arg) => {
      if (arg.startsWith('from=')) return message.from === Number(arg.slice(5));
      if (arg.startsWith('to=')) return message.to === Number(arg.slice(3));
      return message.type === arg;
    });
  }

  private isCut(message: Message): boolean {
    const of = (id: number): number => this.islands.findIndex((island) => island.includes(id));
    return of(message.from) !== of(message.to);
  }

  private deliver(args: string[]): string {
    const now = this.network.filter((message) => this.matches(message, args));
    this.network = this.network.filter((message) => !now.includes(message));
    for (const message of now) {
      const member = this.members.get(message.to);
      if (member?.alive && !this.isCut(message)) member.node.step(message);
    }
    return this.drain();
  }

  private stabilize(): string {
    const lines = [this.drain()];
    for (let round = 0; this.network.length > 0; round++) {
      if (round > 100) throw new Error('it does not settle');
      lines.push(this.deliver([]));
    }
    return lines.filter((line) => line !== '').join('\n');
  }

  private compact(id: number, keep: number): string {
    const member = this.members.get(id)!;
    const { node } = member;
    const index = node.applied;
    const snapshot: Snapshot = {
      index,
      term: node.termAt(index),
      voters: node.voters,
      data: [...member.applied],
      size: 100,
    };
    const to = Math.max(index - keep, node.firstIndex - 1);
    const before = { index: to, term: node.termAt(to) };
    node.compact(snapshot, to);
    member.disk = {
      ...member.disk,
      snapshot,
      before,
      entries: member.disk.entries.filter((entry) => entry.index > to),
    };
    return `${id} keeps ${node.firstIndex}..${node.lastIndex}`;
  }

  private checked(): CheckedMember[] {
    return [...this.members.values()].filter((member) => member.alive).map((member) => member.node.checked());
  }

  // ---- the state table

  private table(): string {
    const lines = ['id role      term vote lead commit log'];
    for (const [id, member] of this.members) {
      if (!member.alive) {
        lines.push(`${id}  off`);
        continue;
      }
      const s = member.node.status(100);
      const log = s.cells.map(
        (cell) => `${cell.term}${cell.kind === 'config' ? 'c' : cell.kind === 'empty' ? 'e' : ''}`,
      );
      const row = [String(id).padEnd(2), s.role.padEnd(9), pad(s.term), pad(s.vote), pad(s.lead), pad(s.commit, 6)];
      lines.push(`${row.join(' ')} ${s.firstIndex > 1 ? `[..${s.firstIndex - 1}] ` : ''}${log.join(' ')}`.trimEnd());
      for (const p of s.progress) {
        if (p.member === id) continue;
        const state = `${p.state}${p.paused ? ' paused' : ''}`;
        lines.push(`     ${p.member}: match ${p.match} next ${p.next} ${state}${p.recentActive ? '' : ' silent'}`);
      }
    }
    return lines.join('\n');
  }
}

function pad(value: number, width = 4): string {
  return String(value).padEnd(width);
}

function describe(message: Message): string {
  const parts = [`${message.from}->${message.to} ${message.type} term ${message.term}`];
  if (message.type === 'App') {
    parts.push(`after ${message.index}/${message.logTerm} commit ${message.commit}`);
    const { entries } = message;
    if (entries.length > 0) parts.push(`entries ${entries[0]!.index}..${entries[entries.length - 1]!.index}`);
  } else if (message.type === 'Vote')
    parts.push(`last ${message.index}/${message.logTerm}${message.transfer ? ' transfer' : ''}`);
  else if (message.type === 'AppResp') {
    parts.push(
      message.reject
        ? `rejects ${message.index}, hint ${message.rejectHint}/${message.logTerm}`
        : `index ${message.index}`,
    );
  } else if (message.type === 'VoteResp') parts.push(message.reject ? 'no' : 'yes');
  else if (message.type === 'Heartbeat') parts.push(`commit ${message.commit}`);
  else if (message.type === 'Snap') parts.push(`at ${message.snapshot!.index}`);
  return parts.join(' ');
}
