/** The containers of one machine by id and name. Records are replaced as a whole and kept on the disk. */
import { assert } from '../base/assert';
import { newHexId } from '../base/ids';
import { fail, ok, type Result } from '../base/result';
import type { HostContext } from './context';
import {
  type CreateRequest,
  commandLine,
  type MountSources,
  makeMounts,
  mergeConfig,
  validateSettings,
} from './create';
import { UNJOINED } from './endpoints';
import type { Images } from './images';
import { contains, parseAddress, parseSubnet } from './ipam';
import { appendLine, type ContainerLog, EMPTY_LOG } from './log';
import { generateName, isContainerName } from './names';
import type { Networks } from './networks';
import {
  type Container,
  type ContainerState,
  type Endpoint,
  type EndpointRequest,
  type HostConfig,
  type HostError,
  hostError,
  type Labels,
  type LogEntry,
  type MountPoint,
  type Network,
} from './types';
import type { Volumes } from './volumes';

const CONTAINERS = 'containers/';
const LOGS = 'container-logs/';

const NOT_RUN: ContainerState = {
  status: 'created',
  pid: 0,
  exitCode: 0,
  error: '',
  oomKilled: false,
  startedAt: undefined,
  finishedAt: undefined,
  health: undefined,
};

export interface ContainerDependencies {
  readonly images: Images;
  readonly networks: Networks;
  readonly volumes: Volumes;
  readonly cpus: number;
  pathExists(path: string): boolean;
  makeDirectory(path: string): void;
}

export class Containers {
  private readonly byId = new Map<string, Container>();
  private readonly idByName = new Map<string, string>();
  private readonly logs = new Map<string, ContainerLog>();
  private readonly byImage = new Map<string, Set<string>>();
  /** Counts changes. */
  revision = 0;

  constructor(
    private readonly context: HostContext,
    private readonly parts: ContainerDependencies,
  ) {
    const { disk } = context;
    const kept = disk
      .keys(CONTAINERS)
      .map((key) => disk.get<Container>(key)!)
      .sort((a, b) => a.created - b.created || (a.id < b.id ? -1 : 1));
    for (const container of kept) this.index(container);
    for (const key of disk.keys(LOGS)) this.logs.set(key.slice(LOGS.length), disk.get<ContainerLog>(key)!);
    parts.images.usersOf = (imageId) => this.usersOf(imageId);
  }

  get size(): number {
    return this.byId.size;
  }

  /** Newest first, as docker lists them. */
  list(): readonly Container[] {
    return [...this.byId.values()].reverse();
  }

  get(id: string): Container | undefined {
    return this.byId.get(id);
  }

  /** By full id, name (with or without its slash), or a unique prefix of an id. */
  find(text: string): Result<Container, HostError> {
    const exact = this.byId.get(text) ?? this.byName(text.startsWith('/') ? text.slice(1) : text);
    if (exact) return ok(exact);
    let match: Container | undefined;
    if (/^[0-9a-f]+$/.test(text)) {
      for (const container of this.byId.values()) {
        if (!container.id.startsWith(text)) continue;
        if (match) return fail(hostError(400, `multiple IDs found with provided prefix: ${text}`));
        match = container;
      }
    }
    return match ? ok(match) : fail(hostError(404, `No such container: ${text}`));
  }

  byName(name: string): Container | undefined {
    const id = this.idByName.get(name);
    return id === undefined ? undefined : this.byId.get(id);
  }

  /** Makes a container; it does not run yet. Follows moby/moby daemon/create.go, containerCreate. */
  create(request: CreateRequest): Result<{ id: string; warnings: readonly string[] }, HostError> {
    const { config, hostConfig } = request;
    const invalid = validateSettings(config, hostConfig, this.parts.cpus);
    if (invalid) return fail(invalid);
    const local = this.parts.images.find(config.Image ?? '');
    if (!local) return fail(this.parts.images.notFound(config.Image ?? ''));
    const id = newHexId(this.context.random('container'));
    const named = this.reserveName(request.name, id);
    if (!named.ok) return named;
    const shared = (hostConfig.NetworkMode ?? '').replace(/^container:/, '');
    const other = shared === hostConfig.NetworkMode ? undefined : this.find(shared);
    const asked = other?.ok ? { ...config, Hostname: other.value.config.Hostname ?? '' } : config;
    const merged = mergeConfig(asked, local.image.config, id);
    const argv = commandLine(merged);
    if (!argv) return fail(hostError(400, 'no command specified'));
    const endpoints = this.chooseEndpoints(request, merged.Hostname ?? '', named.value, id);
    if (!endpoints.ok) return endpoints;
    const mounts = makeMounts(merged, hostConfig, local.image, this.mountSources());
    if (!mounts.ok) return mounts;
    const container: Container = {
      id,
      name: named.value,
      created: this.context.now(),
      image: config.Image ?? '',
      imageId: local.image.id,
      config:
        hostConfig.NetworkMode === 'host'
          ? { ...merged, Hostname: config.Hostname || this.context.machine.name }
          : merged,
      hostConfig,
      path: argv[0]!,
      args: argv.slice(1),
      state: NOT_RUN,
      restartCount: 0,
      manuallyStopped: false,
      endpoints: endpoints.value,
      gatewayEndpoint: undefined,
      mounts: mounts.value,
      ports: [],
      service: request.service,
    };
    this.index(container);
    this.put(container);
    this.event(container, 'create');
    return ok({ id, warnings: [] });
  }

