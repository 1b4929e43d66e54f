/** Builtins that steer: break, return, exit, eval, source, exec, trap, command, type, shift, let. */
import { type Bytes, fromUtf8 } from '../../base/bytes';
import { Errno, type Process, readFile, SIGNAL_NUMBERS, stat } from '../../base/process';
import { evaluateText } from '../interpreter/arithmetic';
import { quoteSingle } from '../interpreter/escapes';
import { Break, Continue, Exit, Return } from '../interpreter/flow';
import { signalNamed } from '../interpreter/jobs';
import type { Shell, TrapName } from '../interpreter/shell';
import { join } from '../paths';
import { findProgram } from '../programs/find';

export function* colon(): Process<number> {
  return 0;
}

export function* falseCommand(): Process<number> {
  return 1;
}

/** The count of `break N`: undefined was told. */
function* levels(shell: Shell, args: readonly Bytes[], name: Bytes): Process<number | undefined> {
  if (shell.loops === 0) {
    yield* shell.complain(`${name}: only meaningful in a \`for', \`while', or \`until' loop`);
    return undefined;
  }
  const text = args[0] ?? '1';
  if (!/^\d+$/.test(text)) {
    yield* shell.complain(`${name}: ${text}: numeric argument required`);
    throw new Exit(128);
  }
  if (Number(text) < 1) {
    yield* shell.complain(`${name}: ${text}: loop count out of range`);
    throw new Break(Number.MAX_SAFE_INTEGER);
  }
  return Number(text);
}

export function* breakCommand(shell: Shell, args: readonly Bytes[], name: Bytes): Process<number> {
  const count = yield* levels(shell, args, name);
  if (count === undefined) return 0;
  shell.status = 0;
  throw new Break(count);
}

export function* continueCommand(shell: Shell, args: readonly Bytes[], name: Bytes): Process<number> {
  const count = yield* levels(shell, args, name);
  if (count === undefined) return 0;
  shell.status = 0;
  throw new Continue(count);
}

export function* returnCommand(shell: Shell, args: readonly Bytes[]): Process<number> {
  const text = args[0];
  if (text !== undefined && !/^[-+]?\d+$/.test(text)) {
    yield* shell.complain(`return: ${text}: numeric argument required`);
    throw new Return(2);
  }
  if (shell.functionDepth === 0 && shell.sourceDepth === 0) {
    yield* shell.complain("return: can only `return' from a function or sourced script");
    return 2;
  }
  throw new Return(text === undefined ? shell.status : Number(text) & 255);
}

export function* exit(shell: Shell, args: readonly Bytes[], name: Bytes): Process<number> {
  const text = args[0];
  if (text !== undefined && !/^[-+]?\d+$/.test(text)) {
    yield* shell.complain(`${name}: ${text}: numeric argument required`);
    throw new Exit(2);
  }
  if (shell.interactive) yield* shell.err(`${shell.login ? 'logout' : 'exit'}\n`);
  throw new Exit(text === undefined ? shell.status : Number(text) & 255);
}

export function* evalCommand(shell: Shell, args: readonly Bytes[]): Process<number> {
  const text = args.join(' ');
  if (text.trim() === '') return 0;
  yield* shell.interpreter.runText(shell, text, shell.line, 'eval: ');
  return shell.status;
}

/** `. FILE [ARGS]`: runs a file here. */
export function* source(shell: Shell, args: readonly Bytes[], name: Bytes): Process<number> {
  const file = args[0];
  if (file === undefined) {
    yield* shell.complain(`${name}: filename argument required`);
    yield* shell.err(`${name}: usage: ${name} filename [arguments]\n`);
    return 2;
  }
  let text: Bytes;
  try {
    text = yield* readFile(yield* sourcePath(shell, file));
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    yield* shell.complain(`${file}: ${error.message}`);
    return 1;
  }
  const { positional, name: own } = shell;
  if (args.length > 1) shell.positional = args.slice(1);
  shell.sourceDepth++;
  shell.name = shell.interactive ? own : file;
  try {
    yield* shell.interpreter.runText(shell, text, 1);
  } catch (flow) {
    if (!(flow instanceof Return)) throw flow;
    shell.status = flow.status;
  } finally {
    shell.sourceDepth--;
    shell.name = own;
    if (args.length > 1) shell.positional = positional;
  }
  return shell.status;
}

