/** Whether and when a container that ended starts again. Follows moby/moby restartmanager/restartmanager.go. */
import type { Micros } from '../base/process';
import { MILLISECOND, SECOND } from './context';
import type { Container } from './types';

const BACKOFF_FIRST: Micros = 100 * MILLISECOND;
const BACKOFF_MAX: Micros = 60 * SECOND;
/** A run as long as this forgives the failures before it. */
const BACKOFF_RESET: Micros = 10 * SECOND;

export function shouldRestart(container: Container, exitCode: number): boolean {
  const { Name = 'no', MaximumRetryCount = 0 } = container.hostConfig.RestartPolicy ?? {};
  if (container.manuallyStopped) return false;
  if (Name === 'always' || Name === 'unless-stopped') return true;
  if (Name !== 'on-failure' || exitCode === 0) return false;
  return MaximumRetryCount === 0 || container.restartCount < MaximumRetryCount;
}

/** The next pause, from the last one (0: none yet) and how long the container ran. */
export function nextBackoff(last: Micros, ran: Micros): Micros {
  if (last === 0 || ran >= BACKOFF_RESET) return BACKOFF_FIRST;
  return Math.min(last * 2, BACKOFF_MAX);
}

/**
 * When the engine starts: who comes back by itself. `always` also where it was stopped by hand; `on-failure` by its last
 * exit code, whoever ended it. Follows moby/moby daemon/daemon.go, restore, and restartmanager.go, ShouldRestart.
 */
export function restartsWithEngine(container: Container): boolean {
  const { Name = 'no', MaximumRetryCount = 0 } = container.hostConfig.RestartPolicy ?? {};
  if (container.state.startedAt === undefined) return false;
  if (Name === 'always') return true;
  if (Name === 'unless-stopped') return !container.manuallyStopped;
  if (Name !== 'on-failure' || container.state.exitCode === 0) return false;
  return MaximumRetryCount === 0 || container.restartCount < MaximumRetryCount;
}
