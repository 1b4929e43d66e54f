/**
 * The leader's side of all agents: who is there, what they have to run, what they report.
 *
 *      node state   UNKNOWN ──session──► READY ──no heartbeat for three periods──► DOWN ──24 h──► its tasks ORPHANED
 *                      ▲ (a new leader took over; DOWN after six periods)             │
 *                      └──────────────────────── session ◄───────────────────────────┘
 *
 * Status reports of tasks and nodes are written in batches, at most one each 100 ms; assignments are sent 100 ms after
 * the last change, or with the hundredth. Expiry timers are re-armed by each beat without a new event.
 * Follows moby/swarmkit manager/dispatcher/{dispatcher,nodes,period}.go.
 */
import type { NodeDescription } from '../../api/index';
import { sameValue } from '../../base/equal';
import type { Micros } from '../../base/process';
import { fail, ok } from '../../base/result';
import type { Timer } from '../../sim/index';
import type { SessionMessage } from '../agent/port';
import type { ControlLoop, LoopContext } from '../loop';
import {
  type Change,
  type ClusterObject,
  copyStatus,
  copyTask,
  type NodeObject,
  type ReadTx,
  type StoreEvent,
  type TaskObject,
  TaskState,
  type TaskStatus,
} from '../objects';
import type { Reply, RpcError } from '../rpc';
import { AssignmentSet } from './assignments';
import type { AssignmentsMessage, SessionRequest, StatusRequest, WithSession } from './messages';

const PERIOD_DEFAULT: Micros = 5_000_000;
const PERIOD_EPSILON: Micros = 500_000;
const GRACE = 3;
const GRACE_UNKNOWN = 6;
const RATE_LIMIT = 3;
const RATE_PERIOD: Micros = 8_000_000;
const ORPHAN_AFTER: Micros = 24 * 3_600 * 1_000_000;
const BATCH: Micros = 100_000;
const ASSIGNMENTS_WAIT: Micros = 100_000;
const ASSIGNMENTS_LIMIT = 100;

/** Where an agent is reached: its address, and the manager that it holds its session with when that does not lead. */
export interface Caller {
  readonly nodeId: string;
  readonly ip: string;
  readonly via: string | undefined;
}

export interface DispatcherPort {
  /** A message of an open stream, to the agent. */
  push(to: Caller, method: string, message: unknown): void;
  managers(): SessionMessage['managers'];
  /** An agent registered, or its session ended. */
  onConnected(nodeId: string): void;
  onDisconnected(nodeId: string): void;
}

/** Instants of a node's session. */
export interface Heartbeat {
  readonly at: Micros;
  readonly deadline: Micros;
}

interface Session {
  readonly id: string;
  readonly caller: Caller;
  /** Of its expiry. */
  readonly expiry: Timer;
  /** Until its next beat is expected, since the last one. */
  period: Micros;
  /** Once the agent asked for them. */
  assignments: AssignmentSet | undefined;
  sequence: number;
  modifications: number;
  /** The managers that the node was told of last. */
  managers: string;
}

interface NodeUpdate {
  readonly state: NodeObject['status']['state'];
  readonly message: string;
  readonly addr: string;
  readonly description: NodeDescription | undefined;
}

export class Dispatcher implements ControlLoop {
  readonly name = 'dispatcher';
  private readonly sessions = new Map<string, Session>();
  private readonly registrations = new Map<string, { at: Micros; attempts: number }>();
  private taskUpdates = new Map<string, TaskStatus>();
  private nodeUpdates = new Map<string, NodeUpdate>();
  /** Nodes whose tasks are to be orphaned. */
  private readonly orphaned = new Set<string>();
  /** Sessions to be opened once READY is in the store: with the batch to come, and with the one under way. */
  private waiting: { caller: Caller; reply: Reply }[] = [];
  private opening: { caller: Caller; reply: Reply }[] = [];
  private starting = true;
  /** The heartbeat period, before chance. */
  private base: Micros = PERIOD_DEFAULT;
  private flushing = false;
  /** The managers as they were last listed, and their names in one text. */
  private listed: SessionMessage['managers'] = [];
  private names = '';

  constructor(
    private readonly context: LoopContext,
    private readonly port: DispatcherPort,
  ) {}

  /** Follows markNodesUnknown. */
  start(): void {
    this.takePeriod(this.context.store.cluster());
    for (const node of this.context.store.list('node')) {
      this.registrations.set(node.id, { at: Number.NEGATIVE_INFINITY, attempts: 0 });
      if (node.status.state === 'down') this.context.timers.set(`down/${node.id}`, ORPHAN_AFTER);
      else this.context.timers.set(`unknown/${node.id}`, GRACE_UNKNOWN * this.period());
    }
    this.context.requestTurn();
  }

