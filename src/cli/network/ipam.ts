/** The address flags of network create, by subnet. Follows docker/cli network/create.go, createIPAMConfig. */

import { keyValues } from '../arguments';
import { CliError, type Flags } from '../command';

interface Subnet {
  Subnet: string;
  IPRange?: string;
  Gateway?: string;
  AuxiliaryAddresses: Record<string, string>;
}

/** One entry for each subnet. Throws CliError for ranges and gateways that belong to none. */
export function ipamConfig(flags: Flags): Subnet[] {
  const subnets = flags.list('subnet');
  const ranges = flags.list('ip-range');
  const gateways = flags.list('gateway');
  if (subnets.length < ranges.length || subnets.length < gateways.length)
    throw new CliError('every ip-range or gateway must have a corresponding subnet');
  const found = new Map<string, Subnet>();
  for (const subnet of subnets) {
    for (const other of found.keys()) {
      const overlap = contains(subnet, other) || contains(other, subnet);
      if (overlap) throw new CliError('multiple overlapping subnet configuration is not supported');
    }
    found.set(subnet, { Subnet: subnet, AuxiliaryAddresses: {} });
  }
  for (const range of ranges) {
    const owner = ownerOf(found, range, () => parseCidr(range), `no matching subnet for range ${range}`);
    if (owner.IPRange !== undefined)
      throw new CliError(
        `cannot configure multiple ranges (${range}, ${owner.IPRange}) on the same subnet (${owner.Subnet})`,
      );
    owner.IPRange = range;
  }
  for (const gateway of gateways) {
    const owner = ownerOf(found, gateway, () => {}, `no matching subnet for gateway ${gateway}`);
    if (owner.Gateway !== undefined)
      throw new CliError(
        `cannot configure multiple gateways (${gateway}, ${owner.Gateway}) for the same subnet (${owner.Subnet})`,
      );
    owner.Gateway = gateway;
  }
  for (const [name, address] of Object.entries(keyValues(flags.list('aux-address')))) {
    const owner = ownerOf(found, address, () => {}, `no matching subnet for aux-address ${address}`);
    owner.AuxiliaryAddresses[name] = address;
  }
  return [...found.values()];
}

function ownerOf(found: Map<string, Subnet>, address: string, check: () => void, missing: string): Subnet {
  for (const subnet of found.values()) {
    check();
    if (contains(subnet.Subnet, address)) return subnet;
  }
  throw new CliError(missing);
}

interface Network {
  readonly bits: bigint;
  /** 32 or 128. */
  readonly width: number;
  readonly prefix: number;
}

/** Whether an address, or the first one of a network, lies in a subnet. Throws for what is no subnet. */
function contains(subnet: string, address: string): boolean {
  let outer: Network;
  try {
    outer = parseCidr(subnet);
  } catch (error) {
    if (error instanceof CliError) throw new CliError(`invalid subnet: ${error.message}`);
    throw error;
  }
  const inner = address.includes('/') ? parseCidr(address) : parseAddress(address);
  if (inner === undefined || inner.width !== outer.width) return false;
  const shift = BigInt(outer.width - outer.prefix);
  return inner.bits >> shift === outer.bits >> shift;
}

function parseCidr(text: string): Network {
  const cut = text.indexOf('/');
  const address = cut < 0 ? undefined : parseAddress(text.slice(0, cut));
  const prefix = text.slice(cut + 1);
  if (address === undefined || !/^\d{1,3}$/.test(prefix) || Number(prefix) > address.width)
    throw new CliError(`invalid CIDR address: ${text}`);
  return { ...address, prefix: Number(prefix) };
}

function parseAddress(text: string): Network | undefined {
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) {
    const parts = text.split('.');
    if (parts.some((part) => Number(part) > 255 || /^0\d/.test(part))) return undefined;
    return { bits: parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n), width: 32, prefix: 32 };
  }
  if (!/^[\da-fA-F:]+$/.test(text) || !text.includes(':')) return undefined;
  const [left, right] = text.split('::') as [string, string | undefined];
  const head = left === '' ? [] : left.split(':');
  const tail = right === undefined || right === '' ? [] : right.split(':');
  const missing = 8 - head.length - tail.length;
  if (text.split('::').length > 2 || (right === undefined ? missing !== 0 : missing < 1)) return undefined;
  const groups = [...head, ...Array<string>(right === undefined ? 0 : missing).fill('0'), ...tail];
  if (groups.some((group) => !/^[\da-fA-F]{1,4}$/.test(group))) return undefined;
  return { bits: groups.reduce((sum, group) => sum * 65536n + BigInt(`0x${group}`), 0n), width: 128, prefix: 128 };
}
