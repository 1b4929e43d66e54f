/** The networks that exist on one machine and the addresses on them. Follows moby/moby daemon/network.go and libnetwork. */
import { assert } from '../base/assert';
import { toHex } from '../base/bytes';
import { newHexId } from '../base/ids';
import { fail, ok, type Result } from '../base/result';
import {
  type AddressSpace,
  chooseAddresses,
  firstAddress,
  free6,
  type NetworkRequest,
  NO_ADDRESSES,
  takenSubnets,
} from './addressing';
import type { HostContext } from './context';
import { AddressPool, contains, firstFreePool, parseAddress, parseSubnet } from './ipam';
import { type Endpoint, type HostError, hostError, type Labels, type Network } from './types';

const NETWORKS = 'networks/';
/** Interfaces are numbered as they come: 1 is lo, 2 is eth0. */
const FIRST_LINK = 3;
const BRIDGE_NAME = 'com.docker.network.bridge.name';
export const GATEWAY_BRIDGE = 'docker_gwbridge';
const PREDEFINED: readonly string[] = ['bridge', 'host', 'none'];

/** What a swarm network is made from on a machine that needs it. */
export interface SwarmNetwork {
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  readonly subnet: string;
  readonly gateway: string;
  readonly ipRange: string;
  readonly vni: number;
  readonly internal: boolean;
  readonly attachable: boolean;
  readonly ingress: boolean;
  readonly options: Labels | null;
  readonly labels: Labels | null;
  /** The machine's own address there, without prefix; '' where it has none. */
  readonly loadBalancerAddress: string;
}

/** An endpoint that stands for no container: the machine's part of an overlay or of the gateway bridge. */
export interface SystemEndpoint {
  readonly key: string;
  readonly name: string;
  readonly endpointId: string;
  readonly mac: string;
  readonly address: string;
  /** Numbers of its interface and of the other end of the cable. */
  readonly link: number;
  readonly peerLink: number;
}

interface Live {
  readonly prefixLength: number;
  /** Number of its bridge; of an overlay's VXLAN device. */
  readonly link: number;
  readonly pool: AddressPool | undefined;
  /** Container id → its endpoint, while the container runs. */
  readonly endpoints: Map<string, { endpoint: Endpoint; containerName: string }>;
  readonly system: SystemEndpoint[];
}

export class Networks {
  private readonly networks = new Map<string, Network>();
  private readonly live = new Map<string, Live>();
  private nextLink = FIRST_LINK;
  /** Told when a swarm network appears on or leaves this machine: gossip joins and leaves with it. */
  swarmNetworkChanged: (networkId: string, present: boolean) => void = () => {};

  /** `lan`: the subnets of the machine's cables, which no local pool may overlap. */
  constructor(
    private readonly context: HostContext,
    private readonly lan: readonly string[],
    private readonly machineMac: string,
  ) {
    const kept = context.disk
      .keys(NETWORKS)
      .map((key) => context.disk.get<Network>(key)!)
      .sort((a, b) => a.created - b.created || (a.id < b.id ? -1 : 1));
    for (const network of kept) this.enliven(network);
    if (kept.length === 0) this.createDefaults();
  }

  /** In order of creation. */
  list(): readonly Network[] {
    return [...this.networks.values()];
  }

  get(id: string): Network | undefined {
    return this.networks.get(id);
  }

  byName(name: string): Network | undefined {
    for (const network of this.networks.values()) if (network.name === name) return network;
    return undefined;
  }

  /** By full id, name, or a prefix of an id. */
  find(text: string): Result<Network, HostError> {
    const exact = this.networks.get(text) ?? this.byName(text);
    if (exact) return ok(exact);
    const matches = text === '' ? [] : [...this.networks.values()].filter((network) => network.id.startsWith(text));
    if (matches.length > 1)
      return fail(hostError(400, `network ${text} is ambiguous (${matches.length} matches found based on ID prefix)`));
    return matches[0] ? ok(matches[0]) : fail(hostError(404, `network ${text} not found`));
  }

