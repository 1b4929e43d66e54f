/** Named and anonymous volumes of the local driver. Follows moby/moby daemon/volume/service and volume/local. */
import { newHexId } from '../base/ids';
import type { Micros } from '../base/process';
import { fail, ok, type Result } from '../base/result';
import type { HostContext } from './context';
import { Changes, type Files, Overlay } from './files/files';
import { EMPTY_LAYER, type FileNode } from './files/layer';
import { VolumeDirectory } from './files/volume-directory';
import { type Container, type HostError, hostError, type Labels, type Volume } from './types';

const VOLUMES = 'volumes/';
const FILES = 'volume-files/';

export interface VolumeRequest {
  /** '' asks for an anonymous one. */
  readonly name: string;
  readonly driver: string;
  readonly labels: Labels | null;
  readonly options: Labels | null;
}

export class Volumes {
  private readonly volumes = new Map<string, Volume>();
  private readonly trees = new Map<string, { files: Files; changes: Changes }>();
  /** Volume → ids of the containers that have it. */
  private readonly users = new Map<string, Set<string>>();

  constructor(private readonly context: HostContext) {
    const { disk } = context;
    for (const key of disk.keys(VOLUMES)) {
      const volume = disk.get<Volume>(key)!;
      this.volumes.set(volume.name, volume);
    }
  }

  /** By name. */
  list(): readonly Volume[] {
    return [...this.volumes.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  get(name: string): Volume | undefined {
    return this.volumes.get(name);
  }

  /** Where a container or `docker volume inspect` sees it on the host. */
  mountpoint(name: string): string {
    return `/var/lib/docker/volumes/${name}/_data`;
  }

  /** Creates it, or gives the one of that name. */
  create(request: VolumeRequest): Result<Volume, HostError> {
    const anonymous = request.name === '';
    const name = anonymous ? newHexId(this.context.random('volume')) : request.name;
    const driver = request.driver === '' ? 'local' : request.driver;
    if (driver !== 'local')
      return fail(
        hostError(404, `create ${name}: error looking up volume plugin ${driver}: plugin "${driver}" not found`),
      );
    if (name.length === 1)
      return fail(
        hostError(
          400,
          'create ' + name + ': volume name is too short, names should be at least two alphanumeric characters',
        ),
      );
    if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(name))
      return fail(
        hostError(
          400,
          `create ${name}: "${name}" includes invalid characters for a local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path`,
        ),
      );
    const old = this.volumes.get(name);
    if (old) return ok(old);
    const volume: Volume = {
      name,
      driver,
      created: this.context.now(),
      labels: anonymous ? { 'com.docker.volume.anonymous': '', ...request.labels } : request.labels,
      options: request.options,
      anonymous,
    };
    this.volumes.set(name, volume);
    this.trees.set(name, this.newTree(name));
    this.context.disk.set(VOLUMES + name, volume);
    this.context.events.publish('volume', 'create', name, { driver });
    return ok(volume);
  }

  remove(name: string, force: boolean): HostError | undefined {
    const volume = this.volumes.get(name);
    if (!volume) return force ? undefined : hostError(404, `get ${name}: no such volume`);
    const users = this.users.get(name);
    if (users && users.size > 0) return hostError(409, `remove ${name}: volume is in use - [${[...users].join(', ')}]`);
    this.volumes.delete(name);
    this.context.disk.delete(VOLUMES + name);
    if (!this.isEmpty(name)) this.context.disk.deleteAll(`${FILES}${name}//`);
    this.trees.delete(name);
    this.context.events.publish('volume', 'destroy', name, { driver: volume.driver });
    return undefined;
  }

  /** Tells that a container that starts or ends has its volumes, or has them no longer. */
  tell(action: 'mount' | 'unmount', { id, mounts }: Container): void {
    for (const { type, name, driver, destination, propagation, writable } of mounts) {
      if (type !== 'volume') continue;
      const more: Labels = action === 'mount' ? { destination, propagation, 'read/write': String(writable) } : {};
      this.context.events.publish('volume', action, name, { container: id, driver, ...more });
    }
  }

  /** A container that has the volume keeps it from being removed. */
  hold(name: string, containerId: string): void {
    let users = this.users.get(name);
    if (!users) this.users.set(name, (users = new Set()));
    users.add(containerId);
  }

  release(name: string, containerId: string): void {
    this.users.get(name)?.delete(containerId);
  }

  isUsed(name: string): boolean {
    return (this.users.get(name)?.size ?? 0) > 0;
  }

  /** How many containers have it. */
  usersOf(name: string): number {
    return this.users.get(name)?.size ?? 0;
  }

  files(name: string): Files {
    return this.tree(name).files;
  }

  /** /var/lib/docker/volumes as the host sees it. */
  directory(): Files {
    return new VolumeDirectory(
      () => this.list().map((volume) => volume.name),
      (name) => this.files(name),
    );
  }

  /** Nothing was ever written to it: the image's files at that place are copied in. */
  isEmpty(name: string): boolean {
    return this.tree(name).changes.nodes.size === 0;
  }

  /** Copies nodes into a volume that is empty; paths from its root. */
  fill(name: string, nodes: ReadonlyMap<string, FileNode>): void {
    const { changes } = this.tree(name);
    for (const [path, node] of nodes) changes.set(path, node);
  }

  /** A volume's files; after a boot they are read from the disk at the first look. */
  private tree(name: string): { files: Files; changes: Changes } {
    let tree = this.trees.get(name);
    if (!tree) {
      const { disk } = this.context;
      const prefix = `${FILES}${name}//`;
      tree = this.newTree(name);
      for (const key of disk.keys(prefix)) tree.changes.restore(key.slice(prefix.length), disk.get(key)!);
      this.trees.set(name, tree);
    }
    return tree;
  }

  private newTree(name: string): { files: Files; changes: Changes } {
    const prefix = `${FILES}${name}//`;
    const changes = new Changes((path, node) => this.context.disk.set(prefix + path, node));
    return { files: new Overlay(EMPTY_LAYER, changes, (): Micros => this.context.now()), changes };
  }
}
