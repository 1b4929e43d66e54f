/** Each container's file tree: its image with its own changes on top, and what is mounted in. */
import type { Bytes } from '../base/bytes';
import { Errno } from '../base/process';
import type { HostContext } from './context';
import { Changes, type Files, type Mount, Mounted, memoryFiles, Overlay } from './files/files';
import { EMPTY_LAYER, type FileNode, LayerBuilder, type ReadOnlyLayer } from './files/layer';
import type { Images } from './images';
import { DEFAULT_PATH, environment } from './runtime';
import type { Container, InjectedFile } from './types';
import type { Volumes } from './volumes';

const FILES = 'container-files/';

export interface FileSources {
  readonly images: Images;
  readonly volumes: Volumes;
  host(): Files;
  proc(mounts: () => Bytes): ReadOnlyLayer;
  injected(containerId: string): readonly InjectedFile[];
  hostsFile(container: Container): Bytes;
  resolvConf(container: Container): Bytes;
}

export interface NotExecutable {
  readonly exitCode: 126 | 127;
  readonly message: string;
}

const NOT_STARTED =
  'failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: ';

export class ContainerFileSystems {
  private readonly trees = new Map<string, Files>();
  private readonly roots = new Map<string, Changes>();
  /** Containers that have changes on the disk. */
  private readonly written = new Set<string>();

  constructor(
    private readonly context: HostContext,
    private readonly sources: FileSources,
  ) {
    for (const key of context.disk.keys(FILES)) this.written.add(key.slice(FILES.length, FILES.length + 64));
  }

  /** The files as the container's processes see them. */
  of(container: Container): Files {
    let tree = this.trees.get(container.id);
    if (!tree) this.trees.set(container.id, (tree = this.build(container)));
    return tree;
  }

  /** Its image and its changes, without what is mounted in. */
  root(container: Container): Overlay {
    const layer = this.sources.images.byId(container.imageId)?.image.files() ?? EMPTY_LAYER;
    const readOnly = container.hostConfig.ReadonlyRootfs === true;
    return new Overlay(layer, this.changes(container.id), () => this.context.now(), readOnly);
  }

  /** The container ended: memory mounts are gone, the next look builds the tree anew. */
  ended(id: string): void {
    this.trees.delete(id);
  }

  /** The container is removed. */
  forget(id: string): void {
    this.trees.delete(id);
    this.roots.delete(id);
    if (this.written.delete(id)) this.context.disk.deleteAll(`${FILES}${id}/`);
  }

  /** Bytes that the container wrote over its image. */
  writtenBytes(id: string): number {
    let bytes = 0;
    for (const node of this.changes(id).nodes.values()) if (node?.kind === 'file') bytes += node.data.length;
    return bytes;
  }

  /** Why a command cannot be started, undefined when it can. */
  checkExecutable(container: Container, argv: readonly string[]): NotExecutable | undefined {
    const why = this.findProblem(container, argv[0] ?? '');
    return why && { exitCode: why.exitCode, message: NOT_STARTED + why.message };
  }

  /** The bare reason, as `exec` puts it. */
  findProblem(container: Container, name: string): NotExecutable | undefined {
    const quoted = `exec: "${name}"`;
    const files = this.of(container);
    const kindOf = (path: string): 'program' | 'other' | 'none' => {
      try {
        const { kind, mode } = files.stat(path);
        return kind === 'file' && (mode & 0o111) !== 0 ? 'program' : 'other';
      } catch (error) {
        if (error instanceof Errno) return 'none';
        throw error;
      }
    };
    if (name.includes('/')) {
      const kind = kindOf(name.startsWith('/') ? name : `${container.config.WorkingDir || '/'}/${name}`);
      if (kind === 'program') return undefined;
      if (kind === 'other') return { exitCode: 126, message: `${quoted}: permission denied` };
      return { exitCode: 127, message: `${quoted}: stat ${name}: no such file or directory` };
    }
    const path = environment(container).get('PATH') ?? DEFAULT_PATH;
    if (name !== '' && path.split(':').some((directory) => kindOf(`${directory}/${name}`) === 'program'))
      return undefined;
    return { exitCode: 127, message: `${quoted}: executable file not found in $PATH` };
  }

