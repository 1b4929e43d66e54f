/**
 * Network namespaces of one machine, as /var/run/docker/netns names them, and what is in each.
 *
 *     ingress_sbox      the routing mesh: eth0 on ingress, eth1 on docker_gwbridge
 *     1-NETWORK         an overlay: br0, vxlan0, one end of the cable of every container on it
 *     lb_NETWORK        its load balancer: eth0 with the virtual addresses of services
 *     SANDBOX           a container
 *
 * Follows moby/moby daemon/libnetwork/drivers/overlay/ov_network.go and osl/namespace_linux.go.
 */
import {
  Errno,
  type FileStat,
  type ForwardFact,
  type InterfaceFact,
  type NeighbourFact,
  type RouteFact,
} from '../base/process';
import type { HostEngine } from './engine';
import {
  bridgeInterface,
  containerInterfaces,
  containerRoutes,
  LOOPBACK,
  machineInterfaces,
  machineRoutes,
  madeMac,
  mtuOf,
  withBroadcast,
} from './facts';
import type { Files } from './files/files';
import { machineMac, overlayMac, type SystemEndpoint } from './networks';
import type { Container, Network } from './types';

/** What programs can ask of a namespace. */
export interface NamespaceFacts {
  readonly interfaces: readonly InterfaceFact[];
  readonly routes: readonly RouteFact[];
  readonly neighbours: readonly NeighbourFact[];
  readonly forwards: readonly ForwardFact[];
}

type Namespace =
  | { readonly kind: 'overlay' | 'balancer'; readonly network: Network }
  | { readonly kind: 'container'; readonly container: Container };

/** The network namespace's id: one a run, so made from the container's id and the time it started. */
export function sandboxId(container: Container): string {
  const run = Math.floor((container.state.startedAt ?? 0) / 1000) % 0x10000;
  return `${run.toString(16).padStart(4, '0')}${[...container.id].reverse().join('')}`.slice(0, 64);
}

/** All of them by file name. */
function namespaces(engine: HostEngine): ReadonlyMap<string, Namespace> {
  const found = new Map<string, Namespace>();
  for (const network of engine.networks.list()) {
    if (network.driver !== 'overlay') continue;
    found.set(`1-${network.id.slice(0, 10)}`, { kind: 'overlay', network });
    if (network.loadBalancerAddress === '') continue;
    found.set(network.ingress ? 'ingress_sbox' : `lb_${network.id.slice(0, 9)}`, { kind: 'balancer', network });
  }
  for (const container of engine.containers.list()) {
    if (container.state.status !== 'running' || engine.namespaceOf(container.id) !== container) continue;
    if (!engine.onHostNetwork(container.id))
      found.set(sandboxId(container).slice(0, 12), { kind: 'container', container });
  }
  return found;
}

/** By its file's name, or `pid:` and a container's main process. */
function findNamespace(engine: HostEngine, name: string): Namespace | undefined {
  if (!name.startsWith('pid:')) return namespaces(engine).get(name);
  const pid = Number(name.slice('pid:'.length));
  const owner = engine.containers.list().find(({ state }) => state.status === 'running' && state.pid === pid);
  const container = owner && engine.namespaceOf(owner.id);
  return container && !engine.onHostNetwork(container.id) ? { kind: 'container', container } : undefined;
}

/** The container whose namespace a file is, if it is one's. */
export function namespaceContainer(engine: HostEngine, name: string): string | undefined {
  const found = findNamespace(engine, name);
  return found?.kind === 'container' ? found.container.id : undefined;
}

/** What is in a namespace; undefined when there is none of that name. */
export function namespaceFacts(engine: HostEngine, name: string): NamespaceFacts | undefined {
  const found = findNamespace(engine, name);
  if (!found) return undefined;
  if (found.kind === 'container') return containerFacts(engine, found.container);
  return found.kind === 'overlay' ? overlayFacts(engine, found.network) : balancerFacts(engine, found.network);
}

export function containerFacts(engine: HostEngine, container: Container): NamespaceFacts {
  const neighbours = container.endpoints.flatMap((endpoint) =>
    endpoint.gateway === '' ? [] : [gatewayNeighbour(engine, endpoint.networkId, endpoint.gateway, endpoint.device)],
  );
  return {
    interfaces: containerInterfaces(engine, container),
    routes: containerRoutes(engine, container),
    neighbours,
    forwards: [],
  };
}

/** The machine's own; its neighbours are those on the LAN whom it can reach. */
export function machineFacts(engine: HostEngine): NamespaceFacts {
  const { lan } = engine;
  const neighbours: NeighbourFact[] = [];
  for (const name of lan.simulation.machines.keys()) {
    const other = lan.engine(name);
    if (!other || other === engine || !lan.connected(engine, other)) continue;
    neighbours.push({ address: other.address, mac: machineMac(other.address), device: 'eth0', state: 'REACHABLE' });
  }
  return { interfaces: machineInterfaces(engine), routes: machineRoutes(engine), neighbours, forwards: [] };
}

function gatewayNeighbour(engine: HostEngine, networkId: string, address: string, device: string): NeighbourFact {
  const network = engine.networks.get(networkId);
  const mac = network ? bridgeInterface(engine, network).mac : '';
  return { address, mac, device, state: 'STALE' };
}

