/** Containers as the API answers them. Follows moby/moby daemon/inspect.go, daemon/list.go and daemon/container/state.go. */
import type { ContainerConfig, ContainerInspect, ContainerSummary, EndpointSettings } from '../../api/index';
import type { Micros } from '../../base/process';
import { parseReference } from '../../base/reference';
import { formatMicros, ZERO_TIME } from '../../base/time';
import { humanDuration } from '../../base/units';
import {
  type BoundPort,
  type Container,
  type Endpoint,
  type HostEngine,
  type MountPoint,
  sandboxId,
  shownState,
} from '../../host/index';
import { hostConfigView } from './host-config';
import { given, sortedMap } from './members';

const DIRECTORY = '/var/lib/docker/containers';

function time(at: Micros | undefined): string {
  return at === undefined ? ZERO_TIME : formatMicros(at);
}

function ago(now: Micros, at: Micros | undefined): string {
  return humanDuration(Math.floor((now - (at ?? now)) / 1_000_000));
}

/** `Up 3 seconds (healthy)`, `Exited (0) 2 minutes ago`, `Created`. */
function statusText(container: Container, now: Micros): string {
  const { state } = container;
  switch (state.status) {
    case 'running': {
      const health = state.health?.status;
      if (state.paused) return `Up ${ago(now, state.startedAt)} (Paused)`;
      const shown = health === 'starting' ? ' (health: starting)' : health === undefined ? '' : ` (${health})`;
      return `Up ${ago(now, state.startedAt)}${shown}`;
    }
    case 'restarting':
      return `Restarting (${state.exitCode}) ${ago(now, state.finishedAt)} ago`;
    case 'removing':
      return 'Removal In Progress';
    case 'dead':
      return 'Dead';
    case 'created':
      return 'Created';
    case 'exited':
      return `Exited (${state.exitCode}) ${ago(now, state.finishedAt)} ago`;
  }
}

/** One row of GET /containers/json. */
export function containerSummary(
  engine: HostEngine,
  container: Container,
  now: Micros,
  size: boolean,
): ContainerSummary {
  const image = engine.images.byId(container.imageId)?.image;
  const written = size ? engine.writtenBytes(container.id) : 0;
  return {
    Id: container.id,
    Names: [`/${container.name}`],
    Image: shownImage(engine, container),
    ImageID: container.imageId,
    Command: commandText(container),
    Created: Math.floor(container.created / 1_000_000),
    Ports: portList(container),
    Labels: sortedMap(container.config.Labels ?? {}),
    State: shownState(container),
    Status: statusText(container, now),
    HostConfig: { NetworkMode: networkMode(container) },
    NetworkSettings: { Networks: networks(container) },
    Mounts: container.mounts.map(mountView),
    ...(size ? { SizeRw: written, SizeRootFs: written + (image?.size ?? 0) } : {}),
  };
}

/** As typed, or the image's id once the name stands for another image. */
function shownImage(engine: HostEngine, container: Container): string {
  const reference = parseReference(container.image);
  if (reference.ok && reference.value.digest !== undefined) return container.image;
  const found = engine.images.find(container.image);
  return found?.image.id === container.imageId ? container.image : container.imageId;
}

/** Path and arguments; those with blanks in single quotes. */
function commandText({ path, args }: Container): string {
  return [path, ...args.map((arg) => (arg.includes(' ') ? `'${arg}'` : arg))].join(' ');
}

type Port = ContainerSummary['Ports'][number];

function portList(container: Container): readonly Port[] {
  if (container.state.status !== 'running') return [];
  const bound: Port[] = container.ports.flatMap(({ containerPort, hostIp, hostPort }) =>
    addresses(hostIp).map((IP) => ({ IP, ...privatePort(containerPort, hostPort) })),
  );
  const exposed = Object.keys(container.config.ExposedPorts ?? {});
  for (const port of exposed)
    if (!container.ports.some(({ containerPort }) => containerPort === port)) bound.push(privatePort(port, undefined));
  return bound;
}

function privatePort(containerPort: string, hostPort: number | undefined): Port {
  const [port, Type = 'tcp'] = containerPort.split('/');
  const PrivatePort = Number(port);
  return hostPort === undefined ? { PrivatePort, Type } : { PrivatePort, PublicPort: hostPort, Type };
}

