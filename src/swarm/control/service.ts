/** Services and tasks of the control API. Follows moby/swarmkit manager/controlapi/service.go and task.go. */
import type { ControlHandlers } from './handler';

export declare const serviceControl: ControlHandlers<
  'listServices' | 'createService' | 'updateService' | 'removeService' | 'serviceStatuses' | 'listTasks'
>;
