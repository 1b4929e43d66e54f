/** docker secret create, ls, inspect, rm. Follows docker/cli cli/command/secret. */
import type { Secret } from '../../api/index';
import { toBase64 } from '../../base/bytes';
import type { Process } from '../../base/process';
import { filtersFrom, forEach, keyValues } from '../arguments';
import { type Cli, CliError, type Invocation } from '../command';
import { inspectPrettily, labelLines } from '../format/pretty';
import { printSecrets } from '../format/tables';
import { prettyPrint } from '../format/text';
import { timeText } from '../template/fmt';
import { readData } from './data';

const SIZE_LIMIT = 500 * 1024;

export function* secretCreate(cli: Cli, { flags, args }: Invocation): Process<number> {
  const driver = flags.string('driver');
  const file = args[1] ?? '';
  if (driver !== '' && file !== '') throw new CliError('When using secret driver secret data must be empty');
  const data = driver === '' ? yield* readData(cli, file, 'secret', SIZE_LIMIT) : undefined;
  const templating = flags.string('template-driver');
  const { ID } = yield* cli.client.secretCreate({
    Name: args[0]!,
    Labels: keyValues(flags.list('label')),
    ...(data === undefined ? {} : { Data: toBase64(data) }),
    ...(driver === '' ? {} : { Driver: { Name: driver } }),
    ...(templating === '' ? {} : { Templating: { Name: templating } }),
  });
  yield* cli.out(`${ID}\n`);
  return 0;
}

export function* secretList(cli: Cli, { flags }: Invocation): Process<number> {
  const secrets = yield* cli.client.secretList({ filters: filtersFrom(flags) });
  yield* printSecrets(cli, secrets, { format: flags.string('format'), quiet: flags.bool('quiet') });
  return 0;
}

export function* secretInspect(cli: Cli, invocation: Invocation): Process<number> {
  return yield* inspectPrettily<Secret>(cli, invocation, {
    get: (name) => cli.client.secretInspect(name),
    inspected: (secret) => ({ data: secret, type: 'swarm.Secret', raw: true }),
    pretty: (secret) =>
      [
        `ID:              ${secret.ID}`,
        `Name:              ${secret.Spec.Name ?? ''}`,
        ...labelLines('Labels:', secret.Spec.Labels),
        `Driver:            ${secret.Spec.Driver?.Name ?? ''}`,
        `Created at:        ${prettyPrint(timeText(secret.CreatedAt))}`,
        `Updated at:        ${prettyPrint(timeText(secret.UpdatedAt))}`,
      ].join('\n'),
  });
}

export function* secretRemove(cli: Cli, { args }: Invocation): Process<number> {
  return yield* forEach(args, function* (name) {
    yield* cli.client.secretRemove(name);
    yield* cli.out(`${name}\n`);
  });
}
