/** `docker service logs`. Follows docker/cli cli/command/service/logs.go. */
import { type ApiStream, isNotFound, type LogsOptions, type Service, type Task } from '../../api/index';
import { type Bytes, fromUtf8, utf8 } from '../../base/bytes';
import { compareBytes } from '../../base/natural';
import { close, type Process, receive, write } from '../../base/process';
import { type Cli, CliError, type Flags, type Invocation } from '../command';
import { Resolver } from '../format/resolver';
import { truncateId } from '../format/text';

export function* runLogs(cli: Cli, { flags, args }: Invocation): Process<number> {
  const [reference] = args as [string];
  const source = yield* findSource(cli, reference);
  const raw = flags.bool('raw');
  if (source.tty && !raw) throw new CliError('tty service logs only supported with --raw');
  const stream = yield* source.logs({
    stdout: true,
    stderr: true,
    since: flags.string('since'),
    timestamps: flags.bool('timestamps'),
    follow: flags.bool('follow'),
    tail: flags.string('tail'),
    details: flags.bool('details') || !raw,
  });
  const printer = raw ? undefined : new LinePrinter(cli, flags, source.digits);
  for (;;) {
    const item = yield* receive(stream.fd);
    if (item === undefined) break;
    if (!('stream' in item)) continue;
    if (item.stream === 'systemerr') throw new CliError(`error from daemon in stream: ${fromUtf8(item.data)}`);
    const data = printer ? yield* printer.line(item.data) : item.data;
    yield* write(item.stream === 'stderr' ? 2 : 1, data);
  }
  yield* close(stream.fd);
  return 0;
}

interface Source {
  readonly tty: boolean;
  /** Digits of the highest slot, to which shorter ones are padded. */
  readonly digits: number;
  readonly logs: (options: LogsOptions) => Process<ApiStream>;
}

/** A service by its name or id, or else a task by its id. */
function* findSource(cli: Cli, reference: string): Process<Source> {
  try {
    const service: Service = yield* cli.client.serviceInspect(reference);
    return {
      tty: service.Spec.TaskTemplate?.ContainerSpec?.TTY === true,
      digits: String(service.Spec.Mode?.Replicated?.Replicas ?? 0).length,
      logs: (options) => cli.client.serviceLogs(reference, options),
    };
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  try {
    const task: Task = yield* cli.client.taskInspect(reference);
    return {
      tty: task.Spec.ContainerSpec?.TTY === true,
      digits: String(task.Slot ?? 0).length,
      logs: (options) => cli.client.taskLogs(reference, options),
    };
  } catch (error) {
    if (isNotFound(error)) throw new CliError(`no such task or service: ${reference}`);
    throw error;
  }
}

const NODE = 'com.docker.swarm.node.id';
const SERVICE = 'com.docker.swarm.service.id';
const TASK = 'com.docker.swarm.task.id';

/** Puts `web.1.id@node    | ` before each line, from the details that the engine sends with it. */
class LinePrinter {
  private readonly resolver: Resolver;
  /** Prefixes by the three ids. */
  private readonly prefixes = new Map<string, string>();

  constructor(
    private readonly cli: Cli,
    private readonly flags: Flags,
    private readonly digits: number,
  ) {
    this.resolver = new Resolver(cli.client, flags.bool('no-resolve'));
  }

  *line(data: Bytes): Process<Bytes> {
    const words = this.flags.bool('timestamps') ? 2 : 1;
    const parts = splitAtMost(data, words + 1);
    if (parts.length !== words + 1) throw new CliError(`invalid context in log message: ${data}`);
    const details = parseDetails(parts[words - 1]!);
    const prefix = yield* this.prefix(details);
    let out = words === 2 ? `${parts[0]} ` : '';
    out += utf8(`${prefix}    | `);
    if (this.flags.bool('details')) out += `${this.otherDetails(details)} `;
    return out + parts[words]!;
  }

  private otherDetails(details: ReadonlyMap<string, string>): Bytes {
    const pairs = [...details].filter(([key]) => key !== NODE && key !== SERVICE && key !== TASK);
    return utf8(
      pairs
        .map(([key, value]) => `${key}=${value}`)
        .sort(compareBytes)
        .join(','),
    );
  }

  private *prefix(details: ReadonlyMap<string, string>): Process<string> {
    const node = required(details, NODE, 'node');
    const service = required(details, SERVICE, 'service');
    const task = required(details, TASK, 'task');
    const key = `${node} ${service} ${task}`;
    const known = this.prefixes.get(key);
    if (known !== undefined) return known;
    const nodeName = yield* this.resolver.node(node);
    const serviceName = yield* this.resolver.service(service);
    const { Slot: slot = 0, ID: id } = yield* this.cli.client.taskInspect(task);
    let name = `${serviceName}.${slot}`;
    if (!this.flags.bool('no-task-ids')) name += `.${this.flags.bool('no-trunc') ? id : truncateId(id)}`;
    const padding = ' '.repeat(Math.max(0, this.digits - String(slot).length));
    const prefix = `${name}@${nodeName}${padding}`;
    this.prefixes.set(key, prefix);
    return prefix;
  }
}

function required(details: ReadonlyMap<string, string>, key: string, noun: string): string {
  const value = details.get(key);
  if (value !== undefined) return value;
  const all = [...details].map(([name, text]) => `${name}:${text}`).join(' ');
  throw new CliError(`missing ${noun} id in details: map[${all}]`);
}

/** Cut at blanks into `count` pieces at most; the last one keeps its blanks. */
function splitAtMost(text: Bytes, count: number): Bytes[] {
  const parts: Bytes[] = [];
  let at = 0;
  while (parts.length < count - 1) {
    const blank = text.indexOf(' ', at);
    if (blank < 0) break;
    parts.push(text.slice(at, blank));
    at = blank + 1;
  }
  return [...parts, text.slice(at)];
}

/** `k=v,k=v`, both sides URL-encoded. Follows docker/cli cli/command/service/internal/logdetails. */
function parseDetails(text: Bytes): Map<string, string> {
  const out = new Map<string, string>();
  for (const pair of text.split(',')) {
    const cut = pair.indexOf('=');
    if (cut < 0) throw new CliError('invalid details format');
    out.set(decoded(pair.slice(0, cut)), decoded(pair.slice(cut + 1)));
  }
  return out;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new CliError('invalid details format');
  }
}
