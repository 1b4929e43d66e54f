/** `docker service rm`. Follows docker/cli cli/command/service/remove.go. */
import type { Process } from '../../base/process';
import { forEach } from '../arguments';
import type { Cli, Invocation } from '../command';

export function* runRemove(cli: Cli, { args }: Invocation): Process<number> {
  return yield* forEach(args, function* (name) {
    yield* cli.client.serviceRemove(name);
    yield* cli.out(`${name}\n`);
  });
}
