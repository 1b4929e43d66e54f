/** docker node rm. Follows docker/cli cli/command/node/remove.go. */
import type { Process } from '../../base/process';
import { forEach } from '../arguments';
import type { Cli, Invocation } from '../command';

export function* nodeRemove(cli: Cli, { flags, args }: Invocation): Process<number> {
  return yield* forEach(args, function* (name) {
    yield* cli.client.nodeRemove(name, flags.bool('force'));
    yield* cli.out(`${name}\n`);
  });
}
