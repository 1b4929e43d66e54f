/**
 * Gives networks their subnets, services their virtual addresses and ports, nodes their load-balancer addresses and
 * tasks their addresses; a task that has all it needs becomes PENDING.
 *
 *      network created ─► subnet, gateway, VXLAN id      service created or changed ─► ports, one VIP a network
 *      task NEW ─► addresses ─► PENDING                  task on a node ─► the node's address on its networks
 *
 * What cannot be had is tried again when something was given back, at the latest after five minutes.
 * Follows moby/swarmkit manager/allocator/network.go.
 */
import type { Micros } from '../../base/process';
import type { ControlLoop, LoopContext } from '../loop';
import {
  type Attachment,
  type Change,
  copyTask,
  type NodeObject,
  type ReadTx,
  type StoreEvent,
  type TaskObject,
  TaskState,
} from '../objects';
import { Draft } from '../orchestrator/draft';
import { managerStatus } from '../orchestrator/task';
import { NetworkAllocator } from './networks';
import { NodeNetworks } from './node-networks';
import { PortAllocator } from './ports';
import { ServiceAllocator, serviceNetworks } from './services';

const RETRY_INTERVAL: Micros = 300_000_000;
const TIMER = 'retry';

export class Allocator implements ControlLoop {
  readonly name = 'allocator';
  private readonly networks = new NetworkAllocator();
  private readonly services: ServiceAllocator;
  private readonly nodeNetworks = new NodeNetworks();
  /** Addresses that tasks and nodes hold, by their ids. */
  private readonly taskAttachments = new Map<string, readonly Attachment[]>();
  private readonly nodeAttachments = new Map<string, readonly Attachment[]>();
  private readonly dirtyNetworks = new Set<string>();
  private readonly dirtyServices = new Set<string>();
  private readonly dirtyNodes = new Set<string>();
  private readonly pendingTasks = new Set<string>();
  /** What could not be allocated. */
  private readonly failedNetworks = new Set<string>();
  private readonly failedServices = new Set<string>();
  private readonly failedTasks = new Set<string>();
  /** Decided in the last turn: dropped if another writer was faster. */
  private readonly decided = new Set<string>();
  private somethingReleased = false;

  constructor(private readonly context: LoopContext) {
    this.services = new ServiceAllocator(this.networks, new PortAllocator());
  }

  /** Takes over all that the store says is allocated, before anything new is. */
  start(): void {
    const { store } = this.context;
    for (const network of store.list('network')) {
      if (network.state) this.networks.restore(network, network.state);
      else this.dirtyNetworks.add(network.id);
    }
    for (const node of store.list('node')) {
      this.holdNode(node.id, node.attachments);
      this.dirtyNodes.add(node.id);
    }
    for (const service of store.list('service')) {
      this.services.restore(service);
      this.dirtyServices.add(service.id);
    }
    for (const task of store.list('task')) {
      if (task.status.state > TaskState.RUNNING) continue;
      if (task.status.state >= TaskState.PENDING) this.holdTask(task.id, task.networks);
      this.observeTask('update', task);
    }
    this.context.requestTurn();
  }

  observe(events: readonly StoreEvent[]): void {
    for (const { action, object } of events) {
      if (object.kind === 'task') this.observeTask(action, object);
      else if (object.kind === 'network') this.observeNetwork(action, object.id);
      else if (object.kind === 'node') this.observeNode(action, object);
      else if (object.kind === 'service') {
        if (action === 'remove') this.released(this.services.free(object));
        if (action === 'remove') this.failedServices.delete(object.id);
        else this.dirtyServices.add(object.id);
      }
    }
    const dirty = this.dirtyNetworks.size + this.dirtyServices.size + this.dirtyNodes.size + this.pendingTasks.size;
    const waiting = this.failedNetworks.size + this.failedServices.size + this.failedTasks.size;
    if (dirty + this.decided.size > 0 || (waiting > 0 && this.somethingReleased)) this.context.requestTurn();
  }

  timer(): void {
    this.somethingReleased = true;
    this.context.requestTurn();
  }

