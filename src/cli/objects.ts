/** The run functions of service, stack, container and image commands, by their path in the command tree. */

import type { Run } from './command';
import { runAttach, runStart } from './container/attach';
import { runDiff, runExport, runUpdate as updateContainer } from './container/change';
import { runCopy } from './container/copy';
import { runCreate as createContainer } from './container/create';
import { runExec } from './container/exec';
import { runList as listContainers } from './container/list';
import * as containers from './container/manage';
import { runRun } from './container/run';
import { runStats } from './container/stats';
import { runBuild } from './image/build';
import { runCommit } from './image/commit';
import { runHistory } from './image/history';
import { runList as listImages } from './image/list';
import * as images from './image/manage';
import { runPull } from './image/pull';
import { runPush } from './image/push';
import { runCreate } from './service/create';
import { runInspect } from './service/inspect';
import { runList } from './service/list';
import { runLogs } from './service/logs';
import { runPs } from './service/ps';
import { runRemove } from './service/remove';
import { runScale } from './service/scale';
import { runRollback, runUpdate } from './service/update';
import { runConfig } from './stack/config';
import { runDeploy } from './stack/deploy';
import * as stacks from './stack/list';
import { runRemove as removeStack } from './stack/remove';

/** By canonical path: aliases at the top level are resolved by the command tree. */
export const objectCommands: ReadonlyMap<string, Run> = new Map<string, Run>([
  ['container attach', runAttach],
  ['container cp', runCopy],
  ['container create', createContainer],
  ['container diff', runDiff],
  ['container exec', runExec],
  ['container export', runExport],
  ['container inspect', containers.runInspect],
  ['container kill', containers.runKill],
  ['container logs', containers.runLogs],
  ['container ls', listContainers],
  ['container pause', containers.runPause],
  ['container port', containers.runPort],
  ['container rename', containers.runRename],
  ['container restart', containers.runRestart],
  ['container rm', containers.runRemove],
  ['container run', runRun],
  ['container start', runStart],
  ['container stats', runStats],
  ['container stop', containers.runStop],
  ['container top', containers.runTop],
  ['container unpause', containers.runUnpause],
  ['container update', updateContainer],
  ['container wait', containers.runWait],
  ['container commit', runCommit],
  ['image build', runBuild],
  ['image history', runHistory],
  ['image inspect', images.runInspect],
  ['image ls', listImages],
  ['image pull', runPull],
  ['image push', runPush],
  ['image rm', images.runRemove],
  ['image tag', images.runTag],
  ['service create', runCreate],
  ['service inspect', runInspect],
  ['service logs', runLogs],
  ['service ls', runList],
  ['service ps', runPs],
  ['service rm', runRemove],
  ['service rollback', runRollback],
  ['service scale', runScale],
  ['service update', runUpdate],
  ['stack config', runConfig],
  ['stack deploy', runDeploy],
  ['stack ls', stacks.runList],
  ['stack ps', stacks.runPs],
  ['stack rm', removeStack],
  ['stack services', stacks.runServices],
]);