/** A name without a slash is looked for along PATH first. */
function* sourcePath(shell: Shell, file: Bytes): Process<string> {
  if (!file.includes('/')) {
    for (const directory of (shell.get('PATH') ?? '').split(':')) {
      const path = join(shell.cwd, `${fromUtf8(directory)}/${fromUtf8(file)}`);
      try {
        if ((yield* stat(path)).kind === 'file') return path;
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
      }
    }
  }
  return join(shell.cwd, fromUtf8(file));
}

/** With a command: runs it and ends with its status. Without: its redirections stay. */
export function* exec(shell: Shell, args: readonly Bytes[]): Process<number> {
  let words = args;
  while (words[0] === '-c' || words[0] === '-l' || words[0] === '--') words = words.slice(1);
  if (words[0] === '-a') words = words.slice(2);
  if (words.length === 0) {
    shell.keepStreams = true;
    return 0;
  }
  const status = yield* shell.interpreter.invoke(shell, words, false);
  throw new Exit(status);
}

export function* shift(shell: Shell, args: readonly Bytes[]): Process<number> {
  const text = args[0] ?? '1';
  if (!/^-?\d+$/.test(text)) {
    yield* shell.complain(`shift: ${text}: numeric argument required`);
    return 1;
  }
  const count = Number(text);
  if (count < 0) yield* shell.complain(`shift: ${text}: shift count out of range`);
  if (count < 0 || count > shell.positional.length) return 1;
  shell.positional = shell.positional.slice(count);
  return 0;
}

export function* letCommand(shell: Shell, args: readonly Bytes[]): Process<number> {
  if (args.length === 0) {
    yield* shell.complain('let: expression expected');
    return 1;
  }
  let value = 0n;
  for (const text of args) value = yield* evaluateText(shell, text);
  return value !== 0n ? 0 : 1;
}

const TRAPS: readonly TrapName[] = [
  'EXIT',
  'HUP',
  'INT',
  'QUIT',
  'KILL',
  'USR1',
  'USR2',
  'PIPE',
  'TERM',
  'WINCH',
  'DEBUG',
  'RETURN',
  'ERR',
];

function trapNamed(name: Bytes): TrapName | 'other' | undefined {
  const upper = name.toUpperCase().replace(/^SIG/, '');
  if (upper === '0') return 'EXIT';
  if (TRAPS.includes(upper as TrapName)) return upper as TrapName;
  const signal = signalNamed(name);
  if (signal && signal !== 'none') return signal;
  // Signals that exist on a real machine and that nothing here sends.
  return /^(?:ABRT|ALRM|BUS|CHLD|CONT|FPE|ILL|IO|PROF|PWR|SEGV|STOP|SYS|TRAP|TSTP|TTIN|TTOU|URG|VTALRM)$/.test(upper)
    ? 'other'
    : undefined;
}

export function* trap(shell: Shell, args: readonly Bytes[]): Process<number> {
  const printing = args.length === 0 || args[0] === '-p';
  if (args[0] === '-l') {
    yield* shell.out(
      `${Object.entries(SIGNAL_NUMBERS)
        .map(([name, number]) => `${number}) SIG${name}`)
        .join('\t')}\n`,
    );
    return 0;
  }
  const words = args[0] === '--' || args[0] === '-p' ? args.slice(1) : args;
  if (printing) {
    for (const name of TRAPS) {
      const command = shell.traps.get(name);
      if (command === undefined || (words.length > 0 && !words.some((word) => trapNamed(word) === name))) continue;
      const shown = name in SIGNAL_NUMBERS ? `SIG${name}` : name;
      yield* shell.out(`trap -- ${quoteSingle(command)} ${shown}\n`);
    }
    return 0;
  }
  const resets = words.length === 1 || words[0] === '-';
  let status = 0;
  for (const word of words.length === 1 ? words : words.slice(1)) {
    const name = trapNamed(word);
    if (name === undefined) {
      yield* shell.complain(`trap: ${word}: invalid signal specification`);
      status = 1;
    } else if (name !== 'other') {
      if (resets) shell.traps.delete(name);
      else shell.traps.set(name, words[0]!);
    }
  }
  return status;
}

/** `command NAME`: without functions; -v and -V tell what the name is. */
export function* command(shell: Shell, args: readonly Bytes[]): Process<number> {
  let words = args;
  let tell: 'v' | 'V' | undefined;
  while (words[0]?.startsWith('-') && words[0] !== '-') {
    if (words[0] === '--') {
      words = words.slice(1);
      break;
    }
    if (words[0] === '-v') tell = 'v';
    else if (words[0] === '-V') tell = 'V';
    else if (words[0] !== '-p') return yield* badOption(shell, 'command', words[0], 'command [-pVv] command [arg ...]');
    words = words.slice(1);
  }
  if (words.length === 0) return 0;
  if (!tell) return yield* shell.interpreter.invoke(shell, words, false);
  let status = 1;
  for (const word of words) {
    const kind = yield* kindOf(shell, word);
    if (!kind) {
      if (tell === 'V') yield* shell.complain(`command: ${word}: not found`);
      continue;
    }
    status = 0;
    yield* shell.out(tell === 'V' ? yield* kindSentence(shell, word, kind) : `${commandPath(shell, word, kind)}\n`);
  }
  return status;
}

