/** Tar archives of files and directories, the form in which docker cp moves them. Follows POSIX ustar. */
import type { Bytes } from './bytes';
import { fromUtf8, utf8 } from './bytes';
import type { Micros } from './process';

export interface TarEntry {
  /** Slash-separated; a directory's ends with a slash. */
  readonly name: string;
  readonly mode: number;
  readonly modified: Micros;
  readonly data: Bytes;
}

const BLOCK = 512;

export function packTar(entries: readonly TarEntry[]): Bytes {
  const packed = entries.map((entry) => header(entry) + padded(entry.data));
  return packed.join('') + '\0'.repeat(2 * BLOCK);
}

function padded(data: Bytes): Bytes {
  return data + '\0'.repeat((BLOCK - (data.length % BLOCK)) % BLOCK);
}

function header({ name, mode, modified, data }: TarEntry): Bytes {
  const bytes = utf8(name);
  // A name of more than 100 bytes is parted at a slash.
  const cut = bytes.length > 100 ? bytes.indexOf('/', bytes.length - 101) : -1;
  const [prefix, base] = cut > 0 ? [bytes.slice(0, cut), bytes.slice(cut + 1)] : ['', bytes];
  const octal = (value: number, width: number): string => `${value.toString(8).padStart(width - 1, '0')}\0`;
  const text = (value: string, width: number): string => value.slice(0, width).padEnd(width, '\0');
  const head =
    text(base, 100) +
    octal(mode & 0o7777, 8) +
    octal(0, 8) +
    octal(0, 8) +
    octal(data.length, 12) +
    octal(Math.floor(modified / 1_000_000), 12);
  const tail =
    (name.endsWith('/') ? '5' : '0') +
    text('', 100) +
    'ustar\x0000' +
    text('root', 32) +
    text('root', 32) +
    octal(0, 8) +
    octal(0, 8) +
    text(prefix, 155) +
    text('', 12);
  let sum = 8 * 32;
  for (const character of head + tail) sum += character.charCodeAt(0);
  return `${head}${sum.toString(8).padStart(6, '0')}\0 ${tail}`;
}

/** The files and directories of an archive; undefined where it is none. Links and devices are left out. */
export function unpackTar(bytes: Bytes): readonly TarEntry[] | undefined {
  const entries: TarEntry[] = [];
  let longName = '';
  for (let at = 0; at + BLOCK <= bytes.length; ) {
    const head = bytes.slice(at, at + BLOCK);
    if (/^\0*$/.test(head)) return entries;
    const field = (from: number, width: number): string => head.slice(from, from + width).replace(/\0.*$/s, '');
    const number = (from: number, width: number): number => Number.parseInt(field(from, width).trim() || '0', 8);
    const size = number(124, 12);
    if (!Number.isInteger(size) || !head.slice(257).startsWith('ustar')) return undefined;
    const data = bytes.slice(at + BLOCK, at + BLOCK + size);
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    const kind = head[156];
    const prefix = field(345, 155);
    const name = longName || (prefix === '' ? '' : `${prefix}/`) + field(0, 100);
    longName = '';
    if (kind === 'x') longName = /\d+ path=([^\n]*)\n/.exec(data)?.[1] ?? '';
    else if (kind === '0' || kind === '\0' || kind === '5') {
      const shown = kind === '5' && !name.endsWith('/') ? `${name}/` : name;
      const mode = number(100, 8);
      entries.push({
        name: fromUtf8(shown),
        mode,
        modified: number(136, 12) * 1_000_000,
        data: kind === '5' ? '' : data,
      });
    }
  }
  return bytes.length === 0 ? entries : undefined;
}
