/**
 * One machine's part in a swarm: what a daemon drives. Made anew at each boot of the machine.
 *
 *      inactive ──init, join──► pending ──session stands──► active ──leave──► inactive
 *          ▲                      │  failed, or forever trying                  │
 *          └──────────────────────┘                     disk, reboot: resume ◄──┘
 *
 * Follows moby/swarmkit node/node.go and moby/moby daemon/cluster/noderunner.go, swarm.go.
 */
import type { LocalNodeState } from '../api/index';
import { newSwarmId } from '../base/ids';
import type { Micros } from '../base/process';
import { fail, ok, type Result } from '../base/result';
import type { RaftStatus } from '../raft/index';
import type { Machine, Packet, Timers } from '../sim/index';
import type { Executor } from './agent/executor';
import { CertificateClient, type JoinFailure, RETRY_TIMER } from './ca/client';
import { Renewal } from './ca/renewal';
import { tlsInfoReader } from './ca/tls-info';
import type { ControlApi, ControlMethod } from './control/api';
import type { ResourceApi, ResourceDone, ResourceMethod } from './control/attachment';
import { Endpoint, type Scope } from './endpoint';
import { Exclusive } from './exclusive';
import { leaveRefusal } from './leave';
import { Agent, type LogSubscription, type SessionMessage } from './loops';
import { ManagerRunner } from './manager-runner';
import { forceNewCluster } from './member/bootstrap';
import type { NewCluster } from './member/cluster-objects';
import type { Manager } from './member/manager';
import { RaftStorage } from './member/storage';
import { configOf, foundCluster, withTlsInfo, writeSpec } from './node-init';
import { type Identity, type NodeConfig, NodeRecord } from './node-record';
import { EXISTS, EXPIRED, JOIN_TIMEOUT, NO_SWARM, NOT_MANAGER } from './node-texts';
import type { InitOptions, JoinOptions, NodeDone, NodeStatus, StoreListener, SwarmNodeOptions } from './node-types';
import type { Role, StoreEvent } from './objects';
import { type Reply, type RpcError, rpcStatus } from './rpc';
import type { SchedulingDecision } from './scheduler/decision';
import type { Store } from './store/store';

const SECOND: Micros = 1_000_000;
/** moby/moby daemon/cluster/cluster.go, swarmConnectTimeout and swarmRequestTimeout. */
const CONNECT_TIMEOUT = 20 * SECOND;
const REQUEST_TIMEOUT = 20 * SECOND;

export class SwarmNode {
  private readonly record: NodeRecord;
  private readonly endpoint: Endpoint;
  private readonly timers: Timers;
  private readonly executor: Executor;
  private scope: Scope;
  private certificates: CertificateClient;
  private readonly renewal: Renewal;
  private agent: Agent | undefined;
  private managers: ManagerRunner;
  private state: LocalNodeState = 'inactive';
  private error = '';
  private hasSession = false;
  /** Not yet ready since init or join: a failure ends it, later ones are only tried again. */
  private isFirstStart = false;
  /** init, join and leave exclude each other, as under moby's controlMutex. */
  private readonly acts = new Exclusive();
  /** Who waits for the node to be ready. */
  private waiting: NodeDone<undefined> | undefined;
  private readonly listeners = new Set<StoreListener>();
  private version = 0;
  /** What the node's description and GET /swarm say of the authority; undefined in no swarm. */
  readonly tlsInfo = tlsInfoReader(() => this.record.identity?.root);

  constructor(readonly options: SwarmNodeOptions) {
    const { simulation, machine } = options;
    this.record = new NodeRecord(machine.disk);
    this.endpoint = new Endpoint(simulation, machine, this.record, options.run);
    this.timers = simulation.timers(machine.name, 'swarm/node');
    this.executor = withTlsInfo(options.executor, this.tlsInfo);
    this.scope = this.endpoint.scope();
    this.certificates = this.newClient();
    this.managers = this.newRunner();
    this.renewal = new Renewal({
      record: this.record,
      timers: this.timers,
      random: simulation.random(`swarm/${machine.name}/renewal`),
      now: () => simulation.now,
      client: () => this.certificates,
      onRenewed: (identity, previous) => {
        this.version++;
        if (identity.role !== previous) this.roleChanged(identity.role);
      },
    });
  }

  private newClient(): CertificateClient {
    return new CertificateClient({ rpc: this.scope, timers: this.timers, manager: () => this.someManager() });
  }

