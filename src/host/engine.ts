/** One machine's engine: its parts put together, and what the kernel and the daemon ask of it. */
import { type Bytes, utf8 } from '../base/bytes';
import { Errno, type Micros, type NameAnswer, type ProcessFact, type Signal } from '../base/process';
import type { RandomStream } from '../base/random';
import type { Machine, Simulation } from '../sim/index';
import { Alarms } from './alarms';
import { askServer } from './ask';
import { ContainerFileSystems } from './container-files';
import { Containers } from './containers';
import { Handles, type HostContext, TIMER_OWNER } from './context';
import { hostsEntries, nameServerAnswer, resolveName } from './dns';
import { ContainerNetworking } from './endpoints';
import { EventLog } from './events';
import { Execs } from './exec';
import { containerProcesses, processesOnHost } from './facts';
import { Changes, type Files, type Mount, Mounted, memoryFiles, Overlay } from './files/files';
import { type FileNode, LayerBuilder } from './files/layer';
import { exists, makeDirectories } from './files/paths';
import { type HostFacts, hostLayer, procLayer } from './host-files';
import { Images } from './images';
import { formatAddress, parseSubnet } from './ipam';
import { echoRequest, findPath, type Lan, type Landing } from './lan';
import { Lifecycle } from './lifecycle';
import {
  containerFacts,
  machineFacts,
  type NamespaceFacts,
  NamespaceFiles,
  namespaceContainer,
  namespaceFacts,
} from './namespaces';
import { machineMac, Networks } from './networks';
import { Outputs } from './output';
import { PortMap } from './port-map';
import type { CommandOutput, ContainerShell, Registry, RequestPeer } from './ports';
import { memoryOf, type ProgramWorld } from './runtime';
import { EndpointTable } from './table';
import type { Container, EndpointRecord, Network } from './types';
import { Volumes } from './volumes';

export interface HostEngineOptions {
  readonly simulation: Simulation;
  readonly machine: Machine;
  readonly hostname: string;
  /** IPv4 address of eth0, and the length of its network prefix. */
  readonly address: string;
  readonly prefix: number;
  readonly registry: Registry;
  readonly shell: ContainerShell;
  /** One for all machines of a world. */
  readonly lan: Lan;
  readonly size: { readonly cpus: number; readonly memoryBytes: number };
}

const HOST_FILES = 'host-files/';
/** What the machine's own system needs. */
const MEMORY_BASE = 410_000_000;

/** Made anew at each boot from the machine's disk. Timers of owner `host` come to {@link HostEngine.timer}. */
export class HostEngine {
  readonly machine: Machine;
  readonly hostname: string;
  readonly address: string;
  /** Of the machine's cables. */
  readonly subnets: readonly string[];
  /** Which boot of the machine it belongs to. */
  readonly boot: number;
  readonly bootedAt: Micros;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly events: EventLog;
  readonly images: Images;
  readonly volumes: Volumes;
  readonly networks: Networks;
  readonly containers: Containers;
  readonly lifecycle: Lifecycle;
  readonly networking: ContainerNetworking;
  readonly outputs: Outputs;
  readonly execs: Execs;
  readonly ports = new PortMap();
  readonly table: EndpointTable;
  readonly lan: Lan;
  readonly alarms: Alarms;
  private readonly context: HostContext;
  private readonly fileSystems: ContainerFileSystems;
  private readonly facts: HostFacts;
  private hostFiles: Mounted | undefined;
  private laters = 0;
  /** Balancers' round robin: service on a network → connections so far. */
  private readonly turns = new Map<string, number>();

