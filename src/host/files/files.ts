/**
 * File trees that can be read and changed.
 *
 *     Mounted ──► root: Overlay(shared lower layer, own changes)
 *        │  └───► /var/lib/docker/volumes/x/_data: Overlay(nothing, the volume's changes)
 *        └──────► /run: Overlay(nothing, memory)      the longest mount point that is a prefix wins
 *
 * Every function takes an absolute path and throws Errno, as a system call fails.
 */
import type { Bytes } from '../../base/bytes';
import { Errno, type FileStat, type Micros } from '../../base/process';
import {
  baseName,
  DIRECTORY_MODE,
  EMPTY_LAYER,
  type FileNode,
  normalPath,
  parentPath,
  type ReadOnlyLayer,
} from './layer';

export interface WriteOptions {
  readonly append?: boolean;
  readonly mode?: number;
}

export interface Files {
  stat(path: string): FileStat;
  /** Sorted by bytes. */
  list(path: string): readonly string[];
  read(path: string): Bytes;
  write(path: string, data: Bytes, options?: WriteOptions): void;
  mkdir(path: string): void;
  /** A file or an empty directory. */
  remove(path: string): void;
  rename(path: string, to: string): void;
  chmod(path: string, mode: number): void;
}

/** Where changes go besides memory: the machine's disk, or nowhere for what a power cut takes. */
export type Keep = (path: string, node: FileNode | null) => void;

/** A file that grows beyond it finds the disk full: `yes > file` has to end. */
const FILE_MAX = 256 * 1024 * 1024;

/** A tree's own nodes over a shared layer; null hides a node of the layer. */
export class Changes {
  readonly nodes = new Map<string, FileNode | null>();
  /** Directory → names that have an entry in `nodes`. */
  readonly names = new Map<string, Set<string>>();

  constructor(private readonly keep?: Keep) {}

  set(path: string, node: FileNode | null): void {
    this.restore(path, node);
    this.keep?.(path, node);
  }

  /** Puts a node back that was kept. */
  restore(path: string, node: FileNode | null): void {
    this.nodes.set(path, node);
    if (path === '/') return;
    const parent = parentPath(path);
    let names = this.names.get(parent);
    if (!names) this.names.set(parent, (names = new Set()));
    names.add(baseName(path));
  }
}

export class Overlay implements Files {
  constructor(
    private readonly lower: ReadOnlyLayer,
    private readonly changes: Changes,
    private readonly now: () => Micros,
    private readonly readOnly = false,
  ) {}

  /** The node at a path, undefined when there is none. */
  node(path: string): FileNode | undefined {
    const own = this.changes.nodes.get(path);
    if (own !== undefined) return own ?? undefined;
    return this.lower.nodes.get(path);
  }

  stat(path: string): FileStat {
    const node = this.existing(path);
    const kind = node.kind === 'generated' ? 'file' : node.kind;
    const size = node.kind === 'file' ? node.data.length : node.kind === 'directory' ? 4096 : 0;
    return { kind, size, mode: node.mode, modified: node.modified };
  }

  list(path: string): readonly string[] {
    if (this.existing(path).kind !== 'directory') throw new Errno('ENOTDIR', path);
    const names: string[] = [];
    const own = this.changes.names.get(path);
    for (const name of this.lower.names.get(path) ?? []) if (!own?.has(name)) names.push(name);
    for (const name of own ?? []) if (this.node(childPath(path, name))) names.push(name);
    return names.sort(byBytes);
  }

  read(path: string): Bytes {
    const node = this.existing(path);
    if (node.kind === 'file') return node.data;
    if (node.kind === 'generated') return node.make();
    throw new Errno(node.kind === 'directory' ? 'EISDIR' : 'EINVAL', path);
  }

  write(path: string, data: Bytes, options: WriteOptions = {}): void {
    const old = this.lookup(path);
    if (old?.kind === 'directory') throw new Errno('EISDIR', path);
    this.writable(path);
    if (old?.kind === 'generated') throw new Errno('EACCES', path);
    const before = options.append && old?.kind === 'file' ? old.data : '';
    if (before.length + data.length > FILE_MAX) throw new Errno('ENOSPC', path);
    const mode = options.mode ?? old?.mode ?? 0o644;
    this.changes.set(path, { kind: 'file', data: before + data, mode, modified: this.now() });
  }

  mkdir(path: string): void {
    if (this.lookup(path)) throw new Errno('EEXIST', path);
    this.writable(path);
    this.changes.set(path, { kind: 'directory', mode: DIRECTORY_MODE, modified: this.now() });
  }

  remove(path: string): void {
    const node = this.existing(path);
    this.writable(path);
    if (node.kind === 'directory' && this.list(path).length > 0) throw new Errno('ENOTEMPTY', path);
    this.changes.set(path, null);
  }

  rename(path: string, to: string): void {
    const node = this.existing(path);
    this.writable(path);
    const target = this.lookup(to);
    if (target?.kind === 'directory') {
      if (node.kind !== 'directory') throw new Errno('EISDIR', to);
      if (this.list(to).length > 0) throw new Errno('ENOTEMPTY', to);
    } else if (target && node.kind === 'directory') throw new Errno('ENOTDIR', to);
    if (to === path) return;
    if (`${to}/`.startsWith(`${path}/`)) throw new Errno('EINVAL', to);
    const names = node.kind === 'directory' ? this.list(path) : [];
    this.changes.set(to, node);
    for (const name of names) this.rename(childPath(path, name), childPath(to, name));
    this.changes.set(path, null);
  }

