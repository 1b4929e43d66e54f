/**
 * /networks: this machine's networks and the swarm's, as one list. Connecting containers is the containers' business.
 * Follows moby/moby api/server/router/network/network_routes.go and daemon/network.go.
 */
import type { NetworkInspect } from '../../api/index';
import type { NetworkObject } from '../../swarm/index';
import { networkPeers, networkServices } from '../cluster/gossip-view';
import { filterNetworks, NETWORK_FILTERS } from '../cluster/network-filters';
import { localNetworkView } from '../convert/local-network';
import { networkView } from '../convert/network';
import type { Exchange, Route } from '../exchange';
import { Refusal, refuse } from '../refusal';
import { query, queryBool, queryFilters } from '../request';
import { json } from './json';
import { createNetwork } from './network-create';
import { type NetworkContext, pruneNetworks } from './network-prune';

export function networkRoutes(context: NetworkContext): readonly Route[] {
  return [
    { method: 'GET', path: '/networks', handler: (exchange) => list(context, exchange) },
    { method: 'GET', path: '/networks/:id', handler: (exchange, { id }) => inspect(context, exchange, id!) },
    { method: 'POST', path: '/networks/create', handler: (exchange) => createNetwork(context, exchange) },
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
    // A service may be put on each machine's own bridge or host network, which the store knows by these names.
    const predefined =
      scope === 'swarm' ? (answer ?? []).filter(({ state }) => state?.predefined).map(networkView) : [];
    const found = choose(
      term,
      [...local, ...swarm, ...predefined],
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
