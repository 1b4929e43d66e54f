/** docker volume create, ls, inspect, rm. Follows docker/cli cli/command/volume. */
import type { Process } from '../../base/process';
import { filtersFrom, forEach, keyValues } from '../arguments';
import { type Cli, CliError, type Flags, type Invocation } from '../command';
import { inspectAll } from '../format/inspect';
import { printVolumes } from '../format/tables';

const CLUSTER_FLAGS = [
  'group',
  'scope',
  'sharing',
  'availability',
  'type',
  'secret',
  'limit-bytes',
  'required-bytes',
  'topology-required',
  'topology-preferred',
] as const;

export function* volumeCreate(cli: Cli, { flags, args }: Invocation): Process<number> {
  refuseCluster(flags, CLUSTER_FLAGS);
  if (args.length > 0 && flags.string('name') !== '')
    throw new CliError('conflicting options: cannot specify a volume-name through both --name and as a positional arg');
  const volume = yield* cli.client.volumeCreate({
    Name: args[0] ?? flags.string('name'),
    Driver: flags.string('driver'),
    DriverOpts: keyValues(flags.list('opt')),
    Labels: keyValues(flags.list('label')),
  });
  yield* cli.out(`${volume.Name}\n`);
  return 0;
}

/** Cluster volumes live in a storage plugin, and there is none. */
function refuseCluster(flags: Flags, names: readonly string[]): void {
  const given = names.find((name) => flags.changed(name));
  if (given !== undefined) throw new CliError(`--${given}: cluster volumes are not modelled in this playground`);
}

export function* volumeList(cli: Cli, { flags }: Invocation): Process<number> {
  refuseCluster(flags, ['cluster']);
  const { Volumes } = yield* cli.client.volumeList({ filters: filtersFrom(flags) });
  yield* printVolumes(cli, Volumes ?? [], { format: flags.string('format'), quiet: flags.bool('quiet') });
  return 0;
}

export function* volumeInspect(cli: Cli, { flags, args }: Invocation): Process<number> {
  return yield* inspectAll(cli, args, {
    format: flags.string('format'),
    get: function* (name) {
      return { data: yield* cli.client.volumeInspect(name), type: 'volume.Volume', raw: true };
    },
  });
}

export function* volumeRemove(cli: Cli, { flags, args }: Invocation): Process<number> {
  return yield* forEach(args, function* (name) {
    yield* cli.client.volumeRemove(name, flags.bool('force'));
    yield* cli.out(`${name}\n`);
  });
}
