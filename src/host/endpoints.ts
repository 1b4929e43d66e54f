/** Putting a container on its networks and taking it off: addresses, published ports, names. Follows moby/moby daemon/container_operations.go. */
import { fail, ok, type Result } from '../base/result';
import type { Containers } from './containers';
import type { HostContext } from './context';
import { GATEWAY_BRIDGE, type Networks } from './networks';
import type { PortMap } from './port-map';
import type { EndpointTable } from './table';
import {
  type BoundPort,
  type Container,
  type Endpoint,
  type EndpointRecord,
  type EndpointRequest,
  type HostError,
  hostError,
  type Network,
} from './types';

/** Asks the swarm for a place on an attachable network that is not on this machine yet; makes the network exist. */
type SwarmAttacher = (
  reference: string,
  container: Container,
  address: string,
  done: (outcome: Result<{ readonly networkId: string; readonly address: string }, HostError>) => void,
) => void;

export interface SwarmAttachments {
  attach: SwarmAttacher;
  /** The container is off the network: the swarm may give the address away. */
  release(networkId: string, containerId: string): void;
}

const SETUP = 'failed to set up container networking: ';

export class ContainerNetworking {
  /** Plugged by the daemon when it runs in a swarm. */
  swarm: SwarmAttachments | undefined;

  constructor(
    private readonly context: HostContext,
    private readonly containers: Containers,
    private readonly networks: Networks,
    private readonly ports: PortMap,
    private readonly table: EndpointTable,
  ) {}

  /** Before the process starts: every network of the container, then its ports. */
  attach(container: Container, done: (error?: HostError) => void): void {
    const refused = this.refuseShared(container);
    if (refused) {
      done(refused);
      return;
    }
    const waiting = container.endpoints.filter(
      (endpoint) => endpoint.address === '' && this.needsSwarm(endpoint, container),
    );
    if (waiting.length === 0) {
      done(this.attachHere(container));
      return;
    }
    if (!this.swarm) {
      const { networkName } = waiting[0]!;
      const known = this.networks.byName(networkName) !== undefined;
      const why = known ? notAttachable(networkName) : `network ${networkName} not found`;
      done(hostError(known ? 403 : 404, SETUP + why));
      return;
    }
    let left = waiting.length;
    let failed: HostError | undefined;
    for (const endpoint of waiting) {
      const wanted = endpoint.request.IPAMConfig?.IPv4Address ?? '';
      this.swarm.attach(endpoint.networkName, container, wanted, (outcome) => {
        if (outcome.ok) this.place(container.id, endpoint.networkName, outcome.value);
        else failed ??= hostError(outcome.error.status, SETUP + outcome.error.message);
        if (--left > 0) return;
        const current = this.containers.get(container.id);
        done(failed ?? (current ? this.attachHere(current) : hostError(404, `No such container: ${container.id}`)));
      });
    }
  }

  /** Another container's network that is not there; a link to a container that has no place on the default bridge. */
  private refuseShared({ hostConfig }: Container): HostError | undefined {
    const { NetworkMode: mode = '', Links } = hostConfig;
    if (mode.startsWith('container:')) {
      const found = this.containers.find(mode.slice('container:'.length));
      if (!found.ok) return hostError(404, `joining network namespace of container: ${found.error.message}`);
      const { id, state } = found.value;
      if (state.status !== 'running') return hostError(409, `cannot join network of a non running container: ${id}`);
    }
    if (!['', 'default', 'bridge'].includes(mode)) return undefined;
    for (const link of Links ?? []) {
      const found = this.containers.find(link.split(':')[0]!);
      if (!found.ok) continue;
      const { id, state, endpoints } = found.value;
      const there = endpoints.some(({ networkName, address }) => networkName === 'bridge' && address !== '');
      if (state.status !== 'running')
        return hostError(
          409,
          `Cannot link to a non running container: /${found.value.name} AS /${link.split(':').at(-1)}`,
        );
      if (!there) return hostError(403, `container ${id} not attached to default bridge network`);
    }
    return undefined;
  }

  /** A network that is no local one, for a container that no task gave an address. */
  private needsSwarm(endpoint: Endpoint, container: Container): boolean {
    if (container.service) return false;
    const network = this.networkOf(endpoint);
    return network === undefined || network.scope === 'swarm';
  }