  private build(container: Container): Files {
    const { volumes } = this.sources;
    const now = (): number => this.context.now();
    const root = this.root(container);
    const mounts: Mount[] = [];
    for (const mount of container.mounts) {
      const readOnly = !mount.writable;
      if (mount.type === 'volume')
        mounts.push({ at: mount.destination, files: volumes.files(mount.name), inside: '/', readOnly });
      else if (mount.type === 'bind')
        mounts.push({ at: mount.destination, files: this.sources.host(), inside: mount.source, readOnly });
      else mounts.push({ at: mount.destination, files: memoryFiles(now), inside: '/', readOnly });
    }
    mounts.push(...this.engineMounts(container));
    return new Mounted(root, mounts, [['/var/run', '/run']]);
  }

  /** /proc, the files that name the machine and its networks, secrets and configs. */
  private engineMounts(container: Container): Mount[] {
    const now = (): number => this.context.now();
    const own = new LayerBuilder(container.created)
      .generated('/hostname', () => `${container.config.Hostname ?? ''}\n`, 0o644)
      .generated('/hosts', () => this.sources.hostsFile(container), 0o644)
      .generated('/resolv.conf', () => this.sources.resolvConf(container), 0o644);
    const files = new Overlay(own.build(), new Changes(), now);
    const proc = new Overlay(
      this.sources.proc(() => this.mountTable(container)),
      new Changes(),
      now,
      true,
    );
    const mounts: Mount[] = ['hostname', 'hosts', 'resolv.conf'].map((name) => ({
      at: `/etc/${name}`,
      files,
      inside: `/${name}`,
      readOnly: false,
    }));
    mounts.push({ at: '/proc', files: proc, inside: '/', readOnly: true });
    for (const file of this.sources.injected(container.id)) {
      const layer = new LayerBuilder(container.created).generated('/file', file.data, file.mode).build();
      mounts.push({
        at: file.path,
        files: new Overlay(layer, new Changes(), now, true),
        inside: '/file',
        readOnly: true,
      });
    }
    return mounts;
  }

  /** What /proc/mounts says: the root, memory mounts, volumes and binds of the machine's disk, secrets and configs. */
  private mountTable(container: Container): Bytes {
    const mode = (writable: boolean): string => (writable ? 'rw' : 'ro');
    const root = mode(container.hostConfig.ReadonlyRootfs !== true);
    const lines = [
      `overlay / overlay ${root},relatime 0 0`,
      'proc /proc proc rw,nosuid,nodev,noexec,relatime 0 0',
      'tmpfs /dev tmpfs rw,nosuid,size=65536k,mode=755 0 0',
      'sysfs /sys sysfs ro,nosuid,nodev,noexec,relatime 0 0',
      'shm /dev/shm tmpfs rw,nosuid,nodev,noexec,relatime,size=65536k 0 0',
    ];
    for (const { type, destination, writable } of container.mounts) {
      const [source, system] = type === 'tmpfs' ? ['tmpfs', 'tmpfs'] : ['/dev/vda1', 'ext4'];
      lines.push(`${source} ${destination} ${system} ${mode(writable)},relatime 0 0`);
    }
    for (const name of ['resolv.conf', 'hostname', 'hosts']) lines.push(`/dev/vda1 /etc/${name} ext4 rw,relatime 0 0`);
    for (const { path } of this.sources.injected(container.id)) lines.push(`tmpfs ${path} tmpfs ro,relatime 0 0`);
    return `${lines.join('\n')}\n`;
  }

  /** What a container changed: path → what is there now, null where something was taken away. */
  changed(id: string): ReadonlyMap<string, FileNode | null> {
    return new Map(this.changes(id).nodes);
  }

  private changes(id: string): Changes {
    let changes = this.roots.get(id);
    if (!changes) {
      const { disk } = this.context;
      const prefix = `${FILES}${id}/`;
      changes = new Changes((path, node) => {
        disk.set(prefix + path, node);
        this.written.add(id);
      });
      if (this.written.has(id))
        for (const key of disk.keys(prefix)) changes.restore(key.slice(prefix.length), disk.get(key)!);
      this.roots.set(id, changes);
    }
    return changes;
  }
}
