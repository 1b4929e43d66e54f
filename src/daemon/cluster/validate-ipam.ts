/** The addresses of a network to be made. Follows moby/moby api/types/network/ipam.go, ValidateIPAM. */
import type { IPAM } from '../../api/index';
import { refuse } from '../refusal';
import { isIPv4 } from './listen-addr';

interface Prefix {
  readonly base: number;
  readonly bits: number;
}

function number(address: string): number {
  return address.split('.').reduce((value, part) => value * 256 + Number(part), 0);
}

function text(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

function parsePrefix(prefix: string): Prefix | 'IPv6' | undefined {
  const match = /^(.+)\/(\d{1,3})$/.exec(prefix);
  if (!match) return undefined;
  if (match[1]!.includes(':')) return 'IPv6';
  if (!isIPv4(match[1]!) || Number(match[2]) > 32) return undefined;
  return { base: number(match[1]!), bits: Number(match[2]) };
}

function masked({ base, bits }: Prefix): Prefix {
  const size = 2 ** (32 - bits);
  return { base: Math.floor(base / size) * size, bits };
}

function show({ base, bits }: Prefix): string {
  return `${text(base)}/${bits}`;
}

function contains(prefix: Prefix, address: number): boolean {
  const { base, bits } = masked(prefix);
  return address >= base && address < base + 2 ** (32 - bits);
}

/** Refuses with every fault, one a line. IPv6 blocks are passed over. */
export function validateIpam(ipam: IPAM | undefined): void {
  const faults = (ipam?.Config ?? []).flatMap(
    ({ Subnet = '', IPRange = '', Gateway = '', AuxiliaryAddresses = {} }) => {
      const subnet = parsePrefix(Subnet);
      if (subnet === undefined) return [`invalid subnet ${Subnet}: invalid CIDR block notation`];
      if (subnet === 'IPv6') return [];
      const out: string[] = [];
      if (masked(subnet).base !== subnet.base) {
        out.push(`invalid subnet ${show(subnet)}: it should be ${show(masked(subnet))}`);
      }
      out.push(...rangeFaults(IPRange, subnet));
      const gateway = addressFault(Gateway, subnet);
      if (gateway) out.push(`invalid gateway ${Gateway}: ${gateway}`);
      for (const [name, address] of Object.entries(AuxiliaryAddresses)) {
        const fault = addressFault(address, subnet);
        if (fault) out.push(`invalid auxiliary address ${name}: ${fault}`);
      }
      return out;
    },
  );
  if (faults.length > 0) refuse(400, `invalid network config:\n${faults.join('\n')}`);
}

function rangeFaults(range: string, subnet: Prefix): readonly string[] {
  if (range === '') return [];
  const prefix = parsePrefix(range);
  if (prefix === undefined) return [`invalid ip-range ${range}: invalid CIDR block notation`];
  if (prefix === 'IPv6') return [`invalid ip-range ${range}: parent subnet is an IPv4 block`];
  const faults: string[] = [];
  if (prefix.bits < subnet.bits) {
    faults.push(`invalid ip-range ${range}: CIDR block is bigger than its parent subnet ${show(subnet)}`);
  }
  if (masked(prefix).base !== prefix.base) {
    faults.push(`invalid ip-range ${show(prefix)}: it should be ${show(masked(prefix))}`);
  }
  if (!contains(subnet, prefix.base) && !contains(prefix, subnet.base)) {
    faults.push(`invalid ip-range ${range}: parent subnet ${show(subnet)} doesn't contain ip-range`);
  }
  return faults;
}

function addressFault(address: string, subnet: Prefix): string | undefined {
  if (address === '') return undefined;
  if (address.includes(':')) return 'parent subnet is an IPv4 block';
  if (!isIPv4(address)) return 'invalid address';
  return contains(subnet, number(address)) ? undefined : `parent subnet ${show(subnet)} doesn't contain this address`;
}