  private newRunner(): ManagerRunner {
    return new ManagerRunner({
      simulation: this.options.simulation,
      machine: this.options.machine,
      endpoint: this.endpoint,
      record: this.record,
      timers: this.timers,
      newId: () => this.newId(),
      someManager: () => this.someManager(),
      onEvents: (events, store) => this.onEvents(events, store),
      onReady: () => this.checkReady(),
      onFailed: (failure) => this.fail(failure),
      onRemoved: () => this.agent?.reconnect(),
    });
  }

  private newId(): string {
    return newSwarmId(this.options.simulation.random(`swarm/${this.options.machine.name}/id`));
  }

  // ---- starting

  /** At boot, after construction: goes on from the disk. Does nothing on a machine that is in no swarm. */
  resume(): void {
    const { config, identity } = this.record;
    if (!config) return;
    if (identity?.role === 'manager' && this.record.unlockKey !== '') this.state = 'locked';
    else this.run(config, undefined);
  }

  /** Forms a swarm; answers with the node's id when it is ready. */
  init(options: InitOptions, done: NodeDone<string>): void {
    this.acts.run(done, (finish) => this.doInit(options, finish));
  }

  private doInit(options: InitOptions, done: NodeDone<string>): void {
    if (this.state !== 'inactive') {
      if (!options.forceNewCluster) done(fail({ status: 503, message: EXISTS }));
      else if (!this.managers.manager) done(fail({ status: 503, message: NOT_MANAGER }));
      else this.reinitialise(options, done);
      return;
    }
    const { simulation, machine } = this.options;
    const random = simulation.random(`swarm/${machine.name}/ca`);
    const cluster = foundCluster(options, this.record, machine.disk, random, simulation.now, () => this.newId());
    const config = configOf(options, '', '');
    this.record.config = config;
    this.waiting = (ready) => (ready.ok ? this.finishInit(options, done) : done(ready));
    this.run(config, cluster);
  }

  private finishInit(options: InitOptions, done: NodeDone<string>): void {
    writeSpec(this, options.spec, (error) => done(error ? fail(error) : ok(this.record.identity!.nodeId)));
  }

  private reinitialise(options: InitOptions, done: NodeDone<string>): void {
    this.stopParts(() => {
      forceNewCluster(this.options.machine.disk, options.advertiseAddr);
      const config = configOf(options, '', '');
      this.record.config = config;
      this.record.remotes = [];
      this.waiting = (ready) => (ready.ok ? this.finishInit(options, done) : done(ready));
      this.run(config, undefined);
    });
  }

  /** Answers when the node's session stands, or after 20 s with moby's sentence while it goes on trying. */
  join(options: JoinOptions, done: NodeDone<undefined>): void {
    this.acts.run(done, (finish) => this.doJoin(options, finish));
  }

  private doJoin(options: JoinOptions, done: NodeDone<undefined>): void {
    if (this.state !== 'inactive') {
      done(fail({ status: 503, message: EXISTS }));
      return;
    }
    const config = configOf(options, options.remoteAddr, options.joinToken);
    this.record.config = config;
    this.waiting = done;
    this.isFirstStart = true;
    this.timers.set('join timeout', CONNECT_TIMEOUT);
    this.run(config, undefined);
  }

  /** Opens a locked manager's disk; answers when the node is ready again. */
  unlock(key: string, done: NodeDone<undefined>): void {
    if (this.state !== 'locked') done(fail({ status: 409, message: 'swarm is not locked' }));
    else if (!/^SWMKEY-1-[A-Za-z0-9+/]{43}$/.test(key)) done(fail({ status: 400, message: 'invalid key string' }));
    else if (key !== this.record.unlockKey) {
      done(fail({ status: 401, message: 'swarm could not be unlocked: invalid key provided' }));
    } else {
      this.waiting = done;
      this.run(this.record.config!, undefined);
    }
  }

  private run(config: NodeConfig, cluster: NewCluster | undefined): void {
    this.state = 'pending';
    this.error = '';
    this.version++;
    const { identity } = this.record;
    if (identity) {
      this.runWith(identity, cluster);
      return;
    }
    this.certificates.join(config.joinToken, config.availability, (result) => {
      if (!result.ok) {
        this.fail(result.error);
        return;
      }
      this.record.identity = result.value;
      this.runWith(result.value, undefined);
    });
  }

  private runWith(identity: Identity, cluster: NewCluster | undefined): void {
    if (identity.certificate.notAfter <= this.options.simulation.now) {
      this.state = 'error';
      this.error = EXPIRED;
      return;
    }
    this.renewal.schedule(identity);
    if (identity.role === 'manager') this.managers.start(cluster);
    this.startAgent(identity.nodeId);
  }

