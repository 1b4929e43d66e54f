/**
 * The lab with its terminals as a person uses them: line editors, completion and echo stand here, beside the world, so
 * that only finished lines enter the journal. The page's worker drives one.
 */
import { type Bytes, utf8 } from '../base/bytes';
import type { Json } from '../base/json';
import type { FileCall, Micros } from '../base/process';
import type { SceneDiff } from '../scene/index';
import type { Completer, Editor, EditorStep } from '../shell/index';
import type { ActResult } from './actor';
import { makeCompleter } from './completer';
import { inspectRecord } from './inspect';
import { type Journal, type LabShape, readJournal, type StampedInput } from './journal';
import { type AdvanceEnd, Lab } from './lab';
import { Observer } from './observe/index';
import type { Tools } from './tools';

export interface ConsoleOptions {
  /** A new lab, unless a journal says what to build. */
  readonly shape: { readonly seed: number; readonly epoch: Micros } & LabShape;
  /** The shell room. */
  readonly tools: Tools;
  /** Replayed to its end before anything else. */
  readonly journal?: unknown;
}

interface TerminalState {
  editor: Editor;
  /** Lines that this editor has shown already: the world's echo of them is left out. */
  shown: number;
  /** Keys typed after a submitted line: for the next prompt, or for a program that reads the terminal meanwhile. */
  held: Bytes;
}

/** Events between two looks at the real clock. */
const SLICE_EVENTS = 200;

export class Console {
  private readonly theLab: Lab;
  private readonly tools: Tools;
  private readonly observer: Observer;
  private readonly terminals = new Map<number, TerminalState>();
  private output: (readonly [number, Bytes])[] = [];
  private nextSession = 0;
  /** Where a journal ends: until then, advances replay. */
  private readonly replayEnd: Micros;
  private actShown: number | undefined;

  /** Throws with a sentence when the journal is none. */
  constructor(options: ConsoleOptions) {
    const { tools } = options;
    this.tools = tools;
    const journal = options.journal === undefined ? undefined : readJournal(options.journal);
    if (typeof journal === 'string') throw new Error(journal);
    const { seed, epoch, shape } = journal ?? { ...options.shape, shape: { nodes: options.shape.nodes } };
    this.theLab = new Lab({
      seed,
      epoch,
      shape,
      tools,
      outputs: {
        terminal: (session, data) => this.output.push([session, data]),
        prompt: (session, prompt, early) => this.prompted(session, prompt, early),
        line: (session, prompt, text) => this.lineTaken(session, prompt, text),
        off: (session) => this.closeLine(session),
        script: () => {},
        scriptEnd: () => {},
        act: (args, result) => this.acted(args, result),
      },
    });
    this.observer = new Observer(this.theLab);
    this.replayEnd = journal ? epoch + journal.end : epoch;
    for (const input of journal?.inputs ?? []) this.replayInput(input);
    if (journal) this.theLab.advance(this.replayEnd);
  }

  private replayInput(input: StampedInput): void {
    if (input.kind === 'open') {
      this.nextSession = Math.max(this.nextSession, input.session);
      this.terminals.set(input.session, this.newTerminal(input.columns, input.rows));
    }
    this.theLab.replay(input);
  }

  get now(): Micros {
    return this.theLab.now;
  }

  /** Opens a terminal on a host; its number. */
  open(host: string, columns: number, rows: number): number {
    const session = ++this.nextSession;
    this.terminals.set(session, this.newTerminal(columns, rows));
    this.theLab.submit({ kind: 'open', session, host, columns, rows });
    return session;
  }

  close(session: number): void {
    this.terminals.delete(session);
    this.theLab.submit({ kind: 'close', session });
  }

  resize(session: number, columns: number, rows: number): void {
    const terminal = this.terminals.get(session);
    if (!terminal) return;
    this.show(session, terminal, this.tools.editorResize(terminal.editor, columns, rows));
    this.theLab.submit({ kind: 'resize', session, columns, rows });
  }

  /** Keys as a terminal sends them. */
  keys(session: number, bytes: Bytes): void {
    const terminal = this.terminals.get(session);
    if (!terminal || bytes === '') return;
    if (terminal.editor.prompt === undefined) {
      this.theLab.submit({ kind: 'bytes', session, data: bytes });
      return;
    }
    const step = this.tools.editorKeys(terminal.editor, bytes, this.completer(session));
    this.show(session, terminal, step);
    if (step.event?.kind === 'submit') {
      terminal.shown++;
      this.theLab.submit({ kind: 'line', session, text: step.event.line });
    } else if (step.event?.kind === 'end') {
      terminal.shown++;
      this.theLab.submit({ kind: 'line', session });
    } else if (step.event?.kind === 'interrupt') {
      this.theLab.submit({ kind: 'signal', session, signal: 'INT' });
    }
    if (step.rest !== '') terminal.held += step.rest;
  }

