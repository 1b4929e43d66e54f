/** `docker build` by the classic builder, which docker takes without buildx. Follows docker/cli cli/command/image/build.go. */
import { nextJson } from '../../api/index';
import { utf8 } from '../../base/bytes';
import { stringify } from '../../base/json';
import { close, Errno, type FileStat, type Process, stat, write, writeFile } from '../../base/process';
import { familiarString, parseReference, tagNameOnly } from '../../base/reference';
import { packTar } from '../../base/tar';
import { humanSize } from '../../base/units';
import { readStdin, resolvePath } from '../arguments';
import { type Cli, CliError, type Flags, type Invocation } from '../command';
import { MessageDisplay } from '../format/json-stream';
import { packContext } from './context';

interface BuildMessage {
  readonly stream?: string;
  readonly status?: string;
  readonly id?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
  readonly aux?: { readonly ID?: string };
  readonly error?: string;
  readonly errorDetail?: { readonly code?: number; readonly message?: string };
}

const UNMODELLED = (
  'add-host cache-from cgroup-parent compress cpu-period cpu-quota cpu-shares cpuset-cpus cpuset-mems isolation memory ' +
  'memory-swap network platform security-opt shm-size squash ulimit'
).split(' ');

/** What docker says before a build when it has no buildx. Follows docker/cli cmd/docker/builder.go. */
export function* builderNote(cli: Cli): Process<void> {
  const wanted = cli.env.get('DOCKER_BUILDKIT') ?? '';
  const buildx =
    'Install the buildx component to build images with BuildKit:\n            https://docs.docker.com/go/buildx/';
  if (/^(?:1|t|true)$/i.test(wanted)) {
    throw new CliError(
      'ERROR: BuildKit is enabled but the buildx component is missing or broken.\n       ' +
        buildx.replace(/\n +/, '\n       '),
    );
  }
  const why =
    wanted === ''
      ? buildx
      : `BuildKit is currently disabled; enable it by removing the DOCKER_BUILDKIT=${wanted}\n            environment-variable.`;
  yield* cli.err(
    `DEPRECATED: The legacy builder is deprecated and will be removed in a future release.\n            ${why}\n\n`,
  );
}

function* statOf(path: string): Process<FileStat | undefined> {
  try {
    return yield* stat(path);
  } catch (error) {
    if (error instanceof Errno) return undefined;
    throw error;
  }
}

interface Context {
  readonly archive: string;
  readonly dockerfile: string;
}

function* contextOf(cli: Cli, path: string, file: string): Process<Context> {
  if (path === '-') {
    const data = yield* readStdin();
    if (data.slice(257, 262) === 'ustar') return { archive: data, dockerfile: file || 'Dockerfile' };
    return { archive: packTar([{ name: 'Dockerfile', mode: 0o644, modified: 0, data }]), dockerfile: 'Dockerfile' };
  }
  if (/^(?:https?:\/\/|git@|git:\/\/|github\.com\/)/.test(path)) {
    throw new CliError('building from a URL is not modelled in this playground: clone it into a directory first');
  }
  const directory = resolvePath(cli.cwd, path);
  const found = yield* statOf(directory);
  if (!found) throw new CliError(`unable to prepare context: path ${JSON.stringify(path)} not found`);
  if (found.kind !== 'directory') {
    throw new CliError(`unable to prepare context: context must be a directory: ${directory}`);
  }
  const dockerfile = resolvePath(file === '' ? directory : cli.cwd, file || 'Dockerfile');
  if (!(yield* statOf(dockerfile))) {
    throw new CliError(
      `unable to prepare context: unable to evaluate symlinks in Dockerfile path: lstat ${dockerfile}: no such file or directory`,
    );
  }
  const prefix = directory === '/' ? '/' : `${directory}/`;
  if (!dockerfile.startsWith(prefix)) {
    throw new CliError('a Dockerfile outside of the build context is not modelled in this playground');
  }
  const name = dockerfile.slice(prefix.length);
  return { archive: yield* packContext(directory, name), dockerfile: name };
}

/** `NAME=value`, or the value that a variable has here. */
function pairsOf(values: readonly string[], env: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries(
    values.flatMap((text): [string, string][] => {
      const at = text.indexOf('=');
      if (at > 0) return [[text.slice(0, at), text.slice(at + 1)]];
      const value = env.get(text);
      return value === undefined ? [] : [[text, value]];
    }),
  );
}

function tagsOf(flags: Flags): readonly string[] {
  return flags.list('tag').map((text) => {
    const parsed = parseReference(text);
    if (!parsed.ok) {
      throw new CliError(`invalid argument ${JSON.stringify(text)} for "-t, --tag" flag: ${parsed.error}`, 125);
    }
    return familiarString(tagNameOnly(parsed.value));
  });
}

export function* runBuild(cli: Cli, { flags, args }: Invocation): Process<number> {
  const unmodelled = UNMODELLED.find((name) => flags.changed(name));
  if (unmodelled !== undefined) {
    throw new CliError(`the flag --${unmodelled} of 'docker build' is not modelled in this playground`);
  }
  const tags = tagsOf(flags);
  const quiet = flags.bool('quiet');
  const { archive, dockerfile } = yield* contextOf(cli, args[0]!, flags.string('file'));
  if (!quiet) yield* cli.out(`Sending build context to Docker daemon  ${humanSize(archive.length).padStart(7)}\r\r\n`);
  const stream = yield* cli.client.imageBuild(archive, {
    t: tags.length > 0 ? tags.join('\n') : undefined,
    dockerfile,
    buildargs: stringify(pairsOf(flags.list('build-arg'), cli.env)),
    labels: stringify(pairsOf(flags.list('label'), cli.env)),
    nocache: flags.bool('no-cache') ? '1' : undefined,
    pull: flags.bool('pull') ? '1' : undefined,
    target: flags.string('target') || undefined,
    q: quiet ? '1' : undefined,
    rm: flags.bool('rm') || flags.bool('force-rm') ? '1' : '0',
  });
  const display = new MessageDisplay(1, (text) => write(1, utf8(text)));
  let id = '';
  try {
    for (;;) {
      const message = yield* nextJson<BuildMessage>(stream);
      if (message === undefined) break;
      const failure = message.errorDetail?.message ?? message.error;
      if (failure !== undefined) throw new CliError(failure, message.errorDetail?.code || 1);
      if (message.aux?.ID) id = message.aux.ID;
      else if (message.stream !== undefined) {
        if (quiet) id = message.stream.trim();
        yield* cli.out(message.stream);
      } else {
        const { id: of = '', status = '', progressDetail: detail } = message;
        yield* display.show(
          detail
            ? { id: of, status, progress: { current: detail.current ?? 0, total: detail.total ?? 0 } }
            : { id: of, status },
        );
      }
    }
  } finally {
    yield* close(stream.fd);
  }
  if (flags.string('iidfile') !== '') yield* writeFile(resolvePath(cli.cwd, flags.string('iidfile')), id);
  return 0;
}
