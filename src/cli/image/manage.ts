/** Short image commands: rm, tag, inspect. Follows docker/cli cli/command/image. */
import { isNotFound } from '../../api/index';
import type { Process } from '../../base/process';
import { fullName, parseReference } from '../../base/reference';
import { failureText } from '../arguments';
import { type Cli, CliError, type Invocation } from '../command';
import { inspectAll } from '../format/inspect';

/** With --force an image that is not there is told, and no failure. */
export function* runRemove(cli: Cli, { flags, args }: Invocation): Process<number> {
  const force = flags.bool('force');
  const errors: string[] = [];
  let fatal = false;
  for (const name of args) {
    try {
      for (const done of yield* cli.client.imageRemove(name, { force, noPrune: flags.bool('no-prune') })) {
        yield* cli.out(done.Deleted ? `Deleted: ${done.Deleted}\n` : `Untagged: ${done.Untagged ?? ''}\n`);
      }
    } catch (error) {
      fatal ||= !isNotFound(error);
      errors.push(failureText(error));
    }
  }
  if (errors.length === 0) return 0;
  if (!force || fatal) throw new CliError(errors.join('\n'));
  yield* cli.err(`${errors.join('\n')}\n`);
  return 0;
}

export function* runTag(cli: Cli, { args }: Invocation): Process<number> {
  const [source, target] = args as [string, string];
  const from = parseReference(source);
  if (!from.ok && !/^(sha256:)?[0-9a-f]{64}$/.test(source)) {
    throw new CliError(
      `Error parsing reference: ${JSON.stringify(source)} is not a valid repository/tag: ${from.error}`,
    );
  }
  const to = parseReference(target);
  if (!to.ok) {
    throw new CliError(`Error parsing reference: ${JSON.stringify(target)} is not a valid repository/tag: ${to.error}`);
  }
  if (to.value.digest !== undefined) throw new CliError('refusing to create a tag with a digest reference');
  yield* cli.client.imageTag(source, fullName(to.value), to.value.tag ?? 'latest');
  return 0;
}

export function* runInspect(cli: Cli, { flags, args }: Invocation): Process<number> {
  return yield* inspectAll(cli, args, {
    format: flags.string('format'),
    get: function* (reference) {
      return { data: yield* cli.client.imageInspect(reference), type: 'image.InspectResponse', raw: true };
    },
  });
}
