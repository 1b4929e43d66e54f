/**
 * Gossip among the machines of an overlay network: its delays, failures and per-machine tables, not each of its packets.
 * A change reaches the others within one gossip interval; a machine that comes to a network is sent the rows it lacks; a
 * machine that falls silent is given up after some probes, and asked again when it is heard.
 *
 * Follows moby/moby libnetwork/networkdb (broadcast.go, cluster.go) and hashicorp/memberlist in what can be seen.
 */
import type { Micros } from '../base/process';
import type { EndpointRecord, RecordChange } from '../host/index';
import { type Packet, type Simulation, type Timers, WORLD } from '../sim/index';
import type { LabHost, World } from './world';

/** networkdb's gossip interval. */
const INTERVAL: Micros = 200_000;
/** memberlist's probes and its suspicion, for a handful of machines. */
const FAILED_AFTER: Micros = 6_000_000;
/** networkdb asks a failed machine again, one a second, and syncs in bulk. */
const RECONNECT_AFTER: Micros = 2_000_000;
const ROW_BYTES = 180;

type Message =
  | {
      readonly what: 'rows';
      readonly set: readonly EndpointRecord[];
      readonly deleted: readonly { readonly networkId: string; readonly key: string }[];
    }
  /** All rows of the sender: what it has not, it has no more. */
  | { readonly what: 'all'; readonly rows: readonly EndpointRecord[] }
  | { readonly what: 'hello'; readonly networkId: string };

export class Gossip {
  private readonly timers: Timers;
  private readonly pending = new Map<string, RecordChange[]>();
  /** Pairs `a>b` where b does not know what a knows of itself: it gave a up, or a change did not get through. */
  private readonly behind = new Set<string>();
  /** Pairs `a>b` between which nothing passes, and since when. */
  private readonly quietSince = new Map<string, Micros>();
  /** Counts disturbances: each is looked at in its own time. */
  private disturbances = 0;

  constructor(
    private readonly simulation: Simulation,
    private readonly world: World,
  ) {
    this.timers = simulation.timers(WORLD, 'gossip');
  }

  /** A machine was switched on: its engine's changes are spread from now on. */
  joined(host: LabHost): void {
    const { engine } = host.daemon!;
    const { name } = host;
    engine.table.changed = (change) => {
      this.queue(name).push(change);
      this.arm(name);
    };
    engine.events.subscribe((event) => {
      if (event.type !== 'network' || event.action !== 'create' || event.attributes['type'] !== 'overlay') return;
      this.hello(name, event.id);
    });
  }

  /** A machine comes to a network: its first act is to ask all others for what they know. networkdb.go, JoinNetwork. */
  private hello(name: string, networkId: string): void {
    if (!this.world.isUp(name)) return;
    for (const other of this.world.hosts.values()) {
      const known = other.name !== name && other.daemon?.engine.networks.get(networkId);
      if (!known) continue;
      if (this.connected(this.world.host(name)!, other)) this.send(name, other.name, { what: 'hello', networkId }, 1);
      else this.behind.add(`${other.name}>${name}`);
    }
  }

  /** Power, a dockerd or cables changed: who has fallen silent is noticed by and by. */
  disturbed(): void {
    const before = new Map(this.quietSince);
    this.quietSince.clear();
    for (const [here, there] of this.quietPairs()) {
      const pair = `${there.name}>${here.name}`;
      this.quietSince.set(pair, before.get(pair) ?? this.simulation.now);
    }
    const number = ++this.disturbances;
    if (this.quietSince.size > 0) this.timers.set(`failed/${number}`, FAILED_AFTER);
    if (this.behind.size > 0) this.timers.set(`reconnect/${number}`, RECONNECT_AFTER);
  }

  timer(name: string): void {
    if (name.startsWith('failed/')) this.giveUpSilent();
    else if (name.startsWith('reconnect/')) this.reconnect();
    else this.flush(name.slice(name.indexOf('/') + 1));
  }

  arrive(packet: Packet): void {
    const engine = this.world.host(packet.to)?.daemon?.engine;
    const message = packet.payload as Message;
    if (!engine || !this.world.isUp(packet.to)) return;
    if (message.what === 'hello') {
      this.sendRows(packet.to, packet.from, (record) => record.networkId === message.networkId);
      return;
    }
    if (message.what === 'all') {
      engine.table.forgetMachine(packet.from);
      for (const record of message.rows) if (engine.networks.get(record.networkId)) engine.table.learn(record);
      return;
    }
    for (const record of message.set) if (engine.networks.get(record.networkId)) engine.table.learn(record);
    for (const { networkId, key } of message.deleted) engine.table.forget(networkId, key);
  }

