/**
 * The worker side of every node: a session with some manager, the tasks assigned, their reports.
 *
 *      connecting ──session──► assignments, heartbeats, reports
 *          ▲                        │ an error, silence for 5 s, or the manager closes
 *          └──── back-off 0.1 s … 8 s, then any manager ◄┘
 *
 * A node that is a manager itself holds its session with its own manager, which passes it on to the leader.
 * Follows moby/swarmkit agent/{agent,session,reporter}.go.
 */
import type { NodeDescription } from '../../api/index';
import { sameValue } from '../../base/equal';
import type { Micros } from '../../base/process';
import { fail } from '../../base/result';
import type { Timer, Timers } from '../../sim/index';
import type { AssignmentsMessage, HeartbeatReply, SessionReply, WithSession } from '../dispatcher/messages';
import type { SubscriptionMessage } from '../logbroker/messages';
import type { TaskStatus } from '../objects';
import type { Reply, RpcHandler } from '../rpc';
import { LogPublisher } from './log-publisher';
import type { AgentPort, SessionMessage } from './port';
import { Worker } from './worker';

const RPC_TIMEOUT: Micros = 5_000_000;
const BACKOFF_FIRST: Micros = 100_000;
const BACKOFF_MAX: Micros = 8_000_000;
const DESCRIBE_INTERVAL: Micros = 20_000_000;
const RETRY: Micros = 1_000_000;
/** Reports and lines of one moment go together. */
const REPORT_WAIT: Micros = 2_000;
const REPORT_MAX = 1024;

interface Session {
  /** The manager's address; undefined is the node's own. */
  readonly address: string | undefined;
  /** '' until it stands. */
  id: string;
  /** The same for each heartbeat: what is asked, and what becomes of the answer. */
  beat: { readonly request: WithSession; readonly reply: Reply } | undefined;
  readonly description: NodeDescription;
  describedAt: Micros;
  /** The state of assignments that the next message must build on. */
  sequence: number;
  /** Messages that came before the complete set. */
  early: AssignmentsMessage[] | undefined;
}

export class Agent {
  private readonly worker: Worker;
  private readonly logs: LogPublisher;
  private readonly timers: Timers;
  private readonly beatTimer: Timer;
  private session: Session | undefined;
  private backoff: Micros = 0;
  private lastAddress: string | undefined;
  private pending = new Map<string, TaskStatus>();
  private reporting = false;
  private running = false;

  constructor(private readonly port: AgentPort) {
    const { executor } = port;
    const timers = port.timers(this);
    this.timers = timers;
    this.beatTimer = timers.one('heartbeat');
    this.logs = new LogPublisher({
      nodeId: port.nodeId,
      executor,
      runners: () => this.worker.runners.values(),
      publish: (message) => this.call('logs.publish', message, () => {}),
      flushSoon: () => {
        if (!timers.has('logs')) timers.set('logs', REPORT_WAIT);
      },
    });
    this.worker = new Worker({
      executor,
      disk: port.disk,
      now: () => port.now(),
      report: (taskId, status) => this.report(taskId, status),
      retryLater: (taskId) => timers.set(`retry/${taskId}`, RETRY),
      onTask: (runner) => this.logs.onTask(runner),
    });
  }

  /** A session stands. */
  get isConnected(): boolean {
    return this.session !== undefined && this.session.id !== '';
  }

  /** Takes up the tasks on disk and opens a session; serves `agent.*`. */
  start(): void {
    this.running = true;
    this.serve('agent.session', (message) => this.takeMessage(message as SessionMessage));
    this.serve('agent.assignments', (message) => this.takeAssignments(message as AssignmentsMessage));
    this.serve('agent.closed', () => this.broken());
    this.serve('agent.logs', (message) => this.logs.handle(message as SubscriptionMessage));
    this.worker.resume();
    this.connect();
  }

  timer(name: string): void {
    if (!this.running) return;
    if (name === 'heartbeat') this.heartbeat();
    else if (name === 'session') this.connect();
    else if (name === 'report') this.sendReports();
    else if (name === 'logs') this.logs.flush();
    else if (name.startsWith('retry/')) this.worker.retry(name.slice('retry/'.length));
    if (this.session?.address === undefined) this.port.settle();
  }

  /**
   * Drops every assignment: containers are stopped and removed, the task database emptied; then calls `done`.
   * For a graceful stop of the daemon and for leaving the swarm. Follows agent.go, Leave.
   */
  leave(done: () => void): void {
    this.running = false;
    this.endSession();
    this.timers.clear('session');
    this.worker.removeAll(done);
  }

  /** Forgets everything in memory at once; the disk stays. */
  stop(): void {
    this.running = false;
    this.endSession();
    this.timers.clear('session');
    this.worker.abandon();
  }

  /** The session broke or its manager is gone: try another after the back-off. */
  reconnect(): void {
    if (this.running && this.session) this.broken();
  }

  /** Pushes of a session that is over are not for this one. */
  private serve(method: string, handler: (message: unknown) => void): void {
    const checked: RpcHandler = (message) => {
      const { sessionId } = message as { sessionId?: string };
      const stale = sessionId !== undefined && sessionId !== this.session?.id;
      if (this.running && this.session && !stale) handler(message);
    };
    this.port.rpc.serve(method, checked);
  }

  // ---- the session