  private startAgent(nodeId: string): void {
    const { simulation, machine } = this.options;
    this.agent = new Agent({
      nodeId,
      executor: this.executor,
      rpc: this.scope,
      timers: (agent) => simulation.timers(machine.name, 'swarm/agent', agent),
      disk: machine.disk,
      random: simulation.random(`swarm/${machine.name}/agent`),
      now: simulation.clock,
      managers: () => this.managerAddresses(),
      settle: () => this.managers.manager?.settle(),
      localManager: () => this.managers.manager?.gateway,
      onSession: (message) => this.onSession(message),
    });
    this.agent.start();
    this.managers.manager?.settle();
  }

  // ---- what happens then

  private onSession(message: SessionMessage): void {
    this.version++;
    if (!this.managers.manager) this.record.remotes = message.managers;
    this.hasSession = true;
    this.renewal.sawRole(message.node.role);
    this.checkReady();
  }

  private onEvents(events: readonly StoreEvent[], store: Store): void {
    this.version++;
    for (const event of events) {
      if (event.object.kind === 'cluster' && event.action !== 'remove') this.record.unlockKey = event.object.unlockKey;
    }
    for (const listener of this.listeners) listener(events, store);
  }

  private checkReady(): void {
    if (this.state !== 'pending' || !this.hasSession) return;
    if (this.record.identity?.role === 'manager' && !this.managers.isReady) return;
    this.state = 'active';
    this.isFirstStart = false;
    this.timers.clear('join timeout');
    const { config } = this.record;
    if (config && config.joinToken !== '') this.record.config = { ...config, joinToken: '' };
    const { waiting } = this;
    this.waiting = undefined;
    waiting?.(ok(undefined));
  }

  /** A start that did not succeed. moby/moby noderunner.go: what was ready once is restarted until it is again. */
  private fail(failure: JoinFailure): void {
    if (!this.isFirstStart) return;
    const { waiting } = this;
    this.waiting = undefined;
    this.timers.clear('join timeout');
    this.version++;
    if (waiting) {
      this.reset();
      waiting(fail({ status: failure.rpc ? rpcStatus(failure.rpc) : 500, message: failure.message }));
      return;
    }
    this.stopParts(() => {
      this.state = 'error';
      this.error = failure.message;
    });
  }

  private roleChanged(role: Role): void {
    if (role === 'manager') this.managers.start(undefined);
    else {
      this.managers.stop();
      new RaftStorage(this.options.machine.disk).wipe();
      this.record.unlockKey = '';
    }
    // Its session was opened with the old certificate.
    this.agent?.reconnect();
  }

  // ---- ending

  /** The refusal texts for managers without `force` are given here. `done` after tasks' containers are gone. */
  leave(force: boolean, done: NodeDone<undefined>): void {
    this.acts.run(done, (finish) => this.doLeave(force, finish));
  }

  private doLeave(force: boolean, done: NodeDone<undefined>): void {
    if (this.state === 'inactive') {
      done(fail({ status: 503, message: NO_SWARM }));
      return;
    }
    const isManager = this.record.identity?.role === 'manager';
    if (isManager && !force) {
      if (this.state === 'locked') {
        const message =
          'Swarm is encrypted and locked. Please unlock it first or use `--force` to ignore this message.';
        done(fail({ status: 503, message }));
      } else leaveRefusal(this, (message) => done(fail({ status: 503, message })));
      return;
    }
    this.stopParts(() => {
      this.reset();
      done(ok(undefined));
    });
  }

  /** A graceful stop of the daemon (systemctl stop docker): the agent leaves its tasks, the disk stays. */
  shutdown(done: () => void): void {
    this.stopParts(done);
  }

  private stopParts(done: () => void): void {
    const stopRest = (): void => {
      this.agent?.stop();
      this.agent = undefined;
      this.hasSession = false;
      this.managers.stop();
      this.certificates.cancel();
      this.timers.clearAll();
      this.scope.close();
      this.scope = this.endpoint.scope();
      this.certificates = this.newClient();
      this.managers = this.newRunner();
      done();
    };
    if (this.agent) this.agent.leave(stopRest);
    else stopRest();
    this.managers.manager?.settle();
  }

  /** In no swarm any more. */
  private reset(): void {
    this.managers.stop();
    this.certificates.cancel();
    this.agent?.stop();
    this.agent = undefined;
    this.timers.clearAll();
    this.record.clear();
    this.state = 'inactive';
    this.error = '';
    this.hasSession = false;
    this.isFirstStart = false;
    this.version++;
  }

  // ---- managers

  private managerAddresses(): readonly string[] {
    const own = this.record.identity?.nodeId;
    const { manager } = this.managers;
    const known = manager ? manager.membership.list() : this.record.remotes;
    const addresses = known.filter((remote) => manager || remote.nodeId !== own).map((remote) => remote.addr);
    const { config } = this.record;
    return addresses.length === 0 && config && config.joinAddr !== '' ? [config.joinAddr] : addresses;
  }

