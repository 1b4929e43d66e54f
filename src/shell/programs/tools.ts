/** docker and lab as programs. */

import { assert } from '../../base/assert';
import { fromUtf8 } from '../../base/bytes';
import { lab, write } from '../../base/process';
import type * as cli from '../../cli/index';
import type { Program } from './program';

/** What the shell takes of the docker command. */
export type DockerCommand = Pick<typeof cli, 'complete' | 'docker'>;

let provided: DockerCommand | undefined;

/**
 * Given by the entrance once, before the first command: the command is half of the shell's bytes, and a page fetches it
 * behind its first prompt.
 */
export function provideDocker(command: DockerCommand): void {
  provided = command;
}

export function dockerCommand(): DockerCommand {
  assert(provided !== undefined, 'no docker command was provided');
  return provided;
}

export const dockerProgram: Program = function* (invocation) {
  return yield* dockerCommand().docker(invocation.args, invocation.env, invocation.cwd);
};

/** The physical world: machines and cables. */
export const labProgram: Program = function* (invocation) {
  const answer = yield* lab(invocation.args.map(fromUtf8));
  yield* write(1, answer.stdout);
  yield* write(2, answer.stderr);
  return answer.status;
};
