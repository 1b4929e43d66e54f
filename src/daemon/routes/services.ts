/** /services. Follows moby/moby daemon/cluster/services.go and api/server/router/swarm/cluster_routes.go. */
import type { NetworkAttachmentConfig, ServiceSpec } from '../../api/index';
import type { NetworkObject, ServiceObject } from '../../swarm/index';
import { type Cluster, unique } from '../cluster/cluster';
import { filterServices, SERVICE_FILTERS } from '../cluster/filters';
import { members } from '../convert/members';
import { serviceView, serviceViewWithDefaults, serviceViewWithStatus } from '../convert/service';
import { serviceSpec } from '../convert/service-spec';
import type { Exchange, Route } from '../exchange';
import { Refusal, refuse } from '../refusal';
import { bodyReader, query, queryBool, queryFilters, queryVersion } from '../request';
import { json } from './json';

export interface ServiceContext {
  readonly cluster: Cluster;
  /** A name for a service that was given none. */
  randomName(): string;
  /** The name of a network that exists on this machine only. */
  localNetwork(nameOrId: string): string | undefined;
}

export function serviceRoutes(context: ServiceContext): readonly Route[] {
  const { cluster } = context;
  return [
    { method: 'GET', path: '/services', handler: (exchange) => list(cluster, exchange) },
    {
      method: 'GET',
      path: '/services/:id',
      handler: (exchange, params) => {
        const defaults = queryBool(
          exchange.request,
          'insertDefaults',
          (value) =>
            `invalid value for insertDefaults: ${value}: strconv.ParseBool: parsing "${value}": invalid syntax`,
        );
        cluster.findService(exchange, params['id']!, (service) => {
          exchange.answer(200, json(defaults ? serviceViewWithDefaults(service) : serviceView(service)));
        });
      },
    },
    { method: 'POST', path: '/services/create', handler: (exchange) => create(context, exchange) },
    {
      method: 'POST',
      path: '/services/:id/update',
      handler: (exchange, params) => update(context, exchange, params['id']!),
    },
    {
      method: 'DELETE',
      path: '/services/:id',
      handler: (exchange, params) => {
        cluster.findService(exchange, params['id']!, ({ id }) => {
          cluster.control(exchange, 'removeService', { id }, () => exchange.answer(200));
        });
      },
    },
  ];
}

function list(cluster: Cluster, exchange: Exchange): void {
  const { request } = exchange;
  const status = queryBool(
    request,
    'status',
    (value) => `invalid value for status: ${value}: strconv.ParseBool: parsing "${value}": invalid syntax`,
  );
  cluster.requireManager();
  const filters = queryFilters(request, SERVICE_FILTERS);
  cluster.control(exchange, 'listServices', {}, (all) => {
    const services = filterServices(all, filters);
    if (!status) {
      exchange.answer(200, json(services.map(serviceView)));
      return;
    }
    const ids = services.map(({ id }) => id);
    cluster.control(exchange, 'serviceStatuses', { ids }, (statuses) => {
      exchange.answer(200, json(services.map((service, at) => serviceViewWithStatus(service, statuses[at]!))));
    });
  });
}

/** The body's spec with its networks as ids. */
function withNetworks(context: ServiceContext, exchange: Exchange, then: (spec: ServiceSpec) => void): void {
  const reader = bodyReader(exchange.request, 'ServiceSpec');
  context.cluster.requireManager();
  context.cluster.control(exchange, 'listNetworks', {}, (networks) => {
    const spec = serviceSpec(reader, context.randomName);
    const task = spec.TaskTemplate!;
    const resolved = (configs: readonly NetworkAttachmentConfig[]): readonly NetworkAttachmentConfig[] =>
      configs.map((config) => members({ ...config, Target: networkId(context, config.Target ?? '', networks) }));
    if (task.Networks) then({ ...spec, TaskTemplate: members({ ...task, Networks: resolved(task.Networks) }) });
    else if (spec.Networks) then({ ...spec, Networks: resolved(spec.Networks) });
    else then(spec);
  });
}

/** Follows moby/moby daemon/cluster/networks.go, populateNetworkID. */
function networkId(context: ServiceContext, target: string, networks: readonly NetworkObject[]): string {
  try {
    return unique('network', target, networks, ({ spec }) => spec.Name, 500).id;
  } catch (error) {
    const local = error instanceof Refusal ? context.localNetwork(target) : undefined;
    if (local === undefined) throw error;
    return refuse(
      403,
      `The network ${local} cannot be used with services. Only networks scoped to the swarm can be used, such as those created with the overlay driver.`,
    );
  }
}

function create(context: ServiceContext, exchange: Exchange): void {
  withNetworks(context, exchange, (spec) => {
    context.cluster.control(exchange, 'createService', { spec: Object.freeze(spec) }, ({ id }) => {
      exchange.answer(201, { ID: id, Warnings: null });
    });
  });
}

function update(context: ServiceContext, exchange: Exchange, input: string): void {
  const { request } = exchange;
  const { cluster } = context;
  bodyReader(request, 'ServiceSpec');
  const version = queryVersion(request, 'service');
  withNetworks(context, exchange, (spec) => {
    cluster.findService(exchange, input, (service) => {
      checkRegistryAuth(query(request, 'registryAuthFrom'), service);
      const rollback = query(request, 'rollback');
      if (!['', 'none', 'previous'].includes(rollback)) refuse(500, `unrecognized rollback option ${rollback}`);
      const wanted = {
        id: service.id,
        version,
        spec: Object.freeze(spec),
        rollback: rollback === 'previous',
      };
      cluster.control(exchange, 'updateService', wanted, () => exchange.answer(200, { Warnings: null }));
    });
  });
}

function checkRegistryAuth(from: string, service: ServiceObject): void {
  if (!['', 'spec', 'previous-spec'].includes(from)) refuse(500, 'unsupported registryAuthFrom value');
  if (from === 'previous-spec' && !service.previousSpec) refuse(500, 'service does not have a previous spec');
}
