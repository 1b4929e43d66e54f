/**
 * What the Tab key may offer after `docker`: commands, flags and fixed values from the data; names of objects are only
 * asked for. Pure, so that the line editor needs no engine. Follows docker/cli cli/command/completion, and cobra:
 * flags are offered once a dash is typed, and flags given already are not offered again unless they may be repeated.
 */
import { type CommandDefinition, type FlagDefinition, findCommand } from './data/catalog';
import { REPEATED } from './flags/values';
import { visibleChildren } from './help/usage';

/** Kinds of names that only the engine or the file system knows. */
export type Completable =
  | 'container'
  | 'running-container'
  | 'service'
  | 'node'
  | 'network'
  | 'image'
  | 'volume'
  | 'secret'
  | 'config'
  | 'stack'
  | 'file';

export interface Candidate {
  readonly text: string;
  /** The one-line description that the help shows. */
  readonly about: string;
}

export interface Completion {
  /** Commands, flags and fixed values that begin with the last word, sorted. */
  readonly candidates: readonly Candidate[];
  /** Names to add from the outside: the caller asks, and keeps those that begin with `prefix`. */
  readonly names: Completable | undefined;
  /** The part of the last word that names and values replace (after `--flag=`, else the whole word). */
  readonly prefix: string;
}

/** Fixed values of flags, wherever they occur. */
const VALUES: ReadonlyMap<string, readonly string[]> = new Map([
  ['role', ['manager', 'worker']],
  ['availability', ['active', 'drain', 'pause']],
  ['mode', ['global', 'global-job', 'replicated', 'replicated-job']],
  ['endpoint-mode', ['dnsrr', 'vip']],
  ['restart-condition', ['any', 'none', 'on-failure']],
  ['restart', ['always', 'no', 'on-failure', 'unless-stopped']],
  ['update-order', ['start-first', 'stop-first']],
  ['rollback-order', ['start-first', 'stop-first']],
  ['update-failure-action', ['continue', 'pause', 'rollback']],
  ['rollback-failure-action', ['continue', 'pause']],
  ['resolve-image', ['always', 'changed', 'never']],
  ['pull', ['always', 'missing', 'never']],
  ['attach', ['stderr', 'stdin', 'stdout']],
  ['log-level', ['debug', 'error', 'fatal', 'info', 'warn']],
  ['driver', ['bridge', 'overlay']],
  ['type', ['config', 'container', 'image', 'network', 'node', 'plugin', 'secret', 'service', 'task', 'volume']],
]);

/** Flags whose values are names. */
const NAMED_VALUES: ReadonlyMap<string, Completable> = new Map<string, Completable>([
  ['network', 'network'],
  ['network-add', 'network'],
  ['network-rm', 'network'],
  ['secret', 'secret'],
  ['secret-add', 'secret'],
  ['secret-rm', 'secret'],
  ['config', 'config'],
  ['config-add', 'config'],
  ['config-rm', 'config'],
  ['image', 'image'],
  ['compose-file', 'file'],
  ['env-file', 'file'],
  ['volumes-from', 'container'],
]);

/** Arguments that name something else than the command's own noun. */
const ARGUMENTS: ReadonlyMap<string, readonly (Completable | readonly string[] | undefined)[]> = new Map([
  ['service create', ['image']],
  ['container run', ['image']],
  ['container create', ['image']],
  ['container exec', ['running-container']],
  ['container attach', ['running-container']],
  ['container stop', ['running-container']],
  ['container kill', ['running-container']],
  ['container top', ['running-container']],
  ['network connect', ['network', 'container']],
  ['network disconnect', ['network', 'container']],
  ['secret create', [undefined, 'file']],
  ['config create', [undefined, 'file']],
  ['swarm join-token', [['manager', 'worker']]],
  ['inspect', ['container']],
  ['node ps', ['node']],
  ['node inspect', ['node']],
]);

const NOUNS: ReadonlySet<string> = new Set(
  'container service node network image volume secret config stack'.split(' '),
);
/** Verbs whose arguments are objects of their noun, each as often as the command allows. */
const VERBS: ReadonlySet<string> = new Set(
  (
    'inspect rm ps logs update scale rollback promote demote services deploy start restart stop kill port rename ' +
    'wait pull tag push history pause unpause stats diff export commit cp'
  ).split(' '),
);

/** `words` are those after `docker` up to the cursor; the last one, perhaps empty, is being completed. */
export function complete(words: readonly string[]): Completion {
  const last = words.at(-1) ?? '';
  const { command, rest } = descend(words.slice(0, -1));
  const typed = readWords(command, rest);
  if (typed.waiting !== undefined) return valuesOf(command, typed.waiting, last);
  const assigned = typed.ended ? null : /^--([\w-]+)=([\s\S]*)$/.exec(last);
  const flag = assigned === null ? undefined : command.flags.find((one) => one.name === assigned[1]);
  if (flag !== undefined) return valuesOf(command, flag, assigned![2]!);
  if (last.startsWith('-') && !typed.ended) return offer(flagCandidates(command, typed.given), last);
  if (command.group) return offer(typed.args.length === 0 ? childCandidates(command) : [], last);
  return argumentCompletion(command, typed.args.length, last);
}

