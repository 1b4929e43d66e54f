/** Pathname expansion: patterns against the machine's files. */
import { type Bytes, fromUtf8, utf8 } from '../../base/bytes';
import { Errno, listDirectory, type Process, stat } from '../../base/process';
import { join } from '../paths';
import { matches } from './pattern';

/** Whether a text holds characters that could be a pattern. */
export function hasGlob(text: Bytes): boolean {
  return /[*?[]|[@!+]\(/.test(text);
}

/** The names that a pattern matches, sorted by bytes; relative ones stay relative. */
export function* pathnames(cwd: string, pattern: Bytes, options: ReadonlySet<string>): Process<Bytes[]> {
  const absolute = pattern.startsWith('/');
  const segments = pattern.split('/').filter((segment, at, all) => segment !== '' || (at === all.length - 1 && at > 0));
  let found: Bytes[] = [absolute ? '/' : ''];
  for (let at = 0; at < segments.length; at++) {
    const segment = segments[at]!;
    const last = at === segments.length - 1;
    const next: Bytes[] = [];
    for (const base of found) {
      if (!hasGlob(segment) || segment === '') {
        const path = base + segment.replace(/\\(.)/g, '$1') + (last ? '' : '/');
        if (!last || (yield* exists(join(cwd, fromUtf8(path))))) next.push(path);
        continue;
      }
      if (segment === '**' && options.has('globstar')) {
        yield* descend(cwd, base, last, next);
        continue;
      }
      for (const name of yield* list(join(cwd, fromUtf8(base) || '.'))) {
        const bytes = utf8(name);
        if (bytes.startsWith('.') && !segment.startsWith('.') && !options.has('dotglob')) continue;
        if (!matches(segment, bytes, options.has('nocaseglob'))) continue;
        if (last) next.push(base + bytes);
        else if (yield* isDirectory(join(cwd, fromUtf8(base + bytes)))) next.push(`${base}${bytes}/`);
      }
    }
    found = next;
  }
  return found.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** ** : every directory below, and at the end every file too. */
function* descend(cwd: string, base: Bytes, last: boolean, out: Bytes[]): Process<void> {
  if (!last) out.push(base);
  for (const name of yield* list(join(cwd, fromUtf8(base) || '.'))) {
    if (name.startsWith('.')) continue;
    const path = base + utf8(name);
    const directory = yield* isDirectory(join(cwd, fromUtf8(path)));
    if (last) out.push(path);
    if (directory) yield* descend(cwd, `${path}/`, last, out);
  }
}

function* list(path: string): Process<readonly string[]> {
  try {
    return yield* listDirectory(path);
  } catch (error) {
    if (error instanceof Errno) return [];
    throw error;
  }
}

function* exists(path: string): Process<boolean> {
  try {
    yield* stat(path);
    return true;
  } catch (error) {
    if (error instanceof Errno) return false;
    throw error;
  }
}

function* isDirectory(path: string): Process<boolean> {
  try {
    return (yield* stat(path)).kind === 'directory';
  } catch (error) {
    if (error instanceof Errno) return false;
    throw error;
  }
}