  /** One that was not here when the container was made is known by the word that was typed, which may be its id. */
  private networkOf({ networkId: id, networkName: name }: Endpoint): Network | undefined {
    return this.networks.get(id) ?? this.networks.byName(name) ?? this.networks.get(name);
  }

  private place(id: string, name: string, given: { readonly networkId: string; readonly address: string }): void {
    const container = this.containers.get(id);
    const network = this.networks.get(given.networkId);
    if (!container || !network) return;
    const endpoints = container.endpoints.map((endpoint) =>
      endpoint.networkName === name
        ? {
            ...endpoint,
            networkId: network.id,
            networkName: network.name,
            request: { ...endpoint.request, IPAMConfig: { IPv4Address: given.address } },
            operational: (endpoint.request.IPAMConfig?.IPv4Address ?? '') === '',
          }
        : endpoint,
    );
    this.containers.put({ ...container, endpoints });
  }

  private attachHere(container: Container): HostError | undefined {
    const endpoints: Endpoint[] = [];
    let gateway: Endpoint | undefined;
    let failed: HostError | undefined;
    // The first overlay brings the way out with it: its interface is the second.
    const outward = this.needsGateway(container.endpoints);
    for (const [at, endpoint] of container.endpoints.entries()) {
      const placed = failed ? fail(failed) : this.join(container, endpoint);
      if (!placed.ok) failed = hostError(placed.error.status, placed.error.message);
      endpoints.push(placed.ok ? placed.value : endpoint);
      if (failed || at > 0 || !outward) continue;
      const joined = this.joinGateway(container);
      if (joined.ok) gateway = joined.value;
      else failed = joined.error;
    }
    this.containers.put({
      ...container,
      endpoints: withDevices(endpoints, gateway !== undefined),
      gatewayEndpoint: gateway,
    });
    if (failed) return hostError(failed.status, SETUP + failed.message);
    const bound = this.bindPorts(this.containers.get(container.id)!);
    if (!bound.ok) return bound.error;
    this.containers.put({ ...this.containers.get(container.id)!, ports: bound.value });
    return undefined;
  }

  private join(container: Container, endpoint: Endpoint): Result<Endpoint, HostError> {
    const network = this.networkOf(endpoint);
    if (!network) return fail(hostError(404, `network ${endpoint.networkName} not found`));
    const known = { ...endpoint, networkId: network.id, networkName: network.name };
    const placed = this.networks.attach(container.id, container.name, known);
    if (placed.ok) this.networkEvent('connect', container.id, placed.value);
    return placed;
  }

  /** A container whose networks are all overlays reaches the world through the gateway bridge. */
  private needsGateway(endpoints: readonly Endpoint[]): boolean {
    const networks = endpoints.flatMap((endpoint) => this.networkOf(endpoint) ?? []);
    return (
      networks.some((network) => network.driver === 'overlay' && !network.internal) &&
      !networks.some((network) => network.driver !== 'overlay' && !network.internal && network.gateway !== '')
    );
  }

  private joinGateway(container: Container): Result<Endpoint, HostError> {
    const bridge = this.networks.ensureGatewayBridge();
    const joined = this.networks.attach(container.id, `gateway_${container.id.slice(0, 12)}`, {
      networkId: bridge.id,
      networkName: GATEWAY_BRIDGE,
      request: {},
      ...UNJOINED,
      dnsNames: [],
      device: 'eth1',
    });
    return joined;
  }

  private bindPorts(container: Container): Result<readonly BoundPort[], HostError> {
    const bound: BoundPort[] = [];
    for (const [containerPort, hostIp, wanted] of wantedPorts(container)) {
      const protocol = containerPort.slice(containerPort.indexOf('/') + 1);
      const hostPort = this.ports.bind(container.id, protocol, wanted);
      if (hostPort === undefined) {
        this.ports.release(bound);
        const endpoint = container.endpoints.find((e) => e.gateway !== '') ?? container.gatewayEndpoint;
        return fail(
          hostError(
            500,
            `${SETUP}driver failed programming external connectivity on endpoint ${container.name} (${endpoint?.endpointId ?? ''}): Bind for ${hostIp}:${wanted} failed: port is already allocated`,
          ),
        );
      }
      bound.push({ containerPort, hostIp, hostPort });
    }
    return ok(bound);
  }

