/** `docker attach` and `docker start`. Follows docker/cli cli/command/container/attach.go and start.go. */
import type { ContainerInspect } from '../../api/index';
import type { Process } from '../../base/process';
import { failureText } from '../arguments';
import { type Cli, CliError, type Invocation } from '../command';
import { detachKeys } from './detach-keys';
import { exitStatus, forward } from './run';
import { carry, checkTty, sendSize } from './stream';

export function* runAttach(cli: Cli, { flags, args }: Invocation): Process<number> {
  const [name] = args as [string];
  const container = yield* runningContainer(cli, name);
  const tty = container.Config.Tty === true;
  const noStdin = flags.bool('no-stdin');
  yield* checkTty(!noStdin, tty);
  const stdin = !noStdin && container.Config.OpenStdin === true;
  const keys = detachKeys(flags.string('detach-keys'));
  const wait = yield* cli.client.containerWait(name);
  const stream = yield* cli.client.containerAttach(name, { stream: true, stdin, stdout: true, stderr: true });
  const resize = (height: number, width: number) => cli.client.containerResize(name, height, width);
  if (tty) {
    // Another size first: only then does the program draw its prompt again.
    yield* sendSize(resize, 1);
    yield* sendSize(resize);
  }
  const ending = yield* carry({
    stream,
    tty,
    stdin,
    detachKeys: keys,
    ...(tty ? { onResize: () => sendSize(resize) } : {}),
    ...(flags.bool('sig-proxy') && !tty ? { onSignal: (signal) => forward(cli, name, signal) } : {}),
  });
  if (ending === 'detached') throw new CliError('read escape sequence');
  return yield* exitStatus(wait);
}

function* runningContainer(cli: Cli, name: string): Process<ContainerInspect> {
  const container = yield* cli.client.containerInspect(name);
  const { State: state } = container;
  if (!state.Running) throw new CliError('You cannot attach to a stopped container, start it first');
  if (state.Paused) throw new CliError('You cannot attach to a paused container, unpause it first');
  if (state.Restarting) {
    throw new CliError('You cannot attach to a restarting container, wait until it is running');
  }
  return container;
}

export function* runStart(cli: Cli, { flags, args }: Invocation): Process<number> {
  if (!flags.bool('attach') && !flags.bool('interactive')) return yield* startAll(cli, args);
  if (args.length > 1) throw new CliError('you cannot start and attach multiple containers at once');
  const container = yield* cli.client.containerInspect(args[0]!);
  const id = container.Id;
  const tty = container.Config.Tty === true;
  const stdin = flags.bool('interactive') && container.Config.OpenStdin === true;
  const keys = detachKeys(flags.string('detach-keys'));
  const stream = yield* cli.client.containerAttach(id, { stream: true, stdin, stdout: true, stderr: true });
  const wait = yield* cli.client.containerWait(id, container.HostConfig.AutoRemove ? 'removed' : 'next-exit');
  yield* cli.client.containerStart(id);
  const resize = (height: number, width: number) => cli.client.containerResize(id, height, width);
  if (tty) yield* sendSize(resize);
  const ending = yield* carry({
    stream,
    tty,
    stdin,
    detachKeys: keys,
    ...(tty ? { onResize: () => sendSize(resize) } : { onSignal: (signal) => forward(cli, id, signal) }),
  });
  return ending === 'detached' ? 0 : yield* exitStatus(wait);
}

function* startAll(cli: Cli, names: readonly string[]): Process<number> {
  const failed: string[] = [];
  for (const name of names) {
    try {
      yield* cli.client.containerStart(name);
      yield* cli.out(`${name}\n`);
    } catch (error) {
      yield* cli.err(`${failureText(error)}\n`);
      failed.push(name);
    }
  }
  if (failed.length > 0) throw new CliError(`Error: failed to start containers: ${failed.join(', ')}`);
  return 0;
}
