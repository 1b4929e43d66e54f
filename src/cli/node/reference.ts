/** Which node a word means. Follows docker/cli cli/command/node/cmd.go, Reference. */
import type { Process } from '../../base/process';
import { type Cli, CliError } from '../command';

/** `self` is the node that answers; every other word is passed on as it is. */
export function* nodeReference(cli: Cli, word: string): Process<string> {
  if (word !== 'self') return word;
  const info = yield* cli.client.info();
  if (info.Swarm.NodeID !== '') return info.Swarm.NodeID;
  // The list is refused with the reason why there is no node here.
  yield* cli.client.nodeList();
  throw new CliError('node ID not found in /info');
}