  chmod(path: string, mode: number): void {
    const node = this.existing(path);
    this.writable(path);
    this.changes.set(path, { ...node, mode });
  }

  private existing(path: string): FileNode {
    const node = this.lookup(path);
    if (!node) throw new Errno('ENOENT', path);
    return node;
  }

  /** As `node`, but a parent that is missing or no directory is an error. */
  private lookup(path: string): FileNode | undefined {
    const node = this.node(path);
    if (node || path === '/') return node;
    const parent = this.node(parentPath(path)) ?? this.lookup(parentPath(path));
    if (!parent) throw new Errno('ENOENT', path);
    if (parent.kind !== 'directory') throw new Errno('ENOTDIR', path);
    return undefined;
  }

  private writable(path: string): void {
    if (this.readOnly || path === '/') throw new Errno('EROFS', path);
  }
}

/** A mount: `at` and below are `inside` and below of `files`. A single file may be mounted too. */
export interface Mount {
  readonly at: string;
  readonly files: Files;
  readonly inside: string;
  readonly readOnly: boolean;
}

/** `root` with mounts on it. `aliases` are directories that are links to others (/var/run to /run). */
export class Mounted implements Files {
  private readonly mounts: readonly Mount[];
  /** Directories that lead to mount points → the names that lie on the way. */
  private readonly ways = new Map<string, Set<string>>();

  constructor(
    private readonly root: Files,
    mounts: readonly Mount[],
    private readonly aliases: readonly (readonly [string, string])[] = [],
  ) {
    this.mounts = mounts
      .map((mount) => ({ ...mount, at: this.canonical(mount.at) }))
      .sort((a, b) => b.at.length - a.at.length || byBytes(a.at, b.at));
    for (const { at } of this.mounts) {
      for (let path = at; path !== '/'; path = parentPath(path)) {
        const parent = parentPath(path);
        let names = this.ways.get(parent);
        if (!names) this.ways.set(parent, (names = new Set()));
        names.add(baseName(path));
      }
    }
  }

  stat(path: string): FileStat {
    const clean = this.canonical(path);
    const { files, inside } = this.find(clean);
    return this.onTheWay(clean, () => files.stat(inside), {
      kind: 'directory',
      size: 4096,
      mode: DIRECTORY_MODE,
      modified: 0,
    });
  }

  list(path: string): readonly string[] {
    const clean = this.canonical(path);
    const { files, inside } = this.find(clean);
    const ways = this.ways.get(clean);
    if (!ways) return files.list(inside);
    const names = new Set(this.onTheWay(clean, () => files.list(inside), []));
    for (const name of ways) names.add(name);
    return [...names].sort(byBytes);
  }

  read(path: string): Bytes {
    const { files, inside } = this.find(this.canonical(path));
    return files.read(inside);
  }

  write(path: string, data: Bytes, options?: WriteOptions): void {
    const { files, inside } = this.writable(path);
    files.write(inside, data, options);
  }

  mkdir(path: string): void {
    const clean = this.canonical(path);
    if (this.ways.has(clean)) throw new Errno('EEXIST', path);
    const { files, inside } = this.writable(clean);
    files.mkdir(inside);
  }

  remove(path: string): void {
    const clean = this.canonical(path);
    if (this.isMountPoint(clean) || this.ways.has(clean)) throw new Errno('EINVAL', path);
    const { files, inside } = this.writable(clean);
    files.remove(inside);
  }

  rename(path: string, to: string): void {
    const from = this.writable(path);
    const target = this.writable(to);
    if (from.files !== target.files || this.isMountPoint(this.canonical(path))) throw new Errno('EXDEV', path);
    from.files.rename(from.inside, target.inside);
  }

  chmod(path: string, mode: number): void {
    const { files, inside } = this.writable(path);
    files.chmod(inside, mode);
  }

  /** The answer of the tree below; where it has no such directory but mounts lie beneath, `otherwise`. */
  private onTheWay<T>(path: string, ask: () => T, otherwise: T): T {
    if (!this.ways.has(path)) return ask();
    try {
      return ask();
    } catch (error) {
      if (error instanceof Errno && error.code === 'ENOENT') return otherwise;
      throw error;
    }
  }

  private isMountPoint(path: string): boolean {
    return this.mounts.some((mount) => mount.at === path);
  }

  private writable(path: string): Mount {
    const mount = this.find(this.canonical(path));
    if (mount.readOnly) throw new Errno('EROFS', path);
    return mount;
  }

  private find(path: string): Mount {
    for (const mount of this.mounts) {
      const { at } = mount;
      if (path === at) return mount;
      if (path.startsWith(at) && (at === '/' || path[at.length] === '/')) {
        const rest = at === '/' ? path : path.slice(at.length);
        return { ...mount, inside: mount.inside === '/' ? rest : mount.inside + rest };
      }
    }
    return { at: '/', files: this.root, inside: path, readOnly: false };
  }

  private canonical(path: string): string {
    const clean = normalPath(path);
    for (const [from, to] of this.aliases) {
      if (clean === from) return to;
      if (clean.startsWith(from) && clean[from.length] === '/') return to + clean.slice(from.length);
    }
    return clean;
  }
}

/** A tree in memory alone (tmpfs). */
export function memoryFiles(now: () => Micros): Overlay {
  return new Overlay(EMPTY_LAYER, new Changes(), now);
}

function childPath(directory: string, name: string): string {
  return directory === '/' ? `/${name}` : `${directory}/${name}`;
}

function byBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
