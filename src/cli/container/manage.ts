/** Short container commands: stop, restart, kill, rm, pause, rename, wait, logs, top, port, inspect. */
import { isNotFound, nextJson } from '../../api/index';
import { alignColumns } from '../../base/columns';
import { goQuote } from '../../base/go-quote';
import { compareNaturally } from '../../base/natural';
import { close, type Process, receive, spawn, wait, write } from '../../base/process';
import { failureText, forEach } from '../arguments';
import { type Cli, CliError, type Flags, type Invocation } from '../command';
import { inspectAll } from '../format/inspect';
import { hostPort } from './ports';

function stopOptions(flags: Flags): { timeout?: number; signal: string } {
  const seconds = flags.changed('timeout') ? 'timeout' : flags.changed('time') ? 'time' : undefined;
  return { signal: flags.string('signal'), ...(seconds ? { timeout: flags.number(seconds) } : {}) };
}

/** All at once: one that takes its ten seconds does not keep the others. Follows cli/command/container/stop.go. */
export function* runStop(cli: Cli, { flags, args }: Invocation): Process<number> {
  const stops = yield* together(args, (name) => cli.client.containerStop(name, stopOptions(flags)));
  return yield* forEach(args, function* (name) {
    yield* finished(stops.shift()!);
    yield* cli.out(`${name}\n`);
  });
}

/** A call that runs beside others. */
interface Started {
  readonly pid: number;
  failure: unknown;
}

/** Starts a call for each name, in a process of its own. */
function* together(names: readonly string[], act: (name: string) => Process<void>): Process<Started[]> {
  const all: Started[] = [];
  for (const name of names) {
    const outcome: { failure: unknown } = { failure: undefined };
    const process = (function* (): Process<number> {
      try {
        yield* act(name);
      } catch (error) {
        outcome.failure = error;
      }
      return 0;
    })();
    const pid = yield* spawn({ name: 'docker', process, fds: new Map() });
    all.push(Object.assign(outcome, { pid }));
  }
  return all;
}

/** Waits for a call and throws what it threw. */
function* finished(started: Started): Process<void> {
  yield* wait(started.pid);
  if (started.failure !== undefined) throw started.failure;
}

/** Follows docker/cli cli/command/container/restart.go. */
export function* runRestart(cli: Cli, { flags, args }: Invocation): Process<number> {
  return yield* forEach(args, function* (name) {
    yield* cli.client.containerRestart(name, stopOptions(flags));
    yield* cli.out(`${name}\n`);
  });
}

/** Follows docker/cli cli/command/container/kill.go. */
export function* runKill(cli: Cli, { flags, args }: Invocation): Process<number> {
  return yield* forEach(args, function* (name) {
    yield* cli.client.containerKill(name, flags.string('signal'));
    yield* cli.out(`${name}\n`);
  });
}

/** Follows docker/cli cli/command/container/pause.go. */
export function* runPause(cli: Cli, { args }: Invocation): Process<number> {
  return yield* forEach(args, function* (name) {
    yield* cli.client.containerPause(name);
    yield* cli.out(`${name}\n`);
  });
}

/** Follows docker/cli cli/command/container/unpause.go. */
export function* runUnpause(cli: Cli, { args }: Invocation): Process<number> {
  return yield* forEach(args, function* (name) {
    yield* cli.client.containerUnpause(name);
    yield* cli.out(`${name}\n`);
  });
}

/** With --force a container that is not there is told, and no failure. Follows cli/command/container/rm.go. */
export function* runRemove(cli: Cli, { flags, args }: Invocation): Process<number> {
  const force = flags.bool('force');
  return yield* forEach(args, function* (name) {
    const trimmed = name.replace(/^\/+|\/+$/g, '');
    if (trimmed === '') throw new CliError('container name cannot be empty');
    const options = { force, removeVolumes: flags.bool('volumes'), link: flags.bool('link') };
    try {
      yield* cli.client.containerRemove(trimmed, options);
    } catch (error) {
      if (!force || !isNotFound(error)) throw error;
      yield* cli.err(`${failureText(error)}\n`);
      return;
    }
    yield* cli.out(`${name}\n`);
  });
}

