/** The files that a build sends: a directory without what .dockerignore names. Follows docker/cli cli/command/image/build. */
import { type Bytes, fromUtf8 } from '../../base/bytes';
import { Errno, listDirectory, type Process, readFile, stat } from '../../base/process';
import { packTar, type TarEntry } from '../../base/tar';

interface Rule {
  readonly keep: boolean;
  readonly pattern: RegExp;
}

/** Patterns of a .dockerignore: `*`, `?`, `**`, `!` to take one back. */
export function ignoreRules(text: string): readonly Rule[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const keep = line.startsWith('!');
      const path = (keep ? line.slice(1) : line)
        .trim()
        .replace(/^\.?\/+/, '')
        .replace(/\/+$/, '');
      const source = path
        .replace(/[.+^${}()|\\]/g, '\\$&')
        .replace(/\*\*\/?|\*|\?/g, (glob) => (glob.startsWith('**') ? '(?:.*/)?' : glob === '*' ? '[^/]*' : '[^/]'));
      return { keep, pattern: new RegExp(`^${source.replace(/\(\?:\.\*\/\)\?$/, '.*')}(?:/.*)?$`) };
    });
}

function isIgnored(rules: readonly Rule[], path: string): boolean {
  let ignored = false;
  for (const { keep, pattern } of rules) if (pattern.test(path)) ignored = !keep;
  return ignored;
}

export function* readOptional(path: string): Process<Bytes | undefined> {
  try {
    return yield* readFile(path);
  } catch (error) {
    if (error instanceof Errno) return undefined;
    throw error;
  }
}

/** A directory as a tar archive; the Dockerfile and .dockerignore always go along. */
export function* packContext(directory: string, dockerfile: string): Process<Bytes> {
  const rules = ignoreRules(fromUtf8((yield* readOptional(`${directory}/.dockerignore`)) ?? ''));
  const entries: TarEntry[] = [];
  yield* collect(
    directory,
    '',
    (path) => path !== dockerfile && path !== '.dockerignore' && isIgnored(rules, path),
    entries,
  );
  return packTar(entries);
}

function* collect(
  directory: string,
  path: string,
  ignored: (path: string) => boolean,
  entries: TarEntry[],
): Process<void> {
  for (const name of yield* listDirectory(path === '' ? directory : `${directory}/${path}`)) {
    const inner = path === '' ? name : `${path}/${name}`;
    const { kind, mode, modified } = yield* stat(`${directory}/${inner}`);
    if (kind === 'directory') {
      if (!ignored(inner)) entries.push({ name: `${inner}/`, mode, modified, data: '' });
      yield* collect(directory, inner, ignored, entries);
    } else if (kind === 'file' && !ignored(inner)) {
      entries.push({ name: inner, mode, modified, data: yield* readFile(`${directory}/${inner}`) });
    }
  }
}
