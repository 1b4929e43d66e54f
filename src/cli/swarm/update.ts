/** docker swarm update. Follows docker/cli cli/command/swarm/update.go. */
import type { Process } from '../../base/process';
import type { Cli, Invocation } from '../command';
import { printHelp } from '../help/show';
import { mergeSwarmSpec } from './spec';
import { fetchUnlockKey, unlockAdvice } from './unlock-key';

const FLAGS = [
  'autolock',
  'cert-expiry',
  'dispatcher-heartbeat',
  'external-ca',
  'max-snapshots',
  'snapshot-interval',
  'task-history-limit',
] as const;

export function* swarmUpdate(cli: Cli, { flags }: Invocation): Process<number> {
  if (!FLAGS.some((flag) => flags.changed(flag))) return yield* printHelp(cli, 'swarm update', 'out');
  const swarm = yield* cli.client.swarmInspect();
  const spec = mergeSwarmSpec(swarm.Spec, flags);
  yield* cli.client.swarmUpdate(swarm.Version, spec, {
    rotateWorkerToken: false,
    rotateManagerToken: false,
    rotateManagerUnlockKey: false,
  });
  yield* cli.out('Swarm updated.\n');
  const wasLocked = swarm.Spec.EncryptionConfig?.AutoLockManagers === true;
  if (spec.EncryptionConfig?.AutoLockManagers === true && !wasLocked)
    yield* cli.out(unlockAdvice(yield* fetchUnlockKey(cli)));
  return 0;
}
