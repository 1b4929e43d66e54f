/**
 * What a name is, as seen from a machine or from one of its containers. Containers on user-defined networks ask the
 * embedded server, which knows the names on their networks and asks outside for the rest.
 *
 *     127.0.0.11 ──► links ──► each network, overlays first ──► NAME.NETWORK ──► the host's servers ──► outside
 *                                                                                none reached: SERVFAIL
 *
 * Follows moby/moby daemon/libnetwork/resolver.go and sandbox.go, ResolveName.
 */
import type { NameAnswer } from '../base/process';
import { shuffled } from '../base/random';
import type { HostEngine } from './engine';
import { parseAddress } from './ipam';
import type { Lan } from './lan';
import { GATEWAY_BRIDGE } from './networks';
import { nameOutside, resolveOutside } from './outside';
import type { Container, Endpoint, Network } from './types';

const UNKNOWN: NameAnswer = { status: 'NXDOMAIN', answers: [] };

/** The addresses of a name, several ones in random order; none when it does not exist. */
export function resolveName(
  engine: HostEngine,
  lan: Lan,
  containerId: string | undefined,
  name: string,
): readonly string[] {
  if (parseAddress(name) !== undefined) return [name];
  const wanted = plain(name);
  if (wanted === 'localhost') return ['127.0.0.1'];
  const container = inside(engine, containerId);
  if (!container) return onHost(engine, lan, wanted);
  const inHosts = hostsEntries(engine, container).find(([, names]) => names.some((n) => n.toLowerCase() === wanted));
  return inHosts ? [inHosts[0]] : nameServerAnswer(engine, lan, containerId, wanted, 'A').answers;
}

/** What the server that is asked from there answers; /etc/hosts of a container is not looked at. */
export function nameServerAnswer(
  engine: HostEngine,
  lan: Lan,
  containerId: string | undefined,
  name: string,
  type: string,
): NameAnswer {
  const wanted = plain(name);
  const container = inside(engine, containerId);
  if (type === 'PTR') return reverse(engine, lan, container, wanted);
  if (!container) return found(onHost(engine, lan, wanted), type === 'A');
  const known = embedded(engine, container, wanted, type === 'AAAA');
  if (!known) return forwarded(container, wanted, type === 'A');
  const answers = type === 'A' || type === 'AAAA' ? known : [];
  return { status: 'NOERROR', answers: answers.length > 1 ? shuffled(answers, engine.random('dns')) : answers };
}

function plain(name: string): string {
  return name.replace(/\.$/, '').toLowerCase();
}

/** The container whose names count; undefined on a machine and on a machine's own network. */
function inside(engine: HostEngine, containerId: string | undefined): Container | undefined {
  const container = containerId === undefined ? undefined : engine.namespaceOf(containerId);
  return container && !engine.onHostNetwork(container.id) ? container : undefined;
}

function found(addresses: readonly string[], wanted: boolean): NameAnswer {
  return addresses.length === 0 ? UNKNOWN : { status: 'NOERROR', answers: wanted ? addresses : [] };
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
function forwarded(container: Container, name: string, wanted: boolean): NameAnswer {
  const open = container.gatewayEndpoint !== undefined || container.endpoints.some((e) => e.gateway !== '');
  if (!open) return { status: 'SERVFAIL', answers: [] };
  const outside = resolveOutside(name);
  return found(outside === undefined ? [] : [outside], wanted);
}

/** 77.0.5.10.in-addr.arpa: `container.network` for an address on a shared network; a virtual address has no name. */
function reverse(engine: HostEngine, lan: Lan, container: Container | undefined, name: string): NameAnswer {
  const address = /^((?:\d+\.){3}\d+)\.in-addr\.arpa$/.exec(name)?.[1]?.split('.').reverse().join('.') ?? '';
  for (const network of container ? resolvers(engine, container) : []) {
    const record = engine.table.byAddress(network.id, address);
    if (record && !record.disabled) return { status: 'NOERROR', answers: [`${record.name}.${network.name}`] };
  }
  const machine = container ? undefined : lan.machineAt(address);
  const outside = machine ?? nameOutside(address);
  return outside === undefined ? UNKNOWN : { status: 'NOERROR', answers: [outside] };
}

function embedded(
  engine: HostEngine,
  container: Container,
  name: string,
  version6: boolean,
): readonly string[] | undefined {
  const networks = resolvers(engine, container);
  const lookup = ({ id }: Network, wanted: string): readonly string[] | undefined => {
    const addresses = engine.table.lookup(id, linkTarget(container, id, wanted) ?? wanted);
    return addresses && version6 ? engine.table.version6(id, addresses) : addresses;
  };
  for (const network of networks) {
    const addresses = lookup(network, name);
    if (addresses) return addresses;
  }
  const dot = name.lastIndexOf('.');
  if (dot <= 0) return undefined;
  const network = networks.find((candidate) => candidate.name.toLowerCase() === name.slice(dot + 1));
  return network && lookup(network, name.slice(0, dot));
}

/** `--link c1:db` on a user-defined network: for this container db is another name of c1. */
function linkTarget(container: Container, networkId: string, name: string): string | undefined {
  const links = container.endpoints.find((endpoint) => endpoint.networkId === networkId)?.request.Links ?? [];
  for (const link of links) {
    const [target = '', alias = target] = link.split(':');
    if (alias.toLowerCase() === name) return target;
  }
  return undefined;
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
    const linked = engine.containers.find(target);
    const address = linked.ok ? linked.value.endpoints.find((e) => e.networkName === 'bridge')?.address : undefined;
    if (linked.ok && address) entries.push([address, [alias, linked.value.id.slice(0, 12), linked.value.name]]);
  }
  const names = hostnames(container.config.Hostname ?? '');
  for (const endpoint of container.endpoints) {
    if (endpoint.address === '' || isIngress(engine, endpoint)) continue;
    entries.push([endpoint.address, names]);
    if (endpoint.address6 !== '') entries.push([endpoint.address6, names]);
  }
  return entries;
}

function isIngress(engine: HostEngine, endpoint: Endpoint): boolean {
  return engine.networks.get(endpoint.networkId)?.ingress === true;
}

function hostnames(hostname: string): readonly string[] {
  const dot = hostname.indexOf('.');
  return dot > 0 ? [hostname, hostname.slice(0, dot)] : [hostname];
}
