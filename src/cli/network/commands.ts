/** docker network ls, inspect, connect, disconnect. Follows docker/cli cli/command/network. */
import type { Process } from '../../base/process';
import { filtersFrom } from '../arguments';
import { type Cli, CliError, type Invocation } from '../command';
import { inspectAll } from '../format/inspect';
import { printNetworks } from '../format/tables';

export function* networkList(cli: Cli, { flags }: Invocation): Process<number> {
  const networks = yield* cli.client.networkList({ filters: filtersFrom(flags) });
  yield* printNetworks(cli, networks, {
    format: flags.string('format'),
    quiet: flags.bool('quiet'),
    noTrunc: flags.bool('no-trunc'),
  });
  return 0;
}

export function* networkInspect(cli: Cli, { flags, args }: Invocation): Process<number> {
  return yield* inspectAll(cli, args, {
    format: flags.string('format'),
    get: function* (name) {
      const data = yield* cli.client.networkInspect(name, { verbose: flags.bool('verbose') });
      return { data, type: 'network.Inspect', raw: true };
    },
  });
}

export function* networkConnect(cli: Cli, { flags, args }: Invocation): Process<number> {
  const driverOptions: Record<string, string> = {};
  for (const option of flags.list('driver-opt')) {
    const cut = option.indexOf('=');
    const key = option.slice(0, Math.max(0, cut)).trim();
    if (key === '') throw new CliError('invalid key/value pair format in driver options');
    driverOptions[key] = option.slice(cut + 1).trim();
  }
  yield* cli.client.networkConnect(args[0]!, args[1]!, {
    IPAMConfig: {
      IPv4Address: flags.string('ip'),
      IPv6Address: flags.string('ip6'),
      LinkLocalIPs: flags.list('link-local-ip'),
    },
    Links: listOrNull(flags.list('link')),
    Aliases: listOrNull(flags.list('alias')),
    DriverOpts: driverOptions,
    GwPriority: flags.number('gw-priority'),
  });
  return 0;
}

function listOrNull(list: readonly string[]): readonly string[] | null {
  return list.length === 0 ? null : list;
}

export function* networkDisconnect(cli: Cli, { flags, args }: Invocation): Process<number> {
  yield* cli.client.networkDisconnect(args[0]!, args[1]!, flags.bool('force'));
  return 0;
}