function* badOption(shell: Shell, name: string, option: Bytes, usage: string): Process<number> {
  yield* shell.complain(`${name}: ${option}: invalid option`);
  yield* shell.err(`${name}: usage: ${usage}\n`);
  return 2;
}

type Kind = 'alias' | 'keyword' | 'function' | 'builtin' | { readonly file: string };

const KEYWORDS =
  '! [[ ]] case coproc do done elif else esac fi for function if in select then time until while { }'.split(' ');

function* kindOf(shell: Shell, word: Bytes): Process<Kind | undefined> {
  if (shell.aliases.has(word)) return 'alias';
  if (KEYWORDS.includes(word)) return 'keyword';
  if (shell.functions.has(word)) return 'function';
  if (shell.interpreter.builtins.has(word) || shell.interpreter.declarations.has(word)) return 'builtin';
  const name = fromUtf8(word);
  if (findProgram(shell.programs, name)) return { file: name.includes('/') ? name : `/usr/bin/${name}` };
  const places = name.includes('/') ? [name] : (shell.get('PATH') ?? '').split(':').map((place) => `${place}/${name}`);
  for (const place of places) {
    try {
      const found = yield* stat(join(shell.cwd, fromUtf8(place)));
      if (found.kind === 'file' && (found.mode & 0o111) !== 0) return { file: place };
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
    }
  }
  return undefined;
}

function commandPath(shell: Shell, word: Bytes, kind: Kind): Bytes {
  if (kind === 'alias') return `alias ${word}=${quoteSingle(shell.aliases.get(word)!)}`;
  return typeof kind === 'object' ? kind.file : word;
}

function* kindSentence(shell: Shell, word: Bytes, kind: Kind): Process<Bytes> {
  switch (kind) {
    case 'alias':
      return `${word} is aliased to \`${shell.aliases.get(word)}'\n`;
    case 'keyword':
      return `${word} is a shell keyword\n`;
    case 'builtin':
      return `${word} is a shell builtin\n`;
    case 'function': {
      const { node, source: from } = shell.functions.get(word)!;
      return `${word} is a function\n${from.text.slice(node.pos, node.end)}\n`;
    }
    default:
      return `${word} is ${kind.file}\n`;
  }
}

/** `type NAME`; -t one word, -p the path. */
export function* typeCommand(shell: Shell, args: readonly Bytes[]): Process<number> {
  const option = /^-[tpaPf]+$/.test(args[0] ?? '') ? args[0]! : '';
  let status = 0;
  for (const word of option ? args.slice(1) : args) {
    const kind = yield* kindOf(shell, word);
    if (!kind) {
      if (!/[tpP]/.test(option)) yield* shell.complain(`type: ${word}: not found`);
      status = 1;
    } else if (option.includes('t')) {
      yield* shell.out(`${typeof kind === 'object' ? 'file' : kind}\n`);
    } else if (/[pP]/.test(option)) {
      if (typeof kind === 'object') yield* shell.out(`${kind.file}\n`);
    } else {
      yield* shell.out(yield* kindSentence(shell, word, kind));
    }
  }
  return status;
}

export function* builtinCommand(shell: Shell, args: readonly Bytes[]): Process<number> {
  const name = args[0];
  if (name === undefined) return 0;
  if (!shell.interpreter.builtins.has(name) && !shell.interpreter.declarations.has(name)) {
    yield* shell.complain(`builtin: ${name}: not a shell builtin`);
    return 1;
  }
  return yield* shell.interpreter.invoke(shell, args, false);
}

export function* hash(): Process<number> {
  return 0;
}

/** Files have the mode that their writer gives: the mask is kept and shown. */
export function* umask(shell: Shell, args: readonly Bytes[]): Process<number> {
  if (args.length === 0) {
    yield* shell.out('0022\n');
    return 0;
  }
  if (args[0] === '022' || args[0] === '0022') return 0;
  yield* shell.complain(`umask: ${args[0]}: only the mask 0022 is known here`);
  return 1;
}
