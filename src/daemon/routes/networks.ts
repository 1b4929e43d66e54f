/**
 * /networks: this machine's networks and the swarm's, as one list. Connecting containers is the containers' business.
 * Follows moby/moby api/server/router/network/network_routes.go and daemon/network.go.
 */
import type { IPAM, NetworkCreateRequest, NetworkInspect } from '../../api/index';
import type { NetworkObject } from '../../swarm/index';
import { NO_SWARM } from '../cluster/cluster';
import { networkPeers, networkServices } from '../cluster/gossip-view';
import { filterNetworks, isPredefined, NETWORK_FILTERS } from '../cluster/network-filters';
import { validateIpam } from '../cluster/validate-ipam';
import { localNetworkView } from '../convert/local-network';
import { members } from '../convert/members';
import { networkSpec, networkView } from '../convert/network';
import type { Exchange, Route } from '../exchange';
import { Refusal, refuse } from '../refusal';
import { bodyReader, query, queryBool, queryFilters, type Reader } from '../request';
import { json } from './json';
import { type NetworkContext, pruneNetworks } from './network-prune';

export function networkRoutes(context: NetworkContext): readonly Route[] {
  return [
    { method: 'GET', path: '/networks', handler: (exchange) => list(context, exchange) },
    { method: 'GET', path: '/networks/:id', handler: (exchange, { id }) => inspect(context, exchange, id!) },
    { method: 'POST', path: '/networks/create', handler: (exchange) => create(context, exchange) },
    { method: 'POST', path: '/networks/prune', handler: (exchange) => pruneNetworks(context, exchange) },
    { method: 'DELETE', path: '/networks/:id', handler: (exchange, { id }) => remove(context, exchange, id!) },
  ];
}

function localNetworks({ engine }: NetworkContext, detailed: boolean, verbose = false): NetworkInspect[] {
  return engine.networks.list().map((network) =>
    localNetworkView(network, engine.networks, {
      detailed,
      ...(network.scope === 'swarm' ? { peers: networkPeers(engine, network.id) } : {}),
      ...(verbose && network.scope === 'swarm' ? { services: networkServices(engine, network.id) } : {}),
    }),
  );
}

/** The store's own bridge and host networks stand for each machine's and are not shown. */
function swarmNetworks(networks: readonly NetworkObject[] | undefined): readonly NetworkInspect[] {
  return (networks ?? []).filter(({ state }) => state?.predefined !== true).map(networkView);
}

function list(context: NetworkContext, exchange: Exchange): void {
  const filters = queryFilters(exchange.request, NETWORK_FILTERS);
  context.cluster.attempt(exchange, 'listNetworks', {}, (answer) => {
    const swarm = filterNetworks(swarmNetworks(answer), filters);
    const known = new Set(swarm.map(({ Id }) => Id));
    const local = filterNetworks(localNetworks(context, false), filters).filter(({ Id }) => !known.has(Id));
    exchange.answer(200, json([...swarm, ...local]));
  });
}

/** Local before swarm; whole ids before names, names before beginnings of ids. */
function choose(
  term: string,
  networks: readonly NetworkInspect[],
  ambiguous: (count: number, by: string) => string,
): NetworkInspect | undefined {
  const whole = networks.find(({ Id }) => Id === term);
  if (whole) return whole;
  const first = (found: readonly NetworkInspect[]): readonly NetworkInspect[] => [
    ...new Map([...found].reverse().map((network): [string, NetworkInspect] => [network.Id, network])).values(),
  ];
  const named = first(networks.filter(({ Name }) => Name === term));
  if (named.length === 1) return named[0];
  if (named.length > 1) {
    return refuse(400, ambiguous(named.length, 'name'));
  }
  const begun = first(networks.filter(({ Id }) => Id.startsWith(term)));
  if (begun.length > 1) {
    return refuse(400, ambiguous(begun.length, 'ID prefix'));
  }
  return begun[0];
}

function inspect(context: NetworkContext, exchange: Exchange, term: string): void {
  const verbose = queryBool(
    exchange.request,
    'verbose',
    (value) => `invalid value for verbose: ${value}: strconv.ParseBool: parsing "${value}": invalid syntax`,
  );
  const scope = query(exchange.request, 'scope');
  const inScope = ({ Scope }: NetworkInspect): boolean => scope === '' || Scope === scope;
  context.cluster.attempt(exchange, 'listNetworks', {}, (answer) => {
    const local = localNetworks(context, true, verbose).filter(inScope);
    const swarm = swarmNetworks(answer).filter(inScope);
    const found = choose(
      term,
      [...local, ...swarm],
      (count, by) => `${count} matches found based on ${by}: network ${term} is ambiguous`,
    );
    exchange.answer(200, json(found ?? refuse(404, `network ${term} not found`)));
  });
}

