/**
 * What every manager answers to agents and log readers. Only the leader's dispatcher and log broker decide; the others
 * pass calls on to it and its messages back, so an agent may hold its session with any manager.
 *
 *      agent ──call──► gateway (manager that leads)      ──► Dispatcher
 *      agent ──call──► gateway (another) ──forward──► gateway of the leader ──► Dispatcher
 *      agent ◄──push── gateway (another) ◄──relay──── Dispatcher
 *
 * Follows moby/swarmkit protobuf/plugin/raftproxy/raftproxy.go and manager/state/raft/raft.go, LeaderConn.
 */
import type { Micros } from '../../base/process';
import type { RandomStream } from '../../base/random';
import { fail } from '../../base/result';
import type { Timers } from '../../sim/index';
import type { LogOptions } from '../agent/executor';
import { LogBroker, type Subscriber } from '../logbroker/broker';
import type { LogBatch, LogMessage, LogSelector, PublishMessage, SubscribeMessage } from '../logbroker/messages';
import type { ControlLoop, LoopContext } from '../loop';
import type { Reply, Rpc, RpcError } from '../rpc';
import { type Caller, DISPATCHER_METHODS, Dispatcher } from './dispatcher';

/** What the gateway needs of its manager. */
export interface ManagerPort {
  readonly rpc: Rpc;
  readonly nodeId: string;
  /** ip:port where this manager is reached. */
  readonly address: string;
  /** Of the gateway's own; the manager hands what fires to {@link Gateway.timer}. */
  readonly timers: Timers;
  readonly random: RandomStream;
  now(): Micros;
  /** Where the leader is reached as this manager knows it, its own address when it leads; undefined without one. */
  leader(): string | undefined;
  /** Ready to answer as leader: its loops run. */
  leads(): boolean;
  /** No leader for more than ten ticks. */
  lostQuorum(): boolean;
  /** All managers of the swarm, for agents to choose from. */
  managers(): readonly { readonly nodeId: string; readonly addr: string }[];
}

export interface LogSubscription {
  readonly selector: LogSelector;
  readonly options: LogOptions;
  message(message: LogMessage): void;
  /** The end; with an error when some logs could not be had. */
  done(error?: string): void;
}

const NO_LEADER: RpcError = {
  code: 'Unknown',
  message:
    "The swarm does not have a leader. It's possible that too few managers are online. " +
    'Make sure more than half of the managers are online.',
};
const DEADLINE: RpcError = { code: 'DeadlineExceeded', message: 'context deadline exceeded' };
/** How often a call that found no leader looks again. */
const POLL: Micros = 1_000_000;
const CALL_TIMEOUT: Micros = 5_000_000;

interface Forwarded {
  readonly method: string;
  readonly request: unknown;
  readonly caller: Caller;
}

interface Relayed {
  readonly to: string;
  readonly method: string;
  readonly message: unknown;
}

interface Waiting extends Forwarded {
  readonly deadline: Micros;
  readonly reply: Reply;
}

export class Gateway {
  private dispatcher: Dispatcher | undefined;
  private broker: LogBroker | undefined;
  private waiting: Waiting[] = [];
  private readonly subscriptions = new Map<string, LogSubscription>();
  private subscribed = 0;
  /** The leader that serves the subscriptions. */
  private servedBy: string | undefined;
  private stopped = false;

  constructor(private readonly port: ManagerPort) {
    const { rpc } = port;
    for (const method of [...DISPATCHER_METHODS, 'logs.publish']) {
      rpc.serve(method, (request, { nodeId, ip }, reply) =>
        this.answer({ method, request, caller: { nodeId, ip, via: undefined } }, CALL_TIMEOUT, reply),
      );
    }
    rpc.serve('gateway.forward', (request, _peer, reply) => {
      if (port.leads()) this.decide(request as Forwarded, reply);
      else reply(fail({ code: 'Unavailable', message: 'connection error: this manager does not lead' }));
    });
    rpc.serve('gateway.relay', (request) => {
      const { to, method, message } = request as Relayed;
      rpc.push(to, method, message);
    });
    rpc.serve('gateway.logs', (batch) => this.deliver(batch as LogBatch));
  }

  /** This manager leads now: the dispatcher and the log broker, to be run as control loops with the given contexts. */
  lead(context: (name: string) => LoopContext): readonly ControlLoop[] {
    const push = (to: Caller, method: string, message: unknown): void => this.push(to, method, message);
    const dispatcher = new Dispatcher(context('dispatcher'), {
      push,
      managers: () => this.port.managers(),
      onConnected: (nodeId) => this.broker?.connected(nodeId),
      onDisconnected: (nodeId) => this.broker?.disconnected(nodeId),
    });
    this.dispatcher = dispatcher;
    this.broker = new LogBroker(context('logbroker'), {
      push,
      caller: (nodeId) => dispatcher.caller(nodeId),
      deliver: (to, batch) => this.deliverTo(to, batch),
    });
    return [dispatcher, this.broker];
  }

  /** It no longer leads: sessions are closed. */
  follow(): void {
    this.dispatcher = undefined;
    this.broker = undefined;
    this.endSubscriptions();
  }

