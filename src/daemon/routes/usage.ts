/**
 * What containers and objects take: /system/df and /containers/ID/stats. Processors and traffic are not measured in
 * this world: a container's processor is idle, and its interfaces have seen what one sees while it comes up.
 * Follows moby/moby daemon/disk_usage.go, daemon/stats.go and daemon/stats/collector.go.
 */
import type { Json } from '../../base/json';
import type { Micros } from '../../base/process';
import { formatMicros, ZERO_TIME } from '../../base/time';
import type { Container, Files, HostEngine } from '../../host/index';
import { containerSummary } from '../convert/container';
import type { Exchange, Route } from '../exchange';
import { refuse } from '../refusal';
import { queryFlag } from '../request';
import { findContainer } from './containers';
import { imageSummary } from './images';
import { json } from './json';
import { volumeView } from './volumes';

/** Two samples make a reading. */
const SAMPLE_EVERY: Micros = 1_000_000;

export function usageRoutes(engine: HostEngine, now: () => Micros): readonly Route[] {
  return [
    { method: 'GET', path: '/system/df', handler: (exchange) => diskUsage(engine, now, exchange) },
    {
      method: 'GET',
      path: '/containers/:id/stats',
      handler: (exchange, { id }) => stats(engine, now, exchange, findContainer(engine, id!)),
    },
  ];
}

const TYPES = ['container', 'image', 'volume', 'build-cache'];

function diskUsage(engine: HostEngine, now: () => Micros, exchange: Exchange): void {
  const asked = exchange.request.query?.['type'];
  const types = asked === undefined || asked === '' ? TYPES : [asked];
  const unknown = types.find((type) => !TYPES.includes(type));
  if (unknown !== undefined) refuse(400, `unknown object type: ${unknown}`);
  const when = <T>(type: string, value: () => T): T | null => (types.includes(type) ? value() : null);
  const images = when('image', () => imagesInUse(engine));
  exchange.answer(
    200,
    json({
      LayersSize: images?.layersSize ?? 0,
      Images: images?.list ?? null,
      Containers: when('container', () =>
        engine.containers.list().map((container) => containerSummary(engine, container, now(), true)),
      ),
      Volumes: when('volume', () =>
        engine.volumes.list().map((volume) => ({
          ...volumeView(engine, volume),
          UsageData: {
            RefCount: engine.volumes.usersOf(volume.name),
            Size: bytesBelow(engine.volumes.files(volume.name), '/'),
          },
        })),
      ),
      BuildCache: when('build-cache', () => []),
    }),
  );
}

/** A layer that several images have is on the disk once. Sizes are those of unpacked layers. */
function imagesInUse(engine: HostEngine): { readonly layersSize: number; readonly list: readonly object[] } {
  const images = engine.images.list();
  const owners = new Map<string, number>();
  for (const { image } of images)
    for (const { digest } of image.layers) owners.set(digest, (owners.get(digest) ?? 0) + 1);
  let layersSize = 0;
  const list = images.map((local) => {
    const { image } = local;
    const packed = image.layers.reduce((sum, { size }) => sum + size, 0);
    const unpacked = (size: number): number => (packed === 0 ? 0 : Math.floor((image.size * size) / packed));
    let shared = 0;
    for (const { digest, size } of image.layers) if (owners.get(digest)! > 1) shared += unpacked(size);
    layersSize += image.size - shared;
    const users = engine.containers.list().filter(({ imageId }) => imageId === image.id).length;
    return { ...imageSummary(local), Containers: users, SharedSize: shared };
  });
  const seen = new Set<string>();
  for (const { image } of images) {
    const packed = image.layers.reduce((sum, { size }) => sum + size, 0);
    for (const { digest, size } of image.layers) {
      if (owners.get(digest)! < 2 || seen.has(digest)) continue;
      seen.add(digest);
      layersSize += Math.floor((image.size * size) / packed);
    }
  }
  return { layersSize, list };
}