function remove(context: NetworkContext, exchange: Exchange, term: string): void {
  const { cluster, engine } = context;
  cluster.attempt(exchange, 'listNetworks', {}, (answer) => {
    const local = localNetworks(context, false).filter(({ Ingress }) => !Ingress);
    const shared = swarmNetworks(answer);
    const found =
      choose(
        term,
        [...local, ...shared],
        (count, by) => `network ${term} is ambiguous (${count} matches found based on ${by})`,
      ) ?? refuse(404, `network ${term} not found`);
    if (found.Scope === 'swarm') {
      // Removed already, while the last tasks on this machine still use it.
      const gone = cluster.node.status().controlAvailable && !shared.some(({ Id }) => Id === found.Id);
      if (gone) refuse(404, `network ${term} not found`);
      cluster.control(exchange, 'removeNetwork', { id: found.Id }, () => exchange.answer(204));
      return;
    }
    const error = engine.networks.remove(engine.networks.get(found.Id)!);
    if (error) throw new Refusal(error);
    exchange.answer(204);
  });
}

const DRIVERS = ['bridge', 'host', 'ipvlan', 'macvlan', 'null', 'overlay'];

function create(context: NetworkContext, exchange: Exchange): void {
  const request = readCreate(bodyReader(exchange.request, 'CreateRequest'));
  const { cluster } = context;
  cluster.attempt(exchange, 'listNetworks', {}, (answer) => {
    const { Name, Driver = 'bridge' } = request;
    if (answer?.some(({ spec }) => spec.Name === Name)) refuse(409, `network with name ${Name} already exists`);
    if (isPredefined(Name)) refuse(403, `operation is not permitted on predefined ${Name} network `);
    if (Driver === 'overlay' && !cluster.node.status().controlAvailable) refuse(403, NO_SWARM);
    validateIpam(request.IPAM ?? undefined);
    if (Name.trim() === '') refuse(400, 'invalid name: name is empty');
    if (context.engine.networks.byName(Name)) refuse(409, `network with name ${Name} already exists`);
    if (!DRIVERS.includes(Driver)) refuse(404, `plugin "${Driver}" not found`);
    if (Driver === 'overlay' && request.Scope === 'local') {
      refuse(403, 'cannot downgrade network scope for overlay networks');
    }
    if (request.Ingress && Driver !== 'overlay') refuse(403, 'Ingress network can only be global scope network');
    if (!request.ConfigOnly && (Driver === 'overlay' || request.Scope === 'swarm'))
      createSwarm(context, exchange, request);
    else createLocal(context, exchange, request);
  });
}

function createSwarm({ cluster }: NetworkContext, exchange: Exchange, request: NetworkCreateRequest): void {
  const status = cluster.node.status();
  if (status.localNodeState === 'inactive') {
    refuse(403, 'cannot create a swarm scoped network when swarm is not active');
  }
  if (!status.controlAvailable) {
    refuse(
      403,
      'Cannot create a multi-host network from a worker node. Please create the network from a manager node.',
    );
  }
  if (request.EnableIPv4 === false) refuse(400, 'IPv4 cannot be disabled in a Swarm scoped network');
  cluster.control(exchange, 'createNetwork', { spec: networkSpec(request) }, ({ id }) => {
    exchange.answer(201, { Id: id, Warning: '' });
  });
}

function createLocal({ engine }: NetworkContext, exchange: Exchange, request: NetworkCreateRequest): void {
  const [config, second] = request.IPAM?.Config ?? [];
  if (second) refuse(501, 'networks with several subnets are not part of this playground');
  if (request.EnableIPv6) refuse(501, 'IPv6 networks are not part of this playground');
  const created = engine.networks.create({
    name: request.Name,
    driver: request.Driver || 'bridge',
    internal: request.Internal === true,
    attachable: request.Attachable === true,
    ipv6: false,
    configOnly: request.ConfigOnly === true,
    configFrom: request.ConfigFrom?.Network ?? '',
    options: request.Options ?? null,
    labels: request.Labels ?? null,
    ipamOptions: request.IPAM?.Options ?? null,
    subnet: config?.Subnet ?? '',
    ipRange: config?.IPRange ?? '',
    gateway: config?.Gateway ?? '',
  });
  if (!created.ok) throw new Refusal(created.error);
  exchange.answer(201, { Id: created.value.id, Warning: '' });
}

function readCreate(from: Reader): NetworkCreateRequest {
  const ipam = from.object('IPAM');
  return members<NetworkCreateRequest>({
    Name: from.string('Name') ?? '',
    Driver: from.string('Driver') || 'bridge',
    Scope: from.string('Scope'),
    EnableIPv4: from.boolean('EnableIPv4'),
    EnableIPv6: from.boolean('EnableIPv6'),
    IPAM: ipam && readIpam(ipam),
    Internal: from.boolean('Internal'),
    Attachable: from.boolean('Attachable'),
    Ingress: from.boolean('Ingress'),
    ConfigOnly: from.boolean('ConfigOnly'),
    ConfigFrom: from.has('ConfigFrom') ? { Network: from.object('ConfigFrom')!.string('Network') ?? '' } : undefined,
    Options: from.labels('Options'),
    Labels: from.labels('Labels'),
  });
}

function readIpam(from: Reader): IPAM {
  return members<IPAM>({
    Driver: from.string('Driver'),
    Options: from.labels('Options'),
    Config: from.objects('Config').map((config) =>
      members({
        Subnet: config.string('Subnet'),
        IPRange: config.string('IPRange'),
        Gateway: config.string('Gateway'),
        AuxiliaryAddresses: config.labels('AuxiliaryAddresses'),
      }),
    ),
  });
}
