/**
 * Who is on the LAN, and where a connection lands. The path is a pure function of tables and cables, computed when a
 * connection opens; only the round-robin counters of load balancers move.
 *
 *     client ──► published port of a machine ──► host port's container
 *        │                                 └──► ingress table, round robin ──► a task on any machine
 *        ├──► virtual address on an overlay ──► the client machine's balancer ──► a task on any machine
 *        ├──► address on a network shared with the client ──► that container
 *        └──► another machine's address ──► as the first line, over there
 *
 * Follows moby/moby daemon/libnetwork (service_linux.go, drivers/overlay) and the kernel's IPVS.
 */
import type { Micros } from '../base/process';
import type { Simulation } from '../sim/index';
import type { HostEngine } from './engine';
import { contains, parseAddress, parseSubnet } from './ipam';
import { OUTSIDE } from './outside';
import type { Container, EndpointRecord, Network } from './types';

/** The engines of all machines that are switched on. Each boot puts a new one in the old one's place. */
export class Lan {
  private readonly engines = new Map<string, HostEngine>();
  /** Questions of servers to servers that are under way, one inside the other. */
  asking = 0;

  constructor(readonly simulation: Simulation) {}

  join(engine: HostEngine): void {
    this.engines.set(engine.machine.name, engine);
  }

  /** The engine of a machine with power. */
  engine(machine: string): HostEngine | undefined {
    const engine = this.engines.get(machine);
    return engine?.machine.powered && engine.boot === engine.machine.boots ? engine : undefined;
  }

  /** Whether packets pass between two machines now, and both have power. */
  connected(from: HostEngine, to: HostEngine): boolean {
    return from === to || this.simulation.links.connected(from.machine, to.machine);
  }

  /** The machine that has an address on the LAN, with or without power. */
  machineAt(address: string): string | undefined {
    return this.simulation.addresses.get(address);
  }

  addressOf(machine: string): string | undefined {
    return this.simulation.addressOf(machine) || undefined;
  }
}

/** One step of a path, for `lab trace` and the pictures. */
interface Hop {
  readonly machine: string;
  /** 'host', 'ingress', 'vip', 'container', 'bridge', 'overlay', 'outside'. */
  readonly what: string;
  readonly address: string;
}

/** Where a connection lands. */
export type Landing =
  | {
      readonly kind: 'container';
      readonly machine: string;
      readonly containerId: string;
      readonly port: number;
      /** The address at which the container is asked. */
      readonly localAddress: string;
      /** The client's address as the container sees it. */
      readonly peerAddress: string;
      /** The overlay whose tunnel it came through, where it crossed machines on one. */
      readonly overlay?: { readonly vni: number; readonly encrypted: boolean };
      readonly hops: readonly Hop[];
    }
  /** A process of the machine itself, if one listens there. */
  | {
      readonly kind: 'host';
      readonly machine: string;
      readonly address: string;
      readonly port: number;
      readonly peerAddress: string;
      readonly hops: readonly Hop[];
    }
  /** Taken by docker-proxy for a container that does not listen, and broken off. */
  | {
      readonly kind: 'reset';
      readonly machine: string;
      readonly peerAddress: string;
      readonly hops: readonly Hop[];
    }
  /** Answered at once by a refusal. */
  | { readonly kind: 'refused'; readonly machine: string; readonly hops: readonly Hop[] }
  /** Nobody has that address on the LAN: `No route to host` after some three seconds. */
  | { readonly kind: 'unreachable'; readonly hops: readonly Hop[] }
  /** Swallowed: the client waits for its timeout. */
  | { readonly kind: 'lost'; readonly hops: readonly Hop[] };

const ANY_ADDRESS: readonly string[] = ['', '0.0.0.0', '::'];

interface Journey {
  readonly lan: Lan;
  readonly protocol: string;
  readonly port: number;
  readonly hops: Hop[];
  /** The overlay on the way. */
  overlay?: { readonly vni: number; readonly encrypted: boolean };
}

