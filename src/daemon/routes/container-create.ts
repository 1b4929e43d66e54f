/** Reading the body of POST /containers/create: untrusted, so member by member. */
import type { CreateRequest, EndpointRequest, HostConfig, MountRequest } from '../../host/index';
import type { Exchange } from '../exchange';
import { refuse } from '../refusal';
import { bodyReader, query, type Reader } from '../request';

/** What `docker run` can ask of the kernel or of drivers that no machine here has: refused, one sentence each. */
const NOT_MODELLED: readonly (readonly [string, (value: unknown) => boolean, string])[] = [
  ['PidMode', (value) => value !== '' && value !== undefined, '--pid'],
  ['UTSMode', (value) => value !== '' && value !== undefined, '--uts'],
  ['UsernsMode', (value) => value !== '' && value !== undefined, '--userns'],
  ['CgroupParent', (value) => value !== '' && value !== undefined, '--cgroup-parent'],
  ['VolumeDriver', (value) => value !== '' && value !== undefined && value !== 'local', '--volume-driver'],
  ['Devices', (value) => Array.isArray(value) && value.length > 0, '--device'],
  ['DeviceRequests', (value) => Array.isArray(value) && value.length > 0, '--gpus'],
  [
    'StorageOpt',
    (value) => typeof value === 'object' && value !== null && Object.keys(value).length > 0,
    '--storage-opt',
  ],
];

export function readCreate(exchange: Exchange): CreateRequest {
  const { request } = exchange;
  if (request.body === undefined || request.body === null)
    refuse(400, 'invalid JSON: got EOF while reading request body');
  const reader = bodyReader(request, 'CreateRequest');
  const host = reader.object('HostConfig');
  const hostConfig = readHostConfig(host, request.body as { readonly HostConfig?: HostConfig });
  const endpoints = readEndpoints(reader);
  return { name: query(request, 'name'), config: readConfig(reader), hostConfig, endpoints };
}

function readConfig(reader: Reader): CreateRequest['config'] {
  const health = reader.object('Healthcheck');
  const stopTimeout = reader.integer('StopTimeout');
  return {
    Hostname: reader.string('Hostname') ?? '',
    Domainname: reader.string('Domainname') ?? '',
    User: reader.string('User') ?? '',
    AttachStdin: reader.boolean('AttachStdin') ?? false,
    AttachStdout: reader.boolean('AttachStdout') ?? false,
    AttachStderr: reader.boolean('AttachStderr') ?? false,
    ExposedPorts: readKeys(reader, 'ExposedPorts'),
    Tty: reader.boolean('Tty') ?? false,
    OpenStdin: reader.boolean('OpenStdin') ?? false,
    StdinOnce: reader.boolean('StdinOnce') ?? false,
    Env: reader.strings('Env') ?? null,
    Cmd: reader.strings('Cmd') ?? null,
    ...(health ? { Healthcheck: readHealth(health) } : {}),
    Image: reader.string('Image') ?? '',
    Volumes: readKeys(reader, 'Volumes'),
    WorkingDir: reader.string('WorkingDir') ?? '',
    Entrypoint: reader.strings('Entrypoint') ?? null,
    Labels: reader.labels('Labels') ?? {},
    MacAddress: reader.string('MacAddress') ?? '',
    StopSignal: reader.string('StopSignal') ?? '',
    ...(stopTimeout === undefined ? {} : { StopTimeout: stopTimeout }),
  };
}

function readKeys(reader: Reader, name: string): { [key: string]: Record<string, never> } {
  return Object.fromEntries((reader.object(name)?.names() ?? []).map((key) => [key, {}]));
}

function readHealth(reader: Reader): NonNullable<CreateRequest['config']['Healthcheck']> {
  return {
    ...(reader.has('Test') ? { Test: reader.strings('Test')! } : {}),
    Interval: reader.integer('Interval') ?? 0,
    Timeout: reader.integer('Timeout') ?? 0,
    StartPeriod: reader.integer('StartPeriod') ?? 0,
    StartInterval: reader.integer('StartInterval') ?? 0,
    Retries: reader.integer('Retries') ?? 0,
  };
}

