/** Runs syntax trees: lists, pipelines, compound commands, functions, jobs. Simple commands are in simple.ts. */
import type {
  AndOr,
  Case,
  CommandNode,
  CompoundCommand,
  For,
  Pipeline,
  PipelineNode,
  Redirected,
  Redirection,
  Select,
  Statement,
  While,
} from 'unbash';
import type { Bytes } from '../../base/bytes';
import { close, type Fd, now, open, type Process, pipe, read, step } from '../../base/process';
import { evaluateWhole } from './arithmetic';
import { assignValue } from './assign';
import { condition } from './conditional';
import { quoteAsNeeded } from './escapes';
import { expandPattern, expandText, expandWords } from './expand';
import { Break, Continue, Exit } from './flow';
import { addJob, waitForeground } from './jobs';
import { matches } from './pattern';
import { RedirectError, redirect } from './redirect';
import type { Shell } from './shell';
import { runSimple } from './simple';
import { launch } from './subshell';
import { endSubstitutions } from './substitution';
import { trace } from './trace';

type Node = PipelineNode | AndOr | Redirected['command'];

/** Runs commands in order. */
export function* runStatements(shell: Shell, statements: readonly Statement[]): Process<void> {
  for (const statement of statements) {
    if (shell.flags.noexec) continue;
    if (statement.background) yield* runBackground(shell, statement);
    else yield* runNode(shell, statement.command);
  }
}

/** Runs one command; its status is in the shell. */
export function* runNode(shell: Shell, node: Node): Process<void> {
  switch (node.type) {
    case 'Command':
      yield* runSimple(shell, node);
      yield* checkStatus(shell);
      return;
    case 'Pipeline':
      yield* runPipeline(shell, node);
      return;
    case 'AndOr':
      yield* runAndOr(shell, node);
      return;
    case 'Redirected':
      yield* runRedirected(shell, node);
      return;
    case 'Function':
      shell.functions.set(node.name.value, { node, source: shell.source });
      shell.status = 0;
      return;
    case 'Coproc':
      shell.position = node.pos;
      yield* shell.complain('coproc: coprocesses are not part of this shell');
      shell.status = 1;
      return;
    default:
      yield* runCompound(shell, node);
  }
}

/** set -e, and the ERR trap. */
function* checkStatus(shell: Shell): Process<void> {
  if (shell.status === 0 || shell.tested > 0) return;
  const trap = shell.traps.get('ERR');
  if (trap) {
    const status = shell.status;
    shell.traps.delete('ERR');
    yield* shell.interpreter.runText(shell, trap, shell.line);
    shell.traps.set('ERR', trap);
    shell.status = status;
  }
  if (shell.flags.errexit) throw new Exit(shell.status);
}

function* runAndOr(shell: Shell, node: AndOr): Process<void> {
  const last = node.commands.length - 1;
  for (let k = 0; k <= last; k++) {
    if (k > 0 && (node.operators[k - 1] === '&&') !== (shell.status === 0)) continue;
    if (k === last) {
      yield* runNode(shell, node.commands[k]!);
    } else {
      yield* tested(shell, node.commands[k]!);
    }
  }
}

/** Runs a command whose failure is an answer: errexit does not apply. */
function* tested(shell: Shell, node: Node): Process<void> {
  shell.tested++;
  try {
    yield* runNode(shell, node);
  } finally {
    shell.tested--;
  }
}

function* testedList(shell: Shell, statements: readonly Statement[]): Process<void> {
  shell.tested++;
  try {
    yield* runStatements(shell, statements);
  } finally {
    shell.tested--;
  }
}

function* runPipeline(shell: Shell, node: Pipeline): Process<void> {
  const negations = node.prefixes.filter((prefix) => prefix.type === 'Negation').length;
  const timed = node.prefixes.find((prefix) => prefix.type === 'Time');
  const began = timed ? yield* now() : 0;
  if (negations > 0) shell.tested++;
  try {
    if (node.commands.length === 0) shell.status = 0;
    else if (node.commands.length === 1) yield* runNode(shell, node.commands[0]!);
    else yield* runStages(shell, node);
  } finally {
    if (negations > 0) shell.tested--;
  }
  if (timed) yield* tellTime(shell, (yield* now()) - began, timed.type === 'Time' && timed.posix !== undefined);
  if (negations % 2 === 1) shell.status = shell.status === 0 ? 1 : 0;
  else if (node.commands.length > 1) yield* checkStatus(shell);
}

