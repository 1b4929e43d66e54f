/** /containers/NAME/archive: what docker cp reads and writes. Follows moby/moby daemon/archive_unix.go. */
import { toBase64, utf8 } from '../../base/bytes';
import { stringify } from '../../base/json';
import { Errno, type FileStat } from '../../base/process';
import { packTar, type TarEntry, unpackTar } from '../../base/tar';
import { formatMicros } from '../../base/time';
import type { Container, Files, HostEngine } from '../../host/index';
import type { Exchange, Route } from '../exchange';
import { refuse } from '../refusal';
import { query, queryFlag } from '../request';
import { findContainer } from './containers';

const TAR = 'application/x-tar';
/** Go's os.ModeDir. */
const MODE_DIR = 0x80000000;

export function archiveRoutes(engine: HostEngine): readonly Route[] {
  const path = '/containers/:id/archive';
  return [
    { method: 'HEAD', path, handler: (exchange, { id }) => read(engine, exchange, id!, false) },
    { method: 'GET', path, handler: (exchange, { id }) => read(engine, exchange, id!, true) },
    { method: 'PUT', path, handler: (exchange, { id }) => extract(engine, exchange, id!) },
  ];
}

function at(exchange: Exchange): string {
  const path = query(exchange.request, 'path');
  if (path === '') refuse(400, 'missing path parameter');
  return `/${path}`.replace(/\/(?:\.?\/)+/g, '/');
}

function statOf(files: Files, path: string, name: string): FileStat {
  try {
    return files.stat(path.replace(/(.)\/\.?$/, '$1'));
  } catch (error) {
    if (error instanceof Errno) refuse(404, `Could not find the file ${path} in container ${name}`);
    throw error;
  }
}

function read(engine: HostEngine, exchange: Exchange, id: string, withContent: boolean): void {
  const container = findContainer(engine, id);
  const files = engine.containerFiles(container.id);
  const path = at(exchange);
  const stat = statOf(files, path, id);
  const plain = path.replace(/(.)\/\.?$/, '$1');
  const name = plain.slice(plain.lastIndexOf('/') + 1) || '/';
  const mode = (stat.mode & 0o7777) + (stat.kind === 'directory' ? MODE_DIR : 0);
  const description = { name, size: stat.size, mode, mtime: formatMicros(stat.modified), linkTarget: '' };
  const headers = { 'X-Docker-Container-Path-Stat': toBase64(utf8(stringify(description))) };
  if (!withContent) {
    exchange.answer(200, undefined, headers);
    return;
  }
  const entries = collect(files, plain, /\/\.$/.test(path) ? '.' : name === '/' ? '' : name);
  engine.containers.event(container, 'archive-path');
  exchange.answer(200, packTar(entries), { ...headers, 'Content-Type': TAR });
}

/** A file, or a directory with all that is in it, under `name` in the archive. */
export function collect(files: Files, path: string, name: string, entries: TarEntry[] = []): readonly TarEntry[] {
  const { kind, mode, modified } = files.stat(path);
  if (kind === 'file') entries.push({ name, mode, modified, data: files.read(path) });
  if (kind !== 'directory') return entries;
  if (name !== '') entries.push({ name: `${name}/`, mode, modified, data: '' });
  for (const inner of files.list(path)) {
    const base = path === '/' ? '' : path;
    collect(files, `${base}/${inner}`, name === '' ? inner : `${name}/${inner}`, entries);
  }
  return entries;
}

function extract(engine: HostEngine, exchange: Exchange, id: string): void {
  const container = findContainer(engine, id);
  const files = engine.containerFiles(container.id);
  const path = at(exchange);
  if (statOf(files, path, id).kind !== 'directory') refuse(400, 'extraction point is not a directory');
  checkWritable(container, path);
  const { body } = exchange.request;
  const entries = typeof body === 'string' ? unpackTar(body) : undefined;
  if (!entries) refuse(400, 'Error processing tar file(exit status 1): archive/tar: invalid tar header');
  const keepKinds = queryFlag(exchange.request, 'noOverwriteDirNonDir');
  for (const entry of entries) put(files, path, entry, keepKinds);
  engine.containers.event(container, 'extract-to-dir');
  exchange.answer(200);
}

function checkWritable(container: Container, path: string): void {
  const mount = container.mounts.find(({ destination }) => path === destination || path.startsWith(`${destination}/`));
  if (mount && !mount.writable) refuse(400, 'mounted volume is marked read-only');
  if (!mount && container.hostConfig.ReadonlyRootfs) refuse(400, 'container rootfs is marked read-only');
}

function put(files: Files, directory: string, entry: TarEntry, keepKinds: boolean): void {
  const parts = entry.name.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) refuse(400, `breakout: ${entry.name} is outside of ${directory}`);
  if (parts.length === 0) return;
  const isDirectory = entry.name.endsWith('/');
  const root = directory.replace(/\/\.?$/, '');
  let path = root;
  for (const part of parts.slice(0, isDirectory ? undefined : -1)) {
    path += `/${part}`;
    if (kindAt(files, path) === undefined) files.mkdir(path);
  }
  const target = `${root}/${parts.join('/')}`;
  const before = kindAt(files, target);
  const clash = before !== undefined && (before === 'directory') !== isDirectory;
  if (clash && keepKinds) {
    const words = isDirectory ? 'non-directory' : 'directory';
    const other = isDirectory ? 'directory' : 'non-directory';
    refuse(400, `cannot overwrite ${words} "${target}" with ${other} "/${parts.join('/')}"`);
  }
  if (!isDirectory) files.write(target, entry.data, { mode: entry.mode });
}

function kindAt(files: Files, path: string): FileStat['kind'] | undefined {
  try {
    return files.stat(path).kind;
  } catch (error) {
    if (error instanceof Errno) return undefined;
    throw error;
  }
}
