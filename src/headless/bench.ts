/**
 * `npm run bench [-- WORD…]`: builds the bench as the page's worker is built, since what a loader for TypeScript adds to
 * every closure would be measured too, and runs it.
 */
import { spawnSync } from 'node:child_process';

const FOLDER = 'node_modules/.cache/bench';
const BUILD = [
  'build',
  '--logLevel',
  'warn',
  '--emptyOutDir',
  '--ssr',
  'src/headless/bench-run.ts',
  '--outDir',
  FOLDER,
];

function run(args: readonly string[]): number {
  return spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1;
}

process.exit(
  run(['node_modules/vite/bin/vite.js', ...BUILD]) ||
    run(['--expose-gc', `${FOLDER}/bench-run.js`, ...process.argv.slice(2)]),
);
