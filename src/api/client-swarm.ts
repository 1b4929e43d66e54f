/** The client's functions about the swarm. Follows moby/moby client/{swarm,node,service,task,secret,config}_*.go. */
import type { Process } from '../base/process';
import {
  auth,
  ClientBase,
  flag,
  type ListOptions,
  type LogsOptions,
  listQuery,
  type ServiceOptions,
  type ServiceUpdateOptions,
  type SwarmUpdateFlags,
  trimId,
  word,
} from './client-base';
import { pinnedImage, tagged } from './service-image';
import { type ApiStream, ClientError } from './transport';
import type {
  Config,
  ConfigSpec,
  DistributionInspect,
  InitRequest,
  JoinRequest,
  Node,
  NodeSpec,
  Secret,
  SecretSpec,
  Service,
  ServiceSpec,
  Swarm,
  SwarmSpec,
  Task,
  Version,
} from './types';

export class SwarmClient extends ClientBase {
  /** The id of the new node. */
  swarmInit(request: InitRequest): Process<string> {
    return this.transport.json('POST', '/swarm/init', { body: request });
  }

  *swarmJoin(request: JoinRequest): Process<void> {
    yield* this.transport.call('POST', '/swarm/join', { body: request });
  }

  *swarmLeave(force: boolean): Process<void> {
    yield* this.transport.call('POST', '/swarm/leave', { query: { force: flag(force) } });
  }

  swarmInspect(): Process<Swarm> {
    return this.transport.json('GET', '/swarm');
  }

  *swarmUpdate(version: Version, spec: SwarmSpec, flags: SwarmUpdateFlags): Process<void> {
    const query = {
      rotateManagerToken: String(flags.rotateManagerToken),
      rotateManagerUnlockKey: String(flags.rotateManagerUnlockKey),
      rotateWorkerToken: String(flags.rotateWorkerToken),
      version: String(version.Index),
    };
    yield* this.transport.call('POST', '/swarm/update', { query, body: spec });
  }

  swarmGetUnlockKey(): Process<{ readonly UnlockKey: string }> {
    return this.transport.json('GET', '/swarm/unlockkey');
  }

  *swarmUnlock(unlockKey: string): Process<void> {
    yield* this.transport.call('POST', '/swarm/unlock', { body: { UnlockKey: unlockKey } });
  }

  nodeList(options?: ListOptions): Process<readonly Node[]> {
    return this.transport.json('GET', '/nodes', { query: listQuery(options) });
  }

  *nodeInspect(id: string): Process<Node> {
    return yield* this.transport.json('GET', `/nodes/${trimId('node', id)}`);
  }

  *nodeUpdate(id: string, version: Version, spec: NodeSpec): Process<void> {
    const query = { version: String(version.Index) };
    yield* this.transport.call('POST', `/nodes/${trimId('node', id)}/update`, { query, body: spec });
  }

  *nodeRemove(id: string, force: boolean): Process<void> {
    yield* this.transport.call('DELETE', `/nodes/${trimId('node', id)}`, { query: { force: flag(force) } });
  }

  /** The image is tagged and, when asked, pinned; a registry that cannot be asked adds a warning. */
  *serviceCreate(
    spec: ServiceSpec,
    options: ServiceOptions = {},
  ): Process<{ readonly ID: string; readonly Warnings: readonly string[] }> {
    const { spec: sent, warning } = yield* this.resolved(spec, options);
    const answer: { ID: string; Warnings?: readonly string[] | null } = yield* this.transport.json(
      'POST',
      '/services/create',
      { body: sent, ...auth(options.registryAuth) },
    );
    return { ID: answer.ID, Warnings: [...(answer.Warnings ?? []), ...warning] };
  }

  serviceList(options: ListOptions & { status?: boolean } = {}): Process<readonly Service[]> {
    const query = { ...listQuery(options), status: options.status ? 'true' : undefined };
    return this.transport.json('GET', '/services', { query });
  }

  *serviceInspect(id: string, options: { insertDefaults?: boolean } = {}): Process<Service> {
    const query = { insertDefaults: String(options.insertDefaults === true) };
    return yield* this.transport.json('GET', `/services/${trimId('service', id)}`, { query });
  }

