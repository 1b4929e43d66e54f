/** Which addresses a new network of one machine gets. Follows moby/moby daemon/libnetwork/network.go, ipamAllocate, and ipams/defaultipam. */
import { toHex } from '../base/bytes';
import type { RandomStream } from '../base/random';
import { fail, ok, type Result } from '../base/result';
import { firstFreePool, formatAddress, overlaps, parseSubnet, type Subnet } from './ipam';
import { type HostError, hostError, type Labels, type Network } from './types';

export interface NetworkRequest {
  readonly name: string;
  readonly driver: string;
  readonly internal: boolean;
  readonly attachable: boolean;
  readonly ipv6: boolean;
  readonly configOnly: boolean;
  readonly configFrom: string;
  readonly options: Labels | null;
  readonly labels: Labels | null;
  readonly ipamOptions: Labels | null;
  /** The user's IPAM configurations, one of each kind of address at most; the other members are '' where not given. */
  readonly range4: AddressRange | undefined;
  readonly range6: AddressRange | undefined;
  readonly version6First: boolean;
}

interface AddressRange {
  readonly subnet: string;
  readonly ipRange: string;
  readonly gateway: string;
  readonly auxiliary: Labels | null;
}

const NO_RANGE: AddressRange = { subnet: '', ipRange: '', gateway: '', auxiliary: null };

/** What a network knows of its addresses. */
type Addressing = Pick<
  Network,
  | 'subnet'
  | 'gateway'
  | 'hiddenGateway'
  | 'ipRange'
  | 'auxiliary'
  | 'userSubnet'
  | 'subnet6'
  | 'gateway6'
  | 'version6First'
>;

export const NO_ADDRESSES: Addressing = {
  subnet: '',
  gateway: '',
  ipRange: '',
  auxiliary: null,
  userSubnet: false,
  hiddenGateway: false,
  subnet6: '',
  gateway6: '',
  version6First: false,
};

/** What is taken, and where the machine keeps its own block of IPv6 addresses. */
export interface AddressSpace {
  /** The subnets of the machine's cables, which no local pool may overlap. */
  readonly lan: readonly string[];
  readonly networks: readonly Network[];
  readonly disk: { get<T>(key: string): T | undefined; set(key: string, value: unknown): void };
  random(): RandomStream;
}

/** The machine's own block of local IPv6 addresses: 40 bits. */
const BLOCK6 = 'network-block6';

/** Those that the user wants, those of the configuration network, or the first free pool. */
export function chooseAddresses(
  space: AddressSpace,
  request: NetworkRequest,
  from: Network | undefined,
): Result<Addressing, HostError> {
  if (from && from.subnet !== '') {
    const { subnet, gateway, hiddenGateway, ipRange, auxiliary, userSubnet, subnet6, gateway6, version6First } = from;
    const kept = { subnet, gateway, hiddenGateway, ipRange, auxiliary, userSubnet, subnet6, gateway6, version6First };
    return refuseOverlap(space, kept);
  }
  const { range4 = NO_RANGE, range6 = NO_RANGE, version6First } = request;
  const given: Addressing = {
    ...range4,
    userSubnet: range4.subnet !== '',
    hiddenGateway: range4.subnet !== '' && range4.gateway === '',
    subnet6: range6.subnet,
    gateway6: range6.gateway,
    version6First,
  };
  if (request.configOnly) return ok(given);
  const version6 = request.ipv6 && given.subnet6 === '' ? firstFree6(space) : undefined;
  const both = version6 ? { ...given, subnet6: `${version6}::/64`, gateway6: `${version6}::1` } : given;
  if (range4.subnet !== '') return refuseOverlap(space, both);
  const pool = firstFreePool(takenSubnets(space));
  if (pool === undefined) return fail(hostError(404, 'all predefined address pools have been fully subnetted'));
  return ok({ ...both, subnet: pool, gateway: firstAddress(pool) });
}

/** A subnet of the user's own must not meet another network's; the LAN's it may. */
function refuseOverlap(space: AddressSpace, wanted: Addressing): Result<Addressing, HostError> {
  const subnet = parseSubnet(wanted.subnet);
  if (!subnet) return fail(hostError(400, `invalid subnet ${wanted.subnet}: invalid CIDR block notation`));
  if (localSubnets(space).some((other) => overlaps(other, subnet)))
    return fail(hostError(403, 'invalid pool request: Pool overlaps with other one on this address space'));
  const range = parseSubnet(wanted.ipRange);
  const first = range && range.base !== subnet.base ? formatAddress(range.base) : firstAddress(wanted.subnet);
  return ok({ ...wanted, gateway: wanted.gateway || first });
}

/** The groups before `::` of the first free /64 of this machine's own block of local IPv6 addresses. */
function firstFree6({ disk, networks, random }: AddressSpace): string {
  let block = disk.get<string>(BLOCK6);
  if (block === undefined) disk.set(BLOCK6, (block = toHex(random().bytes(5))));
  const prefix = `fd${block.slice(0, 2)}:${group(block.slice(2, 6))}:${group(block.slice(6, 10))}`;
  const taken = new Set(networks.map(({ subnet6 }) => subnet6));
  for (let at = 0; ; at++) {
    const found = at === 0 ? prefix : `${prefix}:${at.toString(16)}`;
    if (!taken.has(`${found}::/64`)) return found;
  }
}

/** A container's IPv6 address: what was asked for, or the lowest free one; '' on a network without. */
export function free6(
  { subnet6, gateway6, internal }: Network,
  taken: readonly string[],
  wanted: string | undefined,
): { readonly address6: string; readonly gateway6: string } {
  if (subnet6 === '') return { address6: '', gateway6: '' };
  const prefix = subnet6.slice(0, subnet6.indexOf('/'));
  const gateway = gateway6 || `${prefix}1`;
  const way = internal ? '' : gateway;
  if (wanted) return { address6: wanted, gateway6: way };
  for (let at = 1; ; at++) {
    const address6 = prefix + at.toString(16);
    if (address6 !== gateway && !taken.includes(address6)) return { address6, gateway6: way };
  }
}

/** What no new pool may overlap. */
export function takenSubnets(space: AddressSpace): Subnet[] {
  return [...space.lan.flatMap((text) => parseSubnet(text) ?? []), ...localSubnets(space)];
}

function localSubnets({ networks }: AddressSpace): Subnet[] {
  const local = networks.filter((network) => network.scope === 'local' && !network.configOnly);
  return local.flatMap((network) => parseSubnet(network.subnet) ?? []);
}

export function firstAddress(subnet: string): string {
  return formatAddress(parseSubnet(subnet)!.base + 1);
}

/** Four digits of an IPv6 address as it is written. */
function group(digits: string): string {
  return Number.parseInt(digits, 16).toString(16);
}