  /** The leadership is gone: agents look for the new leader. */
  stop(): void {
    for (const session of this.sessions.values())
      this.port.push(session.caller, 'agent.closed', { sessionId: session.id });
    this.sessions.clear();
    const dropped: RpcError = { code: 'Aborted', message: 'dispatcher is stopped' };
    for (const { reply } of [...this.waiting, ...this.opening]) reply(fail(dropped));
    this.waiting = [];
    this.opening = [];
  }

  /** Where the node's agent is, if it has a session. */
  caller(nodeId: string): Caller | undefined {
    return this.sessions.get(nodeId)?.caller;
  }

  observe(events: readonly StoreEvent[]): void {
    this.openSessions();
    for (const event of events) {
      const { object } = event;
      if (object.kind === 'task') {
        if (object.nodeId !== '' && this.sessions.size > 0) this.observeTask(event.action, object);
      } else if (object.kind === 'node') this.observeNode(event, object);
      else if (object.kind === 'cluster') this.takePeriod(object);
    }
  }

  timer(name: string): void {
    if (name === 'flush') {
      this.flushing = true;
      this.context.requestTurn();
      return;
    }
    const slash = name.indexOf('/');
    const nodeId = name.slice(slash + 1);
    switch (name.slice(0, slash)) {
      case 'assign':
        this.sendAssignments(nodeId);
        break;
      case 'beat':
        this.expire(nodeId, 'heartbeat failure');
        break;
      case 'unknown':
        this.expire(nodeId, 'heartbeat failure for node in "unknown" state');
        break;
      case 'down':
        this.orphaned.add(nodeId);
        this.context.requestTurn();
        break;
    }
  }

  turn(read: ReadTx): readonly Change[] {
    const changes: Change[] = [];
    if (this.starting) {
      this.starting = false;
      const message = 'Node moved to "unknown" state due to leadership change in cluster';
      for (const node of read.list('node')) {
        if (node.status.state === 'down') continue;
        changes.push({ action: 'update', object: { ...node, status: { ...node.status, state: 'unknown', message } } });
      }
      return changes;
    }
    for (const nodeId of this.orphaned) this.orphan(read, nodeId, changes);
    this.orphaned.clear();
    if (this.flushing) this.flush(read, changes);
    return changes;
  }

  /** Answers an agent's call. Only the methods of {@link DISPATCHER_METHODS} come here. */
  handle(method: string, request: unknown, caller: Caller, reply: Reply): void {
    if (method === 'dispatcher.session') {
      this.register(request as SessionRequest, caller, reply);
      return;
    }
    const session = this.sessions.get(caller.nodeId);
    const invalid = this.refusal(session, request as WithSession);
    if (invalid || !session) reply(fail(invalid!));
    else if (method === 'dispatcher.heartbeat') {
      this.tellManagers(session);
      reply(ok({ period: this.beat(session) }));
    } else if (method === 'dispatcher.assignments') this.openAssignments(session, reply);
    else this.takeStatuses(session, request as StatusRequest, reply);
  }

  private refusal(session: Session | undefined, { sessionId }: WithSession): RpcError | undefined {
    if (!session) return { code: 'NotFound', message: 'node not registered' };
    return session.id === sessionId ? undefined : { code: 'InvalidArgument', message: 'session invalid' };
  }

  // ---- sessions

  /** Follows register: READY is queued, and the session opens when it has been written. */
  private register({ description }: SessionRequest, caller: Caller, reply: Reply): void {
    const { nodeId } = caller;
    const now = this.context.now();
    const earlier = this.registrations.get(nodeId);
    if (earlier) {
      if (now - earlier.at > RATE_PERIOD) earlier.attempts = 0;
      earlier.attempts++;
      if (earlier.attempts > RATE_LIMIT) {
        reply(fail({ code: 'Unavailable', message: `node ${nodeId} exceeded rate limit count of registrations` }));
        return;
      }
      earlier.at = now;
    } else this.registrations.set(nodeId, { at: now, attempts: 0 });
    if (!this.context.store.get('node', nodeId)) {
      reply(fail({ code: 'NotFound', message: 'node not found' }));
      return;
    }
    // What an earlier session left must not fire before this one opens: it would overwrite READY.
    for (const kind of ['down', 'unknown', 'beat']) this.context.timers.clear(`${kind}/${nodeId}`);
    this.nodeUpdates.set(nodeId, { state: 'ready', message: '', addr: caller.ip, description });
    this.waiting.push({ caller, reply });
    this.flushSoon();
  }

