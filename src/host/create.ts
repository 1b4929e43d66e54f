/** Making a container's record from what was asked: checks, the image's settings, mounts. Follows moby/moby daemon/create.go. */
import { fail, ok, type Result } from '../base/result';
import type { RegistryImage } from './ports';
import { parseSignal } from './signals';
import { kernelRefusal } from './start-checks';
import {
  type ContainerConfig,
  type EndpointRequest,
  type HostConfig,
  type HostError,
  hostError,
  type InjectedFile,
  type MountPoint,
  type MountRequest,
  type ServiceIdentity,
} from './types';
import type { Volumes } from './volumes';

export interface CreateRequest {
  /** '' lets the engine choose. */
  readonly name: string;
  readonly config: ContainerConfig;
  readonly hostConfig: HostConfig;
  /** Network name or id → what is asked of it, in order. */
  readonly endpoints: ReadonlyMap<string, EndpointRequest>;
  readonly service?: ServiceIdentity;
  readonly injected?: readonly InjectedFile[];
}

const MEMORY_MIN = 6 * 1024 * 1024;
const RESTART_POLICIES = ['', 'no', 'always', 'on-failure', 'unless-stopped'];

/** What docker refuses before it looks at the image. */
export function validateSettings(config: ContainerConfig, host: HostConfig, cpus: number): HostError | undefined {
  const bad = (message: string): HostError => hostError(400, message);
  const { WorkingDir = '' } = config;
  if (WorkingDir !== '' && !WorkingDir.startsWith('/'))
    return bad(`the working directory '${WorkingDir}' is invalid, it needs to be an absolute path`);
  if (config.StopSignal && !parseSignal(config.StopSignal)) return bad(`invalid signal: ${config.StopSignal}`);
  for (const text of config.Env ?? []) {
    if (text === '') return bad('invalid environment variable: ');
    if (text.startsWith('=')) return bad(`invalid environment variable: ${text}`);
  }
  const kernel = kernelRefusal(host);
  if (kernel !== undefined) return bad(kernel);
  const health = validateHealth(config);
  if (health !== undefined) return bad(health);
  const { Name: policy = '', MaximumRetryCount: retries = 0 } = host.RestartPolicy ?? {};
  if (!RESTART_POLICIES.includes(policy))
    return bad(
      `invalid restart policy: unknown policy '${policy}'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'`,
    );
  if (retries !== 0 && policy !== 'on-failure')
    return bad("invalid restart policy: maximum retry count can only be used with 'on-failure'");
  if (retries < 0) return bad('invalid restart policy: maximum retry count cannot be negative');
  if (host.AutoRemove && policy !== '' && policy !== 'no')
    return bad("can't create 'AutoRemove' container with restart policy");
  if (host.Memory && host.Memory > 0 && host.Memory < MEMORY_MIN) return bad('Minimum memory limit allowed is 6MB');
  const nano = host.NanoCpus ?? 0;
  if (nano < 0 || nano > cpus * 1e9)
    return bad(`range of CPUs is from 0.01 to ${cpus}.00, as there are only ${cpus} CPUs available`);
  const limits = limitsRefusal(host, cpus);
  return limits === undefined ? undefined : bad(limits);
}

/** Follows moby/moby daemon/daemon_unix.go, verifyPlatformContainerResources. */
function limitsRefusal(host: HostConfig, cpus: number): string | undefined {
  const number = (name: string): number => Number(host[name] ?? 0);
  const swap = number('MemorySwap');
  if (number('Memory') > 0 && swap > 0 && swap < number('Memory'))
    return 'Minimum memoryswap limit should be larger than memory limit, see usage';
  const reservation = number('MemoryReservation');
  if (reservation > 0 && reservation < MEMORY_MIN) return 'Minimum memory reservation allowed is 6MB';
  if (number('Memory') > 0 && reservation > number('Memory'))
    return 'Minimum memory limit can not be less than memory reservation limit, see usage';
  for (const [name, word] of [
    ['CpuPeriod', 'CPU Period'],
    ['CpuQuota', 'CPU Quota'],
  ] as const) {
    if (number('NanoCpus') > 0 && number(name) > 0)
      return `Conflicting options: Nano CPUs and ${word} cannot both be set`;
  }
  const period = number('CpuPeriod');
  if (period !== 0 && (period < 1_000 || period > 1_000_000))
    return 'CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)';
  const quota = number('CpuQuota');
  if (quota > 0 && quota < 1_000) return 'CPU cfs quota can not be less than 1ms (i.e. 1000)';
  const set = String(host['CpusetCpus'] ?? '');
  const last = Math.max(...set.split(/[,-]/).map(Number));
  if (last >= cpus) return `Requested CPUs are not available - requested ${set}, available: 0-${cpus - 1}`;
  return undefined;
}

