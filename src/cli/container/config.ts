/** A container's configuration from the flags of run and create. Follows docker/cli cli/command/container/opts.go. */
import type { ContainerCreateRequest, HealthConfig } from '../../api/index';
import { type Process, terminal } from '../../base/process';
import { keyValues, resolvePath } from '../arguments';
import { type Cli, CliError, type Flags, type Invocation } from '../command';
import { readEnv, readKeyValueFile } from '../options/env';
import { parseMount } from '../options/mount';
import { canonical } from '../options/mutable';
import { parsePortSpec, parseRange } from '../options/port';
import { parseVolume } from '../options/volume';
import { capabilityList, ulimit } from '../options/words';
import { endpoints, networkMode } from './networks';

export interface ContainerFlags {
  readonly tty: boolean;
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly autoRemove: boolean;
  readonly request: ContainerCreateRequest;
}

/** Flags whose effect no machine here could show. Others of the kind are sent on, and refused by the engine. */
const UNMODELLED = [
  'blkio-weight',
  'blkio-weight-device',
  'cgroupns',
  'cpu-period',
  'cpu-quota',
  'cpu-rt-period',
  'cpu-rt-runtime',
  'cpuset-cpus',
  'cpuset-mems',
  'device-cgroup-rule',
  'device-read-bps',
  'device-read-iops',
  'device-write-bps',
  'device-write-iops',
  'ipc',
  'runtime',
  'security-opt',
  'use-api-socket',
] as const;

/** What to create. `attach` says that the command stays attached (run without -d). Throws CliError. */
export function* containerConfig(
  cli: Cli,
  { flags, args, path }: Invocation,
  attach: boolean,
): Process<ContainerFlags> {
  const refused = UNMODELLED.find((name) => flags.changed(name));
  if (refused) {
    throw new CliError(`the flag --${refused} of 'docker ${path.at(-1)}' is not modelled in this playground`);
  }
  const [image, ...command] = args as [string, ...string[]];
  const listed = flags.list('attach');
  const streams = {
    stdin: attach && (flags.bool('interactive') || listed.includes('stdin')),
    stdout: attach && (listed.length === 0 || listed.includes('stdout')),
    stderr: attach && (listed.length === 0 || listed.includes('stderr')),
  };
  const { binds, volumes } = readVolumes(flags, cli.cwd);
  const ports = readPorts(flags);
  const env = yield* readEnv(cli, flags.list('env-file'), flags.list('env'));
  const labels = yield* readLabels(cli, flags);
  const config = {
    ...plainConfig(flags),
    AttachStdin: streams.stdin,
    AttachStdout: streams.stdout,
    AttachStderr: streams.stderr,
    StdinOnce: flags.bool('interactive') && streams.stdin,
    ExposedPorts: ports.exposed,
    Env: nullable(env),
    Cmd: command.length > 0 ? command : null,
    Image: image,
    Volumes: volumes,
    Entrypoint: entrypoint(flags),
    Labels: labels,
    Healthcheck: healthConfig(flags),
  };
  const size = yield* terminal(1);
  const host = { ...hostConfig(flags, cli.cwd), Binds: binds, PortBindings: ports.bindings };
  const consoleSize = [size?.rows ?? 0, size?.columns ?? 0];
  return {
    ...streams,
    tty: flags.bool('tty'),
    autoRemove: flags.bool('rm'),
    request: {
      ...canonical<ContainerCreateRequest>('container.Config', config),
      HostConfig: canonical('container.HostConfig', { ...host, ConsoleSize: consoleSize }),
      NetworkingConfig: { EndpointsConfig: endpoints(flags) },
    },
  };
}

function plainConfig(flags: Flags) {
  return {
    Hostname: flags.string('hostname'),
    Domainname: flags.string('domainname'),
    User: flags.string('user'),
    Tty: flags.bool('tty'),
    OpenStdin: flags.bool('interactive'),
    WorkingDir: flags.string('workdir'),
    MacAddress: flags.string('mac-address'),
    StopSignal: flags.string('stop-signal'),
    StopTimeout: flags.changed('stop-timeout') ? flags.number('stop-timeout') : undefined,
    OnBuild: null,
  };
}

