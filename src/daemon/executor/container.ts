/** A task's words as a container's settings. Follows moby/moby daemon/cluster/executor/container/container.go and validate.go. */
import type { ContainerSpec, Mount } from '../../api/index';
import { fail, ok, type Result } from '../../base/result';
import {
  type CreateRequest,
  type EndpointRequest,
  type HostConfig,
  type MountRequest,
  type ServiceIdentity,
  withoutPrefix,
} from '../../host/index';
import {
  type AssignedTask,
  expandContainerSpec,
  type NetworkObject,
  type TaskObject,
  type TemplateNode,
  taskName,
} from '../../swarm/index';

const LABEL = 'com.docker.swarm.';

/** What the container is to be made from; the error is what the task is rejected with. */
export function containerRequest(assigned: AssignedTask, node: TemplateNode): Result<CreateRequest, string> {
  const { task } = assigned;
  const asked = task.spec.ContainerSpec ?? {};
  const invalid = validateMounts(asked.Mounts ?? []);
  if (invalid !== undefined) return fail(invalid);
  const expanded = expandContainerSpec(asked, task, node);
  if (!expanded.ok) return expanded;
  const spec = expanded.value;
  return ok({
    name: taskName(task),
    config: {
      Hostname: spec.Hostname ?? '',
      User: spec.User ?? '',
      Tty: spec.TTY ?? false,
      OpenStdin: spec.OpenStdin ?? false,
      Env: [...(spec.Env ?? []), ...resourceEnv(task)],
      Cmd: spec.Args ?? null,
      Entrypoint: spec.Command ?? null,
      Image: spec.Image ?? '',
      WorkingDir: spec.Dir ?? '',
      Labels: labels(task, spec),
      ...exposed(task),
      ...(spec.Healthcheck ? { Healthcheck: spec.Healthcheck } : {}),
      ...(spec.StopSignal ? { StopSignal: spec.StopSignal } : {}),
    },
    hostConfig: hostConfig(task, spec),
    endpoints: endpoints(assigned),
    service: identity(assigned),
  });
}

/** The resources that the task was given, a variable a kind. Follows moby/swarmkit api/genericresource/string.go. */
function resourceEnv({ genericResources }: TaskObject): readonly string[] {
  const values = new Map<string, (string | number)[]>();
  for (const { NamedResourceSpec: named, DiscreteResourceSpec: discrete } of genericResources) {
    const one = named ?? discrete;
    if (!one) continue;
    const known = values.get(one.Kind);
    if (known) known.push(one.Value);
    else values.set(one.Kind, [one.Value]);
  }
  return [...values].map(([kind, given]) => `DOCKER_RESOURCE_${kind.toUpperCase()}=${given.join(',')}`);
}

/** What only the node finds out about a mount. */
function validateMounts(mounts: readonly Mount[]): string | undefined {
  for (const { Type = 'volume', Source = '', Target = '' } of mounts) {
    if (!Target.startsWith('/')) return `invalid mount target, must be an absolute path: ${Target}`;
    if (Type === 'bind' && !Source.startsWith('/'))
      return `invalid bind mount source, must be an absolute path: ${Source}`;
    if (Type === 'volume' && Source.startsWith('/'))
      return `invalid volume mount source, must not be an absolute path: ${Source}`;
    if (Type === 'tmpfs' && Source !== '') return 'invalid tmpfs source, source must be empty';
  }
  return undefined;
}

function labels(task: TaskObject, spec: ContainerSpec): { readonly [key: string]: string } {
  return {
    ...spec.Labels,
    [`${LABEL}node.id`]: task.nodeId,
    [`${LABEL}service.id`]: task.serviceId,
    [`${LABEL}service.name`]: task.serviceName,
    [`${LABEL}task`]: '',
    [`${LABEL}task.id`]: task.id,
    [`${LABEL}task.name`]: taskName(task),
  };
}

function hostPorts(task: TaskObject): readonly { protocol: string; target: number; published: number }[] {
  return (task.endpoint?.ports ?? [])
    .filter((port) => port.PublishMode === 'host')
    .map((port) => ({
      protocol: port.Protocol ?? 'tcp',
      target: port.TargetPort ?? 0,
      published: port.PublishedPort ?? 0,
    }));
}

