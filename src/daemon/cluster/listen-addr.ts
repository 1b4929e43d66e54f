/** Which addresses a node listens on and advertises. Follows moby/moby daemon/cluster/listen_addr.go and _linux.go. */
import { refuse } from '../refusal';

/** A real interface of the machine (no bridges, no veths), up, with its addresses. */
export interface HostInterface {
  readonly name: string;
  readonly addresses: readonly { readonly address: string; readonly prefix: number }[];
}

const SWARM_PORT = '2377';
const BAD_LISTEN = 'listen address must be an IP address or network interface (with optional port number)';
const BAD_ADVERTISE =
  'advertise address must be a non-zero IP address or network interface (with optional port number)';
const BAD_DATA_PATH = 'data path address must be a non-zero IP address or network interface (without a port number)';
const MUST_LISTEN =
  "must specify a listening address because the address to advertise is not recognized as a system address, and a system's IP address to use could not be uniquely identified";

/** Whether the text is an IPv4 address. */
export function isIPv4(text: string): boolean {
  return /^\d{1,3}(?:\.\d{1,3}){3}$/.test(text) && text.split('.').every((part) => Number(part) < 256);
}

/** `host:port`, `host`, `:port` → host and port with swarm's defaults. Follows docker/cli opts, ParseTCPAddr. */
function withDefaults(text: string): string {
  const bare = text.replace(/^tcp:\/\//, '');
  const colon = bare.lastIndexOf(':');
  const host = colon < 0 ? bare : bare.slice(0, colon);
  const port = colon < 0 ? '' : bare.slice(colon + 1);
  return `${host || '0.0.0.0'}:${port || SWARM_PORT}`;
}

/** Refuses an empty one as dockerd does. `what`: `ListenAddr` or `remoteAddr`. */
export function checkedAddress(what: string, text: string): string {
  if (text === '') refuse(400, `invalid ${what} "": invalid empty address`);
  return withDefaults(text);
}

function split(text: string): { host: string; port: string } | undefined {
  const match = /^(.*):(\d*)$/.exec(text);
  return match ? { host: match[1]!, port: match[2]! } : undefined;
}

export function resolveListenAddress(
  text: string,
  interfaces: readonly HostInterface[],
): { host: string; port: string } {
  const parts = split(text);
  if (!parts) return refuse(400, `could not parse listen address ${text}`);
  return { host: inputAddress(parts.host, interfaces, true, BAD_LISTEN), port: parts.port };
}

/** The address that others are told: given as address or interface, else the machine's only one. */
export function resolveAdvertiseAddress(
  text: string,
  listenPort: string,
  interfaces: readonly HostInterface[],
): { host: string; port: string } {
  if (text === '') return { host: systemAddress(interfaces), port: listenPort };
  const parts = split(text) ?? { host: text, port: listenPort };
  return { host: inputAddress(parts.host, interfaces, false, BAD_ADVERTISE), port: parts.port };
}

export function resolveDataPathAddress(text: string, interfaces: readonly HostInterface[]): string {
  return text === '' ? '' : inputAddress(text, interfaces, false, BAD_DATA_PATH);
}

/** An advertised address that is not this machine's needs a listening address that can be found. */
export function checkLocalAddress(
  listenHost: string,
  advertiseHost: string,
  interfaces: readonly HostInterface[],
): void {
  if (listenHost !== '0.0.0.0') return;
  const own = interfaces.flatMap(({ addresses }) => addresses.map(({ address }) => address));
  if (own.includes(advertiseHost) || advertiseHost === '127.0.0.1') return;
  if (own.length !== 1) refuse(400, MUST_LISTEN);
}

function inputAddress(
  text: string,
  interfaces: readonly HostInterface[],
  mayBeUnspecified: boolean,
  refusal: string,
): string {
  const named = interfaces.find(({ name }) => name === text);
  if (named) {
    const [first, second] = named.addresses;
    if (!first) return refuse(400, `interface ${text} has no usable IPv4 or IPv6 address`);
    if (second) {
      return refuse(400, `interface ${text} has more than one IPv4 address (${first.address} and ${second.address})`);
    }
    return first.address;
  }
  if (text === 'lo') return '127.0.0.1';
  if (isIPv4(text) && (mayBeUnspecified || text !== '0.0.0.0')) return text;
  return refuse(400, refusal);
}

/** The machine's only address. Several of them cannot be chosen from. */
function systemAddress(interfaces: readonly HostInterface[]): string {
  let found: { name: string; address: string } | undefined;
  for (const { name, addresses } of interfaces) {
    const [first, second] = addresses;
    if (!first) continue;
    if (second) {
      return refuse(
        400,
        `could not choose an IP address to advertise since this system has multiple addresses on interface ${name} (${first.address} and ${second.address})`,
      );
    }
    if (found) {
      return refuse(
        400,
        'could not choose an IP address to advertise since this system has multiple addresses on different interfaces ' +
          `(${found.address} on ${found.name} and ${first.address} on ${name})`,
      );
    }
    found = { name, address: first.address };
  }
  return found ? found.address : refuse(400, "could not find the system's IP address");
}

/** Follows validateDefaultAddrPool: plain errors, so 500. */
export function checkAddressPools(pools: readonly string[], size: number): readonly string[] {
  if (pools.length === 0) return [];
  const subnetSize = size === 0 ? 24 : size;
  if (subnetSize > 29) refuse(500, `subnet size is out of range: ${subnetSize}`);
  return pools.map((raw) => {
    const pool = raw.trim();
    const [address, bits, rest] = pool.split('/');
    const ones = Number(bits);
    if (rest !== undefined || !isIPv4(address ?? '') || !/^\d+$/.test(bits ?? '') || ones > 32) {
      refuse(500, `invalid base pool ${pool}: invalid CIDR address: ${pool}`);
    }
    if (subnetSize < ones) {
      refuse(500, `invalid CIDR: "${pool}". Subnet size is too small for pool: ${subnetSize}`);
    }
    return pool;
  });
}

/** Follows getDataPathPort; 0 is the default, 4789. */
export function checkDataPathPort(port: number): number {
  if (port === 0) return 4789;
  if (port < 1024 || port > 49151) {
    refuse(500, `Datapath port number is not in valid range (1024-49151) : ${port}`);
  }
  return port;
}
