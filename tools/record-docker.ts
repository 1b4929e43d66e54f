/**
 * Runs the command lines of tests/cli/scenes.ts with the installed docker 28.2.2 against a server that answers from
 * their tables, and writes what it printed to tests/cli/recorded.json. By hand: `npx tsx tools/record-docker.ts`.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Scene, SceneCommand } from '../tests/cli/scene';
import type { SceneAnswer } from '../tests/cli/scene-engine';
import { SCENES } from '../tests/cli/scenes';

const PORT = 24799;
const directory = mkdtempSync(join(tmpdir(), 'record-docker-'));

interface Recording {
  readonly argv: readonly string[];
  readonly stdin?: string;
  /** When it ran, in microseconds since the Unix epoch: ages are told from it. */
  readonly now: number;
  readonly out: string;
  readonly err: string;
  readonly status: number;
  /** `METHOD /path?query BODY`, without the version and the ping. */
  readonly requests: readonly string[];
}

let seen: string[] = [];

function serve(scene: Scene): Promise<Server> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => answer(scene, request, response, Buffer.concat(chunks).toString('latin1')));
  });
  return new Promise((resolve) => server.listen(PORT, '127.0.0.1', () => resolve(server)));
}

function answer(scene: Scene, request: IncomingMessage, response: ServerResponse, body: string): void {
  const path = request.url!.replace(/^\/v1\.\d+/, '');
  response.setHeader('Api-Version', '1.50');
  response.setHeader('Ostype', 'linux');
  response.setHeader('Docker-Experimental', 'false');
  response.setHeader('Swarm', scene.swarm ?? 'active/manager');
  if (path === '/_ping') {
    response.end();
    return;
  }
  seen.push(`${request.method} ${path} ${body}`.trim());
  const found: SceneAnswer = scene.answers[`${request.method} ${path.split('?')[0]}`] ?? {
    status: 404,
    body: { message: 'page not found' },
  };
  response.writeHead(found.status ?? 200, { 'Content-Type': 'application/json' });
  if (found.lines !== undefined) response.end(found.lines.map((value) => `${JSON.stringify(value)}\n`).join(''));
  else response.end(found.body === undefined ? '' : JSON.stringify(found.body));
}

function run(command: SceneCommand): Promise<Recording> {
  seen = [];
  const now = Date.now() * 1000;
  const env = {
    PATH: process.env['PATH'],
    HOME: '/root',
    TZ: 'UTC',
    DOCKER_HOST: `tcp://127.0.0.1:${PORT}`,
    ...command.env,
  };
  const child = spawn('docker', command.argv, { cwd: directory, env });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  child.stdin.on('error', () => {});
  child.stdin.end(Buffer.from(command.stdin ?? '', 'latin1'));
  return new Promise((resolve) =>
    child.on('close', (status) =>
      resolve({
        argv: command.argv,
        ...(command.stdin === undefined ? {} : { stdin: command.stdin }),
        now,
        out: Buffer.concat(out).toString('latin1'),
        err: Buffer.concat(err).toString('latin1'),
        status: status ?? -1,
        requests: seen,
      }),
    ),
  );
}

const recorded: Record<string, Recording[]> = {};
for (const scene of SCENES) {
  const server = scene.unreachable ? undefined : await serve(scene);
  recorded[scene.name] = [];
  for (const command of scene.commands) recorded[scene.name]!.push(await run(command));
  server?.closeAllConnections();
  await new Promise<void>((resolve) => (server === undefined ? resolve() : server.close(() => resolve())));
}
writeFileSync('tests/cli/recorded.json', `${JSON.stringify(recorded, null, 1)}\n`);
