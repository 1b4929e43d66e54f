/** docker cp. Follows docker/cli cli/command/container/cp.go and moby/go-archive copy.go. */
import {
  changeFile,
  Errno,
  listDirectory,
  type Process,
  readFile,
  stat,
  terminal,
  write,
  writeFile,
} from '../../base/process';
import { packTar, type TarEntry, unpackTar } from '../../base/tar';
import { humanSize } from '../../base/units';
import { readStdin, resolvePath } from '../arguments';
import { type Cli, CliError, type Invocation } from '../command';

/** One end of a copy, as far as it is known. */
interface End {
  /** Absolute; a trailing slash or `/.` says that a directory is meant. */
  readonly path: string;
  readonly exists: boolean;
  readonly isDirectory: boolean;
}

export function* runCopy(cli: Cli, { flags, args }: Invocation): Process<number> {
  const [source = '', destination = ''] = args;
  if (source === '') throw new CliError('source can not be empty');
  if (destination === '') throw new CliError('destination can not be empty');
  // Without a terminal it says nothing unless it is asked to.
  const quiet = flags.changed('quiet') ? flags.bool('quiet') : (yield* terminal(1)) === undefined;
  const [from, to] = [split(source), split(destination)];
  if (from.container !== '' && to.container !== '') throw new CliError('copying between containers is not supported');
  if (from.container === '' && to.container === '') throw new CliError('must specify at least one container source');
  const copied =
    from.container === ''
      ? yield* intoContainer(cli, from.path, to.container, to.path, flags.bool('archive'))
      : yield* outOfContainer(cli, from.container, from.path, to.path);
  if (!quiet && copied) yield* cli.err(`Successfully copied ${humanSize(copied.bytes, 3)} to ${copied.to}\n`);
  return 0;
}

/** `CONTAINER:PATH`; what begins with a slash or a dot is a local path. */
function split(argument: string): { container: string; path: string } {
  const colon = argument.indexOf(':');
  if (colon < 0 || argument.startsWith('/') || argument.startsWith('.')) return { container: '', path: argument };
  return { container: argument.slice(0, colon), path: argument.slice(colon + 1) };
}

/** An absolute path that keeps the slash or `/.` at its end. */
function absolute(cwd: string, path: string): string {
  const plain = resolvePath(cwd, path);
  if (/(?:^|\/)\.$/.test(path)) return `${plain}/.`;
  return path.endsWith('/') && plain !== '/' ? `${plain}/` : plain;
}

function clean(path: string): string {
  return path.replace(/(.)\/\.?$/, '$1');
}

/** Directory and last part of a path; the last part of `/etc/.` is `.`. */
function parted(path: string): readonly [string, string] {
  const plain = path.endsWith('/.') ? path : clean(path);
  const slash = plain.lastIndexOf('/');
  return [plain.slice(0, slash) || '/', plain.slice(slash + 1)];
}

/** Where the archive is unpacked, and what its first part is called there. Follows PrepareArchiveCopy. */
function plan(source: End, destination: End): { readonly directory: string; readonly rename: string | undefined } {
  if (destination.exists && destination.isDirectory) return { directory: destination.path, rename: undefined };
  if (destination.exists && source.isDirectory) throw new CliError('cannot copy directory');
  if (!destination.exists && !source.isDirectory && /\/\.?$/.test(destination.path)) {
    throw new CliError('no such directory');
  }
  const [directory, rename] = parted(clean(destination.path));
  return { directory, rename };
}

function renamed(entries: readonly TarEntry[], from: string, to: string | undefined): readonly TarEntry[] {
  if (to === undefined) return entries;
  return entries.map((entry) => ({
    ...entry,
    name: entry.name.startsWith(from) ? to + entry.name.slice(from.length) : entry.name,
  }));
}

interface Copied {
  readonly bytes: number;
  readonly to: string;
}

function* intoContainer(
  cli: Cli,
  path: string,
  container: string,
  to: string,
  archive: boolean,
): Process<Copied | undefined> {
  const found = yield* cli.client.containerStatPath(container, to);
  const destination: End = { path: to, exists: found !== undefined, isDirectory: found?.isDirectory === true };
  if (path === '-') {
    if (!destination.isDirectory) throw new CliError(`destination "${container}:${to}" must be a directory`);
    yield* cli.client.copyToContainer(container, to, yield* readStdin(), archive);
    return undefined;
  }
  const local = absolute(cli.cwd, path);
  const source = yield* localEnd(local);
  if (!source.exists) throw new CliError(`lstat ${clean(local)}: no such file or directory`);
  const { directory, rename } = plan(source, destination);
  const entries: TarEntry[] = [];
  const [, base] = parted(local);
  yield* collect(clean(local), base, entries);
  const content = packTar(renamed(entries, base, rename));
  yield* cli.client.copyToContainer(container, directory, content, archive);
  return { bytes: content.length, to: `${container}:${to}` };
}

function* outOfContainer(cli: Cli, container: string, path: string, to: string): Process<Copied | undefined> {
  const local = to === '-' ? '-' : absolute(cli.cwd, to);
  if (local !== '-') {
    const [parent] = parted(clean(local));
    if (!(yield* localEnd(parent)).exists) {
      throw new CliError(`invalid output path: directory "${parent}" does not exist`);
    }
  }
  const { content, isDirectory } = yield* cli.client.copyFromContainer(container, path);
  if (local === '-') {
    yield* write(1, content);
    return undefined;
  }
  const source: End = { path, exists: true, isDirectory };
  const { directory, rename } = plan(source, yield* localEnd(local));
  const entries = unpackTar(content) ?? [];
  const [, base] = parted(path);
  for (const entry of renamed(entries, base, rename)) yield* put(clean(directory), entry);
  return { bytes: content.length, to: local };
}

function* localEnd(path: string): Process<End> {
  try {
    const { kind } = yield* stat(clean(path));
    return { path, exists: true, isDirectory: kind === 'directory' };
  } catch (error) {
    if (error instanceof Errno) return { path, exists: false, isDirectory: false };
    throw error;
  }
}

function* collect(path: string, name: string, entries: TarEntry[]): Process<void> {
  const { kind, mode, modified } = yield* stat(path);
  if (kind === 'file') entries.push({ name, mode, modified, data: yield* readFile(path) });
  if (kind !== 'directory') return;
  entries.push({ name: `${name}/`, mode, modified, data: '' });
  for (const inner of yield* listDirectory(path))
    yield* collect(`${path === '/' ? '' : path}/${inner}`, `${name}/${inner}`, entries);
}

function* put(directory: string, { name, mode, data }: TarEntry): Process<void> {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.' && part !== '..');
  let path = directory === '/' ? '' : directory;
  for (const part of name.endsWith('/') ? parts : parts.slice(0, -1)) {
    path += `/${part}`;
    if (!(yield* localEnd(path)).exists) yield* changeFile({ op: 'mkdir', path });
  }
  if (!name.endsWith('/')) yield* writeFile(`${path}/${parts.at(-1)}`, data, { mode });
}
