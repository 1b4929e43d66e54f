/** docker info. Follows docker/cli cli/command/system/info.go. */
import { ClientError, ConnectionError, type Info } from '../../api/index';
import type { Process } from '../../base/process';
import { type Cli, CliError, type Invocation } from '../command';
import { goType } from '../template/schema';
import { parseTemplate, type Template, TemplateError } from '../template/template';
import { serverLines } from './info-text';
import { clientVersion } from './version';

export function* systemInfo(cli: Cli, { flags }: Invocation): Process<number> {
  const format = flags.string('format');
  const client = { ...clientVersion(), ApiVersion: '', Debug: false, Plugins: [], Warnings: null };
  const template = format === '' ? undefined : parse(format === 'json' ? '{{json .}}' : format);
  let info: Info | undefined;
  let failure: ClientError | undefined;
  if (template === undefined || template instanceof TemplateError || needsServer(format, template, client)) {
    try {
      info = yield* cli.client.info();
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      failure = error;
    }
  }
  if (template instanceof TemplateError) throw new CliError(`template parsing error: ${template.message}`, 64);
  return template === undefined
    ? yield* printInfo(cli, info, failure)
    : yield* printTemplate(cli, template, info, client, failure);
}

function* printInfo(cli: Cli, info: Info | undefined, failure: ClientError | undefined): Process<number> {
  const client = clientVersion();
  yield* cli.out(
    `Client:\n Version:    ${client['Version']}\n Context:    ${client['Context']}\n Debug Mode: false\n\nServer:\n`,
  );
  if (info !== undefined) {
    yield* cli.out(`${serverLines(info).join('\n')}\n\n`);
    for (const warning of info.Warnings ?? []) yield* cli.err(`${warning}\n`);
  }
  if (failure instanceof ConnectionError) throw new CliError(failure.message);
  if (failure === undefined) return 0;
  yield* cli.err(`ERROR: ${failure.message}\n`);
  throw new CliError('errors pretty printing info');
}

function* printTemplate(
  cli: Cli,
  template: Template,
  info: Info | undefined,
  client: unknown,
  failure: ClientError | undefined,
): Process<number> {
  const refused = failure !== undefined && !(failure instanceof ConnectionError);
  if (refused) yield* cli.err(`${failure.message}\n`);
  const problems = failure !== undefined && !refused ? [failure.message] : [];
  const data = { ...info, ...(refused ? { ServerErrors: [failure.message] } : {}), ClientInfo: client };
  try {
    yield* cli.out(`${template.execute({ type: goType('system.dockerInfo'), data })}\n`);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    yield* cli.out(`${error.output}\n`);
    problems.push(error.message);
  }
  if (problems.length > 0) throw new CliError(problems.join('\n'));
  return 0;
}

/** A template that cannot be read is told after the engine has been asked. */
function parse(format: string): Template | TemplateError {
  try {
    return parseTemplate(format);
  } catch (error) {
    if (error instanceof TemplateError) return error;
    throw error;
  }
}

/** A template over the client's half alone is answered without the engine. */
function needsServer(format: string, template: Template, client: unknown): boolean {
  if (format === 'json' || format === '{{json .}}' || !/\.[a-zA-Z]/.test(format)) return true;
  try {
    template.execute({ type: goType('system.sparseInfo'), data: { ClientInfo: client } });
    return false;
  } catch (error) {
    if (error instanceof TemplateError) return true;
    throw error;
  }
}
