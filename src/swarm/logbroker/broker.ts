/**
 * Finds the nodes that have the tasks whose logs are read, asks them to publish, and passes their lines on.
 *
 *      reader ─► its manager ─► broker ─► subscription to each node with a matching task
 *                    ◄────────── lines ◄── agents
 *
 * Without `follow` it ends when every node is done; with it, new tasks bring new nodes in until the reader leaves.
 * Follows moby/swarmkit manager/logbroker/{broker,subscription}.go.
 */
import { fail, ok } from '../../base/result';
import type { Caller } from '../dispatcher/dispatcher';
import type { ControlLoop, LoopContext } from '../loop';
import { type StoreEvent, type TaskObject, TaskState } from '../objects';
import type { Reply } from '../rpc';
import type { LogBatch, PublishMessage, SubscribeMessage, SubscriptionMessage } from './messages';

/** Where a reader's lines go. */
export interface Subscriber {
  readonly address: string;
}

export interface LogBrokerPort {
  push(to: Caller, method: string, message: unknown): void;
  /** The node's agent, while it has a session. */
  caller(nodeId: string): Caller | undefined;
  deliver(to: Subscriber, batch: LogBatch): void;
}

interface Subscription {
  readonly request: SubscribeMessage;
  readonly to: Subscriber;
  /** Nodes that publish, or have with `follow` been asked to. */
  readonly nodes: Set<string>;
  /** Nodes that could not be asked. */
  readonly absent: Set<string>;
  /** Matching tasks without a node. */
  readonly pending: Set<string>;
  readonly errors: string[];
}

export class LogBroker implements ControlLoop {
  readonly name = 'logbroker';
  private readonly subscriptions = new Map<string, Subscription>();

  constructor(
    private readonly context: LoopContext,
    private readonly port: LogBrokerPort,
  ) {}

  start(): void {}
  timer(): void {}
  turn(): readonly [] {
    return [];
  }

  /** With `follow`: nodes that got a matching task are asked to publish too. */
  observe(events: readonly StoreEvent[]): void {
    if (this.subscriptions.size === 0) return;
    for (const { action, object } of events) {
      if (object.kind !== 'task' || action === 'remove') continue;
      for (const subscription of this.subscriptions.values()) {
        const { selector, options } = subscription.request;
        if (!options.follow) continue;
        const matches = selector.taskIds.includes(object.id) || selector.serviceIds.includes(object.serviceId);
        if (matches) this.add(subscription, object);
      }
    }
  }

  subscribe(request: SubscribeMessage, reply: Reply): void {
    const { selector } = request;
    if (selector.serviceIds.length + selector.nodeIds.length + selector.taskIds.length === 0) {
      reply(fail({ code: 'InvalidArgument', message: 'log selector must be provided' }));
      return;
    }
    const subscription: Subscription = {
      request,
      to: { address: request.subscriber },
      nodes: new Set(),
      absent: new Set(),
      pending: new Set(),
      errors: [],
    };
    this.subscriptions.set(request.id, subscription);
    reply(ok({}));
    for (const nodeId of selector.nodeIds) this.addNode(subscription, nodeId);
    for (const task of this.matching(request)) this.add(subscription, task);
    this.endIfDone(subscription);
  }

  /** The reader is gone. */
  cancel(id: string, reply: Reply): void {
    const subscription = this.subscriptions.get(id);
    if (subscription) this.close(subscription);
    reply(ok({}));
  }

  publish(nodeId: string, { id, messages, done }: PublishMessage, reply: Reply): void {
    const subscription = this.subscriptions.get(id);
    if (!subscription) {
      reply(fail({ code: 'NotFound', message: 'unknown subscription ID' }));
      return;
    }
    reply(ok({}));
    if (messages.length > 0) this.port.deliver(subscription.to, { id, messages, done: false, error: undefined });
    if (done) this.done(subscription, nodeId);
  }

  /** Readers that follow go on with a node that comes back. */
  connected(nodeId: string): void {
    for (const subscription of this.subscriptions.values()) {
      if (subscription.nodes.has(nodeId)) this.send(subscription, nodeId, false);
    }
  }

  disconnected(nodeId: string): void {
    for (const subscription of [...this.subscriptions.values()]) {
      if (!subscription.nodes.has(nodeId)) continue;
      subscription.errors.push(`node ${nodeId} disconnected unexpectedly`);
      this.done(subscription, nodeId);
    }
  }

  private matching({ selector, options }: SubscribeMessage): TaskObject[] {
    const { store } = this.context;
    const tasks = selector.taskIds.flatMap((id) => store.get('task', id) ?? []);
    for (const serviceId of selector.serviceIds) {
      for (const task of store.tasksOfService(serviceId)) {
        // What has not run yet has nothing to say to a reader that does not wait.
        if (options.follow || task.status.state >= TaskState.RUNNING) tasks.push(task);
      }
    }
    return tasks;
  }

  private add(subscription: Subscription, task: TaskObject): void {
    if (task.nodeId === '') subscription.pending.add(task.id);
    else {
      subscription.pending.delete(task.id);
      this.addNode(subscription, task.nodeId);
    }
  }

  private addNode(subscription: Subscription, nodeId: string): void {
    if (subscription.nodes.has(nodeId) || subscription.absent.has(nodeId)) return;
    subscription.nodes.add(nodeId);
    if (this.send(subscription, nodeId, false)) return;
    if (!subscription.request.options.follow) subscription.absent.add(nodeId);
    subscription.errors.push(`node ${nodeId} is not available`);
    if (!subscription.request.options.follow) subscription.nodes.delete(nodeId);
  }

  private send(subscription: Subscription, nodeId: string, close: boolean): boolean {
    const caller = this.port.caller(nodeId);
    if (!caller) return false;
    const { id, selector, options } = subscription.request;
    this.port.push(caller, 'agent.logs', { id, selector, options, close } satisfies SubscriptionMessage);
    return true;
  }

  private done(subscription: Subscription, nodeId: string): void {
    if (subscription.request.options.follow) return;
    subscription.nodes.delete(nodeId);
    this.endIfDone(subscription);
  }

  private endIfDone(subscription: Subscription): void {
    const { id, options } = subscription.request;
    if (options.follow || subscription.nodes.size > 0 || !this.subscriptions.has(id)) return;
    this.subscriptions.delete(id);
    this.port.deliver(subscription.to, { id, messages: [], done: true, error: errorText(subscription) });
  }

  private close(subscription: Subscription): void {
    this.subscriptions.delete(subscription.request.id);
    for (const nodeId of subscription.nodes) this.send(subscription, nodeId, true);
  }
}

function errorText({ errors, pending }: Subscription): string | undefined {
  const reasons = [...errors, ...[...pending].map((id) => `task ${id} has not been scheduled`)];
  if (reasons.length === 0) return undefined;
  const intro =
    'rpc error: code = Unknown desc = warning: incomplete log stream. some logs could not be retrieved for the ' +
    'following reasons: ';
  return intro + reasons.join(', ');
}