/** Where a connection from a machine (or one of its containers) to address:port lands. Moves round-robin counters. */
export function findPath(
  engine: HostEngine,
  lan: Lan,
  containerId: string | undefined,
  address: string,
  port: number,
  protocol = 'tcp',
): Landing {
  const journey: Journey = { lan, protocol, port, hops: [] };
  const container = containerId === undefined ? undefined : engine.namespaceOf(containerId);
  if (container && !engine.onHostNetwork(container.id)) return fromContainer(journey, engine, container, address);
  return fromHost(journey, engine, address, engine.address);
}

function fromContainer(journey: Journey, engine: HostEngine, container: Container, address: string): Landing {
  if (
    address.startsWith('127.') ||
    container.endpoints.some((endpoint) => endpoint.address === address && address !== '')
  )
    return arrive(journey, engine, container.id, journey.port, address, address);
  for (const endpoint of container.endpoints) {
    const network = engine.networks.get(endpoint.networkId);
    if (!network || endpoint.address === '' || !inSubnet(network, address)) continue;
    if (network.driver === 'overlay') return overOverlay(journey, engine, network, address, endpoint.address);
    return overBridge(journey, engine, network, address, endpoint.address);
  }
  const gateway = container.gatewayEndpoint;
  const bridge = gateway && engine.networks.get(gateway.networkId);
  if (bridge && inSubnet(bridge, address))
    return address === bridge.gateway ? hostPort(journey, engine, address, gateway.address) : lost(journey);
  if (!gateway && container.endpoints.every((endpoint) => endpoint.gateway === '')) return unreachable(journey);
  const source = gateway?.address ?? container.endpoints.find((endpoint) => endpoint.gateway !== '')!.address;
  if (address === engine.address) return hostPort(journey, engine, address, source);
  const other = engine.networks.bridgeOf(address);
  if (other) return address === other.gateway ? hostPort(journey, engine, address, source) : lost(journey);
  return fromHost(journey, engine, address, engine.address);
}

function fromHost(journey: Journey, engine: HostEngine, address: string, source: string): Landing {
  if (address.startsWith('127.') || address === engine.address)
    return hostPort(journey, engine, address, address.startsWith('127.') ? '127.0.0.1' : source);
  const machine = journey.lan.machineAt(address);
  if (machine !== undefined) {
    const target = journey.lan.engine(machine);
    if (!target || !journey.lan.connected(engine, target)) return unreachable(journey);
    return hostPort(journey, target, address, source);
  }
  const bridge = engine.networks.bridgeOf(address);
  if (bridge) return overBridge(journey, engine, bridge, address, bridge.gateway);
  if (inLan(engine, address)) return unreachable(journey);
  journey.hops.push({ machine: engine.machine.name, what: 'outside', address });
  return lost(journey);
}

function overBridge(journey: Journey, engine: HostEngine, network: Network, address: string, source: string): Landing {
  if (address === network.gateway) return hostPort(journey, engine, address, source);
  journey.hops.push({ machine: engine.machine.name, what: 'bridge', address });
  const owner = engine.networks.ownerOf(network.id, address);
  if (owner === undefined) return unreachable(journey);
  return arrive(journey, engine, owner, journey.port, address, source);
}

function overOverlay(journey: Journey, engine: HostEngine, network: Network, address: string, source: string): Landing {
  const { known, open } = engine.table.backends(network.id, address);
  if (known) {
    journey.hops.push({ machine: engine.machine.name, what: 'vip', address });
    const record = engine.nextBackend(`${network.id}/${address}`, open);
    if (!record) return refused(journey, engine);
    return toRecord(journey, engine, record, journey.port, network.loadBalancerAddress);
  }
  if (address === network.gateway || address === network.loadBalancerAddress) return refused(journey, engine);
  const home = ownerOnOverlay(journey.lan, engine, network.id, address);
  if (!home) return unreachable(journey);
  journey.hops.push({ machine: home.engine.machine.name, what: 'overlay', address });
  if (!journey.lan.connected(engine, home.engine)) return lost(journey);
  through(journey, network);
  return arrive(journey, home.engine, home.containerId, journey.port, address, source);
}

