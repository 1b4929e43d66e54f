/** `--network` of services and containers. Follows docker/cli opts/network.go. */
import { fail, ok, type Result } from '../../base/result';
import { splitCsv } from '../flags/csv';

export interface NetworkOption {
  readonly target: string;
  readonly aliases: readonly string[];
  readonly driverOptions: { readonly [key: string]: string } | undefined;
  readonly ipv4: string;
  readonly ipv6: string;
  readonly linkLocal: readonly string[];
  readonly macAddress: string;
  readonly gatewayPriority: number;
}

const LONG = /\w+=\w+(,\w+=\w+)*/;

/** A name, or `name=NET,alias=A,driver-opt=K=V,ip=…`. */
export function parseNetworkOption(text: string): Result<NetworkOption, string> {
  const option = {
    target: '',
    aliases: [] as string[],
    driverOptions: undefined as { [key: string]: string } | undefined,
    ipv4: '',
    ipv6: '',
    linkLocal: [] as string[],
    macAddress: '',
    gatewayPriority: 0,
  };
  if (!LONG.test(text)) return ok({ ...option, target: text });
  for (const field of splitCsv(text) ?? []) {
    const lower = field.toLowerCase();
    const cut = lower.indexOf('=');
    if (cut <= 0) return fail(`invalid field ${field}`);
    const key = lower.slice(0, cut).trim();
    const value = lower.slice(cut + 1).trim();
    if (key === 'name') option.target = value;
    else if (key === 'alias') option.aliases.push(value);
    else if (key === 'ip') option.ipv4 = value;
    else if (key === 'ip6') option.ipv6 = value;
    else if (key === 'mac-address') option.macAddress = value;
    else if (key === 'link-local-ip') option.linkLocal.push(value);
    else if (key === 'driver-opt') {
      const inner = value.indexOf('=');
      if (inner <= 0) return fail('invalid key value pair format in driver options');
      (option.driverOptions ??= {})[value.slice(0, inner).trim()] = value.slice(inner + 1).trim();
    } else if (key === 'gw-priority') {
      if (!/^[+-]?\d+$/.test(value)) return fail(`invalid gw-priority (${value}): invalid syntax`);
      option.gatewayPriority = Number(value);
    } else return fail(`invalid field key ${key}`);
  }
  return option.target === '' ? fail('network name/id is not specified') : ok(option);
}