function* tellTime(shell: Shell, micros: number, posix: boolean): Process<void> {
  const millis = Math.floor(micros / 1000);
  const part = (ms: number): string => `${Math.floor(ms / 1000)}.${String(ms % 1000).padStart(3, '0')}`;
  const minutes = Math.floor(millis / 60_000);
  if (posix) {
    yield* shell.err(`real ${part(millis).slice(0, -1)}\nuser 0.00\nsys 0.00\n`);
    return;
  }
  yield* shell.err(`\nreal\t${minutes}m${part(millis - minutes * 60_000)}s\nuser\t0m0.000s\nsys\t0m0.000s\n`);
}

function* runStages(shell: Shell, node: Pipeline): Process<void> {
  const pids = yield* launchStages(shell, node.commands, node.operators, false);
  const statuses = yield* waitForeground(shell, pids);
  shell.pipeStatus = statuses;
  shell.status = statuses.at(-1)!;
  if (shell.flags.pipefail) shell.status = statuses.findLast((status) => status !== 0) ?? 0;
}

/** Starts every command of a pipeline, each a process of its own, joined by pipes; their pids. */
function* launchStages(
  shell: Shell,
  commands: readonly CommandNode[],
  operators: readonly string[],
  background: boolean,
  stdin?: Fd,
): Process<number[]> {
  const pids: number[] = [];
  let input: Fd | undefined = stdin;
  for (let k = 0; k < commands.length; k++) {
    const streams: (readonly [number, Fd])[] = [];
    if (input !== undefined) streams.push([0, input]);
    let next: Fd | undefined;
    let output: Fd | undefined;
    if (k < commands.length - 1) {
      [next, output] = yield* pipe();
      streams.push([1, output]);
      if (operators[k] === '|&') streams.push([2, output]);
    }
    pids.push(yield* launchCommand(shell, commands[k]!, streams, background));
    if (output !== undefined) yield* close(output);
    if (input !== undefined) yield* close(input);
    input = next;
  }
  return pids;
}

/** A command as a process. Its redirections are done here, so that a program can take the process's place. */
function* launchCommand(
  shell: Shell,
  node: CommandNode | AndOr | Pipeline,
  streams: readonly (readonly [number, Fd])[],
  background: boolean,
): Process<number> {
  const redirects: readonly Redirection[] = node.type === 'Command' || node.type === 'Redirected' ? node.redirects : [];
  const name = jobText(shell, node);
  const before = shell.streams;
  shell.position = node.pos;
  try {
    shell.streams = new Map([...before, ...streams]);
    const ready = yield* redirect(shell, redirects);
    shell.streams = ready.streams;
    const pid = yield* launch(shell, { name, background, body: (child) => runAlone(child, node) });
    for (const fd of ready.opened) yield* close(fd);
    return pid;
  } catch (error) {
    if (!(error instanceof RedirectError)) throw error;
    yield* shell.complain(error.message);
    return yield* launch(shell, { name, background, body: (child) => fail(child) });
  } finally {
    shell.streams = before;
  }
}

function* fail(shell: Shell): Process<void> {
  shell.status = 1;
}

/** The one command of a process, its redirections done already. */
function* runAlone(shell: Shell, node: CommandNode | AndOr | Pipeline): Process<void> {
  if (node.type === 'Command') {
    shell.replaceable = true;
    yield* runSimple(shell, node, []);
  } else if (node.type === 'Subshell') {
    yield* runStatements(shell, node.body.commands);
  } else {
    yield* runNode(shell, node.type === 'Redirected' ? node.command : node);
  }
}

