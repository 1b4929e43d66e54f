/** docker config create, ls, inspect, rm. Follows docker/cli cli/command/config. */
import type { Config } from '../../api/index';
import { type Bytes, fromBase64, fromUtf8, toBase64 } from '../../base/bytes';
import { goQuote } from '../../base/go-quote';
import type { Process } from '../../base/process';
import { filtersFrom, forEach, keyValues } from '../arguments';
import { type Cli, CliError, type Invocation } from '../command';
import { inspectPrettily, labelLines } from '../format/pretty';
import { printConfigs } from '../format/tables';
import { prettyPrint } from '../format/text';
import { readData } from '../secret/data';
import { timeText } from '../template/fmt';

const SIZE_LIMIT = 1000 * 1024;

export function* configCreate(cli: Cli, { flags, args }: Invocation): Process<number> {
  const data = yield* readConfig(cli, args[1]!);
  const templating = flags.string('template-driver');
  const { ID } = yield* cli.client.configCreate({
    Name: args[0]!,
    Labels: keyValues(flags.list('label')),
    Data: toBase64(data),
    ...(templating === '' ? {} : { Templating: { Name: templating } }),
  });
  yield* cli.out(`${ID}\n`);
  return 0;
}

function* readConfig(cli: Cli, file: string): Process<Bytes> {
  try {
    return yield* readData(cli, file, 'config', SIZE_LIMIT);
  } catch (error) {
    if (error instanceof CliError) throw new CliError(`Error reading content from ${goQuote(file)}: ${error.message}`);
    throw error;
  }
}

export function* configList(cli: Cli, { flags }: Invocation): Process<number> {
  const configs = yield* cli.client.configList({ filters: filtersFrom(flags) });
  yield* printConfigs(cli, configs, { format: flags.string('format'), quiet: flags.bool('quiet') });
  return 0;
}

export function* configInspect(cli: Cli, invocation: Invocation): Process<number> {
  return yield* inspectPrettily<Config>(cli, invocation, {
    get: (name) => cli.client.configInspect(name),
    inspected: (config) => ({ data: config, type: 'swarm.Config', raw: true }),
    pretty: (config) =>
      [
        `ID:\t\t\t${config.ID}`,
        `Name:\t\t\t${config.Spec.Name ?? ''}`,
        ...labelLines('Labels:', config.Spec.Labels),
        `Created at:            \t${prettyPrint(timeText(config.CreatedAt))}`,
        `Updated at:            \t${prettyPrint(timeText(config.UpdatedAt))}`,
        'Data:',
        fromUtf8(fromBase64(config.Spec.Data ?? '') ?? ''),
      ].join('\n'),
  });
}

export function* configRemove(cli: Cli, { args }: Invocation): Process<number> {
  return yield* forEach(args, function* (name) {
    yield* cli.client.configRemove(name);
    yield* cli.out(`${name}\n`);
  });
}
