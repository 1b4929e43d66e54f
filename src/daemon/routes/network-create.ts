/** POST /networks/create. Follows moby/moby daemon/network.go, createNetwork, and daemon/libnetwork/controller.go, NewNetwork. */
import type { IPAM, NetworkCreateRequest } from '../../api/index';
import type { NetworkObject } from '../../swarm/index';
import { NO_SWARM } from '../cluster/cluster';
import { isPredefined } from '../cluster/network-filters';
import { validateIpam } from '../cluster/validate-ipam';
import { members } from '../convert/members';
import { networkSpec } from '../convert/network';
import type { Exchange } from '../exchange';
import { Refusal, refuse } from '../refusal';
import { bodyReader, type Reader } from '../request';
import type { NetworkContext } from './network-prune';

const DRIVERS = ['bridge', 'host', 'ipvlan', 'macvlan', 'null', 'overlay'];

/** What gives a container an address of the hosts' own LAN: its usual mode, and the others that docker knows. */
const LAN_DRIVERS: { readonly [driver: string]: { readonly usual: string; readonly others: readonly string[] } } = {
  macvlan: { usual: 'bridge', others: ['private', 'vepa', 'passthru'] },
  ipvlan: { usual: 'l2', others: ['l3', 'l3s'] },
};

export function createNetwork(context: NetworkContext, exchange: Exchange): void {
  const request = readCreate(bodyReader(exchange.request, 'CreateRequest'));
  const { cluster } = context;
  cluster.attempt(exchange, 'listNetworks', {}, (answer) => {
    checkName(context, request, answer);
    checkConfiguration(request);
    if (!request.ConfigOnly && (request.Driver === 'overlay' || isSwarmScope(request)))
      createSwarm(context, exchange, request);
    else createLocal(context, exchange, request);
  });
}

/** A scope that is no local one is taken for the swarm's, whatever it is called. */
function isSwarmScope({ Scope = '' }: NetworkCreateRequest): boolean {
  return Scope === 'swarm';
}

function checkName(
  { cluster, engine }: NetworkContext,
  request: NetworkCreateRequest,
  swarm: readonly NetworkObject[] | undefined,
): void {
  const { Name, Driver } = request;
  if (swarm?.some(({ spec }) => spec.Name === Name)) refuse(409, `network with name ${Name} already exists`);
  if (isPredefined(Name)) refuse(403, `operation is not permitted on predefined ${Name} network `);
  if (Driver === 'overlay' && !cluster.node.status().controlAvailable) refuse(403, NO_SWARM);
  validateIpam(request.IPAM ?? undefined);
  if (Name.trim() === '') refuse(400, 'invalid name: name is empty');
  if (engine.networks.byName(Name)) refuse(409, `network with name ${Name} already exists`);
}

function checkConfiguration(request: NetworkCreateRequest): void {
  const { Driver = 'bridge', ConfigOnly = false, IPAM: ipam } = request;
  const from = request.ConfigFrom?.Network ?? '';
  if (ConfigOnly && from !== '') {
    refuse(403, 'a configuration network cannot depend on another configuration network');
  }
  const own = (ipam?.Config?.length ?? 0) > 0 || size(ipam?.Options) > 0 || size(request.Options) > 0;
  if (from !== '' && (own || size(request.Labels) > 0 || request.Internal || request.EnableIPv6)) {
    refuse(403, 'user specified configurations are not supported if the network depends on a configuration network');
  }
  if (request.EnableIPv4 === false && !isSwarmScope(request) && Driver !== 'overlay') {
    if (!request.EnableIPv6) refuse(400, 'IPv4 or IPv6 must be enabled');
    refuse(501, 'networks without IPv4 are not part of this playground');
  }
  if (!DRIVERS.includes(Driver)) refuse(404, `plugin "${Driver}" not found`);
  if (!['', 'default'].includes(ipam?.Driver ?? '')) refuse(404, `plugin "${ipam!.Driver}" not found`);
  if (Driver === 'overlay' && request.Scope === 'local') {
    refuse(403, 'cannot downgrade network scope for overlay networks');
  }
  if (request.Ingress && Driver !== 'overlay') refuse(403, 'Ingress network can only be global scope network');
  if (['host', 'null'].includes(Driver) && !ConfigOnly)
    refuse(403, `only one instance of "${Driver}" network is allowed`);
}

