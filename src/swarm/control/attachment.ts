/**
 * Places for standalone containers on attachable networks: a task without a service, bound to the node that asks.
 * Any node may ask, workers too. Follows moby/swarmkit manager/resourceapi/allocator.go.
 */
import { fail, ok, type Result } from '../../base/result';
import { type TaskObject, TaskState } from '../objects';
import { managerStatus } from '../orchestrator/task';
import type { RpcError } from '../rpc';
import { NEW_META } from './common';
import type { ControlContext, ControlDecision } from './handler';

/** Method → [request, answer]. `target` is a network's id or name; `address` is '' for any. */
export interface ResourceApi {
  attachNetwork: [
    { readonly target: string; readonly containerId: string; readonly address: string },
    { readonly attachmentId: string },
  ];
  detachNetwork: [{ readonly attachmentId: string }, Record<string, never>];
}

export type ResourceMethod = keyof ResourceApi;
export type ResourceDone<M extends ResourceMethod> = (result: Result<ResourceApi[M][1], RpcError>) => void;

type ResourceHandler<M extends ResourceMethod> = (
  context: ControlContext,
  request: ResourceApi[M][0],
  nodeId: string,
) => Result<ControlDecision<ResourceApi[M][1]>, RpcError>;

export const resourceHandlers: { readonly [M in ResourceMethod]: ResourceHandler<M> } = {
  attachNetwork: ({ read, newId, now }, { target, containerId, address }, nodeId) => {
    const network = read.get('network', target) ?? read.byName('network', target);
    if (!network) return fail({ code: 'NotFound', message: `network ${target} not found` });
    if (!network.spec.Attachable) {
      return fail({ code: 'PermissionDenied', message: `network ${target} not manually attachable` });
    }
    const object: TaskObject = {
      kind: 'task',
      id: newId(),
      meta: NEW_META,
      spec: {
        NetworkAttachmentSpec: { ContainerID: containerId },
        Networks: [{ Target: network.id, ...(address === '' ? {} : { Addresses: [address] }) }],
      },
      specVersion: 0,
      serviceId: '',
      serviceName: '',
      serviceLabels: {},
      slot: 0,
      nodeId,
      status: managerStatus(TaskState.NEW, 'created', now()),
      desiredState: TaskState.RUNNING,
      networks: [],
      endpoint: undefined,
      genericResources: [],
      jobIteration: undefined,
    };
    return ok({ changes: [{ action: 'create', object }], answer: () => ({ attachmentId: object.id }) });
  },
  detachNetwork: ({ read }, { attachmentId }, nodeId) => {
    const task = read.get('task', attachmentId);
    if (!task) return fail({ code: 'NotFound', message: `attachment ${attachmentId} not found` });
    if (task.nodeId !== nodeId) {
      return fail({ code: 'PermissionDenied', message: `attachment ${attachmentId} doesn't belong to this node` });
    }
    return ok({ changes: [{ action: 'remove', table: 'task', id: attachmentId }], answer: () => ({}) });
  },
};
