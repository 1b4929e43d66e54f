/**
 * Reads every command and flag of the installed docker CLI from its own help and writes src/cli/data/commands.json.
 * Run by hand when the modelled version changes: `npx tsx tools/docker-commands.ts`. Needs docker 28.2.2 (no engine)
 * and script(1), whose terminal is wide enough for unwrapped help.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Command {
  /** What follows the path in the usage line. */
  use?: string;
  short: string;
  long?: string;
  examples?: string;
  aliases?: string[];
  /** How many arguments: `2`, `1+`, `0-1` (a range) or `-1` (at most). */
  args?: string;
  group?: true;
  /** Flags end at the first argument. */
  strict?: true;
  swarm?: string;
  experimental?: true;
  experimentalCli?: true;
  /** `name|shorthand|type|usage`, the default in the usage's last bracket. */
  flags?: string[];
}

const directory = mkdtempSync(join(tmpdir(), 'docker-commands-'));
const environment = {
  PATH: process.env['PATH'],
  HOME: '/root',
  DOCKER_HOST: 'tcp://127.0.0.1:1',
};

// Facts that help does not show; they stand as annotations in docker/cli's sources.
const STRICT = ['service create', 'image tag', 'container top', 'container run', 'container exec'];
STRICT.push('container create', 'container commit', 'tag', 'top', 'run', 'exec', 'create', 'commit');
const SWARM: Record<string, string> = { 'swarm leave': 'active', 'volume update': 'manager' };
for (const name of ['node', 'config', 'secret', 'stack', 'service']) SWARM[name] = 'manager';
for (const name of ['join-token', 'unlock-key', 'unlock', 'ca', 'update']) SWARM[`swarm ${name}`] = 'manager';
for (const name of ['swarm', 'swarm init', 'swarm join']) SWARM[name] = '';
/** Condition under which a flag is shown: `windows`, `experimental`, `manager`. */
const CONDITIONS: Record<string, string> = {};
for (const flag of ['cpu-count', 'cpu-percent', 'io-maxbandwidth', 'io-maxiops']) {
  for (const path of ['container run', 'container create', 'run', 'create']) CONDITIONS[`${path} ${flag}`] = 'windows';
}
for (const path of ['container start', 'start']) {
  for (const flag of ['checkpoint', 'checkpoint-dir']) CONDITIONS[`${path} ${flag}`] = 'experimental';
}
for (const path of ['image build', 'builder build', 'build']) CONDITIONS[`${path} squash`] = 'experimental';
const VOLUME = 'group scope sharing availability type secret limit-bytes required-bytes topology-required';
for (const flag of `${VOLUME} topology-preferred`.split(' ')) CONDITIONS[`volume create ${flag}`] = 'manager';
CONDITIONS['volume ls cluster'] = 'manager';
CONDITIONS['volume update availability'] = 'manager';
/** Flags that work and are never shown. */
const HIDDEN: Record<string, string[]> = {};
for (const path of ['container run', 'container create', 'run', 'create']) {
  HIDDEN[path] = [
    'dns-opt||list|Set DNS options',
    'net||network|Connect a container to a network',
    'net-alias||list|Add network-scoped alias for the container',
  ];
}
HIDDEN['volume create'] = ['name||string|Specify volume name'];
for (const path of ['container update', 'update']) {
  HIDDEN[path] = ['kernel-memory||bytes|Kernel memory limit (deprecated)'];
}
for (const path of ['container stop', 'container restart', 'stop', 'restart']) {
  HIDDEN[path] = ['time||int|Seconds to wait before killing the container (deprecated: use --timeout)'];
}

function run(args: readonly string[]): { out: string; err: string } {
  // Whatever a command may write goes to a place of its own; help names the usual one.
  const env = args.includes('--help') ? environment : { ...environment, DOCKER_CONFIG: join(directory, 'config') };
  const result = spawnSync('docker', args, { cwd: directory, env, input: '', timeout: 4000 });
  return { out: result.stdout.toString(), err: result.stderr.toString() };
}

function wideHelp(path: readonly string[]): string {
  const command = `stty cols 30000; docker ${path.join(' ')} --help`;
  const result = spawnSync('script', ['-qec', command, '/dev/null'], { cwd: directory, env: environment });
  const text = result.stdout.toString().replaceAll('\r\n', '\n').replaceAll('\x1b[1m', '').replaceAll('\x1b[0m', '');
  return text.replace(/^DEPRECATED: [\s\S]*?\n\n(?=Usage)/, '');
}

const commands: Record<string, Command> = {};

