/** `docker service ps`. Follows docker/cli cli/command/service/ps.go. */
import { type Filters, filtersOf, type Service } from '../../api/index';
import type { Process } from '../../base/process';
import { filtersFrom } from '../arguments';
import { type Cli, CliError, type Invocation } from '../command';
import { printTasks } from '../format/tasks';
import { nodeReference } from '../node/reference';

export function* runPs(cli: Cli, { flags, args }: Invocation): Process<number> {
  const { ids, missing } = yield* findServices(cli, args);
  if (ids.length === 0) throw new CliError(missing.join('\n'));
  const pairs = ids.map((id) => ['service', id] as const);
  const filters = yield* withNodes(cli, filtersFrom(flags, ...pairs));
  const tasks = yield* cli.client.taskList({ filters });
  yield* printTasks(cli, tasks, {
    format: flags.string('format'),
    quiet: flags.bool('quiet'),
    noTrunc: flags.bool('no-trunc'),
    noResolve: flags.bool('no-resolve'),
  });
  if (missing.length > 0) throw new CliError(missing.join('\n'));
  return 0;
}

/** The word self among the nodes stands for the node that answers. */
function* withNodes(cli: Cli, filters: Filters): Process<Filters> {
  const nodes = filters.get('node');
  if (!nodes) return filters;
  const resolved: string[] = [];
  for (const word of nodes) resolved.push(yield* nodeReference(cli, word));
  return new Map(filters).set('node', resolved);
}

/** The ids of services: by whole id, by name, by the beginning of an id, in this order. */
function* findServices(cli: Cli, references: readonly string[]): Process<{ ids: string[]; missing: string[] }> {
  const pairs = (key: string) => references.map((reference) => [key, reference] as const);
  const byId = yield* cli.client.serviceList({ filters: filtersOf(...pairs('id')) });
  const byName = yield* cli.client.serviceList({ filters: filtersOf(...pairs('name')) });
  const ids: string[] = [];
  const missing: string[] = [];
  for (const reference of references) {
    const id = serviceId(reference, byId, byName);
    if (id === undefined) missing.push(`no such service: ${reference}`);
    else ids.push(id);
  }
  return { ids, missing };
}

function serviceId(reference: string, byId: readonly Service[], byName: readonly Service[]): string | undefined {
  const whole = byId.find((service) => service.ID === reference) ?? byName.find((one) => one.Spec.Name === reference);
  if (whole) return whole.ID;
  const begun = byId.filter((service) => service.ID.startsWith(reference));
  if (begun.length > 1) throw new CliError(`multiple services found with provided prefix: ${reference}`);
  return begun[0]?.ID;
}
