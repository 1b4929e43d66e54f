/** Publishes lines of this node's tasks to the log broker. Follows moby/swarmkit agent/worker.go, Subscribe. */
import type { LogMessage, LogSelector, PublishMessage, SubscriptionMessage } from '../logbroker/messages';
import type { Executor } from './executor';
import type { TaskRunner } from './task-runner';

/** Lines in one message. */
const BATCH_MAX = 1000;

export interface LogPublisherPort {
  readonly nodeId: string;
  readonly executor: Executor;
  runners(): Iterable<TaskRunner>;
  publish(message: PublishMessage): void;
  /** Ask for {@link LogPublisher.flush} in a moment. */
  flushSoon(): void;
}

interface Subscription {
  readonly message: SubscriptionMessage;
  /** Task → cancel of its stream. */
  readonly streams: Map<string, () => void>;
  open: number;
  lines: LogMessage[];
  done: boolean;
}

export class LogPublisher {
  private readonly subscriptions = new Map<string, Subscription>();

  constructor(private readonly port: LogPublisherPort) {}

  handle(message: SubscriptionMessage): void {
    if (message.close) {
      this.close(message.id);
      return;
    }
    if (this.subscriptions.has(message.id)) return;
    const subscription: Subscription = { message, streams: new Map(), open: 0, lines: [], done: false };
    this.subscriptions.set(message.id, subscription);
    for (const runner of this.port.runners()) {
      if (matches(message.selector, runner, this.port.nodeId)) this.stream(subscription, runner);
    }
    this.finishIfDone(subscription);
  }

  /** A new task: readers that follow its service get its lines too. */
  onTask(runner: TaskRunner): void {
    for (const subscription of this.subscriptions.values()) {
      const { selector, options } = subscription.message;
      if (options.follow && matches(selector, runner, this.port.nodeId)) this.stream(subscription, runner);
    }
  }

  flush(): void {
    for (const [id, subscription] of this.subscriptions) {
      const { lines, done } = subscription;
      subscription.lines = [];
      for (let at = 0; at < lines.length || (at === 0 && done); at += BATCH_MAX) {
        const last = at + BATCH_MAX >= lines.length;
        this.port.publish({ id, messages: lines.slice(at, at + BATCH_MAX), done: done && last });
      }
      if (done) this.subscriptions.delete(id);
    }
  }

  /** The session is over: the broker has forgotten these subscriptions, or sends them again. */
  reset(): void {
    for (const id of [...this.subscriptions.keys()]) this.close(id);
  }

  private close(id: string): void {
    const subscription = this.subscriptions.get(id);
    this.subscriptions.delete(id);
    for (const cancel of subscription?.streams.values() ?? []) cancel();
  }

  private stream(subscription: Subscription, runner: TaskRunner): void {
    const { taskId } = runner;
    if (subscription.streams.has(taskId)) return;
    const { serviceId } = runner.assigned.task;
    subscription.open++;
    subscription.streams.set(taskId, () => {});
    const cancel = this.port.executor.logs(
      taskId,
      subscription.message.options,
      (line) => {
        subscription.lines.push({ serviceId, taskId, nodeId: this.port.nodeId, line });
        this.port.flushSoon();
      },
      () => {
        subscription.open--;
        this.finishIfDone(subscription);
      },
    );
    subscription.streams.set(taskId, cancel);
  }

  private finishIfDone(subscription: Subscription): void {
    if (subscription.open > 0 || subscription.message.options.follow) return;
    subscription.done = true;
    this.port.flushSoon();
  }
}

function matches(selector: LogSelector, runner: TaskRunner, nodeId: string): boolean {
  const { id, serviceId } = runner.assigned.task;
  return selector.taskIds.includes(id) || selector.serviceIds.includes(serviceId) || selector.nodeIds.includes(nodeId);
}
