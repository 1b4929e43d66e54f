/** The swarm agent's executor over a machine's engine. Follows moby/moby daemon/cluster/executor/container/executor.go. */
import { ENGINE, type NodeDescription } from '../../api/index';
import type { Micros } from '../../base/process';
import { type HostEngine, type SwarmNetwork, withoutPrefix } from '../../host/index';
import type {
  AssignedTask,
  ConfigObject,
  Executor,
  LogLine,
  LogOptions,
  NetworkObject,
  NodeConfiguration,
  SecretObject,
  TaskController,
  TemplateNode,
} from '../../swarm/index';
import { type DaemonConfig, NO_CONFIG } from '../config';
import { AttachmentController, type Attachments } from './attachments';
import { ContainerController } from './controller';
import { Dependencies } from './secrets';

const PLUGINS: NodeDescription['Engine']['Plugins'] = [
  ...['awslogs', 'fluentd', 'gcplogs', 'gelf', 'journald', 'json-file', 'local', 'splunk', 'syslog'].map((Name) => ({
    Type: 'Log',
    Name,
  })),
  ...['bridge', 'host', 'ipvlan', 'macvlan', 'null', 'overlay'].map((Name) => ({ Type: 'Network', Name })),
  { Type: 'Volume', Name: 'local' },
];

/** How long a task waits for its node's address on a network. */
const ATTACHMENT_PATIENCE: Micros = 30_000_000;

function keyValue(label: string): [string, string] {
  const cut = label.indexOf('=');
  return [label.slice(0, cut), label.slice(cut + 1)];
}

interface Waiting {
  readonly networkIds: readonly string[];
  readonly done: (failure?: string) => void;
}

export class SwarmExecutor implements Executor {
  readonly dependencies = new Dependencies();
  /** Plugged by the daemon. */
  attachments: Attachments | undefined;
  private configuration: NodeConfiguration | undefined;
  private description: NodeDescription | undefined;
  /** Tasks that wait for the node's own address on their networks. */
  private readonly waiting = new Map<string, Waiting>();

  constructor(
    private readonly engine: HostEngine,
    private readonly config: DaemonConfig = NO_CONFIG,
  ) {}

  /** The node as templates see it. */
  get node(): TemplateNode {
    return { hostname: this.engine.hostname, os: 'linux', architecture: 'x86_64' };
  }

  /** The same object each time: a machine does not change while it is on. */
  describe(): NodeDescription {
    this.description ??= this.makeDescription();
    return this.description;
  }

  private makeDescription(): NodeDescription {
    const { labels, genericResources } = this.config;
    const NanoCPUs = this.engine.cpus * 1_000_000_000;
    const MemoryBytes = this.engine.memoryBytes;
    const [more, Labels] = [genericResources.length > 0, Object.fromEntries(labels.map(keyValue))];
    return {
      Hostname: this.engine.hostname,
      Platform: { Architecture: 'x86_64', OS: 'linux' },
      Resources: more ? { NanoCPUs, MemoryBytes, GenericResources: genericResources } : { NanoCPUs, MemoryBytes },
      Engine: { EngineVersion: ENGINE.version, ...(labels.length > 0 ? { Labels } : {}), Plugins: PLUGINS },
    };
  }

  configure(configuration: NodeConfiguration): void {
    this.configuration = configuration;
    const { networks } = this.engine;
    for (const { network } of configuration.attachments) {
      const known = networks.get(network.id);
      if (network.spec.Ingress || known) networks.ensureSwarm(this.swarmNetwork(network));
    }
    const wanted = configuration.attachments.find(({ network }) => network.spec.Ingress)?.network.id;
    const ingress = this.engine.ingress();
    if (ingress && ingress.id !== wanted) networks.removeIngress(ingress);
    for (const [taskId, { networkIds, done }] of [...this.waiting]) {
      if (!this.isAttached(networkIds)) continue;
      this.stopWaiting(taskId);
      done();
    }
  }

  controller(assigned: AssignedTask): TaskController {
    return assigned.task.spec.NetworkAttachmentSpec
      ? new AttachmentController(this, this.engine, () => this.attachments, assigned)
      : new ContainerController(this, this.engine, assigned);
  }

  secrets(objects: readonly SecretObject[]): void {
    this.dependencies.setSecrets(objects);
  }

