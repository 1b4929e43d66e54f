/**
 * The page's timings in a real browser, for `npm run bench`: builds the page and a bare shell, and prints one JSON
 * object: name → figures. `node --import tsx tools/bench-page.ts DIST` builds into DIST.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { launch, serve } from '../tests/page/browser';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const RUNS = 3;
/** First prompts of each page for one figure, in turns. */
const LOADS = 3;
const KEYS = 20;
const LISTS = 7;

interface Playground {
  readonly page: { getState(): { readonly session: string } };
  readonly terminals: { text(session: string): string };
}
interface PageScope {
  readonly playground: Playground;
  /** Whether the keys that come are timed, and for how long each: until what is new in the terminal matches. */
  armed: boolean;
  until: string;
  latencies: number[];
}

function median(figures: readonly number[]): number {
  return [...figures].sort((a, b) => a - b)[Math.floor(figures.length / 2)]!;
}

/** A new window builds the browser's own surface first, with both cores: a link is followed in one that stands. */
const SETTLE_MS = 600;

async function firstPrompt(browser: Browser, url: string): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.waitForTimeout(SETTLE_MS);
  await page.goto(url);
  await page.waitForFunction(() => performance.getEntriesByName('first-prompt').length > 0);
  const at = await page.evaluate(() => performance.getEntriesByName('first-prompt')[0]!.startTime);
  await context.close();
  return at;
}

/** Pages in turns, so that a busy moment meets both. */
async function firstPrompts(browser: Browser, ours: string, bare: string): Promise<{ ours: number; bare: number }> {
  const times: { ours: number[]; bare: number[] } = { ours: [], bare: [] };
  for (let load = 0; load < LOADS; load++) {
    times.bare.push(await firstPrompt(browser, bare));
    times.ours.push(await firstPrompt(browser, ours));
  }
  return { ours: median(times.ours), bare: median(times.bare) };
}

/** In the page: notes how long after each key the terminal's text has changed, or what is new in it matches. */
function watchKeys(): void {
  const scope = globalThis as unknown as PageScope;
  const text = (): string => scope.playground.terminals.text(scope.playground.page.getState().session);
  document.addEventListener(
    'keydown',
    (event) => {
      if (!scope.armed) return;
      const before = text();
      const pattern = scope.until === '' ? undefined : new RegExp(scope.until);
      const look = (): void => {
        const now = text();
        if (pattern ? pattern.test(now.slice(before.length)) : now !== before)
          scope.latencies.push(performance.now() - event.timeStamp);
        else setTimeout(look);
      };
      setTimeout(look);
    },
    true,
  );
}

async function latencies(page: Page, keys: readonly string[], until: string): Promise<readonly number[]> {
  await page.evaluate((pattern) => {
    const scope = globalThis as unknown as PageScope;
    Object.assign(scope, { armed: true, until: pattern, latencies: [] });
  }, until);
  for (const [at, key] of keys.entries()) {
    await page.keyboard.press(key);
    await page.waitForFunction((count) => (globalThis as unknown as PageScope).latencies.length > count, at);
  }
  return page.evaluate(() => {
    const scope = globalThis as unknown as PageScope;
    scope.armed = false;
    return scope.latencies;
  });
}

const PROMPT = '\\n\\S+:~[$#]\\s*$';

async function typeLine(page: Page, line: string): Promise<number> {
  await page.keyboard.type(line);
  await page.waitForTimeout(100);
  return median(await latencies(page, ['Enter'], PROMPT));
}

async function typing(browser: Browser, url: string): Promise<{ echo: number[]; list: number[] }> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(`${url}#seed=7&epoch=1767603600`);
  await page.waitForFunction(() => performance.getEntriesByName('first-prompt').length > 0);
  await page.locator('.terminal-screen:not([hidden]) .xterm-helper-textarea').focus();
  // The loader of this script names functions by a helper of its own, which the page does not have.
  await page.evaluate('globalThis.__name = (value) => value');
  await page.evaluate(watchKeys);
  await typeLine(page, 'docker swarm init');
  await typeLine(page, 'docker service create --name web --replicas 3 nginx');
  const figures: { echo: number[]; list: number[] } = { echo: [], list: [] };
  for (let run = 0; run < RUNS; run++) {
    figures.echo.push(median(await latencies(page, Array<string>(KEYS).fill('x'), '')));
    await page.keyboard.press('Control+u');
    const lists: number[] = [];
    for (let each = 0; each < LISTS; each++) lists.push(await typeLine(page, 'docker service ls'));
    figures.list.push(median(lists));
  }
  await page.close();
  return figures;
}

async function main(dist: string): Promise<void> {
  const bareFolder = mkdtempSync(join(tmpdir(), 'bare-'));
  const quiet = { logLevel: 'error' } as const;
  await build({ ...quiet, root: ROOT, configFile: join(ROOT, 'vite.config.ts'), build: { outDir: dist } });
  await build({
    ...quiet,
    root: join(ROOT, 'tools/bare-shell'),
    configFile: false,
    base: './',
    build: { outDir: bareFolder, target: 'es2023' },
  });
  const [ours, bare] = [await serve(dist, '/'), await serve(bareFolder, '/')];
  const browser = await launch();
  try {
    for (const { url } of [ours, bare]) await firstPrompt(browser, url);
    const prompts: { ours: number; bare: number }[] = [];
    for (let run = 0; run < RUNS; run++) prompts.push(await firstPrompts(browser, ours.url, bare.url));
    process.stdout.write(`${JSON.stringify({ prompts, ...(await typing(browser, ours.url)) })}\n`);
  } finally {
    await browser.close();
    await ours.close();
    await bare.close();
    rmSync(bareFolder, { recursive: true, force: true });
  }
}

const [dist] = process.argv.slice(2);
if (dist === undefined) throw new Error('a folder to build into is needed');
await main(dist);
