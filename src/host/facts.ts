/** What programs ask of a machine or container: interfaces, routes, processes. Follows ip(8), ps(1) on a real host. */
import type { InterfaceFact, ProcessFact, RouteFact } from '../base/process';
import type { HostEngine } from './engine';
import { formatAddress, parseSubnet } from './ipam';
import { GATEWAY_BRIDGE, machineMac } from './networks';
import type { Container, Endpoint, Network } from './types';

export const LOOPBACK: InterfaceFact = {
  index: 1,
  name: 'lo',
  mac: '00:00:00:00:00:00',
  mtu: 65536,
  up: true,
  addresses: [{ address: '127.0.0.1', prefix: 8 }],
  addresses6: [{ address: '::1', prefix: 128, scope: 'host' }],
};

const OVERLAY_MTU = 1450;
const BRIDGE_MTU = 1500;
const LAN_LINK = 2;
const BRIDGE_NAME = 'com.docker.network.bridge.name';

/** The interfaces of a container; of the machine where it is on the host's network. */
export function containerInterfaces(engine: HostEngine, container: Container): readonly InterfaceFact[] {
  if (engine.onHostNetwork(container.id)) return machineInterfaces(engine);
  const out: InterfaceFact[] = [LOOPBACK];
  for (const endpoint of endpointsByDevice(container)) {
    const network = engine.networks.get(endpoint.networkId);
    if (!network || endpoint.device === '') continue;
    const { address6, mac, link, peerLink } = endpoint;
    out.push({
      index: link,
      name: endpoint.device,
      peer: peerLink,
      mac,
      mtu: mtuOf(network),
      up: true,
      addresses: [withBroadcast(endpoint.address, network.subnet)],
      ...(address6 === ''
        ? {}
        : { addresses6: [{ address: address6, prefix: 64, scope: 'global' }, linkAddress(mac)] }),
    });
  }
  return out.sort((a, b) => a.index - b.index);
}

/** The machine's own: lo, eth0, its bridges and the ends of containers' cables on them. */
export function machineInterfaces(engine: HostEngine): readonly InterfaceFact[] {
  const mac = machineMac(engine.address);
  const addresses = [withBroadcast(engine.address, engine.subnets[0]!)];
  const lan = { index: LAN_LINK, name: 'eth0', mac, mtu: BRIDGE_MTU, up: true, addresses };
  return [LOOPBACK, { ...lan, addresses6: [linkAddress(mac)] }, ...bridgeInterfaces(engine)];
}

/** The address of the link itself, made of its hardware address. */
function linkAddress(mac: string): { readonly address: string; readonly prefix: number; readonly scope: string } {
  const bytes = mac.split(':').map((byte) => Number.parseInt(byte, 16));
  bytes[0]! ^= 2;
  bytes.splice(3, 0, 0xff, 0xfe);
  const groups = [0, 2, 4, 6].map((at) => (bytes[at]! * 256 + bytes[at + 1]!).toString(16));
  return { address: `fe80::${groups.join(':')}`, prefix: 64, scope: 'link' };
}

function endpointsByDevice(container: Container): readonly Endpoint[] {
  const all = container.gatewayEndpoint
    ? [...container.endpoints, container.gatewayEndpoint]
    : [...container.endpoints];
  return all.filter((e) => e.address !== '').sort((a, b) => (a.device < b.device ? -1 : 1));
}

export function mtuOf(network: Network): number {
  const given = Number(network.options?.['com.docker.network.driver.mtu'] ?? Number.NaN);
  if (network.driver !== 'overlay') return Number.isInteger(given) ? given : BRIDGE_MTU;
  const encrypted = network.options !== null && 'encrypted' in network.options;
  const plain = Number.isInteger(given) ? given - 50 : OVERLAY_MTU;
  return encrypted ? Math.floor((plain - 26) / 4) * 4 : plain;
}

export function withBroadcast(address: string, subnet: string): InterfaceFact['addresses'][number] {
  const parsed = parseSubnet(subnet);
  const prefix = parsed?.prefix ?? 24;
  return { address, prefix, broadcast: formatAddress((parsed?.base ?? 0) + (parsed?.size ?? 1) - 1) };
}

export function bridgeInterface(engine: HostEngine, network: Network): InterfaceFact {
  const { networks } = engine;
  const up = networks.endpoints(network.id).length > 0 || networks.systemEndpoints(network.id).length > 0;
  const { subnet6, gateway6 } = network;
  const mac = `02:42:${network.id.match(/../g)!.slice(0, 4).join(':')}`;
  const gateway = gateway6 || `${subnet6.slice(0, subnet6.indexOf('/'))}1`;
  return {
    index: networks.linkOf(network.id),
    name: bridgeName(network),
    mac,
    mtu: mtuOf(network),
    up,
    addresses: [withBroadcast(network.gateway, network.subnet)],
    addresses6: [
      ...(subnet6 === '' ? [] : [{ address: gateway, prefix: 64, scope: 'global' }]),
      ...(up ? [linkAddress(mac)] : []),
    ],
  };
}