function hostConfig(flags: Flags, cwd: string) {
  const restart = restartPolicy(flags.string('restart'));
  if (flags.bool('rm') && restart.Name !== '' && restart.Name !== 'no') {
    throw new CliError('conflicting options: cannot specify both --restart and --rm');
  }
  const swappiness = flags.number('memory-swappiness');
  if (swappiness !== -1 && (swappiness < 0 || swappiness > 100)) {
    throw new CliError(`invalid value: ${swappiness}. Valid memory swappiness range is 0-100`);
  }
  return {
    ContainerIDFile: flags.string('cidfile'),
    LogConfig: logConfig(flags),
    NetworkMode: networkMode(flags),
    RestartPolicy: restart,
    AutoRemove: flags.bool('rm'),
    CapAdd: nullable(capabilityList(flags.list('cap-add'))),
    CapDrop: nullable(capabilityList(flags.list('cap-drop'))),
    Dns: flags.list('dns'),
    DnsOptions: [...flags.list('dns-option'), ...flags.list('dns-opt')],
    DnsSearch: flags.list('dns-search'),
    ExtraHosts: nullable(flags.list('add-host')),
    GroupAdd: nullable(flags.list('group-add')),
    OomScoreAdj: flags.number('oom-score-adj'),
    Links: nullable(flags.list('link')),
    VolumesFrom: nullable(flags.list('volumes-from')),
    Privileged: flags.bool('privileged'),
    PublishAllPorts: flags.bool('publish-all'),
    ReadonlyRootfs: flags.bool('read-only'),
    Tmpfs: tmpfs(flags),
    ShmSize: flags.number('shm-size'),
    Sysctls: keyValues(flags.list('sysctl')),
    Annotations: keyValues(flags.list('annotation')),
    CpuShares: flags.number('cpu-shares'),
    BlkioWeightDevice: [],
    BlkioDeviceReadBps: [],
    BlkioDeviceWriteBps: [],
    BlkioDeviceReadIOps: [],
    BlkioDeviceWriteIOps: [],
    Devices: flags
      .list('device')
      .map((path) => ({ PathOnHost: path, PathInContainer: path, CgroupPermissions: 'rwm' })),
    DeviceRequests: gpus(flags),
    CgroupParent: flags.string('cgroup-parent'),
    PidMode: mode(flags, 'pid', 'PID', ['host', 'container:']),
    UTSMode: mode(flags, 'uts', 'UTS', ['host']),
    UsernsMode: mode(flags, 'userns', 'USER', ['host']),
    StorageOpt: storageOptions(flags),
    VolumeDriver: flags.string('volume-driver'),
    Memory: flags.number('memory'),
    NanoCpus: flags.number('cpus'),
    MemoryReservation: flags.number('memory-reservation'),
    MemorySwap: flags.number('memory-swap'),
    MemorySwappiness: swappiness,
    OomKillDisable: flags.bool('oom-kill-disable'),
    PidsLimit: flags.number('pids-limit'),
    Ulimits: flags.list('ulimit').map(ulimit),
    Mounts: flags.list('mount').map((text) => {
      const mount = parseMount(text, cwd);
      if (!mount.ok) throw new CliError(mount.error);
      return mount.value;
    }),
    Init: flags.changed('init') ? flags.bool('init') : undefined,
  };
}

/** A namespace to share, by its flag. */
function mode(flags: Flags, name: string, noun: string, shared: readonly string[]): string {
  const text = flags.string(name);
  const known = text === '' || shared.some((word) => text === word || (word.endsWith(':') && text.startsWith(word)));
  if (!known) throw new CliError(`--${name}: invalid ${noun} mode`);
  return text;
}

function gpus(flags: Flags) {
  const wanted = flags.list('gpus');
  if (wanted.length === 0) return null;
  return wanted.map(() => ({ Driver: '', Count: -1, DeviceIDs: null, Capabilities: [['gpu']], Options: {} }));
}

function storageOptions(flags: Flags): { [key: string]: string } {
  const options = flags.list('storage-opt');
  if (options.some((option) => !option.includes('='))) throw new CliError('invalid storage option');
  return keyValues(options);
}

function nullable(list: readonly string[]): readonly string[] | null {
  return list.length === 0 ? null : list;
}

function logConfig(flags: Flags) {
  const driver = flags.string('log-driver');
  const options = flags.list('log-opt');
  if (driver === 'none' && options.length > 0) throw new CliError(`invalid logging opts for driver ${driver}`);
  return { Type: driver, Config: keyValues(options) };
}

/** `on-failure:3`. Follows docker/cli opts/parse.go, ParseRestartPolicy. */
export function restartPolicy(text: string): { Name: string; MaximumRetryCount: number } {
  const cut = text.indexOf(':');
  const name = cut < 0 ? text : text.slice(0, cut);
  const count = cut < 0 ? '' : text.slice(cut + 1);
  if (cut === 0) throw new CliError('invalid restart policy format: no policy provided before colon');
  if (count !== '' && !/^[+-]?\d+$/.test(count)) {
    throw new CliError('invalid restart policy format: maximum retry count must be an integer');
  }
  return { Name: name, MaximumRetryCount: Number(count) };
}