  turn(read: ReadTx): readonly Change[] {
    this.verify(read);
    const draft = new Draft(read);
    if (this.somethingReleased) {
      this.somethingReleased = false;
      move(this.failedNetworks, this.dirtyNetworks);
      move(this.failedServices, this.dirtyServices);
      move(this.failedTasks, this.pendingTasks);
    }
    for (const id of this.dirtyNetworks) this.allocateNetwork(draft, id);
    this.dirtyNetworks.clear();
    for (const id of this.dirtyNodes) this.allocateNode(draft, id);
    this.dirtyNodes.clear();
    for (const id of this.dirtyServices) this.allocateService(draft, id);
    this.dirtyServices.clear();
    for (const id of this.pendingTasks) this.allocateTask(draft, id);
    this.pendingTasks.clear();
    const waiting = this.failedNetworks.size + this.failedServices.size + this.failedTasks.size;
    if (waiting === 0) this.context.timers.clear(TIMER);
    else if (!this.context.timers.has(TIMER)) this.context.timers.set(TIMER, RETRY_INTERVAL);
    return draft.changes();
  }

  private observeTask(action: StoreEvent['action'], task: TaskObject): void {
    if (action === 'remove' || task.status.state > TaskState.RUNNING) {
      this.pendingTasks.delete(task.id);
      this.failedTasks.delete(task.id);
      this.releaseTask(task.id);
      if (this.nodeNetworks.removeTask(task.id)) this.dirtyNodes.add(task.nodeId);
      return;
    }
    if (task.nodeId !== '' && task.networks.length > 0 && this.nodeNetworks.addTask(task, this.networks)) {
      this.dirtyNodes.add(task.nodeId);
    }
    if (task.status.state < TaskState.PENDING && !this.decided.has(task.id)) this.pendingTasks.add(task.id);
  }

  private observeNetwork(action: StoreEvent['action'], networkId: string): void {
    if (action === 'create') this.dirtyNetworks.add(networkId);
    if (action !== 'remove') return;
    this.failedNetworks.delete(networkId);
    for (const [nodeId, attachments] of this.nodeAttachments) {
      if (attachments.some((attachment) => attachment.networkId === networkId)) this.dirtyNodes.add(nodeId);
    }
    this.networks.free(networkId);
    this.somethingReleased = true;
  }

  private observeNode(action: StoreEvent['action'], node: NodeObject): void {
    if (action !== 'remove') {
      this.dirtyNodes.add(node.id);
      return;
    }
    this.dirtyNodes.delete(node.id);
    this.nodeNetworks.removeNode(node.id);
    this.release(this.nodeAttachments.get(node.id) ?? []);
    this.nodeAttachments.delete(node.id);
  }

  private allocateNetwork(draft: Draft, id: string): void {
    const network = draft.get('network', id);
    if (!network || network.state || this.networks.isAllocated(id)) return;
    // A second ingress network is never allocated.
    if (network.spec.Ingress && this.networks.ingress() !== undefined) return;
    const state = this.networks.allocate(network, draft.cluster());
    if (!state) {
      this.failedNetworks.add(id);
      return;
    }
    draft.update({ ...network, state });
    if (network.spec.Ingress) for (const node of draft.list('node')) this.dirtyNodes.add(node.id);
  }

  /** One address on ingress and on each overlay that a task on the node uses. Follows allocateNode. */
  private allocateNode(draft: Draft, id: string): void {
    const node = draft.get('node', id);
    if (!node) return;
    const wanted = this.nodeNetworks.of(id);
    const ingress = this.networks.ingress();
    if (ingress !== undefined && !wanted.includes(ingress)) wanted.push(ingress);
    const kept = node.attachments.filter((attachment) => wanted.includes(attachment.networkId));
    const dropped = node.attachments.filter((attachment) => !wanted.includes(attachment.networkId));
    const added: Attachment[] = [];
    for (const networkId of wanted) {
      if (kept.some((attachment) => attachment.networkId === networkId)) continue;
      const address = this.networks.takeAddress(networkId);
      if (address !== undefined) added.push({ networkId, addresses: [address], aliases: [], driverOptions: {} });
    }
    if (added.length === 0 && dropped.length === 0) return;
    this.release(dropped);
    const attachments = [...kept, ...added];
    this.nodeAttachments.set(id, attachments);
    draft.update({ ...node, attachments });
    this.decided.add(id);
  }

  private allocateService(draft: Draft, id: string): void {
    const service = draft.get('service', id);
    if (!service || this.services.isAllocated(service)) return;
    const outcome = this.services.allocate(service);
    this.released(outcome.released);
    if (outcome.endpoint) draft.update({ ...service, endpoint: outcome.endpoint });
    else this.failedServices.add(id);
  }

