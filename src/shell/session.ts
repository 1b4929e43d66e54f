/** A shell as a process: an interactive session, a script, or one command string. */
import { type Bytes, utf8 } from '../base/bytes';
import { Errno, now, type Process, read, readFile, readLine, Signalled, step, system } from '../base/process';
import { Exit, Fatal, Interrupted } from './interpreter/flow';
import { expandHistory } from './interpreter/history';
import { interpreter, tellFault } from './interpreter/interpreter';
import { tellEnded } from './interpreter/jobs';
import { promptText } from './interpreter/prompt';
import { type Dialect, Shell } from './interpreter/shell';
import { contain } from './interpreter/subshell';
import { isComplete, parseScript } from './interpreter/syntax';
import type { Programs } from './programs/program';

export { isComplete } from './interpreter/syntax';

export interface ShellOptions {
  readonly run:
    | { readonly mode: 'interactive'; readonly login?: boolean }
    /** `name` is $0 and begins the messages, as in `bash FILE`. */
    | { readonly mode: 'script'; readonly name: string; readonly text: Bytes }
    /** bash -c TEXT: ssh, sh -c, a health check. */
    | { readonly mode: 'command'; readonly text: Bytes; readonly name?: string }
    /** Commands from stdin, without prompts: `docker exec -i CID sh < FILE`. */
    | { readonly mode: 'stdin' };
  /** $1, $2 … */
  readonly args?: readonly Bytes[];
  readonly env: ReadonlyMap<string, Bytes>;
  /** Absolute. */
  readonly cwd: string;
  readonly programs: Programs;
  /** Whose words its messages use: bash (a host), ash (busybox, alpine), dash (Debian's sh). */
  readonly dialect?: Dialect;
  /** set -e and the like, given on the command line: `eux`. */
  readonly flags?: string;
  /** Kept up to date by the shell while it runs, for completion and tabs; plain memory. */
  readonly view?: ShellView;
}

/** What an onlooker may know of a shell without asking it. */
export interface ShellView {
  cwd: string;
  /** Aliases and functions. */
  commands: readonly string[];
  variables: readonly string[];
  status: number;
}

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Runs a shell to its end; the exit status. Its streams are 0, 1 and 2. Interactive: every line comes from readLine. */
export function* shellProcess(options: ShellOptions): Process<number> {
  const shell = newShell(options);
  shell.pid = yield* system('pid');
  shell.started = yield* now();
  if (!shell.get('HOSTNAME')) shell.set('HOSTNAME', utf8(yield* system('hostname')));
  const { run } = options;
  if (run.mode === 'interactive') return yield* contain(shell, interact(shell, options));
  if (run.mode === 'stdin') return yield* contain(shell, fromStdin(shell));
  return yield* contain(shell, runWhole(shell, run.text, run.mode === 'command'));
}

function newShell(options: ShellOptions): Shell {
  const { run } = options;
  const dialect = options.dialect ?? 'bash';
  const own = dialect === 'bash' ? 'bash' : 'sh';
  const name = run.mode === 'script' ? run.name : run.mode === 'command' ? (run.name ?? own) : own;
  const shell = new Shell(utf8(name), options.cwd, options.programs, dialect, run.mode === 'interactive', interpreter);
  shell.positional = options.args ?? [];
  if (run.mode === 'command') shell.unsetStatus = 127;
  shell.login = run.mode === 'interactive' && run.login === true;
  for (const [key, value] of options.env) {
    const variable = shell.variables.make(key);
    variable.text = value;
    variable.exported = true;
  }
  const defaults: [string, Bytes, boolean][] = [
    ['PATH', PATH, true],
    ['HOME', '/root', true],
    ['PWD', utf8(options.cwd), true],
    ['SHLVL', String(Number(options.env.get('SHLVL') ?? 0) + 1), true],
    ['IFS', ' \t\n', false],
    ['OPTIND', '1', false],
    ['PS4', '+ ', false],
  ];
  for (const [key, value, exported] of defaults) {
    if (shell.get(key) !== undefined && key !== 'PWD' && key !== 'SHLVL') continue;
    shell.set(key, value);
    shell.variables.make(key).exported = exported;
  }
  if (run.mode === 'interactive') {
    if (shell.get('PS1') === undefined) shell.set('PS1', dialect === 'bash' ? '\\h:\\w$ ' : '\\w # ');
    shell.set('PS2', '> ');
    shell.flags.histexpand = dialect === 'bash';
    shell.flags.monitor = true;
  }
  const letters: Record<string, keyof Shell['flags']> = {
    e: 'errexit',
    u: 'nounset',
    x: 'xtrace',
    n: 'noexec',
    f: 'noglob',
  };
  for (const letter of options.flags ?? '') if (letters[letter]) shell.flags[letters[letter]] = true;
  return shell;
}

