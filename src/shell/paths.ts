/** Absolute paths from what people type. Text, not bytes. */

/** `path` as seen from `cwd`, without `.`, `..` and double slashes. */
export function join(cwd: string, path: string): string {
  const out: string[] = [];
  for (const segment of (path.startsWith('/') ? path : `${cwd}/${path}`).split('/')) {
    if (segment === '..') out.pop();
    else if (segment !== '' && segment !== '.') out.push(segment);
  }
  return `/${out.join('/')}`;
}

/** The last component, without trailing slashes. */
export function baseName(path: string): string {
  const clean = path.replace(/\/+$/, '');
  return clean === '' ? (path === '' ? '' : '/') : clean.slice(clean.lastIndexOf('/') + 1);
}

export function directoryName(path: string): string {
  const clean = path.replace(/\/+$/, '');
  const at = clean.lastIndexOf('/');
  if (at < 0) return clean === '' && path !== '' ? '/' : '.';
  return clean.slice(0, at).replace(/\/+$/, '') || '/';
}
