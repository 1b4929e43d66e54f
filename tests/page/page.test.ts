/** The page alone, built and in a browser, with a lab of paste behind it. The whole is tested in world.test.ts. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { launch, PLAIN_HOST, serve } from './browser';

const folder = mkdtempSync(join(tmpdir(), 'page-'));
const FIXED = '#seed=1&epoch=1767603600';
let browser: Browser;
let site: Awaited<ReturnType<typeof serve>>;
let complaints: string[] = [];
let open: Page | undefined;

beforeAll(async () => {
  const configFile = fileURLToPath(new URL('./fake.config.ts', import.meta.url));
  await build({ configFile, logLevel: 'error', build: { outDir: folder } });
  site = await serve(folder, '/a/b/');
  browser = await launch();
});

afterAll(async () => {
  await browser?.close();
  await site?.close();
  rmSync(folder, { recursive: true, force: true });
});

afterEach(async () => {
  await open?.context().close();
  open = undefined;
  const heard = complaints;
  complaints = [];
  expect(heard).toEqual([]);
});

interface Look {
  readonly width?: number;
  readonly height?: number;
  readonly theme?: 'dark' | 'light';
  readonly touch?: boolean;
  readonly address?: string;
}

/** The page with its first prompt, the terminal in focus. */
async function visit({
  width = 1440,
  height = 900,
  theme = 'dark',
  touch = false,
  address = site.url,
}: Look = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme, hasTouch: touch });
  const page = await context.newPage();
  open = page;
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(address + FIXED);
  await page.waitForFunction(() => performance.getEntriesByName('first-prompt').length > 0);
  await page.locator('.terminal-screen:not([hidden]) .xterm-helper-textarea').focus();
  return page;
}

/** What stands in the terminal that is shown. */
function screen(page: Page): Promise<string> {
  return page.evaluate(() => {
    const { playground } = globalThis as unknown as {
      playground: { page: { getState(): { session: string } }; terminals: { text(session: string): string } };
    };
    return playground.terminals.text(playground.page.getState().session);
  });
}

async function waitForScreen(page: Page, text: string): Promise<void> {
  await expect.poll(() => screen(page), { timeout: 10_000 }).toContain(text);
}

describe('the terminal', () => {
  test('takes the grey words at Enter, and what is typed instead', async () => {
    const page = await visit();
    await expect.poll(() => page.locator('.suggestion-line').textContent()).toBe('docker swarm init');
    await page.keyboard.press('Enter');
    await waitForScreen(page, 'node1:~$ docker swarm init\nSwarm initialized');
    await page.keyboard.type('hello\r');
    await waitForScreen(page, 'node1:~$ hello\nbash: hello: command not found');
  });

  test('is 97 columns wide at 1440 pixels', async () => {
    const page = await visit();
    await page.keyboard.type('ruler\r');
    await waitForScreen(page, `${'1234567890'.repeat(9)}1234567\nnode1`);
  });

  test('copies what is selected with Ctrl+C, and pastes with Ctrl+V in another host', async () => {
    const page = await visit();
    await page.keyboard.type('copy-me\r');
    await waitForScreen(page, 'copy-me: command not found');
    const rows = page.locator('.terminal-screen:not([hidden]) .xterm-screen');
    await rows.dblclick({ position: { x: 7.2 * 12, y: 9 } });
    await page.keyboard.press('Control+c');
    expect(await screen(page)).not.toContain('^C');
    await page.getByRole('tab', { name: /^node2/ }).click();
    await waitForScreen(page, 'node2:~$');
    await page.locator('.terminal-screen:not([hidden]) .xterm-helper-textarea').focus();
    await page.keyboard.press('Control+v');
    await waitForScreen(page, 'node2:~$ copy-me');
    await page.keyboard.press('Shift+Insert');
    await waitForScreen(page, 'node2:~$ copy-mecopy-me');
  });

  test('copies and pastes over plain HTTP too, where a page may not ask for the clipboard', async () => {
    const page = await visit({ address: site.url.replace('127.0.0.1', PLAIN_HOST) });
    expect(await page.evaluate(() => isSecureContext || navigator.clipboard !== undefined)).toBe(false);
    await page.keyboard.type('plain');
    await waitForScreen(page, '$ plain');
    const rows = page.locator('.terminal-screen:not([hidden]) .xterm-screen');
    await rows.dblclick({ position: { x: 7.2 * 12, y: 9 } });
    await page.keyboard.press('Control+c');
    await page.keyboard.press('Control+v');
    await waitForScreen(page, '$ plainplain');
    await rows.click({ button: 'right', position: { x: 200, y: 200 } });
    await waitForScreen(page, '$ plainplainplain');
  });

  test('interrupts with Ctrl+C when nothing is selected', async () => {
    const page = await visit();
    await page.keyboard.type('half a line');
    await page.keyboard.press('Control+c');
    await waitForScreen(page, 'half a line^C');
  });

  test('pastes with the right button what was copied', async () => {
    const page = await visit();
    await page.keyboard.type('word');
    await waitForScreen(page, '$ word');
    const rows = page.locator('.terminal-screen:not([hidden]) .xterm-screen');
    await rows.dblclick({ position: { x: 7.2 * 12, y: 9 } });
    await page.keyboard.press('Control+c');
    await rows.click({ button: 'right', position: { x: 200, y: 200 } });
    await waitForScreen(page, '$ wordword');
  });

  test('prints twenty thousand lines and still answers', async () => {
    const page = await visit();
    await page.keyboard.type('flood\r');
    await page.keyboard.type('after\r');
    await waitForScreen(page, 'bash: after: command not found');
  });

  test('has as many sessions on a host as are asked for, and closes the extra ones', async () => {
    const page = await visit();
    await page.keyboard.type('first');
    await page.getByRole('button', { name: 'Another terminal on node1' }).click();
    await expect.poll(() => page.getByRole('tab', { name: /^node1 2,/ }).getAttribute('aria-selected')).toBe('true');
    await waitForScreen(page, 'node1:~$');
    expect(await screen(page)).not.toContain('first');
    await page.getByRole('button', { name: 'Close this terminal' }).click();
    await waitForScreen(page, '$ first');
  });

  test('gives Tab to the page after Ctrl+M', async () => {
    const page = await visit();
    const inTerminal = (): Promise<boolean> =>
      page.evaluate(() => document.activeElement?.closest('.terminal-screen') !== null);
    await page.keyboard.press('Tab');
    expect(await inTerminal()).toBe(true);
    await page.keyboard.press('Control+m');
    await page.keyboard.press('Tab');
    expect(await inTerminal()).toBe(false);
  });
});

