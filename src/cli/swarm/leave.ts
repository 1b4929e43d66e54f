/** docker swarm leave. Follows docker/cli cli/command/swarm/leave.go. */
import type { Process } from '../../base/process';
import type { Cli, Invocation } from '../command';

export function* swarmLeave(cli: Cli, { flags }: Invocation): Process<number> {
  yield* cli.client.swarmLeave(flags.bool('force'));
  yield* cli.out('Node left the swarm.\n');
  return 0;
}