/** Who is on an overlay elsewhere, as the table of peers has it: address and machine. */
function peers(engine: HostEngine, network: Network): readonly (readonly [address: string, machine: string])[] {
  const found = new Map<string, string>();
  for (const record of engine.table.rows(network.id)) {
    if (record.machine === engine.machine.name) continue;
    found.set(record.address, engine.lan.addressOf(record.machine) ?? '');
    const balancer = engine.lan.engine(record.machine)?.networks.get(network.id)?.loadBalancerAddress;
    if (balancer) found.set(balancer, engine.lan.addressOf(record.machine) ?? '');
  }
  return [...found].sort((a, b) => (a[0] < b[0] ? -1 : 1));
}

function overlayFacts(engine: HostEngine, network: Network): NamespaceFacts {
  const { id, gateway, subnet, vni } = network;
  const mtu = mtuOf(network);
  const ends = [
    ...engine.networks.systemEndpoints(id),
    ...engine.networks.endpoints(id).map(({ endpoint }) => endpoint),
  ].filter(({ address }) => address !== '');
  const cables = ends.map(({ endpointId, link, peerLink }, at) => ({
    index: peerLink,
    name: `veth${at}`,
    peer: link,
    mac: madeMac(endpointId),
    mtu,
    up: true,
    master: 'br0',
    addresses: [],
  }));
  const vxlan = { index: engine.networks.linkOf(id), name: 'vxlan0', mac: madeMac(`${id}vx`), mtu, up: true };
  const bridge = { index: 2, name: 'br0', mac: cables[0]?.mac ?? madeMac(id), mtu, up: true };
  const elsewhere = peers(engine, network);
  return {
    interfaces: [
      LOOPBACK,
      { ...bridge, addresses: [withBroadcast(gateway, subnet)] },
      { ...vxlan, peer: vxlan.index, master: 'br0', vxlan: vni, addresses: [] },
      ...cables,
    ],
    routes: [{ destination: subnet, device: 'br0', source: gateway }],
    neighbours: elsewhere.map(([address]) => ({
      address,
      mac: overlayMac(address),
      device: 'vxlan0',
      state: 'PERMANENT',
    })),
    forwards: [
      ...elsewhere.map(([address, via]) => ({ mac: overlayMac(address), device: 'vxlan0', via })),
      ...ends.map(({ mac }, at) => ({ mac, device: `veth${at}`, via: '' })),
    ],
  };
}

/** Its address and, as further ones, the virtual addresses of the services that it knows; the mesh has a leg outside too. */
function balancerFacts(engine: HostEngine, network: Network): NamespaceFacts {
  const { networks } = engine;
  const [own] = networks.systemEndpoints(network.id);
  const virtual = new Set([...engine.table.rows(network.id)].map(({ virtualIP }) => virtualIP));
  virtual.delete('');
  const addresses = [
    withBroadcast(network.loadBalancerAddress, network.subnet),
    ...[...virtual].map((address) => ({ address, prefix: 32 })),
  ];
  const interfaces: InterfaceFact[] = [LOOPBACK];
  const routes: RouteFact[] = [];
  const add = (device: string, endpoint: SystemEndpoint, on: Network, its: InterfaceFact['addresses']): void => {
    const { link, peerLink, mac, address } = endpoint;
    interfaces.push({ index: link, name: device, peer: peerLink, mac, mtu: mtuOf(on), up: true, addresses: its });
    routes.push({ destination: on.subnet, device, source: address });
  };
  if (own) add('eth0', own, network, addresses);
  const outer = network.ingress ? networks.gatewayBridge() : undefined;
  const [leg] = outer ? networks.systemEndpoints(outer.id) : [];
  if (outer && leg) {
    add('eth1', leg, outer, [withBroadcast(leg.address, outer.subnet)]);
    routes.unshift({ destination: 'default', gateway: outer.gateway, device: 'eth1' });
  }
  return { interfaces, routes, neighbours: [], forwards: [] };
}

/** /run/docker/netns: a file for each namespace. */
export class NamespaceFiles implements Files {
  constructor(private readonly engine: HostEngine) {}

  stat(path: string): FileStat {
    if (path === '/') return { kind: 'directory', size: 4096, mode: 0o755, modified: this.engine.bootedAt };
    if (!namespaces(this.engine).has(path.slice(1))) throw new Errno('ENOENT', path);
    return { kind: 'file', size: 0, mode: 0o444, modified: this.engine.bootedAt };
  }

  list(): readonly string[] {
    return [...namespaces(this.engine).keys()].sort((a, b) => (a < b ? -1 : 1));
  }

  read(path: string): string {
    if (this.stat(path).kind === 'directory') throw new Errno('EISDIR', path);
    return '';
  }

  write(path: string): void {
    throw new Errno('EACCES', path);
  }

  mkdir(path: string): void {
    throw new Errno('EACCES', path);
  }

  remove(path: string): void {
    throw new Errno('EACCES', path);
  }

  rename(path: string): void {
    throw new Errno('EACCES', path);
  }

  chmod(path: string): void {
    throw new Errno('EACCES', path);
  }
}