  private endSubscriptions(): void {
    for (const [id, subscription] of this.subscriptions) {
      this.subscriptions.delete(id);
      subscription.done('rpc error: code = Unavailable desc = transport is closing');
    }
  }

  /** Readers' streams end with the leader that served them. */
  private watchLeader(): void {
    if (this.subscriptions.size === 0) return;
    if (this.port.leader() === this.servedBy) this.port.timers.set('watch', POLL);
    else this.endSubscriptions();
  }

  timer(name: string): void {
    if (name === 'watch') this.watchLeader();
    else this.poll();
  }

  private poll(): void {
    const now = this.port.now();
    const waiting = this.waiting;
    this.waiting = [];
    for (const call of waiting) {
      if (call.deadline <= now) call.reply(fail(DEADLINE));
      else if (!this.route(call, call.deadline - now, call.reply)) this.waiting.push(call);
    }
    if (this.waiting.length > 0) this.port.timers.set('poll', POLL);
  }

  /** The manager stops; forwarded calls are dropped. */
  stop(): void {
    this.stopped = true;
    const waiting = this.waiting;
    this.waiting = [];
    for (const { reply } of waiting) reply(fail({ code: 'Unavailable', message: 'transport is closing' }));
    this.follow();
  }

  /** A call of this node's own agent, which needs no packet to get here. */
  call(method: string, request: unknown, timeout: Micros, reply: Reply): void {
    const caller: Caller = { nodeId: this.port.nodeId, ip: this.ownIp(), via: undefined };
    if (this.stopped) reply(fail({ code: 'Unavailable', message: 'transport is closing' }));
    else this.answer({ method, request, caller }, timeout, reply);
  }

  /** Reads logs of tasks anywhere; returns a cancel. */
  subscribeLogs(subscription: LogSubscription): () => void {
    const id = `${this.port.nodeId}/${++this.subscribed}`;
    this.subscriptions.set(id, subscription);
    this.servedBy = this.port.leader();
    this.port.timers.set('watch', POLL);
    const { selector, options } = subscription;
    const request: SubscribeMessage = { id, selector, options, subscriber: this.port.address };
    const caller: Caller = { nodeId: this.port.nodeId, ip: this.ownIp(), via: undefined };
    this.answer({ method: 'logs.subscribe', request, caller }, CALL_TIMEOUT, (result) => {
      if (result.ok) return;
      if (this.subscriptions.delete(id))
        subscription.done(`rpc error: code = ${result.error.code} desc = ${result.error.message}`);
    });
    return () => {
      if (!this.subscriptions.delete(id)) return;
      this.answer({ method: 'logs.cancel', request: { id }, caller }, CALL_TIMEOUT, () => {});
    };
  }

  private ownIp(): string {
    return this.port.address.slice(0, this.port.address.lastIndexOf(':'));
  }

  private answer(call: Forwarded, timeout: Micros, reply: Reply): void {
    if (this.route(call, timeout, reply)) return;
    if (this.port.lostQuorum()) {
      reply(fail(NO_LEADER));
      return;
    }
    this.waiting.push({ ...call, deadline: this.port.now() + timeout, reply });
    if (!this.port.timers.has('poll')) this.port.timers.set('poll', POLL);
  }

  /** To the leader, here or elsewhere; false when there is none. */
  private route(call: Forwarded, timeout: Micros, reply: Reply): boolean {
    const { port } = this;
    if (port.leads()) {
      this.decide(call, reply);
      return true;
    }
    const leader = port.leader();
    if (leader === undefined || leader === port.address) return false;
    const forwarded: Forwarded = { ...call, caller: { ...call.caller, via: port.address } };
    port.rpc.call(leader, 'gateway.forward', forwarded, timeout, reply);
    return true;
  }

  /** As the leader. */
  private decide({ method, request, caller }: Forwarded, reply: Reply): void {
    if (method === 'logs.publish') this.broker?.publish(caller.nodeId, request as PublishMessage, reply);
    else if (method === 'logs.subscribe') this.broker?.subscribe(request as SubscribeMessage, reply);
    else if (method === 'logs.cancel') this.broker?.cancel((request as { id: string }).id, reply);
    else this.dispatcher?.handle(method, request, caller, reply);
  }

  private push(to: Caller, method: string, message: unknown): void {
    const address = `${to.ip}:0`;
    if (to.via === undefined) this.port.rpc.push(address, method, message);
    else this.port.rpc.push(to.via, 'gateway.relay', { to: address, method, message } satisfies Relayed);
  }

  private deliverTo(to: Subscriber, batch: LogBatch): void {
    if (to.address === this.port.address) this.deliver(batch);
    else this.port.rpc.push(to.address, 'gateway.logs', batch);
  }

  private deliver({ id, messages, done, error }: LogBatch): void {
    const subscription = this.subscriptions.get(id);
    if (!subscription) return;
    for (const message of messages) subscription.message(message);
    if (!done) return;
    this.subscriptions.delete(id);
    subscription.done(error);
  }
}
