/**
 * One machine's part in a swarm: what a daemon drives. Made anew at each boot of the machine.
 * Follows moby/swarmkit node/node.go and moby/moby daemon/cluster/noderunner.go.
 */
import type { ApiError, LocalNodeState, SwarmSpec } from '../api/index';
import type { Result } from '../base/result';
import type { RaftStatus } from '../raft/index';
import type { Machine, Packet, Simulation } from '../sim/index';
import type { Executor } from './agent/executor';
import type { ControlApi, ControlMethod } from './control/api';
import type { LogSubscription } from './dispatcher/gateway';
import type { ReadTx, Role, StoreEvent } from './objects';
import type { RpcError } from './rpc';
import type { SchedulingDecision } from './scheduler/decision';

export interface SwarmNodeOptions {
  readonly simulation: Simulation;
  readonly machine: Machine;
  readonly hostname: string;
  readonly executor: Executor;
}

/** Addresses are resolved and checked by the daemon. */
export interface InitOptions {
  /** ip:port on which the manager listens; 0.0.0.0 is every address. */
  readonly listenAddr: string;
  /** ip:port by which the others reach it. */
  readonly advertiseAddr: string;
  readonly dataPathAddr: string;
  readonly dataPathPort: number;
  readonly forceNewCluster: boolean;
  /** Merged over the defaults: what is absent or zero keeps its default. */
  readonly spec: SwarmSpec;
  readonly autoLock: boolean;
  readonly availability: string;
  readonly defaultAddressPool: readonly string[];
  readonly subnetSize: number;
}

export interface JoinOptions {
  readonly listenAddr: string;
  /** ip:port. */
  readonly advertiseAddr: string;
  readonly dataPathAddr: string;
  /** ip:port of a manager. */
  readonly remoteAddr: string;
  readonly joinToken: string;
  readonly availability: string;
}

export interface NodeStatus {
  readonly localNodeState: LocalNodeState;
  /** '' until it has one. */
  readonly nodeId: string;
  /** The address alone, as GET /info shows it. */
  readonly nodeAddr: string;
  /** The certificate's role. */
  readonly role: Role | undefined;
  /** A manager runs here and answers: control requests are possible. */
  readonly controlAvailable: boolean;
  readonly leader: boolean;
  /** Why the node is in state `error`, or why a start is failing. */
  readonly error: string;
  readonly remoteManagers: readonly { readonly nodeId: string; readonly addr: string }[];
}

/** A failure of init, join or leave: `status` is what HTTP answers. */
export type NodeDone<T> = (result: Result<T, ApiError>) => void;

export declare class SwarmNode {
  constructor(options: SwarmNodeOptions);
  /** At boot, after construction: goes on from the disk. Does nothing on a machine that is in no swarm. */
  resume(): void;
  /** Forms a swarm; answers with the node's id when it is ready. */
  init(options: InitOptions, done: NodeDone<string>): void;
  /** Answers when the node's session stands, or after 20 s with moby's sentence while it goes on trying. */
  join(options: JoinOptions, done: NodeDone<undefined>): void;
  /** The refusal texts for managers without `force` are given here. `done` after tasks' containers are gone. */
  leave(force: boolean, done: NodeDone<undefined>): void;
  /** A graceful stop of the daemon (systemctl stop docker): the agent leaves its tasks, the disk stays. */
  shutdown(done: () => void): void;
  status(): NodeStatus;
  /** Only with `controlAvailable`. Forwarded to the leader; the answer or an error comes within 20 s. */
  control<M extends ControlMethod>(
    method: M,
    request: ControlApi[M][0],
    done: (result: Result<ControlApi[M][1], RpcError>) => void,
  ): void;
  /** As Gateway.subscribeLogs; undefined when no manager runs here. */
  subscribeLogs(subscription: LogSubscription): (() => void) | undefined;
  /** Packets of channel 'swarm'. */
  packet(packet: Packet): void;
  /** Timers whose owner begins with 'swarm/'. */
  timer(owner: string, name: string): void;

  // ---- views, for pictures and for `docker events`

  /** Rises whenever Raft's status may read otherwise. */
  readonly raftVersion: number;
  raftStatus(cells?: number): RaftStatus | undefined;
  /** Raft member id → node id and address, as this manager knows them. */
  members(): readonly { readonly raftId: number; readonly nodeId: string; readonly addr: string }[];
  /** This manager's own store; undefined on workers. */
  store(): ReadTx | undefined;
  /** After every commit in this manager's store. Survives restarts of the manager; returns a cancel. */
  watch(listener: (events: readonly StoreEvent[], store: ReadTx) => void): () => void;
  /** As the leader: why tasks landed where they are. */
  schedulingDecisions(): readonly SchedulingDecision[];
}
