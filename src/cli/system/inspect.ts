/** docker inspect: whatever has that name. Follows docker/cli cli/command/system/inspect.go. */
import { ClientError, isNotFound } from '../../api/index';
import { goQuote } from '../../base/go-quote';
import type { Process } from '../../base/process';
import { type Cli, CliError, type Invocation } from '../command';
import { type Inspected, inspectAll } from '../format/inspect';

interface Kind {
  readonly name: string;
  readonly type: string;
  /** Asked for only on a manager. */
  readonly swarm: boolean;
  readonly get: (cli: Cli, reference: string, size: boolean) => Process<unknown>;
}

/** In the order in which they are tried. */
const KINDS: readonly Kind[] = [
  {
    name: 'container',
    type: 'container.InspectResponse',
    swarm: false,
    get: (cli, id, size) => cli.client.containerInspect(id, { size }),
  },
  { name: 'image', type: 'image.InspectResponse', swarm: false, get: (cli, id) => cli.client.imageInspect(id) },
  { name: 'network', type: 'network.Inspect', swarm: false, get: (cli, id) => cli.client.networkInspect(id) },
  { name: 'volume', type: 'volume.Volume', swarm: false, get: (cli, id) => cli.client.volumeInspect(id) },
  {
    name: 'service',
    type: 'swarm.Service',
    swarm: true,
    get: (cli, id) => cli.client.serviceInspect(id, { insertDefaults: true }),
  },
  { name: 'task', type: 'swarm.Task', swarm: true, get: (cli, id) => cli.client.taskInspect(id) },
  { name: 'node', type: 'swarm.Node', swarm: true, get: (cli, id) => cli.client.nodeInspect(id) },
  { name: 'plugin', type: 'any', swarm: false, get: (cli, id) => cli.client.pluginInspect(id) },
  { name: 'secret', type: 'swarm.Secret', swarm: true, get: (cli, id) => cli.client.secretInspect(id) },
  { name: 'config', type: 'swarm.Config', swarm: true, get: (cli, id) => cli.client.configInspect(id) },
];

/** By name, as the refusal of another one lists them. */
const NAMES = ['config', 'container', 'image', 'network', 'node', 'plugin', 'secret', 'service', 'task', 'volume'];

export function* systemInspect(cli: Cli, { flags, args }: Invocation): Process<number> {
  const only = flags.string('type');
  const allowed = `must be one of "${NAMES.join('", "')}"`;
  if (flags.changed('type') && only === '') throw new CliError(`type is empty: ${allowed}`);
  if (only !== '' && !NAMES.includes(only)) throw new CliError(`unknown type: ${goQuote(only)}: ${allowed}`);
  const size = flags.bool('size');
  return yield* inspectAll(cli, args, {
    format: flags.string('format'),
    get: (reference) => find(cli, reference, only, size),
  });
}

function* find(cli: Cli, reference: string, only: string, size: boolean): Process<Inspected> {
  let manager: boolean | undefined;
  for (const kind of KINDS) {
    if (only !== '' && kind.name !== only) continue;
    if (only === '' && kind.swarm) {
      manager ??= yield* isManager(cli);
      if (!manager) continue;
    }
    try {
      const data = yield* kind.get(cli, reference, size);
      if (size && kind.name !== 'container') yield* cli.err(`WARNING: --size ignored for ${kind.name}\n`);
      return { data, type: kind.type, raw: true };
    } catch (error) {
      if (only !== '' || !(error instanceof ClientError) || !canSkip(error)) throw error;
    }
  }
  throw new CliError(`Error: No such object: ${reference}`);
}

function canSkip(error: ClientError): boolean {
  return isNotFound(error) || /not supported|invalid reference format/.test(error.message);
}

function* isManager(cli: Cli): Process<boolean> {
  try {
    return (yield* cli.client.info()).Swarm.ControlAvailable;
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    yield* cli.err(`${error.message}\n`);
    return false;
  }
}
