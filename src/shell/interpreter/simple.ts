/** Simple commands: aliases, words, assignments, redirections; then a function, a builtin or a program. */
import type { Assignment, Command, Redirection, Word } from 'unbash';
import { type Bytes, fromUtf8 } from '../../base/bytes';
import {
  close,
  Errno,
  type Fd,
  type Process,
  readFile,
  SIGNAL_NUMBERS,
  Signalled,
  spawn,
  stat,
  step,
  write,
} from '../../base/process';
import { join } from '../paths';
import { EXECUTABLE, findProgram, locateProgram } from '../programs/find';
import type { Program } from '../programs/program';
import { expandAlias } from './alias';
import { assign } from './assign';
import { quoteAsNeeded } from './escapes';
import { expandInto, expandText } from './expand';
import { Fatal, Return } from './flow';
import { waitForeground } from './jobs';
import { RedirectError, redirect } from './redirect';
import type { Builtin, Declaration, Shell, ShellFunction } from './shell';
import { endSubstitutions } from './substitution';
import { trace } from './trace';

const FUNCTION_DEPTH_MAX = 200;

/** Runs a simple command. `redirects`: what is still to be done of them. */
export function* runSimple(shell: Shell, node: Command, redirects?: readonly Redirection[]): Process<void> {
  const replaceable = shell.replaceable;
  const open = shell.substitutions.length;
  shell.replaceable = false;
  shell.position = node.pos;
  try {
    yield* step();
    const command = expandAlias(shell, node);
    if (command.type === 'Command') yield* runCommand(shell, command, redirects ?? command.redirects, replaceable);
    else yield* shell.interpreter.run(shell, command.statements);
  } catch (error) {
    if (error instanceof RedirectError) {
      yield* shell.complain(error.message);
      shell.status = 1;
    } else if (error instanceof Signalled && shell.traps.has(error.signal)) {
      yield* caught(shell, error);
    } else {
      throw error;
    }
  }
  if (shell.substitutions.length > open) yield* endSubstitutions(shell, open);
}

/** A signal with a trap met a command of the shell itself. */
function* caught(shell: Shell, error: Signalled): Process<void> {
  shell.status = 128 + SIGNAL_NUMBERS[error.signal];
  const trap = shell.traps.get(error.signal)!;
  const status = shell.status;
  if (trap !== '') yield* shell.interpreter.runText(shell, trap, shell.line);
  shell.status = status;
}

function* runCommand(
  shell: Shell,
  node: Command,
  redirects: readonly Redirection[],
  replaceable: boolean,
): Process<void> {
  const assignments = node.prefix.filter((item): item is Assignment => item.type === 'Assignment');
  shell.substituted = undefined;
  shell.traced = [];
  const words: Bytes[] = [];
  if (node.name) yield* expandInto(shell, node.name, words);
  const declaration = words.length === 1 ? shell.interpreter.declarations.get(words[0]!) : undefined;
  const declared: (Bytes | Assignment)[] = [];
  for (const argument of node.suffix) {
    if (argument.type === 'Word') {
      if (declaration) yield* expandDeclared(shell, argument, declared);
      else yield* expandInto(shell, argument, words);
    } else if (argument.type === 'Assignment') {
      if (declaration) declared.push(argument);
      else words.push(yield* assignmentText(shell, argument));
    }
  }
  if (words.length === 0) {
    yield* assignOnly(shell, assignments, redirects);
    return;
  }
  const last = words.at(-1)!;
  if (assignments.length === 0) {
    yield* withRedirects(shell, redirects, () => dispatch(shell, words, declaration, declared, replaceable));
    shell.lastArgument = last;
    return;
  }
  shell.variables.push();
  try {
    for (const item of assignments) {
      const variable = shell.variables.declareLocal(item.name);
      variable.text ??= shell.variables.lookup(item.name)?.text;
      yield* assign(shell, item, variable);
      variable.exported = true;
    }
    yield* withRedirects(shell, redirects, () => dispatch(shell, words, declaration, declared, replaceable));
  } finally {
    shell.variables.pop();
  }
}

function* expandDeclared(shell: Shell, word: Word, out: (Bytes | Assignment)[]): Process<void> {
  const fields: Bytes[] = [];
  yield* expandInto(shell, word, fields);
  out.push(...fields);
}

