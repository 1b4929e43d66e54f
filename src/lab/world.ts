/** The machines: built, wired to the LAN, switched on and off. The composition root: here every port is plugged. */
import { assert } from '../base/assert';
import type { Micros } from '../base/process';
import { Daemon, type Exchange } from '../daemon/index';
import { type ContainerShell, Lan, type Registry } from '../host/index';
import type { Machine, MachineSoftware, Packet, Simulation } from '../sim/index';
import { Gossip } from './gossip';

/** Hosts that a /24 holds (192.168.0.11 … .250); a lab created larger has a /16. */
export const HOSTS_IN_24 = 240;
export const HOSTS_MAX = 5_000;

/** A machine with what runs on it. `daemon` is undefined while it is off. */
export interface LabHost {
  readonly machine: Machine;
  readonly name: string;
  readonly address: string;
  readonly prefix: number;
  daemon: Daemon | undefined;
  switchedAt: Micros;
}

export interface WorldPorts {
  readonly shell: ContainerShell;
  readonly registry: Registry;
  /** Packets of the lab's own channels. */
  readonly packet: (packet: Packet) => boolean;
}

/** node k's address: 192.168.0.(10+k), in a larger lab counting on and skipping .0 and .255. */
export function hostAddress(index: number): string {
  const last = 10 + index;
  const block = Math.floor((last - 1) / 254);
  return `192.168.${block}.${((last - 1) % 254) + 1}`;
}

/** The daemon, and what of the lab's own packets comes to its machine. */
class HostSoftware implements MachineSoftware {
  constructor(
    private readonly ports: WorldPorts,
    private readonly daemon: Daemon,
  ) {}

  packet(packet: Packet, sender: Machine): void {
    if (!this.ports.packet(packet)) this.daemon.packet(packet, sender);
  }

  timer(owner: string, name: string): void {
    this.daemon.timer(owner, name);
  }
}

export class World {
  readonly hosts = new Map<string, LabHost>();
  readonly prefix: number;
  readonly hostsMax: number;
  readonly gossip: Gossip;
  private readonly lanDirectory: Lan;
  /** Called after a machine was switched on or off. */
  onPower: (host: LabHost) => void = () => {};
  /** Called after a machine's dockerd came up, or went. */
  onService: (host: LabHost) => void = () => {};

  constructor(
    readonly simulation: Simulation,
    nodes: number,
    private readonly ports: WorldPorts,
  ) {
    this.prefix = nodes > HOSTS_IN_24 ? 16 : 24;
    this.hostsMax = this.prefix === 24 ? HOSTS_IN_24 : HOSTS_MAX;
    this.gossip = new Gossip(simulation, this);
    this.lanDirectory = new Lan(simulation);
    this.add(nodes);
  }

  get names(): readonly string[] {
    return [...this.hosts.keys()];
  }

  /** 192.168.0.0/24. */
  get lan(): string {
    return `192.168.0.0/${this.prefix}`;
  }

  host(name: string): LabHost | undefined {
    return this.hosts.get(name);
  }

  /** The host with that name or LAN address. */
  lookup(nameOrAddress: string): LabHost | undefined {
    return this.hosts.get(nameOrAddress) ?? this.hosts.get(this.simulation.addresses.get(nameOrAddress) ?? '');
  }

  isOn(name: string): boolean {
    return this.hosts.get(name)?.daemon !== undefined;
  }

  /** More hosts, switched on; their names. */
  add(count: number): readonly string[] {
    const names: string[] = [];
    for (let made = 0; made < count; made++) {
      const index = this.hosts.size + 1;
      const name = `node${index}`;
      const address = hostAddress(index);
      const machine = this.simulation.addMachine(name);
      this.simulation.setAddress(name, address);
      const host: LabHost = {
        machine,
        name,
        address,
        prefix: this.prefix,
        daemon: undefined,
        switchedAt: this.simulation.now,
      };
      this.hosts.set(name, host);
      this.start(host);
      names.push(name);
    }
    return names;
  }

  start(host: LabHost): void {
    assert(!host.daemon, `${host.name} is on`);
    this.simulation.powerOn(host.machine);
    const daemon = new Daemon({
      simulation: this.simulation,
      machine: host.machine,
      hostname: host.name,
      address: host.address,
      prefix: host.prefix,
      registry: this.ports.registry,
      shell: this.ports.shell,
      lan: this.lanDirectory,
      onService: () => {
        if (host.daemon !== daemon) return;
        this.gossip.disturbed();
        this.onService(host);
      },
    });
    host.daemon = daemon;
    host.switchedAt = this.simulation.now;
    host.machine.software = new HostSoftware(this.ports, daemon);
    this.gossip.joined(host);
    daemon.start();
    this.gossip.disturbed();
    this.onPower(host);
  }

  kill(host: LabHost): void {
    assert(host.daemon, `${host.name} is off`);
    host.daemon = undefined;
    host.switchedAt = this.simulation.now;
    this.simulation.powerOff(host.machine);
    this.gossip.disturbed();
    this.onPower(host);
  }

  /** Hands a request to a machine's dockerd; false where none listens. */
  serve(name: string, exchange: Exchange): boolean {
    return this.hosts.get(name)?.daemon?.serve(exchange) ?? false;
  }

  /** Whether a machine's dockerd answers. */
  isUp(name: string): boolean {
    return this.hosts.get(name)?.daemon?.isUp ?? false;
  }
}