  private someManager(): string | undefined {
    const { simulation, machine } = this.options;
    const addresses = this.managerAddresses();
    if (addresses.length === 0) return undefined;
    return addresses[simulation.random(`swarm/${machine.name}/remotes`).integer(0, addresses.length - 1)];
  }

  /** Only with `controlAvailable`. Forwarded to the leader; the answer or an error comes within 20 s. */
  control<M extends ControlMethod>(
    method: M,
    request: ControlApi[M][0],
    done: (result: Result<ControlApi[M][1], RpcError>) => void,
  ): void {
    const { manager } = this.managers;
    if (manager) manager.control(method, request, REQUEST_TIMEOUT, done);
    else done(fail({ code: 'Unavailable', message: NOT_MANAGER }));
  }

  /** What any node may ask of the leader for itself; the answer or an error comes within 20 s. */
  resource<M extends ResourceMethod>(method: M, request: ResourceApi[M][0], done: ResourceDone<M>): void {
    const { manager } = this.managers;
    const address = manager ? undefined : this.someManager();
    if (manager) manager.resource(method, request, REQUEST_TIMEOUT, done);
    else if (address === undefined) done(fail({ code: 'Unavailable', message: NO_SWARM }));
    else this.scope.call(address, `resource.${method}`, request, REQUEST_TIMEOUT, done as Reply);
  }

  /** As Gateway.subscribeLogs; undefined when no manager runs here. */
  subscribeLogs(subscription: LogSubscription): (() => void) | undefined {
    return this.managers.manager?.gateway.subscribeLogs(subscription);
  }

  // ---- events

  /** Packets of channel 'swarm'. */
  packet(packet: Packet, sender: Machine): void {
    this.endpoint.packet(packet, sender);
    this.managers.manager?.settle();
  }

  /** Timers whose owner begins with 'swarm/'. */
  timer(owner: string, name: string): void {
    const { manager } = this.managers;
    if (owner === 'swarm/raft') manager?.tick();
    else if (owner === 'swarm/rpc') this.endpoint.timer();
    else if (owner === 'swarm/node') this.ownTimer(name);
    else manager?.timer(owner, name);
    this.managers.manager?.settle();
  }

  private ownTimer(name: string): void {
    if (name === RETRY_TIMER) this.certificates.retry();
    else if (this.renewal.timer(name)) return;
    else if (name === 'join timeout') {
      const { waiting } = this;
      this.waiting = undefined;
      waiting?.(fail({ status: 503, message: JOIN_TIMEOUT }));
    } else this.managers.timer(name);
  }

  // ---- views

  status(): NodeStatus {
    const { identity, config } = this.record;
    const { manager } = this.managers;
    const remotes = manager ? manager.membership.list() : this.record.remotes;
    const addr = config?.advertiseAddr ?? '';
    return {
      localNodeState: this.state,
      nodeId: identity?.nodeId ?? '',
      nodeAddr: addr.slice(0, addr.lastIndexOf(':')) || (config ? this.endpoint.ip : ''),
      role: identity?.role,
      controlAvailable: manager !== undefined,
      connected: this.agent?.isConnected ?? false,
      leader: manager?.raft.isLeader ?? false,
      error: this.error || this.managers.error,
      remoteManagers: remotes.map(({ nodeId, addr: at }) => ({ nodeId, addr: at })),
    };
  }

  /** The certificate of the moment, for files and pictures. */
  identity(): Identity | undefined {
    return this.record.identity;
  }

  /** Rises whenever what is seen of this node may read otherwise, but for elapsed ticks. */
  get raftVersion(): number {
    return this.version + (this.managers.manager?.raft.version ?? 0);
  }

  raftStatus(cells?: number): RaftStatus | undefined {
    return this.managers.manager?.raft.status(cells);
  }

  /** The group as this manager knows it. */
  members(): readonly { readonly raftId: number; readonly nodeId: string; readonly addr: string }[] {
    return this.managers.manager?.membership.list() ?? [];
  }

  /** The manager itself, for checkers; undefined on workers. */
  manager(): Manager | undefined {
    return this.managers.manager;
  }

  /** This manager's own store; undefined on workers. */
  store(): Store | undefined {
    return this.managers.manager?.store;
  }

  /** After every commit in this manager's store. Survives restarts of the manager; returns a cancel. */
  watch(listener: StoreListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** As the leader: why tasks landed where they are. */
  schedulingDecisions(): readonly SchedulingDecision[] {
    return this.managers.manager?.leadership.decisions() ?? [];
  }
}
