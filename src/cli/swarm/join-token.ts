/** docker swarm join-token. Follows docker/cli cli/command/swarm/join_token.go. */
import type { Process } from '../../base/process';
import { type Cli, CliError, type Invocation } from '../command';

type Role = 'worker' | 'manager';

export function* swarmJoinToken(cli: Cli, { flags, args }: Invocation): Process<number> {
  const role = args[0]!;
  if (role !== 'worker' && role !== 'manager') throw new CliError(`unknown role ${role}`);
  const quiet = flags.bool('quiet');
  if (flags.bool('rotate')) {
    const swarm = yield* cli.client.swarmInspect();
    yield* cli.client.swarmUpdate(swarm.Version, swarm.Spec, {
      rotateWorkerToken: role === 'worker',
      rotateManagerToken: role === 'manager',
      rotateManagerUnlockKey: false,
    });
    if (!quiet) yield* cli.out(`Successfully rotated ${role} join token.\n\n`);
  }
  const swarm = yield* cli.client.swarmInspect();
  if (quiet) {
    yield* cli.out(`${role === 'worker' ? swarm.JoinTokens.Worker : swarm.JoinTokens.Manager}\n`);
    return 0;
  }
  const info = yield* cli.client.info();
  yield* printJoinCommand(cli, info.Swarm.NodeID, [role]);
  return 0;
}

/** The commands to type on another node, with the address of this manager. */
export function* printJoinCommand(cli: Cli, nodeId: string, roles: readonly Role[]): Process<void> {
  const node = yield* cli.client.nodeInspect(nodeId);
  const swarm = yield* cli.client.swarmInspect();
  if (node.ManagerStatus === undefined) return;
  for (const role of roles) {
    const token = role === 'worker' ? swarm.JoinTokens.Worker : swarm.JoinTokens.Manager;
    yield* cli.out(
      `To add a ${role} to this swarm, run the following command:\n\n` +
        `    docker swarm join --token ${token} ${node.ManagerStatus.Addr}\n\n`,
    );
  }
}
