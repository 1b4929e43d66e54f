/** docker login and logout, with name and password on the command line. Follows docker/cli cli/command/registry. */
import { fromUtf8 } from '../../base/bytes';
import type { Process } from '../../base/process';
import { readStdin } from '../arguments';
import { type Cli, CliError, type Flags, type Invocation } from '../command';

const HUB = 'https://index.docker.io/v1/';

function serverOf(args: readonly string[]): string {
  const [server = ''] = args;
  return server === '' || server === 'docker.io' ? HUB : server;
}

function check(flags: Flags): void {
  if (flags.bool('password-stdin')) {
    if (flags.changed('password')) throw new CliError('--password and --password-stdin are mutually exclusive');
    if (!flags.changed('username')) throw new CliError('Must provide --username with --password-stdin');
  }
  if (flags.changed('username') && flags.string('username') === '') throw new CliError('username is empty');
  if (flags.changed('password') && flags.string('password') === '') throw new CliError('password is empty');
}

export function* dockerLogin(cli: Cli, { flags, args }: Invocation): Process<number> {
  check(flags);
  let password = flags.string('password');
  if (password !== '') yield* cli.err('WARNING! Using --password via the CLI is insecure. Use --password-stdin.\n');
  if (flags.bool('password-stdin')) password = fromUtf8(yield* readStdin()).replace(/[\r\n]+$/, '');
  const username = flags.string('username');
  if (username === '' || password === '') {
    throw new CliError('Error: Cannot perform an interactive login from a non TTY device');
  }
  const status = yield* cli.client.registryLogin({ username, password, serveraddress: serverOf(args) });
  yield* cli.err(
    "\nWARNING! Your credentials are stored unencrypted in '/root/.docker/config.json'.\n" +
      'Configure a credential helper to remove this warning. See\nhttps://docs.docker.com/go/credential-store/\n\n',
  );
  yield* cli.out(`${status}\n`);
  return 0;
}

export function* dockerLogout(cli: Cli, { args }: Invocation): Process<number> {
  const server = serverOf(args);
  const name = server === HUB ? HUB : server.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
  yield* cli.out(`Removing login credentials for ${name}\n`);
  return 0;
}
