/** Terminals and scripts: who reads them, what runs in them, what they print. */
import { assert } from '../base/assert';
import { type Bytes, fromUtf8, utf8 } from '../base/bytes';
import type { Fd, Micros } from '../base/process';
import type { Programs, ShellView } from '../shell/index';
import type { ActResult } from './actor';
import type { Kernel } from './kernel';
import { NullStream, SinkStream, type Stream } from './streams';
import type { Tools } from './tools';
import { Tty } from './tty';

/** What leaves the world. Every member is called while the world stands at the instant of the thing. */
export interface Outputs {
  /** Bytes for a session's terminal. */
  terminal(session: number, data: Bytes): void;
  /** A shell of the session waits for an edited line; `early` are keys that nobody read. */
  prompt(session: number, prompt: Bytes, early: Bytes): void;
  /** A line was taken in: a replay shows it where a live editor has shown it already. */
  line(session: number, prompt: Bytes, text: Bytes | undefined): void;
  /** The session's host went off: no shell waits for a line any more. */
  off?(session: number): void;
  script(session: number, stream: 'stdout' | 'stderr', data: Bytes): void;
  scriptEnd(session: number, status: number): void;
  /** An act of `lab` from outside any session was done, or refused. */
  act(args: readonly string[], result: ActResult): void;
}

export interface Session {
  readonly id: number;
  readonly host: string;
  readonly tty: Tty | undefined;
  readonly view: ShellView;
  /** The line that runs in its foreground; '' at the prompt. */
  running: string;
  since: Micros;
  /** pid of its shell, 0 when it has ended. */
  shell: number;
}

export const SESSIONS_MAX = 200;
const LINE_MAX = 65_536;

