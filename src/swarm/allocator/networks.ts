/**
 * Subnets, VXLAN ids and addresses of swarm networks.
 *
 *      pool 10.0.0.0/8 in /24:   ingress 10.0.0.0/24, vni 4096    first overlay 10.0.1.0/24, vni 4097   …
 *      addresses of a network:   .0 network  .1 gateway  then one after the other to whoever comes  .255 broadcast
 *
 * Follows moby/moby libnetwork/cnmallocator/networkallocator.go, ipams/defaultipam/address_space.go and
 * drivers/overlay/ovmanager/ovmanager.go.
 */
import type { ClusterObject, NetworkObject } from '../objects';
import { formatIp, formatSubnet, inSubnet, overlap, parseIp, parseSubnet, type Subnet, subnetSize } from './ip';
import { SerialSet } from './serial-set';

const PREDEFINED_LABEL = 'com.docker.swarm.predefined';
const VXLAN_LIST = 'com.docker.network.driver.overlay.vxlanid_list';
const VNI_FIRST = 4096;
const VNI_LAST = 2 ** 24 - 1;
const POOL_DEFAULT = '10.0.0.0/8';
const SUBNET_SIZE_DEFAULT = 24;
/** Drivers whose networks each node makes by itself. */
const LOCAL_DRIVERS: readonly string[] = ['bridge', 'host', 'ipvlan', 'macvlan'];

interface Pool {
  readonly subnet: Subnet;
  readonly addresses: SerialSet;
}

interface Network {
  readonly local: boolean;
  readonly ingress: boolean;
  readonly vnis: readonly number[];
  readonly pools: readonly Pool[];
}

export type NetworkState = NonNullable<NetworkObject['state']>;

export class NetworkAllocator {
  private readonly networks = new Map<string, Network>();
  private readonly vnis = new SerialSet(VNI_FIRST, VNI_LAST);

  isAllocated(networkId: string): boolean {
    return this.networks.has(networkId);
  }

  isLocal(networkId: string): boolean {
    return this.networks.get(networkId)?.local === true;
  }

  isIngress(networkId: string): boolean {
    return this.networks.get(networkId)?.ingress === true;
  }

  /** The allocated ingress network's id. */
  ingress(): string | undefined {
    for (const [id, network] of this.networks) if (network.ingress) return id;
    return undefined;
  }

  /** The state that the network gets; undefined when it cannot have one now. */
  allocate(network: NetworkObject, cluster: ClusterObject | undefined): NetworkState | undefined {
    const driver = network.spec.DriverConfiguration?.Name || 'overlay';
    const predefined = network.spec.Labels?.[PREDEFINED_LABEL] === 'true';
    if (LOCAL_DRIVERS.includes(driver)) {
      const state = { driver, vni: 0, subnets: [], predefined };
      this.restore(network, state);
      return state;
    }
    if (driver !== 'overlay') return undefined;
    const pools = this.requestPools(network, cluster);
    if (!pools) return undefined;
    const wanted = Number(network.spec.DriverConfiguration?.Options?.[VXLAN_LIST]?.split(',')[0]);
    const vni = Number.isInteger(wanted) ? (this.vnis.take(wanted) ? wanted : undefined) : this.vnis.takeAny();
    if (vni === undefined) return undefined;
    // One a subnet.
    const moreVnis = pools.slice(1).flatMap(() => this.vnis.takeAny() ?? []);
    const vnis = [vni, ...moreVnis];
    this.networks.set(network.id, { local: false, ingress: network.spec.Ingress === true, vnis, pools });
    const subnets = pools.map(({ subnet, addresses }, at) => ({
      subnet: formatSubnet(subnet),
      gateway: gatewayOf(network, at, addresses),
    }));
    return moreVnis.length > 0 ? { driver, vni, moreVnis, subnets, predefined } : { driver, vni, subnets, predefined };
  }

  /** Takes over what the store says the network has. */
  restore(network: NetworkObject, state: NetworkState): void {
    const pools: Pool[] = [];
    for (const { subnet, gateway } of state.subnets) {
      const parsed = parseSubnet(subnet);
      if (!parsed) continue;
      const addresses = addressesOf(network, parsed, pools.length);
      addresses.take(parseIp(gateway) ?? -1);
      pools.push({ subnet: parsed, addresses });
    }
    const local = LOCAL_DRIVERS.includes(state.driver);
    const vnis = local ? [] : [state.vni, ...(state.moreVnis ?? [])];
    for (const vni of vnis) this.vnis.take(vni);
    this.networks.set(network.id, { local, ingress: network.spec.Ingress === true, vnis, pools });
  }

  free(networkId: string): void {
    const network = this.networks.get(networkId);
    for (const vni of network?.vnis ?? []) this.vnis.release(vni);
    this.networks.delete(networkId);
  }

