/** docker swarm init. Follows docker/cli cli/command/swarm/init.go. */
import { ClientError } from '../../api/index';
import type { Process } from '../../base/process';
import { type Cli, CliError, type Invocation } from '../command';
import { printJoinCommand } from './join-token';
import { availability, mergeSwarmSpec } from './spec';
import { fetchUnlockKey, unlockAdvice } from './unlock-key';

/** The engine could not choose an address: docker adds which flag chooses. */
const NO_ADDRESS = /could not choose an IP address to advertise|could not find the system's IP address/;

export function* swarmInit(cli: Cli, { flags }: Invocation): Process<number> {
  const pools = flags.list('default-addr-pool');
  const request = {
    ListenAddr: flags.string('listen-addr'),
    AdvertiseAddr: flags.string('advertise-addr'),
    DataPathAddr: flags.string('data-path-addr'),
    DataPathPort: flags.number('data-path-port'),
    ForceNewCluster: flags.bool('force-new-cluster'),
    Spec: mergeSwarmSpec({}, flags),
    AutoLockManagers: flags.bool('autolock'),
    Availability: availability(flags) ?? '',
    DefaultAddrPool: pools.map((pool) => pool.trim()),
    SubnetSize: flags.number('default-addr-pool-mask-length'),
  };
  const nodeId = yield* initialize(cli, request);
  yield* cli.out(`Swarm initialized: current node (${nodeId}) is now a manager.\n\n`);
  yield* printJoinCommand(cli, nodeId, ['worker']);
  yield* cli.out(
    "To add a manager to this swarm, run 'docker swarm join-token manager' and follow the instructions.\n",
  );
  if (request.AutoLockManagers) yield* cli.out(unlockAdvice(yield* fetchUnlockKey(cli)));
  return 0;
}

function* initialize(cli: Cli, request: Parameters<Cli['client']['swarmInit']>[0]): Process<string> {
  try {
    return yield* cli.client.swarmInit(request);
  } catch (error) {
    if (error instanceof ClientError && NO_ADDRESS.test(error.message))
      throw new CliError(`${error.message} - specify one with --advertise-addr`);
    throw error;
  }
}