  /** After the process has ended, or when it could not start. */
  detach(container: Container): void {
    const { id } = container;
    this.ports.release(container.ports);
    for (const endpoint of container.endpoints) {
      if (endpoint.endpointId === '') continue;
      this.leave(container, endpoint);
    }
    if (container.gatewayEndpoint) this.networks.detach(id, container.gatewayEndpoint);
    this.containers.put({
      ...this.containers.get(id)!,
      endpoints: container.endpoints.map(cleared),
      gatewayEndpoint: undefined,
      ports: [],
    });
  }

  /** A running container's names become known. A task's wait until it is activated. */
  announce(container: Container): void {
    if (!container.service) this.setRecords(container, false);
  }

  /** A task is ready: its names and its place behind the service's address are known. */
  activate(container: Container): void {
    this.setRecords(container, false);
  }

  /** A task drains: no new connections, its own names go. */
  deactivate(container: Container): void {
    this.setRecords(container, true);
  }

  private setRecords(container: Container, disabled: boolean): void {
    for (const endpoint of container.endpoints) {
      if (endpoint.endpointId === '' || endpoint.dnsNames.length === 0) continue;
      this.table.set(this.record(container, endpoint, disabled));
    }
  }

  private record(container: Container, endpoint: Endpoint, disabled: boolean): EndpointRecord {
    const { service } = container;
    const network = this.networks.get(endpoint.networkId);
    return {
      key: recordKey(endpoint),
      networkId: endpoint.networkId,
      name: container.name,
      containerId: container.id,
      machine: this.context.machine.name,
      address: endpoint.address,
      address6: endpoint.address6,
      serviceId: service?.serviceId ?? '',
      serviceName: service && !network?.ingress ? service.serviceName : '',
      virtualIP: service?.virtualIPs.get(endpoint.networkId) ?? '',
      aliases: service?.aliases.get(endpoint.networkId) ?? [],
      taskAliases: network?.ingress ? [] : endpoint.dnsNames,
      ports: network?.ingress ? (service?.ports ?? []) : [],
      disabled,
    };
  }

  /** `docker network connect`: at once when it runs. */
  connect(container: Container, reference: string, request: EndpointRequest, done: (error?: HostError) => void): void {
    const found = this.networks.find(reference);
    const network = found.ok ? found.value : undefined;
    const refused = this.refuseConnect(container, network);
    if (refused) {
      done(refused);
      return;
    }
    if (network?.scope === 'local' || (!network && !this.swarm)) {
      done(found.ok ? this.connectHere(container, found.value, request) : found.error);
      return;
    }
    if (!this.swarm) {
      done(hostError(403, notAttachable(network!.name)));
      return;
    }
    this.swarm.attach(network?.name ?? reference, container, request.IPAMConfig?.IPv4Address ?? '', (outcome) => {
      const current = this.containers.get(container.id);
      const there = outcome.ok ? this.networks.get(outcome.value.networkId) : undefined;
      if (!outcome.ok) done(outcome.error);
      else if (!current || !there) done(hostError(404, `No such container: ${container.id}`));
      else {
        const placed = { ...request, IPAMConfig: { IPv4Address: outcome.value.address } };
        done(this.refuseConnect(current, there) ?? this.connectHere(current, there, placed));
      }
    });
  }

  private refuseConnect(container: Container, network: Network | undefined): HostError | undefined {
    const mode = container.hostConfig.NetworkMode ?? 'bridge';
    if (network?.name === 'none' || container.endpoints.some((e) => e.networkName === 'none'))
      return hostError(
        403,
        'container cannot be connected to multiple networks with one of the networks in private (none) mode',
      );
    if (network?.name === 'host' || mode === 'host')
      return hostError(
        403,
        'cannot connect container to host network - container must be created in host network mode',
      );
    if (!network || !container.endpoints.some((endpoint) => endpoint.networkName === network.name)) return undefined;
    return network.scope === 'swarm'
      ? hostError(409, `${container.name} is already attached to network ${network.name}`)
      : hostError(403, `endpoint with name ${container.name} already exists in network ${network.name}`);
  }

