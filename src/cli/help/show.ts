/** Help as a running command prints it, for its engine and terminal. Follows docker/cli cmd/docker/docker.go. */
import { ClientError } from '../../api/index';
import { type Process, terminal } from '../../base/process';
import type { Cli } from '../command';
import { type CommandDefinition, findCommand } from '../data/catalog';
import { configDirectory } from '../global';
import { type EngineFacts, helpText } from './usage';

/** What the engine says of itself before anything else is asked; undefined when it does not answer. */
export function* askEngine(cli: Cli): Process<EngineFacts | undefined> {
  try {
    const answer = yield* cli.client.ping();
    const [state, role] = answer.swarm.split('/') as [string, string | undefined];
    return {
      experimental: answer.experimental,
      swarmState: state === '' ? undefined : state,
      manager: role === 'manager',
    };
  } catch (error) {
    if (error instanceof ClientError) return undefined;
    throw error;
  }
}

/** Prints a command's help where docker does. */
export function* showHelp(cli: Cli, command: CommandDefinition, stream: 'out' | 'err'): Process<number> {
  const engine = yield* askEngine(cli);
  if (engine !== undefined && !engine.experimental && isExperimental(command)) {
    yield* cli.out(`${experimentalRefusal(command)}\n`);
    return 0;
  }
  const columns = (yield* terminal(0))?.columns ?? 80;
  const bold = (yield* terminal(1)) !== undefined;
  const text = helpText(command, { engine, columns, bold, configDirectory: configDirectory(cli.env) });
  yield* stream === 'out' ? cli.out(text) : cli.err(text);
  return 0;
}

/** Whether a command or the one above it is known to experimental engines only. */
export function isExperimental(command: CommandDefinition): boolean {
  return command.experimental || (findCommand(command.path.split(' ')[0]!)?.experimental ?? false);
}

export function experimentalRefusal(command: CommandDefinition): string {
  return `docker ${command.path} is only supported on a Docker daemon with experimental features enabled`;
}

/** Prints a command's own help, for commands that do so when nothing is asked of them (`swarm update`). */
export function* printHelp(cli: Cli, path: string, stream: 'out' | 'err'): Process<number> {
  return yield* showHelp(cli, findCommand(path)!, stream);
}
