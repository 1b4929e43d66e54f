/**
 * A typed client of the Engine API: one function a route, named after moby's Go client, with the queries and bodies that
 * docker 28.2.2 sends. Every function is a generator and throws {@link ClientError}s whose message docker prints as is.
 * Follows moby/moby client/*.go.
 */
import { type Bytes, fromBase64 } from '../base/bytes';
import type { ApiResponse, Process } from '../base/process';
import {
  flag,
  type ListOptions,
  type LogsOptions,
  listQuery,
  type StopOptions,
  stopQuery,
  trimId,
  word,
} from './client-base';
import { SwarmClient } from './client-swarm';
import { type ApiStream, ClientError } from './transport';
import type {
  ContainerChange,
  ContainerCreateRequest,
  ContainerInspect,
  ContainerSummary,
  ContainerTop,
  DiskUsage,
  EndpointSettings,
  ExecConfig,
  ExecInspect,
  ImageDelete,
  ImageHistory,
  ImageInspect,
  ImageSummary,
  Info,
  NetworkCreateRequest,
  NetworkInspect,
  PingAnswer,
  PruneReport,
  ServerVersion,
  Volume,
} from './types';

/** Adds to the swarm's functions those of one engine. */
export class Client extends SwarmClient {
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

  /** Items are {@link ContainerStats}; one without `stream`. */
  containerStats(id: string, stream: boolean): Process<ApiStream> {
    const query = { stream: stream ? '1' : '0' };
    return this.transport.stream('GET', `/containers/${trimId('container', id)}/stats`, { query });
  }

  /** Items are {@link EventMessage}s. */
  *events(options: ListOptions & { since?: string; until?: string } = {}): Process<ApiStream> {
    const query = {
      since: yield* this.timestamp('', options.since),
      until: yield* this.timestamp('', options.until),
      ...listQuery(options),
    };
    return yield* this.transport.stream('GET', '/events', { query });
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

  /** Engines have no plugins here; the answer is always a refusal. */
  *pluginInspect(name: string): Process<unknown> {
    return yield* this.transport.json('GET', `/plugins/${trimId('plugin', name)}/json`);
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

  containerUpdate(id: string, config: object): Process<{ readonly Warnings: readonly string[] | null }> {
    return this.transport.json('POST', `/containers/${trimId('container', id)}/update`, { body: config });
  }

  containerDiff(id: string): Process<readonly ContainerChange[] | null> {
    return this.transport.json('GET', `/containers/${trimId('container', id)}/changes`);
  }

  /** Its files as a tar archive. */
  *containerExport(id: string): Process<Bytes> {
    return String((yield* this.transport.call('GET', `/containers/${trimId('container', id)}/export`)).body ?? '');
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

  /** Whether a path of a container is there, and a directory. */
  *containerStatPath(id: string, path: string): Process<{ readonly isDirectory: boolean } | undefined> {
    const response = yield* this.transport.send('HEAD', archiveOf(id), { query: { path } });
    return response.status === 200 ? pathStat(response) : undefined;
  }

  /** A tar archive of a file or directory. */
  *copyFromContainer(id: string, path: string): Process<{ readonly content: Bytes; readonly isDirectory: boolean }> {
    const response = yield* this.transport.call('GET', archiveOf(id), { query: { path } });
    return { content: String(response.body ?? ''), ...pathStat(response) };
  }

  /** Unpacks a tar archive into a directory. */
  *copyToContainer(id: string, path: string, content: Bytes, copyUidGid: boolean): Process<void> {
    const query = { path, noOverwriteDirNonDir: 'true', copyUIDGID: copyUidGid ? 'true' : undefined };
    yield* this.transport.call('PUT', archiveOf(id), { query, body: content });
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
    return yield* this.transport.json('GET', `/images/${name}/json`);
  }

  /** `fromImage` is the full name (docker.io/library/nginx); items are progress messages as dockerd streams them. */
  *imageCreate(fromImage: string, tag: string, options: { platform?: string } = {}): Process<ApiStream> {
    const query = { fromImage, tag: word(tag), platform: word(options.platform?.toLowerCase()) };
    return yield* this.transport.stream('POST', '/images/create', { query, headers: { 'X-Registry-Auth': 'e30=' } });
  }

  /** Builds from a tar archive; items are progress messages. */
  *imageBuild(context: Bytes, query: Readonly<Record<string, string | undefined>>): Process<ApiStream> {
    const headers = { 'Content-Type': 'application/x-tar' };
    return yield* this.transport.stream('POST', '/build', { query, headers, body: context });
  }

  imageHistory(name: string): Process<readonly ImageHistory[]> {
    return this.transport.json('GET', `/images/${name}/history`);
  }

  *containerCommit(
    container: string,
    query: Readonly<Record<string, string | undefined>>,
  ): Process<{ readonly Id: string }> {
    return yield* this.transport.json('POST', '/commit', { query: { container, ...query } });
  }

  /** What a registry says to a name and password. */
  *registryLogin(auth: {
    readonly username: string;
    readonly password: string;
    readonly serveraddress: string;
  }): Process<string> {
    const answer = yield* this.transport.json<{ readonly Status: string }>('POST', '/auth', { body: auth });
    return answer.Status;
  }

  /** Items are progress messages; tag '' pushes all tags. */
  *imagePush(name: string, tag: string, options: { platform?: string } = {}): Process<ApiStream> {
    const query = { tag, platform: word(options.platform) };
    return yield* this.transport.stream('POST', `/images/${name}/push`, {
      query,
      headers: { 'X-Registry-Auth': 'e30=' },
    });
  }

  *imageRemove(name: string, options: { force?: boolean; noPrune?: boolean } = {}): Process<readonly ImageDelete[]> {
    const query = { force: flag(options.force), noprune: flag(options.noPrune) };
    return yield* this.transport.json('DELETE', `/images/${name}`, { query });
  }

  *imageTag(source: string, repository: string, tag: string | undefined): Process<void> {
    const query = { repo: repository, tag: word(tag) };
    yield* this.transport.call('POST', `/images/${source}/tag`, { query });
  }

  imagesPrune(options?: ListOptions): Process<PruneReport> {
    return this.transport.json('POST', '/images/prune', { query: listQuery(options) });
  }
}

function archiveOf(id: string): string {
  return `/containers/${trimId('container', id)}/archive`;
}

/** Go's os.ModeDir in the description of a path. */
const MODE_DIR = 0x80000000;

function pathStat({ headers }: ApiResponse): { readonly isDirectory: boolean } {
  const text = fromBase64(headers['X-Docker-Container-Path-Stat'] ?? '') ?? '';
  const mode = Number(/"mode":(\d+)/.exec(text)?.[1] ?? 0);
  return { isDirectory: mode >= MODE_DIR };
}
