/** The run functions of service, stack, container and image commands, by their path in the command tree. */
import type { Run } from './command';
import { runCreate } from './service/create';
import { runInspect } from './service/inspect';
import { runList } from './service/list';
import { runLogs } from './service/logs';
import { runPs } from './service/ps';
import { runRemove } from './service/remove';
import { runScale } from './service/scale';
import { runRollback, runUpdate } from './service/update';

/** By canonical path: aliases at the top level are resolved by the command tree. */
export const objectCommands: ReadonlyMap<string, Run> = new Map<string, Run>([
  ['service create', runCreate],
  ['service inspect', runInspect],
  ['service logs', runLogs],
  ['service ls', runList],
  ['service ps', runPs],
  ['service rm', runRemove],
  ['service rollback', runRollback],
  ['service scale', runScale],
  ['service update', runUpdate],
]);
