/** What a container may use and what it has written: update, diff, export. */
import type { ContainerChange } from '../../api/index';
import { Errno, type Process, terminal, write, writeFile } from '../../base/process';
import { forEach, resolvePath } from '../arguments';
import { type Cli, CliError, type Flags, type Invocation } from '../command';
import { restartPolicy } from './config';

const FLAGS = 'blkio-weight cpu-period cpu-quota cpu-rt-period cpu-rt-runtime cpu-shares cpus cpuset-cpus cpuset-mems'
  .concat(' memory memory-reservation memory-swap pids-limit restart kernel-memory')
  .split(' ');

/** Follows docker/cli cli/command/container/update.go. */
export function* runUpdate(cli: Cli, { flags, args }: Invocation): Process<number> {
  if (!FLAGS.some((name) => flags.changed(name)))
    throw new CliError('you must provide one or more flags when using this command');
  const config = updateConfig(flags);
  const warnings: string[] = [];
  const status = yield* forEach(args, function* (name) {
    warnings.push(...((yield* cli.client.containerUpdate(name, config)).Warnings ?? []));
    yield* cli.out(`${name}\n`);
  });
  if (warnings.length > 0) yield* cli.out(`${warnings.join('\n')}\n`);
  return status;
}

function updateConfig(flags: Flags): object {
  const restart = flags.string('restart');
  return {
    CpuShares: flags.number('cpu-shares'),
    Memory: flags.number('memory'),
    NanoCpus: flags.number('cpus'),
    BlkioWeight: flags.number('blkio-weight'),
    CpuPeriod: flags.number('cpu-period'),
    CpuQuota: flags.number('cpu-quota'),
    CpuRealtimePeriod: flags.number('cpu-rt-period'),
    CpuRealtimeRuntime: flags.number('cpu-rt-runtime'),
    CpusetCpus: flags.string('cpuset-cpus'),
    CpusetMems: flags.string('cpuset-mems'),
    MemoryReservation: flags.number('memory-reservation'),
    MemorySwap: flags.number('memory-swap'),
    PidsLimit: flags.number('pids-limit') || null,
    RestartPolicy: restart === '' ? { Name: '', MaximumRetryCount: 0 } : restartPolicy(restart),
  };
}

const KINDS = ['C', 'A', 'D'];

/** Follows docker/cli cli/command/container/diff.go. */
export function* runDiff(cli: Cli, { args }: Invocation): Process<number> {
  const changes: readonly ContainerChange[] = (yield* cli.client.containerDiff(args[0]!)) ?? [];
  yield* cli.out(changes.map(({ Kind, Path }) => `${KINDS[Kind] ?? ''} ${Path}\n`).join(''));
  return 0;
}

/** Follows docker/cli cli/command/container/export.go. */
export function* runExport(cli: Cli, { flags, args }: Invocation): Process<number> {
  const output = flags.string('output');
  if (output === '' && (yield* terminal(1)) !== undefined)
    throw new CliError('cowardly refusing to save to a terminal. Use the -o flag or redirect');
  const content = yield* cli.client.containerExport(args[0]!);
  if (output === '') yield* write(1, content);
  else {
    try {
      yield* writeFile(resolvePath(cli.cwd, output), content, { mode: 0o600 });
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      throw new CliError(`failed to export container: invalid output path: ${error.message.toLowerCase()}`);
    }
  }
  return 0;
}