/** The engine and container that have an address on an overlay: by the table, or where the bridge itself knows it. */
function ownerOnOverlay(
  lan: Lan,
  engine: HostEngine,
  networkId: string,
  address: string,
): { engine: HostEngine; containerId: string } | undefined {
  const own = engine.networks.ownerOf(networkId, address);
  if (own !== undefined) return { engine, containerId: own };
  const record = engine.table.byAddress(networkId, address);
  const home = record && lan.engine(record.machine);
  return home && record ? { engine: home, containerId: record.containerId } : undefined;
}

/** A port of a machine: a container bound to it, the routing mesh, a container on the host's network, or the host. */
function hostPort(journey: Journey, engine: HostEngine, address: string, source: string): Landing {
  const { protocol, port } = journey;
  journey.hops.push({ machine: engine.machine.name, what: 'host', address });
  const owner = engine.ports.owner(protocol, port);
  const container = owner === undefined ? undefined : engine.containers.get(owner);
  if (container) {
    const bound = container.ports.find((p) => p.hostPort === port && p.containerPort.endsWith(`/${protocol}`))!;
    if (!ANY_ADDRESS.includes(bound.hostIp) && bound.hostIp !== address)
      return { kind: 'host', machine: engine.machine.name, address, port, peerAddress: source, hops: journey.hops };
    const endpoint = container.endpoints.find((e) => e.gateway !== '') ?? container.gatewayEndpoint;
    const target = Number.parseInt(bound.containerPort, 10);
    const inside = endpoint?.address ?? '';
    if (source !== '127.0.0.1') return arrive(journey, engine, container.id, target, inside, source);
    // Over the loopback docker-proxy takes the connection, before it knows whether the container does.
    const landing = arrive(journey, engine, container.id, target, inside, endpoint?.gateway ?? source);
    if (landing.kind !== 'refused' || protocol !== 'tcp') return landing;
    return { kind: 'reset', machine: engine.machine.name, peerAddress: source, hops: journey.hops };
  }
  const ingress = engine.ingress();
  const mesh = ingress && engine.table.published(ingress.id, protocol, port);
  if (ingress && mesh?.known) {
    journey.hops.push({ machine: engine.machine.name, what: 'ingress', address: ingress.loadBalancerAddress });
    const record = engine.nextBackend(`${ingress.id}/${mesh.serviceId}`, mesh.open);
    if (!record) return refused(journey, engine);
    return toRecord(journey, engine, record, mesh.target, ingress.loadBalancerAddress);
  }
  const onHost = engine.containerOnHostNetwork(port);
  if (onHost !== undefined) return arrive(journey, engine, onHost, port, address, source);
  return { kind: 'host', machine: engine.machine.name, address, port, peerAddress: source, hops: journey.hops };
}

function toRecord(journey: Journey, engine: HostEngine, record: EndpointRecord, port: number, source: string): Landing {
  const home = journey.lan.engine(record.machine);
  journey.hops.push({ machine: record.machine, what: 'overlay', address: record.address });
  if (!home || !journey.lan.connected(engine, home)) return lost(journey);
  through(journey, engine.networks.get(record.networkId));
  return arrive(journey, home, record.containerId, port, record.address, source);
}

function through(journey: Journey, network: Network | undefined): void {
  if (network)
    journey.overlay = { vni: network.vni, encrypted: network.options !== null && 'encrypted' in network.options };
}

function arrive(
  journey: Journey,
  engine: HostEngine,
  containerId: string,
  port: number,
  localAddress: string,
  peerAddress: string,
): Landing {
  const machine = engine.machine.name;
  journey.hops.push({ machine, what: 'container', address: localAddress });
  if (journey.protocol !== 'tcp' || !engine.listens(containerId, port)) return refused(journey, engine);
  const tunnel = journey.overlay ? { overlay: journey.overlay } : {};
  return { kind: 'container', machine, containerId, port, localAddress, peerAddress, ...tunnel, hops: journey.hops };
}