/** A script's or a -c string's whole text. A failed expansion ends its line; with -c everything. */
function* runWhole(shell: Shell, text: Bytes, single: boolean): Process<void> {
  const { statements, fault } = parseScript(text);
  shell.source = { text, firstLine: 1 };
  for (let k = 0; k < statements.length; k++) {
    try {
      yield* interpreter.run(shell, [statements[k]!]);
    } catch (error) {
      if (!(error instanceof Fatal) || error.exits || single) throw error;
      yield* shell.complain(error.message);
      shell.status = error.status;
      const lineEnd = text.indexOf('\n', statements[k]!.end);
      while (k + 1 < statements.length && lineEnd >= 0 && statements[k + 1]!.pos < lineEnd) k++;
      if (lineEnd < 0) break;
    }
  }
  if (fault) yield* tellFault(shell, fault);
}

function look(shell: Shell, view: ShellView | undefined): void {
  if (!view) return;
  view.cwd = shell.cwd;
  view.commands = [...shell.aliases.keys(), ...shell.functions.keys()];
  view.variables = shell.variables.names();
  view.status = shell.status;
}

/** Prompt, line, run; until exit or the end of input. */
function* interact(shell: Shell, options: ShellOptions): Process<void> {
  yield* runStartup(shell);
  let pending = '';
  for (;;) {
    look(shell, options.view);
    try {
      if (pending === '') yield* tellEnded(shell);
      const line = yield* readLine(yield* promptText(shell, pending === '' ? 'PS1' : 'PS2'));
      if (line === undefined) {
        if (pending === '') break;
        yield* shell.err(`${shell.name}: syntax error: unexpected end of file\n`);
        shell.status = 2;
        pending = '';
        continue;
      }
      const expanded = yield* expandHistory(shell, line);
      if (expanded === undefined) continue;
      pending += `${expanded}\n`;
      if (!isComplete(pending)) continue;
      const text = pending;
      pending = '';
      if (text.trim() === '') continue;
      remember(shell, text.replace(/\n$/, ''));
      yield* runLine(shell, text);
    } catch (error) {
      if (!(error instanceof Signalled) || error.signal !== 'INT') throw error;
      // Ctrl-C at the prompt, or in a command of the shell itself.
      pending = '';
      shell.status = 130;
    }
  }
  yield* shell.err(shell.login ? 'logout\n' : 'exit\n');
}

function remember(shell: Shell, text: Bytes): void {
  if (shell.history.at(-1) !== text && !text.startsWith(' ')) shell.history.push(text);
}

/** One line of a session: what goes wrong in it is told, and the session goes on. */
function* runLine(shell: Shell, text: Bytes): Process<void> {
  const { statements, fault } = parseScript(text);
  shell.source = { text, firstLine: 1 };
  shell.loops = 0;
  shell.tested = 0;
  if (fault) {
    yield* tellFault(shell, fault);
    return;
  }
  try {
    yield* interpreter.run(shell, statements);
  } catch (error) {
    if (error instanceof Interrupted) return;
    if (error instanceof Exit || error instanceof Errno) throw error;
    if (error instanceof Fatal) {
      yield* shell.complain(error.message);
      shell.status = 1;
      return;
    }
    if (error instanceof Signalled) {
      if (error.signal === 'INT') yield* shell.err('\n');
      throw error;
    }
    if (error instanceof Error) throw error;
  }
}

/** ~/.bashrc, where there is one. */
function* runStartup(shell: Shell): Process<void> {
  if (shell.dialect !== 'bash') return;
  try {
    const text = yield* readFile(`${shell.get('HOME') ?? '/root'}/.bashrc`);
    yield* runWhole(shell, text, false);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
  }
}

/** Commands from stdin: each is read byte by byte and run before the next, so that it can read what follows. */
function* fromStdin(shell: Shell): Process<void> {
  let text = '';
  let firstLine = 1;
  for (;;) {
    const byte = yield* read(0, 1);
    if (byte !== '') text += byte;
    if (byte !== '' && byte !== '\n') continue;
    if (text !== '' && (byte === '' || isComplete(text))) {
      const { statements, fault } = parseScript(text);
      shell.source = { text, firstLine };
      firstLine += text.split('\n').length - 1;
      yield* step();
      try {
        yield* interpreter.run(shell, statements);
      } catch (error) {
        if (!(error instanceof Fatal) || error.exits) throw error;
        yield* shell.complain(error.message);
        shell.status = error.status;
      }
      if (fault) {
        yield* tellFault(shell, fault);
        return;
      }
      text = '';
    }
    if (byte === '') return;
  }
}