  /** A local network. Names of swarm networks are the caller's to check. */
  create(request: NetworkRequest): Result<Network, HostError> {
    const { name, driver } = request;
    if (PREDEFINED.includes(name) || name === 'default')
      return fail(hostError(403, `operation is not permitted on predefined ${name} network `));
    if (this.byName(name)) return fail(hostError(409, `network with name ${name} already exists`));
    const from = request.configFrom === '' ? undefined : this.byName(request.configFrom);
    if (request.configFrom !== '' && !from?.configOnly)
      return fail(hostError(404, `configuration network "${request.configFrom}" does not exist`));
    const clash = this.sameBridge(request);
    const addresses = chooseAddresses(this.addressSpace(), request, from);
    if (!addresses.ok) return addresses;
    const id = newHexId(this.context.random('network'));
    if (clash) {
      const [name, other] = clash;
      return fail(
        hostError(
          403,
          `cannot create network ${id} (${name}): conflicts with network ${other} (${name}): networks have same bridge name`,
        ),
      );
    }
    const network: Network = {
      id,
      name,
      created: this.context.now(),
      driver: request.configOnly ? 'null' : driver,
      scope: 'local',
      ipv4: true,
      ipv6: from ? from.ipv6 : request.ipv6,
      ...addresses.value,
      ipamOptions: request.ipamOptions,
      internal: request.internal,
      attachable: request.attachable,
      ingress: false,
      configOnly: request.configOnly,
      configFrom: request.configFrom,
      options: from ? from.options : request.options,
      labels: request.labels,
      vni: 0,
      loadBalancerAddress: '',
    };
    this.keep(network);
    this.context.events.publish('network', 'create', network.id, { name, type: driver });
    return ok(network);
  }

  /** The wanted name of the bridge and the network that has it. */
  private sameBridge({ options }: NetworkRequest): readonly [string, string] | undefined {
    const wanted = options?.[BRIDGE_NAME];
    const other = this.list().find((network) => wanted !== undefined && network.options?.[BRIDGE_NAME] === wanted);
    return wanted !== undefined && other ? [wanted, other.id] : undefined;
  }

  private addressSpace(): AddressSpace {
    const { disk, random } = this.context;
    return { lan: this.lan, networks: this.list(), disk, random: () => random('network6') };
  }

  /** Makes a swarm network exist on this machine. */
  ensureSwarm(wanted: SwarmNetwork): Network {
    const old = this.networks.get(wanted.id);
    if (old) {
      if (old.loadBalancerAddress === '' && wanted.loadBalancerAddress !== '') this.giveAddress(old, wanted);
      return this.networks.get(wanted.id)!;
    }
    if (wanted.driver === 'overlay') this.ensureGatewayBridge();
    const network: Network = {
      ...wanted,
      loadBalancerAddress: '',
      created: this.context.now(),
      scope: 'swarm',
      ipv4: true,
      ipv6: false,
      ...NO_ADDRESSES,
      subnet: wanted.subnet,
      gateway: wanted.gateway,
      ipRange: wanted.ipRange,
      userSubnet: true,
      ipamOptions: null,
      configOnly: false,
      configFrom: '',
      labels: wanted.labels,
    };
    this.enliven(network);
    this.context.events.publish('network', 'create', network.id, { name: network.name, type: network.driver });
    if (wanted.loadBalancerAddress !== '') this.giveAddress(network, wanted);
    this.swarmNetworkChanged(network.id, true);
    return this.networks.get(wanted.id)!;
  }