  private connect(): void {
    const own = this.port.localManager();
    const address = own ? undefined : this.chooseManager();
    if (!own && address === undefined) {
      this.retryLater();
      return;
    }
    const description = this.port.executor.describe();
    const session: Session = {
      address,
      id: '',
      beat: undefined,
      description,
      describedAt: this.port.now(),
      sequence: 0,
      early: undefined,
    };
    this.session = session;
    this.lastAddress = address;
    this.callIn(session, 'dispatcher.session', { description }, (result) => {
      if (!result.ok) this.broken();
      else this.opened(session, result.value as SessionReply);
    });
  }

  /** Any manager, but not the one that has just failed while there are others. */
  private chooseManager(): string | undefined {
    const all = this.port.managers();
    const others = all.length > 1 ? all.filter((address) => address !== this.lastAddress) : all;
    return others.length === 0 ? undefined : others[this.port.random.integer(0, others.length - 1)];
  }

  private opened(session: Session, { sessionId, message }: SessionReply): void {
    session.id = sessionId;
    this.backoff = 0;
    this.takeMessage(message);
    if (this.session !== session) return;
    this.heartbeat();
    this.requestAssignments(session);
    for (const { taskId, status } of this.worker.statuses()) this.pending.set(taskId, status);
    this.sendReports();
  }

  private takeMessage(message: SessionMessage): void {
    const { node, networks } = message;
    this.port.executor.configure({
      nodeId: node.id,
      role: node.role,
      attachments: node.attachments.flatMap((attachment) => {
        const network = networks.find(({ id }) => id === attachment.networkId);
        return network ? [{ attachment, network }] : [];
      }),
    });
    this.port.onSession(message);
  }

  /** Follows agent.go, run: the error branch. */
  private broken(): void {
    if (!this.session) return;
    this.endSession();
    if (this.running) this.retryLater();
  }

  private endSession(): void {
    this.session = undefined;
    this.reporting = false;
    this.pending.clear();
    this.logs.reset();
    for (const name of ['heartbeat', 'report', 'logs']) this.timers.clear(name);
  }

  private retryLater(): void {
    this.backoff = Math.min(BACKOFF_FIRST + 2 * this.backoff, BACKOFF_MAX);
    this.timers.set('session', this.port.random.integer(0, this.backoff - 1));
  }

  /** Also looks, now and then, whether the node's description changed: then a new session tells it. */
  private heartbeat(): void {
    const { session } = this;
    if (!session) return;
    const now = this.port.now();
    if (now - session.describedAt >= DESCRIBE_INTERVAL) {
      session.describedAt = now;
      if (!sameValue(this.port.executor.describe(), session.description)) {
        this.endSession();
        this.connect();
        return;
      }
    }
    session.beat ??= {
      request: { sessionId: session.id },
      reply: (result) => {
        if (this.session !== session) return;
        if (!result.ok) this.broken();
        else this.beatTimer.arm((result.value as HeartbeatReply).period);
      },
    };
    this.send(session, 'dispatcher.heartbeat', session.beat.request, session.beat.reply);
  }

  // ---- assignments

  private requestAssignments(session: Session): void {
    session.early = [];
    this.callIn(session, 'dispatcher.assignments', { sessionId: session.id }, (result) => {
      if (!result.ok) {
        this.broken();
        return;
      }
      const early = session.early ?? [];
      session.early = undefined;
      const message = result.value as AssignmentsMessage;
      session.sequence = message.resultsIn;
      this.worker.apply(message);
      for (const next of early) this.takeAssignments(next);
    });
  }

  /** A gap in the chain is closed by asking for the complete set. */
  private takeAssignments(message: AssignmentsMessage): void {
    const { session } = this;
    if (!session) return;
    if (session.early) {
      session.early.push(message);
      return;
    }
    if (message.resultsIn <= session.sequence) return;
    if (message.appliesTo !== session.sequence) {
      this.requestAssignments(session);
      return;
    }
    session.sequence = message.resultsIn;
    this.worker.apply(message);
  }

  // ---- reports

  private report(taskId: string, status: TaskStatus): void {
    if (!this.session?.id) return;
    this.pending.set(taskId, status);
    if (!this.reporting && !this.timers.has('report')) this.timers.set('report', REPORT_WAIT);
  }

  /** The newest status of each task, at most 1,024 at once, one call after the other. */
  private sendReports(): void {
    const { session } = this;
    if (!session || this.reporting || this.pending.size === 0) return;
    const updates = [...this.pending].slice(0, REPORT_MAX).map(([taskId, status]) => ({ taskId, status }));
    for (const { taskId } of updates) this.pending.delete(taskId);
    this.reporting = true;
    this.callIn(session, 'dispatcher.status', { sessionId: session.id, updates }, (result) => {
      this.reporting = false;
      if (!result.ok) this.broken();
      else if (this.pending.size > 0) this.timers.set('report', REPORT_WAIT);
    });
  }

  // ---- calls

  private call(method: string, request: unknown, reply: Reply): void {
    if (this.session) this.callIn(this.session, method, request, reply);
  }

  /** Answers that come after the session has ended are dropped. */
  private callIn(session: Session, method: string, request: unknown, reply: Reply): void {
    this.send(session, method, request, (result) => {
      if (this.session === session) reply(result);
    });
  }

  private send(session: Session, method: string, request: unknown, reply: Reply): void {
    if (session.address !== undefined) {
      this.port.rpc.call(session.address, method, request, RPC_TIMEOUT, reply);
      return;
    }
    const own = this.port.localManager();
    if (own) own.call(method, request, RPC_TIMEOUT, reply);
    else reply(fail({ code: 'Unavailable', message: 'transport is closing' }));
  }
}
