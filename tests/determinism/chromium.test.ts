/** The same journal in Node and in the built worker in Chromium: the same digest of every event. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { replayJournal } from '../../src/headless/replay';
import { runScript } from '../../src/headless/run';
import type { Journal } from '../../src/lab/index';
import { launch, serve } from '../page/browser';

const SCRIPT = `
docker swarm init
for n in 2 3; do ssh node$n docker swarm join --token $(docker swarm join-token -q manager) node1:2377; done
ssh node4 docker swarm join --token $(docker swarm join-token -q worker) node1:2377
docker service create --name web --replicas 6 -p 8080:80 nginx:alpine
docker run -d --name shop redis
for i in 1 2 3; do curl -s localhost:8080 | head -2; done
docker service update -d --image nginx:1.27 --update-delay 2s web
lab kill node3
lab loss all 3%
sleep 70
lab partition node1 / node2,node4
sleep 30
lab heal
sleep 40
docker node ls
docker service ps web
`;

const folder = mkdtempSync(join(tmpdir(), 'digest-'));
let site: Awaited<ReturnType<typeof serve>>;
let browser: Awaited<ReturnType<typeof launch>>;

beforeAll(async () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  await build({ root, configFile: join(root, 'vite.config.ts'), logLevel: 'error', build: { outDir: folder } });
  site = await serve(folder, '/');
  browser = await launch();
});

afterAll(async () => {
  await browser?.close();
  await site?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Replays a journal in the built worker of a blank page; the digest at its end. */
async function digestInChromium(journal: Journal): Promise<string> {
  const entry = readdirSync(join(folder, 'assets')).find((name) => /^main-.*\.js$/.test(name))!;
  const page = await browser.newPage();
  await page.goto(`${site.url}assets/${entry}`);
  const digest = await page.evaluate(
    ({ url, sent }) =>
      new Promise<string>((resolve, reject) => {
        const worker = new Worker(url, { type: 'module' });
        worker.onmessage = ({ data }) => {
          if (data.kind === 'ready') worker.postMessage({ kind: 'ask', request: 1, question: { what: 'digest' } });
          if (data.kind === 'failed') reject(new Error(data.message));
          if (data.kind === 'answer') resolve(data.answer);
        };
        const pace = { paused: true, tenths: 10, untilSettled: false };
        worker.postMessage({
          kind: 'start',
          shape: { seed: 0, epoch: 0, nodes: 1 },
          journal: sent,
          sessions: [],
          pace,
        });
      }),
    { url: `${site.url}assets/${entry}`, sent: JSON.parse(JSON.stringify(journal)) },
  );
  await page.close();
  return digest;
}

test('Node and Chromium agree on every event of a journal with faults', async () => {
  let output = '';
  const run = await runScript({
    seed: 11,
    nodes: 4,
    name: 'test',
    text: SCRIPT,
    args: [],
    limit: 3_600_000_000,
    output: (_stream, data) => {
      output += data;
    },
  });
  expect(output).toContain('converged');
  expect(output).toContain('Down');
  const journal = run.lab.journal();
  const replayed = await replayJournal(journal, () => {});
  expect(await digestInChromium(journal)).toBe(replayed.digest());
});