  private openSessions(): void {
    if (this.opening.length === 0) return;
    const opening = this.opening;
    this.opening = [];
    for (const { caller, reply } of opening) {
      const node = this.context.store.get('node', caller.nodeId);
      if (!node) {
        reply(fail({ code: 'NotFound', message: 'node not found' }));
        continue;
      }
      const id = this.context.newId();
      this.close(caller.nodeId, caller);
      const session: Session = {
        id,
        caller,
        expiry: this.context.timers.one(`beat/${caller.nodeId}`),
        period: 0,
        managers: this.managerNames(),
        assignments: undefined,
        sequence: 0,
        modifications: 0,
      };
      this.sessions.set(caller.nodeId, session);
      this.context.timers.clear(`unknown/${caller.nodeId}`);
      this.beat(session);
      this.port.onConnected(caller.nodeId);
      reply(ok({ sessionId: id, message: this.sessionMessage(id, node) }));
    }
  }

  /** Ends the session a node has; a successor from the same agent need not be told. */
  private close(nodeId: string, successor?: Caller): void {
    const session = this.sessions.get(nodeId);
    if (!session) return;
    this.sessions.delete(nodeId);
    this.context.timers.clear(`assign/${nodeId}`);
    this.port.onDisconnected(nodeId);
    if (!successor) this.port.push(session.caller, 'agent.closed', { sessionId: session.id });
  }

  private sessionMessage(sessionId: string, node: NodeObject): SessionMessage {
    const networks = node.attachments.flatMap(({ networkId }) => this.context.store.get('network', networkId) ?? []);
    return { sessionId, node, networks, managers: this.port.managers() };
  }

  /** Managers came or went since the node was told: it is told again, with its next heartbeat at the latest. */
  private tellManagers(session: Session): void {
    if (session.managers === this.managerNames()) return;
    const node = this.context.store.get('node', session.caller.nodeId);
    if (node) this.tell(session, node);
  }

  private tell(session: Session, node: NodeObject): void {
    session.managers = this.managerNames();
    this.port.push(session.caller, 'agent.session', this.sessionMessage(session.id, node));
  }

  private managerNames(): string {
    const managers = this.port.managers();
    if (managers !== this.listed) {
      this.listed = managers;
      this.names = managers.map(({ nodeId, addr }) => `${nodeId} ${addr}`).join(' ');
    }
    return this.names;
  }

  private observeNode(event: StoreEvent, node: NodeObject): void {
    if (event.action === 'remove') {
      // Its session stays until its next heartbeat is refused: so it hears that its tasks are to stop.
      for (const kind of ['unknown', 'down']) this.context.timers.clear(`${kind}/${node.id}`);
      this.registrations.delete(node.id);
      this.nodeUpdates.delete(node.id);
      return;
    }
    const session = this.sessions.get(node.id);
    if (!session || event.action !== 'update') return;
    const old = event.old as NodeObject;
    const same =
      old.spec === node.spec &&
      old.role === node.role &&
      old.certificate === node.certificate &&
      old.attachments === node.attachments;
    if (!same) this.tell(session, node);
  }

  // ---- heartbeats

  /** Of a node with a session: for pictures. */
  heartbeat(nodeId: string): Heartbeat | undefined {
    const session = this.sessions.get(nodeId);
    if (!session) return undefined;
    const deadline = session.expiry.due;
    return { at: deadline - GRACE * session.period, deadline };
  }

  /** A cluster that does not say how long keeps what it had, until another manager leads. */
  private takePeriod(cluster: ClusterObject | undefined): void {
    const nanoseconds = cluster?.spec.Dispatcher?.HeartbeatPeriod ?? 0;
    if (nanoseconds > 0) this.base = Math.floor(nanoseconds / 1000);
  }

  private period(): Micros {
    return Math.max(1, this.base + this.context.random.integer(-PERIOD_EPSILON, PERIOD_EPSILON - 1));
  }

  /** Puts the node's expiry off; when the next beat is expected. */
  private beat(session: Session): Micros {
    const period = this.period();
    session.period = period;
    session.expiry.arm(GRACE * period);
    return period;
  }

  /** Follows markNodeNotReady. */
  private expire(nodeId: string, message: string): void {
    if (!this.context.store.get('node', nodeId)) {
      this.close(nodeId);
      return;
    }
    const queued = this.nodeUpdates.get(nodeId);
    this.nodeUpdates.set(nodeId, { state: 'down', message, addr: '', description: queued?.description });
    this.context.timers.set(`down/${nodeId}`, ORPHAN_AFTER);
    this.registrations.delete(nodeId);
    this.close(nodeId);
    this.flushSoon();
  }

  // ---- reports

