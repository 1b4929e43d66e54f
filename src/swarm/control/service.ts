/** Services and tasks of the control API. Follows moby/swarmkit manager/controlapi/service.go and task.go. */
import type { PortConfig, ServiceSpec } from '../../api/index';
import { sameValue } from '../../base/equal';
import { fail, ok, type Result } from '../../base/result';
import { isIngress } from '../allocator/ports';
import { needsIngress } from '../allocator/services';
import { type ReadTx, type ServiceObject, type TaskObject, TaskState } from '../objects';
import { modeOf } from '../orchestrator/task';
import type { RpcError } from '../rpc';
import type { ServiceStatus } from './api';
import { invalid, NEW_META } from './common';
import type { ControlContext, ControlHandlers } from './handler';
import { isJobMode, serviceSpecRefusal } from './service-spec';

type ServiceMethod =
  | 'listServices'
  | 'createService'
  | 'updateService'
  | 'removeService'
  | 'serviceStatuses'
  | 'listTasks';

export const serviceControl: ControlHandlers<ServiceMethod> = {
  listServices: ({ read }) => ok({ changes: [], answer: () => read.list('service') }),

  createService: (context, { spec }) => {
    const refusal = createRefusal(context.read, spec);
    if (refusal) return fail(refusal);
    const service = newService(context, spec);
    return ok({
      changes: [{ action: 'create', object: service }],
      answer: (read) => read.get('service', service.id)!,
    });
  },

  updateService: (context, request) => {
    const service = updatedService(context, request);
    if (!service.ok) return service;
    return ok({
      changes: [{ action: 'update', object: service.value }],
      answer: (read) => read.get('service', request.id)!,
    });
  },

  removeService: ({ read }, { id }) =>
    read.get('service', id)
      ? ok({ changes: [{ action: 'remove', table: 'service', id }], answer: () => ({}) })
      : fail(notFound(id)),

  serviceStatuses: ({ read }, { ids }) => ok({ changes: [], answer: () => ids.map((id) => statusOf(read, id)) }),

  listTasks: ({ read }, request) => ok({ changes: [], answer: () => selectTasks(read, request) }),
};

function notFound(id: string): RpcError {
  return { code: 'NotFound', message: `service ${id} not found` };
}

function newService({ newId, now }: ControlContext, spec: ServiceSpec): ServiceObject {
  return {
    kind: 'service',
    id: newId(),
    meta: NEW_META,
    spec,
    specVersion: 0,
    previousSpec: undefined,
    previousSpecVersion: undefined,
    endpoint: undefined,
    updateStatus: undefined,
    jobStatus: isJobMode(spec.Mode) ? { iteration: 0, lastExecution: now() } : undefined,
  };
}

/** Follows CreateService. */
function createRefusal(read: ReadTx, spec: ServiceSpec): RpcError | undefined {
  const refusal =
    serviceSpecRefusal(spec) ??
    networksRefusal(read, spec) ??
    portsRefusal(read, spec, '') ??
    ingressRefusal(read, spec) ??
    dependenciesRefusal(read, spec);
  if (refusal) return refusal;
  const name = spec.Name ?? '';
  if (!read.byName('service', name)) return undefined;
  return {
    code: 'AlreadyExists',
    message: `name conflicts with an existing object: service ${name} already exists`,
  };
}

/** Follows UpdateService. */
function updatedService(
  { read, now }: ControlContext,
  request: { readonly id: string; readonly version: number; readonly spec: ServiceSpec; readonly rollback: boolean },
): Result<ServiceObject, RpcError> {
  const { spec } = request;
  const refusal = serviceSpecRefusal(spec) ?? networksRefusal(read, spec);
  if (refusal) return fail(refusal);
  const service = read.get('service', request.id);
  if (!service) return fail(notFound(request.id));
  const changeRefusal = updateRefusal(read, service, spec);
  if (changeRefusal) return fail(changeRefusal);
  if (request.rollback && !service.previousSpec) {
    const message = `service ${request.id} does not have a previous spec`;
    return fail({ code: 'FailedPrecondition', message });
  }
  const changed: ServiceObject = {
    ...service,
    ...(request.rollback ? rolledBack(service, now()) : replaced(service, spec, request.version)),
    jobStatus: service.jobStatus && { iteration: service.jobStatus.iteration + 1, lastExecution: now() },
  };
  const missing = ingressRefusal(read, changed.spec);
  if (missing) return fail(missing);
  if (request.version !== service.meta.version) return fail({ code: 'Unknown', message: 'update out of sequence' });
  return ok(changed);
}

function replaced(service: ServiceObject, spec: ServiceSpec, version: number): Partial<ServiceObject> {
  return {
    spec,
    specVersion: version,
    previousSpec: service.spec,
    previousSpecVersion: service.specVersion,
    updateStatus: undefined,
  };
}

/** The two specs change places: another rollback changes them back. */
function rolledBack(service: ServiceObject, now: number): Partial<ServiceObject> {
  return {
    spec: service.previousSpec!,
    specVersion: service.previousSpecVersion ?? 0,
    previousSpec: service.spec,
    previousSpecVersion: service.specVersion,
    updateStatus: {
      state: 'rollback_started',
      startedAt: now,
      completedAt: undefined,
      message: 'manually requested rollback',
    },
  };
}

