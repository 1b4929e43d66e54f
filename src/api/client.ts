/**
 * A typed client of the Engine API: one function a route, named after moby's Go client, with the queries and bodies that
 * docker 28.2.2 sends. Every function is a generator and throws {@link ClientError}s whose message docker prints as is.
 * Follows moby/moby client/*.go.
 */
import { now, type Process } from '../base/process';
import { encodeFilters, type Filters, NO_FILTERS } from './filters';
import { pinnedImage, tagged } from './service-image';
import { fromGoTimestamp } from './timestamp';
import { type ApiStream, ClientError, Transport } from './transport';
import type {
  Config,
  ConfigSpec,
  ContainerCreateRequest,
  ContainerInspect,
  ContainerSummary,
  ContainerTop,
  DiskUsage,
  DistributionInspect,
  EndpointSettings,
  ExecConfig,
  ExecInspect,
  ImageDelete,
  ImageInspect,
  ImageSummary,
  Info,
  InitRequest,
  JoinRequest,
  NetworkCreateRequest,
  NetworkInspect,
  Node,
  NodeSpec,
  PingAnswer,
  PruneReport,
  Secret,
  SecretSpec,
  ServerVersion,
  Service,
  ServiceSpec,
  Swarm,
  SwarmSpec,
  Task,
  Version,
  Volume,
} from './types';

export interface ListOptions {
  readonly filters?: Filters;
}

/** `since` and `until` are the user's words: a Go duration back from now, RFC 3339, a date or Unix seconds. */
export interface LogsOptions {
  readonly stdout?: boolean;
  readonly stderr?: boolean;
  readonly since?: string;
  readonly until?: string;
  readonly timestamps?: boolean;
  readonly details?: boolean;
  readonly follow?: boolean;
  /** `all` or a number of lines. */
  readonly tail?: string;
}

export interface ServiceOptions {
  /** Ask the registry for the digest of the image and pin it. */
  readonly queryRegistry?: boolean;
  readonly registryAuth?: string;
}

export interface ServiceUpdateOptions extends ServiceOptions {
  /** `spec` or `previous-spec`. */
  readonly registryAuthFrom?: string;
  /** `previous` takes the service back to its previous spec. */
  readonly rollback?: string;
}

export interface SwarmUpdateFlags {
  readonly rotateWorkerToken: boolean;
  readonly rotateManagerToken: boolean;
  readonly rotateManagerUnlockKey: boolean;
}

/** `t` in seconds. */
export interface StopOptions {
  readonly timeout?: number;
  readonly signal?: string;
}

const flag = (on: boolean | undefined): string | undefined => (on ? '1' : undefined);
const word = (text: string | undefined): string | undefined => (text ? text : undefined);

/** The id or name without blanks around it; an empty one is refused before anything is sent. */
function trimId(kind: string, id: string): string {
  const trimmed = id.trim();
  if (trimmed === '') throw new ClientError(`invalid ${kind} name or ID: value is empty`);
  return escapePath(trimmed);
}

