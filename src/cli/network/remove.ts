/** docker network rm. Follows docker/cli cli/command/network/remove.go. */
import { ClientError, isNotFound, type NetworkInspect } from '../../api/index';
import type { Process } from '../../base/process';
import { confirm } from '../arguments';
import { type Cli, CliError, type Invocation } from '../command';

const INGRESS_WARNING =
  'WARNING! Before removing the routing-mesh network, make sure all the nodes in your swarm run the same docker ' +
  'engine version. Otherwise, removal may not be effective and functionality of newly create ingress networks will ' +
  'be impaired.\nAre you sure you want to continue?';

export function* networkRemove(cli: Cli, { flags, args }: Invocation): Process<number> {
  let failed = false;
  for (const name of args) {
    const network = yield* find(cli, name);
    if (network?.Ingress) {
      const answer = yield* confirm(cli, INGRESS_WARNING);
      if (answer === undefined) return 0;
      if (!answer) continue;
    }
    try {
      yield* cli.client.networkRemove(name);
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      if (flags.bool('force') && isNotFound(error)) continue;
      yield* cli.err(`${error.message}\n`);
      failed = true;
      continue;
    }
    yield* cli.out(`${name}\n`);
  }
  if (failed) throw new CliError('exit status 1');
  return 0;
}

function* find(cli: Cli, name: string): Process<NetworkInspect | undefined> {
  try {
    return yield* cli.client.networkInspect(name);
  } catch (error) {
    if (error instanceof ClientError) return undefined;
    throw error;
  }
}