/** Follows docker/cli cli/command/container/rename.go. */
export function* runRename(cli: Cli, { args }: Invocation): Process<number> {
  const [from, to] = args.map((word) => word.trim()) as [string, string];
  if (from === '' || to === '') throw new CliError('Error: Neither old nor new names may be empty');
  try {
    yield* cli.client.containerRename(from, to);
  } catch (error) {
    yield* cli.err(`${failureText(error)}\n`);
    throw new CliError(`Error: failed to rename container named ${from}`);
  }
  return 0;
}

/** Follows docker/cli cli/command/container/wait.go. */
export function* runWait(cli: Cli, { args }: Invocation): Process<number> {
  return yield* forEach(args, function* (name) {
    const stream = yield* cli.client.containerWait(name);
    const ended = yield* nextJson<{ readonly StatusCode: number }>(stream);
    yield* close(stream.fd);
    yield* cli.out(`${ended?.StatusCode ?? 0}\n`);
  });
}

/** Follows docker/cli cli/command/container/logs.go. */
export function* runLogs(cli: Cli, { flags, args }: Invocation): Process<number> {
  const container = yield* cli.client.containerInspect(args[0]!);
  const stream = yield* cli.client.containerLogs(container.Id, {
    stdout: true,
    stderr: true,
    since: flags.string('since'),
    until: flags.string('until'),
    timestamps: flags.bool('timestamps'),
    follow: flags.bool('follow'),
    tail: flags.string('tail'),
    details: flags.bool('details'),
  });
  for (;;) {
    const item = yield* receive(stream.fd);
    if (item === undefined) break;
    if ('stream' in item) yield* write(item.stream === 'stderr' && !container.Config.Tty ? 2 : 1, item.data);
  }
  yield* close(stream.fd);
  return 0;
}

const TOP_COLUMNS = { minWidth: 20, padding: 3 };

/** Follows docker/cli cli/command/container/top.go. */
export function* runTop(cli: Cli, { args }: Invocation): Process<number> {
  const [name, ...words] = args as [string, ...string[]];
  const top = yield* cli.client.containerTop(name, words);
  const lines = [top.Titles, ...top.Processes].map((cells) => `${cells.join('\t')}\n`);
  yield* cli.out(alignColumns(lines.join(''), TOP_COLUMNS));
  return 0;
}

type PortMap = { readonly [port: string]: readonly { HostIp: string; HostPort: string }[] | null };

/** Follows docker/cli cli/command/container/port.go. */
export function* runPort(cli: Cli, { args }: Invocation): Process<number> {
  const [name, wanted] = args as [string, string?];
  const container = yield* cli.client.containerInspect(name);
  const ports = (container.NetworkSettings['Ports'] ?? {}) as PortMap;
  const lines = wanted === undefined ? allPorts(ports) : onePort(ports, wanted, name);
  if (lines.length > 0) yield* cli.out(`${lines.sort(compareNaturally).join('\n')}\n`);
  return 0;
}

function allPorts(ports: PortMap): string[] {
  return Object.entries(ports).flatMap(([port, bindings]) =>
    (bindings ?? []).map(({ HostIp, HostPort }) => `${port} -> ${hostPort(HostIp, HostPort)}`),
  );
}

function onePort(ports: PortMap, wanted: string, name: string): string[] {
  const [port = '', protocol = ''] = wanted.split('/');
  const number = /^\d+$/.test(port);
  if (!number || Number(port) > 65535) {
    const why = number ? 'value out of range' : 'invalid syntax';
    throw new CliError(`Error: invalid port (${port}): strconv.ParseUint: parsing ${goQuote(port)}: ${why}`);
  }
  const bindings = ports[`${port}/${protocol || 'tcp'}`] ?? [];
  if (bindings.length === 0) throw new CliError(`Error: No public port '${wanted}' published for ${name}`);
  return bindings.map(({ HostIp, HostPort }) => hostPort(HostIp, HostPort));
}

/** Follows docker/cli cli/command/container/inspect.go. */
export function* runInspect(cli: Cli, { flags, args }: Invocation): Process<number> {
  return yield* inspectAll(cli, args, {
    format: flags.string('format'),
    get: function* (reference) {
      const data = yield* cli.client.containerInspect(reference, { size: flags.bool('size') });
      return { data, type: 'container.InspectResponse', raw: true };
    },
  });
}
