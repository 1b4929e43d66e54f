/** Slots of a replicated service: which to keep when there are too many. Follows orchestrator/replicated/slot.go. */
import { type TaskObject, TaskState } from '../objects';
import type { Slot } from './task';

export function bySlot(tasks: readonly TaskObject[]): Map<number, TaskObject[]> {
  const slots = new Map<number, TaskObject[]>();
  for (const task of tasks) {
    const slot = slots.get(task.slot);
    if (slot) slot.push(task);
    else slots.set(task.slot, [task]);
  }
  return slots;
}

/**
 * The slots in the order in which they are worth keeping. Each slot with one assigned task counts as the nth copy on
 * its node (running ones first, then low slot numbers); low counts are kept, so nodes with many copies lose first.
 * Slots that are unassigned or have several tasks come last.
 *
 *      node1: slots 1 2 5   node2: slot 3        ordinals 1:1 2:2 5:3  3:1        kept first: 1 3, then 2, then 5
 */
export function keepOrder(slots: readonly Slot[]): Slot[] {
  const bySlotNumber = (a: Slot, b: Slot): number => a[0]!.slot - b[0]!.slot;
  const running = slots.filter(isRunning).sort(bySlotNumber);
  const ordered = [...running, ...slots.filter((slot) => !isRunning(slot)).sort(bySlotNumber)];
  const copies = new Map<string, number>();
  const ranked = ordered.map((slot) => {
    const nodeId = slot.length === 1 ? slot[0]!.nodeId : '';
    if (nodeId === '') return { slot, rank: Number.POSITIVE_INFINITY };
    const rank = (copies.get(nodeId) ?? 0) + 1;
    copies.set(nodeId, rank);
    return { slot, rank };
  });
  ranked.sort((a, b) => (a.rank === b.rank ? 0 : a.rank - b.rank));
  return ranked.map(({ slot }) => slot);
}

function isRunning(slot: Slot): boolean {
  return slot.some((task) => task.status.state === TaskState.RUNNING);
}
