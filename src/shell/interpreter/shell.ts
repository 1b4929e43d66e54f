/** The state of one shell: everything that a subshell copies. Plain data; the interpreter's functions work on it. */

import type { Assignment, CompoundCommand, Redirected, Statement, Word, WordPart } from 'unbash';
import type { Bytes } from '../../base/bytes';
import { type Fd, type Process, type Signal, write } from '../../base/process';
import type { Programs } from '../programs/program';
import type { Piece } from './pieces';
import type { FunctionNode, ScriptSource } from './syntax';
import { Variables } from './variables';

export interface ShellFunction {
  readonly node: FunctionNode;
  readonly source: ScriptSource;
}

/** A job of this shell: one pipeline in the background. */
export interface Job {
  readonly number: number;
  readonly command: Bytes;
  /** Processes of the pipeline, first to last; the last one's status is the job's. */
  readonly pids: readonly number[];
  /** By process, once it has ended. */
  readonly ended: Map<number, number>;
  /** Whether its end was told. */
  told: boolean;
}

/** A trap: on a signal or at EXIT, ERR, DEBUG, RETURN. */
export type TrapName = Signal | 'EXIT' | 'ERR' | 'DEBUG' | 'RETURN';

export interface Flags {
  errexit: boolean;
  errtrace: boolean;
  functrace: boolean;
  nounset: boolean;
  xtrace: boolean;
  verbose: boolean;
  noglob: boolean;
  noclobber: boolean;
  noexec: boolean;
  pipefail: boolean;
  allexport: boolean;
  /** History expansion; only interactive. */
  histexpand: boolean;
  monitor: boolean;
}

/** A builtin: ends with the exit status. `name` is the word it was called by. */
export type Builtin = (shell: Shell, args: readonly Bytes[], name: Bytes) => Process<number>;

/** Likewise; arguments that were typed as assignments are still trees. */
export type Declaration = (shell: Shell, args: readonly (Bytes | Assignment)[], name: Bytes) => Process<number>;

/** The interpreter's own functions, for the parts that it is made of: the files form no circle. */
export interface Interpreter {
  readonly builtins: ReadonlyMap<string, Builtin>;
  readonly declarations: ReadonlyMap<string, Declaration>;
  /** Runs commands one after the other; the status is in the shell. */
  run(shell: Shell, statements: readonly Statement[]): Process<void>;
  /** Runs a function's body. */
  runBody(shell: Shell, body: CompoundCommand | Redirected): Process<void>;
  /** Parses and runs a text (eval, source, a trap). */
  runText(shell: Shell, text: Bytes, firstLine: number, label?: string): Process<void>;
  /** Runs a command that is words already; `functions`: whether they count. */
  invoke(shell: Shell, words: readonly Bytes[], functions: boolean): Process<number>;
  pieces(
    shell: Shell,
    parts: readonly WordPart[],
    out: Piece[],
    quoted: boolean,
    atStart: boolean,
    assignment?: boolean,
  ): Process<void>;
  /** A word as one text. */
  word(shell: Shell, word: Word): Process<Bytes>;
  pattern(shell: Shell, word: Word): Process<Bytes>;
  /** Parses a text as one word and expands it to one text. */
  expandTyped(shell: Shell, text: Bytes): Process<Bytes>;
}

export type Dialect = 'bash' | 'ash' | 'dash';