function* assignmentText(shell: Shell, item: Assignment): Process<Bytes> {
  if (item.value.type === 'ArrayValue') return item.text;
  const index = item.index ? `[${item.index.text}]` : '';
  return `${item.name}${index}${item.append ? '+' : ''}=${yield* expandText(shell, item.value, true)}`;
}

/** Assignments without a command stay. */
function* assignOnly(
  shell: Shell,
  assignments: readonly Assignment[],
  redirects: readonly Redirection[],
): Process<void> {
  for (const item of assignments) yield* assign(shell, item);
  if (shell.flags.xtrace && shell.traced.length > 0) {
    for (const line of shell.traced)
      yield* trace(
        shell,
        line.replace(/=(.*)$/s, (_, v: Bytes) => `=${v === '' ? '' : quoteAsNeeded(v)}`),
      );
  }
  if (redirects.length > 0) yield* withRedirects(shell, redirects, nothing);
  shell.status = shell.substituted ?? 0;
}

function* nothing(): Process<void> {}

/** Runs `body` with the redirections done, and undoes them. */
function* withRedirects(shell: Shell, redirects: readonly Redirection[], body: () => Process<void>): Process<void> {
  if (redirects.length === 0) {
    yield* body();
    return;
  }
  const ready = yield* redirect(shell, redirects);
  const before = shell.streams;
  shell.streams = ready.streams;
  shell.keepStreams = false;
  try {
    yield* body();
  } finally {
    // exec without a command keeps what it redirected.
    if (shell.keepStreams) {
      shell.keepStreams = false;
      yield* closeUnused(before, shell.streams);
    } else {
      shell.streams = before;
      for (const fd of ready.opened) yield* close(fd);
    }
  }
}

function* closeUnused(before: ReadonlyMap<number, Fd>, after: ReadonlyMap<number, Fd>): Process<void> {
  const used = new Set(after.values());
  for (const fd of new Set(before.values())) if (!used.has(fd)) yield* close(fd);
}

/** Function, builtin or program: whichever the name means. */
function* dispatch(
  shell: Shell,
  words: readonly Bytes[],
  declaration: Declaration | undefined,
  declared: readonly (Bytes | Assignment)[],
  replaceable: boolean,
): Process<void> {
  if (shell.flags.xtrace) {
    for (const line of shell.traced) yield* trace(shell, line);
    const shown = declared.map((item) => (typeof item === 'string' ? quoteAsNeeded(item) : item.text));
    yield* trace(shell, [...words.map(quoteAsNeeded), ...shown].join(' '));
  }
  const name = words[0]!;
  const known = shell.functions.get(name);
  if (known) {
    yield* callFunction(shell, name, known, words.slice(1));
    return;
  }
  if (declaration) {
    shell.status = yield* declaration(shell, declared, name);
    return;
  }
  const builtin = shell.interpreter.builtins.get(name);
  shell.status = builtin ? yield* runBuiltin(shell, builtin, words) : yield* runProgram(shell, words, replaceable);
}

function* runBuiltin(shell: Shell, builtin: Builtin, words: readonly Bytes[]): Process<number> {
  try {
    return yield* builtin(shell, words.slice(1), words[0]!);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    yield* shell.complain(`${words[0]}: ${error.path ? `${error.path}: ` : ''}${error.message}`);
    return 1;
  }
}

/** Runs a command that is words already: command, builtin, xargs-like builtins. `functions`: whether they count. */
export function* invoke(shell: Shell, words: readonly Bytes[], functions: boolean): Process<number> {
  const name = words[0]!;
  const known = functions ? shell.functions.get(name) : undefined;
  if (known) {
    yield* callFunction(shell, name, known, words.slice(1));
    return shell.status;
  }
  const declaration = shell.interpreter.declarations.get(name);
  if (declaration) return yield* declaration(shell, words.slice(1), name);
  const builtin = shell.interpreter.builtins.get(name);
  return builtin ? yield* runBuiltin(shell, builtin, words) : yield* runProgram(shell, words, false);
}

