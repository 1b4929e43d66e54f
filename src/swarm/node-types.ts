/** What a daemon gives to and gets from its SwarmNode. */
import type { ApiError, LocalNodeState, SwarmSpec } from '../api/index';
import type { Result } from '../base/result';
import type { Machine, Simulation } from '../sim/index';
import type { Executor } from './agent/executor';
import type { Role, StoreEvent } from './objects';
import type { Store } from './store/store';

export interface SwarmNodeOptions {
  readonly simulation: Simulation;
  readonly machine: Machine;
  readonly hostname: string;
  readonly executor: Executor;
  /** Counts the daemons of one power-on: an answer to an earlier one's call is not for this one. */
  readonly run?: number;
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
  /** ip:port; '' is found out by the manager that is joined. */
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
  /** Its agent has a session with a manager. */
  readonly connected: boolean;
  /** Why the node is in state `error`, or why a start is failing. */
  readonly error: string;
  readonly remoteManagers: readonly { readonly nodeId: string; readonly addr: string }[];
}

/** The outcome of init, join, leave, unlock: an error has the status that HTTP answers with. */
export type NodeDone<T> = (result: Result<T, ApiError>) => void;

export type StoreListener = (events: readonly StoreEvent[], store: Store) => void;
