/**
 * The endpoint table of one machine: what it knows of containers on its networks, its own and (by gossip) those of other
 * machines. DNS and load balancing are pure functions of it.
 *
 * Follows moby/moby daemon/libnetwork/agent.go (endpoint_table) and service_common.go.
 */
import type { EndpointRecord } from './types';

/** What changed in the machine's own rows: gossip carries it to the others. */
export type RecordChange =
  | { readonly action: 'set'; readonly record: EndpointRecord }
  | { readonly action: 'delete'; readonly key: string; readonly networkId: string };

/** Marks of services are counted from here. Follows moby/moby daemon/libnetwork/service.go, fwMarkCtr. */
const FIRST_MARK = 256;

export class EndpointTable {
  private readonly networks = new Map<string, Map<string, EndpointRecord>>();
  /** Names of a network, made at the first question after a change. */
  private readonly names = new Map<string, Map<string, NameEntry>>();
  private readonly marks = new Map<string, number>();
  /** Told of changes to the machine's own rows. */
  changed: (change: RecordChange) => void = () => {};

  constructor(private readonly machine: string) {}

  /** Adds or replaces a row of this machine. */
  set(record: EndpointRecord): void {
    this.learn(record);
    this.changed({ action: 'set', record });
  }

  /** Takes a row of this machine away. */
  delete(networkId: string, key: string): void {
    if (this.forget(networkId, key)) this.changed({ action: 'delete', key, networkId });
  }

  /** The firewall mark by which a service's connections on a network are balanced here; 0 for an unknown one. */
  mark(networkId: string, serviceId: string): number {
    return this.marks.get(`${networkId}/${serviceId}`) ?? 0;
  }

  /** A row as another machine has it. */
  learn(record: EndpointRecord): void {
    const service = `${record.networkId}/${record.serviceId}`;
    if (record.serviceId !== '' && !this.marks.has(service)) this.marks.set(service, FIRST_MARK + this.marks.size);
    let rows = this.networks.get(record.networkId);
    if (!rows) this.networks.set(record.networkId, (rows = new Map()));
    rows.set(record.key, record);
    this.names.delete(record.networkId);
  }

  forget(networkId: string, key: string): boolean {
    this.names.delete(networkId);
    return this.networks.get(networkId)?.delete(key) ?? false;
  }

  /** The machine was declared failed: none of its rows is believed any more. */
  forgetMachine(machine: string): void {
    for (const [networkId, rows] of this.networks) {
      for (const [key, record] of rows) if (record.machine === machine) rows.delete(key);
      this.names.delete(networkId);
    }
  }

  /** The machine left the swarm: what others told is not believed any more. */
  forgetOthers(): void {
    for (const [networkId, rows] of this.networks) {
      for (const [key, record] of rows) if (record.machine !== this.machine) rows.delete(key);
      this.names.delete(networkId);
    }
  }

  /** The network is gone from this machine. */
  forgetNetwork(networkId: string): void {
    this.networks.delete(networkId);
    this.names.delete(networkId);
  }

  rows(networkId: string): Iterable<EndpointRecord> {
    return this.networks.get(networkId)?.values() ?? [];
  }

  /** This machine's own rows, of all networks: what a machine that joins late is sent. */
  own(): readonly EndpointRecord[] {
    const own: EndpointRecord[] = [];
    for (const rows of this.networks.values())
      for (const record of rows.values()) if (record.machine === this.machine) own.push(record);
    return own;
  }

  /** The row of an endpoint's address. */
  byAddress(networkId: string, address: string): EndpointRecord | undefined {
    for (const record of this.rows(networkId)) if (record.address === address) return record;
    return undefined;
  }

  /** The rows behind a virtual address, drained ones left out, in the order in which they were learnt. */
  backends(networkId: string, virtualIP: string): { readonly known: boolean; readonly open: EndpointRecord[] } {
    const open: EndpointRecord[] = [];
    let known = false;
    for (const record of this.rows(networkId)) {
      if (record.virtualIP !== virtualIP) continue;
      known = true;
      if (!record.disabled) open.push(record);
    }
    return { known, open };
  }

  /** The rows that a published port leads to; `known` also when all of them drain. */
  published(
    networkId: string,
    protocol: string,
    port: number,
  ): { readonly known: boolean; readonly target: number; readonly serviceId: string; readonly open: EndpointRecord[] } {
    const open: EndpointRecord[] = [];
    let known = false;
    let target = 0;
    let serviceId = '';
    for (const record of this.rows(networkId)) {
      const match = record.ports.find((p) => p.published === port && p.protocol === protocol);
      if (!match) continue;
      known = true;
      target = match.target;
      serviceId = record.serviceId;
      if (!record.disabled) open.push(record);
    }
    return { known, target, serviceId, open };
  }

  /** Ports published through a network, each once, in ascending order. */
  publishedPorts(networkId: string): readonly { readonly protocol: string; readonly port: number }[] {
    const found = new Map<string, { protocol: string; port: number }>();
    for (const record of this.rows(networkId))
      for (const { protocol, published } of record.ports)
        found.set(`${protocol}/${published}`, { protocol, port: published });
    return [...found.values()].sort((a, b) => a.port - b.port || (a.protocol < b.protocol ? -1 : 1));
  }

  /** Addresses of a name (compared without case) on a network; undefined when the network does not know it. */
  lookup(networkId: string, name: string): readonly string[] | undefined {
    let names = this.names.get(networkId);
    if (!names) this.names.set(networkId, (names = this.index(networkId)));
    const entry = names.get(name.toLowerCase());
    return entry && entry.size > 0 ? [...entry] : undefined;
  }

  /** The IPv6 addresses of the rows that have these IPv4 addresses. */
  version6(networkId: string, addresses: readonly string[]): readonly string[] {
    return [...this.rows(networkId)]
      .filter(({ address, address6 }) => address6 !== '' && addresses.includes(address))
      .map(({ address6 }) => address6);
  }

  private index(networkId: string): Map<string, NameEntry> {
    const names = new Map<string, NameEntry>();
    const add = (name: string, address: string): void => {
      const key = name.toLowerCase();
      const entry = names.get(key);
      if (entry) entry.add(address);
      else names.set(key, new Set([address]));
    };
    for (const record of this.rows(networkId)) {
      if (!record.disabled) for (const name of record.taskAliases) add(name, record.address);
      if (record.serviceName === '') continue;
      for (const name of [record.serviceName, ...record.aliases]) {
        if (record.virtualIP !== '') add(name, record.virtualIP);
        else if (!record.disabled) add(name, record.address);
        if (!record.disabled) add(`tasks.${name}`, record.address);
      }
    }
    return names;
  }
}

/** Addresses, each once, in the order in which they were learnt. */
type NameEntry = Set<string>;
