/** What the scheduler remembers of each group of tasks that it placed or could not place. */
import type { Micros } from '../../base/process';

export interface SchedulingDecision {
  readonly at: Micros;
  readonly serviceId: string;
  readonly specVersion: number;
  /** Tasks of the group, as many as could be placed first, in the order of placement. */
  readonly tasks: readonly { readonly taskId: string; readonly nodeId: string }[];
  /** Waiting tasks: their number, and the sentence that stands in their status. */
  readonly waiting: number;
  readonly explanation: string;
  /** Ids of the nodes that each filter struck, in pipeline order. */
  readonly struck: readonly { readonly filter: string; readonly nodeIds: readonly string[] }[];
  /** Nodes that passed every filter, best first, with the numbers that ordered them before the placement. */
  readonly order: readonly {
    readonly nodeId: string;
    readonly failures: number;
    readonly serviceTasks: number;
    readonly allTasks: number;
  }[];
}
