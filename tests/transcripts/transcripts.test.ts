/**
 * Stories in a shell of a fresh lab, each file one run. A command stands after `$ ` (further lines of it after `> `),
 * below it what it prints, and `exit N` when that is its status. In what is expected `<id>` is a swarm's id, `<id12>`
 * a short one, `<hex>` 64 digits, `<addr>` an IPv4 address, `<n>` a number and `<any>` any text; a line `...` stands
 * for any lines. A file's first lines, after `#`, say where it was recorded.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runScript } from '../../src/headless/run';

const HERE = new URL('.', import.meta.url);
const MARK = '\u0001end ';
const HOUR = 3_600_000_000;

const PATTERNS: readonly (readonly [string, string])[] = [
  ['<id>', '[a-z0-9]{25}'],
  ['<id12>', '[a-z0-9]{12}'],
  ['<hex>', '[0-9a-f]{64}'],
  ['<addr>', '\\d+\\.\\d+\\.\\d+\\.\\d+'],
  ['<n>', '[\\d.]+'],
  ['<any>', '.*'],
];

interface Step {
  readonly command: string;
  readonly expected: string[];
}

function readSteps(text: string): Step[] {
  const steps: Step[] = [];
  for (const line of text.split('\n')) {
    const last = steps.at(-1);
    if (line.startsWith('$ ')) steps.push({ command: line.slice(2), expected: [] });
    else if (line.startsWith('> ') && last && last.expected.length === 0) {
      steps[steps.length - 1] = { ...last, command: `${last.command}\n${line.slice(2)}` };
    } else if (last) last.expected.push(line);
  }
  for (const { expected } of steps) while (expected.at(-1) === '') expected.pop();
  return steps;
}

function pattern(expected: readonly string[]): RegExp {
  const lines = expected.map((line) => {
    if (line === '...') return '(?:.*\\n)*?';
    let source = line.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
    for (const [word, regex] of PATTERNS) source = source.replaceAll(word, regex);
    return `${source}[ \\t]*\\n`;
  });
  return new RegExp(`^${lines.join('')}$`);
}

async function answers(steps: readonly Step[], name: string): Promise<string[]> {
  const script = steps.map(({ command }) => `{ ${command}\n} 2>&1; echo "${MARK}$?"\n`).join('');
  let output = '';
  const run = await runScript({
    seed: 1,
    nodes: 5,
    name,
    text: Buffer.from(script, 'utf8').toString('latin1'),
    args: [],
    limit: 24 * HOUR,
    output: (_stream, data) => {
      output += data;
    },
  });
  expect(run.stopped).toBeUndefined();
  const text = Buffer.from(output, 'latin1').toString('utf8');
  return text.split(MARK).reduce<string[]>((all, part, at) => {
    const end = part.indexOf('\n');
    if (at > 0) {
      const status = part.slice(0, end);
      if (status !== '0') all[at - 1] += `exit ${status}\n`;
    }
    all.push(at > 0 ? part.slice(end + 1) : part);
    return all;
  }, []);
}

describe('stories in a shell', () => {
  for (const file of readdirSync(HERE).filter((name) => name.endsWith('.txt'))) {
    it(file.replace(/\.txt$/, '').replaceAll('-', ' '), async () => {
      const steps = readSteps(readFileSync(new URL(file, HERE), 'utf8'));
      const said = await answers(steps, file);
      for (const [at, { command, expected }] of steps.entries()) {
        const whole = said[at]!.replace(/[ \t]+$/gm, '');
        if (!pattern(expected).test(whole)) expect(whole, `$ ${command}`).toBe(`${expected.join('\n')}\n`);
      }
    });
  }
});
