/** `docker service create`. Follows docker/cli cli/command/service/create.go. */
import type { Process } from '../../base/process';
import type { Cli, Invocation } from '../command';
import { waitOnService } from './progress';
import { serviceSpec } from './spec';

export function* runCreate(cli: Cli, invocation: Invocation): Process<number> {
  const { flags } = invocation;
  const spec = yield* serviceSpec(cli, invocation);
  const queryRegistry = !flags.bool('no-resolve-image');
  const answer = yield* cli.client.serviceCreate(spec, { queryRegistry });
  yield* printWarnings(cli, answer.Warnings);
  yield* cli.out(`${answer.ID}\n`);
  if (!flags.bool('detach')) yield* waitOnService(cli, answer.ID, flags.bool('quiet'));
  return 0;
}

/** Each on its own line of stderr. */
export function* printWarnings(cli: Cli, warnings: readonly string[]): Process<void> {
  for (const warning of warnings) yield* cli.err(`${warning}\n`);
}
