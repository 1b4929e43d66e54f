/** What a secret or config is made of: a file or stdin. Follows docker/cli cli/command/secret/create.go. */
import type { Bytes } from '../../base/bytes';
import { Errno, type Process, readFile } from '../../base/process';
import { readStdin, resolvePath } from '../arguments';
import { type Cli, CliError } from '../command';

/** Reads at most twice the size that the swarm allows. `kind` names the object in errors. */
export function* readData(cli: Cli, file: string, kind: string, limit: number): Process<Bytes> {
  if (file === '') throw new CliError(`${kind} file is required`);
  const source = file === '-' ? 'STDIN' : file;
  const data = file === '-' ? yield* readStdin(2 * limit) : yield* readNamed(cli, file);
  if (data === '') throw new CliError(`error reading from ${source}: data is empty`);
  return data.slice(0, 2 * limit);
}

function* readNamed(cli: Cli, file: string): Process<Bytes> {
  try {
    return yield* readFile(resolvePath(cli.cwd, file));
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    const call = error.code === 'EISDIR' ? 'read' : 'open';
    throw new CliError(`error reading from ${file}: ${call} ${file}: ${error.message.toLowerCase()}`);
  }
}