  private queue(name: string): RecordChange[] {
    let changes = this.pending.get(name);
    if (!changes) this.pending.set(name, (changes = []));
    return changes;
  }

  private arm(name: string): void {
    const timer = `flush/${name}`;
    if (!this.timers.has(timer)) this.timers.set(timer, this.simulation.random('gossip').integer(20_000, INTERVAL));
  }

  private flush(name: string): void {
    const changes = this.pending.get(name) ?? [];
    this.pending.delete(name);
    if (!this.world.isUp(name)) return;
    for (const other of this.world.hosts.values()) {
      const engine = other.daemon?.engine;
      if (!engine || other.name === name) continue;
      const wanted = changes.filter((change) => engine.networks.get(networkOf(change)));
      const set = wanted.flatMap((change) => (change.action === 'set' ? [change.record] : []));
      const deleted = wanted.flatMap((change) => (change.action === 'delete' ? [change] : []));
      if (wanted.length === 0) continue;
      if (this.connected(this.world.host(name)!, other))
        this.send(name, other.name, { what: 'rows', set, deleted }, wanted.length);
      else this.behind.add(`${name}>${other.name}`);
    }
  }

  private send(from: string, to: string, message: Message, rows: number): void {
    this.simulation.send(from, to, 'gossip', message, rows * ROW_BYTES);
  }

  private sendRows(from: string, to: string, which: (record: EndpointRecord) => boolean): void {
    const own = this.world.host(from)?.daemon?.engine.table.own().filter(which) ?? [];
    if (own.length > 0) this.send(from, to, { what: 'rows', set: own, deleted: [] }, own.length);
  }

  private connected(a: LabHost, b: LabHost): boolean {
    return this.world.isUp(a.name) && this.world.isUp(b.name) && this.simulation.links.connected(a.machine, b.machine);
  }

  /** The pairs between which nothing passes now. */
  private *quietPairs(): Generator<readonly [LabHost, LabHost]> {
    const hosts = [...this.world.hosts.values()];
    const suspects = this.suspects(hosts);
    const isSuspect = new Set(suspects);
    for (const here of hosts)
      for (const there of isSuspect.has(here) ? hosts : suspects)
        if (here !== there && !this.connected(here, there)) yield [here, there];
  }

  /** Follows memberlist: a machine that does not answer is suspected, then declared failed, and its rows go. */
  private giveUpSilent(): void {
    for (const [here, there] of this.quietPairs()) {
      const pair = `${there.name}>${here.name}`;
      if (this.simulation.now - (this.quietSince.get(pair) ?? this.simulation.now) < FAILED_AFTER) continue;
      this.behind.add(pair);
      here.daemon?.engine.table.forgetMachine(there.name);
    }
  }

  /** Machines that are down, off the common segment or at the end of a cut cable: all others hear each other. */
  private suspects(hosts: readonly LabHost[]): readonly LabHost[] {
    const sizes = new Map<number, number>();
    for (const { machine } of hosts) sizes.set(machine.segment, (sizes.get(machine.segment) ?? 0) + 1);
    const [common] = [...sizes].reduce((most, one) => (one[1] > most[1] ? one : most), [0, 0]);
    const cut = new Set(this.simulation.links.faulty().flatMap(([a, b, faults]) => (faults.cut ? [a, b] : [])));
    return hosts.filter(
      ({ name, machine }) => !this.world.isUp(name) || machine.segment !== common || cut.has(machine.name),
    );
  }

  private reconnect(): void {
    for (const pair of [...this.behind]) {
      const [there, here] = pair.split('>').map((name) => this.world.host(name)!) as [LabHost, LabHost];
      if (!this.connected(here, there)) continue;
      this.behind.delete(pair);
      const { engine } = here.daemon!;
      const own = there.daemon?.engine.table.own() ?? [];
      const rows = own.filter((record) => engine.networks.get(record.networkId) !== undefined);
      this.send(there.name, here.name, { what: 'all', rows }, rows.length + 1);
    }
  }
}

function networkOf(change: RecordChange): string {
  return change.action === 'set' ? change.record.networkId : change.networkId;
}
