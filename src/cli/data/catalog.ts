/** Every command and flag of docker 28.2.2, as its own help tells them. The data is made by tools/docker-commands.ts. */
import { assert } from '../../base/assert';
import data from './commands.json';

/** When a flag or command is shown: an engine of Windows, an experimental one, a manager; never when hidden. */
export type Condition = 'windows' | 'experimental' | 'manager' | 'active' | 'hidden';

export interface FlagDefinition {
  readonly name: string;
  /** One letter, or ''. */
  readonly short: string;
  /** pflag's type name as help shows it; `bool` is the one that help leaves out. */
  readonly type: string;
  /** With its default in brackets, as help prints it; lines end with \n. */
  readonly usage: string;
  /** The value when it is not given. */
  readonly fallback: string;
  readonly condition: Condition | undefined;
}

/** How many arguments a command takes, and in which of docker's ways it says so. */
type Arity =
  | { readonly kind: 'exactly' | 'at-least' | 'at-most'; readonly count: number }
  | { readonly kind: 'between'; readonly low: number; readonly high: number }
  | { readonly kind: 'any' };

export interface CommandDefinition {
  /** `service create`; '' for docker itself. */
  readonly path: string;
  /** Where its implementation is found: a top-level command may be a copy of one under a noun. */
  readonly canonical: string;
  /** What follows the path in the usage line. */
  readonly use: string;
  readonly short: string;
  readonly long: string | undefined;
  readonly examples: string | undefined;
  /** Full paths as help lists them, this command first. */
  readonly aliases: readonly string[];
  readonly arity: Arity;
  readonly group: boolean;
  /** The first argument ends the flags. */
  readonly strict: boolean;
  /** Known to the swarm side of docker: shown under its heading, and only where this holds ('' is everywhere). */
  readonly swarm: Condition | '' | undefined;
  readonly experimental: boolean;
  readonly experimentalCli: boolean;
  readonly flags: readonly FlagDefinition[];
  /** Names of the commands under this one, in the order of help. */
  readonly children: readonly string[];
}

interface RawCommand {
  readonly as?: string;
  readonly use?: string;
  readonly short?: string;
  readonly long?: string;
  readonly examples?: string;
  readonly aliases?: readonly string[];
  readonly args?: string;
  readonly group?: boolean;
  readonly strict?: boolean;
  readonly swarm?: string;
  readonly experimental?: boolean;
  readonly experimentalCli?: boolean;
  readonly flags?: readonly string[];
}

const raw: ReadonlyMap<string, RawCommand> = new Map(Object.entries(data.commands));
const made = new Map<string, CommandDefinition>();

/** The commands in the first section of docker's own help, in its order. */
export const COMMON: readonly string[] = data.common;

/** Management command → the names under it, in the order of help; '' → the top level. */
const children = new Map<string, string[]>();
/** `service remove` → `service rm`: second names under the same noun. */
const aliasTargets = new Map<string, string>();
for (const [path, command] of raw) {
  const cut = path.lastIndexOf(' ');
  const parent = cut < 0 ? '' : path.slice(0, cut);
  const siblings = children.get(parent);
  if (siblings === undefined) children.set(parent, [path.slice(cut + 1)]);
  else siblings.push(path.slice(cut + 1));
  for (const alias of command.aliases ?? []) {
    if (!raw.has(alias)) aliasTargets.set(alias, path);
  }
}

const ROOT: RawCommand = { short: 'A self-sufficient runtime for containers', group: true, flags: data.flags };

/** The command at a path of names, its aliases included; undefined when docker has none. */
export function findCommand(path: string): CommandDefinition | undefined {
  const known = raw.has(path) || path === '' ? path : aliasTargets.get(path);
  if (known === undefined) return undefined;
  const before = made.get(known);
  if (before !== undefined) return before;
  const definition = define(known);
  made.set(known, definition);
  return definition;
}

function define(path: string): CommandDefinition {
  const own = path === '' ? ROOT : raw.get(path)!;
  const canonical = own.as ?? own.aliases?.[0] ?? path;
  const command = own.as === undefined ? own : raw.get(own.as)!;
  assert(command.as === undefined, `docker ${path}: a copy of a copy`);
  return {
    path,
    canonical,
    use: command.use ?? '',
    short: command.short ?? '',
    long: command.long,
    examples: command.examples,
    aliases: command.aliases ?? [],
    arity: parseArity(command.args),
    group: command.group ?? false,
    strict: command.strict ?? false,
    swarm: command.swarm as Condition | '' | undefined,
    experimental: command.experimental ?? false,
    experimentalCli: command.experimentalCli ?? false,
    flags: (command.flags ?? []).map(parseFlag),
    children: children.get(path) ?? [],
  };
}

function parseArity(text: string | undefined): Arity {
  if (text === undefined) return { kind: 'any' };
  if (text.endsWith('+')) return { kind: 'at-least', count: Number(text.slice(0, -1)) };
  const [low, high] = text.split('-') as [string, string | undefined];
  if (high === undefined) return { kind: 'exactly', count: Number(low) };
  return low === ''
    ? { kind: 'at-most', count: Number(high) }
    : { kind: 'between', low: Number(low), high: Number(high) };
}

const NUMBERS: ReadonlySet<string> = new Set(['int', 'uint', 'uint16', 'uint32', 'float', 'decimal', 'bytes']);

function parseFlag(text: string): FlagDefinition {
  const [, name, condition, short, type, usage] = /^([^|?]+)(?:\?(\w+))?\|([^|]?)\|([^|]*)\|([\s\S]*)$/.exec(text)!;
  const shown = /\(default (?:"([^"]*)"|(\S+))\)$/.exec(usage!);
  const fallback = shown?.[1] ?? shown?.[2] ?? '';
  return {
    name: name!,
    short: short!,
    type: type === '' ? 'bool' : type!,
    usage: usage!,
    fallback: NUMBERS.has(type!) && !/^-?[\d.]+$/.test(fallback) ? '' : fallback,
    condition: condition as Condition | undefined,
  };
}
