/** `docker exec`. Follows docker/cli cli/command/container/exec.go. */
import { type Process, terminal } from '../../base/process';
import { type Cli, CliError, type Invocation } from '../command';
import { readEnv } from '../options/env';
import { detachKeys } from './detach-keys';
import { carry, checkTty, sendSize } from './stream';

export function* runExec(cli: Cli, { flags, args }: Invocation): Process<number> {
  const [container, ...command] = args as [string, ...string[]];
  const tty = flags.bool('tty');
  const detach = flags.bool('detach');
  const stdin = flags.bool('interactive') && !detach;
  const env = yield* readEnv(cli, flags.list('env-file'), flags.list('env'));
  const keys = detachKeys(flags.string('detach-keys'));
  // Asked for its refusal: that there is no such container goes before everything else.
  yield* cli.client.containerInspect(container);
  if (!detach) yield* checkTty(stdin, tty);
  const size = tty ? yield* terminal(1) : undefined;
  const console = tty ? { ConsoleSize: [size?.rows ?? 0, size?.columns ?? 0] as const } : {};
  const { Id: id } = yield* cli.client.containerExecCreate(container, {
    User: flags.string('user'),
    Privileged: flags.bool('privileged'),
    Tty: tty,
    ...console,
    AttachStdin: stdin,
    AttachStderr: !detach,
    AttachStdout: !detach,
    Detach: detach,
    DetachKeys: flags.string('detach-keys'),
    Env: env.length === 0 ? null : env,
    WorkingDir: flags.string('workdir'),
    Cmd: command,
  });
  if (detach) {
    yield* cli.client.containerExecStart(id, { Detach: true, Tty: tty, ...console });
    return 0;
  }
  const stream = yield* cli.client.containerExecAttach(id, { Tty: tty, ...console });
  const resize = (height: number, width: number) => cli.client.containerExecResize(id, height, width);
  if (tty && (yield* terminal(0))) yield* sendSize(resize);
  const onResize = tty ? { onResize: () => sendSize(resize) } : {};
  const ending = yield* carry({ stream, tty, stdin, detachKeys: keys, ...onResize });
  if (ending === 'detached') throw new CliError('exec attach failed: read escape sequence');
  const { ExitCode: status } = yield* cli.client.containerExecInspect(id);
  return status ?? 0;
}
