// Sizes of the built page in brotli, against their budgets: `node tools/sizes.mjs [--json] [DIST]`. Fails when one is
// exceeded; with --json it only tells.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';

const args = process.argv.slice(2);
const asJson = args[0] === '--json';
const dist = args[asJson ? 1 : 0] ?? 'dist';
const assets = join(dist, 'assets');
const files = readdirSync(assets).filter((file) => /\.(js|css)$/.test(file));
const texts = new Map(files.map((file) => [file, readFileSync(join(assets, file), 'utf8')]));

/** The files with all that they import at once; what they import later is not among them. */
function withImports(names) {
  const reached = new Set();
  const visit = (name) => {
    if (reached.has(name) || !texts.has(name)) return;
    reached.add(name);
    const imports = texts.get(name).matchAll(/(?:\bfrom|\bimport)\s*["'`]\.\/([^"'`]+)["'`]/g);
    for (const [, file] of imports) visit(file);
  };
  for (const name of names) visit(basename(name));
  return reached;
}

const html = readFileSync(join(dist, 'index.html'), 'utf8');
const named = (pattern) => [...html.matchAll(pattern)].map(([, file]) => file);
/** What is around the terminal is drawn behind the first prompt, but every visit fetches it. */
const around = files.filter((file) => /^around-/.test(file));
const first = withImports([...named(/(?:src|href)="\.\/(assets\/[^"]+\.(?:js|css))"/g), ...around]);
const engine = files.filter((file) => /^(engine|pacer)-/.test(file));
const worker = withImports([...named(/data-worker="\.\/([^"]+)"/g), ...engine]);
const filters = new Set(files.filter((file) => /^(filters|browser)-/.test(file)));
const tools = files.filter((file) => !first.has(file) && !worker.has(file) && !filters.has(file));

/** Budgets in bytes; none where only the whole counts. */
const GROUPS = [
  { name: 'first load, JS and CSS', files: [...first], budget: 200_000 },
  { name: 'engine worker', files: [...worker], budget: 150_000 },
  { name: 'filters, after the prompt', files: [...filters], budget: 300_000 },
  ...tools.map((file) => ({ name: `later: ${file}`, files: [file], budget: undefined })),
];

const sizes = GROUPS.map(({ name, files: group, budget }) => {
  const bytes = group.reduce((sum, file) => sum + brotliCompressSync(texts.get(file)).length, 0);
  return { name, bytes, budget };
});
sizes.push({ name: 'all', bytes: sizes.reduce((sum, { bytes }) => sum + bytes, 0), budget: 800_000 });
if (asJson) console.log(JSON.stringify(sizes));
else sizes.forEach(report);

function report({ name, bytes, budget }) {
  const over = budget !== undefined && bytes > budget;
  const limit = budget === undefined ? '' : ` of ${budget / 1000}`;
  console.log(`${over ? 'OVER' : 'ok  '} ${name}: ${(bytes / 1000).toFixed(1)}${limit} kB`);
  if (over) process.exitCode = 1;
}
