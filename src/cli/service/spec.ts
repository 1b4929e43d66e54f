/** The spec of a new service from its flags. Follows docker/cli cli/command/service/opts.go, ToService. */
import type {
  Client,
  HealthConfig,
  NetworkAttachmentConfig,
  RestartPolicy,
  ServiceMode,
  ServiceSpec,
  UpdateConfig,
} from '../../api/index';
import { SECOND } from '../../base/duration';
import { compareBytes } from '../../base/natural';
import type { Process } from '../../base/process';
import type { Result } from '../../base/result';
import { keyValues } from '../arguments';
import { type Cli, CliError, type Flags, type Invocation } from '../command';
import { lastOfEach, readEnv } from '../options/env';
import { genericResources } from '../options/generic-resource';
import { parseMount } from '../options/mount';
import { canonical, type Mutable } from '../options/mutable';
import { parseNetworkOption } from '../options/network';
import { parseServicePorts } from '../options/port';
import { capabilities, shellWords, spreadDescriptor, ulimit } from '../options/words';
import { configReferences, secretReferences } from './stored-references';

/** The spec as the client sends it. Asks for the ids of networks, secrets and configs. */
export function* serviceSpec(cli: Cli, { flags, args }: Invocation): Process<ServiceSpec> {
  const [image, ...command] = args as [string, ...string[]];
  const env = lastOfEach(yield* readEnv(cli, flags.list('env-file'), flags.list('env')));
  const healthcheck = healthConfig(flags);
  const mode = serviceMode(flags);
  const update = updateConfig(flags, 'update');
  const rollback = updateConfig(flags, 'rollback');
  if ((mode.ReplicatedJob || mode.GlobalJob) && (update || rollback)) {
    throw new CliError('update and rollback configuration is not supported for jobs');
  }
  const networks = yield* networkAttachments(cli.client, flags.list('network'));
  const spec = {
    Name: flags.string('name'),
    Labels: keyValues(flags.list('label')),
    TaskTemplate: {
      ContainerSpec: { ...containerSpec(cli, flags), Image: image, Args: command, Env: env, Healthcheck: healthcheck },
      Networks: networks,
      Resources: resources(flags),
      RestartPolicy: restartPolicy(flags),
      Placement: placement(flags),
      LogDriver: logDriver(flags),
      ForceUpdate: 0,
    },
    Mode: mode,
    UpdateConfig: update,
    RollbackConfig: rollback,
    EndpointSpec: {
      Mode: flags.string('endpoint-mode').toLowerCase(),
      Ports: flags.list('publish').flatMap((text) => taken(parseServicePorts(text))),
    },
  };
  const { ContainerSpec: container } = spec.TaskTemplate;
  const secrets = yield* secretReferences(cli.client, flags.list('secret'));
  const configs = yield* configReferences(cli.client, flags.list('config'));
  Object.assign(container, { Secrets: secrets, Configs: configs });
  return canonical('swarm.ServiceSpec', spec);
}

/** A value that its flag's check has let through. */
export function taken<T>(result: Result<T, string>): T {
  if (!result.ok) throw new CliError(result.error, 125);
  return result.value;
}

function containerSpec(cli: Cli, flags: Flags) {
  const caps = capabilities(flags.list('cap-add'), flags.list('cap-drop'));
  return {
    Labels: keyValues(flags.list('container-label')),
    Command: taken(shellWords(flags.string('entrypoint'))),
    Hostname: flags.string('hostname'),
    Dir: flags.string('workdir'),
    User: flags.string('user'),
    Groups: flags.list('group'),
    Init: flags.bool('init'),
    StopSignal: flags.string('stop-signal'),
    TTY: flags.bool('tty'),
    ReadOnly: flags.bool('read-only'),
    Mounts: flags.list('mount').map((text) => taken(parseMount(text, cli.cwd))),
    StopGracePeriod: flags.changed('stop-grace-period') ? flags.number('stop-grace-period') : undefined,
    Hosts: flags.list('host').map(swarmHost),
    DNSConfig: {
      Nameservers: flags.list('dns'),
      Search: flags.list('dns-search'),
      Options: flags.list('dns-option'),
    },
    Isolation: flags.string('isolation'),
    Sysctls: keyValues(flags.list('sysctl')),
    CapabilityAdd: caps.add,
    CapabilityDrop: caps.drop,
    Ulimits: flags.list('ulimit').map(ulimit),
    OomScoreAdj: flags.number('oom-score-adj'),
  };
}