/** The command that the words before the cursor lead to, and its words. */
function descend(words: readonly string[]): { command: CommandDefinition; rest: readonly string[] } {
  let command = findCommand('')!;
  let from = words[0] === 'help' ? 1 : 0;
  for (let at = from; at < words.length && command.group; at++) {
    const word = words[at]!;
    const before = words[at - 1];
    const isValue = at > from && before !== undefined && flagTakingNext(command, before) !== undefined;
    if (word.startsWith('-') || isValue) continue;
    const child = findCommand(command.path === '' ? word : `${command.path} ${word}`);
    if (child === undefined) break;
    command = child;
    from = at + 1;
  }
  return { command, rest: words.slice(from) };
}

/** The flag that a word is, when its value is the next word. */
function flagTakingNext(command: CommandDefinition, word: string): FlagDefinition | undefined {
  if (!word.startsWith('-') || word.includes('=')) return undefined;
  const flag = word.startsWith('--')
    ? command.flags.find((one) => one.name === word.slice(2))
    : command.flags.find((one) => one.short !== '' && one.short === word.at(-1) && /^-\w+$/.test(word));
  return flag === undefined || flag.type === 'bool' ? undefined : flag;
}

interface Typed {
  /** The words that are neither flags nor their values. */
  readonly args: readonly string[];
  /** Flags as they were typed, without their values. */
  readonly given: ReadonlySet<string>;
  /** The last word is a flag whose value comes next. */
  readonly waiting: FlagDefinition | undefined;
  /** No flag can follow any more. */
  readonly ended: boolean;
}

function readWords(command: CommandDefinition, rest: readonly string[]): Typed {
  const args: string[] = [];
  const given = new Set<string>();
  let waiting: FlagDefinition | undefined;
  let ended = false;
  for (const word of rest) {
    if (waiting !== undefined) waiting = undefined;
    else if (ended || !word.startsWith('-') || word === '-') {
      args.push(word);
      ended ||= command.strict;
    } else if (word === '--') ended = true;
    else {
      given.add(word.split('=', 1)[0]!);
      waiting = flagTakingNext(command, word);
    }
  }
  return { args, given, waiting, ended };
}

function offer(candidates: readonly Candidate[], last: string): Completion {
  return { candidates: candidates.filter((one) => one.text.startsWith(last)), names: undefined, prefix: last };
}

function flagCandidates(command: CommandDefinition, given: ReadonlySet<string>): Candidate[] {
  const free = command.flags.filter(
    (flag) =>
      flag.condition !== 'hidden' &&
      flag.condition !== 'windows' &&
      (REPEATED.has(flag.type) || !(given.has(`--${flag.name}`) || given.has(`-${flag.short}`))),
  );
  const about = (flag: FlagDefinition): string => flag.usage.split('\n', 1)[0]!;
  const long = free.map((flag) => ({ text: `--${flag.name}`, about: about(flag) }));
  return [...long, { text: '--help', about: 'Print usage' }].sort((a, b) => (a.text < b.text ? -1 : 1));
}

function childCandidates(command: CommandDefinition): Candidate[] {
  const children = visibleChildren(command, undefined).filter((child) => !child.experimental);
  const found = children.map((child) => ({
    text: child.path.slice(child.path.lastIndexOf(' ') + 1),
    about: child.short,
  }));
  if (command.path === '') found.push({ text: 'help', about: 'Help about the command' });
  return found.sort((a, b) => (a.text < b.text ? -1 : 1));
}

function valuesOf(command: CommandDefinition, flag: FlagDefinition, prefix: string): Completion {
  const values = flag.name === 'driver' && command.canonical !== 'network create' ? [] : (VALUES.get(flag.name) ?? []);
  const names = flag.type === 'filter' || command.path === '' ? undefined : NAMED_VALUES.get(flag.name);
  return {
    ...offer(
      values.map((text) => ({ text, about: '' })),
      prefix,
    ),
    names,
  };
}

function argumentCompletion(command: CommandDefinition, count: number, last: string): Completion {
  const nothing = offer([], last);
  if (command.arity.kind === 'exactly' && count >= command.arity.count) return nothing;
  if (command.arity.kind === 'at-most' && count >= command.arity.count) return nothing;
  const special = ARGUMENTS.get(command.canonical);
  const [noun, verb] = command.canonical.split(' ') as [string, string | undefined];
  const repeats = command.arity.kind === 'at-least' || command.arity.kind === 'any';
  const wanted = special?.[command.strict || !repeats ? count : Math.min(count, special.length - 1)];
  if (special !== undefined) {
    if (typeof wanted !== 'object') return { ...nothing, names: wanted };
    return offer(
      wanted.map((text) => ({ text, about: '' })),
      last,
    );
  }
  if (verb === undefined || !NOUNS.has(noun) || !VERBS.has(verb)) return nothing;
  return { ...nothing, names: noun as Completable };
}
