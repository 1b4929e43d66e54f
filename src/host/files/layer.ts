/** Files as a tree of plain nodes by absolute path. A read-only layer is shared; a machine or container writes over it. */
import type { Bytes } from '../../base/bytes';
import type { Micros } from '../../base/process';

export type FileNode =
  | { readonly kind: 'file'; readonly data: Bytes; readonly mode: number; readonly modified: Micros }
  /** Its bytes are made when it is opened. */
  | { readonly kind: 'generated'; readonly make: () => Bytes; readonly mode: number; readonly modified: Micros }
  | { readonly kind: 'directory'; readonly mode: number; readonly modified: Micros }
  | { readonly kind: 'socket'; readonly mode: number; readonly modified: Micros };

/** Nodes by path, and the names in each directory. Never altered after it is made. */
export interface ReadOnlyLayer {
  readonly nodes: ReadonlyMap<string, FileNode>;
  readonly names: ReadonlyMap<string, ReadonlySet<string>>;
}

/** '/a//b/../c/' → '/a/c'. */
export function normalPath(path: string): string {
  if (!path.includes('//') && !path.includes('/.') && (path.length === 1 || !path.endsWith('/'))) return path;
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return `/${parts.join('/')}`;
}

export function parentPath(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash <= 0 ? '/' : path.slice(0, slash);
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

export const DIRECTORY_MODE = 0o755;

/** Builds a layer; parents of every path are made as directories. */
export class LayerBuilder {
  private readonly nodes = new Map<string, FileNode>();
  private readonly names = new Map<string, Set<string>>();

  constructor(private readonly modified: Micros) {
    this.directory('/');
  }

  directory(path: string, mode = DIRECTORY_MODE): this {
    return this.add(path, { kind: 'directory', mode, modified: this.modified });
  }

  file(path: string, data: Bytes, mode = 0o644): this {
    return this.add(path, { kind: 'file', data, mode, modified: this.modified });
  }

  generated(path: string, make: () => Bytes, mode = 0o444): this {
    return this.add(path, { kind: 'generated', make, mode, modified: this.modified });
  }

  /** Executables of one directory, by name. */
  programs(directory: string, names: readonly string[]): this {
    for (const name of names) this.file(`${directory}/${name}`, '\x7fELF', 0o755);
    return this;
  }

  add(path: string, node: FileNode): this {
    this.nodes.set(path, node);
    if (node.kind === 'directory' && !this.names.has(path)) this.names.set(path, new Set());
    if (path === '/') return this;
    const parent = parentPath(path);
    if (!this.nodes.has(parent)) this.directory(parent);
    this.names.get(parent)!.add(baseName(path));
    return this;
  }

  /** Copies all nodes of a layer in. */
  over(layer: ReadOnlyLayer): this {
    for (const [path, node] of layer.nodes) this.add(path, node);
    return this;
  }

  build(): ReadOnlyLayer {
    return { nodes: this.nodes, names: this.names };
  }
}

export const EMPTY_LAYER: ReadOnlyLayer = new LayerBuilder(0).build();
