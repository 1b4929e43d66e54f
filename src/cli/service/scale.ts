/** `docker service scale`. Follows docker/cli cli/command/service/scale.go. */
import { quote } from '../../base/json';
import type { Process } from '../../base/process';
import { failureText } from '../arguments';
import { type Cli, CliError, type Invocation } from '../command';
import { mutableCopy } from '../options/mutable';
import { printWarnings } from './create';
import { waitOnService } from './progress';

export function* runScale(cli: Cli, { flags, args }: Invocation): Process<number> {
  for (const arg of args) checkArgument(arg);
  const errors: string[] = [];
  const scaled: string[] = [];
  for (const arg of args) {
    const cut = arg.indexOf('=');
    const name = arg.slice(0, cut);
    const text = arg.slice(cut + 1);
    try {
      const count = replicas(text);
      yield* printWarnings(cli, yield* scale(cli, name, count));
      yield* cli.out(`${name} scaled to ${count}\n`);
      scaled.push(name);
    } catch (error) {
      errors.push(`${name}: ${failureText(error)}`);
    }
  }
  for (const name of flags.bool('detach') ? [] : scaled) {
    try {
      yield* waitOnService(cli, name, false);
    } catch (error) {
      errors.push(`${name}: ${failureText(error)}`);
    }
  }
  if (errors.length > 0) throw new CliError(errors.join('\n'));
  return 0;
}

function checkArgument(arg: string): void {
  const cut = arg.indexOf('=');
  if (cut > 0 && cut < arg.length - 1) return;
  throw new CliError(
    `invalid scale specifier '${arg}'.\nSee 'docker service scale --help'.\n\n` +
      'Usage:  docker service scale SERVICE=REPLICAS [SERVICE=REPLICAS...]\n\n' +
      'Scale one or multiple replicated services',
  );
}

const MAX_UINT64 = (1n << 64n) - 1n;

function replicas(text: string): number {
  const digits = /^\d+$/.test(text);
  const why = digits && BigInt(text) > MAX_UINT64 ? 'value out of range' : digits ? undefined : 'invalid syntax';
  if (why === undefined) return Number(text);
  throw new CliError(`invalid replicas value ${text}: strconv.ParseUint: parsing ${quote(text)}: ${why}`);
}

function* scale(cli: Cli, name: string, count: number): Process<readonly string[]> {
  const service = yield* cli.client.serviceInspect(name);
  const spec = mutableCopy(service.Spec);
  if (spec.Mode?.Replicated) spec.Mode.Replicated.Replicas = count;
  else if (spec.Mode?.ReplicatedJob) spec.Mode.ReplicatedJob.TotalCompletions = count;
  else throw new CliError('scale can only be used with replicated or replicated-job mode');
  const answer = yield* cli.client.serviceUpdate(service.ID, service.Version, spec);
  return answer.Warnings;
}
