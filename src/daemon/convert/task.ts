/** Tasks as GET answers them. Follows moby/moby daemon/cluster/convert/task.go. */
import type { NetworkAttachment, Task, TaskSpec, TaskStatus } from '../../api/index';
import { formatMicros } from '../../base/time';
import { type NetworkObject, type TaskObject, TaskState } from '../../swarm/index';
import { given, members } from './members';
import { attachedNetwork } from './network';

const NAMES = new Map(
  Object.entries(TaskState).map(([name, state]): [TaskState, Task['DesiredState']] => [
    state,
    name.toLowerCase() as Task['DesiredState'],
  ]),
);

/** `running`, `shutdown` and so on. */
function stateName(state: TaskState): Task['DesiredState'] {
  return NAMES.get(state) ?? 'new';
}

const converted = new WeakMap<TaskObject, Task>();

/** Made once a store object. `network` finds the networks that the task is attached to. */
export function taskView(object: TaskObject, network: (id: string) => NetworkObject | undefined): Task {
  let view = converted.get(object);
  if (!view) converted.set(object, (view = convert(object, network)));
  return view;
}

const NO_LABELS = Object.freeze({});

function convert(object: TaskObject, network: (id: string) => NetworkObject | undefined): Task {
  return members<Task>({
    ID: object.id,
    Version: members({ Index: object.meta.version }),
    CreatedAt: formatMicros(object.meta.createdAt),
    UpdatedAt: formatMicros(object.meta.updatedAt),
    Labels: NO_LABELS,
    Spec: specView(object.spec),
    ServiceID: given(object.serviceId),
    Slot: given(object.slot),
    NodeID: given(object.nodeId),
    Status: statusView(object),
    DesiredState: stateName(object.desiredState),
    NetworksAttachments: given(
      object.networks.map(
        (attachment): NetworkAttachment =>
          members({
            Network: attachedNetwork(network(attachment.networkId), attachment.networkId),
            Addresses: given(attachment.addresses),
          }),
      ),
    ),
    GenericResources: given(object.genericResources),
    JobIteration:
      object.jobIteration === undefined ? undefined : members({ Index: given(object.jobIteration) as number }),
    Volumes: null as unknown as readonly unknown[],
  });
}

const specs = new WeakMap<TaskSpec, TaskSpec>();

/** A task's spec is its service's, without the runtime's name. */
function specView(spec: TaskSpec): TaskSpec {
  if (spec.NetworkAttachmentSpec) return spec;
  let view = specs.get(spec);
  if (!view) {
    const { Runtime: _, ...rest } = spec;
    specs.set(spec, (view = Object.freeze(rest)));
  }
  return view;
}

function statusView({ status }: TaskObject): TaskStatus {
  return members<TaskStatus>({
    Timestamp: formatMicros(status.timestamp),
    State: stateName(status.state),
    Message: given(status.message),
    Err: given(status.err),
    ContainerStatus:
      status.container &&
      Object.freeze({
        ContainerID: status.container.containerId,
        PID: status.container.pid,
        ExitCode: status.container.exitCode,
      }),
    PortStatus: members({ Ports: given(status.ports) }),
  });
}