  /** The machine's own endpoint on an overlay; with ingress comes the ingress sandbox on the gateway bridge. */
  private giveAddress(network: Network, { loadBalancerAddress }: SwarmNetwork): void {
    this.networks.set(network.id, { ...network, loadBalancerAddress });
    const { system } = this.live.get(network.id)!;
    const key = network.ingress ? 'ingress-sbox' : `lb-${network.name}`;
    system.push(
      this.systemEndpoint(key, `${network.name}-endpoint`, loadBalancerAddress, overlayMac(loadBalancerAddress)),
    );
    if (!network.ingress) return;
    const bridge = this.ensureGatewayBridge();
    const live = this.live.get(bridge.id)!;
    if (live.system.some((endpoint) => endpoint.key === 'ingress-sbox')) return;
    const address = live.pool!.next();
    if (address)
      live.system.push(this.systemEndpoint('ingress-sbox', 'gateway_ingress-sbox', address, this.randomMac()));
  }

  private systemEndpoint(key: string, name: string, address: string, mac: string): SystemEndpoint {
    const endpointId = newHexId(this.context.random('network'));
    return { key, name, endpointId, mac, address, link: this.nextLink++, peerLink: this.nextLink++ };
  }

  /** The bridge through which containers on overlays reach the world; made with the first overlay, kept for good. */
  ensureGatewayBridge(): Network {
    const old = this.byName(GATEWAY_BRIDGE);
    if (old) return old;
    const subnet = firstFreePool(takenSubnets(this.addressSpace()));
    assert(subnet !== undefined, 'no address pool for the gateway bridge');
    const network = this.predefined(GATEWAY_BRIDGE, 'bridge', subnet, {
      'com.docker.network.bridge.enable_icc': 'false',
      'com.docker.network.bridge.enable_ip_masquerade': 'true',
      'com.docker.network.bridge.name': GATEWAY_BRIDGE,
    });
    this.context.events.publish('network', 'create', network.id, { name: network.name, type: 'bridge' });
    return network;
  }

  gatewayBridge(): Network | undefined {
    return this.byName(GATEWAY_BRIDGE);
  }

  /** Follows moby/moby daemon/network.go, deleteNetwork. */
  remove(network: Network): HostError | undefined {
    const { name, id } = network;
    if (PREDEFINED.includes(name)) return hostError(403, `${name} is a pre-defined network and cannot be removed`);
    const active = [...this.live.get(id)!.endpoints.values()];
    if (active.length > 0) {
      const names = active.map((a) => `name:"${a.containerName}" id:"${a.endpoint.endpointId.slice(0, 12)}"`);
      return hostError(403, `error while removing network: network ${name} has active endpoints (${names.join(', ')})`);
    }
    if ([...this.networks.values()].some((other) => network.configOnly && other.configFrom === name))
      return hostError(403, `error while removing network: configuration network "${name}" is in use`);
    this.forget(network);
    return undefined;
  }

  /** A swarm network goes when its last container here is gone; the ingress network stays. */
  removeSwarmIfUnused(id: string): void {
    const network = this.networks.get(id);
    if (network?.scope === 'swarm' && !network.ingress && this.live.get(id)!.endpoints.size === 0) this.forget(network);
  }

  /** The swarm has no ingress network any more, or another one. */
  removeIngress(network: Network): void {
    this.forget(network);
    const bridge = this.byName(GATEWAY_BRIDGE);
    const live = bridge && this.live.get(bridge.id);
    for (const endpoint of live?.system.splice(0) ?? []) live!.pool!.free(endpoint.address);
  }

  /** The machine left the swarm: its swarm networks go, the gateway bridge stays. */
  removeAllSwarm(): void {
    for (const network of this.list()) {
      if (network.ingress) this.removeIngress(network);
      else if (network.scope === 'swarm') this.forget(network);
    }
  }

  private forget(network: Network): void {
    this.networks.delete(network.id);
    this.live.delete(network.id);
    this.context.disk.delete(NETWORKS + network.id);
    this.context.events.publish('network', 'destroy', network.id, { name: network.name, type: network.driver });
    if (network.scope === 'swarm') this.swarmNetworkChanged(network.id, false);
  }