function validateHealth(config: ContainerConfig): string | undefined {
  const health = config.Healthcheck;
  if (!health) return undefined;
  for (const field of ['Interval', 'Timeout', 'StartPeriod', 'StartInterval'] as const) {
    const value = health[field] ?? 0;
    if (value !== 0 && value < 1_000_000) return `${field} in Healthcheck cannot be less than 1ms`;
  }
  return (health.Retries ?? 0) < 0 ? 'Retries in Healthcheck cannot be negative' : undefined;
}

/** The user's settings over the image's. Follows moby/moby daemon/commit.go, merge. */
export function mergeConfig(user: ContainerConfig, image: ContainerConfig, id: string): ContainerConfig {
  const entrypoint = user.Entrypoint?.length ? user.Entrypoint : undefined;
  const names = new Set((user.Env ?? []).map((text) => text.split('=', 1)[0]));
  const env = [...(image.Env ?? []).filter((text) => !names.has(text.split('=', 1)[0])), ...(user.Env ?? [])];
  const ports = { ...image.ExposedPorts, ...user.ExposedPorts };
  const volumes = { ...image.Volumes, ...user.Volumes };
  const health = user.Healthcheck?.Test?.length ? user.Healthcheck : mergeHealth(user, image);
  return {
    Hostname: user.Hostname || id.slice(0, 12),
    Domainname: user.Domainname ?? '',
    User: user.User || (image.User ?? ''),
    AttachStdin: user.AttachStdin ?? false,
    AttachStdout: user.AttachStdout ?? false,
    AttachStderr: user.AttachStderr ?? false,
    ...(Object.keys(ports).length > 0 ? { ExposedPorts: ports } : {}),
    Tty: user.Tty ?? false,
    OpenStdin: user.OpenStdin ?? false,
    StdinOnce: user.StdinOnce ?? false,
    Env: env.length > 0 || image.Env || user.Env ? env : null,
    Cmd: user.Cmd?.length ? user.Cmd : entrypoint ? (user.Cmd ?? null) : (image.Cmd ?? null),
    ...(health ? { Healthcheck: health } : {}),
    Image: user.Image ?? '',
    Volumes: Object.keys(volumes).length > 0 ? volumes : null,
    WorkingDir: user.WorkingDir || (image.WorkingDir ?? ''),
    Entrypoint: entrypoint ?? image.Entrypoint ?? null,
    ...(user.MacAddress ? { MacAddress: user.MacAddress } : {}),
    Labels: { ...image.Labels, ...user.Labels },
    ...(user.StopSignal || image.StopSignal ? { StopSignal: user.StopSignal || image.StopSignal } : {}),
    ...(user.StopTimeout === undefined ? {} : { StopTimeout: user.StopTimeout }),
  };
}

function mergeHealth(user: ContainerConfig, image: ContainerConfig): ContainerConfig['Healthcheck'] {
  const own = user.Healthcheck;
  const base = image.Healthcheck;
  if (!own || !base) return own ?? base;
  return {
    Test: base.Test ?? [],
    Interval: own.Interval || (base.Interval ?? 0),
    Timeout: own.Timeout || (base.Timeout ?? 0),
    StartPeriod: own.StartPeriod || (base.StartPeriod ?? 0),
    StartInterval: own.StartInterval || (base.StartInterval ?? 0),
    Retries: own.Retries || (base.Retries ?? 0),
  };
}

/** Entrypoint and command as one; undefined when there is neither. */
export function commandLine(config: ContainerConfig): readonly string[] | undefined {
  const argv = [...(config.Entrypoint ?? []), ...(config.Cmd ?? [])];
  return argv.length > 0 && argv[0] !== '' ? argv : undefined;
}

/** What making mounts needs of the machine. */
export interface MountSources {
  readonly volumes: Volumes;
  /** Whether a path of the host exists. */
  exists(path: string): boolean;
  makeDirectory(path: string): void;
  mountsOf(container: string): Result<readonly MountPoint[], HostError>;
}