describe('acts', () => {
  test('on power show their line in the terminal, and their outcome everywhere', async () => {
    const page = await visit();
    await page.keyboard.press('Enter');
    await waitForScreen(page, 'Swarm initialized');
    await page.keyboard.press('Alt+x');
    await page.getByRole('button', { name: 'Power off node3' }).click();
    await waitForScreen(page, 'lab kill node3');
    await expect.poll(() => page.getByRole('tab', { name: /^node3/ }).getAttribute('aria-label')).toContain('off');
    await expect.poll(() => page.locator('.hosts-table').textContent()).toContain('Down');
    await page.getByRole('button', { name: 'Power on node3' }).click();
    await waitForScreen(page, 'lab start node3');
  });

  test('on cables show the line before it is done', async () => {
    const page = await visit();
    await page.keyboard.press('Alt+x');
    await page.getByRole('button', { name: 'Cut the LAN in two' }).click();
    await page.getByLabel('node1', { exact: true }).check();
    await page.getByLabel('node2', { exact: true }).check();
    expect(await page.locator('.cables code').textContent()).toBe('lab partition node1,node2 / node3,node4,node5');
    await page.getByRole('button', { name: 'Cut', exact: true }).click();
    await waitForScreen(page, 'lab partition node1,node2 / node3,node4,node5');
    await page.getByRole('button', { name: 'Mend all cables' }).click();
    await waitForScreen(page, 'lab heal');
  });
});

describe('the clock', () => {
  const time = (page: Page): Promise<string | null> => page.locator('.clock-time').textContent();

  test('stands when paused, and a step moves it', async () => {
    const page = await visit();
    await page.keyboard.press('Enter');
    await waitForScreen(page, 'Swarm initialized');
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Go on' }).waitFor();
    await page.waitForTimeout(300);
    const before = await time(page);
    await page.waitForTimeout(1200);
    expect(await time(page)).toBe(before);
    await page.getByRole('button', { name: 'Step' }).click();
    await expect.poll(() => time(page)).not.toBe(before);
  });

  test('goes on until the world is settled', async () => {
    const page = await visit();
    await page.getByRole('button', { name: 'until settled' }).click();
    await expect.poll(() => time(page)).toMatch(/^09:00:2\d/);
    await expect
      .poll(() => page.getByRole('button', { name: '1×', exact: true }).getAttribute('aria-pressed'))
      .toBe('true');
  });
});

