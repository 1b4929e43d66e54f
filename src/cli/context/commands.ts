/** docker context ls and show: there is the default one only. Follows docker/cli cli/command/context. */
import type { Process } from '../../base/process';
import type { Cli, Invocation } from '../command';
import { type ListShape, printList } from '../format/list';
import { BOOL } from '../template/value';

interface Context {
  readonly endpoint: string;
}

const CONTEXTS: ListShape<Context> = {
  goName: '*formatter.clientContextContext',
  fields: {
    Name: { header: 'NAME', value: () => 'default' },
    Current: { header: '', type: BOOL, value: () => true },
    Description: { header: 'DESCRIPTION', value: () => 'Current DOCKER_HOST based configuration' },
    DockerEndpoint: { header: 'DOCKER ENDPOINT', value: (context) => context.endpoint },
    Error: { header: 'ERROR', value: () => '' },
  },
  table: '{{.Name}}{{if .Current}} *{{end}}\t{{.Description}}\t{{.DockerEndpoint}}\t{{.Error}}',
  quiet: '{{.Name}}',
};

export function* contextList(cli: Cli, { flags }: Invocation): Process<number> {
  const quiet = flags.bool('quiet');
  const options = { format: quiet ? '' : flags.string('format'), quiet };
  yield* printList(cli, CONTEXTS, [{ endpoint: cli.env.get('DOCKER_HOST') || 'unix:///var/run/docker.sock' }], options);
  if (cli.env.get('DOCKER_HOST')) {
    yield* cli.err(
      'Warning: DOCKER_HOST environment variable overrides the active context. ' +
        'To use a context, either set the global --context flag, or unset DOCKER_HOST environment variable.\n',
    );
  }
  return 0;
}

export function* contextShow(cli: Cli, _invocation: Invocation): Process<number> {
  yield* cli.out('default\n');
  return 0;
}
