// Sizes of the built page in brotli, against their budgets: `node tools/sizes.mjs [DIST]`. Fails when one is exceeded.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';

/** First match wins. Bytes. */
const BUDGETS = [
  { name: 'engine worker', files: /^main-.*\.js$/, budget: 150_000 },
  { name: 'filters, after the prompt', files: /^(filters|bundle|browser)-.*\.js$/, budget: 300_000 },
  { name: 'first load, JS and CSS', files: /^index-.*\.(js|css)$/, budget: 200_000 },
  { name: 'other chunks', files: /\.(js|css)$/, budget: 150_000 },
];

const folder = join(process.argv[2] ?? 'dist', 'assets');
const sums = new Map(BUDGETS.map(({ name }) => [name, 0]));
for (const file of readdirSync(folder)) {
  const group = BUDGETS.find(({ files }) => files.test(file));
  if (group === undefined) continue;
  sums.set(group.name, sums.get(group.name) + brotliCompressSync(readFileSync(join(folder, file))).length);
}
let total = 0;
for (const { name, budget } of BUDGETS) {
  const bytes = sums.get(name);
  total += bytes;
  const over = bytes > budget;
  console.log(`${over ? 'OVER ' : 'ok   '} ${name}: ${(bytes / 1000).toFixed(1)} of ${budget / 1000} kB`);
  if (over) process.exitCode = 1;
}
console.log(`${total > 800_000 ? 'OVER ' : 'ok   '} all: ${(total / 1000).toFixed(1)} of 800 kB`);
if (total > 800_000) process.exitCode = 1;
