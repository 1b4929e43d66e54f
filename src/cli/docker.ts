/** One run of the docker command, from argv to the exit status. Follows docker/cli cmd/docker/docker.go. */
import { Client, ClientError, ENGINE } from '../api/index';
import { type Bytes, fromUtf8, utf8 } from '../base/bytes';
import { Errno, type Process, write } from '../base/process';
import { type Cli, CliError } from './command';
import { commands } from './commands';
import { type CommandDefinition, findCommand } from './data/catalog';
import { FlagSet } from './flags/flag-set';
import { chooseEndpoint } from './global';
import { argumentProblem, flagRefusal, unknownCommand } from './help/refusal';
import { askEngine, experimentalRefusal, isExperimental, showHelp } from './help/show';
import { builderNote } from './image/build';
import { CLIENT_BUILD } from './system/client-build';

const BAD_FLAG = 125;
/** Plugins that people type without knowing that they are none of docker's own commands. */
const PLUGINS: ReadonlyMap<string, string> = new Map([
  ['compose', "a swarm runs Compose files with 'docker stack deploy'"],
  ['buildx', 'images come from the registry here'],
  ['bake', 'images come from the registry here'],
]);

const IMAGE_COMMANDS: ReadonlySet<string> = new Set(['image build', 'image push', 'image load', 'image import']);

/**
 * Runs `docker` with `argv` (without the command's own name). `env` is the process's environment, `cwd` its absolute
 * working directory. Ends with the exit status; streams 0, 1 and 2 are the caller's.
 */
export function* docker(argv: readonly Bytes[], env: ReadonlyMap<string, Bytes>, cwd: string): Process<number> {
  const words = argv.map(fromUtf8);
  const variables = new Map([...env].map(([name, value]) => [name, fromUtf8(value)] as const));
  try {
    return yield* run(words, variables, cwd);
  } catch (error) {
    const told = explain(error);
    if (told === undefined) throw error;
    if (told.message !== '') yield* write(2, utf8(`${told.message}\n`));
    return told.status;
  }
}

/** What docker says about a failure; undefined for signals and bugs, which are not docker's to explain. */
function explain(error: unknown): { readonly message: string; readonly status: number } | undefined {
  if (error instanceof CliError) return { message: error.message, status: error.status };
  if (error instanceof ClientError) return { message: error.message, status: 1 };
  if (error instanceof Errno)
    return { message: `${error.path === '' ? '' : `${error.path}: `}${error.message}`, status: 1 };
  return undefined;
}

function* run(words: readonly string[], env: ReadonlyMap<string, string>, cwd: string): Process<number> {
  const root = findCommand('')!;
  const global = new FlagSet('', root.flags.concat(VERSION), true, env);
  const wrong = global.parse(words);
  if (wrong !== undefined) throw new CliError(flagRefusal(root, wrong), BAD_FLAG);
  const client = new Client(yield* chooseEndpoint(global, env));
  const cli: Cli = {
    client,
    env,
    cwd,
    out: (text) => write(1, utf8(text)),
    err: (text) => write(2, utf8(text)),
  };
  for (const note of global.notes) yield* cli.err(`${note}\n`);
  if (global.bool('help')) return yield* showHelp(cli, root, 'out');
  if (global.bool('version')) return yield* printVersion(cli);
  if (global.args.length === 0) return yield* showHelp(cli, root, 'err');
  const found = findTarget(root, global.args, env);
  return found.command.path === '' ? yield* rootArguments(cli, found.words) : yield* runCommand(cli, found);
}

function* printVersion(cli: Cli): Process<number> {
  yield* cli.out(`Docker version ${ENGINE.version}, build ${CLIENT_BUILD.gitCommit}\n`);
  return 0;
}

const VERSION = {
  name: 'version',
  short: 'v',
  type: 'bool',
  usage: 'Print version information and quit',
  fallback: 'false',
  condition: undefined,
} as const;

interface Target {
  readonly command: CommandDefinition;
  /** What is left for it: flags and arguments. */
  readonly words: readonly string[];
  /** Help was asked for before its name: `docker node --help ls`. */
  readonly help: boolean;
}

/**
 * The command that words lead to. Flags of a group before the name of its command are read on the way; there are none
 * but help, and a wrong one is said without its usage. Follows spf13/cobra command.go, Traverse.
 */