  /** The next free address, as `10.0.1.2/24`; undefined when there is none. */
  takeAddress(networkId: string): string | undefined {
    for (const { subnet, addresses } of this.networks.get(networkId)?.pools ?? []) {
      const address = addresses.takeAny();
      if (address !== undefined) return `${formatIp(address)}/${subnet.bits}`;
    }
    return undefined;
  }

  /** A certain address, with or without its prefix length; undefined when it cannot be had. */
  takeCertain(networkId: string, text: string): string | undefined {
    const address = parseIp(text.split('/')[0]!);
    for (const { subnet, addresses } of this.networks.get(networkId)?.pools ?? []) {
      if (address !== undefined && inSubnet(subnet, address) && addresses.take(address)) {
        return `${formatIp(address)}/${subnet.bits}`;
      }
    }
    return undefined;
  }

  releaseAddress(networkId: string, cidr: string): void {
    const address = parseIp(cidr.split('/')[0]!);
    if (address === undefined) return;
    for (const { subnet, addresses } of this.networks.get(networkId)?.pools ?? []) {
      if (inSubnet(subnet, address)) addresses.release(address);
    }
  }

  private requestPools(network: NetworkObject, cluster: ClusterObject | undefined): Pool[] | undefined {
    const configs = network.spec.IPAMOptions?.Configs ?? [];
    const wanted = configs.length === 0 ? [{}] : configs;
    const pools: Pool[] = [];
    for (const [at, config] of wanted.entries()) {
      const subnet = config.Subnet ? parseSubnet(config.Subnet) : this.freeSubnet(cluster, pools);
      if (!subnet || this.taken(subnet, pools)) return undefined;
      const addresses = addressesOf(network, subnet, at);
      const gateway = config.Gateway ? parseIp(config.Gateway) : undefined;
      if (gateway === undefined) addresses.takeAny();
      else addresses.take(gateway);
      pools.push({ subnet, addresses });
    }
    return pools;
  }

  /** The lowest one of the default pools that overlaps nothing. */
  private freeSubnet(cluster: ClusterObject | undefined, more: readonly Pool[]): Subnet | undefined {
    const bits = cluster?.subnetSize || SUBNET_SIZE_DEFAULT;
    const bases = cluster?.defaultAddressPool.length ? cluster.defaultAddressPool : [POOL_DEFAULT];
    for (const text of bases) {
      const pool = parseSubnet(text);
      if (!pool) continue;
      const end = pool.base + subnetSize(pool.bits);
      for (let base = pool.base; base + subnetSize(bits) <= end; base += subnetSize(bits)) {
        if (!this.taken({ base, bits }, more)) return { base, bits };
      }
    }
    return undefined;
  }

  private taken(subnet: Subnet, more: readonly Pool[]): boolean {
    if (more.some((pool) => overlap(pool.subnet, subnet))) return true;
    for (const { pools } of this.networks.values()) {
      for (const pool of pools) if (overlap(pool.subnet, subnet)) return true;
    }
    return false;
  }
}

/** The addresses that may be handed out: neither the network's own nor the broadcast address; of a range if one is set. */
function addressesOf(network: NetworkObject, subnet: Subnet, at: number): SerialSet {
  const range = parseSubnet(network.spec.IPAMOptions?.Configs?.[at]?.Range ?? '');
  const first = subnet.base + 1;
  const last = subnet.base + subnetSize(subnet.bits) - 2;
  const addresses = new AddressSet(first, last);
  if (range) addresses.prefer(Math.max(first, range.base), Math.min(last, range.base + subnetSize(range.bits) - 1));
  return addresses;
}

/** Serial numbers of which only a range is given to those that do not ask for a certain one. */
class AddressSet extends SerialSet {
  private range: SerialSet | undefined;

  prefer(first: number, last: number): void {
    this.range = new SerialSet(first, last);
  }

  override takeAny(): number | undefined {
    const value = this.range ? this.range.takeAny() : super.takeAny();
    if (this.range && value !== undefined) super.take(value);
    return value;
  }

  override take(value: number): boolean {
    if (!super.take(value)) return false;
    this.range?.take(value);
    return true;
  }

  override release(value: number): void {
    super.release(value);
    this.range?.release(value);
  }
}

function gatewayOf(network: NetworkObject, at: number, addresses: SerialSet): string {
  const config = network.spec.IPAMOptions?.Configs?.[at];
  if (config?.Gateway) return config.Gateway;
  const range = parseSubnet(config?.Range ?? '');
  // Without a wish it is the first that was handed out.
  return formatIp(range ? Math.max(addresses.first, range.base) : addresses.first);
}
