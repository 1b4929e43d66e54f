/**
 * A story: a bash file whose comments after a command say what it prints (stdout and stderr together), as JavaScript
 * regular expressions over lines:
 *
 *     # expect: RE            matches
 *     # expect-not: RE        does not match
 *     # expect-count: N RE    matches exactly N times
 *     # expect-fail: RE       matches, and the status is not 0
 *     # any-status            the status may be anything; without it and expect-fail it is 0
 *
 * Its first line is `# story: …`, its second says where it was seen: `# recorded from Docker Engine 28.5`, or
 * `# follows PATH` of the upstream source that a recording could not show.
 */
import { parse } from 'unbash';
import { runScript } from '../../src/headless/run';

const DAY = 86_400_000_000;
const MARK = '\u0001end ';
const CHECK = /^\s*#\s*(expect|expect-not|expect-count|expect-fail): ?(.*)$/;

export interface Expectation {
  readonly line: number;
  readonly kind: string;
  readonly pattern: RegExp;
  /** How often it matches; only of expect-count. */
  readonly count: number | undefined;
}

export interface Step {
  readonly line: number;
  readonly command: string;
  readonly expectations: readonly Expectation[];
  readonly anyStatus: boolean;
}

export interface Answer {
  readonly output: string;
  readonly status: number;
}

/** Where the node ends in the text, the bodies of its here-documents included. */
function endOf(node: unknown, end = 0): number {
  if (typeof node !== 'object' || node === null) return end;
  let last = 'end' in node && typeof node.end === 'number' ? Math.max(end, node.end) : end;
  for (const child of Object.values(node)) last = endOf(child, last);
  return last;
}

function expectation(text: string, line: number): Expectation | undefined {
  const match = CHECK.exec(text);
  if (!match) return undefined;
  const [, kind = '', rest = ''] = match;
  if (kind !== 'expect-count') return { line, kind, pattern: new RegExp(rest, 'm'), count: undefined };
  const counted = /^(\d+)\s+(.*)$/.exec(rest);
  if (!counted) throw new Error(`line ${line}: expect-count wants a number and an expression`);
  return { line, kind, pattern: new RegExp(counted[2]!, 'gm'), count: Number(counted[1]) };
}

/** The story's commands in order, each with what is expected of it. Commands on one line are one. */
export function readStory(text: string): Step[] {
  const lines = text.split('\n');
  const lineAt = (position: number): number => text.slice(0, position).split('\n').length;
  const spans: { from: number; to: number }[] = [];
  for (const statement of parse(text).commands) {
    const from = lineAt(statement.pos);
    const to = lineAt(endOf(statement));
    const last = spans.at(-1);
    if (last && last.to >= from) last.to = Math.max(last.to, to);
    else spans.push({ from, to });
  }
  return spans.map(({ from, to }, n) => {
    const notes = lines.slice(to, (spans[n + 1]?.from ?? lines.length + 1) - 1);
    return {
      line: from,
      command: lines.slice(from - 1, to).join('\n'),
      expectations: notes.flatMap((note, k) => expectation(note, to + 1 + k) ?? []),
      anyStatus: notes.some((note) => /^\s*#\s*any-status\s*$/.test(note)),
    };
  });
}

/** What each command of the story answers on five fresh hosts. */
export async function tellStory(steps: readonly Step[], name: string): Promise<Answer[]> {
  const parts = steps.map(({ command }) => `{ ${command}\n} 2>&1; echo "${MARK}$?"\n`);
  let output = '';
  const run = await runScript({
    seed: 1,
    nodes: 5,
    name,
    text: Buffer.from(parts.join(''), 'utf8').toString('latin1'),
    args: [],
    limit: DAY,
    output: (_stream, data) => {
      output += data;
    },
  });
  const said = Buffer.from(output, 'latin1').toString('utf8');
  if (run.stopped) throw new Error(`${name} was stopped: ${run.stopped}; it had said:\n${said.slice(-2000)}`);
  const answers = said.split(MARK).map((part) => part.replace(/^\d+\n/, ''));
  const statuses = [...said.matchAll(new RegExp(`${MARK}(\\d+)`, 'g'))].map((match) => Number(match[1]));
  return statuses.map((status, n) => ({ output: answers[n]!, status }));
}

/** What is not as the story says, each in one sentence. */
export function differences(step: Step, answer: Answer | undefined): string[] {
  if (!answer) return ['it was not reached'];
  const mustFail = step.expectations.some(({ kind }) => kind === 'expect-fail');
  const found: string[] = [];
  if (mustFail ? answer.status === 0 : !step.anyStatus && answer.status !== 0) found.push(`status ${answer.status}`);
  for (const { line, kind, pattern, count } of step.expectations) {
    const times =
      count === undefined ? Number(pattern.test(answer.output)) : [...answer.output.matchAll(pattern)].length;
    const wanted = count ?? (kind === 'expect-not' ? 0 : 1);
    if (times !== wanted) found.push(`line ${line}: ${kind} ${pattern.source} (matched ${times} times)`);
  }
  return found;
}
