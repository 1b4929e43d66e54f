/** ls: names, or long lines. */
import { type Bytes, fromUtf8, utf8 } from '../../base/bytes';
import { Errno, type FileStat, listDirectory, now, type Process, stat, terminal, write } from '../../base/process';
import { join } from '../paths';
import { formatDate } from '../text/date';
import { complain, pathOf, withOptions } from './io';
import type { Program } from './program';

function modeText(found: FileStat): string {
  const kind = { file: '-', directory: 'd', socket: 's', link: 'l' }[found.kind];
  const bits = (shift: number): string => {
    const three = (found.mode >> shift) & 7;
    return `${three & 4 ? 'r' : '-'}${three & 2 ? 'w' : '-'}${three & 1 ? 'x' : '-'}`;
  };
  return kind + bits(6) + bits(3) + bits(0);
}

interface Entry {
  readonly name: Bytes;
  readonly found: FileStat;
}

function humanSize(size: number): string {
  const units = ['', 'K', 'M', 'G', 'T'];
  let value = size;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  if (unit === 0) return String(size);
  return value < 10 ? `${(Math.ceil(value * 10) / 10).toFixed(1)}${units[unit]}` : `${Math.ceil(value)}${units[unit]}`;
}

const HALF_YEAR = 15_778_476_000_000;

function longLines(entries: readonly Entry[], human: boolean, at: number): Bytes[] {
  const sizes = entries.map(({ found }) => (human ? humanSize(sizeOf(found)) : String(sizeOf(found))));
  const width = Math.max(0, ...sizes.map((size) => size.length));
  return entries.map(({ name, found }, k) => {
    const recent = found.modified > at - HALF_YEAR && found.modified <= at + 1_000_000;
    const date = formatDate(recent ? '%b %e %H:%M' : '%b %e  %Y', found.modified);
    const links = found.kind === 'directory' ? 2 : 1;
    return `${modeText(found)} ${links} root root ${sizes[k]!.padStart(width)} ${date} ${name}\n`;
  });
}

function sizeOf(found: FileStat): number {
  return found.kind === 'directory' ? 4096 : found.size;
}

/** Columns down, as ls fills a terminal. */
function inColumns(names: readonly Bytes[], columns: number): Bytes {
  const lengths = names.map((name) => fromUtf8(name).length);
  for (let rows = 1; rows <= names.length; rows++) {
    const widths: number[] = [];
    for (let at = 0; at < names.length; at += rows) widths.push(Math.max(...lengths.slice(at, at + rows)));
    const total = widths.reduce((sum, width) => sum + width + 2, -2);
    if (total > columns && rows < names.length) continue;
    let out = '';
    for (let row = 0; row < rows; row++) {
      let line = '';
      for (let column = 0; column * rows + row < names.length; column++) {
        const at = column * rows + row;
        const more = (column + 1) * rows + row < names.length;
        line += names[at]! + (more ? ' '.repeat(widths[column]! - lengths[at]! + 2) : '');
      }
      out += `${line}\n`;
    }
    return out;
  }
  return '';
}

export const ls: Program = withOptions(
  {
    letters: 'aAlhd1rtSRFCpni',
    long: { all: 'a', 'almost-all': 'A', 'human-readable': 'h', directory: 'd', reverse: 'r', recursive: 'R' },
  },
  function* (invocation, { flags, rest }) {
    const names = rest.length > 0 ? rest : ['.'];
    const files: Entry[] = [];
    const directories: Bytes[] = [];
    let status = 0;
    for (const name of names) {
      try {
        const found = yield* stat(pathOf(invocation, name));
        if (found.kind === 'directory' && !flags.has('d')) directories.push(name);
        else files.push({ name, found });
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        yield* complain(invocation, `cannot access '${name}': ${error.message}`);
        status = 2;
      }
    }
    if (files.length > 0) yield* showEntries(files, flags);
    const queue = [...directories].sort((a, b) => (a < b ? -1 : 1));
    let first = files.length === 0;
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
      if (names.length > 1 || flags.has('R')) yield* write(1, `${first ? '' : '\n'}${name}:\n`);
      first = false;
      const entries = yield* directoryEntries(pathOf(invocation, name), flags);
      if (flags.has('l'))
        yield* write(1, `total ${entries.reduce((sum, { found }) => sum + Math.ceil(sizeOf(found) / 4096) * 4, 0)}\n`);
      yield* showEntries(entries, flags);
      if (flags.has('R')) {
        const base = name;
        const inner = entries.filter(
          ({ found, name: own }) => found.kind === 'directory' && own !== '.' && own !== '..',
        );
        queue.unshift(...inner.map((entry) => `${base}/${entry.name}`));
      }
    }
    return status;
  },
  2,
);

function* directoryEntries(path: string, flags: ReadonlyMap<string, number>): Process<Entry[]> {
  const entries: Entry[] = [];
  const hidden = flags.has('a') || flags.has('A');
  const names = [...(flags.has('a') ? ['.', '..'] : []), ...(yield* listDirectory(path))];
  for (const name of names) {
    if (name.startsWith('.') && !hidden) continue;
    try {
      entries.push({ name: utf8(name), found: yield* stat(join(path, name)) });
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
    }
  }
  return entries;
}

function* showEntries(entries: readonly Entry[], flags: ReadonlyMap<string, number>): Process<void> {
  const sorted = [...entries].sort((a, b) => {
    if (flags.has('t') && a.found.modified !== b.found.modified) return b.found.modified - a.found.modified;
    if (flags.has('S') && a.found.size !== b.found.size) return b.found.size - a.found.size;
    return a.name < b.name ? -1 : 1;
  });
  if (flags.has('r')) sorted.reverse();
  if (flags.has('l') || flags.has('n')) {
    yield* write(1, longLines(sorted, flags.has('h'), yield* now()).join(''));
    return;
  }
  const names = sorted.map(({ name, found }) =>
    (flags.has('F') || flags.has('p')) && found.kind === 'directory' ? `${name}/` : name,
  );
  const screen = flags.has('1') ? undefined : yield* terminal(1);
  if (screen && names.length > 0) yield* write(1, inColumns(names, screen.columns));
  else yield* write(1, names.map((name) => `${name}\n`).join(''));
}