/** The machine's bridges and the ends of cables on them, in the order in which they were made. */
function bridgeInterfaces(engine: HostEngine): readonly InterfaceFact[] {
  const out: InterfaceFact[] = [];
  for (const network of engine.networks.list()) {
    if (network.driver !== 'bridge' || network.subnet === '' || network.configOnly) continue;
    const bridge = bridgeInterface(engine, network);
    out.push(bridge);
    const inner = engine.networks.endpoints(network.id).map(({ endpoint }) => endpoint);
    for (const { endpointId, link, peerLink } of [...inner, ...engine.networks.systemEndpoints(network.id)]) {
      const mac = madeMac(endpointId);
      const name = `veth${endpointId.slice(0, 7)}`;
      const cable = { index: peerLink, name, peer: link, mac, mtu: bridge.mtu, up: true, master: bridge.name };
      out.push({ ...cable, addresses: [], addresses6: [linkAddress(mac)] });
    }
  }
  return out.sort((a, b) => a.index - b.index);
}

/** docker0, docker_gwbridge, what the user wants, or br- and the network's id. */
function bridgeName(network: Network): string {
  if (network.name === GATEWAY_BRIDGE) return GATEWAY_BRIDGE;
  return network.options?.[BRIDGE_NAME] ?? `br-${network.id.slice(0, 12)}`;
}

/** A hardware address made of an id: the same at each look. */
export function madeMac(id: string): string {
  let state = 7;
  const bytes: string[] = [];
  for (let at = 0; at < 6; at++) {
    for (const c of id) state = (state * 31 + c.charCodeAt(0) + at) % 0x7fffffff;
    const byte = state % 256;
    bytes.push((at === 0 ? (byte & 0xfc) | 2 : byte).toString(16).padStart(2, '0'));
  }
  return bytes.join(':');
}

/** A container's routes, the default first, then by destination. */
export function containerRoutes(engine: HostEngine, container: Container): readonly RouteFact[] {
  if (engine.onHostNetwork(container.id)) return machineRoutes(engine);
  const out: RouteFact[] = [];
  const way = defaultEndpoint(engine, container);
  if (way) out.push({ destination: 'default', gateway: way.gateway, device: way.device });
  const own: RouteFact[] = [];
  for (const endpoint of endpointsByDevice(container)) {
    const network = engine.networks.get(endpoint.networkId);
    if (network) own.push({ destination: network.subnet, device: endpoint.device, source: endpoint.address });
  }
  return [...out, ...own.sort(byDestination)];
}

function byDestination(a: RouteFact, b: RouteFact): number {
  return (parseSubnet(a.destination)?.base ?? 0) - (parseSubnet(b.destination)?.base ?? 0);
}

export function machineRoutes(engine: HostEngine): readonly RouteFact[] {
  const lan = engine.subnets[0]!;
  const gateway = formatAddress(parseSubnet(lan)!.base + 1);
  const own: RouteFact[] = [...bridgeRoutes(engine), { destination: lan, device: 'eth0', source: engine.address }];
  return [{ destination: 'default', gateway, device: 'eth0' }, ...own.sort(byDestination)];
}

/** The network whose name sorts first carries the default route; the gateway bridge comes last. */
function defaultEndpoint(engine: HostEngine, container: Container): Endpoint | undefined {
  const open = container.endpoints
    .filter((endpoint) => endpoint.gateway !== '' && engine.networks.get(endpoint.networkId)?.internal === false)
    .sort((a, b) => (a.networkName < b.networkName ? -1 : 1));
  return open[0] ?? container.gatewayEndpoint;
}

/** The machine's routes to its bridges. */
function bridgeRoutes(engine: HostEngine): readonly RouteFact[] {
  return engine.networks
    .list()
    .filter((network) => network.driver === 'bridge' && network.subnet !== '' && !network.configOnly)
    .map((network) => {
      const { up } = bridgeInterface(engine, network);
      const route = { destination: network.subnet, device: bridgeName(network), source: network.gateway };
      return up ? route : { ...route, down: true };
    });
}

/** The main process of a container, as number 1. Commands beside it are the kernel's to add. */
export function containerProcesses(container: Container): readonly ProcessFact[] {
  return container.state.status === 'running' ? [mainProcess(container, 1, 0)] : [];
}

/** The main processes of all containers, as the machine sees them, oldest first. */
export function processesOnHost(engine: HostEngine, parent: number): readonly ProcessFact[] {
  const running = engine.containers.list().filter((container) => container.state.status === 'running');
  return running.map((container) => mainProcess(container, container.state.pid, parent)).reverse();
}

function mainProcess(container: Container, pid: number, ppid: number): ProcessFact {
  return {
    pid,
    ppid,
    user: container.config.User || 'root',
    command: [container.path, ...container.args].join(' '),
    started: container.state.startedAt ?? 0,
    ...(container.config.Tty ? { terminal: 'pts/0' } : {}),
  };
}
