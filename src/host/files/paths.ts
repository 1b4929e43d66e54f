/** Small questions and acts on a tree of files. */
import { Errno } from '../../base/process';
import type { Files } from './files';

/** Whether something is there. */
export function exists(files: Files, path: string): boolean {
  try {
    files.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Errno) return false;
    throw error;
  }
}

/** A directory with those above it, where they are not there yet. */
export function makeDirectories(files: Files, path: string): void {
  let at = '';
  for (const part of path.split('/').slice(1)) {
    at += `/${part}`;
    if (!exists(files, at)) files.mkdir(at);
  }
}
