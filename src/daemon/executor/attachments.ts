/**
 * Standalone containers on attachable networks: the engine asks, the swarm makes a task of it, and when that task has
 * come to this node with its address the container may start.
 *
 *     attach ─► attachNetwork at the leader ─► task, address ─► this node: prepare ─► done with the address
 *     release ─► detachNetwork ─► the task is removed ─► the network goes with its last user
 *
 * Follows moby/moby daemon/cluster/networks.go (AttachNetwork, DetachNetwork) and
 * executor/container/attachment.go.
 */
import type { Micros } from '../../base/process';
import { fail, ok } from '../../base/result';
import { type Container, type HostEngine, type SwarmAttachments, withoutPrefix } from '../../host/index';
import {
  type AssignedTask,
  rpcStatus,
  rpcText,
  type StepDone,
  type SwarmNode,
  type TaskController,
} from '../../swarm/index';
import type { SwarmExecutor } from './executor';

/** moby daemon/cluster/cluster.go, swarmRequestTimeout. */
const PATIENCE: Micros = 20_000_000;
/** How often it looks for a session. */
const RETRY: Micros = 500_000;
/** A machine that comes to a network has heard of all endpoints there before its container starts. */
const BULK_SYNC: Micros = 100_000;
const TIMED_OUT =
  'attaching to network failed, make sure your network options are correct and check manager logs: context deadline exceeded';

type Attached = Parameters<SwarmAttachments['attach']>[3];

export class Attachments implements SwarmAttachments {
  /** Attachment id → who waits for its address. */
  private readonly waiting = new Map<string, Attached>();
  /** Attachments whose task has come, with the container and network they are for. */
  private readonly held = new Map<string, { readonly containerId: string; readonly networkId: string }>();

  constructor(
    private readonly engine: HostEngine,
    private readonly node: SwarmNode,
  ) {}

  attach(reference: string, container: Container, address: string, done: Attached): void {
    const { localNodeState } = this.node.status();
    if (localNodeState === 'inactive' || localNodeState === 'locked') {
      done(fail({ status: 404, message: `network ${reference} not found` }));
      return;
    }
    this.whenConnected(reference, container, PATIENCE, done, () => this.ask(reference, container, address, done));
  }

  /** The agent asks over its session: without one it waits for it. Follows moby/swarmkit agent/agent.go, withSession. */
  private whenConnected(reference: string, container: Container, left: Micros, done: Attached, then: () => void): void {
    if (this.node.status().connected) then();
    else if (left <= 0) {
      done(fail({ status: 500, message: `Could not attach to network ${reference}: context deadline exceeded` }));
    } else {
      const again = (): void => this.whenConnected(reference, container, left - RETRY, done, then);
      this.engine.alarms.set(`connecting/${container.id}/${reference}`, RETRY, again);
    }
  }

  private ask(reference: string, container: Container, address: string, done: Attached): void {
    const request = { target: reference, containerId: container.id, address };
    this.node.resource('attachNetwork', request, (result) => {
      if (!result.ok) {
        const message = `Could not attach to network ${reference}: ${rpcText(result.error)}`;
        done(fail({ status: rpcStatus(result.error), message }));
        return;
      }
      const { attachmentId } = result.value;
      this.waiting.set(attachmentId, done);
      this.engine.alarms.set(`attaching/${attachmentId}`, PATIENCE, () => {
        this.waiting.delete(attachmentId);
        this.detach(attachmentId);
        done(fail({ status: 500, message: TIMED_OUT }));
      });
    });
  }

  release(networkId: string, containerId: string): void {
    for (const [attachmentId, held] of [...this.held]) {
      if (held.containerId === containerId && held.networkId === networkId) this.detach(attachmentId);
    }
  }

  /** An attachment that nothing here waits for or uses: its container died with the power. */
  isStale(attachmentId: string): boolean {
    return !this.held.has(attachmentId) && !this.waiting.has(attachmentId);
  }

  detach(attachmentId: string): void {
    this.held.delete(attachmentId);
    this.node.resource('detachNetwork', { attachmentId }, () => {});
  }

  /** The task has come and its network exists here. */
  ready({ task, networks }: AssignedTask): void {
    const containerId = task.spec.NetworkAttachmentSpec?.ContainerID ?? '';
    const [network] = networks;
    const address = task.networks[0]?.addresses[0];
    const done = this.waiting.get(task.id);
    if (!done || !network || address === undefined) return;
    this.waiting.delete(task.id);
    this.engine.alarms.clear(`attaching/${task.id}`);
    this.held.set(task.id, { containerId, networkId: network.id });
    done(ok({ networkId: network.id, address: withoutPrefix(address) }));
  }
}

/** Runs an attachment's task: it holds the network as long as the container is on it. */
export class AttachmentController implements TaskController {
  private giveUp = (): void => {};

  constructor(
    private readonly executor: SwarmExecutor,
    private readonly engine: HostEngine,
    private readonly attachments: () => Attachments | undefined,
    private assigned: AssignedTask,
  ) {}

  update(assigned: AssignedTask): void {
    this.assigned = assigned;
  }

  prepare(done: StepDone): void {
    this.giveUp = this.executor.whenAttached(this.assigned, (failure) => {
      if (failure !== undefined) {
        done({ message: failure });
        return;
      }
      this.executor.createNetworks(this.assigned);
      this.engine.alarms.set(this.alarm, BULK_SYNC, () => {
        this.attachments()?.ready(this.assigned);
        done();
      });
    });
  }

  private get alarm(): string {
    return `attached/${this.assigned.task.id}`;
  }

  start(done: StepDone): void {
    done();
  }

  /** Until the engine gives it back, which removes the task. */
  wait(): void {
    const attachments = this.attachments();
    const { id } = this.assigned.task;
    if (attachments?.isStale(id)) attachments.detach(id);
  }

  shutdown(done: StepDone): void {
    this.executor.removeUnusedNetworks(this.assigned);
    done();
  }

  remove(done: StepDone): void {
    this.cancel();
    this.shutdown(done);
  }

  cancel(): void {
    this.giveUp();
    this.giveUp = () => {};
    this.engine.alarms.clear(this.alarm);
  }

  containerStatus(): undefined {
    return undefined;
  }

  ports(): readonly [] {
    return [];
  }
}