export class Shell {
  variables = new Variables();
  functions = new Map<Bytes, ShellFunction>();
  aliases = new Map<Bytes, Bytes>();
  traps = new Map<TrapName, Bytes>();
  shopts = new Set<string>(['extquote', 'sourcepath', 'cmdhist', 'interactive_comments']);
  flags: Flags = {
    errexit: false,
    errtrace: false,
    functrace: false,
    nounset: false,
    xtrace: false,
    verbose: false,
    noglob: false,
    noclobber: false,
    noexec: false,
    pipefail: false,
    allexport: false,
    histexpand: false,
    monitor: false,
  };
  /** $1 and on. */
  positional: readonly Bytes[] = [];
  /** The shell's descriptors → the kernel's. */
  streams: ReadonlyMap<number, Fd> = new Map([
    [0, 0],
    [1, 1],
    [2, 2],
  ]);
  /** $? */
  status = 0;
  /** $! */
  lastBackground: number | undefined;
  /** The status with which an unset variable ends this shell under set -u. */
  unsetStatus = 1;
  /** $_ */
  lastArgument: Bytes = '';
  /** $$: of the shell that was started, in subshells too. */
  pid = 0;
  jobs: Job[] = [];
  pipeStatus: readonly number[] = [0];
  /** Where the command being run stands. */
  source: ScriptSource = { text: '', firstLine: 1 };
  position = 0;
  /** More than 0: errexit does not apply here (conditions, the left side of &&). */
  tested = 0;
  loops = 0;
  functionDepth = 0;
  sourceDepth = 0;
  subshell = 0;
  /** Runs in the background: so do its children. */
  background = false;
  /** The next simple command may take this process's place. */
  replaceable = false;
  history: Bytes[] = [];
  /** When it began, for $SECONDS. */
  started = 0;
  randomState: number | undefined;
  getoptsAt = { index: 1, within: 0 };
  /** Set by exec without a command: the redirections stay. */
  keepStreams = false;
  /** Pipes of <(…) and >(…) that are still open. */
  substitutions: { readonly fd: number; readonly kernel: Fd; readonly pid: number }[] = [];
  /** The status of the last command substitution of the command at hand. */
  substituted: number | undefined;
  /** Assignments of the command at hand, for set -x. */
  traced: Bytes[] = [];
  /** Functions that are running, outermost first. */
  callers: Bytes[] = [];
  directories: string[] = [];
  /** Statuses of background processes that were waited for, by pid. */
  known = new Map<Bytes, number>();
  /** A login shell says logout at its end. */
  login = false;

  constructor(
    /** $0 */
    public name: Bytes,
    public cwd: string,
    readonly programs: Programs,
    readonly dialect: Dialect,
    readonly interactive: boolean,
    readonly interpreter: Interpreter,
  ) {}

  /** The state of a subshell: its own copy; jobs and traps are not inherited. */
  fork(): Shell {
    const out = new Shell(this.name, this.cwd, this.programs, this.dialect, false, this.interpreter);
    out.variables = this.variables.copy();
    out.functions = new Map(this.functions);
    out.aliases = new Map(this.aliases);
    out.shopts = new Set(this.shopts);
    out.flags = { ...this.flags };
    out.positional = this.positional;
    out.streams = new Map([...this.streams.keys()].map((fd) => [fd, fd]));
    out.status = this.status;
    out.unsetStatus = this.unsetStatus;
    out.lastArgument = this.lastArgument;
    out.lastBackground = this.lastBackground;
    out.pid = this.pid;
    out.source = this.source;
    out.position = this.position;
    out.tested = this.tested;
    out.loops = this.loops;
    out.functionDepth = this.functionDepth;
    out.subshell = this.subshell + 1;
    out.background = this.background;
    out.history = this.history;
    out.started = this.started;
    out.callers = this.callers;
    out.interactiveParent = this.interactive || this.interactiveParent;
    for (const [name, command] of this.traps) if (command === '') out.traps.set(name, '');
    return out;
  }

  /** A subshell of an interactive shell: messages carry no line number. */
  interactiveParent = false;

  /** The line of the command being run, 1-based. */
  get line(): number {
    let line = this.source.firstLine;
    const text = this.source.text;
    const end = Math.min(this.position, text.length);
    for (let at = text.indexOf('\n'); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) line++;
    return line;
  }

  /** What begins a message: `bash: `, `x.sh: line 3: `. */
  get prefix(): Bytes {
    if (this.dialect === 'ash') return 'sh: ';
    if (this.dialect === 'dash') return `sh: ${this.interactive ? '' : `${this.line}: `}`;
    if (this.interactive || this.interactiveParent) return `${this.name}: `;
    return `${this.name}: line ${this.line}: `;
  }

  get(name: string): Bytes | undefined {
    return this.variables.find(name)?.value();
  }

  set(name: string, value: Bytes): void {
    const variable = this.variables.make(name);
    if (variable.kind === 'indexed') variable.put(0, value);
    else if (variable.kind === 'associative') variable.associative.set('0', value);
    else variable.text = value;
    if (this.flags.allexport) variable.exported = true;
  }

  *out(text: Bytes): Process<void> {
    const fd = this.streams.get(1);
    if (fd !== undefined) yield* write(fd, text);
  }

  *err(text: Bytes): Process<void> {
    const fd = this.streams.get(2);
    if (fd !== undefined) yield* write(fd, text);
  }

  /** A message of the shell itself: `bash: line 1: WORDS`. */
  *complain(words: string): Process<void> {
    yield* this.err(`${this.prefix}${words}\n`);
  }
}