  /** Follows UpdateTaskStatus. */
  private takeStatuses(session: Session, { updates }: StatusRequest, reply: Reply): void {
    const valid: StatusRequest['updates'][number][] = [];
    for (const update of updates) {
      const task = this.context.store.get('task', update.taskId);
      if (!task) continue;
      if (task.nodeId !== session.caller.nodeId) {
        reply(fail({ code: 'PermissionDenied', message: 'cannot update a task not assigned this node' }));
        return;
      }
      valid.push(update);
    }
    for (const { taskId, status } of valid) this.taskUpdates.set(taskId, status);
    if (valid.length > 0) this.flushSoon();
    reply(ok({}));
  }

  /** Upstream's ticker runs freely; here it is set when there is something, to the tick that would be next. */
  private flushSoon(): void {
    const { timers } = this.context;
    if (!timers.has('flush')) timers.set('flush', BATCH - (this.context.now() % BATCH));
  }

  /** Follows processUpdates. */
  private flush(read: ReadTx, changes: Change[]): void {
    this.flushing = false;
    const now = this.context.now();
    for (const [taskId, reported] of this.taskUpdates) {
      const task = read.get('task', taskId);
      if (!task || task.status.state > reported.state || isSameStatus(task.status, reported)) continue;
      const object = copyTask(task);
      const status = copyStatus(reported);
      status.appliedAt = now;
      status.appliedBy = this.context.nodeId;
      object.status = status;
      changes.push({ action: 'update', object });
    }
    for (const [nodeId, update] of this.nodeUpdates) {
      const node = read.get('node', nodeId);
      if (!node) continue;
      const status = { state: update.state, message: update.message, addr: update.addr || node.status.addr };
      const description = update.description ?? node.description;
      if (sameValue(status, node.status) && sameValue(description, node.description)) continue;
      changes.push({ action: 'update', object: { ...node, status, description } });
    }
    this.taskUpdates = new Map();
    this.nodeUpdates = new Map();
    this.opening.push(...this.waiting);
    this.waiting = [];
    if (changes.length === 0) this.openSessions();
  }

  /** After a day in which the node was down. Follows moveTasksToOrphaned. */
  private orphan(read: ReadTx, nodeId: string, changes: Change[]): void {
    for (const task of read.tasksOfNode(nodeId)) {
      const { state } = task.status;
      if (state < TaskState.ASSIGNED || state > TaskState.RUNNING) continue;
      this.taskUpdates.delete(task.id);
      changes.push({ action: 'update', object: { ...task, status: { ...task.status, state: TaskState.ORPHANED } } });
    }
  }

  // ---- assignments

  private openAssignments(session: Session, reply: Reply): void {
    const { store } = this.context;
    session.assignments = new AssignmentSet();
    session.modifications = 0;
    for (const task of store.tasksOfNode(session.caller.nodeId)) session.assignments.put(store, task);
    session.sequence++;
    reply(
      ok<AssignmentsMessage>({
        ...session.assignments.take(store),
        sessionId: session.id,
        complete: true,
        appliesTo: 0,
        resultsIn: session.sequence,
      }),
    );
  }

  private observeTask(action: StoreEvent['action'], task: TaskObject): void {
    const session = this.sessions.get(task.nodeId);
    if (!session?.assignments) return;
    const { assignments } = session;
    const news = action === 'remove' ? assignments.remove(task) : assignments.put(this.context.store, task);
    if (!news) return;
    session.modifications++;
    if (session.modifications >= ASSIGNMENTS_LIMIT) this.sendAssignments(task.nodeId);
    else this.context.timers.set(`assign/${task.nodeId}`, ASSIGNMENTS_WAIT);
  }

  private sendAssignments(nodeId: string): void {
    const session = this.sessions.get(nodeId);
    if (!session?.assignments || session.modifications === 0) return;
    this.context.timers.clear(`assign/${nodeId}`);
    session.modifications = 0;
    session.sequence++;
    const message: AssignmentsMessage = {
      ...session.assignments.take(this.context.store),
      sessionId: session.id,
      complete: false,
      appliesTo: session.sequence - 1,
      resultsIn: session.sequence,
    };
    this.port.push(session.caller, 'agent.assignments', message);
  }
}

/** Calls that an agent makes. */
export const DISPATCHER_METHODS = [
  'dispatcher.session',
  'dispatcher.heartbeat',
  'dispatcher.assignments',
  'dispatcher.status',
] as const;

/** What the agent reports is what is there already: a new session reports everything again. */
function isSameStatus(stored: TaskStatus, reported: TaskStatus): boolean {
  return (
    stored.state === reported.state &&
    stored.message === reported.message &&
    stored.err === reported.err &&
    stored.timestamp === reported.timestamp &&
    sameValue(stored.container, reported.container) &&
    sameValue(stored.ports, reported.ports)
  );
}