  constructor(options: HostEngineOptions) {
    const { simulation, machine, lan } = options;
    this.machine = machine;
    this.boot = machine.boots;
    this.hostname = options.hostname;
    this.address = options.address;
    this.subnets = [`${formatAddress(parseSubnet(`${options.address}/${options.prefix}`)!.base)}/${options.prefix}`];
    this.cpus = options.size.cpus;
    this.memoryBytes = options.size.memoryBytes;
    this.bootedAt = simulation.now;
    this.lan = lan;
    const now = (): Micros => simulation.now;
    this.events = new EventLog(now);
    this.context = {
      simulation,
      machine,
      disk: machine.disk,
      timers: simulation.timers(machine.name, TIMER_OWNER),
      events: this.events,
      handles: new Handles(),
      now,
      random: (name) => this.random(name),
    };
    this.alarms = new Alarms(this.context.timers);
    this.facts = this.makeFacts();
    this.table = new EndpointTable(machine.name);
    this.images = new Images(this.context, options.registry, {
      ask: (name, port, data) => askServer(this, this.lan, undefined, name, port, data),
      resolve: (name) => this.resolve(undefined, name),
      nameServer: '192.168.0.1',
    });
    this.volumes = new Volumes(this.context);
    this.networks = new Networks(this.context, this.subnets, machineMac(this.address));
    this.containers = new Containers(this.context, {
      images: this.images,
      networks: this.networks,
      volumes: this.volumes,
      cpus: this.cpus,
      pathExists: (path) => this.pathExists(path),
      makeDirectory: (path) => this.makeDirectory(path),
    });
    this.outputs = new Outputs(this.context, this.containers);
    this.fileSystems = this.makeContainerFiles();
    this.execs = new Execs(this.context, this.containers, this.outputs, this.fileSystems, options.shell);
    this.networking = new ContainerNetworking(this.context, this.containers, this.networks, this.ports, this.table);
    this.lifecycle = this.makeLifecycle(options.shell);
    lan.join(this);
  }

  /**
   * dockerd starts: containers are brought to the state that it finds them in, restart policies apply; `done` when it may
   * answer. With `liveRestore` those that run are left alone.
   */
  start(liveRestore = false, done: () => void = () => {}): void {
    this.events.forget();
    this.lifecycle.restore(liveRestore, done);
  }

  /** dockerd has ended or died: what it had in memory is gone; the machine, its files and its containers go on. */
  abandon(): void {
    this.alarms.clearAll();
    this.images.abandon();
    this.lifecycle.abandon();
  }

  /** A file of the machine's that somebody has written; undefined while it is as on every machine, or gone. */
  writtenFile(path: string): Bytes | undefined {
    if (this.machine.disk.get(HOST_FILES + path) === undefined) return undefined;
    try {
      return this.files.read(path);
    } catch (error) {
      if (error instanceof Errno) return undefined;
      throw error;
    }
  }

  /** A timer of an owner of this room. */
  timer(_owner: string, name: string): void {
    const slash = name.indexOf('/');
    const kind = name.slice(0, slash);
    const rest = name.slice(slash + 1);
    if (kind === 'pull') this.images.timer(rest);
    else if (kind === 'alarm') this.alarms.timer(rest);
    else if (kind === 'exec') this.execs.timer(rest);
    else if (kind === 'program') {
      const end = rest.indexOf('/');
      this.lifecycle.programTimer(this.context.handles.id(rest.slice(0, end)), rest.slice(end + 1));
    } else this.lifecycle.timer(kind, this.context.handles.id(rest));
  }

  /** Does `then` once, `delay` from now; the function returned gives it up. */
  later(delay: Micros, then: () => void): () => void {
    const name = `later/${++this.laters}`;
    this.alarms.set(name, delay, then);
    return () => this.alarms.clear(name);
  }

  /** The machine's own stream of chance of that name. */
  random(name: string): RandomStream {
    return this.context.simulation.random(`host/${this.machine.name}/${name}`);
  }

  /** The machine's own files. */
  get files(): Files {
    return this.ownFiles();
  }

  /** A container's files, with or without what is mounted in. Throws Errno ENOENT when it is gone. */
  containerFiles(id: string, mounted = true): Files {
    const container = this.containers.get(id);
    if (!container) throw new Errno('ENOENT', id);
    return mounted ? this.fileSystems.of(container) : this.fileSystems.root(container);
  }

  /** Whether docker works in a container: the engine's socket is mounted. */
  mountsSocket(id: string): boolean {
    return this.containers.get(id)?.mounts.some((mount) => mount.source.endsWith('/docker.sock')) === true;
  }

  /** Counts changes of the machine's containers, for those who look now and then. */
  get revision(): number {
    return this.containers.revision;
  }

  /** What a container changed of its image's files. */
  changedFiles(containerId: string): ReadonlyMap<string, FileNode | null> {
    return this.fileSystems.changed(containerId);
  }