/** Names in a path as Go's net/url writes them; a slash stays. */
function escapePath(text: string): string {
  return encodeURI(text).replace(/[?#]/g, (c) => (c === '?' ? '%3F' : '%23'));
}

function listQuery(options: ListOptions | undefined): { filters: string | undefined } {
  const filters = options?.filters ?? NO_FILTERS;
  return { filters: filters.size === 0 ? undefined : encodeFilters(filters) };
}

export class Client {
  private readonly transport: Transport;

  /** `unix:///var/run/docker.sock` or `tcp://HOST:PORT`. */
  constructor(readonly endpoint: string) {
    this.transport = new Transport(endpoint);
  }

  // ------------------------------------------------------------ system

  /** What docker asks first. Its failures are thrown; the docker command overlooks them. */
  *ping(): Process<PingAnswer> {
    const response = yield* this.transport.send('HEAD', '/_ping');
    const header = (name: string): string => {
      const found = Object.entries(response.headers).find(([key]) => key.toLowerCase() === name);
      return found ? found[1] : '';
    };
    return {
      apiVersion: header('api-version'),
      osType: header('ostype'),
      experimental: header('docker-experimental') === 'true',
      builderVersion: header('builder-version'),
      swarm: header('swarm'),
    };
  }

  serverVersion(): Process<ServerVersion> {
    return this.transport.json('GET', '/version');
  }

  info(): Process<Info> {
    return this.transport.json('GET', '/info');
  }

  diskUsage(): Process<DiskUsage> {
    return this.transport.json('GET', '/system/df');
  }

  /** Items are {@link EventMessage}s. */
  *events(options: ListOptions & { since?: string; until?: string } = {}): Process<ApiStream> {
    const query = {
      since: yield* this.timestamp('since', options.since),
      until: yield* this.timestamp('until', options.until),
      ...listQuery(options),
    };
    return yield* this.transport.stream('GET', '/events', { query });
  }

  // ------------------------------------------------------------ the swarm

  /** The id of the new node. */
  swarmInit(request: InitRequest): Process<string> {
    return this.transport.json('POST', '/swarm/init', { body: request });
  }

  *swarmJoin(request: JoinRequest): Process<void> {
    yield* this.transport.call('POST', '/swarm/join', { body: request });
  }

  *swarmLeave(force: boolean): Process<void> {
    yield* this.transport.call('POST', '/swarm/leave', { query: { force: flag(force) } });
  }

  swarmInspect(): Process<Swarm> {
    return this.transport.json('GET', '/swarm');
  }

  *swarmUpdate(version: Version, spec: SwarmSpec, flags: SwarmUpdateFlags): Process<void> {
    const query = {
      rotateManagerToken: String(flags.rotateManagerToken),
      rotateManagerUnlockKey: String(flags.rotateManagerUnlockKey),
      rotateWorkerToken: String(flags.rotateWorkerToken),
      version: String(version.Index),
    };
    yield* this.transport.call('POST', '/swarm/update', { query, body: spec });
  }

  swarmGetUnlockKey(): Process<{ readonly UnlockKey: string }> {
    return this.transport.json('GET', '/swarm/unlockkey');
  }

  *swarmUnlock(unlockKey: string): Process<void> {
    yield* this.transport.call('POST', '/swarm/unlock', { body: { UnlockKey: unlockKey } });
  }

  nodeList(options?: ListOptions): Process<readonly Node[]> {
    return this.transport.json('GET', '/nodes', { query: listQuery(options) });
  }

  *nodeInspect(id: string): Process<Node> {
    return yield* this.transport.json('GET', `/nodes/${trimId('node', id)}`);
  }

  *nodeUpdate(id: string, version: Version, spec: NodeSpec): Process<void> {
    const query = { version: String(version.Index) };
    yield* this.transport.call('POST', `/nodes/${trimId('node', id)}/update`, { query, body: spec });
  }

  *nodeRemove(id: string, force: boolean): Process<void> {
    yield* this.transport.call('DELETE', `/nodes/${trimId('node', id)}`, { query: { force: flag(force) } });
  }

  /** The image is tagged and, when asked, pinned; a registry that cannot be asked adds a warning. */
  *serviceCreate(
    spec: ServiceSpec,
    options: ServiceOptions = {},
  ): Process<{ readonly ID: string; readonly Warnings: readonly string[] }> {
    const { spec: sent, warning } = yield* this.resolved(spec, options);
    const answer: { ID: string; Warnings?: readonly string[] | null } = yield* this.transport.json(
      'POST',
      '/services/create',
      { body: sent, ...auth(options.registryAuth) },
    );
    return { ID: answer.ID, Warnings: [...(answer.Warnings ?? []), ...warning] };
  }

  serviceList(options: ListOptions & { status?: boolean } = {}): Process<readonly Service[]> {
    const query = { ...listQuery(options), status: options.status ? 'true' : undefined };
    return this.transport.json('GET', '/services', { query });
  }

  *serviceInspect(id: string, options: { insertDefaults?: boolean } = {}): Process<Service> {
    const query = { insertDefaults: String(options.insertDefaults === true) };
    return yield* this.transport.json('GET', `/services/${trimId('service', id)}`, { query });
  }

  *serviceUpdate(
    id: string,
    version: Version,
    spec: ServiceSpec,
    options: ServiceUpdateOptions = {},
  ): Process<{ readonly Warnings: readonly string[] }> {
    const path = `/services/${trimId('service', id)}/update`;
    const query = {
      registryAuthFrom: word(options.registryAuthFrom),
      rollback: word(options.rollback),
      version: String(version.Index),
    };
    const { spec: sent, warning } = yield* this.resolved(spec, options);
    const answer: { Warnings?: readonly string[] | null } = yield* this.transport.json('POST', path, {
      query,
      body: sent,
      ...auth(options.registryAuth),
    });
    return { Warnings: [...(answer.Warnings ?? []), ...warning] };
  }

  *serviceRemove(id: string): Process<void> {
    yield* this.transport.call('DELETE', `/services/${trimId('service', id)}`);
  }

  /** Output in frames, one line each; with `details` a line begins with its context. */
  *serviceLogs(id: string, options: LogsOptions): Process<ApiStream> {
    const query = yield* this.logsQuery(options);
    return yield* this.transport.stream('GET', `/services/${trimId('service', id)}/logs`, { query });
  }

  taskList(options?: ListOptions): Process<readonly Task[]> {
    return this.transport.json('GET', '/tasks', { query: listQuery(options) });
  }

  *taskInspect(id: string): Process<Task> {
    return yield* this.transport.json('GET', `/tasks/${trimId('task', id)}`);
  }

  *taskLogs(id: string, options: LogsOptions): Process<ApiStream> {
    const query = yield* this.logsQuery(options);
    return yield* this.transport.stream('GET', `/tasks/${escapePath(id)}/logs`, { query });
  }

  secretCreate(spec: SecretSpec): Process<{ readonly ID: string }> {
    return this.transport.json('POST', '/secrets/create', { body: spec });
  }

  secretList(options?: ListOptions): Process<readonly Secret[]> {
    return this.transport.json('GET', '/secrets', { query: listQuery(options) });
  }

  *secretInspect(id: string): Process<Secret> {
    return yield* this.transport.json('GET', `/secrets/${trimId('secret', id)}`);
  }

  *secretUpdate(id: string, version: Version, spec: SecretSpec): Process<void> {
    const query = { version: String(version.Index) };
    yield* this.transport.call('POST', `/secrets/${trimId('secret', id)}/update`, { query, body: spec });
  }

  *secretRemove(id: string): Process<void> {
    yield* this.transport.call('DELETE', `/secrets/${trimId('secret', id)}`);
  }

  configCreate(spec: ConfigSpec): Process<{ readonly ID: string }> {
    return this.transport.json('POST', '/configs/create', { body: spec });
  }

  configList(options?: ListOptions): Process<readonly Config[]> {
    return this.transport.json('GET', '/configs', { query: listQuery(options) });
  }

  *configInspect(id: string): Process<Config> {
    return yield* this.transport.json('GET', `/configs/${trimId('config', id)}`);
  }

  *configUpdate(id: string, version: Version, spec: ConfigSpec): Process<void> {
    const query = { version: String(version.Index) };
    yield* this.transport.call('POST', `/configs/${trimId('config', id)}/update`, { query, body: spec });
  }

  *configRemove(id: string): Process<void> {
    yield* this.transport.call('DELETE', `/configs/${trimId('config', id)}`);
  }

  // ------------------------------------------------------------ networks and volumes

  networkCreate(request: NetworkCreateRequest): Process<{ readonly Id: string; readonly Warning: string }> {
    return this.transport.json('POST', '/networks/create', { body: request });
  }

  networkList(options?: ListOptions): Process<readonly NetworkInspect[]> {
    return this.transport.json('GET', '/networks', { query: listQuery(options) });
  }

  *networkInspect(id: string, options: { verbose?: boolean; scope?: string } = {}): Process<NetworkInspect> {
    const query = { verbose: options.verbose ? 'true' : undefined, scope: word(options.scope) };
    return yield* this.transport.json('GET', `/networks/${trimId('network', id)}`, { query });
  }

  *networkRemove(id: string): Process<void> {
    yield* this.transport.call('DELETE', `/networks/${trimId('network', id)}`);
  }

  *networkConnect(id: string, container: string, endpoint?: EndpointSettings): Process<void> {
    const path = `/networks/${trimId('network', id)}/connect`;
    trimId('container', container);
    yield* this.transport.call('POST', path, { body: { Container: container, EndpointConfig: endpoint } });
  }

  *networkDisconnect(id: string, container: string, force: boolean): Process<void> {
    const path = `/networks/${trimId('network', id)}/disconnect`;
    trimId('container', container);
    yield* this.transport.call('POST', path, { body: { Container: container, Force: force } });
  }

  networksPrune(options?: ListOptions): Process<PruneReport> {
    return this.transport.json('POST', '/networks/prune', { query: listQuery(options) });
  }

  volumeCreate(request: {
    Name?: string;
    Driver?: string;
    DriverOpts?: Readonly<Record<string, string>>;
    Labels?: Readonly<Record<string, string>>;
  }): Process<Volume> {
    return this.transport.json('POST', '/volumes/create', { body: request });
  }

  volumeList(
    options?: ListOptions,
  ): Process<{ readonly Volumes: readonly Volume[] | null; readonly Warnings: readonly string[] | null }> {
    return this.transport.json('GET', '/volumes', { query: listQuery(options) });
  }

  *volumeInspect(name: string): Process<Volume> {
    return yield* this.transport.json('GET', `/volumes/${trimId('volume', name)}`);
  }

  *volumeRemove(name: string, force: boolean): Process<void> {
    yield* this.transport.call('DELETE', `/volumes/${trimId('volume', name)}`, { query: { force: flag(force) } });
  }

  volumesPrune(options?: ListOptions): Process<PruneReport> {
    return this.transport.json('POST', '/volumes/prune', { query: listQuery(options) });
  }

  // ------------------------------------------------------------ containers

  containerCreate(
    request: ContainerCreateRequest,
    options: { name?: string; platform?: string } = {},
  ): Process<{ readonly Id: string; readonly Warnings: readonly string[] | null }> {
    const query = { name: word(options.name), platform: word(options.platform) };
    return this.transport.json('POST', '/containers/create', { query, body: request });
  }

  containerList(
    options: ListOptions & { all?: boolean; limit?: number; size?: boolean } = {},
  ): Process<readonly ContainerSummary[]> {
    const query = {
      all: flag(options.all),
      limit: options.limit !== undefined && options.limit > 0 ? String(options.limit) : undefined,
      size: flag(options.size),
      ...listQuery(options),
    };
    return this.transport.json('GET', '/containers/json', { query });
  }

  *containerInspect(id: string, options: { size?: boolean } = {}): Process<ContainerInspect> {
    const path = `/containers/${trimId('container', id)}/json`;
    return yield* this.transport.json('GET', path, { query: { size: flag(options.size) } });
  }

  *containerStart(id: string): Process<void> {
    yield* this.transport.call('POST', `/containers/${trimId('container', id)}/start`);
  }

  *containerStop(id: string, options: StopOptions = {}): Process<void> {
    yield* this.transport.call('POST', `/containers/${trimId('container', id)}/stop`, { query: stopQuery(options) });
  }

  *containerRestart(id: string, options: StopOptions = {}): Process<void> {
    yield* this.transport.call('POST', `/containers/${trimId('container', id)}/restart`, { query: stopQuery(options) });
  }

  *containerKill(id: string, signal: string): Process<void> {
    const query = { signal: word(signal) };
    yield* this.transport.call('POST', `/containers/${trimId('container', id)}/kill`, { query });
  }

  *containerPause(id: string): Process<void> {
    yield* this.transport.call('POST', `/containers/${trimId('container', id)}/pause`);
  }

  *containerUnpause(id: string): Process<void> {
    yield* this.transport.call('POST', `/containers/${trimId('container', id)}/unpause`);
  }

  *containerRename(id: string, name: string): Process<void> {
    yield* this.transport.call('POST', `/containers/${trimId('container', id)}/rename`, { query: { name } });
  }

  *containerRemove(
    id: string,
    options: { force?: boolean; removeVolumes?: boolean; link?: boolean } = {},
  ): Process<void> {
    const query = { force: flag(options.force), link: flag(options.link), v: flag(options.removeVolumes) };
    yield* this.transport.call('DELETE', `/containers/${trimId('container', id)}`, { query });
  }

  containersPrune(options?: ListOptions): Process<PruneReport> {
    return this.transport.json('POST', '/containers/prune', { query: listQuery(options) });
  }

  *containerTop(id: string, args: readonly string[] = []): Process<ContainerTop> {
    const query = { ps_args: args.length > 0 ? args.join(' ') : undefined };
    return yield* this.transport.json('GET', `/containers/${trimId('container', id)}/top`, { query });
  }

  /**
   * Returns when the daemon has acknowledged; the stream's one item, `{ StatusCode }`, comes at the container's end:
   * take it with {@link nextJson}. `condition`: not-running (default), next-exit, removed.
   */
  *containerWait(id: string, condition?: string): Process<ApiStream> {
    const query = { condition: word(condition) };
    return yield* this.transport.stream('POST', `/containers/${trimId('container', id)}/wait`, { query });
  }

  *containerLogs(id: string, options: LogsOptions): Process<ApiStream> {
    const query = { ...(yield* this.logsQuery(options)), until: yield* this.timestamp('until', options.until) };
    return yield* this.transport.stream('GET', `/containers/${trimId('container', id)}/logs`, { query });
  }

  /** Hijacked: `receive` items from its descriptor, `write` stdin to it, `shutdown` it at stdin's end. */
  *containerAttach(
    id: string,
    options: {
      stream?: boolean;
      stdin?: boolean;
      stdout?: boolean;
      stderr?: boolean;
      logs?: boolean;
      detachKeys?: string;
    },
  ): Process<ApiStream> {
    const query = {
      stream: flag(options.stream),
      stdin: flag(options.stdin),
      stdout: flag(options.stdout),
      stderr: flag(options.stderr),
      logs: flag(options.logs),
      detachKeys: word(options.detachKeys),
    };
    return yield* this.transport.stream('POST', `/containers/${trimId('container', id)}/attach`, {
      query,
      hijack: true,
    });
  }

  *containerResize(id: string, height: number, width: number): Process<void> {
    const query = { h: String(height), w: String(width) };
    yield* this.transport.call('POST', `/containers/${trimId('container', id)}/resize`, { query });
  }

  *containerExecCreate(id: string, config: ExecConfig): Process<{ readonly Id: string }> {
    return yield* this.transport.json('POST', `/containers/${trimId('container', id)}/exec`, { body: config });
  }

  /** Starts it and attaches: hijacked, as {@link containerAttach}. */
  *containerExecAttach(
    execId: string,
    config: { Tty: boolean; ConsoleSize?: readonly [number, number] },
  ): Process<ApiStream> {
    const body = { Detach: false, ...config };
    return yield* this.transport.stream('POST', `/exec/${trimId('exec', execId)}/start`, { body, hijack: true });
  }

  /** Starts it and leaves it alone. */
  *containerExecStart(
    execId: string,
    config: { Detach: boolean; Tty: boolean; ConsoleSize?: readonly [number, number] },
  ): Process<void> {
    yield* this.transport.call('POST', `/exec/${trimId('exec', execId)}/start`, { body: config });
  }

  *containerExecInspect(execId: string): Process<ExecInspect> {
    return yield* this.transport.json('GET', `/exec/${trimId('exec', execId)}/json`);
  }

  *containerExecResize(execId: string, height: number, width: number): Process<void> {
    const query = { h: String(height), w: String(width) };
    yield* this.transport.call('POST', `/exec/${trimId('exec', execId)}/resize`, { query });
  }

  // ------------------------------------------------------------ images

  imageList(options: ListOptions & { all?: boolean } = {}): Process<readonly ImageSummary[]> {
    return this.transport.json('GET', '/images/json', { query: { all: flag(options.all), ...listQuery(options) } });
  }

  *imageInspect(name: string): Process<ImageInspect> {
    const trimmed = name.trim();
    if (trimmed === '') throw new ClientError('invalid image name or ID: value is empty');
    return yield* this.transport.json('GET', `/images/${escapePath(name)}/json`);
  }

  /** `fromImage` is the full name (docker.io/library/nginx); items are progress messages as dockerd streams them. */
  *imageCreate(fromImage: string, tag: string, options: { platform?: string } = {}): Process<ApiStream> {
    const query = { fromImage, tag: word(tag), platform: word(options.platform?.toLowerCase()) };
    return yield* this.transport.stream('POST', '/images/create', { query, headers: { 'X-Registry-Auth': 'e30=' } });
  }

  *imageRemove(name: string, options: { force?: boolean; noPrune?: boolean } = {}): Process<readonly ImageDelete[]> {
    const query = { force: flag(options.force), noprune: flag(options.noPrune) };
    return yield* this.transport.json('DELETE', `/images/${escapePath(name)}`, { query });
  }

  *imageTag(source: string, repository: string, tag: string | undefined): Process<void> {
    const query = { repo: repository, tag: word(tag) };
    yield* this.transport.call('POST', `/images/${escapePath(source)}/tag`, { query });
  }

  imagesPrune(options?: ListOptions): Process<PruneReport> {
    return this.transport.json('POST', '/images/prune', { query: listQuery(options) });
  }

  *distributionInspect(image: string, registryAuth?: string): Process<DistributionInspect> {
    if (image === '') throw new ClientError('Error: No such distribution: ');
    return yield* this.transport.json('GET', `/distribution/${escapePath(image)}/json`, auth(registryAuth));
  }

  // ------------------------------------------------------------ helpers

  private *resolved(
    spec: ServiceSpec,
    options: ServiceOptions,
  ): Process<{ spec: ServiceSpec; warning: readonly string[] }> {
    const withTag = tagged(spec);
    const image = withTag.TaskTemplate?.ContainerSpec?.Image;
    if (!options.queryRegistry || image === undefined) return { spec: withTag, warning: [] };
    let found: DistributionInspect | undefined;
    try {
      found = yield* this.distributionInspect(image, options.registryAuth);
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
    }
    return pinnedImage(withTag, image, found);
  }

  private *logsQuery(options: LogsOptions): Process<Record<string, string | undefined>> {
    return {
      details: flag(options.details),
      follow: flag(options.follow),
      since: yield* this.timestamp('since', options.since),
      stderr: flag(options.stderr),
      stdout: flag(options.stdout),
      tail: options.tail ?? '',
      timestamps: flag(options.timestamps),
    };
  }

  /** The user's words of an instant as the API takes them. */
  private *timestamp(what: string, text: string | undefined): Process<string | undefined> {
    if (text === undefined || text === '') return undefined;
    const stamp = fromGoTimestamp(text, yield* now());
    if (stamp === undefined)
      throw new ClientError(`invalid value for "${what}": failed to parse value as time or duration: "${text}"`);
    return stamp;
  }
}

function stopQuery(options: StopOptions): Record<string, string | undefined> {
  return { signal: word(options.signal), t: options.timeout === undefined ? undefined : String(options.timeout) };
}

function auth(registryAuth: string | undefined): { headers?: Record<string, string> } {
  return registryAuth ? { headers: { 'X-Registry-Auth': registryAuth } } : {};
}
