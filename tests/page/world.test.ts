/** The built page with the whole world behind it, used as a person uses it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launch, serve } from './browser';

const folder = mkdtempSync(join(tmpdir(), 'world-'));
const complaints: string[] = [];
let browser: Browser;
let site: Awaited<ReturnType<typeof serve>>;
let page: Page;

beforeAll(async () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  await build({ root, configFile: join(root, 'vite.config.ts'), logLevel: 'error', build: { outDir: folder } });
  site = await serve(folder, '/a/b/');
  browser = await launch();
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: 'dark' });
  page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(`${site.url}#seed=7&epoch=1767603600`);
  await page.waitForFunction(() => performance.getEntriesByName('first-prompt').length > 0);
});

afterAll(async () => {
  await browser?.close();
  await site?.close();
  rmSync(folder, { recursive: true, force: true });
});

const terminal = '.terminal-screen:not([hidden])';

/** What stands in the terminal that is shown, wrapped lines joined by nothing. */
function screen(): Promise<string> {
  return page.evaluate(() => {
    const { playground } = globalThis as unknown as {
      playground: { page: { getState(): { session: string } }; terminals: { text(session: string): string } };
    };
    return playground.terminals.text(playground.page.getState().session);
  });
}

async function see(text: string | RegExp): Promise<void> {
  await expect.poll(screen, { timeout: 30_000 }).toMatch(text);
}

/** Types a line at the prompt of the host that is shown, and waits for the next prompt. */
async function run(line: string): Promise<string> {
  const before = (await screen()).length;
  await page.locator(`${terminal} .xterm-helper-textarea`).focus();
  await page.keyboard.type(`${line}\r`);
  await expect.poll(async () => (await screen()).slice(before), { timeout: 60_000 }).toMatch(/\n\S+:~[$#]$/);
  return (await screen()).slice(before);
}

async function showHost(name: string): Promise<void> {
  await page.getByRole('tab', { name: new RegExp(`^${name},`) }).click();
  await see(new RegExp(`${name}:~`));
}

test('a swarm is formed by typing, and joined by a command that is copied and pasted', async () => {
  await run('docker swarm init');
  await see(/docker swarm join --token SWMTKN-1-/);
  const rows = page.locator(`${terminal} .xterm-rows > div`);
  const line = rows.filter({ hasText: 'swarm join --token' }).first();
  const box = (await line.boundingBox())!;
  await page.mouse.click(box.x + 60, box.y + box.height / 2, { clickCount: 3 });
  await page.keyboard.press('Control+c');
  for (const host of ['node2', 'node3']) {
    await showHost(host);
    await page.locator(`${terminal} .xterm-helper-textarea`).focus();
    await page.keyboard.press('Control+v');
    await see('docker swarm join --token');
    await page.keyboard.press('Enter');
    await see('This node joined a swarm as a worker.');
  }
  await showHost('node1');
  const list = await run('docker node ls');
  expect(list.match(/Ready/g)).toHaveLength(3);
  await expect.poll(() => page.getByRole('tab', { name: /^node1,/ }).getAttribute('aria-label')).toContain('Leader');
});

test('a service is created and scaled, and the view shows its tasks', async () => {
  expect(await run('docker service create --name web --replicas 2 nginx')).toContain('converged');
  expect(await run('docker service scale web=6')).toContain('converged');
  await page.keyboard.press('Alt+1');
  if (await page.getByRole('button', { name: 'Text', exact: true }).isVisible()) await page.keyboard.press('Alt+x');
  await expect.poll(() => page.locator('.view-body').textContent()).toContain('6/6');
  for (const slot of [1, 2, 3, 4, 5, 6]) {
    expect(await page.locator('.view-body').textContent()).toContain(`web.${slot}`);
  }
});

test('a node that is switched off becomes Down, and its tasks are replaced', async () => {
  await page.getByRole('button', { name: 'Power off node3' }).click();
  await see('lab kill node3');
  await page.getByRole('button', { name: '60×' }).click();
  await expect.poll(() => page.locator('.hosts-table').textContent(), { timeout: 30_000 }).toContain('Down');
  await page.getByRole('button', { name: 'until settled' }).click();
  await expect.poll(() => page.locator('.sentence').textContent(), { timeout: 30_000 }).toContain('Settled.');
  await page.getByRole('button', { name: '1×', exact: true }).click();
  expect(await run('docker node ls')).toMatch(/node3\s+Down/);
  const running = await run(
    'docker service ps web --filter desired-state=running --format "{{.Node}} {{.CurrentState}}"',
  );
  expect(running.match(/node[12] Running/g)).toHaveLength(6);
});

test('goes on when its site is gone, filters that were never used included', async () => {
  await page.context().setOffline(true);
  try {
    expect(await run("echo one two | awk '{print $2}'")).toMatch(/^two$/m);
  } finally {
    await page.context().setOffline(false);
  }
});

test('axe finds no violation, and nothing was complained of', async () => {
  for (const view of ['Alt+1', 'Alt+4']) {
    await page.keyboard.press(view);
    await page.waitForTimeout(200);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
  }
  expect(complaints).toEqual([]);
});