  /** Gives a container its place on a network while it runs. The endpoint's request may name an address. */
  attach(containerId: string, containerName: string, endpoint: Endpoint): Result<Endpoint, HostError> {
    const network = this.networks.get(endpoint.networkId);
    if (!network) return fail(hostError(404, `network ${endpoint.networkName} not found`));
    if (network.configOnly) return fail(hostError(403, 'cannot create endpoint on configuration-only network'));
    const live = this.live.get(network.id)!;
    const wanted = endpoint.request.IPAMConfig?.IPv4Address ?? '';
    let address = wanted;
    if (live.pool && network.scope === 'local') {
      if (wanted !== '' && !live.pool.take(wanted)) return fail(hostError(403, 'Address already in use'));
      if (wanted === '') address = live.pool.next() ?? '';
      if (address === '')
        return fail(
          hostError(
            403,
            "no available IPv4 addresses on this network's address pools: " + `${network.name} (${network.id})`,
          ),
        );
    }
    const placed: Endpoint = {
      ...endpoint,
      endpointId: newHexId(this.context.random('network')),
      address,
      prefixLength: live.prefixLength,
      gateway: network.driver === 'overlay' || network.internal ? '' : network.gateway,
      ...this.version6Address(network, live, endpoint),
      mac: address === '' ? '' : network.driver === 'overlay' ? overlayMac(address) : this.macOf(network, endpoint),
      ...this.numbers(containerId, network, address),
    };
    live.endpoints.set(containerId, { endpoint: placed, containerName });
    return ok(placed);
  }

  private version6Address(network: Network, live: Live, endpoint: Endpoint): Pick<Endpoint, 'address6' | 'gateway6'> {
    const taken = [...live.endpoints.values()].map((place) => place.endpoint.address6);
    return free6(network, taken, endpoint.request.IPAMConfig?.IPv6Address);
  }

  /** Of its interface and the cable's other end. A pair for an overlay is made on the machine, for a bridge in the container. */
  private numbers(
    containerId: string,
    { id, name, driver }: Network,
    address: string,
  ): { readonly link: number; readonly peerLink: number } {
    if (address === '') return { link: 0, peerLink: 0 };
    if (driver === 'overlay' || name === GATEWAY_BRIDGE) return { link: this.nextLink++, peerLink: this.nextLink++ };
    const own = [...this.live].filter(([other, { endpoints }]) => other !== id && endpoints.has(containerId));
    const link =
      own.reduce((most, [, { endpoints }]) => Math.max(most, endpoints.get(containerId)!.endpoint.link), 1) + 1;
    return { link, peerLink: driver === 'bridge' ? this.nextLink++ : 2 };
  }

  /** Number of a network's bridge on this machine; of an overlay's VXLAN device. */
  linkOf(id: string): number {
    return this.live.get(id)?.link ?? 0;
  }

  private macOf({ driver, options }: Network, { request }: Endpoint): string {
    if (request.MacAddress) return request.MacAddress;
    // Containers on ipvlan have the hardware address of the machine's own interface.
    if (driver === 'ipvlan' && options?.['parent'] !== undefined) return this.machineMac;
    return this.randomMac();
  }

  /** Takes it away again: its address is free at once. */
  detach(containerId: string, endpoint: Endpoint): void {
    const live = this.live.get(endpoint.networkId);
    if (!live?.endpoints.delete(containerId)) return;
    if (endpoint.address !== '') live.pool?.free(endpoint.address);
  }

  renamed(containerId: string, name: string): void {
    for (const live of this.live.values()) {
      const place = live.endpoints.get(containerId);
      if (place) place.containerName = name;
    }
  }

  /** Running containers on a network, in the order in which they came. */
  endpoints(id: string): readonly { containerId: string; containerName: string; endpoint: Endpoint }[] {
    const live = this.live.get(id);
    if (!live) return [];
    return [...live.endpoints].map(([containerId, place]) => ({ containerId, ...place }));
  }

