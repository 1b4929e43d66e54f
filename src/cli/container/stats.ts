/** `docker stats`. Follows docker/cli cli/command/container/stats.go, stats_helpers.go and formatter_stats.go. */
import { type ApiStream, type ContainerStats, type EventMessage, filtersOf, nextJson } from '../../api/index';
import { type Fd, type Micros, now, type Process, select } from '../../base/process';
import { bytesSize, humanSize } from '../../base/units';
import { failureText } from '../arguments';
import { type Cli, CliError, type Invocation } from '../command';
import { type ListShape, listText } from '../format/list';
import { truncateId } from '../format/text';

const TICK: Micros = 500_000;
/** Values of a container that says nothing for so long are no longer shown. */
const SILENCE: Micros = 2_000_000;

interface Watched {
  /** As typed, or the short id of one that was found. */
  readonly container: string;
  stream: ApiStream | undefined;
  stats: ContainerStats | undefined;
  heard: Micros;
  invalid: boolean;
}

export function* runStats(cli: Cli, { flags, args }: Invocation): Process<number> {
  const screen = new StatsScreen(cli, !flags.bool('no-stream'), flags.bool('all'));
  const shape = statsShape(!flags.bool('no-trunc'));
  yield* args.length > 0 ? screen.watchNamed(args) : screen.watchAll();
  for (;;) {
    yield* screen.listen((yield* now()) + TICK);
    const text = listText(shape, screen.watched, { format: flags.string('format') });
    if (!screen.streaming) {
      yield* cli.out(text);
      return 0;
    }
    // Written once as it is, then again with the rest of each line erased: the second lies over the first.
    const lines = `\x1b[H${text}`.split('\n').map((line) => `${line} \x1b[K\n`);
    yield* cli.out(`\x1b[H${text}${lines.join('')}\x1b[J`);
  }
}

/** The containers that are looked at, with what was last heard of each. */
class StatsScreen {
  watched: Watched[] = [];
  private events: ApiStream | undefined;

  constructor(
    private readonly cli: Cli,
    readonly streaming: boolean,
    private readonly all: boolean,
  ) {}

  *watchNamed(names: readonly string[]): Process<void> {
    const errors: string[] = [];
    for (const name of new Set(names)) {
      try {
        yield* this.add(name);
      } catch (error) {
        errors.push(failureText(error));
      }
    }
    if (errors.length > 0) throw new CliError(errors.join('\n'));
    yield* this.hearAll();
  }

  *watchAll(): Process<void> {
    const { client } = this.cli;
    this.events = yield* client.events({ filters: filtersOf(['type', 'container']) });
    for (const { Id } of yield* client.containerList({ all: this.all })) yield* this.add(Id.slice(0, 12));
    yield* this.hearAll();
  }

  private *add(container: string): Process<void> {
    if (this.watched.some((other) => other.container === container)) return;
    const stream = yield* this.cli.client.containerStats(container, this.streaming);
    this.watched.push({ container, stream, stats: undefined, heard: yield* now(), invalid: false });
  }

  /** The first reading of each. */
  private *hearAll(): Process<void> {
    for (const one of this.watched) yield* this.hear(one);
  }

  private *hear(one: Watched): Process<void> {
    const stats = one.stream && (yield* nextJson<ContainerStats>(one.stream));
    if (stats === undefined) one.stream = undefined;
    else Object.assign(one, { stats, heard: yield* now(), invalid: false });
  }

  /** Takes what comes until then. */
  *listen(until: Micros): Process<void> {
    for (;;) {
      const at = yield* now();
      if (at >= until) break;
      const open = this.streaming ? this.watched.filter(({ stream }) => stream) : [];
      const fds: Fd[] = open.map(({ stream }) => stream!.fd);
      if (this.events) fds.push(this.events.fd);
      const found = yield* select(fds, { timeout: until - at });
      if (!('fd' in found)) break;
      const one = open.find(({ stream }) => stream!.fd === found.fd);
      if (one) yield* this.hear(one);
      else yield* this.hearEvent();
    }
    for (const one of this.watched) if (this.streaming && until - one.heard > SILENCE) one.invalid = true;
  }