/** Sections by title; the text before the first title is split into usage line and description. */
function sections(help: string): { usage: string; text: string; named: Map<string, string> } {
  const named = new Map<string, string>();
  const titles =
    /\n\n(Aliases|Examples|Options|Global Options|Common Commands|Management Commands|Swarm Commands|Commands|EXPERIMENTAL):\n/;
  const parts = help.split(titles);
  for (let at = 1; at < parts.length; at += 2) named.set(parts[at]!, parts[at + 1]!);
  const head = parts[0]!;
  const [, usage, text] = /^Usage: {2}([\s\S]*?)\n\n([\s\S]*?)\s*$/.exec(head) as unknown as [string, string, string];
  return { usage, text, named };
}

function subcommands(named: Map<string, string>): [string, string][] {
  const out: [string, string][] = [];
  for (const title of ['Common Commands', 'Management Commands', 'Swarm Commands', 'Commands']) {
    for (const line of (named.get(title) ?? '').split('\n')) {
      const entry = /^ {2}(\S+)\s+(.*)$/.exec(line);
      if (entry !== null) out.push([entry[1]!, entry[2]!]);
      else if (line.trim() === '') break;
    }
  }
  return out;
}

function flags(path: string, text: string): string[] {
  const out: string[] = [];
  const lines = text.split('\n');
  let column = 0;
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    const flag = /^ {2}(?:-(\w), | {4})--([\w-]+)(?: (\S+))? {2,}(.*)$/.exec(line);
    if (flag === null) {
      if (line.trim() === '') break;
      out[out.length - 1] += `\n${line.slice(column)}`;
      continue;
    }
    column = line.length - flag[4]!.length;
    const condition = CONDITIONS[`${path} ${flag[2]}`];
    out.push(
      `${flag[2]}${condition === undefined ? '' : `?${condition}`}|${flag[1] ?? ''}|${flag[3] ?? ''}|${flag[4]}`,
    );
  }
  for (const hidden of HIDDEN[path] ?? []) out.push(hidden.replace('|', '?hidden|'));
  return out;
}

/** Asks with 0, 1, 2 … arguments and reads what is refused. */
function argumentCount(path: readonly string[]): string | undefined {
  for (const count of [0, 1, 2, 3, 5]) {
    const { err } = run([...path, ...Array(count).fill('x')]);
    const told =
      /requires at least (\d+) and at most (\d+) arg/.exec(err) ??
      /requires at least (\d+)()() arg/.exec(err) ??
      /requires at most ()(\d+) arg/.exec(err) ??
      /requires (\d+) arg/.exec(err);
    if (err.includes('accepts no arguments')) return '0';
    if (told === null) continue;
    if (told.length === 4) return `${told[1]}+`;
    return told.length === 3 ? `${told[1]}-${told[2]}` : told[1];
  }
  return undefined;
}

function visit(path: string[], short: string): void {
  const name = path.join(' ');
  const { usage, text, named } = sections(wideHelp(path));
  const children = subcommands(named);
  const command: Command = { short };
  commands[name] = command;
  const use = usage.replace(`docker ${name}`, '').trimStart();
  if (children.length > 0) command.group = true;
  else if (use !== '') command.use = use;
  if (text !== short) command.long = text;
  const aliases = named
    .get('Aliases')
    ?.trim()
    .split(', ')
    .map((alias) => alias.replace(/^docker /, ''));
  if (aliases !== undefined) command.aliases = aliases;
  const examples = named.get('Examples')?.trimEnd();
  if (examples !== undefined) command.examples = examples;
  const own = flags(name, named.get('Options') ?? '');
  if (children.length === 0) {
    const args = argumentCount(path);
    if (args !== undefined) command.args = args;
  }
  if (STRICT.includes(name)) command.strict = true;
  if (SWARM[name] !== undefined) command.swarm = SWARM[name];
  if (name === 'checkpoint') command.experimental = true;
  if (named.has('EXPERIMENTAL')) command.experimentalCli = true;
  if (own.length > 0) command.flags = own;
  for (const [child, childShort] of children) visit([...path, child], childShort);
}

const root = sections(wideHelp([]));
for (const [name, short] of subcommands(root.named)) visit([name], short);

/** A top-level command that is a copy of one under a noun says only which. */
const shared: Record<string, Command | { as: string }> = {};
for (const [name, command] of Object.entries(commands)) {
  const original = command.aliases?.[0] ?? name;
  const same = original !== name && JSON.stringify(commands[original]) === JSON.stringify(command);
  shared[name] = same ? { as: original } : command;
}
const common = [...root.named.get('Common Commands')!.matchAll(/^ {2}(\S+)/gm)].map((entry) => entry[1]!);
const data = { flags: flags('', root.named.get('Global Options')!), common, commands: shared };
writeFileSync('src/cli/data/commands.json', `${JSON.stringify(data, null, 2)}\n`);

/** What the real CLI prints at 80 columns, for the test of our help. */
const recorded = Object.keys(commands).map((name) => `### ${name}\n${run([...name.split(' '), '--help']).out}`);
writeFileSync('tests/cli/help.txt', `### \n${run(['--help']).out}${recorded.join('')}`);
