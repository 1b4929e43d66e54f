/** House rules that no compiler checks: banned words in engine rooms, sizes, front doors. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

const ENGINE_ROOMS = [
  'base',
  'sim',
  'raft',
  'api',
  'scene',
  'cli',
  'swarm',
  'host',
  'shell',
  'daemon',
  'images',
  'lab',
];
const ROOMS = readdirSync('src').filter((name) => statSync(join('src', name)).isDirectory());

/** The one engine file that may await: the library behind it does. */
const MAY_AWAIT = new Set(['src/shell/filters.ts']);

/** Longer than the limits, and honestly so: data tables. */
const LONG_FILES = new Map<string, number>([]);
const FILE_LINES_MAX = 500;
const FUNCTION_LINES_MAX = 70;

const BANNED: readonly { readonly word: RegExp; readonly instead: string }[] = [
  { word: /\bDate\.now\b/, instead: 'the simulation clock' },
  { word: /\bnew Date\(\)/, instead: 'the simulation clock' },
  { word: /\bMath\.random\b/, instead: 'a named random stream' },
  { word: /\btoLocale\w+/, instead: 'base/units or own text' },
  { word: /\bIntl\b/, instead: 'own text' },
  { word: /\.sort\(\)/, instead: 'sort with a comparator' },
  { word: /\.toSorted\(\)/, instead: 'toSorted with a comparator' },
  { word: /\blocaleCompare\b/, instead: 'comparison of code units' },
];
const BANNED_WAITING = { word: /\b(async|await|Promise)\b/, instead: 'a generator (base/process.ts)' };
const UNFINISHED = /\b(TODO|FIXME|XXX)\b/;

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return /\.tsx?$/.test(entry.name) ? [path] : [];
  });
}

const FILES = filesBelow('src').sort();
const TEXTS = new Map(FILES.map((path) => [path, readFileSync(path, 'utf8')]));

/** The text with comments blanked, lines kept. */
function code(path: string): string {
  const text = TEXTS.get(path)!;
  const source = ts.createSourceFile(
    path,
    text,
    ts.ScriptTarget.ES2023,
    true,
    path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS,
  );
  const cuts: [number, number][] = [];
  const visit = (node: ts.Node): void => {
    for (const range of ts.getLeadingCommentRanges(text, node.getFullStart()) ?? []) cuts.push([range.pos, range.end]);
    for (const range of ts.getTrailingCommentRanges(text, node.getEnd()) ?? []) cuts.push([range.pos, range.end]);
    if (ts.isStringLiteralLike(node)) cuts.push([node.getStart(), node.getEnd()]);
    ts.forEachChild(node, visit);
  };
  visit(source);
  let out = text;
  for (const [from, to] of cuts) out = out.slice(0, from) + out.slice(from, to).replace(/[^\n]/g, ' ') + out.slice(to);
  return out;
}

function longFunctions(path: string): string[] {
  const text = TEXTS.get(path)!;
  const source = ts.createSourceFile(
    path,
    text,
    ts.ScriptTarget.ES2023,
    true,
    path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS,
  );
  const long: string[] = [];
  const visit = (node: ts.Node): void => {
    if ((ts.isFunctionLike(node) || ts.isArrowFunction(node)) && 'body' in node && node.body) {
      const first = source.getLineAndCharacterOfPosition(node.getStart()).line;
      const last = source.getLineAndCharacterOfPosition(node.getEnd()).line;
      const name = node.name?.getText() ?? 'anonymous';
      if (last - first + 1 > FUNCTION_LINES_MAX) long.push(`${path}:${first + 1} ${name}: ${last - first + 1} lines`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return long;
}

describe('tidy', () => {
  test('engine rooms use no clock, chance, locale or waiting but their own', () => {
    const found: string[] = [];
    for (const path of FILES.filter((file) => ENGINE_ROOMS.includes(file.split('/')[1]!))) {
      const banned = MAY_AWAIT.has(path) ? BANNED.slice(3) : [...BANNED, BANNED_WAITING];
      code(path)
        .split('\n')
        .forEach((line, index) => {
          for (const { word, instead } of banned)
            if (word.test(line)) found.push(`${path}:${index + 1} ${word.source}: use ${instead}`);
        });
    }
    expect(found).toEqual([]);
  });

  test('nothing is left for later by its own words', () => {
    expect(FILES.filter((path) => UNFINISHED.test(TEXTS.get(path)!))).toEqual([]);
  });

  test('files keep to 500 lines', () => {
    const long = FILES.filter(
      (path) => TEXTS.get(path)!.split('\n').length - 1 > (LONG_FILES.get(path) ?? FILE_LINES_MAX),
    );
    expect(long).toEqual([]);
  });

  test('functions keep to 70 lines', () => {
    expect(FILES.flatMap(longFunctions)).toEqual([]);
  });

  test('every room opens with a comment of at most 30 lines that says what is absent', () => {
    const faults: string[] = [];
    for (const room of ROOMS) {
      if (room === 'base' || room === 'worker' || room === 'headless') continue;
      const text = TEXTS.get(`src/${room}/index.ts`) ?? TEXTS.get(`src/${room}/index.tsx`);
      if (!text?.startsWith('/**')) faults.push(`${room}: no header`);
      else if (text.slice(0, text.indexOf('*/')).split('\n').length > 30) faults.push(`${room}: header too long`);
      else if (!/absent/.test(text.slice(0, text.indexOf('*/'))))
        faults.push(`${room}: says nothing of what is absent`);
    }
    expect(faults).toEqual([]);
  });
});
