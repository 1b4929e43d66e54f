/** `lab run FILE`: a bash file in node1's shell of a fresh lab. */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { DEFAULT_EPOCH, Lab } from '../lab/index';
import { topLevelSleeps } from '../shell/index';
import { duration, parseArguments, UsageError, wholeNumber } from './options';
import { answerFilter } from './pump';
import { tools } from './tools';

/** Exit status of a script that was stopped by a limit, as timeout(1) has it. */
const STOPPED = 124;
const DAY = 86_400_000_000;
/**
 * What one run may take, for a loop without end costs hours before its virtual time is used up. Each second of a
 * top-level sleep brings as much again as a large swarm needs.
 */
const EVENTS_MAX = 20_000_000;
const EVENTS_A_SECOND = 1_000;
/** Calls of processes to the kernel, about one for each step of a script. */
const CALLS_MAX = 4_000_000;
const CALLS_A_SECOND = 200;
const SLICE = 100;

export interface ScriptRun {
  readonly status: number;
  readonly lab: Lab;
  /** Why it was stopped, undefined when it ended by itself. */
  readonly stopped: string | undefined;
}

export interface ScriptOptions {
  readonly seed: number;
  readonly nodes: number;
  readonly name: string;
  /** Bytes. */
  readonly text: string;
  readonly args: readonly string[];
  /** Virtual microseconds beside the script's top-level sleeps. */
  readonly limit: number;
  /** Calls that its processes may make, beside what its top-level sleeps bring. */
  readonly calls?: number;
  /** Also hash what packets carry. */
  readonly hashPayloads?: boolean;
  readonly output: (stream: 'stdout' | 'stderr', data: string) => void;
}

/** Runs a script to its end or to a limit. */
export async function runScript(options: ScriptOptions): Promise<ScriptRun> {
  let status: number | undefined;
  const lab = new Lab({
    seed: options.seed,
    epoch: DEFAULT_EPOCH,
    shape: { nodes: options.nodes },
    hashPayloads: options.hashPayloads === true,
    tools,
    outputs: {
      terminal: () => {},
      prompt: () => {},
      line: () => {},
      act: () => {},
      script: (_session, stream, data) => options.output(stream, data),
      scriptEnd: (_session, code) => {
        status = code;
      },
    },
  });
  const { name, text, args } = options;
  lab.submit({ kind: 'script', session: 1, host: 'node1', name, text, args });
  const slept = topLevelSleeps(text);
  const deadline = DEFAULT_EPOCH + options.limit + slept;
  const eventsMax = EVENTS_MAX + Math.floor(slept / 1_000_000) * EVENTS_A_SECOND;
  const callsMax = (options.calls ?? CALLS_MAX) + Math.floor(slept / 1_000_000) * CALLS_A_SECOND;
  for (let events = 0; status === undefined; events += SLICE) {
    const end = lab.advance(deadline, SLICE);
    if (status !== undefined) break;
    if (end === 'filter') await answerFilter(lab);
    else if (end === 'reached') return { status: STOPPED, lab, stopped: 'its virtual time is used up (--limit)' };
    else if (events > eventsMax) return { status: STOPPED, lab, stopped: `it took more than ${eventsMax} events` };
    else if (lab.kernel.callCount > callsMax)
      return { status: STOPPED, lab, stopped: `its processes took more than ${callsMax} steps` };
  }
  return { status, lab, stopped: undefined };
}

export async function runCommand(args: readonly string[]): Promise<number> {
  const line = parseArguments(args, {
    values: ['seed', 'nodes', 'journal', 'limit'],
    switches: ['digest'],
    wordsEndOptions: true,
  });
  const [file, ...rest] = line.words;
  if (file === undefined) throw new UsageError('run needs a file');
  let text: string;
  try {
    text = readFileSync(file, 'latin1');
  } catch {
    process.stderr.write(`bash: ${file}: No such file or directory\n`);
    return 127;
  }
  const run = await runScript({
    seed: wholeNumber(line, 'seed', 0, 0xffffffff, 1),
    nodes: wholeNumber(line, 'nodes', 1, 5_000, 5),
    name: file.includes('/') ? file : basename(file),
    text,
    args: rest.map((arg) => Buffer.from(arg, 'utf8').toString('latin1')),
    limit: duration(line, 'limit', DAY),
    hashPayloads: line.switches.has('digest'),
    output: (stream, data) => process[stream].write(Buffer.from(data, 'latin1')),
  });
  if (run.stopped) process.stderr.write(`lab: stopped: ${run.stopped}\n`);
  const journal = line.values.get('journal');
  if (journal !== undefined) writeFileSync(journal, `${JSON.stringify(run.lab.journal())}\n`);
  if (line.switches.has('digest')) process.stderr.write(`digest ${run.lab.fullDigest()}\n`);
  return run.status;
}
