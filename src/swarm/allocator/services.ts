/** Virtual addresses and ports of services. Follows cnmallocator/networkallocator.go, AllocateService. */
import type { NetworkAttachmentConfig, ServiceSpec, TaskSpec } from '../../api/index';
import type { Endpoint, ServiceObject } from '../objects';
import type { NetworkAllocator } from './networks';
import { isIngress, type PortAllocator, portsAllocated } from './ports';

type VirtualIP = Endpoint['virtualIPs'][number];

export class ServiceAllocator {
  /** Services whose virtual addresses are held here. */
  private readonly held = new Set<string>();

  constructor(
    private readonly networks: NetworkAllocator,
    private readonly ports: PortAllocator,
  ) {}

  restore(service: ServiceObject): void {
    const { endpoint } = service;
    if (!endpoint) return;
    this.ports.restore(endpoint.ports);
    for (const { networkId, addr } of endpoint.virtualIPs) if (addr !== '') this.networks.takeCertain(networkId, addr);
    if (endpoint.virtualIPs.length > 0) this.held.add(service.id);
  }

  /** True when something was given back. */
  free(service: ServiceObject): boolean {
    const { endpoint } = service;
    this.held.delete(service.id);
    if (!endpoint) return false;
    this.ports.release(endpoint.ports);
    for (const vip of endpoint.virtualIPs) this.releaseVip(vip);
    return endpoint.ports.length + endpoint.virtualIPs.length > 0;
  }

  needsIngress(service: ServiceObject): boolean {
    return needsIngress(service.spec);
  }

  /** Follows isServiceAllocated. */
  isAllocated(service: ServiceObject): boolean {
    const { endpoint, spec } = service;
    const wanted = this.vipNetworks(service);
    if (wanted === undefined) return false;
    const has = (endpoint?.virtualIPs ?? []).map(({ networkId }) => networkId);
    if (has.length !== wanted.length || !wanted.every((id) => has.includes(id))) return false;
    if (has.length > 0 && !this.held.has(service.id)) return false;
    const portsMatter = (spec.EndpointSpec?.Ports?.length ?? 0) + (endpoint?.ports.length ?? 0) > 0;
    return !portsMatter || portsAllocated(service);
  }

  /** What the service has afterwards; no endpoint when something is missing, and then all stays as it was. */
  allocate(service: ServiceObject): { readonly endpoint: Endpoint | undefined; readonly released: boolean } {
    const wanted = this.vipNetworks(service);
    if (wanted === undefined) return { endpoint: undefined, released: false };
    const old = service.endpoint;
    this.ports.release(old?.ports ?? []);
    const ports = this.ports.allocate(service);
    if (!ports) {
      this.ports.restore(old?.ports ?? []);
      return { endpoint: undefined, released: false };
    }
    const kept = (old?.virtualIPs ?? []).filter((vip) => wanted.includes(vip.networkId));
    const added: VirtualIP[] = [];
    for (const networkId of wanted) {
      if (kept.some((vip) => vip.networkId === networkId)) continue;
      const addr = this.networks.isLocal(networkId) ? '' : this.networks.takeAddress(networkId);
      if (addr === undefined) {
        for (const vip of added) this.releaseVip(vip);
        this.ports.release(ports);
        this.ports.restore(old?.ports ?? []);
        return { endpoint: undefined, released: false };
      }
      added.push({ networkId, addr });
    }
    const dropped = (old?.virtualIPs ?? []).filter((vip) => !wanted.includes(vip.networkId));
    for (const vip of dropped) this.releaseVip(vip);
    const virtualIPs = [...kept, ...added];
    if (virtualIPs.length > 0) this.held.add(service.id);
    else this.held.delete(service.id);
    const endpoint = { spec: service.spec.EndpointSpec ?? {}, ports, virtualIPs };
    return { endpoint, released: dropped.length > 0 || (old?.ports.length ?? 0) > 0 };
  }

  /** Networks on which the service has an address of its own, ingress first; undefined while one is not allocated. */
  private vipNetworks(service: ServiceObject): readonly string[] | undefined {
    if (service.spec.EndpointSpec?.Mode === 'dnsrr') return [];
    const wanted: string[] = [];
    if (needsIngress(service.spec)) {
      const ingress = this.networks.ingress();
      if (ingress === undefined) return undefined;
      wanted.push(ingress);
    }
    for (const { Target: target = '' } of serviceNetworks(service.spec, service.spec.TaskTemplate)) {
      if (!this.networks.isAllocated(target)) return undefined;
      if (!wanted.includes(target)) wanted.push(target);
    }
    return wanted;
  }

  private releaseVip({ networkId, addr }: VirtualIP): void {
    if (addr !== '') this.networks.releaseAddress(networkId, addr);
  }
}

/** Whether any port is published through the routing mesh. */
export function needsIngress(spec: ServiceSpec): boolean {
  return (spec.EndpointSpec?.Ports ?? []).some(isIngress);
}

/** A task's networks: its own, or those of the service's older field. */
export function serviceNetworks(
  service: ServiceSpec | undefined,
  task: TaskSpec | undefined,
): readonly NetworkAttachmentConfig[] {
  const own = task?.Networks ?? [];
  return own.length > 0 ? own : (service?.Networks ?? []);
}