  /** Follows allocateTask and taskCreateNetworkAttachments. */
  private allocateTask(draft: Draft, id: string): void {
    const task = draft.get('task', id);
    if (!task || task.status.state >= TaskState.PENDING) return;
    const service = task.serviceId === '' ? undefined : draft.get('service', task.serviceId);
    if (task.serviceId !== '' && !service) return;
    const networks = service && !this.services.isAllocated(service) ? undefined : this.attach(draft, task);
    if (!networks) {
      this.failedTasks.add(id);
      return;
    }
    this.taskAttachments.set(id, networks);
    const pending = copyTask(task);
    pending.status = managerStatus(TaskState.PENDING, 'pending task scheduling', this.context.now());
    pending.networks = networks;
    if (service?.endpoint) pending.endpoint = service.endpoint;
    draft.update(pending);
    this.decided.add(id);
  }

  /** The task's attachments with addresses, ingress first; undefined when one cannot be had. */
  private attach(draft: Draft, task: TaskObject): readonly Attachment[] | undefined {
    const service = draft.get('service', task.serviceId);
    const ingress = this.networks.ingress();
    const wanted: Attachment[] = [];
    const certain = new Map<string, string>();
    if (service && this.services.needsIngress(service) && ingress !== undefined) {
      wanted.push({ networkId: ingress, addresses: [], aliases: [], driverOptions: {} });
    }
    for (const config of serviceNetworks(service?.spec, task.spec)) {
      const networkId = config.Target ?? '';
      if (!draft.get('network', networkId)) continue;
      wanted.push({ networkId, addresses: [], aliases: config.Aliases ?? [], driverOptions: config.DriverOpts ?? {} });
      if (config.Addresses?.[0] !== undefined) certain.set(networkId, config.Addresses[0]);
    }
    const taken: Attachment[] = [];
    for (const attachment of wanted) {
      const { networkId } = attachment;
      const local = this.networks.isLocal(networkId);
      const address = local ? undefined : this.takeAddress(networkId, certain.get(networkId));
      if (!local && address === undefined) {
        for (const { networkId: id, addresses } of taken)
          for (const one of addresses) this.networks.releaseAddress(id, one);
        return undefined;
      }
      const { aliases, driverOptions } = attachment;
      taken.push({ networkId, addresses: address === undefined ? [] : [address], aliases, driverOptions });
    }
    return taken;
  }

  private takeAddress(networkId: string, certain: string | undefined): string | undefined {
    if (certain === undefined) return this.networks.takeAddress(networkId);
    return this.networks.takeCertain(networkId, certain);
  }

  /** What the last turn decided and another writer's change kept out of the store is given back and done again. */
  private verify(read: ReadTx): void {
    for (const id of this.decided) {
      const taskHeld = this.taskAttachments.get(id);
      if (taskHeld && read.get('task', id)?.networks !== taskHeld) {
        this.releaseTask(id);
        this.pendingTasks.add(id);
      }
      const nodeHeld = this.nodeAttachments.get(id);
      const node = nodeHeld && read.get('node', id);
      if (node && node.attachments !== nodeHeld) {
        const lost = nodeHeld.filter((attachment) => !node.attachments.includes(attachment));
        this.release(lost);
        this.nodeAttachments.set(id, node.attachments);
        this.dirtyNodes.add(id);
      }
    }
    this.decided.clear();
  }

  private holdTask(id: string, attachments: readonly Attachment[]): void {
    for (const { networkId, addresses } of attachments) {
      for (const address of addresses) this.networks.takeCertain(networkId, address);
    }
    this.taskAttachments.set(id, attachments);
  }

  private holdNode(id: string, attachments: readonly Attachment[]): void {
    for (const { networkId, addresses } of attachments) {
      for (const address of addresses) this.networks.takeCertain(networkId, address);
    }
    this.nodeAttachments.set(id, attachments);
  }

  private releaseTask(id: string): void {
    const attachments = this.taskAttachments.get(id);
    if (!attachments) return;
    this.taskAttachments.delete(id);
    this.release(attachments);
  }

  private release(attachments: readonly Attachment[]): void {
    for (const { networkId, addresses } of attachments) {
      for (const address of addresses) {
        this.networks.releaseAddress(networkId, address);
        this.somethingReleased = true;
      }
    }
  }

  private released(something: boolean): void {
    if (something) this.somethingReleased = true;
  }
}

function move(from: Set<string>, to: Set<string>): void {
  for (const id of from) to.add(id);
  from.clear();
}
