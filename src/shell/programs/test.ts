/** test and [ as programs: the builtin's code in a shell of its own. */
import { fromUtf8 } from '../../base/bytes';
import type { Process } from '../../base/process';
import { test } from '../builtins/test';
import { interpreter } from '../interpreter/interpreter';
import { Shell } from '../interpreter/shell';
import type { Invocation } from './program';

export function* testProgram(invocation: Invocation): Process<number> {
  const shell = new Shell(invocation.name, invocation.cwd, invocation.programs, 'dash', true, interpreter);
  return yield* test(shell, invocation.args, fromUtf8(invocation.name));
}
