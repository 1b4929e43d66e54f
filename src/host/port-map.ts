/** Ports of the host that containers have. Follows moby/moby daemon/libnetwork/portallocator. */
import type { BoundPort } from './types';

/** Ports that docker picks where the user named none. */
const EPHEMERAL_FIRST = 32768;
const EPHEMERAL_LAST = 60999;

export class PortMap {
  /** 'tcp/8080' → container id. */
  private readonly owners = new Map<string, string>();
  private next = EPHEMERAL_FIRST;

  /** Binds a port; 0 picks one. undefined when somebody has it. */
  bind(containerId: string, protocol: string, port: number): number | undefined {
    if (port !== 0) {
      if (this.owners.has(`${protocol}/${port}`)) return undefined;
      this.owners.set(`${protocol}/${port}`, containerId);
      return port;
    }
    for (let tries = EPHEMERAL_FIRST; tries <= EPHEMERAL_LAST; tries++) {
      const candidate = this.next;
      this.next = candidate === EPHEMERAL_LAST ? EPHEMERAL_FIRST : candidate + 1;
      if (this.owners.has(`${protocol}/${candidate}`)) continue;
      this.owners.set(`${protocol}/${candidate}`, containerId);
      return candidate;
    }
    return undefined;
  }

  release(ports: readonly BoundPort[]): void {
    for (const { containerPort, hostPort } of ports)
      this.owners.delete(`${containerPort.slice(containerPort.indexOf('/') + 1)}/${hostPort}`);
  }

  /** The container that has the port, undefined when it is free. */
  owner(protocol: string, port: number): string | undefined {
    return this.owners.get(`${protocol}/${port}`);
  }

  /** Host ports of a protocol that are bound. */
  bound(protocol: string): readonly number[] {
    const out: number[] = [];
    for (const key of this.owners.keys())
      if (key.startsWith(`${protocol}/`)) out.push(Number(key.slice(protocol.length + 1)));
    return out.sort((a, b) => a - b);
  }
}