const ENVIRONMENT: ReadonlyMap<string, Bytes> = new Map([
  ['HOME', '/root'],
  ['USER', 'root'],
  ['LOGNAME', 'root'],
  ['SHELL', '/bin/bash'],
  ['LANG', 'C.UTF-8'],
  ['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
]);

/** The environment of a shell on a host. */
export function hostEnvironment(host: string, terminal: boolean): ReadonlyMap<string, Bytes> {
  const env = new Map(ENVIRONMENT);
  env.set('HOSTNAME', utf8(host));
  if (terminal) env.set('TERM', 'xterm-256color');
  return env;
}

export class Sessions {
  readonly all = new Map<number, Session>();
  private readonly programs: Programs;
  /** Told of every line that a person submitted at a host's own prompt. */
  onLine: (session: Session, text: string) => void = () => {};

  constructor(
    private readonly kernel: Kernel,
    private readonly now: () => Micros,
    private readonly outputs: Outputs,
    private readonly tools: Tools,
  ) {
    this.programs = tools.hostPrograms();
  }

  open(id: number, host: string, columns: number, rows: number, on: boolean): void {
    if (this.all.has(id) || this.all.size >= SESSIONS_MAX) return;
    const tty: Tty = new Tty(
      this.kernel.wake,
      Math.max(2, columns),
      Math.max(1, rows),
      (data) => this.outputs.terminal(id, data),
      (signal) => this.kernel.interrupt(tty, signal),
    );
    const session: Session = { id, host, tty, view: newView(), running: '', since: this.now(), shell: 0 };
    this.all.set(id, session);
    if (on) this.startShell(session);
    else this.outputs.terminal(id, offWords(host));
  }

  /** The session of a terminal. */
  of(tty: Tty | undefined): Session | undefined {
    return tty && [...this.all.values()].find((session) => session.tty === tty);
  }

  close(id: number): void {
    const session = this.all.get(id);
    if (!session) return;
    this.all.delete(id);
    if (session.shell !== 0) this.kernel.signal(session.shell, 'HUP');
  }

  /** The host went off or came back: its terminals end, or begin anew. */
  power(host: string, on: boolean): void {
    for (const session of this.all.values()) {
      if (session.host !== host || !session.tty) continue;
      if (on) {
        this.startShell(session);
      } else {
        session.tty.reader = undefined;
        session.tty.raw = false;
        session.tty.takeTypeAhead();
        session.running = '';
        session.shell = 0;
        this.outputs.off?.(session.id);
        // Off a program's screen, with the cursor where it was; on the first screen it stays where it is.
        this.outputs.terminal(session.id, `\x1b7\x1b[?1049l\r\n${offWords(host)}`);
      }
    }
  }

  /**
   * Keys for whoever reads the terminal. Where the host is off nobody does; but a line that begins with `lab` is no
   * business of the host's, and what it asks for is answered, so that the host can be switched on again.
   */
  keys(id: number, data: Bytes): Bytes[] {
    const session = this.all.get(id);
    if (!session?.tty) return [];
    session.tty.input(data);
    if (session.shell !== 0) return [];
    const read = session.tty.read(LINE_MAX);
    return read === 'wait' ? [] : read.data.split('\n').filter((line) => line.trim() !== '');
  }

  private startShell(session: Session): void {
    const { tty, host } = session;
    assert(tty, 'an interactive shell has a terminal');
    const fds = new Map<Fd, Stream>([
      [0, tty],
      [1, tty],
      [2, tty],
    ]);
    const process = this.tools.shellProcess({
      run: { mode: 'interactive', login: true },
      env: hostEnvironment(host, true),
      cwd: '/root',
      programs: this.programs,
      view: session.view,
    });
    const onEnd = (): void => {
      if (session.shell !== pid) return;
      session.shell = 0;
      session.running = '';
      // A closed shell leaves an open terminal useless: log in again, as a console does.
      if (this.all.get(session.id) === session) this.startShell(session);
    };
    const { pid } = this.kernel.spawn({ name: 'bash', place: { machine: host }, process, fds, tty, onEnd });
    session.shell = pid;
  }

  /** Runs a script as `bash FILE` does without a terminal. */
  script(id: number, host: string, name: string, text: Bytes, args: readonly Bytes[]): void {
    const view = newView();
    const session: Session = { id, host, tty: undefined, view, running: name, since: this.now(), shell: 0 };
    const sink = (stream: 'stdout' | 'stderr'): Stream =>
      new SinkStream(this.kernel.wake, (data) => this.outputs.script(id, stream, data));
    const fds = new Map<Fd, Stream>([
      [0, new NullStream(this.kernel.wake)],
      [1, sink('stdout')],
      [2, sink('stderr')],
    ]);
    const process = this.tools.shellProcess({
      run: { mode: 'script', name, text },
      args,
      env: hostEnvironment(host, false),
      cwd: '/root',
      programs: this.programs,
      view,
    });
    const onEnd = (status: number): void => {
      session.shell = 0;
      this.all.delete(id);
      this.outputs.scriptEnd(id, status);
    };
    const { pid } = this.kernel.spawn({ name: 'bash', place: { machine: host }, process, fds, onEnd });
    session.shell = pid;
    this.all.set(id, session);
  }

  /** A submitted line for whoever waits for one; ignored when nobody does. */
  line(id: number, text: Bytes | undefined): void {
    const session = this.all.get(id);
    const reader = session?.tty?.reader;
    if (!session?.tty || !reader) return;
    session.tty.reader = undefined;
    this.outputs.line(id, reader.prompt, text);
    if (reader.pid === session.shell) {
      session.running = text ?? '';
      session.since = this.now();
      if (text) this.onLine(session, fromUtf8(text));
    }
    this.kernel.answer(reader.pid, { value: text });
  }

  /** A shell asks for a line. */
  prompted(session: Session, pid: number, prompt: Bytes): void {
    assert(session.tty, 'a prompt needs a terminal');
    session.tty.reader = { pid, prompt };
    if (pid === session.shell) {
      session.running = '';
      session.since = this.now();
    }
    this.outputs.prompt(session.id, prompt, session.tty.takeTypeAhead());
  }
}

function offWords(host: string): Bytes {
  return utf8(`${host} is off. Its memory is gone, its disk is kept: lab start ${host}\r\n`);
}

function newView(): ShellView {
  return { cwd: '/root', commands: [], variables: [], status: 0 };
}
