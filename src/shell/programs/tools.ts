/** docker and lab as programs. */
import { fromUtf8 } from '../../base/bytes';
import { lab, write } from '../../base/process';
import { docker } from '../../cli/index';
import type { Program } from './program';

export const dockerProgram: Program = function* (invocation) {
  return yield* docker(invocation.args, invocation.env, invocation.cwd);
};

/** The physical world: machines and cables. */
export const labProgram: Program = function* (invocation) {
  const answer = yield* lab(invocation.args.map(fromUtf8));
  yield* write(1, answer.stdout);
  yield* write(2, answer.stderr);
  return answer.status;
};