/** Binds, mounts, and anonymous volumes where the image or the user wants one; volumes are created. */
export function makeMounts(
  config: ContainerConfig,
  host: HostConfig,
  image: RegistryImage,
  sources: MountSources,
): Result<readonly MountPoint[], HostError> {
  const mounts = new Map<string, MountPoint>();
  const add = (mount: Result<MountPoint, HostError>): HostError | undefined => {
    if (!mount.ok) return mount.error;
    if (mounts.has(mount.value.destination)) return hostError(400, `Duplicate mount point: ${mount.value.destination}`);
    mounts.set(mount.value.destination, mount.value);
    return undefined;
  };
  for (const from of host.VolumesFrom ?? []) {
    const given = sources.mountsOf(from.split(':')[0]!);
    if (!given.ok) return given;
    for (const mount of given.value) mounts.set(mount.destination, mount);
  }
  for (const bind of host.Binds ?? []) {
    const error = add(parseBind(bind, sources));
    if (error) return fail(error);
  }
  for (const request of host.Mounts ?? []) {
    const error = add(parseMount(request, sources));
    if (error) return fail(error);
  }
  for (const path of Object.keys(host.Tmpfs ?? {}).sort((a, b) => (a < b ? -1 : 1))) mounts.set(path, tmpfs(path));
  for (const path of Object.keys(config.Volumes ?? {}).sort((a, b) => (a < b ? -1 : 1))) {
    if (mounts.has(path)) continue;
    const volume = sources.volumes.create({ name: '', driver: '', labels: null, options: null });
    if (volume.ok) mounts.set(path, volumeMount(volume.value.name, path, '', true, sources));
  }
  for (const mount of mounts.values()) if (mount.type === 'volume') copyUp(mount, image, sources.volumes);
  return ok([...mounts.values()]);
}

function parseBind(text: string, sources: MountSources): Result<MountPoint, HostError> {
  const parts = text.split(':');
  const [source = '', target = '', mode = ''] = parts;
  if (parts.length < 2 || parts.length > 3) return fail(hostError(400, `invalid volume specification: '${text}'`));
  if (!target.startsWith('/'))
    return fail(
      hostError(
        400,
        `invalid volume specification: '${text}': invalid mount path: '${target}' mount path must be absolute`,
      ),
    );
  const writable = !mode.split(',').includes('ro');
  if (source.startsWith('/')) {
    if (!sources.exists(source)) sources.makeDirectory(source);
    return ok(bindMount(source, target, mode, writable));
  }
  const volume = sources.volumes.create({ name: source, driver: '', labels: null, options: null });
  if (!volume.ok) return volume;
  return ok(volumeMount(source, target, mode === '' ? 'z' : mode, writable, sources));
}

function parseMount(request: MountRequest, sources: MountSources): Result<MountPoint, HostError> {
  const { Type = 'volume', Source = '', Target = '', ReadOnly = false } = request;
  const bad = (why: string): Result<never, HostError> =>
    fail(hostError(400, `invalid mount config for type "${Type}": ${why}`));
  if (!['bind', 'volume', 'tmpfs'].includes(Type))
    return fail(hostError(400, `invalid mount config for type "${Type}": mount type unknown`));
  if (Target === '') return bad('field Target must not be empty');
  if (!Target.startsWith('/')) return bad(`invalid mount path: '${Target}' mount path must be absolute`);
  if (Type === 'tmpfs') return Source === '' ? ok(tmpfs(Target)) : bad('field Source must not be specified');
  if (Type === 'bind') {
    if (Source === '') return bad('field Source must not be empty');
    if (!Source.startsWith('/')) return bad(`invalid mount path: '${Source}' mount path must be absolute`);
    if (!sources.exists(Source)) {
      if (!request.BindOptions?.CreateMountpoint) return bad(`bind source path does not exist: ${Source}`);
      sources.makeDirectory(Source);
    }
    return ok(bindMount(Source, Target, '', !ReadOnly));
  }
  const options = request.VolumeOptions;
  const volume = sources.volumes.create({
    name: Source,
    driver: options?.DriverConfig?.Name ?? '',
    labels: options?.Labels ?? null,
    options: options?.DriverConfig?.Options ?? null,
  });
  if (!volume.ok) return volume;
  return ok(volumeMount(volume.value.name, Target, Source === '' ? '' : 'z', !ReadOnly, sources));
}

function bindMount(source: string, destination: string, mode: string, writable: boolean): MountPoint {
  return { type: 'bind', name: '', source, destination, driver: '', mode, writable, propagation: 'rprivate' };
}

function volumeMount(
  name: string,
  destination: string,
  mode: string,
  writable: boolean,
  { volumes }: MountSources,
): MountPoint {
  const source = volumes.mountpoint(name);
  return { type: 'volume', name, source, destination, driver: 'local', mode, writable, propagation: '' };
}

function tmpfs(destination: string): MountPoint {
  return { type: 'tmpfs', name: '', source: '', destination, driver: '', mode: '', writable: true, propagation: '' };
}

/** An empty volume gets what the image has at its place. */
function copyUp(mount: MountPoint, image: RegistryImage, volumes: Volumes): void {
  if (!volumes.isEmpty(mount.name)) return;
  const { nodes } = image.files();
  const prefix = `${mount.destination}/`;
  const found = new Map(
    [...nodes]
      .filter(([path]) => path.startsWith(prefix))
      .map(([path, node]) => [path.slice(mount.destination.length), node]),
  );
  if (found.size > 0) volumes.fill(mount.name, found);
}
