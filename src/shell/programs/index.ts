/** Which programs a host and a container know. */
import type { Programs } from './program';

export { findProgram } from './find';

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
