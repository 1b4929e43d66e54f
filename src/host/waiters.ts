/** Who waits for a container to end or to be gone. Callbacks in memory: they die with the power. */

export type WaitCondition = 'not-running' | 'next-exit' | 'removed';
export type WaitDone = (exitCode: number, error: string) => void;

interface Waiter {
  readonly condition: WaitCondition;
  readonly done: WaitDone;
}

export class Waiters {
  private readonly waiters = new Map<string, Set<Waiter>>();

  /** Calls back once the condition holds; the function returned gives up. */
  add(id: string, condition: WaitCondition, done: WaitDone): () => void {
    const waiter: Waiter = { condition, done };
    let waiters = this.waiters.get(id);
    if (!waiters) this.waiters.set(id, (waiters = new Set()));
    waiters.add(waiter);
    return () => this.waiters.get(id)?.delete(waiter);
  }

  /** The process has ended, or could not be started; `restarting`: it will run again by itself. */
  ended(id: string, exitCode: number, error: string, restarting: boolean): void {
    const waiters = this.waiters.get(id);
    if (!waiters) return;
    for (const waiter of [...waiters]) {
      if (waiter.condition === 'removed' || (waiter.condition === 'not-running' && restarting)) continue;
      waiters.delete(waiter);
      waiter.done(exitCode, error);
    }
  }

  /** Who waited was the engine's, and it is gone. */
  clear(): void {
    this.waiters.clear();
  }

  /** The container is gone: nobody waits for it any longer. */
  removed(id: string, exitCode: number): void {
    const waiters = this.waiters.get(id);
    this.waiters.delete(id);
    for (const waiter of waiters ?? []) waiter.done(exitCode, '');
  }
}