/** `name:address` → `address name`, as /etc/hosts has it. */
export function swarmHost(entry: string): string {
  const cut = entry.indexOf(':');
  return `${entry.slice(cut + 1)} ${entry.slice(0, cut)}`;
}

function serviceMode(flags: Flags): ServiceMode {
  const replicas = flags.changed('replicas') ? flags.number('replicas') : undefined;
  const concurrent = flags.changed('max-concurrent') ? flags.number('max-concurrent') : undefined;
  const perNode = flags.number('replicas-max-per-node');
  const mode = flags.string('mode');
  const global = mode === 'global' || mode === 'global-job';
  const tooManyReplicas = 'replicas can only be used with replicated or replicated-job mode';
  if (global) {
    if (mode === 'global' && replicas !== undefined) throw new CliError(tooManyReplicas);
    if (perNode > 0) {
      throw new CliError('replicas-max-per-node can only be used with replicated or replicated-job mode');
    }
  }
  if (concurrent !== undefined && (global || mode === 'replicated')) {
    throw new CliError('max-concurrent can only be used with replicated-job mode');
  }
  if (global && replicas !== undefined) throw new CliError(tooManyReplicas);
  switch (mode) {
    case 'global':
      return { Global: {} };
    case 'global-job':
      return { GlobalJob: {} };
    case 'replicated':
      return { Replicated: { Replicas: replicas } };
    case 'replicated-job':
      return { ReplicatedJob: { MaxConcurrent: concurrent ?? replicas, TotalCompletions: replicas } };
    default:
      throw new CliError(`Unknown mode: ${mode}, only replicated and global supported`);
  }
}

/** The defaults of an update or rollback policy, as the client fills them in. Follows swarmkit api/defaults. */
export function defaultUpdateConfig(): Mutable<UpdateConfig> {
  return {
    Parallelism: 1,
    Delay: 0,
    FailureAction: 'pause',
    Monitor: 5 * SECOND,
    MaxFailureRatio: 0,
    Order: 'stop-first',
  };
}

/** Changes a policy where its flags say so. */
export function applyUpdateFlags(config: Mutable<UpdateConfig>, flags: Flags, kind: 'update' | 'rollback'): void {
  if (flags.changed(`${kind}-parallelism`)) config.Parallelism = flags.number(`${kind}-parallelism`);
  if (flags.changed(`${kind}-delay`)) config.Delay = flags.number(`${kind}-delay`);
  if (flags.changed(`${kind}-monitor`)) config.Monitor = flags.number(`${kind}-monitor`);
  if (flags.changed(`${kind}-failure-action`)) config.FailureAction = flags.string(`${kind}-failure-action`);
  if (flags.changed(`${kind}-max-failure-ratio`)) config.MaxFailureRatio = flags.number(`${kind}-max-failure-ratio`);
  if (flags.changed(`${kind}-order`)) config.Order = flags.string(`${kind}-order`);
}

/** Whether any flag of a policy was given. */
export function updateFlagsChanged(flags: Flags, kind: 'update' | 'rollback'): boolean {
  return ['parallelism', 'delay', 'monitor', 'failure-action', 'max-failure-ratio', 'order'].some((name) =>
    flags.changed(`${kind}-${name}`),
  );
}

