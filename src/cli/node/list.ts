/** docker node ls. Follows docker/cli cli/command/node/list.go. */
import type { Process } from '../../base/process';
import { filtersFrom } from '../arguments';
import type { Cli, Invocation } from '../command';
import { printNodes } from '../format/tables';

export function* nodeList(cli: Cli, { flags }: Invocation): Process<number> {
  const quiet = flags.bool('quiet');
  const nodes = yield* cli.client.nodeList({ filters: filtersFrom(flags) });
  const info = nodes.length > 0 && !quiet ? (yield* cli.client.info()).Swarm : undefined;
  yield* printNodes(cli, nodes, info, { format: flags.string('format'), quiet });
  return 0;
}