function exposed(task: TaskObject): { ExposedPorts?: { [port: string]: Record<string, never> } } {
  const ports: { [port: string]: Record<string, never> } = {};
  for (const { protocol, target } of hostPorts(task)) ports[`${target}/${protocol}`] = {};
  return Object.keys(ports).length > 0 ? { ExposedPorts: ports } : {};
}

function hostConfig(task: TaskObject, spec: ContainerSpec): HostConfig {
  const { Limits } = task.spec.Resources ?? {};
  const bindings: { [port: string]: { HostIp: string; HostPort: string }[] } = {};
  for (const { protocol, target, published } of hostPorts(task)) {
    const key = `${target}/${protocol}`;
    bindings[key] = [...(bindings[key] ?? []), { HostIp: '', HostPort: published === 0 ? '' : String(published) }];
  }
  const dns = spec.DNSConfig;
  const driver = task.spec.LogDriver;
  return {
    Isolation: spec.Isolation || 'default',
    NetworkMode: 'bridge',
    PortBindings: bindings,
    ...(spec.Mounts && spec.Mounts.length > 0 ? { Mounts: spec.Mounts as readonly MountRequest[] } : {}),
    Memory: Limits?.MemoryBytes ?? 0,
    NanoCpus: Limits?.NanoCPUs ?? 0,
    PidsLimit: Limits?.Pids ? Limits.Pids : null,
    ReadonlyRootfs: spec.ReadOnly ?? false,
    ExtraHosts: spec.Hosts && spec.Hosts.length > 0 ? spec.Hosts.flatMap(extraHosts) : null,
    Dns: dns?.Nameservers ?? null,
    DnsSearch: dns?.Search ?? null,
    DnsOptions: dns?.Options ?? null,
    Init: spec.Init ?? null,
    CapAdd: spec.CapabilityAdd ?? null,
    CapDrop: spec.CapabilityDrop ?? null,
    ...(spec.Sysctls ? { Sysctls: spec.Sysctls } : {}),
    ...(spec.Ulimits ? { Ulimits: spec.Ulimits } : {}),
    RestartPolicy: { Name: 'no', MaximumRetryCount: 0 },
    ...(spec.Groups && spec.Groups.length > 0 ? { GroupAdd: spec.Groups } : {}),
    OomScoreAdj: spec.OomScoreAdj ?? 0,
    ...(driver ? { LogConfig: { Type: driver.Name ?? '', Config: driver.Options ?? {} } } : {}),
  };
}

/** A line of a hosts file → docker's `name:address` for each of its names. */
function extraHosts(line: string): string[] {
  const [address = '', ...names] = line.split(/\s+/);
  return names.map((name) => `${name}:${address}`);
}

/** The task's networks with the addresses that the manager gave. */
function endpoints({ task, networks }: AssignedTask): ReadonlyMap<string, EndpointRequest> {
  const byId = new Map(networks.map((network): [string, NetworkObject] => [network.id, network]));
  const out = new Map<string, EndpointRequest>();
  for (const { networkId, addresses, driverOptions } of task.networks) {
    const network = byId.get(networkId);
    const reference = network?.state?.predefined ? (network.spec.Name ?? networkId) : networkId;
    const address = addresses[0];
    out.set(reference, {
      ...(address === undefined ? {} : { IPAMConfig: { IPv4Address: withoutPrefix(address) } }),
      ...(Object.keys(driverOptions).length > 0 ? { DriverOpts: driverOptions } : {}),
    });
  }
  return out;
}

function identity({ task }: AssignedTask): ServiceIdentity {
  const virtualIPs = new Map<string, string>();
  for (const { networkId, addr } of task.endpoint?.virtualIPs ?? [])
    if (addr !== '') virtualIPs.set(networkId, withoutPrefix(addr));
  return {
    serviceId: task.serviceId,
    serviceName: task.serviceName,
    taskId: task.id,
    taskName: taskName(task),
    virtualIPs,
    aliases: new Map(task.networks.map(({ networkId, aliases }) => [networkId, aliases])),
    ports: (task.endpoint?.ports ?? [])
      .filter((port) => port.PublishMode !== 'host')
      .map((port) => ({
        protocol: port.Protocol ?? 'tcp',
        published: port.PublishedPort ?? 0,
        target: port.TargetPort ?? 0,
      })),
  };
}
