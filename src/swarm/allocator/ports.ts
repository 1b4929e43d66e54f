/**
 * Published ports of ingress mode, unique in the swarm by protocol. What the user leaves open comes from 30000–32767.
 * Follows moby/swarmkit manager/allocator/portallocator.go.
 */
import type { PortConfig } from '../../api/index';
import type { ServiceObject } from '../objects';
import { SerialSet } from './serial-set';

const DYNAMIC_FIRST = 30_000;
const DYNAMIC_LAST = 32_767;

interface PortSpace {
  readonly all: SerialSet;
  readonly dynamic: SerialSet;
}

export class PortAllocator {
  private readonly spaces = new Map<string, PortSpace>();

  /**
   * The ports of the service's spec with numbers. Those it has stay as they are while their number does not change.
   * What it holds must have been released before; undefined, with nothing taken, when a port is taken by another.
   */
  allocate(service: ServiceObject): readonly PortConfig[] | undefined {
    const taken: PortConfig[] = [];
    for (const config of reconciled(service)) {
      const port = isIngress(config) ? this.take(config) : config;
      if (!port) {
        this.release(taken);
        return undefined;
      }
      taken.push(port);
    }
    return taken;
  }

  /** Marks ports as taken that the store says are. */
  restore(ports: readonly PortConfig[]): void {
    for (const port of ports) if (isIngress(port)) this.take(port);
  }

  release(ports: readonly PortConfig[]): void {
    for (const port of ports) {
      if (!isIngress(port) || !port.PublishedPort) continue;
      const space = this.space(port);
      space.all.release(port.PublishedPort);
      space.dynamic.release(port.PublishedPort);
    }
  }

  private take(config: PortConfig): PortConfig | undefined {
    const { all, dynamic } = this.space(config);
    const wanted = config.PublishedPort ?? 0;
    if (wanted !== 0) {
      const inRange = wanted >= DYNAMIC_FIRST && wanted <= DYNAMIC_LAST;
      if (inRange && !dynamic.take(wanted)) return undefined;
      if (all.take(wanted)) return config;
      if (inRange) dynamic.release(wanted);
      return undefined;
    }
    const port = dynamic.takeAny();
    if (port === undefined) return undefined;
    all.take(port);
    return { ...config, PublishedPort: port };
  }

  private space(port: PortConfig): PortSpace {
    const protocol = port.Protocol || 'tcp';
    let space = this.spaces.get(protocol);
    if (!space) {
      space = { all: new SerialSet(1, 65_535), dynamic: new SerialSet(DYNAMIC_FIRST, DYNAMIC_LAST) };
      this.spaces.set(protocol, space);
    }
    return space;
  }
}

export function isIngress(port: PortConfig): boolean {
  return port.PublishMode !== 'host';
}

/** Ports are the same by name, protocol and target. */
function portName(port: PortConfig): string {
  return `${port.Name ?? ''}/${port.Protocol || 'tcp'}/${port.TargetPort ?? 0}`;
}

/** Ingress ports that a service has, to be claimed by the ports of its spec. Follows allocatedPorts. */
class Held {
  private readonly ports = new Map<string, Map<number, PortConfig>>();

  constructor(ports: readonly PortConfig[]) {
    for (const port of ports) {
      const name = portName(port);
      let byNumber = this.ports.get(name);
      if (!byNumber) this.ports.set(name, (byNumber = new Map()));
      byNumber.set(port.PublishedPort ?? 0, port);
    }
  }

  claim(config: PortConfig): PortConfig | undefined {
    const byNumber = this.ports.get(portName(config));
    if (!byNumber) return undefined;
    const wanted = config.PublishedPort || [...byNumber.keys()].find((number) => number !== 0);
    const port = wanted === undefined ? undefined : byNumber.get(wanted);
    if (port) byNumber.delete(wanted!);
    return port;
  }
}

/** Follows reconcilePortConfigs: fixed ports first, then open ones with the number they had. */
function reconciled(service: ServiceObject): readonly PortConfig[] {
  const wanted = service.spec.EndpointSpec?.Ports ?? [];
  const held = service.endpoint?.ports;
  if (!held || held.length !== wanted.length) return wanted;
  const states = new Held(held.filter(isIngress));
  const ports: PortConfig[] = [];
  for (const config of wanted) {
    if (!isIngress(config)) ports.push(config);
    else if (config.PublishedPort) {
      states.claim(config);
      ports.push(config);
    }
  }
  for (const config of wanted)
    if (isIngress(config) && !config.PublishedPort) ports.push(states.claim(config) ?? config);
  return ports;
}

/** Whether the endpoint's ports are what the spec asks for. Follows isPortsAllocatedOnInit and hostPublishPortsNeedUpdate. */
export function portsAllocated(service: ServiceObject): boolean {
  const wanted = service.spec.EndpointSpec?.Ports ?? [];
  const held = service.endpoint?.ports ?? [];
  if (wanted.length !== held.length) return false;
  const ingress = new Held(held.filter(isIngress));
  const host = new Held(held.filter((port) => !isIngress(port)));
  const fixed = wanted.filter((port) => isIngress(port) && port.PublishedPort);
  const open = wanted.filter((port) => isIngress(port) && !port.PublishedPort);
  if (![...fixed, ...open].every((port) => ingress.claim(port))) return false;
  return wanted
    .filter((port) => !isIngress(port))
    .every((port) => (port.PublishedPort ? host.claim(port) : held.some((one) => samePort(one, port))));
}

function samePort(a: PortConfig, b: PortConfig): boolean {
  return !isIngress(a) && portName(a) === portName(b) && (a.PublishedPort ?? 0) === (b.PublishedPort ?? 0);
}
