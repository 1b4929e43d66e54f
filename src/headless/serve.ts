/** `lab serve`: the hosts' Engine APIs on loopback ports, acts of `lab` from stdin. */
import { createInterface } from 'node:readline';
import { LAB_HELP, parseAct } from '../lab/index';
import { LabServer } from './lab-server';
import { parseArguments, UsageError, wholeNumber } from './options';

const DEFAULT_PORT = 2375;

function readSpeed(text: string | undefined): number {
  const speed = text === undefined ? 1 : Number(text);
  if (!Number.isFinite(speed) || speed < 0 || speed > 1000)
    throw new UsageError('--speed takes a number from 0 to 1000');
  return speed;
}

/** A line from stdin: an act, with or without the word lab before it. */
async function line(server: LabServer, text: string): Promise<void> {
  const words = text
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words[0] === 'lab') words.shift();
  if (words.length === 0) return;
  if (words[0] === 'speed' && words.length === 2) {
    try {
      server.setSpeed(readSpeed(words[1]));
    } catch {
      process.stderr.write('lab: speed takes a number from 0 to 1000\n');
    }
    return;
  }
  const { world } = server.lab;
  const act = parseAct(words, { names: world.names, isOn: (name) => world.isOn(name), max: world.hostsMax });
  if (typeof act === 'string') process.stderr.write(`lab: ${act}\n`);
  else if (act.act === 'help') process.stdout.write(LAB_HELP);
  else if (act.act === 'ls') process.stdout.write(listing(server));
  else if (act.act === 'until') process.stderr.write('lab: until is for scripts; here the clock runs by itself\n');
  else await server.act(words);
  if (typeof act !== 'string' && act.act === 'add') process.stdout.write(listing(server));
}

function listing(server: LabServer): string {
  const rows = [...server.lab.world.hosts.values()].map((host) => {
    const port = server.ports.get(host.name);
    const where = port === undefined ? (host.daemon ? 'no port' : 'off') : `tcp://127.0.0.1:${port}`;
    return `${host.name.padEnd(10)}${host.address.padEnd(16)}${where}\n`;
  });
  return rows.join('');
}

export async function serveCommand(args: readonly string[]): Promise<number> {
  const options = parseArguments(args, { values: ['seed', 'nodes', 'port', 'speed'], switches: [] });
  if (options.words.length > 0) throw new UsageError(`serve takes no word, "${options.words[0]}" is one`);
  const server = new LabServer({
    seed: wholeNumber(options, 'seed', 0, 0xffffffff, 1),
    nodes: wholeNumber(options, 'nodes', 1, 5_000, 5),
    port: wholeNumber(options, 'port', 0, 65_535 - 64, DEFAULT_PORT),
    speed: readSpeed(options.values.get('speed')),
  });
  try {
    await server.start();
  } catch (error) {
    process.stderr.write(`lab: ${error instanceof Error ? error.message : String(error)}\n`);
    await server.stop();
    return 1;
  }
  process.stdout.write(listing(server));
  process.stdout.write(`Try: DOCKER_HOST=tcp://127.0.0.1:${server.ports.get('node1')} docker swarm init\n`);
  const lines = createInterface({ input: process.stdin });
  let queue = Promise.resolve();
  lines.on('line', (text) => {
    queue = queue.then(() => line(server, text));
  });
  return new Promise((resolve) => {
    process.once('SIGINT', () => {
      lines.close();
      void server.stop().then(() => resolve(0));
    });
    process.once('SIGTERM', () => {
      lines.close();
      void server.stop().then(() => resolve(0));
    });
  });
}
