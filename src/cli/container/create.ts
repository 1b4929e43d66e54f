/** `docker create`, and the making of a container that run shares. Follows docker/cli cli/command/container/create.go. */
import { isNotFound } from '../../api/index';
import { Errno, type Process, stat, writeFile } from '../../base/process';
import { familiarString, parseReference, type Reference, tagNameOnly } from '../../base/reference';
import { resolvePath } from '../arguments';
import { type Cli, CliError, type Flags, type Invocation } from '../command';
import { pullImage } from '../image/pull';
import { type ContainerFlags, containerConfig } from './config';

const BAD_USE = 125;

export function* runCreate(cli: Cli, invocation: Invocation): Process<number> {
  const config = yield* checkedConfig(cli, invocation, true, 'create');
  yield* cli.out(`${yield* createContainer(cli, invocation.flags, config)}\n`);
  return 0;
}

/** The configuration; what is wrong with the flags is told with a hint at the help, status 125. */
export function* checkedConfig(
  cli: Cli,
  invocation: Invocation,
  attach: boolean,
  verb: string,
): Process<ContainerFlags> {
  try {
    checkPull(invocation.flags.string('pull'));
    return yield* containerConfig(cli, invocation, attach);
  } catch (error) {
    if (error instanceof CliError) throw new CliError(withHelp(error.message, verb), BAD_USE);
    throw error;
  }
}

/** What run and create add to a message that is about the command line or the start of a container. */
export function withHelp(message: string, verb: string): string {
  return `docker: ${message}\n\nRun 'docker ${verb} --help' for more information`;
}

function checkPull(when: string): void {
  if (['', 'always', 'missing', 'never'].includes(when)) return;
  throw new CliError(`invalid pull option: '${when}': must be one of "always", "missing" or "never"`);
}

/** The new container's id. Pulls the image when the engine has none of that name. */
export function* createContainer(cli: Cli, flags: Flags, config: ContainerFlags): Process<string> {
  const cidFile = yield* newCidFile(cli, flags.string('cidfile'));
  const image = namedImage(config.request.Image ?? '');
  const pull = flags.string('pull');
  const fetch = () => pullImage(cli, image!, { fd: 2, quiet: flags.bool('quiet'), platform: flags.string('platform') });
  if (pull === 'always' && image) yield* fetch();
  const options = { name: flags.string('name'), platform: flags.string('platform') };
  let answer: { readonly Id: string; readonly Warnings: readonly string[] | null };
  try {
    answer = yield* cli.client.containerCreate(config.request, options);
  } catch (error) {
    if (!isNotFound(error) || !image || pull !== 'missing') throw error;
    if (!flags.bool('quiet')) {
      yield* cli.err(`Unable to find image '${familiarString(tagNameOnly(image))}' locally\n`);
    }
    yield* fetch();
    answer = yield* cli.client.containerCreate(config.request, options);
  }
  for (const warning of [...(answer.Warnings ?? []), ...dnsWarnings(flags)]) yield* cli.err(`WARNING: ${warning}\n`);
  if (cidFile !== undefined) yield* writeFile(cidFile, answer.Id);
  return answer.Id;
}

/** The image as a name that can be pulled; undefined for the 64 digits of an id. */
function namedImage(text: string): Reference | undefined {
  if (/^(sha256:)?[0-9a-f]{64}$/.test(text)) return undefined;
  const parsed = parseReference(text);
  if (!parsed.ok) throw new CliError(parsed.error);
  return parsed.value;
}

function* newCidFile(cli: Cli, path: string): Process<string | undefined> {
  if (path === '') return undefined;
  const file = resolvePath(cli.cwd, path);
  try {
    yield* stat(file);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    yield* writeFile(file, '');
    return file;
  }
  throw new CliError(`container ID file found, make sure the other container isn't running or delete ${path}`);
}

function dnsWarnings(flags: Flags): string[] {
  const local = flags.list('dns').find((address) => address.startsWith('127.') || address === '::1');
  return local === undefined ? [] : [`Localhost DNS (${local}) may fail in containers.`];
}
