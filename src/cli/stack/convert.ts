/** Services of a Compose file → specs of the swarm. Follows docker/cli cli/compose/convert/service.go. */
import type { HealthConfig, NetworkAttachmentConfig, RestartPolicy, ServiceMode, ServiceSpec } from '../../api/index';
import { parseDuration } from '../../base/duration';
import { goQuote } from '../../base/go-quote';
import { compareBytes } from '../../base/natural';
import { CliError } from '../command';
import { restartPolicy } from '../container/config';
import { checkCpus } from '../flags/values';
import { canonical } from '../options/mutable';
import { capabilities } from '../options/words';
import { IMAGE_LABEL, scope, withStackLabel } from './common';
import type { ComposeConfig, Deploy, Healthcheck, Service, ServicePort, UpdatePolicy } from './compose/types';
import { convertVolume } from './convert-volume';

/** References with their ids, sorted by name. */
export interface StoredReferences {
  readonly secrets: readonly unknown[];
  readonly configs: readonly unknown[];
}

/** The spec as the client sends it. Throws CliError. */
export function convertService(
  stack: string,
  service: Service,
  config: ComposeConfig,
  stored: StoredReferences,
): ServiceSpec {
  const deploy = service.deploy ?? {};
  const mode = convertMode(deploy);
  const mounts = (service.volumes ?? []).map((volume) => convertVolume(stack, volume, config.volumes));
  const placement = deploy.placement ?? {};
  const spec = {
    Name: scope(stack, service.name),
    Labels: { ...withStackLabel(stack, deploy.labels), [IMAGE_LABEL]: service.image ?? '' },
    TaskTemplate: {
      ContainerSpec: {
        ...containerSpec(stack, service),
        Mounts: mounts,
        Secrets: stored.secrets,
        Configs: stored.configs,
      },
      Resources: convertResources(deploy),
      RestartPolicy: convertRestart(service),
      Placement: {
        Constraints: placement.constraints,
        Preferences: (placement.preferences ?? []).map(({ spread = '' }) => ({ Spread: { SpreadDescriptor: spread } })),
        MaxReplicas: placement.max_replicas_per_node ?? 0,
      },
      Networks: convertNetworks(stack, service, config),
      LogDriver: service.logging ? { Name: service.logging.driver, Options: service.logging.options } : undefined,
      ForceUpdate: 0,
    },
    Mode: mode,
    UpdateConfig: convertPolicy(deploy.update_config),
    RollbackConfig: convertPolicy(deploy.rollback_config),
    EndpointSpec: { Mode: (deploy.endpoint_mode ?? '').toLowerCase(), Ports: convertPorts(service.ports ?? []) },
  };
  return canonical('swarm.ServiceSpec', spec);
}

function containerSpec(stack: string, service: Service) {
  const caps = capabilities(service.cap_add ?? [], service.cap_drop ?? []);
  if (service.credential_spec && Object.keys(service.credential_spec).length > 0) {
    throw new CliError('credential_spec is a matter of Windows containers, which this playground does not model');
  }
  return {
    Image: service.image,
    Labels: withStackLabel(stack, service.labels),
    Command: service.entrypoint,
    Args: service.command,
    Hostname: service.hostname,
    Env: Object.entries(service.environment)
      .map(([key, value]) => (value === null ? key : `${key}=${value}`))
      .sort(compareBytes),
    Dir: service.working_dir,
    User: service.user,
    Privileges: { CredentialSpec: null, SELinuxContext: null, NoNewPrivileges: false },
    Init: service.init,
    StopSignal: service.stop_signal,
    TTY: service.tty,
    OpenStdin: service.stdin_open,
    ReadOnly: service.read_only,
    StopGracePeriod: service.stop_grace_period === undefined ? undefined : nanoseconds(service.stop_grace_period),
    Healthcheck: convertHealthcheck(service.healthcheck),
    Hosts: (service.extra_hosts ?? []).map((entry) => {
      const cut = entry.indexOf(':');
      return `${entry.slice(cut + 1)} ${entry.slice(0, cut)}`;
    }),
    DNSConfig: service.dns || service.dns_search ? { Nameservers: service.dns, Search: service.dns_search } : undefined,
    Isolation: service.isolation,
    Sysctls: service.sysctls,
    CapabilityAdd: caps.add,
    CapabilityDrop: caps.drop,
    Ulimits: convertUlimits(service),
  };
}

/** The loader has read it before: only its own form comes here. */
function nanoseconds(duration: string | undefined): number {
  const parsed = parseDuration(duration ?? '0s');
  return parsed.ok ? parsed.value : 0;
}

function convertUlimits(service: Service) {
  return Object.entries(service.ulimits ?? {})
    .map(([name, limit]) =>
      typeof limit === 'number'
        ? { Name: name, Hard: limit, Soft: limit }
        : { Name: name, Hard: limit.hard, Soft: limit.soft },
    )
    .sort((a, b) => compareBytes(a.Name, b.Name));
}