function updateConfig(flags: Flags, kind: 'update' | 'rollback'): UpdateConfig | undefined {
  if (!updateFlagsChanged(flags, kind)) return undefined;
  const config = defaultUpdateConfig();
  applyUpdateFlags(config, flags, kind);
  return config;
}

/** The restart policy that the client starts from once one of its flags is given. */
export function defaultRestartPolicy(): Mutable<RestartPolicy> {
  return { Condition: 'any', Delay: 5 * SECOND, MaxAttempts: 0 };
}

/** Changes a restart policy where its flags say so. */
export function applyRestartFlags(policy: Mutable<RestartPolicy>, flags: Flags): void {
  if (flags.changed('restart-condition')) policy.Condition = flags.string('restart-condition');
  if (flags.changed('restart-delay')) policy.Delay = flags.number('restart-delay');
  if (flags.changed('restart-max-attempts')) policy.MaxAttempts = flags.number('restart-max-attempts');
  if (flags.changed('restart-window')) policy.Window = flags.number('restart-window');
}

export function restartFlagsChanged(flags: Flags): boolean {
  return ['condition', 'delay', 'max-attempts', 'window'].some((name) => flags.changed(`restart-${name}`));
}

function restartPolicy(flags: Flags): RestartPolicy | undefined {
  if (!restartFlagsChanged(flags)) return undefined;
  const policy = defaultRestartPolicy();
  applyRestartFlags(policy, flags);
  return policy;
}

function resources(flags: Flags) {
  return {
    Limits: {
      NanoCPUs: flags.number('limit-cpu'),
      MemoryBytes: flags.number('limit-memory'),
      Pids: flags.number('limit-pids'),
    },
    Reservations: {
      NanoCPUs: flags.number('reserve-cpu'),
      MemoryBytes: flags.number('reserve-memory'),
      GenericResources: genericResources(flags.list('generic-resource')),
    },
  };
}

function placement(flags: Flags) {
  return {
    Constraints: flags.list('constraint'),
    Preferences: flags.list('placement-pref').map((text) => ({
      Spread: { SpreadDescriptor: taken(spreadDescriptor(text)) },
    })),
    MaxReplicas: flags.number('replicas-max-per-node'),
  };
}

function logDriver(flags: Flags) {
  const name = flags.string('log-driver');
  return name === '' ? undefined : { Name: name, Options: keyValues(flags.list('log-opt')) };
}

function healthConfig(flags: Flags): HealthConfig | undefined {
  const command = flags.string('health-cmd');
  const times = ['interval', 'timeout', 'start-period', 'start-interval'];
  const retries = flags.number('health-retries');
  const given = command !== '' || retries !== 0 || times.some((name) => flags.changed(`health-${name}`));
  if (flags.bool('no-healthcheck')) {
    if (given) throw new CliError('--no-healthcheck conflicts with --health-* options');
    return { Test: ['NONE'] };
  }
  if (!given) return undefined;
  return {
    Test: command === '' ? [] : ['CMD-SHELL', command],
    Interval: flags.number('health-interval'),
    Timeout: flags.number('health-timeout'),
    StartPeriod: flags.number('health-start-period'),
    StartInterval: flags.number('health-start-interval'),
    Retries: retries,
  };
}

/** The networks of --network with their ids, sorted by them. */
export function* networkAttachments(
  client: Client,
  texts: readonly string[],
): Process<Mutable<NetworkAttachmentConfig>[]> {
  const out: Mutable<NetworkAttachmentConfig>[] = [];
  for (const text of texts) {
    const option = taken(parseNetworkOption(text));
    const network = yield* client.networkInspect(option.target, { scope: 'swarm' });
    out.push({
      Target: network.Id,
      Aliases: [...option.aliases],
      ...(option.driverOptions ? { DriverOpts: { ...option.driverOptions } } : {}),
    });
  }
  return out.sort((a, b) => compareBytes(a.Target ?? '', b.Target ?? ''));
}
