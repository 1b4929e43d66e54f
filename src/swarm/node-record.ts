/** What a node keeps on its disk of its place in a swarm. Follows moby/moby daemon/cluster/noderunner.go (docker-state.json). */
import type { Disk } from '../sim/index';
import type { Certificate, Role } from './objects';
import type { Credentials } from './wire';

/** How it was started; enough to start again. */
export interface NodeConfig {
  readonly listenAddr: string;
  /** ip:port; with 0.0.0.0 the others see where it comes from. */
  readonly advertiseAddr: string;
  readonly dataPathAddr: string;
  /** A manager to join; '' for the first node. */
  readonly joinAddr: string;
  readonly joinToken: string;
  readonly availability: string;
}

/** Its certificate, and the root that signed it. */
export interface Identity {
  readonly nodeId: string;
  readonly role: Role;
  readonly certificate: Certificate;
  /** PEM, and its digest. */
  readonly root: { readonly certificate: string; readonly digest: string };
  readonly clusterId: string;
}

export interface Remote {
  readonly nodeId: string;
  readonly addr: string;
}

const CONFIG = 'swarm/config';
const IDENTITY = 'swarm/identity';
const REMOTES = 'swarm/remotes';
const UNLOCK_KEY = 'swarm/unlock-key';

export class NodeRecord {
  /** The same object as long as the certificate is the same: it goes into every packet. */
  credentials: Credentials | undefined;

  private read: Identity | undefined;

  constructor(private readonly disk: Disk) {
    this.readIdentity();
  }

  get config(): NodeConfig | undefined {
    return this.disk.get(CONFIG);
  }

  set config(config: NodeConfig | undefined) {
    this.disk.set(CONFIG, config);
  }

  /** As it is on the disk. */
  get identity(): Identity | undefined {
    return this.read;
  }

  set identity(identity: Identity | undefined) {
    this.disk.set(IDENTITY, identity);
    this.readIdentity();
  }

  /** The managers that it knows, by node id. */
  get remotes(): readonly Remote[] {
    return this.disk.get(REMOTES) ?? [];
  }

  set remotes(remotes: readonly Remote[]) {
    this.disk.set(REMOTES, remotes);
  }

  /** The key with which the managers' disks are locked; '' when they are not. */
  get unlockKey(): string {
    return this.disk.get(UNLOCK_KEY) ?? '';
  }

  set unlockKey(key: string) {
    this.disk.set(UNLOCK_KEY, key);
  }

  /** It was never in a swarm, or has left it. */
  clear(): void {
    this.disk.deleteAll('swarm/');
    this.readIdentity();
  }

  private readIdentity(): void {
    const identity = this.disk.get<Identity>(IDENTITY);
    this.read = identity;
    this.credentials = identity && {
      nodeId: identity.nodeId,
      role: identity.role,
      root: identity.root.digest,
    };
  }
}