/** What a job is called: its text, blanks made one. */
function jobText(shell: Shell, node: { readonly pos: number; readonly end: number }): Bytes {
  return shell.source.text.slice(node.pos, node.end).replace(/\s+/g, ' ').trim();
}

function* runBackground(shell: Shell, statement: Statement): Process<void> {
  const node = statement.command;
  const quiet = yield* open('/dev/null', 'read');
  let pids: number[];
  if (node.type === 'Pipeline' && node.prefixes.length === 0 && node.commands.length > 1) {
    pids = yield* launchStages(shell, node.commands, node.operators, true, quiet);
  } else {
    pids = [yield* launchCommand(shell, node, [[0, quiet]], true)];
    yield* close(quiet);
  }
  yield* addJob(shell, jobText(shell, node), pids);
  shell.status = 0;
}

function* runRedirected(shell: Shell, node: Redirected): Process<void> {
  const before = shell.streams;
  shell.position = node.pos;
  const open = shell.substitutions.length;
  try {
    const ready = yield* redirect(shell, node.redirects);
    try {
      shell.streams = ready.streams;
      yield* runCompound(shell, node.command);
    } finally {
      shell.streams = before;
      for (const fd of ready.opened) yield* close(fd);
    }
  } catch (error) {
    if (!(error instanceof RedirectError)) throw error;
    yield* shell.complain(error.message);
    shell.status = 1;
    yield* checkStatus(shell);
  }
  if (shell.substitutions.length > open) yield* endSubstitutions(shell, open);
}

function* runCompound(shell: Shell, node: CompoundCommand): Process<void> {
  switch (node.type) {
    case 'BraceGroup':
      yield* runStatements(shell, node.body.commands);
      return;
    case 'Subshell': {
      shell.position = node.pos;
      const pid = yield* launch(shell, { body: (child) => runStatements(child, node.body.commands) });
      shell.status = (yield* waitForeground(shell, [pid]))[0]!;
      yield* checkStatus(shell);
      return;
    }
    case 'If':
      yield* runIf(shell, node);
      return;
    case 'While':
      yield* runWhile(shell, node);
      return;
    case 'For':
      yield* runFor(shell, node);
      return;
    case 'ArithmeticFor':
      yield* runArithmeticFor(shell, node);
      return;
    case 'Case':
      yield* runCase(shell, node);
      return;
    case 'Select':
      yield* runSelect(shell, node);
      return;
    case 'TestCommand':
      shell.position = node.pos;
      yield* step();
      shell.status = yield* condition(shell, node.expression);
      yield* checkStatus(shell);
      return;
    case 'ArithmeticCommand':
      shell.position = node.pos;
      yield* step();
      if (shell.flags.xtrace) yield* trace(shell, `(( ${node.body} ))`);
      shell.status = node.expression && (yield* evaluateWhole(shell, node.expression, node.body)) !== 0n ? 0 : 1;
      yield* checkStatus(shell);
  }
}

function* runIf(shell: Shell, node: Extract<CompoundCommand, { type: 'If' }>): Process<void> {
  for (const branch of [node, ...node.elif]) {
    yield* testedList(shell, branch.clause.commands);
    if (shell.status === 0) {
      yield* runStatements(shell, branch.then.commands);
      return;
    }
  }
  shell.status = 0;
  if (node.else) yield* runStatements(shell, node.else.commands);
}

/** Runs the body of a loop once; false when the loop is over. */
function* turn(shell: Shell, body: readonly Statement[]): Process<boolean> {
  try {
    yield* runStatements(shell, body);
    return true;
  } catch (flow) {
    if (flow instanceof Break) {
      if (flow.levels > 1 && shell.loops > 1) {
        flow.levels--;
        throw flow;
      }
      return false;
    }
    if (flow instanceof Continue) {
      if (flow.levels > 1 && shell.loops > 1) {
        flow.levels--;
        throw flow;
      }
      return true;
    }
    throw flow;
  }
}

