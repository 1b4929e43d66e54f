/** `docker system df`. Follows docker/cli cli/command/system/df.go and cli/command/formatter/disk_usage.go. */
import type { ContainerSummary, DiskUsage } from '../../api/index';
import { now, type Process } from '../../base/process';
import { familiarName, parseReference } from '../../base/reference';
import { humanSize } from '../../base/units';
import { type Cli, CliError, type Invocation } from '../command';
import { containerShape } from '../container/list';
import { type ListShape, listText, rowType } from '../format/list';
import { VOLUMES } from '../format/tables';
import { type Row as ImageRow, imageShape, isDangling } from '../image/list';
import { parseTemplate, TemplateError } from '../template/template';
import type { GoType } from '../template/value';

interface Kind {
  readonly name: string;
  readonly total: number;
  readonly active: number;
  readonly size: number;
  readonly reclaimable: number;
  /** The build cache is told without its part. */
  readonly percent: boolean;
}

export function* systemDiskUsage(cli: Cli, { flags }: Invocation): Process<number> {
  const usage = yield* cli.client.diskUsage();
  const format = flags.string('format');
  if (!flags.bool('verbose')) yield* cli.out(listText(KINDS, kinds(usage), { format }));
  else yield* cli.out(verbose(usage, format, yield* now()));
  return 0;
}

const NAMES = ['Type', 'TotalCount', 'Active', 'Size', 'Reclaimable'];

const KINDS: ListShape<Kind> = {
  goName: '*formatter.diskUsageImagesContext',
  fields: {
    Type: { header: 'TYPE', value: ({ name }) => name },
    TotalCount: { header: 'TOTAL', value: ({ total }) => String(total) },
    Active: { header: 'ACTIVE', value: ({ active }) => String(active) },
    Size: { header: 'SIZE', value: ({ size }) => humanSize(size) },
    Reclaimable: {
      header: 'RECLAIMABLE',
      value: ({ size, reclaimable, percent }) =>
        humanSize(reclaimable) + (percent && size > 0 ? ` (${Math.trunc((reclaimable * 100) / size)}%)` : ''),
    },
  },
  table: NAMES.map((name) => `{{.${name}}}`).join('\t'),
  quiet: '{{.Type}}',
  raw: 'type: {{.Type}}\ntotal: {{.TotalCount}}\nactive: {{.Active}}\nsize: {{.Size}}\nreclaimable: {{.Reclaimable}}\n',
};

function isActive({ State }: ContainerSummary): boolean {
  return ['running', 'paused', 'restarting'].includes(State);
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

function kinds(usage: DiskUsage): Kind[] {
  const { Images, Containers, Volumes, BuildCache } = usage;
  const images = Images ?? [];
  const used = images.filter(({ Containers: users }) => users !== 0);
  const containers = Containers ?? [];
  const written = ({ SizeRw = 0 }: ContainerSummary) => SizeRw;
  const volumes = Volumes ?? [];
  const bytes = ({ UsageData }: (typeof volumes)[number]) => Math.max(0, UsageData?.Size ?? 0);
  const cache = BuildCache ?? [];
  const built = sum(cache, ({ Size, Shared }) => (Shared ? 0 : Size));
  return [
    {
      name: 'Images',
      total: images.length,
      active: images.filter(({ Containers: users }) => users > 0).length,
      size: usage.LayersSize,
      reclaimable: usage.LayersSize - sum(used, ({ Size, SharedSize }) => Size - SharedSize),
      percent: true,
    },
    {
      name: 'Containers',
      total: containers.length,
      active: containers.filter(isActive).length,
      size: sum(containers, written),
      reclaimable: sum(
        containers.filter((one) => !isActive(one)),
        written,
      ),
      percent: true,
    },
    {
      name: 'Local Volumes',
      total: volumes.length,
      active: volumes.filter(({ UsageData }) => (UsageData?.RefCount ?? 0) > 0).length,
      size: sum(volumes, bytes),
      reclaimable: sum(
        volumes.filter(({ UsageData }) => UsageData?.RefCount === 0),
        bytes,
      ),
      percent: true,
    },
    {
      name: 'Build Cache',
      total: cache.length,
      active: cache.filter(({ InUse }) => InUse).length,
      size: built,
      reclaimable: built - sum(cache, ({ Size, InUse, Shared }) => (InUse && !Shared ? Size : 0)),
      percent: false,
    },
  ];
}

/** Only the first name of an image is told. */
function imageRows(usage: DiskUsage): ImageRow[] {
  return (usage.Images ?? []).flatMap((image) => {
    const [name] = image.RepoTags ?? [];
    if (name === undefined || isDangling(image)) return [{ image, repository: '<none>', tag: '<none>', digest: '' }];
    const parsed = parseReference(name);
    if (!parsed.ok) return [];
    return [{ image, repository: familiarName(parsed.value), tag: parsed.value.tag ?? '<none>', digest: '' }];
  });
}

const TABLES = {
  images: ['Repository', 'Tag', 'ID', 'CreatedSince', 'Size', 'SharedSize', 'UniqueSize', 'Containers'],
  containers: ['ID', 'Image', 'Command', 'LocalVolumes', 'Size', 'RunningFor', 'Status', 'Names'],
  volumes: ['Name', 'Links', 'Size'],
};
const CACHE_HEADER = 'CACHE ID   CACHE TYPE   SIZE      CREATED   LAST USED   USAGE     SHARED\n';

function verbose(usage: DiskUsage, format: string, at: number): string {
  const table = format === '' || format === 'table';
  const images = imageRows(usage);
  const containers = (usage.Containers ?? []).map((one) => ({ ...one, SizeRootFs: 0 }));
  const volumes = usage.Volumes ?? [];
  const trunc = table || format.startsWith('table');
  const shapes = {
    images: imageShape(trunc, false, at),
    containers: containerShape(trunc, false, at),
    volumes: VOLUMES,
  };
  if (!table) {
    const data = { Images: images, Containers: containers, Volumes: volumes, BuildCache: [] };
    return rendered(format, [shapes.images, shapes.containers, shapes.volumes, KINDS], data);
  }
  const columns = (names: readonly string[]) => ({ format: `table ${names.map((name) => `{{.${name}}}`).join('\t')}` });
  return (
    `Images space usage:\n\n${listText(shapes.images, images, columns(TABLES.images))}` +
    `\nContainers space usage:\n\n${listText(shapes.containers, containers, columns(TABLES.containers))}` +
    `\nLocal Volumes space usage:\n\n${listText(shapes.volumes, volumes, columns(TABLES.volumes))}` +
    `\nBuild cache usage: ${humanSize(kinds(usage)[3]!.size)}\n\n${CACHE_HEADER}`
  );
}

const SECTIONS = ['Images', 'Containers', 'Volumes', 'BuildCache'];

/** A template meets all four lists at once. */
// biome-ignore lint/suspicious/noExplicitAny: rows of four kinds, each with the shape of its own
function rendered(format: string, shapes: readonly ListShape<any>[], data: unknown): string {
  const type: GoType = {
    kind: 'struct',
    name: '*formatter.diskUsageContext',
    fields: SECTIONS.map((name, at) => ({
      name,
      json: name,
      omitEmpty: false,
      embedded: false,
      type: { kind: 'slice', name: '', of: rowType(shapes[at]!) },
    })),
  };
  try {
    const source = format === 'json' ? '{{json .}}' : format.replaceAll('\\t', '\t').replaceAll('\\n', '\n');
    return parseTemplate(source).execute({ type, data });
  } catch (error) {
    if (error instanceof TemplateError) throw new CliError(error.message);
    throw error;
  }
}
