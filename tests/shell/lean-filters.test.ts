import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Bash, InMemoryFs } from 'just-bash/browser';
import { beforeAll, describe, expect, it } from 'vitest';
import { leanLibrary } from '../../tools/lean-filters';

const MODULES = fileURLToPath(new URL('../../node_modules/', import.meta.url));
const FILES = {
  '/w/a.txt': 'pear 3\napple 10\nfig 2\n',
  '/w/b.txt': 'apple red\nfig green\n',
  '/w/d/c.yml': 'image: nginx:1.27\nreplicas: 2\n',
  '/w/d/ü.txt': 'größe 12 m²\n',
  '/w/s.json': '[{"Name":"ü","Spec":{"Replicas":2}},{"Name":"b","Spec":{"Replicas":5}}]',
};

/** What the page does with a result. */
async function run(Shell: typeof Bash, name: string, args: readonly string[], stdin: string) {
  const files = new InMemoryFs(FILES);
  const shell = new Shell({ fs: files, cwd: '/', env: {} });
  const bytes = Buffer.from(stdin).toString('latin1');
  const options = { args: [...args], stdin: bytes, stdinKind: 'bytes' as const, rawScript: true, cwd: '/w' };
  const result = await shell.exec(name, { ...options, env: { A: '1', TZ: 'UTC' }, replaceEnv: true });
  const binary = (result as { stdoutKind?: string }).stdoutKind === 'bytes';
  const stdout = binary ? Buffer.from(result.stdout, 'latin1').toString() : result.stdout;
  const kept: Record<string, string> = {};
  for (const path of files.getAllPaths()) {
    if (path.startsWith('/w/') && (await files.stat(path)).isFile) kept[path] = await files.readFile(path);
  }
  return { stdout, stderr: result.stderr, status: result.exitCode, kept };
}

const TABLE: readonly (readonly [name: string, args: readonly string[], stdin?: string])[] = [
  ['sort', ['-k', '2', '-n', 'a.txt']],
  ['sort', ['-r', '-u'], 'b\na\nb\n'],
  ['sort', ['/nope']],
  ['sort', ['--frob']],
  ['sort', ['-o', 'a.txt', 'a.txt']],
  ['sed', ['-n', '/nginx/p', 'd/c.yml']],
  ['sed', ['-i', 's/1.27/1.28/; $d', 'd/c.yml']],
  ['sed', ['s/ö/oe/;s/ß/ss/', 'd/ü.txt']],
  ['sed', ['s/(/x/'], 'a(b\n'],
  ['sed', ['-e', ':a', '-e', 'N', '-e', '$!ba', '-e', 's/\\n/,/g'], '1\n2\n3\n'],
  ['awk', ['{s+=$2} END{print s, NR}', 'a.txt']],
  ['awk', ['-F:', '-v', 'n=2', '{print $n}'], 'a:b\nc:ü\n'],
  ['awk', ['BEGIN{while(("cat a.txt" | getline l)>0) print "<" l ">"}']],
  ['awk', ['BEGIN{"sort b.txt | head -1" | getline l; print l}']],
  ['awk', ['{print $1 > "out.txt"}', 'a.txt']],
  ['awk', ['BEGIN{printf "%05.1f|%-4s|%x\\n", 3.14159, "a", 255; print ENVIRON["A"], substr("hello",2,3)}']],
  ['awk', ['{print']],
  ['awk', ['BEGIN{while(1) i++}']],
  ['jq', ['-r', '.[] | "\\(.Name) \\(.Spec.Replicas)"', 's.json']],
  ['jq', ['map(.Spec.Replicas) | add', 's.json']],
  ['jq', ['.[].nope.x', 's.json']],
  ['jq', ['.['], '{}'],
  ['jq', ['.'], 'nonsense'],
  ['jq', ['-c', '[.[]|select(.Name|test("Ü";"i"))]', 's.json']],
  ['tr', ['a-z', 'A-Z'], 'größe\n'],
  ['tr', ['-s', ' '], 'a   b\n'],
  ['comm', ['-12', '-', 'b.txt'], 'apple red\nzoo\n'],
  ['join', ['-', 'b.txt'], 'apple 1\nfig 2\n'],
  ['paste', ['-d,', 'a.txt', 'b.txt']],
  ['diff', ['a.txt', 'b.txt']],
  ['diff', ['-u', 'a.txt', '/nope']],
  ['column', ['-t', 'a.txt']],
  ['fold', ['-w', '4'], 'abcdefghij\n'],
  ['nl', ['a.txt']],
  ['od', ['-c'], 'aé\n'],
  ['expand', [], 'a\tb\n'],
  ['unexpand', ['-a'], 'a       b\n'],
  ['expr', ['7', '*', '6']],
  ['expr', ['1', '+']],
  ['md5sum', ['a.txt']],
  ['sha1sum', ['d/ü.txt']],
  ['sha256sum', [], 'größe\n'],
  ['split', ['-l', '2', 'a.txt', 'part.']],
  ['strings', ['a.txt']],
  ['fgrep', ['-n', 'fig', 'a.txt']],
  ['egrep', ['-o', '[0-9]+|ü', 's.json']],
  ['file', ['a.txt', 's.json', 'd']],
  ['find', ['.', '-name', '*.txt']],
  ['find', ['.', '-type', 'f', '-name', '*.yml', '-exec', 'cat', '{}', ';']],
  ['find', ['.', '-name', '*.txt', '-exec', 'grep', '-l', 'apple', '{}', '+']],
  ['find', ['d', '-name', '*.yml', '-delete']],
  ['find', ['.', '-exec', 'frobnicate', '{}', ';']],
  ['find', ['/nope']],
  ['tree', ['.']],
  ['du', ['-a', '.']],
  ['readlink', ['-f', 'd/../a.txt']],
];

describe('the filters of the built page answer as the whole library', () => {
  let Lean: typeof Bash;
  beforeAll(async () => {
    const folder = join(MODULES, '.cache');
    mkdirSync(folder, { recursive: true });
    const file = join(folder, 'lean-filters.mjs');
    writeFileSync(file, leanLibrary(readFileSync(join(MODULES, 'just-bash/dist/bundle/browser.js'), 'utf8')));
    Lean = (await import(/* @vite-ignore */ file)).Bash;
  });
  for (const [name, args, stdin = ''] of TABLE) {
    it(`${name} ${args.join(' ')}`, async () => {
      expect(await run(Lean, name, args, stdin)).toEqual(await run(Bash, name, args, stdin));
    });
  }
});
