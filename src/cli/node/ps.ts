/** docker node ps. Follows docker/cli cli/command/node/ps.go. */
import type { Task } from '../../api/index';
import type { Process } from '../../base/process';
import { failureText, filtersFrom } from '../arguments';
import { type Cli, CliError, type Invocation } from '../command';
import { printTasks } from '../format/tasks';
import { nodeReference } from './reference';

export function* nodePs(cli: Cli, { flags, args }: Invocation): Process<number> {
  const errors: string[] = [];
  const tasks: Task[] = [];
  // Upstream adds each node to one filter, so later requests list the tasks of earlier nodes again.
  const asked: [string, string][] = [];
  for (const word of args.length === 0 ? ['self'] : args) {
    try {
      const node = yield* cli.client.nodeInspect(yield* nodeReference(cli, word));
      asked.push(['node', node.ID]);
      tasks.push(...(yield* cli.client.taskList({ filters: filtersFrom(flags, ...asked) })));
    } catch (error) {
      errors.push(failureText(error));
    }
  }
  if (errors.length === 0 || tasks.length > 0) {
    yield* printTasks(cli, tasks, {
      format: flags.string('format'),
      quiet: flags.bool('quiet'),
      quietTruncates: true,
      noTrunc: flags.bool('no-trunc'),
      noResolve: flags.bool('no-resolve'),
    });
  }
  if (errors.length > 0) throw new CliError(errors.join('\n'));
  return 0;
}