function bytesBelow(files: Files, directory: string): number {
  let bytes = 0;
  for (const name of files.list(directory)) {
    const path = directory === '/' ? `/${name}` : `${directory}/${name}`;
    const { kind, size } = files.stat(path);
    bytes += kind === 'directory' ? bytesBelow(files, path) : size;
  }
  return bytes;
}

/** One reading, or one each second until the client goes or the container is no more. */
function stats(engine: HostEngine, now: () => Micros, exchange: Exchange, container: Container): void {
  const { id } = container;
  const stream = exchange.request.query?.['stream'] === undefined || queryFlag(exchange.request, 'stream');
  const sink = exchange.stream(200, 'application/json');
  const running = (): boolean => engine.containers.get(id)?.state.status === 'running';
  if (!stream && (!running() || queryFlag(exchange.request, 'one-shot'))) {
    sink.push({ json: reading(engine, id, now(), undefined) });
    sink.end();
    return;
  }
  let before: Micros | undefined;
  let forget = (): void => {};
  const sample = (): void => {
    if (!engine.containers.get(id)) {
      sink.end();
      return;
    }
    const last = before;
    before = running() ? now() : undefined;
    if (stream || last !== undefined) sink.push({ json: reading(engine, id, now(), last) });
    if (!stream && (last !== undefined || before === undefined)) sink.end();
    else forget = engine.later(SAMPLE_EVERY, sample);
  };
  exchange.onAbort(() => forget());
  sample();
}

/** Nanoseconds of the processor: all of it went by while the container started. */
const CPU = {
  cpu_usage: { total_usage: 41_000_000, usage_in_kernelmode: 20_500_000, usage_in_usermode: 20_500_000 },
  throttling_data: { periods: 0, throttled_periods: 0, throttled_time: 0 },
};
const NO_CPU = { ...CPU, cpu_usage: { total_usage: 0, usage_in_kernelmode: 0, usage_in_usermode: 0 } };
const BLKIO = [
  'io_service_bytes_recursive',
  'io_serviced_recursive',
  'io_queue_recursive',
  'io_service_time_recursive',
  'io_wait_time_recursive',
  'io_merged_recursive',
  'io_time_recursive',
  'sectors_recursive',
];
const TRAFFIC = { rx_bytes: 1252, rx_packets: 16, tx_bytes: 126, tx_packets: 3 };

function reading(engine: HostEngine, id: string, at: Micros, before: Micros | undefined): Json {
  const container = engine.containers.get(id)!;
  const running = container.state.status === 'running';
  const usage = running ? engine.memoryOf(id) : 0;
  const cpu = (time: Micros | undefined): object =>
    time === undefined ? NO_CPU : { ...CPU, system_cpu_usage: time * 1000 * engine.cpus, online_cpus: engine.cpus };
  const limit = container.hostConfig.Memory || engine.memoryBytes;
  const idle = { rx_errors: 0, rx_dropped: 0, tx_errors: 0, tx_dropped: 0 };
  const interfaces = container.endpoints.filter(({ device }) => device !== '');
  return json({
    name: `/${container.name}`,
    id,
    read: running ? formatMicros(at) : ZERO_TIME,
    preread: before === undefined ? ZERO_TIME : formatMicros(before),
    pids_stats: running ? { current: engine.processesOf(id).length } : {},
    blkio_stats: Object.fromEntries(BLKIO.map((name) => [name, running ? [] : null])),
    num_procs: 0,
    storage_stats: {},
    cpu_stats: cpu(running ? at : undefined),
    precpu_stats: cpu(before),
    memory_stats: running ? { usage, stats: { anon: usage, inactive_file: 0 }, limit } : {},
    ...(running
      ? { networks: Object.fromEntries(interfaces.map(({ device }) => [device, { ...TRAFFIC, ...idle }])) }
      : {}),
  });
}
