/** POST /networks/prune. Follows moby/moby daemon/prune.go, NetworksPrune. */
import type { Filters } from '../../api/index';
import type { Micros } from '../../base/process';
import { parseMicros } from '../../base/time';
import type { HostEngine } from '../../host/index';
import type { NetworkObject } from '../../swarm/index';
import type { Cluster } from '../cluster/cluster';
import { isPredefined } from '../cluster/network-filters';
import type { Exchange } from '../exchange';
import { refuse } from '../refusal';
import { queryFilters } from '../request';

export interface NetworkContext {
  readonly cluster: Cluster;
  readonly engine: HostEngine;
}

const PRUNE_FILTERS = ['label', 'label!', 'until'];

interface Candidate {
  readonly created: Micros;
  readonly labels: { readonly [key: string]: string };
}

/** The swarm's unused networks first, then this machine's. */
export function pruneNetworks(context: NetworkContext, exchange: Exchange): void {
  const wanted = candidates(queryFilters(exchange.request, PRUNE_FILTERS));
  context.cluster.attempt(exchange, 'listNetworks', {}, (answer) => {
    const swarm = (answer ?? []).filter(
      ({ spec, state, meta }) =>
        spec.Ingress !== true && !state?.predefined && wanted({ created: meta.createdAt, labels: spec.Labels ?? {} }),
    );
    removeUnused(context, exchange, swarm, [], (removed) => {
      const names = [...removed, ...removeLocal(context, wanted)];
      exchange.answer(200, { NetworksDeleted: names.length === 0 ? null : names });
    });
  });
}

/** Tries them one by one; the leader says which are in use. */
function removeUnused(
  context: NetworkContext,
  exchange: Exchange,
  networks: readonly NetworkObject[],
  removed: readonly string[],
  then: (removed: readonly string[]) => void,
): void {
  const [first, ...rest] = networks;
  if (!first) {
    then(removed);
    return;
  }
  context.cluster.attempt(exchange, 'removeNetwork', { id: first.id }, (answer) => {
    removeUnused(context, exchange, rest, answer ? [...removed, first.spec.Name ?? ''] : removed, then);
  });
}

function removeLocal({ engine }: NetworkContext, wanted: (candidate: Candidate) => boolean): readonly string[] {
  const { networks } = engine;
  const unused = networks
    .list()
    .filter(
      ({ id, name, scope, configOnly, created, labels }) =>
        scope === 'local' &&
        !configOnly &&
        !isPredefined(name) &&
        name !== 'docker_gwbridge' &&
        networks.endpoints(id).length === 0 &&
        wanted({ created, labels: labels ?? {} }),
    );
  return unused.filter((network) => networks.remove(network) === undefined).map(({ name }) => name);
}

function candidates(filters: Filters): (candidate: Candidate) => boolean {
  const until = untilOf(filters.get('until') ?? []);
  const has = (labels: Candidate['labels'], pair: string): boolean => {
    const at = pair.indexOf('=');
    const key = at < 0 ? pair : pair.slice(0, at);
    return Object.hasOwn(labels, key) && (at < 0 || labels[key] === pair.slice(at + 1));
  };
  return ({ created, labels }) =>
    (until === undefined || created <= until) &&
    (filters.get('label') ?? []).every((pair) => has(labels, pair)) &&
    !(filters.get('label!') ?? []).some((pair) => has(labels, pair));
}

/** Unix seconds, as the client makes them of the user's words, or RFC 3339. */
function untilOf(values: readonly string[]): Micros | undefined {
  const [value, second] = values;
  if (value === undefined) return undefined;
  if (second !== undefined) return refuse(400, 'more than one until filter specified');
  const seconds = /^\d+(?:\.\d+)?$/.test(value) ? Math.round(Number(value) * 1_000_000) : parseMicros(value);
  return seconds ?? refuse(400, `failed to parse value as time or duration: "${value}"`);
}