  endpointOf(id: string, containerId: string): Endpoint | undefined {
    return this.live.get(id)?.endpoints.get(containerId)?.endpoint;
  }

  /** The container that has an address on a network of this machine. */
  ownerOf(id: string, address: string): string | undefined {
    for (const [containerId, { endpoint }] of this.live.get(id)?.endpoints ?? [])
      if (endpoint.address === address) return containerId;
    return undefined;
  }

  systemEndpoints(id: string): readonly SystemEndpoint[] {
    return this.live.get(id)?.system ?? [];
  }

  /** The local bridge network in whose subnet an address lies. */
  bridgeOf(address: string): Network | undefined {
    const value = parseAddress(address);
    if (value === undefined) return undefined;
    for (const network of this.networks.values()) {
      const subnet = network.scope === 'local' && !network.configOnly ? parseSubnet(network.subnet) : undefined;
      if (subnet && contains(subnet, value)) return network;
    }
    return undefined;
  }

  private createDefaults(): void {
    this.predefined('none', 'null', '', {});
    this.predefined('host', 'host', '', {});
    this.predefined('bridge', 'bridge', '172.17.0.0/16', {
      'com.docker.network.bridge.default_bridge': 'true',
      'com.docker.network.bridge.enable_icc': 'true',
      'com.docker.network.bridge.enable_ip_masquerade': 'true',
      'com.docker.network.bridge.host_binding_ipv4': '0.0.0.0',
      'com.docker.network.bridge.name': 'docker0',
      'com.docker.network.driver.mtu': '1500',
    });
  }

  private predefined(name: string, driver: string, subnet: string, options: Labels): Network {
    const network: Network = {
      id: newHexId(this.context.random('network')),
      name,
      created: this.context.now(),
      driver,
      scope: 'local',
      ipv4: true,
      ipv6: false,
      ...NO_ADDRESSES,
      subnet,
      gateway: subnet === '' ? '' : firstAddress(subnet),
      ipamOptions: null,
      internal: false,
      attachable: false,
      ingress: false,
      configOnly: false,
      configFrom: '',
      options,
      labels: {},
      vni: 0,
      loadBalancerAddress: '',
    };
    this.keep(network);
    return network;
  }

  private keep(network: Network): void {
    this.context.disk.set(NETWORKS + network.id, network);
    this.enliven(network);
  }

  private enliven(network: Network): void {
    this.networks.set(network.id, network);
    const addressed = network.subnet !== '' && !network.configOnly && network.scope === 'local';
    const pool = addressed ? new AddressPool(network.subnet, network.ipRange) : undefined;
    if (pool && network.gateway !== '') pool.take(network.gateway);
    for (const address of Object.values(network.auxiliary ?? {})) pool?.take(address);
    const prefixLength = parseSubnet(network.subnet)?.prefix ?? 0;
    const link = network.driver === 'bridge' || network.driver === 'overlay' ? this.nextLink++ : 0;
    this.live.set(network.id, { prefixLength, link, pool, endpoints: new Map(), system: [] });
  }

  /** Locally administered, as the bridge driver makes them. */
  private randomMac(): string {
    const bytes = this.context.random('network').bytes(6);
    const first = (bytes.charCodeAt(0) & 0xfc) | 2;
    return macText(String.fromCharCode(first) + bytes.slice(1));
  }
}

/** Of eth0. */
export function machineMac(address: string): string {
  return overlayMac(address);
}

/** 02:42 and the four bytes of the address. */
export function overlayMac(address: string): string {
  const bytes = address.split('.').map((part) => String.fromCharCode(Number(part)));
  return macText(`\x02\x42${bytes.join('')}`);
}

function macText(bytes: string): string {
  let text = toHex(bytes.charAt(0));
  for (let at = 1; at < bytes.length; at++) text += `:${toHex(bytes.charAt(at))}`;
  return text;
}
