/** The task lists of service ps, node ps and stack ps. Follows docker/cli cli/command/task, cli/command/idresolver. */
import type { Task } from '../../api/index';
import type { Process } from '../../base/process';
import type { Cli } from '../command';
import type { ListOptions } from './list';

export interface TaskListOptions extends ListOptions {
  readonly noTrunc: boolean;
  readonly noResolve: boolean;
}

/** Names, sorts and prints tasks; asks the engine for the names of services and nodes unless told not to. */
export function* printTasks(_cli: Cli, _tasks: readonly Task[], _options: TaskListOptions): Process<void> {}