function updateRefusal(read: ReadTx, service: ServiceObject, spec: ServiceSpec): RpcError | undefined {
  if (spec.EndpointSpec && !sameValue(spec.EndpointSpec, service.spec.EndpointSpec)) {
    const conflict = portsRefusal(read, spec, service.id);
    if (conflict) return conflict;
  }
  const networksMoved =
    !sameValue(spec.Networks, service.spec.Networks) &&
    sameValue(spec.TaskTemplate?.Networks, service.spec.TaskTemplate?.Networks);
  if (networksMoved) {
    return { code: 'Unimplemented', message: 'networks must be migrated to TaskSpec before being changed' };
  }
  const missing = dependenciesRefusal(read, spec);
  if (missing) return missing;
  if (modeOf(spec) !== modeOf(service.spec)) {
    return { code: 'Unimplemented', message: 'service mode change is not allowed' };
  }
  return spec.Name === service.spec.Name
    ? undefined
    : { code: 'Unimplemented', message: 'renaming services is not supported' };
}

function networksRefusal(read: ReadTx, spec: ServiceSpec): RpcError | undefined {
  for (const { Target: target = '' } of spec.TaskTemplate?.Networks ?? []) {
    const network = read.get('network', target);
    if (network?.spec.Ingress) {
      return invalid(`Service cannot be explicitly attached to the ingress network "${network.spec.Name}"`);
    }
  }
  return undefined;
}

function ingressRefusal(read: ReadTx, spec: ServiceSpec): RpcError | undefined {
  if (!needsIngress(spec) || read.list('network').some((network) => network.spec.Ingress)) return undefined;
  const message = 'service needs ingress network, but no ingress network is present';
  return { code: 'FailedPrecondition', message };
}

/** Ports that other services ask for or have. Follows checkPortConflicts. */
function portsRefusal(read: ReadTx, spec: ServiceSpec, ownId: string): RpcError | undefined {
  const ports = (spec.EndpointSpec?.Ports ?? []).filter((port) => port.PublishedPort);
  const ingress = new Set(ports.filter(isIngress).map(portName));
  const host = new Set(ports.filter((port) => !isIngress(port)).map(portName));
  if (ingress.size + host.size === 0) return undefined;
  for (const service of read.list('service')) {
    if (service.id === ownId) continue;
    for (const port of [...(service.spec.EndpointSpec?.Ports ?? []), ...(service.endpoint?.ports ?? [])]) {
      const name = portName(port);
      if (!port.PublishedPort || !(ingress.has(name) || (isIngress(port) && host.has(name)))) continue;
      const how = isIngress(port) ? 'an ingress port' : 'a host-published port';
      const owner = `'${service.spec.Name}' (${service.id})`;
      return invalid(`port '${port.PublishedPort}' is already in use by service ${owner} as ${how}`);
    }
  }
  return undefined;
}

function portName(port: PortConfig): string {
  return `${port.Protocol || 'tcp'}/${port.PublishedPort}`;
}

/** Follows checkSecretExistence and checkConfigExistence. */
function dependenciesRefusal(read: ReadTx, spec: ServiceSpec): RpcError | undefined {
  const container = spec.TaskTemplate?.ContainerSpec;
  const secrets = (container?.Secrets ?? [])
    .filter(({ SecretID, SecretName }) => read.get('secret', SecretID)?.spec.Name !== SecretName)
    .map(({ SecretName }) => SecretName);
  const configs = (container?.Configs ?? [])
    .filter(({ ConfigID, ConfigName }) => read.get('config', ConfigID)?.spec.Name !== ConfigName)
    .map(({ ConfigName }) => ConfigName);
  const [kind, names] = secrets.length > 0 ? ['secret', secrets] : ['config', configs];
  if (names.length === 0) return undefined;
  return invalid(`${kind}${names.length === 1 ? '' : 's'} not found: ${names.join(', ')}`);
}

/** Follows ListServiceStatuses: what is seen running, though its node may be gone. */
function statusOf(read: ReadTx, id: string): ServiceStatus {
  const service = read.get('service', id);
  const mode = service && modeOf(service.spec);
  const iteration = service?.jobStatus?.iteration;
  let running = 0;
  let completed = 0;
  let wanted = 0;
  for (const task of read.tasksOfService(id)) {
    if (iteration !== undefined && task.jobIteration !== iteration) continue;
    const { state } = task.status;
    if (iteration !== undefined && state === TaskState.COMPLETE) completed++;
    if (state === TaskState.RUNNING) running++;
    if (task.desiredState === TaskState.RUNNING) wanted++;
    if (task.desiredState === TaskState.COMPLETE && state !== TaskState.COMPLETE) wanted++;
  }
  const { Replicated, ReplicatedJob } = service?.spec.Mode ?? {};
  if (mode === 'replicated') return { running, completed, desired: Replicated?.Replicas ?? 1 };
  if (mode === 'replicated-job') return { running, completed, desired: ReplicatedJob?.MaxConcurrent ?? 1 };
  return { running, completed, desired: mode ? wanted : 0 };
}

/** Tasks that meet every list given, in id order. */
function selectTasks(
  read: ReadTx,
  request: {
    readonly serviceIds?: readonly string[];
    readonly nodeIds?: readonly string[];
    readonly ids?: readonly string[];
  },
): readonly TaskObject[] {
  const { serviceIds, nodeIds, ids } = request;
  if (!serviceIds && !nodeIds && !ids) return read.list('task');
  let tasks: readonly TaskObject[];
  if (ids) tasks = ids.flatMap((id) => read.get('task', id) ?? []);
  else if (serviceIds) tasks = serviceIds.flatMap((id) => read.tasksOfService(id));
  else tasks = nodeIds!.flatMap((id) => read.tasksOfNode(id));
  const chosen = tasks.filter(
    (task) => (!serviceIds || serviceIds.includes(task.serviceId)) && (!nodeIds || nodeIds.includes(task.nodeId)),
  );
  const single = (ids ?? serviceIds ?? nodeIds)!.length <= 1;
  return single ? chosen : chosen.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}
