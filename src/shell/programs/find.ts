/** From a name or path to a program. */
import type { Program, Programs } from './program';

/** The program that `path` names: a bare name, or one in a directory of programs (/bin/ls). */
export function findProgram(programs: Programs, path: string): Program | undefined {
  const match = /^(?:\/(?:usr\/)?(?:local\/)?s?bin\/)?([^/]+)$/.exec(path);
  return match ? programs.get(match[1]!) : undefined;
}
