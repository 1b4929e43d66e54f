/** `docker ps`. Follows docker/cli cli/command/container/list.go and cli/command/formatter/container.go. */
import type { ContainerSummary } from '../../api/index';
import { goQuote } from '../../base/go-quote';
import { type Micros, now, type Process } from '../../base/process';
import { familiarName, parseReference } from '../../base/reference';
import { formatTime, TIME_STRING } from '../../base/time';
import { humanDuration, humanSize } from '../../base/units';
import { filtersFrom } from '../arguments';
import { type Cli, CliError, type Invocation } from '../command';
import { type ListShape, printList, rowType } from '../format/list';
import { ellipsis, labelList, truncateId } from '../format/text';
import { parseTemplate, TemplateError } from '../template/template';
import { STRING_MAP } from '../template/value';
import { portsText } from './ports';

interface MountPoint {
  readonly Name?: string;
  readonly Source?: string;
  readonly Driver?: string;
}

const TABLE = '{{.ID}}\t{{.Image}}\t{{.Command}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}\t{{.Names}}';

export function* runList(cli: Cli, { flags }: Invocation): Process<number> {
  const format = flags.string('format');
  const quiet = flags.bool('quiet');
  if (format !== '' && quiet) {
    yield* cli.err('WARNING: Ignoring custom format, because both --format and --quiet are set.\n');
  }
  const shown = usesSize(format);
  const sizeAsked = flags.bool('size') || (shown && !quiet && !flags.changed('size'));
  const last = flags.number('last');
  const containers = yield* cli.client.containerList({
    all: flags.bool('all'),
    limit: flags.bool('latest') && last === -1 ? 1 : last,
    size: sizeAsked,
    filters: filtersFrom(flags),
  });
  const listShape = containerShape(!flags.bool('no-trunc'), sizeAsked, yield* now());
  yield* printList(cli, listShape, containers, { format: quiet ? '' : format, quiet });
  return 0;
}

const NO_CONTAINER: ContainerSummary = {
  Id: '',
  Names: [],
  Image: '',
  ImageID: '',
  Command: '',
  Created: 0,
  Ports: [],
  Labels: {},
  State: '',
  Status: '',
  HostConfig: { NetworkMode: '' },
  NetworkSettings: { Networks: {} },
  Mounts: [],
};

/**
 * Whether a template shows sizes, which are costly: it is tried on no container before anything is asked for.
 * Throws CliError for one that does not work.
 */
function usesSize(format: string): boolean {
  if (format === '') return false;
  let used = false;
  const tried = containerShape(true, false, 0);
  const size = { header: 'SIZE', value: () => String((used = true)) };
  const type = rowType({ ...tried, fields: { ...tried.fields, Size: size } });
  let what = 'parse';
  try {
    const template = parseTemplate(format);
    what = 'execute';
    template.execute({ type, data: NO_CONTAINER });
  } catch (error) {
    if (error instanceof TemplateError) throw new CliError(`failed to ${what} template: ${error.message}`);
    throw error;
  }
  return used;
}

export function containerShape(truncate: boolean, size: boolean, at: Micros): ListShape<ContainerSummary> {
  return {
    goName: '*formatter.ContainerContext',
    errorPrefix: 'failed to execute template',
    fields: {
      ID: { header: 'CONTAINER ID', value: (one) => (truncate ? truncateId(one.Id) : one.Id) },
      Names: { header: 'NAMES', value: (one) => names(one, truncate) },
      Image: { header: 'IMAGE', value: (one) => image(one, truncate) },
      Command: { header: 'COMMAND', value: (one) => goQuote(truncate ? ellipsis(one.Command, 20) : one.Command) },
      CreatedAt: { header: 'CREATED AT', value: (one) => formatTime(one.Created * 1_000_000, TIME_STRING) },
      RunningFor: { header: 'CREATED', value: (one) => `${age(one.Created, at)} ago` },
      Platform: { header: 'PLATFORM', type: STRING_MAP, value: () => null },
      Ports: { header: 'PORTS', value: (one) => portsText(one.Ports ?? []) },
      State: { header: 'STATE', value: (one) => one.State },
      Status: { header: 'STATUS', value: (one) => one.Status },
      Size: { header: 'SIZE', value: sizeText },
      Labels: { header: 'LABELS', value: (one) => labelList(one.Labels) },
      Mounts: { header: 'MOUNTS', value: (one) => mounts(one, truncate) },
      LocalVolumes: { header: 'LOCAL VOLUMES', value: localVolumes },
      Networks: { header: 'NETWORKS', value: (one) => Object.keys(one.NetworkSettings?.Networks ?? {}).join(',') },
    },
    label: (one, name) => one.Labels?.[name] ?? '',
    table: size ? `${TABLE}\t{{.Size}}` : TABLE,
    quiet: '{{.ID}}',
    raw: rawTemplate(size),
    rawQuiet: 'container_id: {{.ID}}',
  };
}

function rawTemplate(size: boolean): string {
  const lines = [
    'container_id: {{.ID}}',
    'image: {{.Image}}',
    'command: {{.Command}}',
    'created_at: {{.CreatedAt}}',
    'state: {{- pad .State 1 0}}',
    'status: {{- pad .Status 1 0}}',
    'names: {{.Names}}',
    'labels: {{- pad .Labels 1 0}}',
    'ports: {{- pad .Ports 1 0}}',
    ...(size ? ['size: {{.Size}}'] : []),
  ];
  return `${lines.join('\\n')}\\n`;
}

function age(created: number, at: Micros): string {
  return humanDuration(Math.trunc((at - created * 1_000_000) / 1_000_000));
}

/** Without slashes; the names of links are left out of short lists. */
function names(container: ContainerSummary, truncate: boolean): string {
  const all = container.Names.map((name) => name.slice(1));
  const own = truncate ? all.find((name) => !name.includes('/')) : undefined;
  return own ?? all.join(',');
}

function image(container: ContainerSummary, truncate: boolean): string {
  if (container.Image === '') return '<no image>';
  if (!truncate) return container.Image;
  const id = truncateId(container.ImageID);
  if (id === truncateId(container.Image)) return id;
  const parsed = parseReference(container.Image);
  if (!parsed.ok) return container.Image;
  const { tag } = parsed.value;
  return familiarName(parsed.value) + (tag === undefined ? '' : `:${tag}`);
}

function sizeText({ SizeRw: own = 0, SizeRootFs: whole = 0 }: ContainerSummary): string {
  return whole > 0 ? `${humanSize(own, 3)} (virtual ${humanSize(whole, 3)})` : humanSize(own, 3);
}

function mounts(container: ContainerSummary, truncate: boolean): string {
  return (container.Mounts as readonly MountPoint[])
    .map((mount) => mount.Name || mount.Source || '')
    .map((name) => (truncate ? ellipsis(name, 15) : name))
    .join(',');
}

function localVolumes(container: ContainerSummary): string {
  return String((container.Mounts as readonly MountPoint[]).filter((mount) => mount.Driver === 'local').length);
}