function findTarget(root: CommandDefinition, all: readonly string[], env: ReadonlyMap<string, string>): Target {
  let command = root;
  let words = all;
  let help = false;
  while (command.group) {
    const at = words.findIndex((word, index) => !isFlag(word) && !takesNext(words[index - 1]));
    const child = at < 0 ? undefined : findCommand(command.path === '' ? words[at]! : `${command.path} ${words[at]}`);
    if (child === undefined || words[at] === '' || words[at]!.includes(' ')) break;
    const flags = new FlagSet(command.path, [], false, env);
    const wrong = flags.parse(words.slice(0, at));
    if (wrong !== undefined) throw new CliError(wrong);
    help ||= flags.bool('help');
    command = child;
    words = words.slice(at + 1);
  }
  return { command, words, help };
}

function isFlag(word: string): boolean {
  return word.length > 1 && word.startsWith('-');
}

/** Whether the word after this one is its value: a group has no flag but help that is known to take none. */
function takesNext(word: string | undefined): boolean {
  if (word === undefined || word.includes('=') || word === '--help' || word === '-h') return false;
  return word.startsWith('--') || (word.length === 2 && word.startsWith('-'));
}

/** Words that lead to no command: help and its topics, plugins, mistakes. */
function* rootArguments(cli: Cli, words: readonly string[]): Process<number> {
  const name = words[0]!;
  if (name === 'help') return yield* helpCommand(cli, words.slice(1));
  const plugin = PLUGINS.get(name);
  if (plugin !== undefined)
    throw new CliError(`docker: 'docker ${name}' is a plugin that this playground does not model: ${plugin}`);
  // docker itself reads the flags behind a word that it does not know.
  const root = findCommand('')!;
  const flags = new FlagSet('', root.flags.concat(VERSION), false, cli.env);
  const wrong = flags.parse(words);
  if (wrong !== undefined) throw new CliError(flagRefusal(root, wrong), BAD_FLAG);
  if (flags.bool('help')) return yield* showHelp(cli, root, 'out');
  if (flags.bool('version')) return yield* printVersion(cli);
  throw new CliError(unknownCommand(root, flags.args[0]!));
}

function* helpCommand(cli: Cli, topics: readonly string[]): Process<number> {
  if (topics.some((topic) => topic === '--help' || topic === '-h')) {
    yield* cli.out('Usage:  docker help [command]\n\nHelp about the command\n');
    return 0;
  }
  const { command, words } = findTarget(findCommand('')!, topics, cli.env);
  if (words.length > 0) throw new CliError(`unknown help topic: ${words.join(' ')}`);
  return yield* showHelp(cli, command, 'out');
}

function* runCommand(cli: Cli, target: Target): Process<number> {
  const { command, words } = target;
  const flags = new FlagSet(command.canonical, command.flags, command.strict, cli.env);
  const wrong = flags.parse(words);
  if (wrong !== undefined) throw new CliError(flagRefusal(command, wrong), BAD_FLAG);
  for (const note of flags.notes) yield* cli.out(`${note}\n`);
  if (target.help || flags.bool('help')) return yield* showHelp(cli, command, 'out');
  if (command.group) {
    if (flags.args.length > 0) throw new CliError(unknownCommand(command, flags.args[0]!));
    return yield* showHelp(cli, command, 'err');
  }
  if (command.canonical === 'image build') yield* builderNote(cli);
  const miscounted = argumentProblem(command, flags.args);
  if (miscounted !== undefined) throw new CliError(miscounted);
  const engine = yield* askEngine(cli);
  const experimental = engine === undefined || engine.experimental;
  if (!experimental && isExperimental(command)) throw new CliError(experimentalRefusal(command));
  const unsupported = engine === undefined ? [] : flags.unsupported(experimental);
  if (unsupported.length > 0) throw new CliError(unsupported.map(explainUnsupported).join('\n'));
  const body = commands.get(command.canonical);
  if (body === undefined) {
    const hint = IMAGE_COMMANDS.has(command.canonical) ? '; images come from its registry' : '';
    throw new CliError(`docker ${command.path}: this playground does not model this command${hint}`);
  }
  return yield* body(cli, { path: command.path.split(' '), flags, args: flags.args });
}

function explainUnsupported(flag: { readonly name: string; readonly condition: string | undefined }): string {
  return flag.condition === 'windows'
    ? `"--${flag.name}" is only supported on a Docker daemon running on windows, ` +
        'but the Docker daemon is running on linux'
    : `"--${flag.name}" is only supported on a Docker daemon with experimental features enabled`;
}