function size(map: object | null | undefined): number {
  return Object.keys(map ?? {}).length;
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
  if (request.IPAM?.Config?.some(({ Subnet }) => Subnet?.includes(':'))) {
    refuse(501, 'IPv6 on networks of the swarm is not part of this playground');
  }
  if (request.EnableIPv4 === false) refuse(400, 'IPv4 cannot be disabled in a Swarm scoped network');
  cluster.control(exchange, 'createNetwork', { spec: networkSpec(request) }, ({ id }) => {
    exchange.answer(201, { Id: id, Warning: '' });
  });
}

function createLocal({ engine }: NetworkContext, exchange: Exchange, request: NetworkCreateRequest): void {
  const { Driver = 'bridge', IPAM: ipam, ConfigOnly = false } = request;
  const ranges = (ipam?.Config ?? []).map((config) => ({
    subnet: config.Subnet ?? '',
    ipRange: config.IPRange ?? '',
    gateway: config.Gateway ?? '',
    auxiliary: config.AuxiliaryAddresses && size(config.AuxiliaryAddresses) > 0 ? config.AuxiliaryAddresses : null,
  }));
  const version6 = ranges.filter(({ subnet }) => subnet.includes(':'));
  if (!ConfigOnly && (ranges.length - version6.length > 1 || version6.length > 1)) {
    if (Driver === 'bridge') refuse(403, "bridge driver doesn't support multiple subnets");
    refuse(501, `${Driver} networks with several subnets are not part of this playground`);
  }
  if (version6.length > 0 || request.EnableIPv6) checkIpv6(request, version6.length);
  if (!ConfigOnly && LAN_DRIVERS[Driver]) checkLanDriver(Driver, request);
  const created = engine.networks.create({
    name: request.Name,
    driver: Driver,
    internal: request.Internal === true,
    attachable: request.Attachable === true,
    ipv6: request.EnableIPv6 === true,
    configOnly: ConfigOnly,
    configFrom: request.ConfigFrom?.Network ?? '',
    options: request.Options ?? null,
    labels: request.Labels ?? null,
    ipamOptions: ipam?.Options ?? null,
    range4: ranges.find(({ subnet }) => !subnet.includes(':')),
    range6: version6[0],
    version6First: ranges[0]?.subnet.includes(':') === true,
  });
  if (!created.ok) throw new Refusal(created.error);
  exchange.answer(201, { Id: created.value.id, Warning: '' });
}

function checkIpv6(request: NetworkCreateRequest, subnets: number): void {
  if (request.Driver !== 'bridge') refuse(501, `IPv6 on ${request.Driver} networks is not part of this playground`);
  if (subnets > 0 && !request.EnableIPv6) {
    refuse(501, 'an IPv6 subnet without --ipv6 is not part of this playground');
  }
}

/** The first interface of every machine is eth0, and there are no VLANs. */
function checkLanDriver(driver: string, { Options }: NetworkCreateRequest): void {
  const { usual, others } = LAN_DRIVERS[driver]!;
  const mode = Options?.[`${driver}_mode`] ?? usual;
  if (mode !== usual && !others.includes(mode)) {
    refuse(400, `requested ${driver} mode '${mode}' is not valid, '${usual}' mode is the ${driver} driver default`);
  }
  if (mode !== usual) refuse(501, `${driver} mode ${mode} is not part of this playground`);
  const parent = Options?.['parent'] ?? '';
  if (parent === '' || parent === 'eth0') return;
  if (/^[^.]+\.\d+$/.test(parent)) refuse(501, 'VLANs are not part of this playground');
  refuse(500, `invalid subinterface vlan name ${parent}, example formatting is eth0.10`);
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
