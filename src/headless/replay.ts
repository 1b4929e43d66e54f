/** `lab replay JOURNAL`: the same inputs into a fresh world, and whether the same came of it. */
import { readFileSync } from 'node:fs';
import { DIGEST_EVERY, type Journal, Lab, readJournal } from '../lab/index';
import { parseArguments, UsageError } from './options';
import { pump } from './pump';
import { tools } from './tools';

/** Builds the lab of a journal and runs it to the journal's end. */
export async function replayJournal(
  journal: Journal,
  output: (stream: 'stdout' | 'stderr', data: string) => void,
  hashPayloads = false,
): Promise<Lab> {
  const lab = new Lab({
    seed: journal.seed,
    epoch: journal.epoch,
    shape: journal.shape,
    hashPayloads,
    tools,
    outputs: {
      terminal: (_session, data) => output('stdout', data),
      prompt: (_session, prompt) => output('stdout', prompt),
      line: (_session, _prompt, text) => output('stdout', `${text ?? ''}\r\n`),
      act: () => {},
      script: (_session, stream, data) => output(stream, data),
      scriptEnd: () => {},
    },
  });
  for (const input of journal.inputs) lab.replay(input);
  await pump(lab, journal.epoch + journal.end, () => false);
  return lab;
}

export async function replayCommand(args: readonly string[]): Promise<number> {
  const line = parseArguments(args, { values: [], switches: ['digest'] });
  const [file] = line.words;
  if (file === undefined || line.words.length > 1) throw new UsageError('replay needs one journal');
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    process.stderr.write(`lab: ${file}: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
  const journal = readJournal(value);
  if (typeof journal === 'string') {
    process.stderr.write(`lab: ${file}: ${journal}\n`);
    return 1;
  }
  const lab = await replayJournal(
    journal,
    (stream, data) => process[stream].write(Buffer.from(data, 'latin1')),
    line.switches.has('digest'),
  );
  if (line.switches.has('digest')) process.stderr.write(`digest ${lab.fullDigest()}\n`);
  const replayed = lab.journal().digests;
  const differs = journal.digests.findIndex((digest, index) => digest !== replayed[index]);
  if (differs < 0) return 0;
  process.stderr.write(
    `lab: the replay differs from input ${differs * DIGEST_EVERY + 1} on (journal of ${journal.engine})\n`,
  );
  return 3;
}
