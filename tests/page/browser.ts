/** Chromium over its protocol, and a small server that gives it a folder under a base path. Loopback only. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
];

/** A name by which the server is no secure context, as a classroom's machine is over plain HTTP. */
export const PLAIN_HOST = 'playground.test';

/** Starts the system's browser. Fails with a sentence when there is none. */
export function launch(): Promise<Browser> {
  const named = process.env['CHROMIUM'];
  const executablePath = named ?? PLACES.find((place) => existsSync(place));
  if (executablePath === undefined) throw new Error('no Chromium found: install the package chromium, or set CHROMIUM');
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      `--host-resolver-rules=MAP ${PLAIN_HOST} 127.0.0.1`,
    ],
  });
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** Serves `folder` under `base` ('/' or '/a/b/'): the page's address, and how to stop. */
export async function serve(folder: string, base: string): Promise<{ url: string; close: () => Promise<void> }> {
  const server: Server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
    const inside = normalize(path.slice(base.length) || 'index.html');
    if (!path.startsWith(base) || inside.startsWith('..')) {
      response.writeHead(404).end();
      return;
    }
    readFile(join(folder, inside)).then(
      (bytes) => {
        response.writeHead(200, { 'content-type': TYPES[extname(inside)] ?? 'application/octet-stream' }).end(bytes);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${base}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
