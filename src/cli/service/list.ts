/** `docker service ls`, and the list that stack services shares. Follows docker/cli cli/command/service/list.go. */
import type { PortConfig, Service } from '../../api/index';
import { compareBytes, compareNaturally } from '../../base/natural';
import type { Process } from '../../base/process';
import { filtersFrom } from '../arguments';
import type { Cli, Invocation } from '../command';
import { type ListOptions, type ListShape, printList } from '../format/list';
import { shortImage, truncateId } from '../format/text';

const SERVICES: ListShape<Service> = {
  goName: '*service.serviceContext',
  fields: {
    ID: { header: 'ID', value: (service) => truncateId(service.ID) },
    Name: { header: 'NAME', value: (service) => service.Spec.Name ?? '' },
    Mode: { header: 'MODE', value: modeText },
    Replicas: { header: 'REPLICAS', value: replicasText },
    Image: { header: 'IMAGE', value: (service) => shortImage(service.Spec.TaskTemplate?.ContainerSpec?.Image ?? '') },
    Ports: { header: 'PORTS', value: (service) => portsText(service.Endpoint?.Ports ?? []) },
  },
  table: '{{.ID}}\t{{.Name}}\t{{.Mode}}\t{{.Replicas}}\t{{.Image}}\t{{.Ports}}',
  quiet: '{{.ID}}',
  raw:
    'id: {{.ID}}\\nname: {{.Name}}\\nmode: {{.Mode}}\\nreplicas: {{.Replicas}}\\nimage: {{.Image}}' +
    '\\nports: {{.Ports}}\\n',
  rawQuiet: 'id: {{.ID}}',
};

export function* runList(cli: Cli, { flags }: Invocation): Process<number> {
  const quiet = flags.bool('quiet');
  const services = yield* cli.client.serviceList({ filters: filtersFrom(flags), status: !quiet });
  yield* printServices(cli, services, { format: flags.string('format'), quiet });
  return 0;
}

/** Sorted by name, naturally. */
export function* printServices(cli: Cli, services: readonly Service[], options: ListOptions): Process<void> {
  const sorted = [...services].sort((a, b) => compareNaturally(a.Spec.Name ?? '', b.Spec.Name ?? ''));
  yield* printList(cli, SERVICES, sorted, options);
}

function modeText({ Spec: { Mode: mode } }: Service): string {
  if (mode?.Global) return 'global';
  if (mode?.Replicated) return 'replicated';
  if (mode?.ReplicatedJob) return 'replicated job';
  return mode?.GlobalJob ? 'global job' : '';
}

function replicasText(service: Service): string {
  const {
    RunningTasks: running,
    DesiredTasks: desired,
    CompletedTasks: completed,
  } = service.ServiceStatus ?? {
    RunningTasks: 0,
    DesiredTasks: 0,
    CompletedTasks: 0,
  };
  const { Mode: mode, TaskTemplate: task } = service.Spec;
  const counts = `${running}/${desired}`;
  if (mode?.ReplicatedJob) return `${counts} (${completed}/${mode.ReplicatedJob.TotalCompletions ?? 0} completed)`;
  if (mode?.GlobalJob) return `${counts} (${completed}/${desired + completed} completed)`;
  const most = mode?.Replicated ? (task?.Placement?.MaxReplicas ?? 0) : 0;
  return most > 0 ? `${counts} (max ${most} per node)` : counts;
}

interface PortRange {
  published: [first: number, last: number];
  target: [first: number, last: number];
  readonly protocol: string;
}

/** `*:80-81->80-81/tcp, *:53->53/udp`: ports of the ingress network, neighbours merged. */
function portsText(ports: readonly PortConfig[]): string {
  const sorted = [...ports].sort(
    (a, b) => compareBytes(a.Protocol ?? '', b.Protocol ?? '') || (a.PublishedPort ?? 0) - (b.PublishedPort ?? 0),
  );
  const ranges: PortRange[] = [];
  for (const port of sorted) {
    if (port.PublishMode !== 'ingress') continue;
    const published = port.PublishedPort ?? 0;
    const target = port.TargetPort ?? 0;
    const last = ranges.at(-1);
    if (last && continues(last, published, target, port.Protocol ?? '')) {
      last.published[1] = published;
      last.target[1] = target;
    } else {
      ranges.push({ published: [published, published], target: [target, target], protocol: port.Protocol ?? '' });
    }
  }
  return ranges
    .filter((range) => range.published[0] > 0)
    .map((range) => `*:${rangeText(range.published)}->${rangeText(range.target)}/${range.protocol}`)
    .join(', ');
}

/** Whether a port is the next of a range: of the same target, or one further on both sides. */
function continues(range: PortRange, published: number, target: number, protocol: string): boolean {
  if (protocol !== range.protocol || published - range.published[1] > 1) return false;
  // Upstream subtracts unsigned numbers: a smaller target is far away.
  const step = target - range.target[1];
  if (step > 1 || step < 0) return false;
  const isRange = range.target[0] !== range.target[1];
  return !(isRange && step <= 0);
}

function rangeText([first, last]: readonly [number, number]): string {
  return last > first ? `${first}-${last}` : String(first);
}
