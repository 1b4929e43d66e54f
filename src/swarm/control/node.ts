/** Nodes of the control API. Follows moby/swarmkit manager/controlapi/node.go. */
import type { Micros } from '../../base/process';
import { fail, ok, type Result } from '../../base/result';
import { withoutExpired } from '../ca/server';
import type { Member } from '../member/membership';
import { type Change, type NodeObject, type ReadTx, TaskState } from '../objects';
import type { RpcError } from '../rpc';
import type { ManagerStatus, NodeAnswer } from './api';
import type { ControlHandlers } from './handler';

/** The leader's view of the group. */
export interface MemberFacts {
  members(): readonly Member[];
  isLeader(raftId: number): boolean;
  isReachable(raftId: number): boolean;
  /** Whether the rest would keep a majority. */
  canRemove(raftId: number): boolean;
}

function managerStatus(facts: MemberFacts, nodeId: string): ManagerStatus | undefined {
  const member = facts.members().find((each) => each.nodeId === nodeId);
  if (!member) return undefined;
  return {
    leader: facts.isLeader(member.raftId),
    reachability: facts.isReachable(member.raftId) ? 'reachable' : 'unreachable',
    addr: member.addr,
  };
}

/** Why a manager may not become a worker. node.go, UpdateNode. */
function demotionRefusal(facts: MemberFacts, read: ReadTx, node: NodeObject): RpcError | undefined {
  const managers = read.list('node').filter((each) => each.role === 'manager');
  if (managers.length === 1 && managers[0]!.id === node.id) {
    return { code: 'FailedPrecondition', message: 'attempting to demote the last manager of the swarm' };
  }
  const member = facts.members().find((each) => each.nodeId === node.id);
  if (!member) return { code: 'NotFound', message: "can't find manager in raft memberlist" };
  if (facts.canRemove(member.raftId)) return undefined;
  return {
    code: 'FailedPrecondition',
    message: "can't remove member from the raft: this would result in a loss of quorum",
  };
}

/** Its tasks can no longer be reported on. node.go, orphanNodeTasks. */
function orphans(read: ReadTx, nodeId: string, now: Micros): Change[] {
  const changes: Change[] = [];
  for (const task of read.tasksOfNode(nodeId)) {
    if (task.status.state >= TaskState.COMPLETE) continue;
    const status = {
      timestamp: now,
      state: TaskState.ORPHANED,
      message: 'Task belonged to a node that has been deleted',
      err: '',
      container: undefined,
      ports: [],
      appliedAt: undefined,
      appliedBy: '',
    };
    changes.push({ action: 'update', object: { ...task, status } });
  }
  return changes;
}

function removal(
  facts: MemberFacts,
  read: ReadTx,
  now: Micros,
  request: { readonly id: string; readonly force: boolean },
): Result<readonly Change[], RpcError> {
  const node = read.get('node', request.id);
  if (!node) return fail({ code: 'NotFound', message: `node ${request.id} not found` });
  const isMember = facts.members().some((member) => member.nodeId === node.id);
  if (node.spec.Role === 'manager' && isMember) {
    const rest =
      'is a cluster manager and is a member of the raft cluster. It must be demoted to worker before removal';
    return fail({ code: 'FailedPrecondition', message: `node ${node.id} ${rest}` });
  }
  if (!request.force && node.status.state === 'ready') {
    return fail({ code: 'FailedPrecondition', message: `node ${node.id} is not down and can't be removed` });
  }
  const cluster = read.cluster()!;
  const blacklist = withoutExpired(cluster.blacklistedCertificates, now);
  const blacklistedCertificates = [...blacklist, { nodeId: node.id, expiry: node.certificate.notAfter }];
  return ok([
    { action: 'update', object: { ...cluster, blacklistedCertificates } },
    ...orphans(read, node.id, now),
    { action: 'remove', table: 'node', id: node.id },
  ]);
}

export function nodeControl(facts: MemberFacts): ControlHandlers<'listNodes' | 'updateNode' | 'removeNode'> {
  return {
    listNodes: ({ read }) =>
      ok({
        changes: [],
        answer: () =>
          read.list('node').map((node): NodeAnswer => ({ ...node, manager: managerStatus(facts, node.id) })),
      }),
    updateNode: ({ read }, request) => {
      const node = read.get('node', request.id);
      if (!node) return fail({ code: 'NotFound', message: `node ${request.id} not found` });
      if (node.spec.Role === 'manager' && request.spec.Role === 'worker') {
        const error = demotionRefusal(facts, read, node);
        if (error) return fail(error);
      }
      if (request.version !== node.meta.version) return fail({ code: 'Unknown', message: 'update out of sequence' });
      const object: NodeObject = { ...node, spec: request.spec };
      return ok({ changes: [{ action: 'update', object }], answer: (after) => after.get('node', node.id)! });
    },
    removeNode: ({ read, now }, request) => {
      const changes = removal(facts, read, now(), request);
      return changes.ok ? ok({ changes: changes.value, answer: () => ({}) }) : changes;
    },
  };
}
