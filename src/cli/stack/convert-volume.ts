/** Volumes of a service → mounts. Follows docker/cli cli/compose/convert/volume.go. */
import type { Mount } from '../../api/index';
import { goQuote } from '../../base/go-quote';
import { CliError } from '../command';
import { scope, withStackLabel } from './common';
import type { ComposeVolume, ServiceVolume } from './compose/types';

/** Throws CliError where options and type contradict each other. */
export function convertVolume(
  stack: string,
  volume: ServiceVolume,
  volumes: ReadonlyMap<string, ComposeVolume>,
): Mount {
  const mount: Mount = {
    Type: volume.type ?? '',
    Source: volume.source ?? '',
    Target: volume.target ?? '',
    ReadOnly: volume.read_only === true,
    Consistency: volume.consistency ?? '',
  };
  switch (volume.type) {
    case 'volume':
    case undefined:
    case '':
      return { ...mount, ...namedVolume(stack, volume, volumes) };
    case 'bind':
      refuse(volume, 'bind', ['volume', 'tmpfs']);
      needSource(volume, 'bind');
      return volume.bind ? { ...mount, BindOptions: { Propagation: volume.bind.propagation ?? '' } } : mount;
    case 'tmpfs':
      if (volume.source) throw new CliError('invalid tmpfs source, source must be empty');
      refuse(volume, 'tmpfs', ['bind', 'volume']);
      return volume.tmpfs ? { ...mount, TmpfsOptions: { SizeBytes: volume.tmpfs.size ?? 0 } } : mount;
    case 'npipe':
    case 'image':
    case 'cluster':
      throw new CliError(`volumes of type ${volume.type} are not modelled in this playground`);
    default:
      throw new CliError('volume type must be volume, bind, tmpfs, npipe, or cluster');
  }
}

function refuse(volume: ServiceVolume, type: string, options: readonly ('bind' | 'volume' | 'tmpfs')[]): void {
  const wrong = options.find((option) => volume[option] !== undefined);
  if (wrong) throw new CliError(`${wrong} options are incompatible with type ${type}`);
}

function needSource(volume: ServiceVolume, type: string): void {
  if (!volume.source) throw new CliError(`invalid ${type} source, source cannot be empty`);
}

function namedVolume(stack: string, volume: ServiceVolume, volumes: ReadonlyMap<string, ComposeVolume>): Mount {
  refuse(volume, 'volume', ['tmpfs', 'bind']);
  // An anonymous one.
  if (!volume.source) return {};
  const defined = volumes.get(volume.source);
  if (!defined) throw new CliError(`undefined volume ${goQuote(volume.source)}`);
  const source = defined.name || scope(stack, volume.source);
  const noCopy = { NoCopy: volume.volume?.nocopy === true };
  if (defined.external) return { Source: source, VolumeOptions: noCopy };
  const driver = defined.driver || defined.driver_opts;
  return {
    Source: source,
    VolumeOptions: {
      ...noCopy,
      Labels: withStackLabel(stack, defined.labels),
      ...(driver ? { DriverConfig: { Name: defined.driver ?? '', Options: defined.driver_opts ?? {} } } : {}),
    },
  };
}
