/** docker version. Follows docker/cli cli/command/system/version.go. */
import { ClientError, ENGINE, type ServerVersion } from '../../api/index';
import { alignColumns } from '../../base/columns';
import { compareBytes } from '../../base/natural';
import type { Process } from '../../base/process';
import { formatTime, parseInstant } from '../../base/time';
import { type Cli, CliError, type Invocation } from '../command';
import { goType } from '../template/schema';
import { parseTemplate, type Template, TemplateError } from '../template/template';
import { CLIENT_BUILD } from './client-build';

const COLUMNS = { minWidth: 20, padding: 1 };

export function* dockerVersion(cli: Cli, { flags }: Invocation): Process<number> {
  const format = flags.string('format');
  const template = format === '' ? undefined : parse(format === 'json' ? '{{json .}}' : format);
  const client = clientVersion();
  let server: ServerVersion | undefined;
  let failure: ClientError | undefined;
  try {
    server = withDates(yield* cli.client.serverVersion());
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    failure = error;
  }
  if (template === undefined) {
    yield* cli.out(alignColumns(`${clientText(client)}${server === undefined ? '' : serverText(server)}\n`, COLUMNS));
  } else {
    const broken = yield* printTemplate(cli, template, { Client: client, Server: server ?? null });
    failure ??= broken;
  }
  if (failure !== undefined) throw new CliError(failure.message);
  return 0;
}

function* printTemplate(cli: Cli, template: Template, data: unknown): Process<ClientError | undefined> {
  try {
    yield* cli.out(alignColumns(`${template.execute({ type: goType('system.versionInfo'), data })}\n`, COLUMNS));
    return undefined;
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    yield* cli.out(alignColumns(`${error.output}\n`, COLUMNS));
    return new ClientError(named(error));
  }
}

function parse(format: string): Template {
  try {
    return parseTemplate(format);
  } catch (error) {
    if (error instanceof TemplateError) throw new CliError(`template parsing error: ${named(error)}`, 64);
    throw error;
  }
}

/** The template has a name here, which errors tell. */
function named(error: TemplateError): string {
  return error.message.replace('template: :', 'template: version:').replace('executing ""', 'executing "version"');
}

/** The client's half, as templates see it. */
export function clientVersion(): Record<string, string> {
  return {
    Version: ENGINE.version,
    ApiVersion: ENGINE.apiVersion,
    DefaultAPIVersion: ENGINE.apiVersion,
    GitCommit: CLIENT_BUILD.gitCommit,
    GoVersion: ENGINE.goVersion,
    Os: 'linux',
    Arch: 'amd64',
    BuildTime: CLIENT_BUILD.builtAt,
    Context: 'default',
  };
}

/** The engine's build time as docker shows times. */
function withDates(version: ServerVersion): ServerVersion {
  const Components = version.Components.map((component) => {
    const built = component.Name === 'Engine' ? component.Details['BuildTime'] : undefined;
    if (built === undefined) return component;
    return { ...component, Details: { ...component.Details, BuildTime: readableTime(built) } };
  });
  return { ...version, Components };
}

function readableTime(text: string): string {
  const instant = parseInstant(text);
  return instant === undefined ? text : formatTime(instant, 'Mon Jan _2 15:04:05 2006');
}

function clientText(client: Record<string, string>): string {
  return [
    'Client:',
    ` Version:\t${client['Version']}`,
    ` API version:\t${client['ApiVersion']}`,
    ` Go version:\t${client['GoVersion']}`,
    ` Git commit:\t${client['GitCommit']}`,
    ` Built:\t${client['BuildTime']}`,
    ` OS/Arch:\t${client['Os']}/${client['Arch']}`,
    ` Context:\t${client['Context']}`,
  ].join('\n');
}

function serverText(server: ServerVersion): string {
  const name = server.Platform.Name;
  let text = `\n\nServer:${name === '' ? '' : ` ${name}`}`;
  for (const { Name, Version, Details } of server.Components) {
    const lines =
      Name === 'Engine'
        ? [
            `Version:\t${Version}`,
            `API version:\t${Details['ApiVersion'] ?? ''} (minimum version ${Details['MinAPIVersion'] ?? ''})`,
            `Go version:\t${Details['GoVersion'] ?? ''}`,
            `Git commit:\t${Details['GitCommit'] ?? ''}`,
            `Built:\t${Details['BuildTime'] ?? ''}`,
            `OS/Arch:\t${Details['Os'] ?? ''}/${Details['Arch'] ?? ''}`,
            `Experimental:\t${Details['Experimental'] ?? ''}`,
          ]
        : [`Version:\t${Version}`, ...sorted(Details).map(([key, value]) => `${key}:\t${value}`)];
    text += `\n ${Name}:${lines.map((line) => `\n  ${line}`).join('')}`;
  }
  return text;
}

function sorted(details: { readonly [key: string]: string }): [string, string][] {
  return Object.entries(details).sort((a, b) => compareBytes(a[0], b[0]));
}