/** The members that are acted upon are checked; the others are kept as given, for inspect. */
function readHostConfig(reader: Reader | undefined, body: { readonly HostConfig?: HostConfig }): HostConfig {
  if (!reader) return {};
  const given = body.HostConfig ?? {};
  for (const [name, used, flag] of NOT_MODELLED)
    if (used(given[name])) refuse(501, `${flag} is not modelled by this playground`);
  const driver = reader.object('LogConfig')?.string('Type') ?? '';
  if (!['', 'json-file', 'local', 'none', 'journald', 'syslog'].includes(driver))
    refuse(400, `logger: no log driver named '${driver}' is registered`);
  const policy = reader.object('RestartPolicy');
  return {
    ...given,
    Binds: reader.strings('Binds') ?? null,
    NetworkMode: reader.string('NetworkMode') ?? '',
    PortBindings: readBindings(reader),
    RestartPolicy: { Name: policy?.string('Name') ?? '', MaximumRetryCount: policy?.integer('MaximumRetryCount') ?? 0 },
    AutoRemove: reader.boolean('AutoRemove') ?? false,
    ...(reader.has('Mounts') ? { Mounts: reader.objects('Mounts').map(readMount) } : {}),
    VolumesFrom: reader.strings('VolumesFrom') ?? null,
    Links: reader.strings('Links') ?? null,
    Memory: reader.integer('Memory') ?? 0,
    NanoCpus: reader.integer('NanoCpus') ?? 0,
    PublishAllPorts: reader.boolean('PublishAllPorts') ?? false,
    Privileged: reader.boolean('Privileged') ?? false,
    ReadonlyRootfs: reader.boolean('ReadonlyRootfs') ?? false,
    ExtraHosts: reader.strings('ExtraHosts') ?? null,
    ...(reader.has('Init') ? { Init: reader.boolean('Init')! } : {}),
    ...(reader.has('Tmpfs') ? { Tmpfs: reader.labels('Tmpfs')! } : {}),
  };
}

function readBindings(reader: Reader): NonNullable<HostConfig['PortBindings']> {
  const ports = reader.object('PortBindings');
  const out: { [port: string]: { HostIp: string; HostPort: string }[] } = {};
  for (const port of ports?.names() ?? []) {
    if (!/^\d{1,5}\/(?:tcp|udp|sctp)$/.test(port)) refuse(400, `invalid port specification: "${port}"`);
    out[port] = ports!.objects(port).map((binding) => {
      const HostPort = binding.string('HostPort') ?? '';
      if (HostPort !== '' && !(/^\d+$/.test(HostPort) && Number(HostPort) <= 65_535))
        refuse(400, `invalid port specification: "${HostPort}"`);
      return { HostIp: binding.string('HostIp') ?? '', HostPort };
    });
  }
  return out;
}

function readMount(reader: Reader): MountRequest {
  const volume = reader.object('VolumeOptions');
  const driver = volume?.object('DriverConfig');
  const create = reader.object('BindOptions')?.boolean('CreateMountpoint');
  return {
    Type: reader.string('Type') ?? '',
    ...(reader.has('Source') ? { Source: reader.string('Source')! } : {}),
    ...(reader.has('Target') ? { Target: reader.string('Target')! } : {}),
    ...(reader.boolean('ReadOnly') ? { ReadOnly: true } : {}),
    ...(create ? { BindOptions: { CreateMountpoint: true } } : {}),
    ...(volume
      ? {
          VolumeOptions: {
            Labels: volume.labels('Labels') ?? {},
            ...(driver
              ? { DriverConfig: { Name: driver.string('Name') ?? '', Options: driver.labels('Options') ?? {} } }
              : {}),
          },
        }
      : {}),
  };
}

function readEndpoints(reader: Reader): ReadonlyMap<string, EndpointRequest> {
  const config = reader.object('NetworkingConfig')?.object('EndpointsConfig');
  const out = new Map<string, EndpointRequest>();
  for (const name of config?.names() ?? []) out.set(name, readEndpoint(config!.object(name)));
  return out;
}

/** One network's settings of a container, as create and connect send them. */
export function readEndpoint(reader: Reader | undefined): EndpointRequest {
  if (!reader) return {};
  const ipam = reader.object('IPAMConfig');
  const ip = ipam?.string('IPv4Address') ?? '';
  const ip6 = ipam?.string('IPv6Address') ?? '';
  const mac = reader.string('MacAddress') ?? '';
  return {
    Aliases: reader.strings('Aliases') ?? null,
    ...(ip === '' && ip6 === ''
      ? {}
      : { IPAMConfig: { ...(ip === '' ? {} : { IPv4Address: ip }), ...(ip6 === '' ? {} : { IPv6Address: ip6 }) } }),
    Links: reader.strings('Links') ?? null,
    ...(reader.has('DriverOpts') ? { DriverOpts: reader.labels('DriverOpts')! } : {}),
    ...(mac === '' ? {} : { MacAddress: mac }),
    ...(reader.has('GwPriority') ? { GwPriority: reader.integer('GwPriority')! } : {}),
  };
}