  /** An act on the physical world; its line, and what refuses it, are shown dimmed in `session`. */
  lab(args: readonly string[], session: number | undefined): void {
    this.actShown = session;
    this.theLab.submit({ kind: 'lab', args });
    this.actShown = undefined;
  }

  /** Handles events up to and including `until`; stops early after about `budgetMs` of the given clock. */
  advance(until: Micros, budgetMs: number, clock: () => number): AdvanceEnd {
    const target = Math.max(until, this.replayEnd);
    const enough = clock() + budgetMs;
    for (;;) {
      const end = this.theLab.advance(target, SLICE_EVENTS);
      this.handOver();
      if (end !== 'budget' || clock() >= enough) return end;
    }
  }

  /** What was pasted behind a line goes to the program that this line started, where it reads the terminal. */
  private handOver(): void {
    for (const [session, terminal] of this.terminals) {
      if (terminal.held === '' || !this.theLab.sessions.all.get(session)?.tty?.wanted) continue;
      const data = terminal.held;
      terminal.held = '';
      this.theLab.submit({ kind: 'bytes', session, data });
    }
  }

  takeOutput(): readonly (readonly [number, Bytes])[] {
    const { output } = this;
    this.output = [];
    return output;
  }

  takeDiff(): SceneDiff | undefined {
    return this.observer.takeDiff();
  }

  watchControl(on: boolean): void {
    this.observer.watchControl(on);
  }

  settled(): boolean {
    return this.theLab.settled();
  }

  pendingFilter():
    | { readonly request: NonNullable<Lab['pendingFilter']>['request']; readonly files: (call: FileCall) => unknown }
    | undefined {
    return this.theLab.pendingFilter;
  }

  resolveFilter(answer: { readonly stdout: Bytes; readonly stderr: Bytes; readonly status: number }): void {
    this.theLab.resolveFilter(answer);
  }

  /** The whole object behind a record, as the Engine API gives it. */
  inspect(table: string, id: string): Json | undefined {
    return inspectRecord(this.theLab.world, table, id);
  }

  journal(): Journal {
    return this.theLab.journal();
  }

  inputsSince(count: number): readonly StampedInput[] {
    return this.theLab.inputsSince(count);
  }

  digest(): string {
    return this.theLab.digest();
  }

  private completer(session: number): Completer | undefined {
    const open = this.theLab.sessions.all.get(session);
    return open && makeCompleter(this.theLab.world, open, this.tools);
  }

  private show(session: number, terminal: TerminalState, step: EditorStep): void {
    terminal.editor = step.editor;
    if (step.output !== '') this.output.push([session, step.output]);
  }

  private prompted(session: number, prompt: Bytes, early: Bytes): void {
    const terminal = this.terminals.get(session);
    if (!terminal) return;
    this.show(session, terminal, this.tools.editorOpen(terminal.editor, prompt));
    const keys = early + terminal.held;
    terminal.held = '';
    if (keys !== '') this.keys(session, keys);
  }

  private lineTaken(session: number, _prompt: Bytes, text: Bytes | undefined): void {
    const terminal = this.terminals.get(session);
    if (!terminal) return;
    if (terminal.shown > 0) {
      terminal.shown--;
      return;
    }
    this.show(session, terminal, {
      ...this.tools.editorKeys(terminal.editor, text === undefined ? '\x04' : `${text}\r`),
      rest: '',
    });
  }

  /** Nobody waits for the line any more; what was typed of it is lost, what is remembered stays. */
  private closeLine(session: number): void {
    const terminal = this.terminals.get(session);
    if (!terminal) return;
    const { columns, rows, history } = terminal.editor;
    terminal.editor = { ...this.tools.newEditor(columns, rows), history, historyAt: history.length };
    terminal.held = '';
    terminal.shown = 0;
  }

  private acted(args: readonly string[], result: ActResult): void {
    const session = this.actShown;
    const terminal = session === undefined ? undefined : this.terminals.get(session);
    if (session === undefined || !terminal) return;
    const line = utf8(`lab ${args.join(' ')}`);
    const answer = utf8(result.stderr).trimEnd();
    const shown = answer === '' ? line : `${line}\r\n${answer}`;
    const { editor } = terminal;
    if (editor.prompt === undefined) {
      this.output.push([session, `\x1b[2m${shown}\x1b[22m\r\n`]);
      return;
    }
    this.output.push([session, `\r\x1b[J\x1b[2m${shown}\x1b[22m\r\n`]);
    const reopened = this.tools.editorOpen({ ...editor, history: [...editor.history, line] }, editor.prompt);
    this.show(session, terminal, reopened);
    if (editor.text !== '') this.show(session, terminal, this.tools.editorKeys(terminal.editor, utf8(editor.text)));
  }

  private newTerminal(columns: number, rows: number): TerminalState {
    return { editor: this.tools.newEditor(columns, rows), shown: 0, held: '' };
  }
}
