/**
 * A service's spec as it enters the store: read from a request, checked, with the order and defaults that it has after
 * dockerd's way through protobuf and back. What is stored is what GET /services answers.
 * Follows moby/moby daemon/cluster/convert/service.go, ServiceSpecToGRPC and serviceSpecFromGRPC.
 */
import type {
  Driver,
  EndpointSpec,
  GenericResource,
  NetworkAttachmentConfig,
  Placement,
  PortConfig,
  Resources,
  RestartPolicy,
  ServiceMode,
  ServiceSpec,
  TaskSpec,
  UpdateConfig,
} from '../../api/index';
import { refuse } from '../refusal';
import type { Reader } from '../request';
import { containerSpec, labelsOf } from './container-spec';
import { given, members } from './members';

/** `randomName` names a service that has no name. Refuses with moby's 400 texts. */
export function serviceSpec(from: Reader, randomName: () => string): ServiceSpec {
  const template = from.object('TaskTemplate');
  checkRuntime(template);
  const update = from.object('UpdateConfig');
  const rollback = from.object('RollbackConfig');
  return members<ServiceSpec>({
    Name: from.string('Name') || randomName(),
    Labels: labelsOf(from),
    TaskTemplate: template && taskSpec(template),
    Mode: serviceMode(from.object('Mode')),
    UpdateConfig: update && updateConfig(update),
    RollbackConfig: rollback && updateConfig(rollback),
    Networks: given(from.objects('Networks').map(networkAttachment)),
    EndpointSpec: endpointSpec(from.object('EndpointSpec')),
  });
}

function checkRuntime(template: Reader | undefined): void {
  const runtime = template?.string('Runtime') ?? '';
  if (runtime === 'plugin') refuse(400, 'plugin services are not part of this playground');
  if (runtime !== '' && runtime !== 'container') refuse(400, 'unsupported runtime');
  if (!template?.has('ContainerSpec')) refuse(400, 'mismatched Runtime and *Spec fields');
}

function taskSpec(from: Reader): TaskSpec {
  const container = from.object('ContainerSpec');
  const resources = from.object('Resources');
  const limits = resources?.object('Limits');
  const reservations = resources?.object('Reservations');
  const restart = from.object('RestartPolicy');
  const logDriver = from.object('LogDriver');
  const placed = from.object('Placement');
  return members<TaskSpec>({
    ContainerSpec: container && containerSpec(container),
    Resources:
      resources &&
      members({
        Limits:
          limits &&
          members({
            NanoCPUs: given(limits.integer('NanoCPUs')),
            MemoryBytes: given(limits.integer('MemoryBytes')),
            Pids: given(limits.integer('Pids')),
          }),
        Reservations: reservations && resourcesOf(reservations),
      }),
    RestartPolicy: restart && restartPolicy(restart),
    Placement: placed && placement(placed),
    Networks: given(from.objects('Networks').map(networkAttachment)),
    LogDriver: logDriver && driver(logDriver),
    ForceUpdate: from.unsigned('ForceUpdate') ?? 0,
    Runtime: 'container',
  });
}

function resourcesOf(from: Reader): Resources {
  return members<Resources>({
    NanoCPUs: given(from.integer('NanoCPUs')),
    MemoryBytes: given(from.integer('MemoryBytes')),
    GenericResources: given(from.objects('GenericResources').map(genericResource)),
  });
}

function genericResource(from: Reader): GenericResource {
  const named = from.object('NamedResourceSpec');
  const discrete = from.object('DiscreteResourceSpec');
  return members<GenericResource>({
    NamedResourceSpec:
      named && !discrete
        ? members({ Kind: named.string('Kind') ?? '', Value: named.string('Value') ?? '' })
        : undefined,
    DiscreteResourceSpec:
      discrete && members({ Kind: discrete.string('Kind') ?? '', Value: discrete.integer('Value') ?? 0 }),
  });
}

function restartPolicy(from: Reader): RestartPolicy {
  const condition = from.string('Condition') ?? '';
  if (!['', 'none', 'on-failure', 'any'].includes(condition)) refuse(400, `invalid RestartCondition: "${condition}"`);
  return members<RestartPolicy>({
    Condition: condition || 'any',
    Delay: from.integer('Delay'),
    MaxAttempts: from.unsigned('MaxAttempts') ?? 0,
    Window: from.integer('Window'),
  });
}

