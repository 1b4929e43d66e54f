/**
 * Rolling updates: one per service, each with `parallelism` workers that take dirty slots from one queue.
 *
 *      a worker:  idle ──slot──► starting ──► coming up ──► resting (delay) ──► idle
 *                                (the old task stops,  (the new task is RUNNING,
 *                                 or start-first)       or ended in any way)
 *
 *      an update: rolling (queue not empty or workers busy) ──► monitoring ──► completed
 *                    └── too many failures ──► paused, or the previous spec is put back
 *
 * All of it is plain data; the orchestrator steps the updates that an event or the timer touched.
 * Follows moby/swarmkit manager/orchestrator/update/updater.go.
 */
import { sameValue } from '../../base/equal';
import type { Micros } from '../../base/process';
import { shuffled } from '../../base/random';
import type { LoopContext } from '../loop';
import { type ServiceObject, type StoreEvent, TaskState } from '../objects';
import type { Draft } from './draft';
import type { RestartSupervisor } from './restart';
import type { Slot } from './task';
import { Update } from './updater';

const TIMER = 'update';

export class UpdateSupervisor {
  private readonly updates = new Map<string, Update>();
  /** Services whose update something happened to. */
  private readonly touched = new Set<string>();

  constructor(
    private readonly context: LoopContext,
    private readonly restarts: RestartSupervisor,
  ) {}

  /**
   * Brings the slots to the service's spec; the update that is under way goes on if it has the same goal, else it is
   * dropped where it stands. `order` puts them in order, where that matters. Follows Supervisor.Update and the beginning of Updater.Run.
   */
  update(
    draft: Draft,
    service: ServiceObject,
    slots: readonly Slot[],
    order: (slots: readonly Slot[]) => readonly Slot[] = (same) => same,
  ): void {
    const current = this.updates.get(service.id);
    if (current && sameValue(current.service.spec, service.spec)) return;
    this.updates.delete(service.id);
    const state = service.updateStatus?.state;
    if (state === 'paused' || state === 'rollback_paused') return;
    const update = new Update(this.context, this.restarts, service);
    const dirty = new Set(slots.filter((slot) => update.isSlotDirty(draft, slot)));
    if (dirty.size === 0) {
      if (state === 'updating' || state === 'rollback_started') update.complete(draft);
      return;
    }
    const inOrder = order(slots).filter((slot) => dirty.has(slot));
    update.begin(draft, shuffled(inOrder, this.context.random));
    this.updates.set(service.id, update);
    this.touched.add(service.id);
  }

  /** True when an update wants to be stepped. */
  observe(event: StoreEvent): boolean {
    if (this.updates.size === 0 || event.object.kind !== 'task') return false;
    const task = event.object;
    const update = this.updates.get(task.serviceId);
    if (!update?.created.has(task.id)) return false;
    if (event.action === 'update' && task.status.state > TaskState.RUNNING) update.ended.push(task.id);
    this.touched.add(task.serviceId);
    return true;
  }

  /** The timer fired: step what is due. */
  wake(): void {
    const now = this.context.now();
    for (const [serviceId, update] of this.updates) if (update.wakeAt <= now) this.touched.add(serviceId);
    if (this.touched.size > 0) this.context.requestTurn();
    else this.arm();
  }

  /** Steps every update that was touched. */
  step(draft: Draft): void {
    if (this.touched.size === 0) return;
    for (const serviceId of this.touched) {
      const update = this.updates.get(serviceId);
      if (!update) continue;
      if (!draft.get('service', serviceId) || update.step(draft)) this.updates.delete(serviceId);
    }
    this.touched.clear();
    this.arm();
  }

  /** Workers whose new task was started in this turn have something to look at in the next. */
  touchStarted(): void {
    for (const [serviceId, update] of this.updates) if (update.waitsForStart()) this.touched.add(serviceId);
  }

  isTimer(name: string): boolean {
    return name === TIMER;
  }

  private arm(): void {
    let next: Micros = Number.POSITIVE_INFINITY;
    for (const update of this.updates.values()) next = Math.min(next, update.wakeAt);
    if (next === Number.POSITIVE_INFINITY) this.context.timers.clear(TIMER);
    else this.context.timers.set(TIMER, Math.max(0, next - this.context.now()));
  }
}