/** A port bound to all of IPv4 is bound to all of IPv6 too. */
function addresses(hostIp: string): readonly string[] {
  return hostIp === '0.0.0.0' ? ['0.0.0.0', '::'] : [hostIp];
}

function networkMode(container: Container): string {
  const mode = container.hostConfig.NetworkMode ?? '';
  return mode === '' || mode === 'default' ? 'bridge' : mode;
}

/** Networks by name, in byte order. */
function networks(container: Container): { [name: string]: EndpointSettings } {
  const neverRan = container.state.status === 'created' && container.state.startedAt === undefined;
  const sorted = [...container.endpoints].sort((a, b) => (a.networkName < b.networkName ? -1 : 1));
  return Object.fromEntries(sorted.map((endpoint) => [endpoint.networkName, endpointView(endpoint, neverRan)]));
}

function endpointView(endpoint: Endpoint, neverRan: boolean): EndpointSettings {
  const { request } = endpoint;
  const named = endpoint.endpointId !== '' && endpoint.dnsNames.length > 0;
  return {
    IPAMConfig: request.IPAMConfig ?? null,
    Links: request.Links ?? null,
    Aliases: request.Aliases ?? null,
    MacAddress: endpoint.mac,
    DriverOpts: request.DriverOpts ?? null,
    GwPriority: request.GwPriority ?? 0,
    NetworkID: neverRan ? '' : endpoint.networkId,
    EndpointID: endpoint.endpointId,
    Gateway: endpoint.gateway,
    IPAddress: endpoint.address,
    IPPrefixLen: endpoint.address === '' ? 0 : endpoint.prefixLength,
    IPv6Gateway: endpoint.gateway6,
    GlobalIPv6Address: endpoint.address6,
    GlobalIPv6PrefixLen: endpoint.address6 === '' ? 0 : 64,
    DNSNames: named ? endpoint.dnsNames : null,
  };
}

function mountView(mount: MountPoint): object {
  return {
    Type: mount.type,
    ...(mount.name === '' ? {} : { Name: mount.name }),
    Source: mount.source,
    Destination: mount.destination,
    ...(mount.driver === '' ? {} : { Driver: mount.driver }),
    Mode: mount.mode,
    RW: mount.writable,
    Propagation: mount.propagation,
  };
}

/** GET /containers/ID/json. */
export function containerInspect(engine: HostEngine, container: Container, size: boolean): ContainerInspect {
  const { id } = container;
  const file = (name: string): string => (container.state.startedAt === undefined ? '' : `${DIRECTORY}/${id}/${name}`);
  const execs = engine.execs.of(id);
  const written = size ? engine.writtenBytes(id) : 0;
  return {
    Id: id,
    Created: formatMicros(container.created),
    Path: container.path,
    Args: container.args,
    State: stateView(container),
    Image: container.imageId,
    ResolvConfPath: file('resolv.conf'),
    HostnamePath: file('hostname'),
    HostsPath: file('hosts'),
    LogPath: file(`${id}-json.log`),
    Name: `/${container.name}`,
    RestartCount: container.restartCount,
    Driver: 'overlay2',
    Platform: 'linux',
    MountLabel: '',
    ProcessLabel: '',
    AppArmorProfile: 'docker-default',
    ExecIDs: execs.length > 0 ? execs : null,
    HostConfig: hostConfigView(container.hostConfig),
    GraphDriver: graphDriver(container),
    ...(size
      ? { SizeRw: written, SizeRootFs: written + (engine.images.byId(container.imageId)?.image.size ?? 0) }
      : {}),
    Mounts: container.mounts.filter(({ type }) => type !== 'tmpfs').map(mountView),
    Config: configView(container.config),
    NetworkSettings: networkSettings(container),
  };
}

function stateView(container: Container): ContainerInspect['State'] {
  const { state } = container;
  const restarting = state.status === 'restarting';
  const health = state.health && {
    Status: state.health.status,
    FailingStreak: state.health.failingStreak,
    Log: state.health.log.map(({ start, end, exitCode, output }) => ({
      Start: formatMicros(start),
      End: formatMicros(end),
      ExitCode: exitCode,
      Output: output,
    })),
  };
  return {
    Status: shownState(container),
    Running: state.status === 'running' || restarting,
    Paused: state.paused === true,
    Restarting: restarting,
    OOMKilled: state.oomKilled,
    Dead: state.status === 'dead',
    Pid: state.pid,
    ExitCode: state.exitCode,
    Error: state.error,
    StartedAt: time(state.startedAt),
    FinishedAt: time(state.finishedAt),
    ...(health ? { Health: health } : {}),
  };
}

