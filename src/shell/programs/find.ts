/** From a name or path to a program. */
import { Errno, type Process, readFile } from '../../base/process';
import type { Program, Programs } from './program';

/** How the files of executables begin that a program of ours stands for, or none. */
export const EXECUTABLE = '\x7fELF';

/** The program that `path` names: a bare name, or one in a directory of programs (/bin/ls). */
export function findProgram(programs: Programs, path: string): Program | undefined {
  const match = /^(?:\/(?:usr\/)?(?:local\/)?s?bin\/)?([^/]+)$/.exec(path);
  return match ? programs.get(match[1]!) : undefined;
}

const PLACES = ['/usr/bin/', '/usr/sbin/', '/usr/local/bin/', '/bin/', '/sbin/'];

/** As {@link findProgram}, and what a package has installed since. */
export function* locateProgram(programs: Programs, path: string): Process<Program | undefined> {
  const known = findProgram(programs, path);
  const name = path.slice(path.lastIndexOf('/') + 1);
  const packaged = programs.packaged?.get(name);
  if (known || !packaged) return known;
  for (const place of path === name ? PLACES : ['']) {
    try {
      if ((yield* readFile(place + path)).startsWith(EXECUTABLE)) return packaged;
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
    }
  }
  return undefined;
}
