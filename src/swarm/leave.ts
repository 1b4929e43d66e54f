/** Why a manager may not leave without force. Follows moby/moby daemon/cluster/swarm.go (Leave) and utils.go. */

import type { Result } from '../base/result';
import type { ControlApi, ControlMethod } from './control/api';
import type { RpcError } from './rpc';

interface Leaver {
  status(): { readonly controlAvailable: boolean; readonly nodeId: string };
  control<M extends ControlMethod>(
    method: M,
    request: ControlApi[M][0],
    done: (result: Result<ControlApi[M][1], RpcError>) => void,
  ): void;
}

const PARTICIPATES = 'You are attempting to leave the swarm on a node that is participating as a manager. ';
const LAST = 'Removing the last manager erases all current state of the swarm. Use `--force` to ignore this message. ';
const LOSES = 'Doing so may lose the consensus of your cluster. ';
const RESTORE =
  'The only way to restore a swarm that has lost consensus is to reinitialize it with `--force-new-cluster`. ' +
  'Use `--force` to suppress this message.';

/** The whole text, once the managers have been counted. */
export function leaveRefusal(node: Leaver, done: (message: string) => void): void {
  const { controlAvailable, nodeId } = node.status();
  if (!controlAvailable) {
    done(PARTICIPATES + LOSES + RESTORE);
    return;
  }
  node.control('listNodes', {}, (result) => {
    if (!result.ok) {
      done(PARTICIPATES + RESTORE);
      return;
    }
    const managers = result.value.filter((each) => each.manager);
    const reachable = managers.filter((each) => each.manager?.reachability === 'reachable');
    const unreachable = managers.length - reachable.length;
    const isActive = reachable.some((each) => each.id === nodeId);
    if (!isActive || reachable.length - 2 > unreachable) done(PARTICIPATES + RESTORE);
    else if (reachable.length === 1 && unreachable === 0) done(PARTICIPATES + LAST);
    else {
      const left = `Removing this node leaves ${reachable.length - 1} managers out of ${managers.length}. `;
      done(`${PARTICIPATES}${left}Without a Raft quorum your swarm will be inaccessible. ${RESTORE}`);
    }
  });
}
