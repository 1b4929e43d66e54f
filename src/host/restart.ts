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

/** After a boot: who comes back by itself. `on-failure` only where the container died with the machine. */
export function restartsAtBoot(container: Container, diedWithMachine: boolean): boolean {
  const name = container.hostConfig.RestartPolicy?.Name ?? 'no';
  if (name === 'always') return container.state.status !== 'created';
  if (name === 'unless-stopped') return !container.manuallyStopped && container.state.status !== 'created';
  return name === 'on-failure' && diedWithMachine && shouldRestart(container, container.state.exitCode);
}
