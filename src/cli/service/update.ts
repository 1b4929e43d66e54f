/** `docker service update` and `rollback`. Follows docker/cli cli/command/service/update.go and rollback.go. */
import type { Process } from '../../base/process';
import { type Cli, CliError, type Flags, type Invocation } from '../command';
import { canonical, mutableCopy } from '../options/mutable';
import { printWarnings } from './create';
import { waitOnService } from './progress';
import { updateServiceSpec, updateStored } from './spec-update';

export function* runUpdate(cli: Cli, { flags, args }: Invocation): Process<number> {
  const [reference] = args as [string];
  const service = yield* cli.client.serviceInspect(reference);
  const rollback = flags.bool('rollback');
  if (rollback && otherFlags(flags)) throw new CliError('other flags may not be combined with --rollback');
  const spec = mutableCopy(service.Spec);
  yield* updateServiceSpec(cli, flags, spec);
  yield* updateStored(cli, flags, spec);
  const answer = yield* cli.client.serviceUpdate(service.ID, service.Version, canonical('swarm.ServiceSpec', spec), {
    registryAuthFrom: 'spec',
    queryRegistry: flags.changed('image') && !flags.bool('no-resolve-image'),
    ...(rollback ? { rollback: 'previous' } : {}),
  });
  return yield* finish(cli, reference, answer.Warnings, flags);
}

function* finish(cli: Cli, reference: string, warnings: readonly string[], flags: Flags): Process<number> {
  yield* printWarnings(cli, warnings);
  yield* cli.out(`${reference}\n`);
  if (!flags.bool('detach')) yield* waitOnService(cli, reference, flags.bool('quiet'));
  return 0;
}

/** Whether anything beside --rollback and the flags about waiting was given. */
function otherFlags(flags: Flags): boolean {
  return flags.given().some((name) => !['rollback', 'detach', 'quiet'].includes(name));
}

export function* runRollback(cli: Cli, { flags, args }: Invocation): Process<number> {
  const [reference] = args as [string];
  const service = yield* cli.client.serviceInspect(reference);
  const answer = yield* cli.client.serviceUpdate(service.ID, service.Version, service.Spec, { rollback: 'previous' });
  return yield* finish(cli, reference, answer.Warnings, flags);
}
