/** The task lists of service ps, node ps and stack ps. Follows docker/cli cli/command/task. */
import type { Task } from '../../api/index';
import { compareNaturally } from '../../base/natural';
import { type Micros, now, type Process } from '../../base/process';
import { parseInstant } from '../../base/time';
import type { Cli } from '../command';
import { isTable, type ListOptions, type ListShape, printList } from './list';
import { Resolver } from './resolver';
import { ago, ellipsis, prettyPrint, shortImage, truncateId } from './text';

export interface TaskListOptions extends ListOptions {
  readonly noTrunc: boolean;
  readonly noResolve: boolean;
  /** Quiet lists of service ps and node ps show whole ids whatever --no-trunc says; those of stack ps do not. */
  readonly quietTruncates?: boolean;
}

interface Row {
  readonly task: Task;
  /** SERVICE.SLOT, or SERVICE.NODE for tasks without a slot; earlier tasks of a slot are indented. */
  readonly shown: string;
  readonly node: string;
}

const ERROR_WIDTH = 30;

/** Names, sorts and prints tasks; asks the engine for the names of services and nodes unless told not to. */
export function* printTasks(cli: Cli, tasks: readonly Task[], options: TaskListOptions): Process<void> {
  const resolver = new Resolver(cli.client, options.noResolve);
  const named: { task: Task; name: string }[] = [];
  for (const task of tasks) {
    const service = yield* resolver.service(task.ServiceID ?? '');
    named.push({ task, name: `${service}.${task.Slot || (task.NodeID ?? '')}` });
  }
  named.sort((a, b) => (a.name === b.name ? newestFirst(a.task, b.task) : compareNaturally(a.name, b.name)));
  const indent = isTable(options) && !(options.format === '' && options.quiet) ? ' \\_ ' : '';
  // A task that is listed twice (node ps of several nodes) keeps the name of its last row in both.
  const shown = new Map<string, string>();
  const nodes = new Map<string, string>();
  let previous = '';
  for (const { task, name } of named) {
    shown.set(task.ID, name === previous ? indent + name : name);
    previous = name;
    nodes.set(task.ID, yield* resolver.node(task.NodeID ?? ''));
  }
  const rows: Row[] = named.map(({ task }) => ({ task, shown: shown.get(task.ID)!, node: nodes.get(task.ID)! }));
  const truncate = !options.noTrunc && (options.quietTruncates === true || !options.quiet);
  yield* printList(cli, shape(truncate, yield* now()), rows, options);
}

function newestFirst(a: Task, b: Task): number {
  const left = parseInstant(a.CreatedAt);
  const right = parseInstant(b.CreatedAt);
  if (!left || !right) return 0;
  return right.micros - left.micros || right.nanos - left.nanos;
}

function shape(truncate: boolean, at: Micros): ListShape<Row> {
  return {
    goName: '*task.taskContext',
    fields: {
      ID: { header: 'ID', value: ({ task }) => (truncate ? truncateId(task.ID) : task.ID) },
      Name: { header: 'NAME', value: ({ shown }) => shown },
      Image: { header: 'IMAGE', value: ({ task }) => image(task, truncate) },
      Node: { header: 'NODE', value: ({ node }) => node },
      DesiredState: { header: 'DESIRED STATE', value: ({ task }) => prettyPrint(task.DesiredState) },
      CurrentState: {
        header: 'CURRENT STATE',
        value: ({ task }) => `${prettyPrint(task.Status.State)} ${ago(task.Status.Timestamp, at).toLowerCase()}`,
      },
      Error: { header: 'ERROR', value: ({ task }) => error(task, truncate) },
      Ports: { header: 'PORTS', value: ({ task }) => ports(task) },
    },
    table: '{{.ID}}\t{{.Name}}\t{{.Image}}\t{{.Node}}\t{{.DesiredState}}\t{{.CurrentState}}\t{{.Error}}\t{{.Ports}}',
    quiet: '{{.ID}}',
    raw:
      'id: {{.ID}}\\nname: {{.Name}}\\nimage: {{.Image}}\\nnode: {{.Node}}\\ndesired_state: {{.DesiredState}}' +
      '\\ncurrent_state: {{.CurrentState}}\\nerror: {{.Error}}\\nports: {{.Ports}}\\n',
    rawQuiet: 'id: {{.ID}}',
  };
}

function image(task: Task, truncate: boolean): string {
  const name = task.Spec.ContainerSpec?.Image ?? '';
  return truncate ? shortImage(name) : name;
}

function error(task: Task, truncate: boolean): string {
  const text = truncate ? ellipsis(task.Status.Err ?? '', ERROR_WIDTH) : (task.Status.Err ?? '');
  return text === '' ? '' : `"${text}"`;
}

function ports(task: Task): string {
  return (task.Status.PortStatus?.Ports ?? [])
    .map((port) => `*:${port.PublishedPort ?? 0}->${port.TargetPort ?? 0}/${port.Protocol ?? ''}`)
    .join(',');
}