function refused(journey: Journey, engine: HostEngine): Landing {
  return { kind: 'refused', machine: engine.machine.name, hops: journey.hops };
}

function unreachable(journey: Journey): Landing {
  return { kind: 'unreachable', hops: journey.hops };
}

function lost(journey: Journey): Landing {
  return { kind: 'lost', hops: journey.hops };
}

function inSubnet(network: Network, address: string): boolean {
  const subnet = parseSubnet(network.subnet);
  const value = parseAddress(address);
  return subnet !== undefined && value !== undefined && contains(subnet, value);
}

function inLan(engine: HostEngine, address: string): boolean {
  const value = parseAddress(address);
  return value !== undefined && engine.subnets.some((text) => contains(parseSubnet(text)!, value));
}

/** Kinds of way that an echo request takes, each with its usual round trip. */
const ECHO: Readonly<Record<'local' | 'lan' | 'outside', readonly [Micros, Micros]>> = {
  local: [40, 110],
  lan: [480, 760],
  outside: [9_500, 14_500],
};

/** One echo request: its round trip and the reply's TTL, or undefined when nothing answers. */
export function echoRequest(
  engine: HostEngine,
  lan: Lan,
  containerId: string | undefined,
  address: string,
): { readonly rtt: Micros; readonly ttl: number } | undefined {
  const container = containerId === undefined ? undefined : engine.namespaceOf(containerId);
  const way = echoWay(engine, lan, container, address);
  if (!way) return undefined;
  const [low, high] = ECHO[way.kind];
  return { rtt: engine.random('echo').integer(low, high), ttl: way.ttl };
}

function echoWay(
  engine: HostEngine,
  lan: Lan,
  container: Container | undefined,
  address: string,
): { readonly kind: 'local' | 'lan' | 'outside'; readonly ttl: number } | undefined {
  if (address.startsWith('127.')) return { kind: 'local', ttl: 64 };
  const inside = container && !engine.onHostNetwork(container.id) ? container : undefined;
  for (const endpoint of inside?.endpoints ?? []) {
    const network = engine.networks.get(endpoint.networkId);
    if (!network || endpoint.address === '' || !inSubnet(network, address)) continue;
    if (address === network.gateway || address === network.loadBalancerAddress) return { kind: 'local', ttl: 64 };
    if (engine.networks.ownerOf(network.id, address) !== undefined) return { kind: 'local', ttl: 64 };
    if (network.driver !== 'overlay') return undefined;
    if (engine.table.backends(network.id, address).known) return { kind: 'local', ttl: 64 };
    const home = ownerOnOverlay(lan, engine, network.id, address);
    return home && lan.connected(engine, home.engine) && home.engine.networks.ownerOf(network.id, address) !== undefined
      ? { kind: 'lan', ttl: 64 }
      : undefined;
  }
  const hasGateway = inside
    ? inside.gatewayEndpoint !== undefined || inside.endpoints.some((e) => e.gateway !== '')
    : true;
  if (!hasGateway) return undefined;
  const hop = inside ? 1 : 0;
  if (address === engine.address) return { kind: 'local', ttl: 64 };
  const machine = lan.machineAt(address);
  if (machine !== undefined) {
    const target = lan.engine(machine);
    return target && lan.connected(engine, target) ? { kind: 'lan', ttl: 64 - hop } : undefined;
  }
  const bridge = engine.networks.bridgeOf(address);
  if (bridge) {
    const there = address === bridge.gateway || engine.networks.ownerOf(bridge.id, address) !== undefined;
    return there && (!inside || address === bridge.gateway) ? { kind: 'local', ttl: 64 } : undefined;
  }
  return OUTSIDE.some((place) => place.address === address) ? { kind: 'outside', ttl: 56 - hop } : undefined;
}