  *serviceUpdate(
    id: string,
    version: Version,
    spec: ServiceSpec,
    options: ServiceUpdateOptions = {},
  ): Process<{ readonly Warnings: readonly string[] }> {
    const path = `/services/${trimId('service', id)}/update`;
    const query = {
      registryAuthFrom: word(options.registryAuthFrom),
      rollback: word(options.rollback),
      version: String(version.Index),
    };
    const { spec: sent, warning } = yield* this.resolved(spec, options);
    const answer: { Warnings?: readonly string[] | null } = yield* this.transport.json('POST', path, {
      query,
      body: sent,
      ...auth(options.registryAuth),
    });
    return { Warnings: [...(answer.Warnings ?? []), ...warning] };
  }

  *serviceRemove(id: string): Process<void> {
    yield* this.transport.call('DELETE', `/services/${trimId('service', id)}`);
  }

  /** Output in frames, one line each; with `details` a line begins with its context. */
  *serviceLogs(id: string, options: LogsOptions): Process<ApiStream> {
    const query = yield* this.logsQuery(options);
    return yield* this.transport.stream('GET', `/services/${trimId('service', id)}/logs`, { query });
  }

  taskList(options?: ListOptions): Process<readonly Task[]> {
    return this.transport.json('GET', '/tasks', { query: listQuery(options) });
  }

  *taskInspect(id: string): Process<Task> {
    return yield* this.transport.json('GET', `/tasks/${trimId('task', id)}`);
  }

  *taskLogs(id: string, options: LogsOptions): Process<ApiStream> {
    const query = yield* this.logsQuery(options);
    return yield* this.transport.stream('GET', `/tasks/${id}/logs`, { query });
  }

  secretCreate(spec: SecretSpec): Process<{ readonly ID: string }> {
    return this.transport.json('POST', '/secrets/create', { body: spec });
  }

  secretList(options?: ListOptions): Process<readonly Secret[]> {
    return this.transport.json('GET', '/secrets', { query: listQuery(options) });
  }

  *secretInspect(id: string): Process<Secret> {
    return yield* this.transport.json('GET', `/secrets/${trimId('secret', id)}`);
  }

  *secretUpdate(id: string, version: Version, spec: SecretSpec): Process<void> {
    const query = { version: String(version.Index) };
    yield* this.transport.call('POST', `/secrets/${trimId('secret', id)}/update`, { query, body: spec });
  }

  *secretRemove(id: string): Process<void> {
    yield* this.transport.call('DELETE', `/secrets/${trimId('secret', id)}`);
  }

  configCreate(spec: ConfigSpec): Process<{ readonly ID: string }> {
    return this.transport.json('POST', '/configs/create', { body: spec });
  }

  configList(options?: ListOptions): Process<readonly Config[]> {
    return this.transport.json('GET', '/configs', { query: listQuery(options) });
  }

  *configInspect(id: string): Process<Config> {
    return yield* this.transport.json('GET', `/configs/${trimId('config', id)}`);
  }

  *configUpdate(id: string, version: Version, spec: ConfigSpec): Process<void> {
    const query = { version: String(version.Index) };
    yield* this.transport.call('POST', `/configs/${trimId('config', id)}/update`, { query, body: spec });
  }

  *configRemove(id: string): Process<void> {
    yield* this.transport.call('DELETE', `/configs/${trimId('config', id)}`);
  }

  *distributionInspect(image: string, registryAuth?: string): Process<DistributionInspect> {
    if (image === '') throw new ClientError('Error: No such distribution: ');
    return yield* this.transport.json('GET', `/distribution/${image}/json`, auth(registryAuth));
  }

  private *resolved(
    spec: ServiceSpec,
    options: ServiceOptions,
  ): Process<{ spec: ServiceSpec; warning: readonly string[] }> {
    const withTag = tagged(spec);
    const image = withTag.TaskTemplate?.ContainerSpec?.Image;
    if (!options.queryRegistry || image === undefined) return { spec: withTag, warning: [] };
    let found: DistributionInspect | undefined;
    try {
      found = yield* this.distributionInspect(image, options.registryAuth);
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
    }
    return pinnedImage(withTag, image, found);
  }
}
