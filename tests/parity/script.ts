/**
 * Lists of commands as text. Blocks are parted by blank lines; each is a piece of bash. A first line in brackets says
 * how to run and compare it:
 *
 *   host NODE   on that node (node1)      ids     ids made meanwhile are numbered
 *   wait 30     let 30 virtual seconds    times   instants and ages made meanwhile are masked
 *               pass first                sorted  lines in any order
 *   last N      only the last N lines     paced   the clock runs while it polls
 *
 * Lines that begin with # are for the reader.
 */
import { readdirSync, readFileSync } from 'node:fs';

export interface Block {
  readonly file: string;
  readonly line: number;
  readonly host: string;
  readonly wait: number;
  readonly last: number | undefined;
  readonly marks: ReadonlySet<string>;
  readonly script: string;
}

const MARKS = ['ids', 'times', 'sorted', 'paced'];

export function readBlocks(folder: URL): readonly Block[] {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.txt'))
    .sort((a, b) => (a < b ? -1 : 1));
  return files.flatMap((file) => parseBlocks(file, readFileSync(new URL(file, folder), 'utf8')));
}

export function parseBlocks(file: string, text: string): readonly Block[] {
  const blocks: Block[] = [];
  let first = 0;
  let lines: string[] = [];
  const flush = (): void => {
    if (lines.length > 0) blocks.push(parseBlock(file, first, lines));
    lines = [];
  };
  text.split('\n').forEach((line, index) => {
    if (line.startsWith('#')) return;
    if (line.trim() === '') flush();
    else {
      if (lines.length === 0) first = index + 1;
      lines.push(line);
    }
  });
  flush();
  return blocks;
}

function parseBlock(file: string, line: number, lines: readonly string[]): Block {
  const directives = /^\[(.*)\]$/.exec(lines[0]!)?.[1];
  const words = directives?.split(' ') ?? [];
  const marks = new Set<string>();
  let host = 'node1';
  let wait = 0;
  let last: number | undefined;
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (word === 'host') host = words[++at]!;
    else if (word === 'wait') wait = Number(words[++at]);
    else if (word === 'last') last = Number(words[++at]);
    else if (MARKS.includes(word)) marks.add(word);
    else throw new Error(`${file}:${line}: unknown word ${word}`);
  }
  const script = lines.slice(directives === undefined ? 0 : 1).join('\n');
  if (script === '' && wait === 0) throw new Error(`${file}:${line}: nothing to run`);
  return { file, line, host, wait, last, marks, script };
}

export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}

/** What two runs of a block have to agree on. */
export function comparable(block: Block, ran: Ran): Ran {
  const numbers = new Map<string, string>();
  const shown = (text: string): string => {
    let out = sortRuntimes(text).replace(CLOSED_PIPE, '');
    if (block.marks.has('times')) out = maskTimes(out);
    if (block.marks.has('ids')) out = numberIds(out, numbers);
    let lines = out.split('\n');
    if (block.marks.has('sorted')) lines = lines.sort((a, b) => (a < b ? -1 : 1));
    if (block.last !== undefined) lines = lines.slice(-block.last - 1);
    return lines.join('\n');
  };
  return { stdout: shown(ran.stdout), stderr: shown(ran.stderr), status: ran.status };
}

/** What the real command logs of its own goroutines when an upload is refused: or not, as they race. */
const CLOSED_PIPE = /^time="[^"]*" level=error msg="Can't [^\n]* closed pipe"\n/gm;

/** The real command prints runtimes in the order of a Go map, another one each time. */
function sortRuntimes(text: string): string {
  return text.replace(/^( Runtimes: )(.*)$/m, (_, head: string, names: string) => {
    return (
      head +
      names
        .split(' ')
        .sort((a, b) => (a < b ? -1 : 1))
        .join(' ')
    );
  });
}

/** Instants, ages and version numbers. The blanks that a column is padded with depend on them. */
function maskTimes(text: string): string {
  return text
    .replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z| \+0000 utc| \+0000 UTC)?/g, 'TIME')
    .replace(/(?:[Ll]ess than a second|[Aa]bout an? \w+|\d+ (?:seconds?|minutes?|hours?|days?)) ago *(?=\s|$)/g, 'AGE ')
    .replace(/Up (?:Less than a second|About an? \w+|\d+ \w+)(?: \(healthy\)| \(health: starting\))? */g, 'UP ')
    .replace(/"Index": ?\d+/g, '"Index": N')
    .replace(/ {2,}/g, '  ');
}

/** 25 characters of base 36, 64 or 12 hexadecimal digits: the same id gets the same number. */
function numberIds(text: string, numbers: Map<string, string>): string {
  return text.replace(/\b(?:[0-9a-f]{64}|[0-9a-z]{25}|[0-9a-f]{12}|[0-9a-z]{12})\b/g, (id) => {
    if (!/\d/.test(id)) return id;
    const short = id.slice(0, 12);
    let number = numbers.get(short);
    if (number === undefined) numbers.set(short, (number = `ID${numbers.size + 1}`));
    return number.padEnd(id.length);
  });
}

/** The words of a block that is one plain docker command; undefined for more of a script. */
export function plainWords(script: string): readonly string[] | undefined {
  if (/[|&;<>$`\\"\n]/.test(script.replace(/'[^']*'/g, '')) || !script.startsWith('docker')) return undefined;
  return [...script.matchAll(/(?:'[^']*'|[^\s'])+/g)].map(([word]) => word.replaceAll("'", '')).slice(1);
}
