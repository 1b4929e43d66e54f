/** Which programs a host and a container know. */
import type { Program, Programs } from './program';

/** Everything that a host has, docker and lab included. */
export function hostPrograms(): Programs {
  return new Map();
}

/**
 * What an image brings: `busybox` for small ones, `debian` for the others. `extra` are programs that only this image has
 * (redis-cli), or docker when the socket is mounted.
 */
export function containerPrograms(_family: 'busybox' | 'debian', extra: Programs = new Map()): Programs {
  return extra;
}

/** The program that `path` names: a bare name, or one in a directory of programs (/bin/ls). */
export function findProgram(programs: Programs, path: string): Program | undefined {
  const match = /^(?:\/(?:usr\/)?(?:local\/)?s?bin\/)?([^/]+)$/.exec(path);
  return match ? programs.get(match[1]!) : undefined;
}
