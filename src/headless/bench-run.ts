/**
 * The bench: one line a measure, those whose name holds a WORD, all without one. Exit status 1 when a
 * bar is missed twice. The page's measures build it and need a Chromium.
 */
import { engineMeasures } from './bench-engine';
import { type Measure, print, take } from './bench-measure';
import { pageMeasures } from './bench-page';
import { scaleMeasures } from './bench-scale';
import { sceneMeasures } from './bench-scene';
import { scheduleMeasures } from './bench-schedule';

async function main(words: readonly string[]): Promise<number> {
  const measures: readonly Measure[] = [
    ...engineMeasures(),
    ...scheduleMeasures(),
    ...scaleMeasures(),
    ...sceneMeasures(),
    ...pageMeasures(),
  ];
  const wanted = measures.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
  if (wanted.length === 0) {
    print(`bench: no measure has that in its name:\n${measures.map(({ name }) => `  ${name}`).join('\n')}`);
    return 2;
  }
  let missed = 0;
  for (const measure of wanted) if (!(await take(measure))) missed++;
  print(missed === 0 ? 'all bars met' : `${missed} missed`);
  return missed === 0 ? 0 : 1;
}

main(process.argv.slice(2)).then(
  (status) => process.exit(status),
  (error: unknown) => {
    process.stderr.write(`bench: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(2);
  },
);
