/** What is changed about a container, and what it has changed: pause, update, its differences, its files as an archive. */
import { packTar } from '../../base/tar';
import type { Container, FileNode, HostConfig, HostEngine, HostError } from '../../host/index';
import type { Exchange, Params, Route } from '../exchange';
import { refuse } from '../refusal';
import { bodyReader, type Reader } from '../request';
import { collect } from './archive';
import { findContainer } from './containers';
import { json } from './json';

export function containerChangeRoutes(engine: HostEngine): readonly Route[] {
  const on =
    (handle: (exchange: Exchange, container: Container) => void) =>
    (exchange: Exchange, params: Params): void =>
      handle(exchange, findContainer(engine, params['id']!));
  const { freezer } = engine.lifecycle;
  return [
    {
      method: 'POST',
      path: '/containers/:id/pause',
      handler: on((exchange, { id }) => finish(exchange, freezer.pause(id))),
    },
    {
      method: 'POST',
      path: '/containers/:id/unpause',
      handler: on((exchange, { id }) => finish(exchange, freezer.unpause(id))),
    },
    {
      method: 'POST',
      path: '/containers/:id/update',
      handler: on((exchange, container) => update(engine, exchange, container)),
    },
    {
      method: 'GET',
      path: '/containers/:id/changes',
      handler: on((exchange, container) => {
        const changes = changesOf(engine, container);
        exchange.answer(200, changes && json(changes));
      }),
    },
    {
      method: 'GET',
      path: '/containers/:id/export',
      handler: on((exchange, container) => {
        engine.containers.event(container, 'export');
        exchange.answer(200, packTar(collect(engine.containerFiles(container.id, false), '/', '')), {
          'Content-Type': 'application/x-tar',
        });
      }),
    },
  ];
}

function finish(exchange: Exchange, error: HostError | undefined): void {
  if (error) refuse(error.status, error.message);
  else exchange.answer(204);
}

const NUMBERS = [
  'Memory',
  'MemorySwap',
  'MemoryReservation',
  'NanoCpus',
  'CpuShares',
  'CpuPeriod',
  'CpuQuota',
  'CpuRealtimePeriod',
  'CpuRealtimeRuntime',
  'BlkioWeight',
  'PidsLimit',
] as const;

/** The settings that the body gives; 0 and '' leave things as they are. */
function readSettings(reader: Reader): HostConfig {
  const given: { [name: string]: unknown } = {};
  for (const name of NUMBERS) {
    const value = reader.integer(name) ?? 0;
    if (value !== 0) given[name] = value;
  }
  for (const name of ['CpusetCpus', 'CpusetMems']) {
    const value = reader.string(name) ?? '';
    if (value !== '') given[name] = value;
  }
  const policy = reader.object('RestartPolicy');
  const Name = policy?.string('Name') ?? '';
  if (Name !== '') given['RestartPolicy'] = { Name, MaximumRetryCount: policy!.integer('MaximumRetryCount') ?? 0 };
  return given;
}

/** Follows moby/moby daemon/update.go and container/container_unix.go, UpdateContainer. */
function update(engine: HostEngine, exchange: Exchange, container: Container): void {
  const given = readSettings(bodyReader(exchange.request, 'UpdateConfig'));
  const refused = engine.containers.settingsRefusal(given);
  if (refused) refuse(refused.status, refused.message);
  const conflict = conflictOf(given, container.hostConfig);
  if (conflict !== undefined) refuse(409, `Cannot update container ${container.id}: ${conflict}`);
  engine.lifecycle.change(container.id, given);
  exchange.answer(200, { Warnings: null });
}

function conflictOf(given: HostConfig, old: HostConfig): string | undefined {
  const number = (config: HostConfig, name: string): number => Number(config[name] ?? 0);
  for (const [name, word] of [
    ['CpuPeriod', 'CPU Period'],
    ['CpuQuota', 'CPU Quota'],
  ] as const) {
    if (number(given, 'NanoCpus') > 0 && number(old, name) > 0)
      return `Conflicting options: Nano CPUs cannot be updated as ${word} has already been set`;
  }
  for (const [name, word] of [
    ['CpuPeriod', 'CPU Period'],
    ['CpuQuota', 'CPU Quota'],
  ] as const) {
    if (number(given, name) > 0 && number(old, 'NanoCpus') > 0)
      return `Conflicting options: ${word} cannot be updated as NanoCPUs has already been set`;
  }
  const memory = number(given, 'Memory');
  const swap = number(old, 'MemorySwap') || number(old, 'Memory') * 2;
  if (memory > swap && number(given, 'MemorySwap') === 0)
    return 'Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time';
  const policy = given.RestartPolicy?.Name ?? '';
  if (old.AutoRemove && policy !== '' && policy !== 'no')
    return 'Restart policy cannot be updated because AutoRemove is enabled for the container';
  return undefined;
}

/** 0 changed, 1 added, 2 deleted, with the directories that hold them; null when there are none. */
function changesOf(engine: HostEngine, container: Container): object | null {
  const below = engine.images.byId(container.imageId)?.image.files().nodes ?? new Map<string, FileNode>();
  const kinds = new Map<string, number>();
  for (const [path, node] of engine.changedFiles(container.id)) {
    if (node) kinds.set(path, below.has(path) ? 0 : 1);
    else if (below.has(path)) kinds.set(path, 2);
  }
  for (const path of [...kinds.keys()]) {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const directory = path.slice(0, end);
      if (!kinds.has(directory)) kinds.set(directory, 0);
    }
  }
  if (kinds.size === 0) return null;
  return [...kinds].sort(([a], [b]) => (a < b ? -1 : 1)).map(([Path, Kind]) => ({ Path, Kind }));
}
