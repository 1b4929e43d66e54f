/** What programs ask of a machine or container: interfaces, routes, processes. Follows ip(8), ps(1) on a real host. */
import type { InterfaceFact, ProcessFact, RouteFact } from '../base/process';
import type { HostEngine } from './engine';
import { formatAddress, parseSubnet } from './ipam';
import { GATEWAY_BRIDGE } from './networks';
import type { Container, Endpoint, Network } from './types';

const LOOPBACK: InterfaceFact = {
  index: 1,
  name: 'lo',
  mac: '00:00:00:00:00:00',
  mtu: 65536,
  up: true,
  addresses: [{ address: '127.0.0.1', prefix: 8 }],
};

const OVERLAY_MTU = 1450;
const BRIDGE_MTU = 1500;
/** Interface numbers of veth pairs begin here: 1 is lo, 2 is eth0, 3 is docker0. */
const FIRST_VETH = 4;

/** The interfaces of a container; of the machine where it is on the host's network. */
export function containerInterfaces(engine: HostEngine, container: Container): readonly InterfaceFact[] {
  if (engine.onHostNetwork(container.id)) return [LOOPBACK, lanInterface(engine), ...bridgeInterfaces(engine, 3)];
  const out: InterfaceFact[] = [LOOPBACK];
  for (const endpoint of endpointsByDevice(container)) {
    const network = engine.networks.get(endpoint.networkId);
    if (!network || endpoint.device === '') continue;
    const index = vethIndex(engine, container, endpoint);
    out.push({
      index,
      name: endpoint.device,
      peer: index + 1,
      mac: endpoint.mac,
      mtu: mtuOf(network),
      up: true,
      addresses: [withBroadcast(endpoint.address, network.subnet)],
    });
  }
  return out;
}

function lanInterface(engine: HostEngine): InterfaceFact {
  const bytes = engine.address.split('.').map((byte) => Number(byte).toString(16).padStart(2, '0'));
  const addresses = [withBroadcast(engine.address, engine.subnets[0]!)];
  return { index: 2, name: 'eth0', mac: `02:42:${bytes.join(':')}`, mtu: 1500, up: true, addresses };
}

function endpointsByDevice(container: Container): readonly Endpoint[] {
  const all = container.gatewayEndpoint
    ? [...container.endpoints, container.gatewayEndpoint]
    : [...container.endpoints];
  return all.filter((e) => e.address !== '').sort((a, b) => (a.device < b.device ? -1 : 1));
}

function mtuOf(network: Network): number {
  const given = Number(network.options?.['com.docker.network.driver.mtu'] ?? Number.NaN);
  if (network.driver !== 'overlay') return Number.isInteger(given) ? given : BRIDGE_MTU;
  const encrypted = network.options !== null && 'encrypted' in network.options;
  const plain = Number.isInteger(given) ? given - 50 : OVERLAY_MTU;
  return encrypted ? Math.floor((plain - 26) / 4) * 4 : plain;
}

/** A number for a container's interface: from its place among the machine's endpoints of that kind. */
function vethIndex(engine: HostEngine, container: Container, endpoint: Endpoint): number {
  const order = engine.containers.list().length - engine.containers.list().indexOf(container);
  return FIRST_VETH + order * 8 + Number(endpoint.device.slice(3)) * 2;
}

function withBroadcast(address: string, subnet: string): { address: string; prefix: number; broadcast: string } {
  const parsed = parseSubnet(subnet);
  const prefix = parsed?.prefix ?? 24;
  return { address, prefix, broadcast: formatAddress((parsed?.base ?? 0) + (parsed?.size ?? 1) - 1) };
}

/** The machine's bridges and the ends of containers' cables on them; the bridges are numbered from `first`. */
export function bridgeInterfaces(engine: HostEngine, first: number): readonly InterfaceFact[] {
  const out: InterfaceFact[] = [];
  let index = first;
  const veths: InterfaceFact[] = [];
  for (const network of engine.networks.list()) {
    if (network.driver !== 'bridge' || network.subnet === '') continue;
    const name = bridgeName(network);
    const endpoints = engine.networks.endpoints(network.id);
    const up = endpoints.length > 0 || engine.networks.systemEndpoints(network.id).length > 0;
    const address = withBroadcast(network.gateway, network.subnet);
    out.push({
      index: index++,
      name,
      mac: `02:42:${network.id.match(/../g)!.slice(0, 4).join(':')}`,
      mtu: 1500,
      up,
      addresses: [address],
    });
    for (const { containerId, endpoint } of endpoints) {
      const container = engine.containers.get(containerId);
      if (!container) continue;
      const inner = vethIndex(engine, container, endpoint);
      veths.push({
        index: inner + 1,
        name: `veth${endpoint.endpointId.slice(0, 7)}`,
        peer: inner,
        mac: endpoint.mac.replace(/^../, 'fe'),
        mtu: 1500,
        up: true,
        master: name,
        addresses: [],
      });
    }
  }
  return [...out, ...veths.sort((a, b) => a.index - b.index)];
}

/** docker0, docker_gwbridge, or br- and the network's id. */
function bridgeName(network: Network): string {
  if (network.name === 'bridge') return 'docker0';
  return network.name === GATEWAY_BRIDGE ? GATEWAY_BRIDGE : `br-${network.id.slice(0, 12)}`;
}

/** A container's routes, the default first. */
export function containerRoutes(engine: HostEngine, container: Container): readonly RouteFact[] {
  if (engine.onHostNetwork(container.id)) return machineRoutes(engine);
  const out: RouteFact[] = [];
  const way = defaultEndpoint(engine, container);
  if (way) out.push({ destination: 'default', gateway: way.gateway, device: way.device });
  for (const endpoint of endpointsByDevice(container)) {
    const network = engine.networks.get(endpoint.networkId);
    if (network) out.push({ destination: network.subnet, device: endpoint.device, source: endpoint.address });
  }
  return out;
}

function machineRoutes(engine: HostEngine): readonly RouteFact[] {
  const lan = engine.subnets[0]!;
  const gateway = formatAddress(parseSubnet(lan)!.base + 1);
  return [
    { destination: 'default', gateway, device: 'eth0' },
    ...bridgeRoutes(engine),
    { destination: lan, device: 'eth0', source: engine.address },
  ];
}

/** The network whose name sorts first carries the default route; the gateway bridge comes last. */
function defaultEndpoint(engine: HostEngine, container: Container): Endpoint | undefined {
  const open = container.endpoints
    .filter((endpoint) => endpoint.gateway !== '' && engine.networks.get(endpoint.networkId)?.internal === false)
    .sort((a, b) => (a.networkName < b.networkName ? -1 : 1));
  return open[0] ?? container.gatewayEndpoint;
}

/** The machine's routes to its bridges. */
export function bridgeRoutes(engine: HostEngine): readonly RouteFact[] {
  return engine.networks
    .list()
    .filter((network) => network.driver === 'bridge' && network.subnet !== '')
    .map((network) => ({ destination: network.subnet, device: bridgeName(network), source: network.gateway }));
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
