/** The networks of a new container. Follows docker/cli cli/command/container/opts.go, parseNetworkOpts. */
import type { EndpointSettings } from '../../api/index';
import { quote } from '../../base/json';
import { CliError, type Flags } from '../command';
import { type NetworkOption, parseNetworkOption } from '../options/network';

/** The first --network, or default. */
export function networkMode(flags: Flags): string {
  return options(flags)[0]?.target ?? 'default';
}

function options(flags: Flags): NetworkOption[] {
  return [...flags.list('network'), ...flags.list('net')].map((text) => {
    const parsed = parseNetworkOption(text);
    if (!parsed.ok) throw new CliError(parsed.error, 125);
    return parsed.value;
  });
}

function isUserDefined(mode: string): boolean {
  return !['', 'default', 'bridge', 'host', 'none'].includes(mode) && !mode.startsWith('container:');
}

/** Endpoint settings by network. A single network without any of its own is left to the engine. */
export function endpoints(flags: Flags): { [network: string]: EndpointSettings } {
  const networks = options(flags);
  if (networks.length === 0) return { default: endpoint('default', withFlags(bare('default'), flags)) };
  const out: { [network: string]: EndpointSettings } = {};
  let plain = true;
  networks.forEach((network, index) => {
    const option = index === 0 ? withFlags(network, flags) : network;
    const settings = endpoint(option.target, option, index === 0 ? flags.list('link') : []);
    if (Object.hasOwn(out, option.target)) {
      throw new CliError(`network ${quote(option.target)} is specified multiple times`);
    }
    plain = Object.entries(settings).every(([, value]) => value === null || value === '' || value === 0);
    if (networks.length > 1 || !plain) out[option.target] = settings;
  });
  const kinds = new Set(networks.map((network) => isUserDefined(network.target)));
  if (kinds.size > 1) {
    throw new CliError('conflicting options: cannot attach both user-defined and non-user-defined network-modes');
  }
  return out;
}

function bare(target: string): NetworkOption {
  const parsed = parseNetworkOption(target);
  if (!parsed.ok) throw new CliError(parsed.error);
  return parsed.value;
}

/** --network-alias, --ip and their like belong to the first network. */
function withFlags(option: NetworkOption, flags: Flags): NetworkOption {
  const aliases = [...flags.list('network-alias'), ...flags.list('net-alias')];
  const local = flags.list('link-local-ip');
  const [ip, ip6, mac] = [flags.string('ip'), flags.string('ip6'), flags.string('mac-address')];
  const conflict = (both: boolean, words: string) => {
    if (both) throw new CliError(`conflicting options: cannot specify both ${words}`);
  };
  conflict(option.aliases.length > 0 && aliases.length > 0, '--network-alias and per-network alias');
  conflict(option.ipv4 !== '' && ip !== '', '--ip and per-network IPv4 address');
  conflict(option.ipv6 !== '' && ip6 !== '', '--ip6 and per-network IPv6 address');
  conflict(option.macAddress !== '' && mac !== '', '--mac-address and per-network MAC address');
  conflict(option.linkLocal.length > 0 && local.length > 0, '--link-local-ip and per-network link-local IP addresses');
  return {
    ...option,
    aliases: aliases.length > 0 ? aliases : option.aliases,
    ipv4: ip || option.ipv4,
    ipv6: ip6 || option.ipv6,
    macAddress: mac || option.macAddress,
    linkLocal: local.length > 0 ? local : option.linkLocal,
  };
}

const MAC = /^[0-9a-fA-F]{2}([:-][0-9a-fA-F]{2}){5}$/;

function endpoint(target: string, option: NetworkOption, links: readonly string[] = []): EndpointSettings {
  if (target.trim() === '') throw new CliError('no name set for network');
  if (!isUserDefined(target) && option.aliases.length > 0) {
    throw new CliError('network-scoped aliases are only supported for user-defined networks');
  }
  if (option.macAddress !== '' && !MAC.test(option.macAddress)) {
    throw new CliError(`${option.macAddress} is not a valid mac address`);
  }
  const address = option.ipv4 !== '' || option.ipv6 !== '' || option.linkLocal.length > 0;
  return {
    IPAMConfig: address
      ? {
          ...(option.ipv4 === '' ? {} : { IPv4Address: option.ipv4 }),
          ...(option.ipv6 === '' ? {} : { IPv6Address: option.ipv6 }),
          ...(option.linkLocal.length === 0 ? {} : { LinkLocalIPs: option.linkLocal }),
        }
      : null,
    Links: links.length > 0 && isUserDefined(target) ? links : null,
    Aliases: option.aliases.length === 0 ? null : option.aliases,
    MacAddress: option.macAddress,
    DriverOpts: option.driverOptions ?? null,
    GwPriority: option.gatewayPriority,
    NetworkID: '',
    EndpointID: '',
    Gateway: '',
    IPAddress: '',
    IPPrefixLen: 0,
    IPv6Gateway: '',
    GlobalIPv6Address: '',
    GlobalIPv6PrefixLen: 0,
    DNSNames: null,
  };
}