  private connectHere(container: Container, network: Network, request: EndpointRequest): HostError | undefined {
    const hostname = container.config.Hostname ?? '';
    const self = { id: container.id, name: container.name, hostname };
    const made = this.containers.newEndpoint(network.id, request, self);
    if (!made.ok) return made.error;
    let endpoint = made.value;
    const runs = container.state.status === 'running';
    if (runs) {
      const joined = this.join(container, endpoint);
      if (!joined.ok) return joined.error;
      endpoint = { ...joined.value, device: nextDevice(container) };
    }
    this.containers.put({ ...container, endpoints: [...container.endpoints, endpoint] });
    if (runs) this.announce(this.containers.get(container.id)!);
    return undefined;
  }

  disconnect(container: Container, reference: string): HostError | undefined {
    const found = this.networks.find(reference);
    if (!found.ok) return found.error;
    const endpoint = container.endpoints.find((e) => e.networkName === found.value.name);
    if (!endpoint) return hostError(403, `container ${container.id} is not connected to network ${found.value.name}`);
    if (endpoint.endpointId !== '') this.leave(container, endpoint);
    this.containers.put({ ...container, endpoints: container.endpoints.filter((other) => other !== endpoint) });
    return undefined;
  }

  /** One network's part of a running container goes; the swarm may give its address away. */
  private leave(container: Container, endpoint: Endpoint): void {
    const { id } = container;
    this.table.delete(endpoint.networkId, recordKey(endpoint));
    this.networks.detach(id, endpoint);
    this.networkEvent('disconnect', id, endpoint);
    const network = this.networks.get(endpoint.networkId);
    if (!container.service && network?.scope === 'swarm') this.swarm?.release(endpoint.networkId, id);
  }

  private networkEvent(action: string, container: string, endpoint: Endpoint): void {
    const { events } = this.context;
    const type = this.networks.get(endpoint.networkId)?.driver ?? '';
    events.publish('network', action, endpoint.networkId, { container, name: endpoint.networkName, type });
  }
}

function notAttachable(name: string): string {
  return `Could not attach to network ${name}: rpc error: code = PermissionDenied desc = network ${name} not manually attachable`;
}

function recordKey(endpoint: Endpoint): string {
  return `${endpoint.networkId}/${endpoint.endpointId}`;
}

/** What an endpoint has not while its container does not run. */
export const UNJOINED = {
  endpointId: '',
  address: '',
  prefixLength: 0,
  gateway: '',
  address6: '',
  gateway6: '',
  mac: '',
  link: 0,
  peerLink: 0,
} as const;

/** An endpoint as it is while its container does not run. */
export function cleared(endpoint: Endpoint): Endpoint {
  const request = endpoint.operational ? { ...endpoint.request, IPAMConfig: null } : endpoint.request;
  return {
    ...endpoint,
    request,
    ...UNJOINED,
    device: '',
  };
}

/** eth0 is the first network; with the gateway bridge, which is always second, the others move up by one. */
function withDevices(endpoints: readonly Endpoint[], gateway: boolean): Endpoint[] {
  return endpoints.map((endpoint, at) => ({
    ...endpoint,
    device: endpoint.address === '' ? '' : `eth${at === 0 ? 0 : at + (gateway ? 1 : 0)}`,
  }));
}

function nextDevice(container: Container): string {
  const taken = container.endpoints.map((endpoint) => Number(endpoint.device.slice(3)));
  return `eth${Math.max(container.gatewayEndpoint ? 1 : -1, ...taken) + 1}`;
}

/** [container port, host address, host port or 0] of all that is published, sorted by container port. */
function wantedPorts(container: Container): readonly (readonly [string, string, number])[] {
  const { PortBindings, PublishAllPorts, NetworkMode } = container.hostConfig;
  if (NetworkMode === 'host' || NetworkMode === 'none') return [];
  const wanted: [string, string, number][] = [];
  for (const [port, bindings] of Object.entries(PortBindings ?? {}))
    for (const binding of bindings ?? [])
      wanted.push([port, binding.HostIp || '0.0.0.0', Number.parseInt(binding.HostPort || '0', 10)]);
  if (PublishAllPorts)
    for (const port of Object.keys(container.config.ExposedPorts ?? {}))
      if (!wanted.some(([bound]) => bound === port)) wanted.push([port, '0.0.0.0', 0]);
  return wanted.sort((a, b) => Number.parseInt(a[0], 10) - Number.parseInt(b[0], 10) || (a[0] < b[0] ? -1 : 1));
}
