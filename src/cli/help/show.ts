/** Help as a running command prints it: the engine and the terminal have their say. Follows docker/cli cmd/docker/docker.go. */
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
  const columns = (yield* terminal(0))?.columns ?? 80;
  const bold = (yield* terminal(1)) !== undefined;
  const text = helpText(command, { engine, columns, bold, configDirectory: configDirectory(cli.env) });
  yield* stream === 'out' ? cli.out(text) : cli.err(text);
  return 0;
}

/** Prints a command's own help, for commands that do so when nothing is asked of them (`swarm update`). */
export function* printHelp(cli: Cli, path: string, stream: 'out' | 'err'): Process<number> {
  return yield* showHelp(cli, findCommand(path)!, stream);
}
