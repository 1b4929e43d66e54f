/** `npm run fuzz -- --seed N --count K`: fault schedules, with every rule checked after every event. */
import { fuzzPlan, scriptOf } from './fuzz-plan';
import { fuzzSeed, replayCommandOf } from './fuzzing';
import { parseArguments, UsageError, wholeNumber } from './options';

async function main(args: readonly string[]): Promise<number> {
  const line = parseArguments(args, { values: ['seed', 'count'], switches: ['verbose'] });
  const first = wholeNumber(line, 'seed', 0, 0xffffffff, 1);
  const count = wholeNumber(line, 'count', 1, 1_000_000, 20);
  const verbose = line.switches.has('verbose');
  let failures = 0;
  for (let seed = first; seed < first + count; seed++) {
    if (verbose) process.stdout.write(scriptOf(fuzzPlan(seed)));
    const result = await fuzzSeed(
      seed,
      verbose ? (data) => process.stdout.write(Buffer.from(data, 'latin1')) : undefined,
    );
    if (result.broken === undefined) {
      if (verbose) process.stdout.write(`seed ${seed}: ${result.events} events, digest ${result.digest}\n`);
      continue;
    }
    failures++;
    process.stdout.write(`seed ${seed}: ${result.broken}\n  again: ${replayCommandOf(seed)}\n`);
  }
  process.stdout.write(`${count - failures} seeds passed, ${failures} failed\n`);
  return failures === 0 ? 0 : 1;
}

main(process.argv.slice(2)).then(
  (status) => process.exit(status),
  (error: unknown) => {
    process.stderr.write(`fuzz: ${error instanceof UsageError ? error.message : String(error)}\n`);
    process.exit(2);
  },
);