describe('keys', () => {
  test('act with Alt from the terminal, alone outside it, and can be switched off', async () => {
    const page = await visit();
    const raft = page.getByRole('tab', { name: /^Raft/ });
    await page.keyboard.press('Alt+4');
    await expect.poll(() => raft.getAttribute('aria-selected')).toBe('true');
    await page.getByRole('tab', { name: /^Raft/ }).focus();
    await page.keyboard.press('1');
    await expect.poll(() => raft.getAttribute('aria-selected')).toBe('false');
    await page.keyboard.press('?');
    await page.getByLabel('Single keys act without Alt').uncheck();
    await page.keyboard.press('Escape');
    await page.getByRole('tab', { name: /^Nodes/ }).focus();
    await page.keyboard.press('4');
    await page.waitForTimeout(200);
    expect(await raft.getAttribute('aria-selected')).toBe('false');
    await page.keyboard.press('Alt+4');
    await expect.poll(() => raft.getAttribute('aria-selected')).toBe('true');
  });

  test('Alt+Enter makes the terminal the whole page, and back', async () => {
    const page = await visit();
    await page.keyboard.press('Alt+Enter');
    await expect.poll(() => page.locator('.view-pane').isVisible()).toBe(false);
    await page.keyboard.type('ruler\r');
    await waitForScreen(page, '1234567\nnode1');
    await page.keyboard.press('Alt+Enter');
    await expect.poll(() => page.locator('.view-pane').isVisible()).toBe(true);
  });
});

describe('a fault of the engine', () => {
  test('is survived: the lab is replayed, and goes on', async () => {
    const page = await visit();
    await page.keyboard.press('Enter');
    await waitForScreen(page, 'Swarm initialized');
    await page.keyboard.type('crash\r');
    await expect.poll(() => page.locator('.hint-line').textContent()).toContain('started again');
    await waitForScreen(page, 'Swarm initialized');
    await page.keyboard.type('alive\r');
    await waitForScreen(page, 'bash: alive: command not found');
    expect(complaints.join()).toContain('the fake lab was asked to fail');
    complaints = [];
  });
});

test('the splitter moves by keys and is remembered', async () => {
  const page = await visit();
  const width = (): Promise<number> =>
    page.evaluate(() => document.querySelector('.terminal-area')!.getBoundingClientRect().width);
  expect(await width()).toBe(720);
  await page.getByRole('separator').focus();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await expect.poll(width).toBeLessThan(700);
  const narrow = await width();
  await page.reload();
  await expect.poll(width).toBe(narrow);
  await page.getByRole('separator').dblclick();
  await expect.poll(width).toBe(720);
});

test('a page in which something was done asks before it is closed', async () => {
  const page = await visit();
  await page.keyboard.type('docker node ls\r');
  await expect.poll(() => page.locator('.clock-since').textContent()).toContain('since node ls');
  const asked = page.waitForEvent('dialog');
  await page.close({ runBeforeUnload: true });
  const dialog = await asked;
  expect(dialog.type()).toBe('beforeunload');
  await dialog.accept();
});

test('nothing shifts while the page comes up', async () => {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  open = page;
  await page.addInitScript(() => {
    Object.assign(globalThis, { shifted: 0 });
    new PerformanceObserver((list) => {
      const entries = list.getEntries() as unknown as { value: number }[];
      for (const entry of entries) (globalThis as unknown as { shifted: number }).shifted += entry.value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await page.goto(site.url + FIXED);
  await page.waitForFunction(() => performance.getEntriesByName('first-prompt').length > 0);
  await page.waitForTimeout(500);
  expect(await page.evaluate(() => (globalThis as unknown as { shifted: number }).shifted)).toBeLessThan(0.01);
});

describe('accessibility', () => {
  test.each([
    ['wide, dark', { theme: 'dark' }],
    ['wide, light', { theme: 'light' }],
    ['stacked', { theme: 'light', width: 1024, height: 768 }],
    ['phone', { theme: 'dark', width: 390, height: 844, touch: true }],
  ] as const)('axe finds nothing: %s', async (_name, look) => {
    const page = await visit(look);
    const check = async (what: string): Promise<void> => {
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map((one) => `${what}: ${one.id}: ${one.nodes.map((node) => node.html).join(' ')}`)).toEqual(
        [],
      );
    };
    await check('first visit');
    await page.keyboard.press('Enter');
    await waitForScreen(page, 'Swarm initialized');
    await page.keyboard.type('docker service create --name web nginx\r');
    await waitForScreen(page, 'Service converged');
    await page.keyboard.press('Alt+1');
    await check('nodes');
    await page.keyboard.press('Alt+4');
    await check('raft');
    await page.keyboard.press('Alt+x');
    await check('raft as text');
    await page.keyboard.press('Alt+1');
    await check('nodes as text');
    await page.keyboard.press('Alt+Slash');
    await check('keys');
  });
});
