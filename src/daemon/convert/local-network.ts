/** A network of one machine as GET answers it. Follows moby/moby daemon/network.go, buildNetworkResource. */
import type { IPAM, NetworkInspect } from '../../api/index';
import { formatMicros } from '../../base/time';
import type { HostEngine, Network } from '../../host/index';
import { given, members, sortedMap } from './members';

const VXLAN_OPTION = 'com.docker.network.driver.overlay.vxlanid_list';

type Networks = HostEngine['networks'];
type Containers = NonNullable<NetworkInspect['Containers']>;

/** `detailed` adds the endpoints (inspect does, lists do not). */
export function localNetworkView(
  network: Network,
  networks: Networks,
  options: { detailed: boolean; peers?: NetworkInspect['Peers']; services?: NetworkInspect['Services'] },
): NetworkInspect {
  const driverOptions = { ...network.options };
  if (network.vni !== 0) driverOptions[VXLAN_OPTION] = String(network.vni);
  return members<NetworkInspect>({
    Name: network.name,
    Id: network.id,
    Created: formatMicros(network.created),
    Scope: network.scope,
    Driver: network.driver,
    EnableIPv4: network.ipv4,
    EnableIPv6: network.ipv6,
    IPAM: ipam(network),
    Internal: network.internal,
    Attachable: network.attachable,
    Ingress: network.ingress,
    ConfigFrom: Object.freeze({ Network: network.configFrom }),
    ConfigOnly: network.configOnly,
    Containers: options.detailed ? containers(network, networks) : Object.freeze({}),
    Options: sortedMap(driverOptions),
    Labels: sortedMap(network.labels ?? {}),
    Peers: given(options.peers),
    Services: options.services,
  });
}

function ipam(network: Network): IPAM {
  const { subnet, ipRange, gateway, hiddenGateway, auxiliary, subnet6, gateway6 } = network;
  const config = [];
  if (subnet !== '') {
    const AuxiliaryAddresses = auxiliary ? sortedMap(auxiliary) : undefined;
    config.push(
      members({
        Subnet: subnet,
        IPRange: given(ipRange),
        Gateway: hiddenGateway ? undefined : given(gateway),
        AuxiliaryAddresses,
      }),
    );
  }
  if (subnet6 !== '') config.push(members({ Subnet: subnet6, Gateway: given(gateway6) }));
  if (network.version6First) config.reverse();
  return Object.freeze({
    Driver: 'default',
    Options: network.ipamOptions,
    Config: config.length === 0 ? null : config,
  });
}

/** Keys in byte order, as Go writes maps. The machine's own endpoints are among them. */
function containers(network: Network, networks: Networks): Containers {
  const suffix = network.subnet.includes('/') ? network.subnet.slice(network.subnet.indexOf('/')) : '';
  const entries: [string, Containers[string]][] = [];
  for (const { containerId, containerName, endpoint } of networks.endpoints(network.id)) {
    const { endpointId, mac, address } = endpoint;
    const version6 = endpoint.address6 === '' ? '' : endpoint.address6 + network.subnet6.replace(/.*(?=\/)/, '');
    entries.push([containerId, resource(containerName, endpointId, mac, address, suffix, version6)]);
  }
  for (const { key, name, endpointId, mac, address } of networks.systemEndpoints(network.id)) {
    entries.push([key, resource(name, endpointId, mac, address, suffix)]);
  }
  return Object.freeze(Object.fromEntries(entries.sort((a, b) => (a[0] < b[0] ? -1 : 1))));
}

function resource(
  name: string,
  id: string,
  mac: string,
  address: string,
  suffix: string,
  version6 = '',
): Containers[string] {
  return Object.freeze({
    Name: name,
    EndpointID: id,
    MacAddress: mac,
    IPv4Address: address === '' ? '' : address + suffix,
    IPv6Address: version6,
  });
}
