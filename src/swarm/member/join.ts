/** A new member of the group, from the leader's side. Follows moby/swarmkit manager/state/raft/raft.go, Join. */
import { fail, ok } from '../../base/result';
import { splitAddress } from '../endpoint';
import { type RpcHandler, rpcText } from '../rpc';
import type { ManagerCore } from './manager-port';
import type { Member } from './membership';

export interface RaftJoinRequest {
  /** ip:port; 0.0.0.0 is wherever the request comes from. */
  readonly addr: string;
}
export interface RaftJoinAnswer {
  readonly raftId: number;
  readonly addr: string;
  readonly members: readonly Member[];
  readonly group: string;
}

/** The joiner must answer at its address within this. */
const HEALTH_TIMEOUT = 5_000_000;
/** raft.go, reqTimeout: 5 s and twice the election timeout. */
const CONFIGURE_TIMEOUT = 25_000_000;

export function newRaftJoin(manager: ManagerCore): RpcHandler {
  return (request, peer, reply) => {
    const { ip, port } = splitAddress((request as RaftJoinRequest).addr);
    const addr = `${ip === '0.0.0.0' ? peer.ip : ip}:${port}`;
    const { scope } = manager.port;
    // Its certificate may be older than its demotion, which upstream does not look at here.
    if (peer.role !== 'manager' || manager.store.get('node', peer.nodeId)?.role !== 'manager') {
      const message = 'Permission denied: remote certificate not part of OUs: [swarm-manager]';
      reply(fail({ code: 'PermissionDenied', message }));
      return;
    }
    scope.call(addr, 'raft.health', {}, HEALTH_TIMEOUT, (health) => {
      if (!health.ok) {
        const prefix = 'could not connect to prospective new cluster member using its advertised address';
        reply(fail({ code: 'Unknown', message: `${prefix}: ${rpcText(health.error)}` }));
        return;
      }
      const old = manager.membership.byNode(peer.nodeId);
      const raftId = old?.raftId ?? newRaftId(manager);
      const answer = (): void =>
        reply(ok({ raftId, addr, members: manager.membership.list(), group: manager.group } satisfies RaftJoinAnswer));
      if (old?.addr === addr) {
        answer();
        return;
      }
      const context: Member = Object.freeze({ raftId, nodeId: peer.nodeId, addr });
      const change = Object.freeze({ action: 'add', member: raftId, context } as const);
      manager.configChanges.propose(change, CONFIGURE_TIMEOUT, (error) => (error ? reply(fail(error)) : answer()));
      manager.settle();
    });
  };
}

/** A positive id that nobody has or had. */
function newRaftId(manager: ManagerCore): number {
  for (;;) {
    const raftId = randomRaftId((low, high) => manager.random.integer(low, high));
    if (!manager.membership.get(raftId) && !manager.membership.isRemoved(raftId)) return raftId;
  }
}

/** 52 bits, so that it is exact in a number. */
export function randomRaftId(integer: (low: number, high: number) => number): number {
  return integer(1, 0x3ffffff) * 0x4000000 + integer(0, 0x3ffffff);
}
