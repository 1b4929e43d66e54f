/**
 * The headless lab: `lab run FILE`, `lab replay JOURNAL`, `lab serve`.
 * Owns nothing of the world: it builds a Lab, pumps it, and carries bytes between it and the process.
 */

import { UsageError } from './options';
import { replayCommand } from './replay';
import { runCommand } from './run';
import { serveCommand } from './serve';

const USAGE = `Usage:
  npm run --silent lab -- run [--seed N] [--nodes N] [--digest] [--journal OUT] [--limit DURATION] FILE [ARG...]
      runs a bash file in node1's shell of a fresh lab, as bash FILE does without a terminal
  npm run --silent lab -- replay [--digest] JOURNAL
      runs a journal again, and says whether it came out the same
  npm run --silent lab -- serve [--seed N] [--nodes N] [--port P] [--speed X]
      serves node k's Docker Engine API on 127.0.0.1:P+k-1; reads lab lines from stdin
`;

async function main(args: readonly string[]): Promise<number> {
  const [word, ...rest] = args;
  switch (word) {
    case 'run':
      return runCommand(rest);
    case 'replay':
      return replayCommand(rest);
    case 'serve':
      return serveCommand(rest);
    case undefined:
    case 'help':
    case '--help':
      process.stdout.write(USAGE);
      return 0;
    default:
      throw new UsageError(`unknown word "${word}"`);
  }
}

/** Exit only when everything that was written has left: a pipe may be slow. */
function finish(status: number): void {
  process.exitCode = status;
  process.stdout.write('', () => process.stderr.write('', () => process.exit(status)));
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(141);
});

main(process.argv.slice(2)).then(finish, (error: unknown) => {
  if (error instanceof UsageError) {
    process.stderr.write(`lab: ${error.message}\n\n${USAGE}`);
    finish(2);
  } else {
    process.stderr.write(`lab: ${error instanceof Error ? error.stack : String(error)}\n`);
    finish(70);
  }
});