function* callFunction(shell: Shell, name: Bytes, callee: ShellFunction, args: readonly Bytes[]): Process<void> {
  if (shell.functionDepth >= FUNCTION_DEPTH_MAX) {
    throw new Fatal(`${name}: maximum function nesting level exceeded (${FUNCTION_DEPTH_MAX})`);
  }
  const { positional, source, position, loops, callers } = shell;
  shell.positional = args;
  shell.source = callee.source;
  shell.loops = 0;
  shell.callers = [...callers, name];
  shell.functionDepth++;
  shell.variables.push();
  try {
    const { body } = callee.node;
    if (body.type === 'CompoundList') yield* shell.interpreter.run(shell, body.commands);
    else yield* shell.interpreter.runBody(shell, body);
  } catch (flow) {
    if (!(flow instanceof Return)) throw flow;
    shell.status = flow.status;
  } finally {
    shell.variables.pop();
    shell.functionDepth--;
    shell.positional = positional;
    shell.source = source;
    shell.position = position;
    shell.loops = loops;
    shell.callers = callers;
  }
}

/** A program of the machine: a process of its own, or in this one's place. */
function* runProgram(shell: Shell, words: readonly Bytes[], replaceable: boolean): Process<number> {
  const name = fromUtf8(words[0]!);
  let program = yield* locateProgram(shell.programs, name);
  let args = words.slice(1);
  if (!program) {
    const script = yield* findScript(shell, name);
    if (typeof script === 'number') return script;
    program = script.program;
    args = [...script.args, ...args];
  }
  const process = guarded(
    program({
      name: name.slice(name.lastIndexOf('/') + 1),
      args,
      env: shell.variables.environment(),
      cwd: shell.cwd,
      programs: shell.programs,
    }),
    name,
  );
  // With a trap set the shell stays: it has to hear the signal.
  if (replaceable && shell.traps.size === 0 && inPlace(shell.streams)) return yield* process;
  const pid = yield* spawn({
    name: words.join(' '),
    process,
    fds: shell.streams,
    background: shell.background,
  });
  const statuses = yield* waitForeground(shell, [pid]);
  shell.pipeStatus = statuses;
  return statuses[0]!;
}

function inPlace(streams: ReadonlyMap<number, Fd>): boolean {
  for (const [fd, kernel] of streams) if (fd !== kernel) return false;
  return true;
}

/** A call that failed and that the program did not expect ends it with the system's words. */
function* guarded(process: Process<number>, name: string): Process<number> {
  try {
    return yield* process;
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    if (error.code !== 'EBADF') yield* write(2, `${name}: ${error.path ? `${error.path}: ` : ''}${error.message}\n`);
    return 1;
  }
}

type Found = { readonly program: Program; readonly args: readonly Bytes[] };

/** A script among the machine's files, by path or along PATH; else the status of its absence, told. */
function* findScript(shell: Shell, name: string): Process<Found | number> {
  const candidates = name.includes('/')
    ? [name]
    : (shell.get('PATH') ?? '').split(':').map((directory) => `${fromUtf8(directory)}/${name}`);
  for (const candidate of candidates) {
    const path = join(shell.cwd, candidate);
    try {
      const found = yield* stat(path);
      if (!name.includes('/') && (found.kind !== 'file' || (found.mode & 0o111) === 0)) continue;
      if (found.kind === 'directory') return yield* refuse(shell, name, 'Is a directory', 126);
      if ((found.mode & 0o111) === 0) return yield* refuse(shell, name, 'Permission denied', 126);
      return yield* interpreterOf(shell, name, candidate, yield* readFile(path));
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      if (name.includes('/')) return yield* refuse(shell, name, error.message, error.code === 'EACCES' ? 126 : 127);
    }
  }
  if (shell.dialect !== 'bash') return yield* refuse(shell, name, 'not found', 127);
  return yield* refuse(shell, name, 'command not found', 127);
}

function* refuse(shell: Shell, name: string, why: string, status: number): Process<number> {
  yield* shell.complain(`${name}: ${why}`);
  return status;
}

/** The program that a script's first line names. */
function* interpreterOf(shell: Shell, name: string, path: string, text: Bytes): Process<Found | number> {
  if (text.startsWith(EXECUTABLE))
    return yield* refuse(shell, name, 'this playground does not model this program', 126);
  const first = /^#! *(\S+)(?: +([^\n]+))?/.exec(text);
  const words = first ? [first[1]!, ...(first[2] ?? '').split(/ +/).filter((word) => word !== '')] : ['/bin/bash'];
  if (words[0] === '/usr/bin/env') words.shift();
  const program = findProgram(shell.programs, words[0] ?? '');
  if (!program) return yield* refuse(shell, name, `${words[0]}: bad interpreter: No such file or directory`, 126);
  return { program, args: [...words.slice(1), path] };
}