/** --entrypoint with the empty word takes away the image's own. */
function entrypoint(flags: Flags): readonly string[] | null {
  const word = flags.string('entrypoint');
  return word !== '' || flags.changed('entrypoint') ? [word] : null;
}

function* readLabels(cli: Cli, flags: Flags): Process<{ [key: string]: string }> {
  const lines: string[] = [];
  for (const file of flags.list('label-file')) lines.push(...(yield* readKeyValueFile(cli, file, false)));
  return keyValues([...lines, ...flags.list('label')]);
}

function tmpfs(flags: Flags): { [path: string]: string } {
  const out: { [path: string]: string } = {};
  for (const text of flags.list('tmpfs')) {
    const cut = text.indexOf(':');
    out[cut < 0 ? text : text.slice(0, cut)] = cut < 0 ? '' : text.slice(cut + 1);
  }
  return out;
}

/** `/path` is an anonymous volume, `SOURCE:/path[:ro]` a bind or a named one. */
function readVolumes(flags: Flags, cwd: string) {
  const binds: string[] = [];
  const volumes: { [path: string]: Record<string, never> } = {};
  for (const text of flags.list('volume')) {
    const { source = '' } = parseVolume(text);
    if (source === '') {
      volumes[text] = {};
      continue;
    }
    const rest = text.slice(text.indexOf(':'));
    binds.push(source.startsWith('.') ? resolvePath(cwd, source) + rest : text);
  }
  return { binds: nullable(binds), volumes };
}

type Bindings = { [port: string]: { HostIp: string; HostPort: string }[] };

function readPorts(flags: Flags): { exposed: { [port: string]: Record<string, never> }; bindings: Bindings } {
  const exposed: { [port: string]: Record<string, never> } = {};
  const bindings: Bindings = {};
  for (const text of flags.list('publish')) {
    const parsed = parsePortSpec(standardNotation(text));
    if (!parsed.ok) throw new CliError(parsed.error);
    for (const { port, hostIp, hostPort } of parsed.value) {
      exposed[port] = {};
      (bindings[port] ??= []).push({ HostIp: hostIp, HostPort: hostPort });
    }
  }
  for (const text of flags.list('expose')) {
    if (text.includes(':')) throw new CliError(`invalid port format for --expose: ${text}`);
    const [ports = '', protocol = 'tcp'] = text.split('/');
    const range = parseRange(ports);
    if (!range) {
      throw new CliError(`invalid range format for --expose: ${text}, error: ${rangeProblem(ports)}`);
    }
    for (let port = range.first; port <= range.last; port++) exposed[`${port}/${protocol}`] = {};
  }
  return { exposed, bindings };
}

function rangeProblem(ports: string): string {
  if (ports === '') return 'empty string specified for ports';
  const part = ports.split('-').find((one) => !/^\d+$/.test(one) || Number(one) > 65535);
  if (part === undefined) return `invalid range specified for port: ${ports}`;
  const why = /^\d+$/.test(part) ? 'value out of range' : 'invalid syntax';
  return `strconv.ParseUint: parsing ${JSON.stringify(part)}: ${why}`;
}

/** `published=8080,target=80` → `8080:80/tcp`. */
function standardNotation(text: string): string {
  if (!text.includes('=')) return text;
  const parts: { [key: string]: string } = { protocol: 'tcp' };
  for (const part of text.split(',')) {
    const cut = part.indexOf('=');
    if (cut <= 0) throw new CliError(`invalid publish opts format (should be name=value but got '${part}')`);
    parts[part.slice(0, cut)] = part.slice(cut + 1);
  }
  return `${parts['published'] ?? ''}:${parts['target'] ?? ''}/${parts['protocol']}`;
}

function healthConfig(flags: Flags): HealthConfig | undefined {
  const command = flags.string('health-cmd');
  const retries = flags.number('health-retries');
  const times = ['interval', 'timeout', 'start-period', 'start-interval'] as const;
  const given = command !== '' || retries !== 0 || times.some((name) => flags.number(`health-${name}`) !== 0);
  if (flags.bool('no-healthcheck')) {
    if (given) throw new CliError('--no-healthcheck conflicts with --health-* options');
    return { Test: ['NONE'] };
  }
  if (!given) return undefined;
  const negative = [...times, 'retries'].find((name) => flags.number(`health-${name}`) < 0);
  if (negative) throw new CliError(`--health-${negative} cannot be negative`);
  return {
    ...(command === '' ? {} : { Test: ['CMD-SHELL', command] }),
    Interval: flags.number('health-interval'),
    Timeout: flags.number('health-timeout'),
    StartPeriod: flags.number('health-start-period'),
    StartInterval: flags.number('health-start-interval'),
    Retries: retries,
  };
}