  private reserveName(wanted: string, id: string): Result<string, HostError> {
    const name = wanted.startsWith('/') ? wanted.slice(1) : wanted;
    if (name === '') return ok(generateName(this.context.random('name'), (taken) => this.idByName.has(taken)));
    if (!isContainerName(name))
      return fail(hostError(400, `Invalid container name (${name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`));
    const owner = this.idByName.get(name);
    return owner === undefined || owner === id ? ok(name) : fail(nameConflict(name, owner));
  }

  private chooseEndpoints(
    request: CreateRequest,
    hostname: string,
    name: string,
    id: string,
  ): Result<readonly Endpoint[], HostError> {
    const { NetworkMode: mode = 'bridge' } = request.hostConfig;
    const asked = new Map<string, EndpointRequest>();
    const first = mode === 'default' || mode === '' ? 'bridge' : mode;
    if (first.startsWith('container:')) return ok([]);
    for (const [network, endpoint] of request.endpoints)
      asked.set(network === 'default' ? 'bridge' : network, endpoint);
    if (!request.service && !asked.has(first)) asked.set(first, {});
    if (request.service && asked.size === 0) asked.set('bridge', {});
    const endpoints: Endpoint[] = [];
    for (const [reference, endpoint] of asked) {
      const made = this.newEndpoint(reference, endpoint, { id, name, hostname });
      if (!made.ok)
        return fail({ ...made.error, message: `invalid config for network ${reference}: ${made.error.message}` });
      endpoints.push(made.value);
    }
    return ok(endpoints);
  }

  /** A container's wish to be on a network; it gets its address when it starts. */
  newEndpoint(
    reference: string,
    request: EndpointRequest,
    container: { readonly id: string; readonly name: string; readonly hostname: string },
  ): Result<Endpoint, HostError> {
    const found = this.parts.networks.find(reference);
    const network = found.ok ? found.value : undefined;
    const lines = network?.scope === 'local' ? addressRefusals(network, request) : [];
    if (lines.length > 0) {
      const text = lines.length === 1 ? lines[0] : lines.map((line) => `* ${line}`).join('\n');
      return fail(hostError(400, `invalid endpoint settings:\n${text}`));
    }
    const isDefault = network ? ['bridge', 'host', 'none'].includes(network.name) : false;
    const short = container.id.slice(0, 12);
    const names = isDefault ? [] : [container.name, ...(request.Aliases ?? []), short];
    if (!isDefault && container.hostname !== short && container.hostname !== '') names.push(container.hostname);
    return ok({
      networkId: network?.id ?? '',
      networkName: network?.name ?? reference,
      request,
      ...UNJOINED,
      dnsNames: [...new Set(names)],
      device: '',
    });
  }

  rename(container: Container, newName: string): HostError | undefined {
    const name = newName.startsWith('/') ? newName.slice(1) : newName;
    if (name === '') return hostError(400, 'Neither old nor new names may be empty');
    if (name === container.name) return hostError(400, 'Renaming a container with the same name as its current name');
    if (!isContainerName(name))
      return hostError(
        400,
        `Error when allocating new name: Invalid container name (${name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`,
      );
    const owner = this.idByName.get(name);
    if (owner !== undefined) {
      const conflict = nameConflict(name, owner);
      return hostError(conflict.status, `Error when allocating new name: ${conflict.message}`);
    }
    this.idByName.delete(container.name);
    this.idByName.set(name, container.id);
    const endpoints = container.endpoints.map((endpoint) => ({
      ...endpoint,
      dnsNames: endpoint.dnsNames.map((old) => (old === container.name ? name : old)),
    }));
    this.put({ ...container, name, endpoints });
    this.parts.networks.renamed(container.id, name);
    this.event(this.byId.get(container.id)!, 'rename', { oldName: `/${container.name}` });
    return undefined;
  }