  configs(objects: readonly ConfigObject[]): void {
    this.dependencies.setConfigs(objects);
  }

  logs(taskId: string, options: LogOptions, line: (line: LogLine) => void, done: (error?: string) => void): () => void {
    const container = this.engine.containers.list().find(({ service }) => service?.taskId === taskId);
    if (options.follow && (!container || container.state.status === 'created')) {
      return this.logsFromStart(taskId, options, line, done);
    }
    // The reader is not told: the node has just nothing for it.
    if (!container || !this.engine.outputs.isReadable(container)) {
      done(`No such container: ${taskId}`);
      return () => {};
    }
    return this.engine.outputs.read(container.id, { ...options, until: undefined }, line, () => done());
  }

  /** Those of a task whose container is still to start. Follows controller.go, waitReady. */
  private logsFromStart(...[taskId, options, line, done]: Parameters<SwarmExecutor['logs']>): () => void {
    let cancel = (): void => {};
    const stop = this.engine.events.subscribe(({ type, action, attributes }) => {
      if (type !== 'container' || action !== 'start' || attributes['com.docker.swarm.task.id'] !== taskId) return;
      stop();
      cancel = this.logs(taskId, options, line, done);
    });
    return () => {
      stop();
      cancel();
    };
  }

  /** The node left the swarm: its networks and what it knows of others go. */
  leave(): void {
    this.configuration = undefined;
    for (const taskId of [...this.waiting.keys()]) this.stopWaiting(taskId);
    this.engine.networks.removeAllSwarm();
    this.engine.table.forgetOthers();
    this.dependencies.setSecrets([]);
    this.dependencies.setConfigs([]);
  }

  /** Calls back once the node has its own address on each of a task's overlays; the function returned gives up. */
  whenAttached(assigned: AssignedTask, done: (failure?: string) => void): () => void {
    const networkIds = assigned.networks.filter(isOverlay).map(({ id }) => id);
    if (this.isAttached(networkIds)) {
      done();
      return () => {};
    }
    const taskId = assigned.task.id;
    this.waiting.set(taskId, { networkIds, done });
    this.engine.alarms.set(`attachment/${taskId}`, ATTACHMENT_PATIENCE, () => {
      this.waiting.delete(taskId);
      done('node is missing network attachments, ip addresses may be exhausted');
    });
    return () => this.stopWaiting(taskId);
  }

  private stopWaiting(taskId: string): void {
    this.waiting.delete(taskId);
    this.engine.alarms.clear(`attachment/${taskId}`);
  }

  private isAttached(networkIds: readonly string[]): boolean {
    return networkIds.every((id) => this.addressOn(id) !== '');
  }

  /** The node's own address on a network, '' where it has none. */
  private addressOn(networkId: string): string {
    const found = this.configuration?.attachments.find(({ network }) => network.id === networkId);
    return withoutPrefix(found?.attachment.addresses[0] ?? '');
  }

  /** Makes the networks of a task exist on this machine. */
  createNetworks(assigned: AssignedTask): void {
    for (const network of assigned.networks)
      if (network.state && !network.state.predefined) this.engine.networks.ensureSwarm(this.swarmNetwork(network));
  }

  removeUnusedNetworks(assigned: AssignedTask): void {
    for (const { id } of assigned.networks) this.engine.networks.removeSwarmIfUnused(id);
  }

  private swarmNetwork({ id, spec, state }: NetworkObject): SwarmNetwork {
    const [first] = state?.subnets ?? [];
    return {
      id,
      name: spec.Name ?? '',
      driver: state?.driver ?? 'overlay',
      subnet: first?.subnet ?? '',
      gateway: withoutPrefix(first?.gateway ?? ''),
      ipRange: spec.IPAMOptions?.Configs?.[0]?.Range ?? '',
      vni: state?.vni ?? 0,
      internal: spec.Internal ?? false,
      attachable: spec.Attachable ?? false,
      ingress: spec.Ingress ?? false,
      options: spec.DriverConfiguration?.Options ?? null,
      labels: spec.Labels ?? null,
      loadBalancerAddress: this.addressOn(id),
    };
  }
}

function isOverlay({ state }: NetworkObject): boolean {
  return state !== undefined && !state.predefined && state.driver === 'overlay';
}
