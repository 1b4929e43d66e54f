/**
 * Starts and stops a node's manager: the first one, one that joins, one from the disk.
 * Follows moby/swarmkit node/node.go, superviseManager and runManager.
 */
import type { Micros } from '../base/process';
import { ok } from '../base/result';
import type { Machine, Simulation, Timers } from '../sim/index';
import { type JoinFailure, joinFailure } from './ca/client';
import { type Endpoint, type Scope, splitAddress } from './endpoint';
import { bootstrapJoined } from './member/bootstrap';
import type { NewCluster } from './member/cluster-objects';
import type { RaftJoinAnswer, RaftJoinRequest } from './member/join';
import { Manager } from './member/manager';
import { RaftStorage } from './member/storage';
import type { NodeRecord } from './node-record';
import type { StoreEvent } from './objects';
import { rpcText } from './rpc';
import type { Store } from './store/store';

const SECOND: Micros = 1_000_000;
const JOIN_TIMEOUT = 25 * SECOND;
/** Between two attempts of a node that was promoted. noderunner.go doubles from 0.1 s to 30 s. */
const RETRY_MIN = SECOND / 5;
const RETRY_MAX = 30 * SECOND;
/** A removed member waits so long for its new certificate before it tries to join again. node.go, roleChangeTimeout. */
const ROLE_CHANGE_TIMEOUT = 2 * 16 * SECOND;

export interface RunnerPort {
  readonly simulation: Simulation;
  readonly machine: Machine;
  readonly endpoint: Endpoint;
  readonly record: NodeRecord;
  readonly timers: Timers;
  newId(): string;
  someManager(): string | undefined;
  onEvents(events: readonly StoreEvent[], store: Store): void;
  /** A manager has started and, if the swarm is new, written its first objects. */
  onReady(): void;
  /** A first join failed. */
  onFailed(failure: JoinFailure): void;
  /** The group removed this member; its manager has stopped. */
  onRemoved(): void;
}

export class ManagerRunner {
  manager: Manager | undefined;
  /** Why the last attempt to join the group failed. */
  error = '';
  private scope: Scope | undefined;
  private retryDelay = RETRY_MIN;
  private isNew = false;
  private hasStore = false;

  constructor(private readonly port: RunnerPort) {}

  /** A manager that joined or came back is ready when it runs, the first of a swarm when it has a store. */
  get isReady(): boolean {
    return this.manager !== undefined && (!this.isNew || this.hasStore);
  }

  /** `cluster` for the first manager of a swarm. */
  start(cluster: NewCluster | undefined): void {
    if (this.scope) return;
    this.isNew = cluster !== undefined;
    this.hasStore = false;
    const { endpoint, machine, record } = this.port;
    this.scope = endpoint.scope();
    this.scope.port = splitAddress(record.config!.listenAddr).port;
    if (new RaftStorage(machine.disk).member) this.run(cluster);
    else this.join();
  }

  /** Asks the group to be let in. Follows raft.go, joinCluster. */
  private join(): void {
    const { scope } = this;
    const { record, timers } = this.port;
    const address = this.port.someManager();
    if (!scope || address === undefined) return;
    scope.serve('raft.health', (_request, _peer, reply) => reply(ok({})));
    const { advertiseAddr, listenAddr } = record.config!;
    const addr = advertiseAddr || `0.0.0.0:${splitAddress(listenAddr).port}`;
    scope.call(address, 'raft.join', { addr } satisfies RaftJoinRequest, JOIN_TIMEOUT, (result) => {
      if (result.ok) {
        bootstrapJoined(this.port.machine.disk, result.value as RaftJoinAnswer);
        this.error = '';
        this.retryDelay = RETRY_MIN;
        this.run(undefined);
        return;
      }
      this.error = rpcText(result.error);
      this.retryDelay = Math.min(this.retryDelay * 2, RETRY_MAX);
      timers.set('manager join', this.retryDelay);
      this.port.onFailed(joinFailure(result.error));
    });
  }

  private run(cluster: NewCluster | undefined): void {
    const { simulation, machine, record } = this.port;
    this.manager = new Manager({
      simulation,
      machine,
      scope: this.scope!,
      storage: new RaftStorage(machine.disk),
      nodeId: record.identity!.nodeId,
      newCluster: cluster && (() => cluster),
      newId: () => this.port.newId(),
      onEvents: (events, store) => this.port.onEvents(events, store),
      onMembers: () => this.saveRemotes(),
      onRemoved: () => this.removed(),
      onReady: () => {
        this.hasStore = true;
        this.port.onReady();
      },
    });
    this.manager.start();
    this.port.onReady();
  }

  private saveRemotes(): void {
    const members = this.manager?.membership.list() ?? [];
    if (members.length > 0) this.port.record.remotes = members.map(({ nodeId, addr }) => ({ nodeId, addr }));
  }

  private removed(): void {
    this.stop();
    new RaftStorage(this.port.machine.disk).wipe();
    this.port.timers.set('role change', ROLE_CHANGE_TIMEOUT);
    this.port.onRemoved();
  }

  timer(name: string): void {
    if (name === 'manager join' && !this.manager) this.join();
    else if (name === 'role change' && !this.manager && this.port.record.identity?.role === 'manager') {
      this.start(undefined);
    }
  }

  stop(): void {
    this.manager?.stop();
    this.manager = undefined;
    this.scope?.close();
    this.scope = undefined;
    this.port.timers.clear('manager join');
    this.port.timers.clear('role change');
  }
}