  /** Why a container here cannot have these settings. */
  settingsRefusal(hostConfig: HostConfig): HostError | undefined {
    return validateSettings({}, hostConfig, this.parts.cpus);
  }

  /** Replaces a record, in memory and on the disk. */
  put(container: Container): void {
    this.byId.set(container.id, container);
    this.context.disk.set(CONTAINERS + container.id, container);
    this.revision++;
  }

  setState(id: string, change: Partial<ContainerState>): Container {
    const container = this.byId.get(id);
    assert(container, `no container ${id}`);
    const next: Container = { ...container, state: { ...container.state, ...change } };
    this.put(next);
    return next;
  }

  /** Forgets the record, the name and the log. */
  delete(container: Container): void {
    this.byId.delete(container.id);
    this.idByName.delete(container.name);
    this.byImage.get(container.imageId)?.delete(container.id);
    this.context.disk.delete(CONTAINERS + container.id);
    if (this.logs.delete(container.id)) this.context.disk.delete(LOGS + container.id);
    for (const mount of container.mounts)
      if (mount.type === 'volume') this.parts.volumes.release(mount.name, container.id);
    this.revision++;
  }

  log(id: string): ContainerLog {
    return this.logs.get(id) ?? EMPTY_LOG;
  }

  /** Adds lines, oldest first. */
  appendLog(id: string, lines: readonly LogEntry[]): void {
    if (lines.length === 0) return;
    let log = this.log(id);
    for (const line of lines) log = appendLine(log, line);
    this.logs.set(id, log);
    this.context.disk.set(LOGS + id, log);
  }

  /** An event about a container: its labels, image and name, and what the action adds. */
  event(container: Container, action: string, more: Labels = {}): void {
    const attributes = { ...container.config.Labels, image: container.image, name: container.name, ...more };
    this.context.events.publish('container', action, container.id, attributes);
  }

  private index(container: Container): void {
    this.byId.set(container.id, container);
    this.idByName.set(container.name, container.id);
    let users = this.byImage.get(container.imageId);
    if (!users) this.byImage.set(container.imageId, (users = new Set()));
    users.add(container.id);
    for (const mount of container.mounts)
      if (mount.type === 'volume') this.parts.volumes.hold(mount.name, container.id);
  }

  private usersOf(imageId: string): readonly { id: string; running: boolean; name: string }[] {
    return [...(this.byImage.get(imageId) ?? [])].map((id) => {
      const { name, state } = this.byId.get(id)!;
      return { id, name, running: state.status === 'running' || state.status === 'restarting' };
    });
  }

  private mountSources(): MountSources {
    return {
      volumes: this.parts.volumes,
      exists: (path) => this.parts.pathExists(path),
      makeDirectory: (path) => this.parts.makeDirectory(path),
      mountsOf: (reference): Result<readonly MountPoint[], HostError> => {
        const found = this.find(reference);
        return found.ok ? ok(found.value.mounts) : found;
      },
    };
  }
}

/** What is wrong with the addresses that are asked for. Follows moby/moby api/types/network/endpoint.go, Validate. */
function addressRefusals(network: Network, request: EndpointRequest): readonly string[] {
  const { IPv4Address: ip = '', IPv6Address: ip6 = '' } = request.IPAMConfig ?? {};
  if (ip === '' && ip6 === '') return [];
  const faults: string[] = [];
  if (network.name === 'bridge') faults.push('user specified IP address is supported on user defined networks only');
  const address = parseAddress(ip);
  if (ip !== '' && address === undefined) faults.push(`invalid IPv4 address: ${ip}`);
  if (ip6 !== '' && !/^[\da-fA-F:]*:[\da-fA-F:]*$/.test(ip6)) faults.push(`invalid IPv6 address: ${ip6}`);
  const unconfigured =
    'user specified IP address is supported only when connecting to networks with user configured subnets';
  const check = (text: string, configured: boolean, inside: boolean): void => {
    if (text === '') return;
    if (!configured) faults.push(unconfigured);
    else if (!inside) faults.push(`no configured subnet or ip-range contain the IP address ${text}`);
  };
  const subnet = parseSubnet(network.subnet);
  check(ip, network.userSubnet, subnet !== undefined && address !== undefined && contains(subnet, address));
  const prefix = network.subnet6.slice(0, network.subnet6.indexOf('::'));
  check(ip6, network.subnet6 !== '' && !network.subnet6.startsWith('fd'), ip6.startsWith(`${prefix}:`));
  return faults;
}

function nameConflict(name: string, owner: string): HostError {
  return hostError(
    409,
    `Conflict. The container name "/${name}" is already in use by container "${owner}". You have to remove (or rename) that container to be able to reuse that name.`,
  );
}
