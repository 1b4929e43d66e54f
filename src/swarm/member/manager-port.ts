/** What a manager needs of its node, and what its parts need of it. */
import type { RandomStream } from '../../base/random';
import type { RawNode } from '../../raft/index';
import type { Machine, Simulation, Timers } from '../../sim/index';
import type { Scope } from '../endpoint';
import type { Gateway } from '../loops';
import type { StoreEvent } from '../objects';
import type { Store } from '../store/store';
import type { NewCluster } from './cluster-objects';
import type { ConfigChanges } from './config-changes';
import type { Forwarder } from './forwarder';
import type { Membership } from './membership';
import type { RaftStorage } from './storage';
import type { Transport } from './transport';
import type { Turns } from './turns';

export interface ManagerPort {
  readonly simulation: Simulation;
  readonly machine: Machine;
  /** Listens where the manager does. */
  readonly scope: Scope;
  readonly storage: RaftStorage;
  readonly nodeId: string;
  /** What a first leader writes; undefined for a manager that joined. */
  readonly newCluster: (() => NewCluster) | undefined;
  newId(): string;
  /** After each commit. */
  onEvents(events: readonly StoreEvent[], store: Store): void;
  /** Who the managers are has changed, or who leads. */
  onMembers(): void;
  /** This member was removed from the group. */
  onRemoved(): void;
  /** For the first time, this manager knows a leader (or is one, with its loops running). */
  onReady(): void;
}

/** The manager as its leadership and the handlers of its calls see it. */
export interface ManagerCore {
  readonly port: ManagerPort;
  readonly raft: RawNode;
  readonly store: Store;
  readonly turns: Turns;
  readonly gateway: Gateway;
  readonly forwarder: Forwarder;
  readonly transport: Transport;
  readonly configChanges: ConfigChanges;
  readonly membership: Membership;
  readonly raftId: number;
  readonly group: string;
  readonly random: RandomStream;
  canRemove(raftId: number): boolean;
  /** Goes on until there is nothing left to do in this event. */
  settle(): void;
  timersOf(loop: string): Timers;
  clearLoopTimers(): void;
  /** The loops have begun to run. */
  becameEffective(): void;
}
