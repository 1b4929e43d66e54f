/** `docker commit`. Follows docker/cli cli/command/container/commit.go. */
import type { Process } from '../../base/process';
import { fullName, parseReference } from '../../base/reference';
import { type Cli, CliError, type Invocation } from '../command';

export function* runCommit(cli: Cli, { flags, args }: Invocation): Process<number> {
  const [container = '', name = ''] = args;
  const parsed = name === '' ? undefined : parseReference(name);
  if (parsed && !parsed.ok) throw new CliError(`Error response from daemon: ${parsed.error}`);
  const { Id } = yield* cli.client.containerCommit(container, {
    repo: parsed?.ok ? fullName(parsed.value) : undefined,
    tag: parsed?.ok ? (parsed.value.tag ?? 'latest') : undefined,
    comment: flags.string('message') || undefined,
    author: flags.string('author') || undefined,
    changes: flags.list('change').length > 0 ? flags.list('change').join('\n') : undefined,
  });
  yield* cli.out(`${Id}\n`);
  return 0;
}
