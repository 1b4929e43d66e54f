/** docker's own flags: which engine is meant. Follows docker/cli cli/flags/options.go and cli/command/cli.go. */
import { toHex, utf8 } from '../base/bytes';
import { goQuote } from '../base/go-quote';
import { Errno, type Process, stat } from '../base/process';
import { sha256 } from '../base/sha256';
import { CliError } from './command';
import { engineAddress } from './flags/address';
import type { FlagSet } from './flags/flag-set';

const LEVELS: ReadonlySet<string> = new Set(['panic', 'fatal', 'error', 'warn', 'warning', 'info', 'debug', 'trace']);
const DEFAULT_ENDPOINT = 'unix:///var/run/docker.sock';

/** Where the client's own files would lie. */
export function configDirectory(env: ReadonlyMap<string, string>): string {
  return env.get('DOCKER_CONFIG') || `${env.get('HOME') ?? ''}/.docker`;
}

/** The endpoint that flags and environment name. Throws CliError as docker refuses. */
export function* chooseEndpoint(flags: FlagSet, env: ReadonlyMap<string, string>): Process<string> {
  const level = flags.string('log-level');
  if (!LEVELS.has(level.toLowerCase())) throw new CliError(`Unable to parse logging level: ${level}`);
  const hosts = flags.list('host');
  if (hosts.length > 0 && flags.changed('context'))
    throw new CliError('conflicting options: cannot specify both --host and --context');
  const failed = (why: string): CliError =>
    new CliError(`Failed to initialize: unable to resolve docker endpoint: ${why}`);
  const directory = flags.changed('config') ? flags.string('config') : configDirectory(env);
  if (flags.bool('tls') || flags.changed('tlsverify') || env.get('DOCKER_TLS_VERIFY') || env.get('DOCKER_TLS'))
    throw failed(yield* refuseTls(flags, env.get('DOCKER_CERT_PATH') || directory));
  if (hosts.length > 1) throw failed('Specify only one -H');
  const host = hosts[0] ?? (flags.changed('context') ? '' : (env.get('DOCKER_HOST') ?? ''));
  if (host !== '') {
    const address = engineAddress(host);
    if (!address.ok) throw failed(address.error);
    return address.value;
  }
  const context = flags.string('context') || (hosts.length > 0 ? '' : (env.get('DOCKER_CONTEXT') ?? ''));
  if (context !== '' && context !== 'default') throw failed(contextMissing(context, directory));
  return DEFAULT_ENDPOINT;
}

/** The error of a context that does not exist: only `default` does. */
function contextMissing(context: string, directory: string): string {
  const name = toHex(sha256(utf8(context)));
  const path = `${directory}/contexts/meta/${name}/meta.json`;
  return `context ${goQuote(context)}: context not found: open ${path}: no such file or directory`;
}

function* refuseTls(flags: FlagSet, directory: string): Process<string> {
  const file = flags.changed('tlscacert') ? flags.string('tlscacert') : `${directory}/ca.pem`;
  try {
    yield* stat(file);
  } catch (error) {
    if (error instanceof Errno) return `open ${file}: ${error.message.toLowerCase()}`;
    throw error;
  }
  return 'TLS between docker and an engine is not modelled here; engines answer on their sockets without it';
}
