/**
 * Containers that are paused: their processes stand still, and what would reach them waits until they go on.
 *
 *     running ──pause──► paused ──unpause, a signal──► running         KILL ends it where it stands
 *
 * Follows moby/moby daemon/pause.go and unpause.go; the kernel's part is the freezer of control groups.
 */
import type { Containers } from './containers';
import type { ContainerShell } from './ports';
import { type Container, type HostError, hostError } from './types';

/** What docker calls a container's state. */
export function shownState({ state }: Container): Container['state']['status'] | 'paused' {
  return state.paused ? 'paused' : state.status;
}

export class Freezer {
  /** Container → what happens when it goes on or ends. */
  private readonly waiting = new Map<string, (() => void)[]>();

  constructor(
    private readonly containers: Containers,
    private readonly shell: ContainerShell,
  ) {}

  /** 409 unless it runs and is not paused. */
  pause(id: string): HostError | undefined {
    const container = this.containers.get(id)!;
    const { state } = container;
    if (state.status === 'restarting')
      return hostError(409, `Container ${id} is restarting, wait until the container is running`);
    if (state.status !== 'running') return hostError(409, `container ${id} is not running`);
    if (state.paused) return hostError(409, `Container ${id} is already paused`);
    this.containers.event(this.containers.setState(id, { paused: true }), 'pause');
    this.waiting.set(id, []);
    this.shell.freeze(id, true);
    return undefined;
  }

  unpause(id: string): HostError | undefined {
    const container = this.containers.get(id)!;
    if (!container.state.paused) return hostError(409, `Container ${id} is not paused`);
    this.containers.event(this.containers.setState(id, { paused: false }), 'unpause');
    this.thaw(id);
    return undefined;
  }

  /** Its process is gone, paused or not. */
  ended(id: string): void {
    if (this.containers.get(id)?.state.paused) this.containers.setState(id, { paused: false });
    this.thaw(id);
  }

  /** Does `then` now, or once the container goes on, if it is paused. */
  whenAwake(id: string, then: () => void): void {
    const waiting = this.waiting.get(id);
    if (waiting) waiting.push(then);
    else then();
  }

  private thaw(id: string): void {
    const waiting = this.waiting.get(id);
    if (!waiting) return;
    this.waiting.delete(id);
    this.shell.freeze(id, false);
    for (const then of waiting) then();
  }
}