function placement(from: Reader): Placement {
  const preferences = from.objects('Preferences').flatMap((preference) => {
    const spread = preference.object('Spread');
    return spread ? [members({ Spread: members({ SpreadDescriptor: spread.string('SpreadDescriptor') ?? '' }) })] : [];
  });
  const platforms = from
    .objects('Platforms')
    .map((platform) =>
      members({ Architecture: given(platform.string('Architecture')), OS: given(platform.string('OS')) }),
    );
  return members<Placement>({
    Constraints: given(from.strings('Constraints')),
    Preferences: given(preferences),
    MaxReplicas: given(from.unsigned('MaxReplicas')),
    Platforms: given(platforms),
  });
}

export function driver(from: Reader): Driver {
  return members<Driver>({ Name: given(from.string('Name')), Options: given(from.labels('Options')) });
}

function networkAttachment(from: Reader): NetworkAttachmentConfig {
  return members<NetworkAttachmentConfig>({
    Target: given(from.string('Target')),
    Aliases: given(from.strings('Aliases')),
    DriverOpts: given(from.labels('DriverOpts')),
  });
}

function updateConfig(from: Reader): UpdateConfig {
  const action = from.string('FailureAction') ?? '';
  if (!['', 'pause', 'continue', 'rollback'].includes(action)) {
    refuse(400, `unrecognized update failure action ${action}`);
  }
  const order = from.string('Order') ?? '';
  if (!['', 'stop-first', 'start-first'].includes(order)) refuse(400, `unrecognized update order ${order}`);
  return members<UpdateConfig>({
    Parallelism: from.unsigned('Parallelism') ?? 0,
    Delay: given(from.integer('Delay')),
    FailureAction: action || 'pause',
    Monitor: given(from.integer('Monitor')),
    MaxFailureRatio: from.float('MaxFailureRatio') ?? 0,
    Order: order || 'stop-first',
  });
}

function endpointSpec(from: Reader | undefined): EndpointSpec | undefined {
  if (!from) return undefined;
  const mode = from.string('Mode') ?? '';
  if (!['', 'vip', 'dnsrr'].includes(mode)) refuse(400, `invalid resolution mode: "${mode}"`);
  return members<EndpointSpec>({ Mode: mode || 'vip', Ports: given(from.objects('Ports').map(portConfig)) });
}

function portConfig(from: Reader): PortConfig {
  const known = (value: string | undefined, words: readonly string[]): string => {
    const word = (value ?? '').toLowerCase();
    return words.includes(word) ? word : words[0]!;
  };
  return members<PortConfig>({
    Name: given(from.string('Name')),
    Protocol: known(from.string('Protocol'), ['tcp', 'udp', 'sctp']),
    TargetPort: given(from.unsigned('TargetPort', 32)),
    PublishedPort: given(from.unsigned('PublishedPort', 32)),
    PublishMode: known(from.string('PublishMode'), ['ingress', 'host']),
  });
}

function serviceMode(from: Reader | undefined): ServiceMode {
  const names = ['Global', 'Replicated', 'ReplicatedJob', 'GlobalJob'].filter((name) => from?.has(name));
  if (names.length > 1) refuse(400, 'must specify only one service mode');
  if (names[0] === 'Global') return members({ Global: Object.freeze({}) });
  if (names[0] === 'GlobalJob') return members({ GlobalJob: Object.freeze({}) });
  if (names[0] === 'ReplicatedJob') {
    const job = from!.object('ReplicatedJob')!;
    const MaxConcurrent = job.unsigned('MaxConcurrent') ?? 1;
    return members({
      ReplicatedJob: Object.freeze({
        MaxConcurrent,
        TotalCompletions: job.unsigned('TotalCompletions') ?? MaxConcurrent,
      }),
    });
  }
  return members({ Replicated: Object.freeze({ Replicas: from?.object('Replicated')?.unsigned('Replicas') ?? 1 }) });
}