  private *hearEvent(): Process<void> {
    const event = yield* nextJson<EventMessage>(this.events!);
    // The engine is gone.
    if (event === undefined) throw new CliError('', 0);
    const id = event.Actor.ID.slice(0, 12);
    if (event.Action === 'start' || (this.all && event.Action === 'create')) yield* this.add(id);
    if (event.Action === 'die' && !this.all) this.watched = this.watched.filter(({ container }) => container !== id);
  }
}

function statsShape(truncate: boolean): ListShape<Watched> {
  const valid = (show: (stats: ContainerStats) => string, none = '--') => ({
    value: ({ stats, invalid }: Watched) => (stats && !invalid ? show(stats) : none),
  });
  return {
    goName: '*container.statsContext',
    fields: {
      BlockIO: { header: 'BLOCK I/O', ...valid((stats) => `${blocks(stats, 'r')} / ${blocks(stats, 'w')}`) },
      CPUPerc: { header: 'CPU %', ...valid((stats) => percent(cpuUse(stats))) },
      Container: { header: 'CONTAINER', value: ({ container }) => container },
      ID: {
        header: 'CONTAINER ID',
        value: ({ stats }) => (truncate ? truncateId(stats?.id ?? '') : (stats?.id ?? '')),
      },
      MemPerc: { header: 'MEM %', ...valid((stats) => percent(memoryUse(stats))) },
      MemUsage: {
        header: 'MEM USAGE / LIMIT',
        ...valid((stats) => `${bytesSize(memory(stats))} / ${bytesSize(stats.memory_stats.limit ?? 0)}`, '-- / --'),
      },
      Name: { header: 'NAME', value: ({ stats }) => stats?.name.slice(1) || '--' },
      NetIO: {
        header: 'NET I/O',
        ...valid((stats) => `${traffic(stats, 'rx_bytes')} / ${traffic(stats, 'tx_bytes')}`),
      },
      PIDs: { header: 'PIDS', ...valid((stats) => String(stats.pids_stats.current ?? 0)) },
    },
    table: ['ID', 'Name', 'CPUPerc', 'MemUsage', 'MemPerc', 'NetIO', 'BlockIO', 'PIDs']
      .map((name) => `{{.${name}}}`)
      .join('\t'),
    quiet: '{{.ID}}',
  };
}

function percent(value: number): string {
  return `${value.toFixed(2)}%`;
}

function cpuUse({ cpu_stats: cpu, precpu_stats: before }: ContainerStats): number {
  const used = cpu.cpu_usage.total_usage - before.cpu_usage.total_usage;
  const passed = (cpu.system_cpu_usage ?? 0) - (before.system_cpu_usage ?? 0);
  const cpus = cpu.online_cpus || (cpu.cpu_usage.percpu_usage?.length ?? 0);
  return passed > 0 && used > 0 ? (used / passed) * cpus * 100 : 0;
}

/** Without the files that could be dropped. */
function memory({ memory_stats: { usage = 0, stats = {} } }: ContainerStats): number {
  const dropped = stats['total_inactive_file'] ?? stats['inactive_file'] ?? 0;
  return dropped < usage ? usage - dropped : usage;
}

function memoryUse(stats: ContainerStats): number {
  const { limit = 0 } = stats.memory_stats;
  return limit === 0 ? 0 : (memory(stats) / limit) * 100;
}

function traffic({ networks = {} }: ContainerStats, way: 'rx_bytes' | 'tx_bytes'): string {
  return humanSize(
    Object.values(networks).reduce((sum, one) => sum + one[way], 0),
    3,
  );
}

function blocks({ blkio_stats: blkio }: ContainerStats, first: string): string {
  let bytes = 0;
  for (const { op, value } of blkio.io_service_bytes_recursive ?? []) {
    if (op.toLowerCase().startsWith(first)) bytes += value;
  }
  return humanSize(bytes, 3);
}
