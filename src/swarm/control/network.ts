/** Networks of the control API. Follows moby/swarmkit manager/controlapi/network.go. */
import type { IPAMOptions, NetworkSpec } from '../../api/index';
import { fail, ok } from '../../base/result';
import { inSubnet, parseIp, parseSubnet } from '../allocator/ip';
import { type NetworkObject, type ReadTx, type ServiceObject, TaskState } from '../objects';
import type { RpcError } from '../rpc';
import { annotationsRefusal, invalid, NEW_META } from './common';
import type { ControlHandlers } from './handler';

const PREDEFINED = 'com.docker.swarm.predefined';

function ipamRefusal(ipam: IPAMOptions | undefined): RpcError | undefined {
  const driver = ipam?.Driver?.Name ?? '';
  if (driver !== '' && driver !== 'default') return invalid(`driver ${driver} not found`);
  for (const { Subnet = '', Range = '', Gateway = '' } of ipam?.Configs ?? []) {
    const subnet = parseSubnet(Subnet);
    if (!subnet) return invalid(`ipam configuration: invalid subnet ${Subnet}`);
    if (Range !== '') {
      const range = parseSubnet(Range);
      if (!range) return invalid(`ipam configuration: invalid range ${Range}`);
      if (!inSubnet(subnet, range.base)) {
        return invalid(`ipam configuration: subnet ${Subnet} does not contain range ${Range}`);
      }
    }
    if (Gateway !== '') {
      const gateway = parseIp(Gateway);
      if (gateway === undefined) return invalid(`ipam configuration: invalid gateway ${Gateway}`);
      if (!inSubnet(subnet, gateway)) {
        return invalid(`ipam configuration: subnet ${Subnet} does not contain gateway ${Gateway}`);
      }
    }
  }
  return undefined;
}

/** network.go, validateNetworkSpec. */
function refusal(spec: NetworkSpec): RpcError | undefined {
  if (spec.Attachable && spec.Ingress) return invalid('ingress network cannot be attachable');
  const annotations = annotationsRefusal(spec.Name ?? '');
  if (annotations) return annotations;
  if (spec.Labels && PREDEFINED in spec.Labels) {
    const rest = 'is for internally created predefined networks and cannot be applied by users';
    return { code: 'PermissionDenied', message: `label ${PREDEFINED} ${rest}` };
  }
  return ipamRefusal(spec.IPAMOptions);
}

function isIngress(network: NetworkObject): boolean {
  return network.spec.Ingress === true;
}

/** Whether a service's ports, as asked for or as they stand, go through the routing mesh. */
function needsIngress(service: ServiceObject): boolean {
  const ports = [...(service.spec.EndpointSpec?.Ports ?? []), ...(service.endpoint?.ports ?? [])];
  return ports.some((port) => (port.PublishMode ?? 'ingress') === 'ingress');
}

function inUse(read: ReadTx, network: NetworkObject): string | undefined {
  const { id } = network;
  if (isIngress(network)) {
    const user = read.list('service').find(needsIngress);
    return user && `ingress network cannot be removed because service ${user.id} depends on it`;
  }
  const refers = (targets: readonly { readonly Target?: string }[] | undefined): boolean =>
    targets?.some(({ Target }) => Target === id) ?? false;
  const service = read.list('service').find(({ spec }) => refers(spec.TaskTemplate?.Networks) || refers(spec.Networks));
  if (service) return `network ${id} is in use by service ${service.id}`;
  const task = read
    .list('task')
    .find(
      (each) =>
        each.desiredState <= TaskState.RUNNING &&
        each.status.state <= TaskState.RUNNING &&
        (refers(each.spec.Networks) || each.networks.some(({ networkId }) => networkId === id)),
    );
  return task && `network ${id} is in use by task ${task.id}`;
}

export const networkControl: ControlHandlers<'listNetworks' | 'createNetwork' | 'removeNetwork'> = {
  listNetworks: ({ read }) => ok({ changes: [], answer: () => read.list('network') }),
  createNetwork: ({ read, newId }, { spec }) => {
    const error = refusal(spec);
    if (error) return fail(error);
    const present = spec.Ingress ? read.list('network').find(isIngress) : undefined;
    if (present) {
      return fail({ code: 'AlreadyExists', message: `ingress network (${present.id}) is already present` });
    }
    const object: NetworkObject = { kind: 'network', id: newId(), meta: NEW_META, spec, state: undefined };
    return ok({ changes: [{ action: 'create', object }], answer: (after) => after.get('network', object.id)! });
  },
  removeNetwork: ({ read }, { id }) => {
    const network = read.get('network', id);
    if (!network) return fail({ code: 'NotFound', message: `network ${id} not found` });
    if (network.spec.Labels?.[PREDEFINED] === 'true') {
      const message = `network ${id} (${network.spec.Name}) is a swarm predefined network and cannot be removed`;
      return fail({ code: 'FailedPrecondition', message });
    }
    const user = inUse(read, network);
    if (user !== undefined) return fail({ code: 'FailedPrecondition', message: user });
    return ok({ changes: [{ action: 'remove', table: 'network', id }], answer: () => ({}) });
  },
};