  /** Bytes that a container wrote over its image. */
  writtenBytes(containerId: string): number {
    return this.fileSystems.writtenBytes(containerId);
  }

  /** Where a connection from the machine or one of its containers lands. */
  connect(containerId: string | undefined, address: string, port: number, protocol = 'tcp'): Landing {
    return findPath(this, this.lan, containerId, address, port, protocol);
  }

  /** One echo request from here: its round trip and the reply's TTL. */
  echo(containerId: string | undefined, address: string): { readonly rtt: Micros; readonly ttl: number } | undefined {
    return echoRequest(this, this.lan, containerId, address);
  }

  /** The addresses of a name as seen from here; none when it does not exist. */
  resolve(containerId: string | undefined, name: string): readonly string[] {
    return resolveName(this, this.lan, containerId, name);
  }

  /** What the name server that is asked from here says. `type`: A, AAAA, PTR, or another kind, of which there is none. */
  ask(containerId: string | undefined, name: string, type: string): NameAnswer {
    return nameServerAnswer(this, this.lan, containerId, name, type);
  }

  /** One request to a container's server → its answer; undefined closes the connection without one. */
  request(containerId: string, port: number, data: Bytes, peer: RequestPeer): Bytes | undefined {
    const runtime = this.outputs.runtime(containerId);
    if (!runtime?.program?.request || runtime.exitCode !== undefined) return undefined;
    return runtime.program.request(runtime.context!, port, data, peer);
  }

  /** Whether a container's program takes connections on a TCP port. */
  listens(containerId: string, port: number): boolean {
    const runtime = this.outputs.runtime(containerId);
    if (!runtime?.program?.ports || runtime.exitCode !== undefined) return false;
    return runtime.program.ports(runtime.context!).includes(port);
  }

  /** A command of the container's own image (redis-cli …) for its shell; undefined: not one of its own. */
  command(containerId: string, argv: readonly string[], stdin: Bytes): CommandOutput | undefined {
    const runtime = this.outputs.runtime(containerId);
    return runtime?.program?.command?.(runtime.context!, argv, stdin);
  }

  /** The ingress network, where the machine takes part in a swarm. */
  ingress(): Network | undefined {
    return this.networks.list().find((network) => network.ingress);
  }

  /** The next of the backends by this machine's round robin. */
  nextBackend(key: string, backends: readonly EndpointRecord[]): EndpointRecord | undefined {
    if (backends.length === 0) return undefined;
    const turn = this.turns.get(key) ?? 0;
    this.turns.set(key, turn + 1);
    return backends[turn % backends.length];
  }

  /** A running container on the host's own network that listens on a port. */
  containerOnHostNetwork(port: number): string | undefined {
    for (const container of this.containers.list())
      if (container.endpoints[0]?.networkName === 'host' && this.listens(container.id, port)) return container.id;
    return undefined;
  }

  /** TCP ports on which the machine answers because of a container or service, ascending. */
  publishedPorts(): readonly number[] {
    const ingress = this.ingress();
    const mesh = ingress ? this.table.publishedPorts(ingress.id) : [];
    const all = new Set([...this.ports.bound('tcp'), ...mesh.filter((p) => p.protocol === 'tcp').map((p) => p.port)]);
    return [...all].sort((a, b) => a - b);
  }

  /** Bytes in use by a container's process. */
  memoryOf(containerId: string): number {
    const runtime = this.outputs.runtime(containerId);
    return runtime ? memoryOf(runtime) : 0;
  }

  /** Bytes in use by all containers. */
  memoryUsed(): number {
    let used = 0;
    for (const { id, state } of this.containers.list()) if (state.status === 'running') used += this.memoryOf(id);
    return used;
  }

  /** A signal to a container's main process by its number on the machine; false where there is none. */
  signalProcess(pid: number, signal: Signal): boolean {
    const container = this.containers.list().find(({ state }) => state.status === 'running' && state.pid === pid);
    if (container) this.lifecycle.signal(container, signal);
    return container !== undefined;
  }

  hostnameOf(containerId: string): string {
    const container = this.namespaceOf(containerId);
    return container?.config.Hostname ?? this.hostname;
  }

