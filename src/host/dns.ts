/**
 * What a name is, as seen from a machine or from one of its containers. Containers on user-defined networks ask the
 * embedded server, which knows the names on their networks and asks outside for the rest.
 *
 * Follows moby/moby daemon/libnetwork/resolver.go and sandbox.go, ResolveName.
 */
import { shuffled } from '../base/random';
import type { HostEngine } from './engine';
import { parseAddress } from './ipam';
import type { Lan } from './lan';
import { GATEWAY_BRIDGE } from './networks';
import { resolveOutside } from './outside';
import type { Container, Endpoint, Network } from './types';

/** The addresses of a name, several ones in random order; none when it does not exist. */
export function resolveName(
  engine: HostEngine,
  lan: Lan,
  containerId: string | undefined,
  name: string,
): readonly string[] {
  if (parseAddress(name) !== undefined) return [name];
  const wanted = name.replace(/\.$/, '').toLowerCase();
  if (wanted === 'localhost') return ['127.0.0.1'];
  const container = containerId === undefined ? undefined : engine.namespaceOf(containerId);
  if (!container || engine.onHostNetwork(container.id)) return onHost(engine, lan, wanted);
  const inHosts = hostsEntries(engine, container).find(([, names]) => names.some((n) => n.toLowerCase() === wanted));
  if (inHosts) return [inHosts[0]];
  const found = embedded(engine, container, wanted);
  if (found) return found.length > 1 ? shuffled(found, engine.random('dns')) : found;
  return forwarded(engine, container, wanted);
}

/** On the host: /etc/hosts has the machines, the rest is outside. */
function onHost(engine: HostEngine, lan: Lan, name: string): readonly string[] {
  const machine = lan.addressOf(name);
  if (machine !== undefined) return [machine];
  if (name === engine.hostname) return [engine.address];
  const outside = resolveOutside(name);
  return outside === undefined ? [] : [outside];
}

/** Names the embedded server does not know are asked of the host's servers, which do not know the LAN's machines. */
function forwarded(engine: HostEngine, container: Container, name: string): readonly string[] {
  const open = container.gatewayEndpoint !== undefined || container.endpoints.some((e) => e.gateway !== '');
  const outside = open && engine.machine.powered ? resolveOutside(name) : undefined;
  return outside === undefined ? [] : [outside];
}

function embedded(engine: HostEngine, container: Container, name: string): readonly string[] | undefined {
  const networks = resolvers(engine, container);
  for (const network of networks) {
    const found = engine.table.lookup(network.id, name);
    if (found) return found;
  }
  const dot = name.lastIndexOf('.');
  if (dot <= 0) return undefined;
  const network = networks.find((candidate) => candidate.name.toLowerCase() === name.slice(dot + 1));
  return network && engine.table.lookup(network.id, name.slice(0, dot));
}

/** The container's networks in the order in which names are looked for: overlays by name, then bridges, ingress last. */
function resolvers(engine: HostEngine, container: Container): readonly Network[] {
  const networks = container.endpoints.flatMap((endpoint) => engine.networks.get(endpoint.networkId) ?? []);
  const rank = (network: Network): number => (network.ingress ? 2 : network.driver === 'overlay' ? 0 : 1);
  return networks
    .filter((network) => !['bridge', 'host', 'none', GATEWAY_BRIDGE].includes(network.name))
    .sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
}

/** Addresses of /etc/hosts that are not loopback, each with its names. */
export function hostsEntries(
  engine: HostEngine,
  container: Container,
): readonly (readonly [string, readonly string[]])[] {
  const entries: (readonly [string, readonly string[]])[] = [];
  for (const extra of container.hostConfig.ExtraHosts ?? []) {
    const at = extra.search(/[:=]/);
    if (at > 0) entries.push([extra.slice(at + 1).replace('host-gateway', '172.17.0.1'), [extra.slice(0, at)]]);
  }
  for (const link of container.hostConfig.Links ?? []) {
    const [target = '', alias = target] = link.split(':');
    const found = engine.containers.find(target);
    const address = found.ok ? found.value.endpoints.find((e) => e.networkName === 'bridge')?.address : undefined;
    if (found.ok && address) entries.push([address, [alias, found.value.id.slice(0, 12), found.value.name]]);
  }
  const hostname = container.config.Hostname ?? '';
  for (const endpoint of container.endpoints)
    if (endpoint.address !== '' && !isIngress(engine, endpoint)) entries.push([endpoint.address, hostnames(hostname)]);
  return entries;
}

function isIngress(engine: HostEngine, endpoint: Endpoint): boolean {
  return engine.networks.get(endpoint.networkId)?.ingress === true;
}

function hostnames(hostname: string): readonly string[] {
  const dot = hostname.indexOf('.');
  return dot > 0 ? [hostname, hostname.slice(0, dot)] : [hostname];
}
