/** `docker run`. Follows docker/cli cli/command/container/run.go. */
import { type ApiStream, ClientError, nextJson } from '../../api/index';
import { close, type Process, shutdown } from '../../base/process';
import { type Cli, CliError, type Invocation } from '../command';
import { checkedConfig, createContainer, withHelp } from './create';
import { detachKeys } from './detach-keys';
import { carry, checkTty, sendSize } from './stream';

const FAILED = 125;
const CANNOT_RUN = 126;
const NOT_FOUND = 127;

/** What the engine answers to a wait at the container's end. */
interface Ended {
  readonly StatusCode: number;
  readonly Error?: { readonly Message: string } | null;
}

export function* runRun(cli: Cli, invocation: Invocation): Process<number> {
  const { flags } = invocation;
  const detach = flags.bool('detach');
  const config = yield* checkedConfig(cli, invocation, !detach, 'run');
  if (!detach) yield* checkTty(config.stdin, config.tty);
  else if (flags.list('attach').length > 0) {
    throw new CliError('conflicting options: cannot specify both --attach and --detach');
  }
  const keys = detachKeys(flags.string('detach-keys'));
  const id = yield* engineStatus(createContainer(cli, flags, config));
  const attached = config.stdin || config.stdout || config.stderr;
  if (!attached) {
    yield* cli.out(`${id}\n`);
    yield* engineStatus(cli.client.containerStart(id));
    return 0;
  }
  const stream = yield* cli.client.containerAttach(id, {
    stream: true,
    stdin: config.stdin,
    stdout: config.stdout,
    stderr: config.stderr,
  });
  const wait = yield* cli.client.containerWait(id, config.autoRemove ? 'removed' : 'next-exit');
  yield* start(cli, id, stream, wait);
  const resize = (height: number, width: number) => cli.client.containerResize(id, height, width);
  if (config.tty) yield* sendSize(resize);
  const ending = yield* carry({
    stream,
    tty: config.tty,
    stdin: config.stdin,
    detachKeys: keys,
    ...(config.tty ? { onResize: () => sendSize(resize) } : {}),
    ...(flags.bool('sig-proxy') ? { onSignal: (signal) => forward(cli, id, signal) } : {}),
  });
  if (ending === 'detached') {
    yield* close(wait.fd);
    return 0;
  }
  return yield* exitStatus(wait);
}

/** Passes a signal on to the container; one that has just ended is no matter. */
export function* forward(cli: Cli, id: string, signal: string): Process<void> {
  try {
    yield* cli.client.containerKill(id, signal);
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
  }
}

function* start(cli: Cli, id: string, stream: ApiStream, wait: ApiStream): Process<void> {
  try {
    yield* engineStatus(cli.client.containerStart(id));
  } catch (error) {
    yield* shutdown(stream.fd);
    yield* close(stream.fd);
    yield* close(wait.fd);
    throw error;
  }
}

/** The status with which a container ended. */
export function* exitStatus(wait: ApiStream): Process<number> {
  const ended = yield* nextJson<Ended>(wait);
  yield* close(wait.fd);
  return ended === undefined || ended.Error ? FAILED : ended.StatusCode;
}

/** Refusals of the engine before the process runs: status 125 to 127, with a hint at the help. */
function* engineStatus<T>(process: Process<T>): Process<T> {
  try {
    return yield* process;
  } catch (error) {
    if (!(error instanceof ClientError) && !(error instanceof CliError)) throw error;
    throw new CliError(withHelp(error.message, 'run'), statusOf(error.message));
  }
}

function statusOf(message: string): number {
  if (/executable file not found|no such file or directory/.test(message)) return NOT_FOUND;
  return /permission denied|is a directory/.test(message) ? CANNOT_RUN : FAILED;
}