/** In dockerd's order; members that Go omits when empty are left out. */
export function configView(config: ContainerConfig): ContainerConfig {
  const view = {
    Hostname: config.Hostname ?? '',
    Domainname: config.Domainname ?? '',
    User: config.User ?? '',
    AttachStdin: config.AttachStdin ?? false,
    AttachStdout: config.AttachStdout ?? false,
    AttachStderr: config.AttachStderr ?? false,
    ExposedPorts: given(config.ExposedPorts),
    Tty: config.Tty ?? false,
    OpenStdin: config.OpenStdin ?? false,
    StdinOnce: config.StdinOnce ?? false,
    Env: config.Env ?? null,
    Cmd: config.Cmd ?? null,
    Healthcheck: config.Healthcheck && given(config.Healthcheck),
    Image: config.Image ?? '',
    Volumes: config.Volumes ?? null,
    WorkingDir: config.WorkingDir ?? '',
    Entrypoint: config.Entrypoint ?? null,
    MacAddress: given(config.MacAddress),
    OnBuild: null,
    Labels: sortedMap(config.Labels ?? {}),
    StopSignal: given(config.StopSignal),
    StopTimeout: config.StopTimeout,
  };
  return Object.fromEntries(Object.entries(view).filter(([, value]) => value !== undefined)) as ContainerConfig;
}

function networkSettings(container: Container): ContainerInspect['NetworkSettings'] {
  const runs = container.state.status === 'running';
  const sandbox = runs ? sandboxId(container) : '';
  const onBridge = container.endpoints.find(({ networkName }) => networkName === 'bridge');
  return {
    Bridge: '',
    SandboxID: sandbox,
    SandboxKey: runs ? `/var/run/docker/netns/${sandbox.slice(0, 12)}` : '',
    Ports: runs ? portMap(container) : {},
    HairpinMode: false,
    LinkLocalIPv6Address: '',
    LinkLocalIPv6PrefixLen: 0,
    SecondaryIPAddresses: null,
    SecondaryIPv6Addresses: null,
    EndpointID: onBridge?.endpointId ?? '',
    Gateway: onBridge?.gateway ?? '',
    GlobalIPv6Address: '',
    GlobalIPv6PrefixLen: 0,
    IPAddress: onBridge?.address ?? '',
    IPPrefixLen: onBridge && onBridge.address !== '' ? onBridge.prefixLength : 0,
    IPv6Gateway: '',
    MacAddress: onBridge?.mac ?? '',
    Networks: networks(container),
  };
}

/** '80/tcp' → where it is bound, or null for a port that is only exposed. */
function portMap(container: Container): {
  [port: string]: readonly { readonly HostIp: string; readonly HostPort: string }[] | null;
} {
  const out: { [port: string]: { HostIp: string; HostPort: string }[] | null } = {};
  for (const port of Object.keys(container.config.ExposedPorts ?? {})) out[port] = null;
  for (const { containerPort, hostIp, hostPort } of container.ports)
    out[containerPort] = [...(out[containerPort] ?? []), ...bindings(hostIp, hostPort)];
  return Object.fromEntries(Object.entries(out).sort((a, b) => (a[0] < b[0] ? -1 : 1)));
}

function bindings(hostIp: BoundPort['hostIp'], hostPort: number): { HostIp: string; HostPort: string }[] {
  return addresses(hostIp).map((HostIp) => ({ HostIp, HostPort: String(hostPort) }));
}

function graphDriver(container: Container): object {
  const layer = `/var/lib/docker/overlay2/${[...container.id].reverse().join('')}`;
  return {
    Data: {
      ID: container.id,
      LowerDir: `${layer}-init/diff:/var/lib/docker/overlay2/${container.imageId.slice(7)}/diff`,
      MergedDir: `${layer}/merged`,
      UpperDir: `${layer}/diff`,
      WorkDir: `${layer}/work`,
    },
    Name: 'overlay2',
  };
}
