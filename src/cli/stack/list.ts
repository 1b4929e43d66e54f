/** `docker stack ls`, `ps` and `services`. Follows docker/cli cli/command/stack and cli/command/stack/swarm. */
import { filtersOf } from '../../api/index';
import { compareNaturally } from '../../base/natural';
import type { Process } from '../../base/process';
import { filtersFrom } from '../arguments';
import { type Cli, CliError, type Invocation } from '../command';
import { type ListShape, printList } from '../format/list';
import { printTasks } from '../format/tasks';
import { printServices } from '../service/list';
import { checkStackName, NAMESPACE_LABEL } from './common';

interface Row {
  readonly name: string;
  readonly services: number;
}

const STACKS: ListShape<Row> = {
  goName: '*formatter.stackContext',
  fields: {
    Name: { header: 'NAME', value: ({ name }) => name },
    Services: { header: 'SERVICES', value: ({ services }) => String(services) },
  },
  table: '{{.Name}}\t{{.Services}}',
  quiet: '{{.Name}}',
};

export function* runList(cli: Cli, { flags }: Invocation): Process<number> {
  const services = yield* cli.client.serviceList({ filters: filtersOf(['label', NAMESPACE_LABEL]) });
  const counts = new Map<string, number>();
  for (const service of services) {
    const stack = service.Spec.Labels?.[NAMESPACE_LABEL];
    if (stack === undefined) throw new CliError(`cannot get label ${NAMESPACE_LABEL} for service ${service.ID}`);
    counts.set(stack, (counts.get(stack) ?? 0) + 1);
  }
  const rows = [...counts].map(([name, count]) => ({ name, services: count }));
  rows.sort((a, b) => compareNaturally(a.name, b.name));
  yield* printList(cli, STACKS, rows, { format: flags.string('format') });
  return 0;
}

export function* runPs(cli: Cli, { flags, args }: Invocation): Process<number> {
  const [stack] = args as [string];
  checkStackName(stack);
  const filters = filtersFrom(flags, ['label', `${NAMESPACE_LABEL}=${stack}`]);
  const tasks = yield* cli.client.taskList({ filters });
  if (tasks.length === 0) throw new CliError(`nothing found in stack: ${stack}`);
  yield* printTasks(cli, tasks, {
    format: flags.string('format'),
    quiet: flags.bool('quiet'),
    noTrunc: flags.bool('no-trunc'),
    noResolve: flags.bool('no-resolve'),
    quietTruncates: true,
  });
  return 0;
}

export function* runServices(cli: Cli, { flags, args }: Invocation): Process<number> {
  const [stack] = args as [string];
  checkStackName(stack);
  const quiet = flags.bool('quiet');
  const filters = filtersFrom(flags, ['label', `${NAMESPACE_LABEL}=${stack}`]);
  const services = yield* cli.client.serviceList({ filters, status: !quiet });
  if (services.length === 0) {
    yield* cli.err(`Nothing found in stack: ${stack}\n`);
    return 0;
  }
  yield* printServices(cli, services, { format: flags.string('format'), quiet });
  return 0;
}
