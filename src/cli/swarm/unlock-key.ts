/** docker swarm unlock-key. Follows docker/cli cli/command/swarm/unlock_key.go. */
import { ClientError } from '../../api/index';
import type { Process } from '../../base/process';
import { type Cli, CliError, type Invocation } from '../command';

export function* swarmUnlockKey(cli: Cli, { flags }: Invocation): Process<number> {
  const quiet = flags.bool('quiet');
  if (flags.bool('rotate')) {
    const swarm = yield* cli.client.swarmInspect();
    if (swarm.Spec.EncryptionConfig?.AutoLockManagers !== true)
      throw new CliError('cannot rotate because autolock is not turned on');
    yield* cli.client.swarmUpdate(swarm.Version, swarm.Spec, {
      rotateWorkerToken: false,
      rotateManagerToken: false,
      rotateManagerUnlockKey: true,
    });
    if (!quiet) yield* cli.out('Successfully rotated manager unlock key.\n');
  }
  const key = yield* fetchUnlockKey(cli);
  if (key === '') throw new CliError('no unlock key is set');
  yield* cli.out(quiet ? `${key}\n` : unlockAdvice(key));
  return 0;
}

/** The cluster's unlock key, '' when autolock is off. */
export function* fetchUnlockKey(cli: Cli): Process<string> {
  try {
    return (yield* cli.client.swarmGetUnlockKey()).UnlockKey ?? '';
  } catch (error) {
    if (error instanceof ClientError) throw new CliError(`could not fetch unlock key: ${error.message}`);
    throw error;
  }
}

/** What docker says whenever a key is new; nothing when there is none. */
export function unlockAdvice(key: string): string {
  if (key === '') return '';
  return (
    'To unlock a swarm manager after it restarts, run the `docker swarm unlock`\n' +
    `command and provide the following key:\n\n    ${key}\n\n` +
    'Remember to store this key in a password manager, since without it you\n' +
    'will not be able to restart the manager.\n'
  );
}
