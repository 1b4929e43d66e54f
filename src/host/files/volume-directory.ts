/** The directory of all volumes: NAME/_data and below is the volume's own tree, everything above cannot be changed. */
import type { Bytes } from '../../base/bytes';
import { Errno, type FileStat } from '../../base/process';
import type { Files, WriteOptions } from './files';
import { DIRECTORY_MODE } from './layer';

const DIRECTORY: FileStat = { kind: 'directory', size: 4096, mode: DIRECTORY_MODE, modified: 0 };

export class VolumeDirectory implements Files {
  constructor(
    private readonly names: () => readonly string[],
    private readonly tree: (name: string) => Files,
  ) {}

  stat(path: string): FileStat {
    const place = this.inside(path);
    if (place) return place.files.stat(place.path);
    this.list(path);
    return DIRECTORY;
  }

  list(path: string): readonly string[] {
    const place = this.inside(path);
    if (place) return place.files.list(place.path);
    const [, name = '', more] = path.split('/');
    if (name === '') return this.names();
    if (more === undefined && this.names().includes(name)) return ['_data'];
    throw new Errno('ENOENT', path);
  }

  read(path: string): Bytes {
    const place = this.inside(path);
    if (place) return place.files.read(place.path);
    this.list(path);
    throw new Errno('EISDIR', path);
  }

  write(path: string, data: Bytes, options?: WriteOptions): void {
    const { files, path: inner } = this.changeable(path);
    files.write(inner, data, options);
  }

  mkdir(path: string): void {
    const { files, path: inner } = this.changeable(path);
    files.mkdir(inner);
  }

  remove(path: string): void {
    const { files, path: inner } = this.changeable(path);
    files.remove(inner);
  }

  rename(path: string, to: string): void {
    const from = this.changeable(path);
    const target = this.changeable(to);
    if (from.files !== target.files) throw new Errno('EXDEV', path);
    from.files.rename(from.path, target.path);
  }

  chmod(path: string, mode: number): void {
    const { files, path: inner } = this.changeable(path);
    files.chmod(inner, mode);
  }

  private changeable(path: string): { files: Files; path: string } {
    const place = this.inside(path);
    if (!place) throw new Errno('EACCES', path);
    return place;
  }

  private inside(path: string): { files: Files; path: string } | undefined {
    const [, name = '', data, ...rest] = path.split('/');
    if (data !== '_data' || !this.names().includes(name)) return undefined;
    return { files: this.tree(name), path: `/${rest.join('/')}` };
  }
}
