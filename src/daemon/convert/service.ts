/** Services as GET answers them. Follows moby/moby daemon/cluster/convert/service.go and moby/swarmkit api/defaults. */
import type { Service, ServiceSpec, UpdateConfig } from '../../api/index';
import { formatMicros } from '../../base/time';
import type { Endpoint, ServiceObject, ServiceStatus } from '../../swarm/index';
import { given, members } from './members';

const converted = new WeakMap<ServiceObject, Service>();

/** Made once a store object. */
export function serviceView(object: ServiceObject): Service {
  let view = converted.get(object);
  if (!view) converted.set(object, (view = convert(object, object.spec)));
  return view;
}

/** With what swarm would do where the user said nothing (`insertDefaults`). */
export function serviceViewWithDefaults(object: ServiceObject): Service {
  return convert(object, withDefaults(object.spec));
}

export function serviceViewWithStatus(object: ServiceObject, status: ServiceStatus): Service {
  const { JobStatus, ...view } = serviceView(object);
  return members<Service>({
    ...view,
    ServiceStatus: Object.freeze({
      RunningTasks: status.running,
      DesiredTasks: status.desired,
      CompletedTasks: status.completed,
    }),
    JobStatus,
  });
}

function convert(object: ServiceObject, spec: ServiceSpec): Service {
  const { updateStatus, jobStatus } = object;
  return members<Service>({
    ID: object.id,
    Version: members({ Index: object.meta.version }),
    CreatedAt: formatMicros(object.meta.createdAt),
    UpdatedAt: formatMicros(object.meta.updatedAt),
    Spec: spec,
    PreviousSpec: object.previousSpec,
    Endpoint: endpointView(object.endpoint),
    UpdateStatus:
      updateStatus &&
      members({
        State: updateStatus.state,
        StartedAt: formatMicros(updateStatus.startedAt),
        CompletedAt: updateStatus.completedAt === undefined ? undefined : formatMicros(updateStatus.completedAt),
        Message: given(updateStatus.message),
      }),
    JobStatus:
      jobStatus &&
      members({
        JobIteration: members({ Index: given(jobStatus.iteration) as number }),
        LastExecution: formatMicros(jobStatus.lastExecution),
      }),
  });
}

function endpointView(endpoint: Endpoint | undefined): Service['Endpoint'] {
  return members<Service['Endpoint']>({
    Spec: endpoint?.spec ?? Object.freeze({}),
    Ports: given(endpoint?.ports),
    VirtualIPs: given(
      endpoint?.virtualIPs.map(({ networkId, addr }) => members({ NetworkID: networkId, Addr: given(addr) })),
    ),
  });
}

const SECOND = 1_000_000_000;
const UPDATE_DEFAULT: UpdateConfig = Object.freeze({
  Parallelism: 1,
  FailureAction: 'pause',
  Monitor: 5 * SECOND,
  MaxFailureRatio: 0,
  Order: 'stop-first',
});

/** Follows moby/swarmkit api/defaults/service.go, InterpolateService. */
function withDefaults(spec: ServiceSpec): ServiceSpec {
  const task = spec.TaskTemplate ?? {};
  const container = task.ContainerSpec;
  return members<ServiceSpec>({
    Name: spec.Name,
    Labels: spec.Labels,
    TaskTemplate: members({
      ContainerSpec: container && containerDefaults(container),
      Resources: task.Resources ?? Object.freeze({}),
      RestartPolicy: restartDefaults(task.RestartPolicy),
      Placement: task.Placement ?? Object.freeze({}),
      Networks: task.Networks,
      LogDriver: task.LogDriver,
      ForceUpdate: task.ForceUpdate ?? 0,
      Runtime: task.Runtime,
    }),
    Mode: spec.Mode,
    UpdateConfig: updateDefaults(spec.UpdateConfig),
    RollbackConfig: updateDefaults(spec.RollbackConfig),
    Networks: spec.Networks,
    EndpointSpec: spec.EndpointSpec,
  });
}

type Container = NonNullable<NonNullable<ServiceSpec['TaskTemplate']>['ContainerSpec']>;

function containerDefaults(container: Container): Container {
  if (container.StopGracePeriod !== undefined && container.DNSConfig !== undefined) return container;
  const out: Record<string, unknown> = {};
  const before = (next: readonly string[], name: string, value: unknown, key: string): void => {
    if (!(name in out) && next.includes(key)) out[name] = value;
  };
  for (const [key, value] of Object.entries(container)) {
    before(AFTER_GRACE, 'StopGracePeriod', container.StopGracePeriod ?? 10 * SECOND, key);
    before(AFTER_DNS, 'DNSConfig', container.DNSConfig ?? Object.freeze({}), key);
    out[key] = value;
  }
  return Object.freeze(out) as Container;
}

/** Every stored container spec has an Isolation, so both places are found. */
const AFTER_DNS = ['Secrets', 'Configs', 'Isolation'];
const AFTER_GRACE = ['Healthcheck', 'Hosts', 'DNSConfig', ...AFTER_DNS];

type Restart = NonNullable<NonNullable<ServiceSpec['TaskTemplate']>['RestartPolicy']>;

function restartDefaults(policy: Restart | undefined): Restart {
  if (policy?.Delay !== undefined) return policy;
  return members<Restart>({
    Condition: policy?.Condition ?? 'any',
    Delay: 5 * SECOND,
    MaxAttempts: policy?.MaxAttempts ?? 0,
    Window: policy?.Window,
  });
}

function updateDefaults(config: UpdateConfig | undefined): UpdateConfig {
  if (!config) return UPDATE_DEFAULT;
  return members<UpdateConfig>({
    Parallelism: config.Parallelism,
    Delay: config.Delay,
    FailureAction: config.FailureAction,
    Monitor: config.Monitor ?? 5 * SECOND,
    MaxFailureRatio: config.MaxFailureRatio,
    Order: config.Order,
  });
}