  /** What is in the network of a container, of a namespace of this machine by its file's name, or of the machine. */
  networkFacts(containerId: string | undefined, namespace: string | undefined): NamespaceFacts {
    const named = namespace === undefined ? undefined : namespaceFacts(this, namespace);
    const container = containerId === undefined ? undefined : this.namespaceOf(containerId);
    if (named) return named;
    return container && !this.onHostNetwork(container.id) ? containerFacts(this, container) : machineFacts(this);
  }

  /** The container whose network namespace a file of /run/docker/netns is. */
  namespaceContainer(name: string): string | undefined {
    return namespaceContainer(this, name);
  }

  processesOf(containerId: string): readonly ProcessFact[] {
    const container = this.containers.get(containerId);
    return container ? containerProcesses(container) : [];
  }

  processesOnHost(): readonly ProcessFact[] {
    return processesOnHost(this, 1);
  }

  /** Whether a container shares the machine's network. */
  onHostNetwork(containerId: string): boolean {
    return this.namespaceOf(containerId)?.endpoints[0]?.networkName === 'host';
  }

  /** The container whose network another one uses: itself, or the one named by `container:X`. */
  namespaceOf(containerId: string): Container | undefined {
    const container = this.containers.get(containerId);
    const mode = container?.hostConfig.NetworkMode ?? '';
    if (!mode.startsWith('container:')) return container;
    const found = this.containers.find(mode.slice('container:'.length));
    return found.ok ? found.value : container;
  }

  private ownFiles(): Files {
    if (!this.hostFiles) {
      const { disk, now } = this.context;
      const changes = new Changes((path, node) => disk.set(HOST_FILES + path, node));
      for (const key of disk.keys(HOST_FILES)) changes.restore(key.slice(HOST_FILES.length), disk.get(key)!);
      const root = new Overlay(hostLayer(this.facts), changes, now);
      const run = new LayerBuilder(this.bootedAt)
        .add('/docker.sock', { kind: 'socket', mode: 0o660, modified: this.bootedAt })
        .add('/docker/netns', { kind: 'directory', mode: 0o755, modified: this.bootedAt });
      const memory = new Overlay(run.build(), new Changes(), now);
      const proc = new Overlay(procLayer(this.facts), new Changes(), now, true);
      const mounts: Mount[] = [
        { at: '/run', files: memory, inside: '/', readOnly: false },
        { at: '/run/docker/netns', files: new NamespaceFiles(this), inside: '/', readOnly: true },
        { at: '/tmp', files: memoryFiles(now), inside: '/', readOnly: false },
        { at: '/proc', files: proc, inside: '/', readOnly: true },
        { at: '/var/lib/docker/volumes', files: this.volumes.directory(), inside: '/', readOnly: false },
      ];
      const aliases = ['/bin', '/sbin', '/lib'].map((path) => [path, `/usr${path}`] as const);
      this.hostFiles = new Mounted(root, mounts, [['/var/run', '/run'], ...aliases]);
    }
    return this.hostFiles;
  }

  private pathExists(path: string): boolean {
    return exists(this.ownFiles(), path);
  }

  private makeDirectory(path: string): void {
    makeDirectories(this.ownFiles(), path);
  }

  private makeFacts(): HostFacts {
    const { simulation } = this.context;
    return {
      hostname: this.hostname,
      machines: () => [...simulation.addresses].map(([address, name]) => [name, address] as const),
      cpus: this.cpus,
      memoryBytes: this.memoryBytes,
      memoryUsed: () => MEMORY_BASE + this.memoryUsed(),
      uptime: () => simulation.now - this.bootedAt,
    };
  }

  private makeContainerFiles(): ContainerFileSystems {
    return new ContainerFileSystems(this.context, {
      images: this.images,
      volumes: this.volumes,
      host: () => this.ownFiles(),
      proc: (mounts) => procLayer(this.facts, mounts),
      injected: (id) => this.lifecycle.injectedFiles(id),
      hostsFile: (container) => containerHosts(this, this.containers.get(container.id) ?? container),
      resolvConf: (container) => containerResolvConf(this.containers.get(container.id) ?? container),
    });
  }

