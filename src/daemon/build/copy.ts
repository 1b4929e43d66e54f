/** COPY and ADD: which files of a context (or of another image) land where. Follows moby/moby builder/dockerfile/copy.go. */
import type { Bytes } from '../../base/bytes';
import type { Micros } from '../../base/process';
import { unpackTar } from '../../base/tar';
import type { FileNode, ReadOnlyLayer } from '../../host/index';

/** A tree that is copied from: absolute paths. */
export type Source = ReadonlyMap<string, FileNode>;

export interface CopyRequest {
  readonly from: Source;
  readonly sources: readonly string[];
  /** As written. */
  readonly destination: string;
  readonly workdir: string;
  readonly image: ReadOnlyLayer;
  /** ADD opens archives. */
  readonly unpack: boolean;
  readonly at: Micros;
}

export interface Copied {
  readonly files: ReadonlyMap<string, FileNode>;
  /** `file`, `dir` or `multi`. */
  readonly kind: string;
}

/** A context's archive as a tree. */
export function contextTree(archive: Bytes): Source | undefined {
  const entries = unpackTar(archive);
  if (!entries) return undefined;
  const tree = new Map<string, FileNode>();
  for (const { name, mode, modified, data } of entries) {
    const path = `/${name.replace(/^\.?\/+/, '').replace(/\/$/, '')}`;
    if (path === '/') continue;
    parents(path).forEach((parent) => {
      if (!tree.has(parent)) tree.set(parent, { kind: 'directory', mode: 0o755, modified });
    });
    tree.set(
      path,
      name.endsWith('/')
        ? { kind: 'directory', mode: mode & 0o7777, modified }
        : { kind: 'file', data, mode: mode & 0o7777, modified },
    );
  }
  return tree;
}

function parents(path: string): string[] {
  const parts = path.split('/').slice(1, -1);
  return parts.map((_, at) => `/${parts.slice(0, at + 1).join('/')}`);
}

function absolute(workdir: string, path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${workdir}/${path}`).split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** The path of WORKDIR, against the one before. */
export function workingDirectory(before: string, text: string): string {
  return absolute(before === '' ? '/' : before, text);
}

function matching(from: Source, pattern: string): readonly string[] {
  const path = absolute('/', pattern);
  if (path === '/' || from.has(path)) return [path];
  if (!/[*?[]/.test(pattern)) return [];
  const expression = new RegExp(
    `^${path
      .replace(/[.+^${}()|\\]/g, '\\$&')
      .replace(/\*/g, '[^/]*')
      .replace(/\?/g, '[^/]')}$`,
  );
  return [...from.keys()].filter((each) => expression.test(each)).sort((a, b) => (a < b ? -1 : 1));
}

/** What is put into the image, or the sentence of what is missing. */
export function copyFiles(request: CopyRequest): Copied | string {
  const { from, sources, destination, workdir, image, at } = request;
  const files = new Map<string, FileNode>();
  const found = sources.map((source) => [source, matching(from, source)] as const);
  const missing = found.find(([, paths]) => paths.length === 0)?.[0];
  if (missing !== undefined) {
    const shown = missing.replace(/^\.?\//, '');
    return `file not found in build context or excluded by .dockerignore: stat ${shown}: file does not exist`;
  }
  const paths = found.flatMap(([, some]) => some);
  const target = absolute(workdir === '' ? '/' : workdir, destination);
  const isDirectory =
    destination.endsWith('/') || /(?:^|\/)\.$/.test(destination) || image.nodes.get(target)?.kind === 'directory';
  if (paths.length > 1 && !isDirectory && !destination.endsWith('/')) {
    return 'When using COPY with more than one source file, the destination must be a directory and end with a /';
  }
  const put = (path: string, node: FileNode): void => {
    for (const parent of parents(path)) {
      if (!image.nodes.has(parent) && !files.has(parent))
        files.set(parent, { kind: 'directory', mode: 0o755, modified: at });
    }
    files.set(path, node);
  };
  const base = target === '/' ? '' : target;
  let directories = 0;
  for (const path of paths) {
    const node = from.get(path);
    if (path === '/' || node?.kind === 'directory') {
      directories++;
      if (base !== '' && !image.nodes.has(base)) put(base, { kind: 'directory', mode: 0o755, modified: at });
      const prefix = path === '/' ? '/' : `${path}/`;
      for (const [inner, innerNode] of from)
        if (inner.startsWith(prefix)) put(`${base}/${inner.slice(prefix.length)}`, innerNode);
      continue;
    }
    const archive =
      request.unpack && node?.kind === 'file' && path.endsWith('.tar') ? contextTree(node.data) : undefined;
    if (archive) for (const [inner, innerNode] of archive) put(base + inner, innerNode);
    else if (node) put(isDirectory ? `${base}/${path.slice(path.lastIndexOf('/') + 1)}` : target, node);
  }
  return { files, kind: paths.length > 1 ? 'multi' : directories > 0 ? 'dir' : 'file' };
}
