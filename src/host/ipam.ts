/** IPv4 arithmetic and address pools of local networks. Follows moby/moby daemon/libnetwork/ipams/defaultipam. */
import { assert } from '../base/assert';

/** '10.0.1.5' → number; undefined when it is no dotted quad. */
export function parseAddress(text: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (!match) return undefined;
  let value = 0;
  for (const part of match.slice(1)) {
    const byte = Number(part);
    if (byte > 255 || (part.length > 1 && part.startsWith('0'))) return undefined;
    value = value * 256 + byte;
  }
  return value;
}

export function formatAddress(value: number): string {
  return `${Math.floor(value / 0x1000000)}.${Math.floor(value / 0x10000) % 256}.${Math.floor(value / 256) % 256}.${value % 256}`;
}

export interface Subnet {
  /** The network's own address. */
  readonly base: number;
  readonly prefix: number;
  /** Addresses in it. */
  readonly size: number;
}

/** '10.0.1.0/24' → subnet; host bits are dropped. undefined when it is malformed. */
export function parseSubnet(text: string): Subnet | undefined {
  const [address, length] = text.split('/');
  const value = parseAddress(address ?? '');
  if (value === undefined || length === undefined || !/^\d{1,2}$/.test(length) || Number(length) > 32) return undefined;
  const size = 2 ** (32 - Number(length));
  return { base: value - (value % size), prefix: Number(length), size };
}

export function contains(subnet: Subnet, address: number): boolean {
  return address >= subnet.base && address < subnet.base + subnet.size;
}

export function overlaps(a: Subnet, b: Subnet): boolean {
  return a.base < b.base + b.size && b.base < a.base + a.size;
}

/** '10.0.1.5/24' → '10.0.1.5'. */
export function withoutPrefix(cidr: string): string {
  const slash = cidr.indexOf('/');
  return slash < 0 ? cidr : cidr.slice(0, slash);
}

/** Pools in the order in which moby tries them: the base, the length it is cut in. */
const LOCAL_POOLS: readonly (readonly [string, number])[] = [
  ['172.17.0.0/16', 16],
  ['172.18.0.0/16', 16],
  ['172.19.0.0/16', 16],
  ['172.20.0.0/14', 16],
  ['172.24.0.0/14', 16],
  ['172.28.0.0/14', 16],
  ['192.168.0.0/16', 20],
];

/** The first pool that overlaps none of `taken`; undefined when all are used up. */
export function firstFreePool(taken: readonly Subnet[]): string | undefined {
  for (const [base, length] of LOCAL_POOLS) {
    const pool = parseSubnet(base)!;
    const size = 2 ** (32 - length);
    for (let at = pool.base; at < pool.base + pool.size; at += size) {
      const cut: Subnet = { base: at, prefix: length, size };
      if (!taken.some((other) => overlaps(other, cut))) return `${formatAddress(at)}/${length}`;
    }
  }
  return undefined;
}

/** Hands out the lowest free address of a subnet. */
export class AddressPool {
  private readonly used = new Set<number>();
  private readonly subnet: Subnet;
  /** Nothing below is free. */
  private low: number;

  constructor(subnet: string, range = '') {
    const whole = parseSubnet(subnet);
    assert(whole, `malformed subnet ${subnet}`);
    const part = range === '' ? undefined : parseSubnet(range);
    this.subnet = part ?? whole;
    this.low = part && part.base !== whole.base ? part.base : whole.base + 1;
    this.used.add(whole.base + whole.size - 1);
  }

  /** Takes this very address; false when somebody has it. */
  take(address: string): boolean {
    const value = parseAddress(address);
    if (value === undefined || this.used.has(value)) return false;
    this.used.add(value);
    return true;
  }

  /** The lowest free one, undefined when all are taken. */
  next(): string | undefined {
    const end = this.subnet.base + this.subnet.size;
    for (let value = this.low; value < end; value++) {
      if (this.used.has(value)) continue;
      this.used.add(value);
      this.low = value + 1;
      return formatAddress(value);
    }
    return undefined;
  }

  free(address: string): void {
    const value = parseAddress(address);
    if (value === undefined || !this.used.delete(value)) return;
    if (value < this.low && value >= this.subnet.base) this.low = value;
  }
}