  private makeLifecycle(shell: ContainerShell): Lifecycle {
    const world: ProgramWorld = {
      now: () => this.context.now(),
      random: () => this.random('program'),
      container: (id) => this.containers.get(id)!,
      log: (id, stream, text, at) => this.outputs.write(id, stream, text, at),
      exit: (id, code) => this.lifecycle.exit(id, code),
      timer: (id, name, delay) => this.context.timers.set(`program/${this.context.handles.of(id)}/${name}`, delay),
      addresses: (id) => this.addressesOf(id),
      resolve: (id, name) => this.resolve(id, name),
      reach: (id, address) => this.echo(id, address),
      ask: (id, name, port, data) => askServer(this, this.lan, id, name, port, data),
      readFile: (id, path) => this.readFile(id, path),
      writeFile: (id, path, data) => this.writeFile(id, path, data),
    };
    return new Lifecycle(this.context, {
      containers: this.containers,
      images: this.images,
      volumes: this.volumes,
      networking: this.networking,
      outputs: this.outputs,
      files: this.fileSystems,
      shell,
      world,
      runProbe: (container, argv, done) => this.execs.probe(container, argv, done),
      killExecs: (id) => this.execs.killAll(id),
    });
  }

  private addressesOf(id: string): readonly string[] {
    if (this.onHostNetwork(id)) return ['127.0.0.1', this.address];
    return this.networkFacts(id, undefined).interfaces.flatMap((fact) => fact.addresses.map((a) => a.address));
  }

  private writeFile(id: string, path: string, data: Bytes): void {
    try {
      const files = this.containerFiles(id);
      makeDirectories(files, path.slice(0, path.lastIndexOf('/')));
      files.write(path, data);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
    }
  }

  private readFile(id: string, path: string): Bytes | undefined {
    try {
      return this.containerFiles(id).read(path);
    } catch (error) {
      if (error instanceof Errno) return undefined;
      throw error;
    }
  }
}

/** /etc/hosts of a container. Follows moby/moby daemon/libnetwork/etchosts/etchosts.go. */
function containerHosts(engine: HostEngine, container: Container): Bytes {
  const lines = [
    '127.0.0.1\tlocalhost',
    '::1\tlocalhost ip6-localhost ip6-loopback',
    'fe00::\tip6-localnet',
    'ff00::\tip6-mcastprefix',
    'ff02::1\tip6-allnodes',
    'ff02::2\tip6-allrouters',
  ];
  for (const [address, names] of hostsEntries(engine, container)) lines.push(`${address}\t${names.join(' ')}`);
  return utf8(`${lines.join('\n')}\n`);
}

/** /etc/resolv.conf of a container. Follows moby/moby daemon/libnetwork/internal/resolvconf/resolvconf.go. */
function containerResolvConf(container: Container): Bytes {
  const head =
    '# Generated by Docker Engine.\n# This file can be edited; Docker Engine will not make further changes once it\n# has been modified.\n\n';
  const given = (name: string): readonly string[] => (container.hostConfig[name] as readonly string[] | null) ?? [];
  const [servers, search, options] = [given('Dns'), given('DnsSearch'), given('DnsOptions')];
  const kinds = [servers.length > 0 && 'nameservers', search.length > 0 && 'search', options.length > 0 && 'options'];
  const overrides = kinds.filter((kind) => kind !== false).join(' ');
  const embedded = container.endpoints.some((e) => !['bridge', 'host', 'none'].includes(e.networkName));
  const used = embedded ? [...options, ...(options.some((o) => o.startsWith('ndots:')) ? [] : ['ndots:0'])] : options;
  const lines = (embedded ? ['127.0.0.11'] : servers.length > 0 ? servers : ['192.168.0.1']).map(
    (server) => `nameserver ${server}\n`,
  );
  if (search.length > 0) lines.push(`search ${search.join(' ')}\n`);
  if (used.length > 0) lines.push(`options ${used.join(' ')}\n`);
  const outer = servers.length > 0 ? servers.join(' ') : 'host(192.168.0.1)';
  const notes = embedded ? `(internal resolver)\n# ExtServers: [${outer}]` : '(legacy)';
  const from = used.length > options.length ? 'internal' : 'override';
  const ndots = used.some((o) => o.startsWith('ndots:')) ? `# Option ndots from: ${from}\n` : '';
  return `${head}${lines.join('')}\n# Based on host file: '/etc/resolv.conf' ${notes}\n# Overrides: [${overrides}]\n${ndots}`;
}
