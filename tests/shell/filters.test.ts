import { describe, expect, it } from 'vitest';
import { utf8 } from '../../src/base/bytes';
import { type FilterRequest, runFilter } from '../../src/shell/filters';
import { EPOCH, World } from './world';

function request(name: string, args: readonly string[], stdin = '', seed = 1): FilterRequest {
  return { name, args: args.map(utf8), stdin: utf8(stdin), cwd: '/root', env: new Map([['A', '1']]), now: EPOCH, seed };
}

function run(world: World, name: string, args: readonly string[], stdin = '', seed = 1) {
  return runFilter(request(name, args, stdin, seed), (call) => world.file(call));
}

describe('filters', () => {
  const table: readonly (readonly [string, readonly string[], string, string])[] = [
    ['sort', ['-r'], 'a\nc\nb\n', 'c\nb\na\n'],
    ['sort', ['-k2', '-n'], 'a 10\nb 9\n', 'b 9\na 10\n'],
    ['tr', ['a-z', 'A-Z'], 'abc\n', 'ABC\n'],
    ['tr', ['-d', '\\n'], 'a\nb\n', 'ab'],
    ['sed', ['s/é/e/g'], 'café é\n', 'cafe e\n'],
    ['sed', ['-n', '2p'], 'a\nb\n', 'b\n'],
    ['awk', ['{print $2}'], 'one two\n', 'two\n'],
    ['awk', ['NR==1{print $1}'], 'héllo x\ny\n', 'héllo\n'],
    ['jq', ['-r', '.[0].Name'], '[{"Name":"ingress"}]', 'ingress\n'],
    ['jq', ['.'], '{"a":"✓"}', '{\n  "a": "✓"\n}\n'],
    ['paste', ['-sd,', '-'], '1\n2\n', '1,2\n'],
  ];
  for (const [name, args, stdin, stdout] of table) {
    it(`${name} ${args.join(' ')}`, async () => {
      expect(await run(new World(), name, args, stdin)).toEqual({ stdout: utf8(stdout), stderr: '', status: 0 });
    });
  }

  it('see and change the machine’s own files', async () => {
    const world = new World();
    world.put('/root/stack.yml', 'replicas: 2\n');
    await run(world, 'sed', ['-i', 's/2/5/', 'stack.yml']);
    expect(world.files.get('/root/stack.yml')!.data).toBe('replicas: 5\n');
    expect((await run(world, 'sort', ['/root/stack.yml'])).stdout).toBe('replicas: 5\n');
    expect(await run(world, 'sort', ['/nope'])).toMatchObject({ stderr: 'sort: /nope: No such file or directory\n' });
    world.mkdir('/root/d');
    world.put('/root/d/x.txt', '');
    expect((await run(world, 'find', ['/root/d', '-name', '*.txt'])).stdout).toBe('/root/d/x.txt\n');
  });

  // As GNU diff 3.10 prints them.
  const twenty = Array.from({ length: 20 }, (_, at) => `${at + 1}\n`);
  it.each([
    ['a\nb\nc\n', 'a\nx\nc\nd\n', '2c2\n< b\n---\n> x\n3a4\n> d\n'],
    ['', 'a\nb\nc\n', '0a1,3\n> a\n> b\n> c\n'],
    ['a\nb\nc\n', '', '1,3d0\n< a\n< b\n< c\n'],
    ['a\nb\nc\n', 'a\nb', '2,3c2\n< b\n< c\n---\n> b\n\\ No newline at end of file\n'],
    [
      twenty.join(''),
      twenty.map((line, at) => (at === 2 ? 'x\n' : at === 16 ? '' : line)).join(''),
      '3c3\n< 3\n---\n> x\n17d16\n< 17\n',
    ],
    ['a\n', 'a\n', ''],
  ])('diff of %j and %j', async (one, other, stdout) => {
    const world = new World();
    world.put('/root/one', one);
    world.put('/root/other', other);
    const status = stdout === '' ? 0 : 1;
    expect(await run(world, 'diff', ['one', 'other'])).toEqual({ stdout, stderr: '', status });
  });

  it('leave no files behind', async () => {
    const world = new World();
    const before = [...world.files.keys()];
    await run(world, 'sort', [], 'b\na\n');
    expect([...world.files.keys()]).toEqual(before);
  });

  it('have the world’s chance, and give the real one back', async () => {
    const [one, same, other] = [
      await run(new World(), 'awk', ['BEGIN{print rand()}'], '', 7),
      await run(new World(), 'awk', ['BEGIN{print rand()}'], '', 7),
      await run(new World(), 'awk', ['BEGIN{print rand()}'], '', 8),
    ];
    expect(same).toEqual(one);
    expect(other).not.toEqual(one);
    expect(Math.random()).not.toBe(Math.random());
  });

  it('have the world’s clock', async () => {
    const { stdout } = await run(new World(), 'jq', ['-n', 'now | floor']);
    expect(stdout).toBe(`${EPOCH / 1e6}\n`);
  });
});