function convertMode({ mode = '', replicas }: Deploy): ServiceMode {
  if ((mode === 'global' || mode === 'global-job') && replicas !== undefined) {
    throw new CliError('replicas can only be used with replicated or replicated-job mode');
  }
  switch (mode) {
    case 'global':
      return { Global: {} };
    case 'global-job':
      return { GlobalJob: {} };
    case 'replicated-job':
      return { ReplicatedJob: { MaxConcurrent: replicas, TotalCompletions: replicas } };
    case 'replicated':
    case '':
      return { Replicated: { Replicas: replicas } };
    default:
      throw new CliError(`Unknown mode: ${mode}`);
  }
}

function convertHealthcheck(check: Healthcheck | undefined): HealthConfig | undefined {
  if (!check) return undefined;
  const { test = [] } = check;
  if (check.disable) {
    if (test.length > 0) throw new CliError("test and disable can't be set at the same time");
    return { Test: ['NONE'] };
  }
  return {
    Test: test,
    Interval: nanoseconds(check.interval),
    Timeout: nanoseconds(check.timeout),
    StartPeriod: nanoseconds(check.start_period),
    StartInterval: nanoseconds(check.start_interval),
    Retries: check.retries ?? 0,
  };
}

/** deploy.restart_policy, or else the old word restart. */
function convertRestart(service: Service): RestartPolicy | undefined {
  const policy = service.deploy?.restart_policy;
  if (policy) {
    return {
      Condition: policy.condition ?? '',
      ...(policy.delay === undefined ? {} : { Delay: nanoseconds(policy.delay) }),
      ...(policy.max_attempts === undefined ? {} : { MaxAttempts: policy.max_attempts }),
      ...(policy.window === undefined ? {} : { Window: nanoseconds(policy.window) }),
    };
  }
  const { Name: name, MaximumRetryCount: attempts } = restartPolicy(service.restart ?? '');
  if (name === '' || name === 'no') return undefined;
  if (name === 'always' || name === 'unless-stopped') return { Condition: 'any' };
  if (name === 'on-failure') return { Condition: 'on-failure', MaxAttempts: attempts };
  throw new CliError(`unknown restart policy: ${service.restart}`);
}

function convertPolicy(policy: UpdatePolicy | undefined) {
  if (!policy) return undefined;
  return {
    Parallelism: policy.parallelism ?? 1,
    Delay: nanoseconds(policy.delay),
    FailureAction: policy.failure_action ?? '',
    Monitor: nanoseconds(policy.monitor),
    MaxFailureRatio: policy.max_failure_ratio ?? 0,
    Order: policy.order ?? '',
  };
}

function convertResources({ resources = {} }: Deploy) {
  const { limits, reservations } = resources;
  return {
    Limits: limits && { NanoCPUs: cpus(limits.cpus), MemoryBytes: limits.memory ?? 0, Pids: limits.pids ?? 0 },
    Reservations: reservations && {
      NanoCPUs: cpus(reservations.cpus),
      MemoryBytes: reservations.memory ?? 0,
      GenericResources: (reservations.generic_resources ?? []).map(({ discrete_resource_spec: one }) =>
        one ? { DiscreteResourceSpec: { Kind: one.kind, Value: one.value } } : {},
      ),
    },
  };
}

function cpus(text: string | undefined): number {
  if (text === undefined || text === '') return 0;
  const checked = checkCpus(text, new Map());
  if (!checked.ok) throw new CliError(checked.error);
  return Number(checked.value);
}

function convertPorts(ports: readonly ServicePort[]) {
  return ports
    .map((port) => ({
      Protocol: port.protocol ?? '',
      TargetPort: port.target ?? 0,
      PublishedPort: port.published ?? 0,
      PublishMode: port.mode ?? '',
    }))
    .sort((a, b) => a.PublishedPort - b.PublishedPort);
}

/** A service without networks is on the stack's default one. */
function convertNetworks(stack: string, service: Service, config: ComposeConfig): NetworkAttachmentConfig[] {
  const networks = Object.entries(service.networks ?? {});
  const attachments = (networks.length > 0 ? networks : [['default', null] as const]).map(([name, options]) => {
    const network = config.networks.get(name);
    if (!network && name !== 'default') throw new CliError(`undefined network ${goQuote(name)}`);
    const target = network?.name || scope(stack, name);
    const aliases = [...(options?.aliases ?? [])];
    if (isUserDefined(target)) aliases.push(service.name);
    return { Target: target, Aliases: aliases, ...(options?.driver_opts ? { DriverOpts: options.driver_opts } : {}) };
  });
  return attachments.sort((a, b) => compareBytes(a.Target, b.Target));
}

/** Whether a network is one that somebody made. */
export function isUserDefined(name: string): boolean {
  return !['default', 'bridge', 'host', 'none'].includes(name) && !name.startsWith('container:');
}
