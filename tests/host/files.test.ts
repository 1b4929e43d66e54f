import { describe, expect, it } from 'vitest';
import { Errno } from '../../src/base/process';
import { Changes, Mounted, memoryFiles, Overlay } from '../../src/host/files/files';
import { LayerBuilder } from '../../src/host/files/layer';

const layer = new LayerBuilder(1).file('/etc/motd', 'hello\n').file('/etc/deep/er/file', 'x').directory('/tmp').build();

function tree(): Overlay {
  return new Overlay(layer, new Changes(), () => 2);
}

function code(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof Errno) return error.code;
    throw error;
  }
  return 'no error';
}

describe('a tree over a shared layer', () => {
  it('shows the layer and keeps its own changes', () => {
    const [one, other] = [tree(), tree()];
    one.write('/etc/motd', 'mine\n');
    one.write('/tmp/a', 'b', { mode: 0o755 });
    one.write('/tmp/a', 'c', { append: true });
    expect([one.read('/etc/motd'), one.read('/tmp/a'), one.stat('/tmp/a').mode]).toEqual(['mine\n', 'bc', 0o755]);
    expect([other.read('/etc/motd'), other.list('/tmp')]).toEqual(['hello\n', []]);
  });

  it('hides what was removed and lists what is there, in byte order', () => {
    const files = tree();
    files.write('/etc/Z', '');
    files.write('/etc/a', '');
    files.remove('/etc/motd');
    expect(files.list('/etc')).toEqual(['Z', 'a', 'deep']);
    expect(code(() => files.read('/etc/motd'))).toBe('ENOENT');
    files.write('/etc/motd', 'again');
    expect(files.read('/etc/motd')).toBe('again');
  });

  it('renames directories with all that is in them', () => {
    const files = tree();
    files.rename('/etc/deep', '/etc/low');
    expect(files.read('/etc/low/er/file')).toBe('x');
    expect(code(() => files.stat('/etc/deep'))).toBe('ENOENT');
  });

  it.each([
    ['read a directory', (f: Overlay) => f.read('/etc'), 'EISDIR'],
    ['list a file', (f: Overlay) => f.list('/etc/motd'), 'ENOTDIR'],
    ['read what is not there', (f: Overlay) => f.read('/nope'), 'ENOENT'],
    ['look below a file', (f: Overlay) => f.stat('/etc/motd/x'), 'ENOTDIR'],
    ['write without a parent', (f: Overlay) => f.write('/no/file', ''), 'ENOENT'],
    ['write over a directory', (f: Overlay) => f.write('/etc', ''), 'EISDIR'],
    ['make what exists', (f: Overlay) => f.mkdir('/etc'), 'EEXIST'],
    ['remove what is not empty', (f: Overlay) => f.remove('/etc'), 'ENOTEMPTY'],
    ['move into itself', (f: Overlay) => f.rename('/etc', '/etc/deep/etc'), 'EINVAL'],
  ])('fails as a system call does: %s', (_what, act, expected) => {
    expect(code(() => act(tree()))).toBe(expected);
  });
});

describe('mounts', () => {
  const secret = new Overlay(
    new LayerBuilder(1).generated('/file', () => 'hunter2').build(),
    new Changes(),
    () => 2,
    true,
  );
  const files = new Mounted(
    tree(),
    [
      { at: '/run', files: memoryFiles(() => 2), inside: '/', readOnly: false },
      { at: '/run/secrets/db', files: secret, inside: '/file', readOnly: true },
      { at: '/deep/mount', files: memoryFiles(() => 2), inside: '/', readOnly: true },
    ],
    [['/var/run', '/run']],
  );

  it('are found by the longest mount point, single files too', () => {
    files.write('/run/pid', '1');
    expect([files.read('/run/secrets/db'), files.read('/var/run/pid'), files.list('/run/secrets')]).toEqual([
      'hunter2',
      '1',
      ['db'],
    ]);
    expect(files.list('/run')).toEqual(['pid', 'secrets']);
    expect(files.list('/')).toEqual(['deep', 'etc', 'run', 'tmp']);
  });

  it('may be read-only, and nothing moves across them', () => {
    expect(code(() => files.write('/run/secrets/db', 'x'))).toBe('EROFS');
    expect(code(() => files.write('/deep/mount/x', 'x'))).toBe('EROFS');
    expect(code(() => files.rename('/etc/motd', '/run/motd'))).toBe('EXDEV');
  });
});