function* runWhile(shell: Shell, node: While): Process<void> {
  shell.loops++;
  let status = 0;
  try {
    for (;;) {
      yield* step();
      yield* testedList(shell, node.clause.commands);
      if ((shell.status === 0) !== (node.kind === 'while')) break;
      const goOn = yield* turn(shell, node.body.commands);
      status = shell.status;
      if (!goOn) break;
    }
  } catch (flow) {
    // break and continue in the condition itself
    if (!(flow instanceof Break || flow instanceof Continue) || flow.levels > 1) throw flow;
  } finally {
    shell.loops--;
  }
  shell.status = status;
}

function* runFor(shell: Shell, node: For): Process<void> {
  shell.position = node.pos;
  const words = node.wordlist ? yield* expandWords(shell, node.wordlist) : shell.positional;
  const name = node.name.value;
  if (!/^[A-Za-z_]\w*$/.test(name)) {
    yield* shell.complain(`\`${name}': not a valid identifier`);
    shell.status = 1;
    return;
  }
  shell.loops++;
  shell.status = 0;
  try {
    for (const word of words) {
      yield* step();
      if (shell.flags.xtrace) yield* trace(shell, `for ${name} in ${words.map(quoteAsNeeded).join(' ')}`);
      yield* assignValue(shell, name, word);
      if (!(yield* turn(shell, node.body.commands))) break;
    }
  } finally {
    shell.loops--;
  }
}

function* runArithmeticFor(shell: Shell, node: Extract<CompoundCommand, { type: 'ArithmeticFor' }>): Process<void> {
  shell.position = node.pos;
  if (node.initialize) yield* evaluateWhole(shell, node.initialize, '');
  shell.loops++;
  shell.status = 0;
  try {
    for (;;) {
      yield* step();
      if (node.test && (yield* evaluateWhole(shell, node.test, '')) === 0n) break;
      if (!(yield* turn(shell, node.body.commands))) break;
      if (node.update) yield* evaluateWhole(shell, node.update, '');
    }
  } finally {
    shell.loops--;
  }
}

function* runCase(shell: Shell, node: Case): Process<void> {
  shell.position = node.pos;
  const word = yield* expandText(shell, node.word);
  shell.status = 0;
  let falling = false;
  for (const item of node.items) {
    let hit = falling;
    for (const pattern of item.pattern) {
      if (hit) break;
      hit = matches(yield* expandPattern(shell, pattern), word, shell.shopts.has('nocasematch'));
    }
    if (!hit) continue;
    yield* runStatements(shell, item.body.commands);
    if (item.terminator === ';&') falling = true;
    else if (item.terminator === ';;&') falling = false;
    else return;
  }
}

/** select: a numbered menu on stderr, answers from stdin. */
function* runSelect(shell: Shell, node: Select): Process<void> {
  shell.position = node.pos;
  const words = node.wordlist ? yield* expandWords(shell, node.wordlist) : [...shell.positional];
  shell.status = 0;
  if (words.length === 0) return;
  const width = String(words.length).length;
  const menu = words.map((word, k) => `${String(k + 1).padStart(width)}) ${word}\n`).join('');
  shell.loops++;
  try {
    yield* shell.err(menu);
    for (;;) {
      yield* shell.err(shell.get('PS3') ?? '#? ');
      const line = yield* readAnswer(shell);
      if (line === undefined) {
        yield* shell.out('\n');
        shell.status = 1;
        return;
      }
      if (line === '') {
        yield* shell.err(menu);
        continue;
      }
      shell.set('REPLY', line);
      const choice = /^\d+$/.test(line) ? words[Number(line) - 1] : undefined;
      shell.set(node.name.value, choice ?? '');
      if (!(yield* turn(shell, node.body.commands))) return;
    }
  } finally {
    shell.loops--;
  }
}

function* readAnswer(shell: Shell): Process<Bytes | undefined> {
  const fd = shell.streams.get(0);
  if (fd === undefined) return undefined;
  let line = '';
  for (;;) {
    const byte = yield* read(fd, 1);
    if (byte === '') return line === '' ? undefined : line;
    if (byte === '\n') return line.trim();
    line += byte;
  }
}
