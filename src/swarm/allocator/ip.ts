/** IPv4 addresses and subnets as numbers. */

/** Addresses from `base` on, `2 ** (32 - bits)` of them. */
export interface Subnet {
  readonly base: number;
  readonly bits: number;
}

/** `10.0.1.2` → its number; undefined when malformed. */
export function parseIp(text: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (!match) return undefined;
  let value = 0;
  for (const part of match.slice(1)) {
    if (Number(part) > 255 || (part.length > 1 && part.startsWith('0'))) return undefined;
    value = value * 256 + Number(part);
  }
  return value;
}

export function formatIp(value: number): string {
  return [value / 0x1000000, value / 0x10000, value / 0x100, value].map((part) => Math.floor(part) % 256).join('.');
}

/** `10.0.1.7/24` → the subnet it lies in; undefined when malformed. */
export function parseSubnet(text: string): Subnet | undefined {
  const slash = text.indexOf('/');
  const address = slash < 0 ? undefined : parseIp(text.slice(0, slash));
  const length = text.slice(slash + 1);
  if (address === undefined || !/^\d{1,2}$/.test(length) || Number(length) > 32) return undefined;
  const bits = Number(length);
  return { base: address - (address % subnetSize(bits)), bits };
}

export function subnetSize(bits: number): number {
  return 2 ** (32 - bits);
}

export function formatSubnet(subnet: Subnet): string {
  return `${formatIp(subnet.base)}/${subnet.bits}`;
}

export function inSubnet(subnet: Subnet, address: number): boolean {
  return address >= subnet.base && address < subnet.base + subnetSize(subnet.bits);
}

export function overlap(a: Subnet, b: Subnet): boolean {
  return inSubnet(a, b.base) || inSubnet(b, a.base);
}
