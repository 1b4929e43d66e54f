/** `docker service inspect`. Follows docker/cli cli/command/service/inspect.go. */
import { isNotFound, type Service } from '../../api/index';
import { now, type Process } from '../../base/process';
import { type Cli, CliError, type Invocation } from '../command';
import { inspectAll } from '../format/inspect';
import { prettyService } from './pretty';

export function* runInspect(cli: Cli, { flags, args }: Invocation): Process<number> {
  if (flags.bool('pretty') && flags.string('format') !== '') {
    throw new CliError('--format is incompatible with human friendly format');
  }
  const format = flags.bool('pretty') ? 'pretty' : flags.string('format');
  if (format.startsWith('pretty')) {
    if (format !== 'pretty') throw new CliError('Cannot supply extra formatting options to the pretty template');
    return yield* inspectPretty(cli, args);
  }
  return yield* inspectAll(cli, args, {
    format: format.startsWith('raw') ? format.slice('raw'.length) : format,
    badTemplateStatus: 1,
    get: function* (reference) {
      return { data: yield* findService(cli, reference), type: 'swarm.Service', raw: false };
    },
  });
}

function* findService(cli: Cli, reference: string): Process<Service> {
  try {
    return yield* cli.client.serviceInspect(reference, { insertDefaults: true });
  } catch (error) {
    if (isNotFound(error)) throw new CliError(`Error: no such service: ${reference}`);
    throw error;
  }
}

/** Nothing is printed when one of the services is missing. */
function* inspectPretty(cli: Cli, references: readonly string[]): Process<number> {
  let text = '';
  for (const reference of references) {
    const service = yield* findService(cli, reference);
    text += `${prettyService(service, yield* networkNames(cli, service), yield* now())}\n`;
  }
  yield* cli.out(text);
  return 0;
}

/** Network id → name; networks that cannot be had keep their ids. */
function* networkNames(cli: Cli, service: Service): Process<Map<string, string>> {
  const names = new Map<string, string>();
  for (const { Target: target = '' } of service.Spec.TaskTemplate?.Networks ?? []) {
    try {
      const network = yield* cli.client.networkInspect(target, { scope: 'swarm' });
      names.set(network.Id, network.Name);
    } catch (error) {
      if (!isNotFound(error)) continue;
    }
  }
  return names;
}
