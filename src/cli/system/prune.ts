/** docker system, container, network, volume and image prune. Follows docker/cli cli/command/NOUN/prune.go. */
import { type Filters, filtersOf, type PruneReport } from '../../api/index';
import { compareNaturally } from '../../base/natural';
import type { Process } from '../../base/process';
import { humanSize } from '../../base/units';
import { confirm, filtersFrom } from '../arguments';
import { type Cli, CliError, type Invocation } from '../command';

interface Pruned {
  /** Bytes. */
  readonly space: number;
  /** The list of what is gone, with its last newline; '' when there was nothing. */
  readonly text: string;
}

const SURE = 'Are you sure you want to continue?';

function* pruneContainers(cli: Cli, filters: Filters): Process<Pruned> {
  const report = yield* cli.client.containersPrune({ filters });
  return listed('Deleted Containers:', report, report.ContainersDeleted);
}

function* pruneNetworks(cli: Cli, filters: Filters): Process<Pruned> {
  const report = yield* cli.client.networksPrune({ filters });
  return listed('Deleted Networks:', report, report.NetworksDeleted);
}

function* pruneVolumes(cli: Cli, filters: Filters): Process<Pruned> {
  const report = yield* cli.client.volumesPrune({ filters });
  return listed('Deleted Volumes:', report, report.VolumesDeleted);
}

function* pruneImages(cli: Cli, filters: Filters, all: boolean): Process<Pruned> {
  const report = yield* cli.client.imagesPrune({ filters: withPair(filters, 'dangling', String(!all)) });
  const lines = (report.ImagesDeleted ?? []).map((image) =>
    image.Untagged ? `untagged: ${image.Untagged}` : `deleted: ${image.Deleted ?? ''}`,
  );
  return listed('Deleted Images:', report, lines);
}

function listed(title: string, report: PruneReport, names: readonly string[] | null | undefined): Pruned {
  if (!names || names.length === 0) return { space: 0, text: '' };
  return { space: report.SpaceReclaimed ?? 0, text: `${[title, ...names].join('\n')}\n` };
}

function withPair(filters: Filters, key: string, value: string): Filters {
  const pairs = [...filters].flatMap(([name, values]) => values.map((one) => [name, one] as const));
  return filtersOf(...pairs, [key, value]);
}

function* asked(cli: Cli, { flags }: Invocation, warning: string): Process<boolean> {
  return flags.bool('force') || (yield* confirm(cli, `WARNING! ${warning}\n${SURE}`)) === true;
}

function* report(cli: Cli, { space, text }: Pruned): Process<number> {
  if (text !== '') yield* cli.out(`${text}\n`);
  yield* cli.out(`Total reclaimed space: ${humanSize(space)}\n`);
  return 0;
}

export function* containerPrune(cli: Cli, invocation: Invocation): Process<number> {
  if (!(yield* asked(cli, invocation, 'This will remove all stopped containers.'))) return 0;
  return yield* report(cli, yield* pruneContainers(cli, filtersFrom(invocation.flags)));
}

export function* networkPrune(cli: Cli, invocation: Invocation): Process<number> {
  const warning = 'This will remove all custom networks not used by at least one container.';
  if (!(yield* asked(cli, invocation, warning))) return 0;
  const { text } = yield* pruneNetworks(cli, filtersFrom(invocation.flags));
  if (text !== '') yield* cli.out(`${text}\n`);
  return 0;
}

export function* volumePrune(cli: Cli, invocation: Invocation): Process<number> {
  const all = invocation.flags.bool('all');
  let filters = filtersFrom(invocation.flags);
  if (all && filters.has('all'))
    throw new CliError('conflicting options: cannot specify both --all and --filter all=1');
  if (all) filters = withPair(filters, 'all', 'true');
  const which = all ? 'all local volumes' : 'anonymous local volumes';
  if (!(yield* asked(cli, invocation, `This will remove ${which} not used by at least one container.`))) return 0;
  return yield* report(cli, yield* pruneVolumes(cli, filters));
}

export function* imagePrune(cli: Cli, invocation: Invocation): Process<number> {
  const all = invocation.flags.bool('all');
  const which = all ? 'all images without at least one container associated to them' : 'all dangling images';
  if (!(yield* asked(cli, invocation, `This will remove ${which}.`))) return 0;
  return yield* report(cli, yield* pruneImages(cli, filtersFrom(invocation.flags), all));
}

/** Everything at once; there is no build cache here to prune. */
export function* systemPrune(cli: Cli, invocation: Invocation): Process<number> {
  const { flags } = invocation;
  const filters = filtersFrom(flags);
  const volumes = flags.bool('volumes');
  const all = flags.bool('all');
  if (volumes && filters.has('until'))
    throw new CliError('ERROR: The "until" filter is not supported with "--volumes"');
  if (!flags.bool('force') && (yield* confirm(cli, systemWarning(filters, volumes, all))) !== true) return 0;
  const pruned = [yield* pruneContainers(cli, filters), yield* pruneNetworks(cli, filters)];
  if (volumes) pruned.push(yield* pruneVolumes(cli, filters));
  pruned.push(yield* pruneImages(cli, filters, all));
  for (const { text } of pruned) if (text !== '') yield* cli.out(`${text}\n`);
  return yield* report(cli, { space: pruned.reduce((sum, { space }) => sum + space, 0), text: '' });
}

function systemWarning(filters: Filters, volumes: boolean, all: boolean): string {
  const warnings = [
    'all stopped containers',
    'all networks not used by at least one container',
    ...(volumes ? ['all anonymous volumes not used by at least one container'] : []),
    all ? 'all images without at least one container associated to them' : 'all dangling images',
    all ? 'all build cache' : 'unused build cache',
  ];
  const shown = ['label', 'label!', 'until']
    .flatMap((key) => (filters.get(key) ?? []).map((value) => `${key}=${value}`))
    .sort(compareNaturally);
  const filterLines =
    shown.length === 0 ? [] : ['  Items to be pruned will be filtered with:', ...shown.map((one) => `  - ${one}`), ''];
  return ['WARNING! This will remove:', ...warnings.map((one) => `  - ${one}`), '', ...filterLines, SURE].join('\n');
}
