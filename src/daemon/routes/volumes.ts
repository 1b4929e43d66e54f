/** /volumes. Follows moby/moby api/server/router/volume/volume_routes.go. */
import type { Volume as ApiVolume, Filters } from '../../api/index';
import { formatTime } from '../../base/time';
import type { HostEngine, Volume } from '../../host/index';
import { sortedMap } from '../convert/members';
import type { Exchange, Route } from '../exchange';
import { refuse } from '../refusal';
import { bodyReader, queryFilters, queryFlag } from '../request';
import { json } from './json';

/** `isManager` decides the words for a volume that does not exist. */
export function volumeRoutes(engine: HostEngine, isManager: () => boolean): readonly Route[] {
  return [
    { method: 'GET', path: '/volumes', handler: (exchange) => list(engine, exchange) },
    { method: 'POST', path: '/volumes/create', handler: (exchange) => create(engine, exchange) },
    { method: 'POST', path: '/volumes/prune', handler: (exchange) => prune(engine, exchange) },
    {
      method: 'GET',
      path: '/volumes/:name',
      handler: (exchange, { name }) => {
        const volume = engine.volumes.get(name!);
        if (volume) exchange.answer(200, json(volumeView(engine, volume)));
        else refuse(404, isManager() ? `volume ${name} not found` : `get ${name}: no such volume`);
      },
    },
    {
      method: 'DELETE',
      path: '/volumes/:name',
      handler: (exchange, { name }) => {
        const error = engine.volumes.remove(name!, queryFlag(exchange.request, 'force'));
        if (error) refuse(error.status, error.message);
        exchange.answer(204);
      },
    },
  ];
}

export function volumeView(engine: HostEngine, volume: Volume): ApiVolume {
  return {
    CreatedAt: formatTime(volume.created, '2006-01-02T15:04:05Z07:00'),
    Driver: volume.driver,
    Labels: volume.labels ? sortedMap(volume.labels) : null,
    Mountpoint: engine.volumes.mountpoint(volume.name),
    Name: volume.name,
    Options: volume.options ? sortedMap(volume.options) : null,
    Scope: 'local',
  };
}

const VOLUME_FILTERS = ['dangling', 'name', 'driver', 'label'];

function list(engine: HostEngine, exchange: Exchange): void {
  const filters = queryFilters(exchange.request, VOLUME_FILTERS);
  const shown = engine.volumes.list().filter((volume) => isShown(engine, volume, filters));
  exchange.answer(200, json({ Volumes: shown.map((volume) => volumeView(engine, volume)), Warnings: null }));
}

function isShown(engine: HostEngine, volume: Volume, filters: Filters): boolean {
  const any = (key: string, matches: (value: string) => boolean): boolean => {
    const values = filters.get(key) ?? [];
    return values.length === 0 || values.some(matches);
  };
  const labels = volume.labels ?? {};
  return (
    any('name', (value) => volume.name.includes(value)) &&
    any('driver', (value) => volume.driver === value) &&
    any('dangling', (value) => /^(?:1|t|true)$/i.test(value) !== engine.volumes.isUsed(volume.name)) &&
    (filters.get('label') ?? []).every((value) => {
      const [key = '', ...rest] = value.split('=');
      return Object.hasOwn(labels, key) && (!value.includes('=') || labels[key] === rest.join('='));
    })
  );
}

function create(engine: HostEngine, exchange: Exchange): void {
  const reader = bodyReader(exchange.request, 'CreateOptions');
  const options = reader.labels('DriverOpts') ?? null;
  if (options && Object.keys(options).length > 0)
    refuse(501, 'options of the local volume driver are not modelled by this playground');
  const created = engine.volumes.create({
    name: reader.string('Name') ?? '',
    driver: reader.string('Driver') ?? '',
    labels: reader.labels('Labels') ?? null,
    options,
  });
  if (!created.ok) refuse(created.error.status, created.error.message);
  else exchange.answer(201, json(volumeView(engine, created.value)));
}

/** Anonymous volumes that no container has; all with the filter `all`. */
function prune(engine: HostEngine, exchange: Exchange): void {
  const filters = queryFilters(exchange.request, ['label', 'label!', 'all']);
  const all = (filters.get('all') ?? []).some((value) => /^(?:1|t|true)$/i.test(value));
  const removed: string[] = [];
  for (const volume of engine.volumes.list()) {
    if (engine.volumes.isUsed(volume.name) || !(all || volume.anonymous)) continue;
    engine.volumes.remove(volume.name, false);
    removed.push(volume.name);
  }
  exchange.answer(200, { VolumesDeleted: removed, SpaceReclaimed: 0 });
}
