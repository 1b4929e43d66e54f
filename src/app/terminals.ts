/**
 * The terminals, kept outside React: one xterm a session, all in one element, one of them shown. What they print comes
 * in as bytes, what is typed goes out as text; editing, echo and history are the engine's.
 */
import { type ITheme, Terminal } from '@xterm/xterm';
import { type Bytes, fromUtf8, toArray } from '../base/bytes';
import type { SessionName } from '../worker/link';
import { attachClipboard } from './clipboard';
import { isPageKey } from './page-keys';
import { withSheets } from './style-sheets';

export interface TerminalEvents {
  keys(session: SessionName, text: string): void;
  resize(session: SessionName, columns: number, rows: number): void;
  /** The shown prompt became empty, or stopped to be. */
  promptEmpty(session: SessionName, empty: boolean): void;
  /** The page's first prompt is on the screen. */
  firstPrompt(): void;
}

interface Entry {
  readonly name: SessionName;
  readonly terminal: Terminal;
  readonly element: HTMLElement;
  columns: number;
  rows: number;
  promptEmpty: boolean;
  /** Keys are on their way whose echo has not come: what the screen shows is not yet what stands in the line. */
  unechoed: boolean;
}

/** Where the cursor stands, in pixels of the terminal's own element, and the size of a cell. */
export interface CursorPlace {
  readonly left: number;
  readonly top: number;
  readonly cellHeight: number;
}

const FONT = '"JetBrains Mono", ui-monospace, SFMono-Regular, Menlo, monospace';
const PADDING = { left: 10, right: 10, top: 12, bottom: 8 };
const SCROLLBACK = 5000;
/** Prompts of our shells: `node1:~$ `, in a container `/ # `. */
const PROMPT = /(^|\s|\S:\S*|\/ ?)[$#] $/;

export class Terminals {
  private readonly entries = new Map<SessionName, Entry>();
  private home: HTMLElement | undefined;
  private shown: SessionName | undefined;
  private theme: ITheme = {};
  private fontSize = 12;
  private screenReader = false;
  private readonly listeners = new Set<(session: SessionName, text: string) => void>();
  /** Whether Tab leaves the terminal instead of completing. */
  tabLeaves = false;
  /** What Enter takes at an empty prompt. */
  suggestion = '';

  constructor(private readonly events: TerminalEvents) {}

  /** Gives the terminals their place. Whoever mounts it takes it away again with undefined. */
  mount(home: HTMLElement | undefined): void {
    this.home = home;
    if (home === undefined) return;
    for (const entry of this.entries.values()) {
      home.append(entry.element);
      if (entry.terminal.element === undefined) this.open(entry);
    }
    this.fit();
  }

  /** Makes a session's terminal: its size, to open the session with. `box` is its place, as far as is known. */
  create(name: SessionName, label: string, box: { width: number; height: number }): { columns: number; rows: number } {
    const like = this.shown === undefined ? undefined : this.entries.get(this.shown);
    const { columns, rows } = like ?? this.sizeIn(box);
    const element = document.createElement('div');
    element.className = 'terminal-screen';
    element.hidden = true;
    const terminal = new Terminal({
      cols: columns,
      rows,
      fontFamily: FONT,
      fontSize: this.fontSize,
      lineHeight: 18 / 16,
      fontWeight: 400,
      fontWeightBold: 600,
      letterSpacing: 0,
      theme: this.theme,
      cursorBlink: false,
      cursorStyle: 'block',
      cursorInactiveStyle: 'outline',
      scrollback: SCROLLBACK,
      convertEol: false,
      macOptionIsMeta: false,
      overviewRuler: { width: 10 },
      screenReaderMode: this.screenReader,
      rightClickSelectsWord: false,
    });
    const entry: Entry = { name, terminal, element, columns, rows, promptEmpty: false, unechoed: false };
    this.entries.set(name, entry);
    terminal.onData((text) => this.typed(entry, text));
    terminal.attachCustomKeyEventHandler((event) => this.keyAllowed(event));
    attachClipboard(element, terminal);
    if (this.home !== undefined) {
      this.home.append(element);
      this.open(entry);
    }
    terminal.textarea?.setAttribute('aria-label', label);
    return { columns, rows };
  }

  /** Shows one session, fits it and gives it the keyboard where the terminal had it or `focus` asks. */
  show(name: SessionName | undefined, focus: boolean): void {
    this.shown = name;
    for (const entry of this.entries.values()) entry.element.hidden = entry.name !== name;
    this.fit();
    if (focus && name !== undefined) this.entries.get(name)?.terminal.focus();
  }

  focus(name: SessionName): void {
    this.entries.get(name)?.terminal.focus();
  }

  /** Prints bytes; `done` when they are on the screen. */
  write(name: SessionName, bytes: Bytes, done: () => void): void {
    const entry = this.entries.get(name);
    if (entry === undefined) {
      done();
      return;
    }
    entry.terminal.write(toArray(bytes), () => {
      done();
      this.watchPrompt(entry);
    });
    if (name === this.shown) for (const listener of this.listeners) listener(name, fromUtf8(bytes));
  }

  /** Hears what the shown terminal prints, as text. */
  listen(listener: (session: SessionName, text: string) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Fits the shown terminal to its place and tells the session when its size changed. */
  fit(): void {
    const entry = this.shown === undefined ? undefined : this.entries.get(this.shown);
    const screen = entry?.terminal.element?.querySelector<HTMLElement>('.xterm-screen');
    if (entry === undefined || this.home === undefined || !screen) return;
    const box = this.home.getBoundingClientRect();
    const cell = screen.getBoundingClientRect();
    if (box.width < 50 || box.height < 30 || cell.width === 0) return;
    const cellWidth = cell.width / entry.terminal.cols;
    const cellHeight = cell.height / entry.terminal.rows;
    const columns = Math.max(20, Math.floor((box.width - PADDING.left - PADDING.right + 0.6) / cellWidth));
    const rows = Math.max(4, Math.floor((box.height - PADDING.top - PADDING.bottom) / cellHeight));
    if (columns === entry.columns && rows === entry.rows) return;
    entry.columns = columns;
    entry.rows = rows;
    entry.terminal.resize(columns, rows);
    this.events.resize(entry.name, columns, rows);
  }

  setTheme(theme: ITheme): void {
    this.theme = theme;
    for (const { terminal } of this.entries.values()) terminal.options.theme = theme;
  }

  setScreenReader(on: boolean): void {
    this.screenReader = on;
    for (const { terminal } of this.entries.values()) terminal.options.screenReaderMode = on;
  }

  /** After the fonts have come: cells are measured anew. */
  fontsChanged(): void {
    for (const { terminal } of this.entries.values()) {
      terminal.options.fontFamily = `${FONT}, monospace`;
      terminal.options.fontFamily = FONT;
    }
    this.fit();
  }

  /** Everything that was typed is on the screen. */
  echoed(): void {
    for (const entry of this.entries.values()) {
      if (!entry.unechoed) continue;
      entry.unechoed = false;
      this.watchPrompt(entry);
    }
  }

  clearAll(): void {
    for (const { terminal } of this.entries.values()) terminal.reset();
  }

  dispose(name: SessionName): void {
    const entry = this.entries.get(name);
    entry?.terminal.dispose();
    entry?.element.remove();
    this.entries.delete(name);
  }

  promptIsEmpty(name: SessionName): boolean {
    return this.entries.get(name)?.promptEmpty ?? false;
  }

  /** As if Enter were pressed in a session. */
  enter(name: SessionName | undefined): void {
    const entry = name === undefined ? undefined : this.entries.get(name);
    if (entry !== undefined) this.typed(entry, '\r');
  }

  /** The lines on the screen of a session, as text. */
  text(name: SessionName): string {
    const buffer = this.entries.get(name)?.terminal.buffer.active;
    if (buffer === undefined) return '';
    const lines: string[] = [];
    for (let at = 0; at < buffer.length; at++) lines.push(buffer.getLine(at)?.translateToString(true) ?? '');
    return lines.join('\n').trimEnd();
  }

  /** The line before the cursor. */
  lineBeforeCursor(name: SessionName): string {
    const buffer = this.entries.get(name)?.terminal.buffer.active;
    if (buffer === undefined) return '';
    return buffer.getLine(buffer.baseY + buffer.cursorY)?.translateToString(false, 0, buffer.cursorX) ?? '';
  }

  cursorPlace(name: SessionName): CursorPlace | undefined {
    const entry = this.entries.get(name);
    const screen = entry?.terminal.element?.querySelector<HTMLElement>('.xterm-screen');
    if (entry === undefined || !screen) return undefined;
    const cell = screen.getBoundingClientRect();
    const { cursorX, cursorY, viewportY, baseY } = entry.terminal.buffer.active;
    const cellHeight = cell.height / entry.terminal.rows;
    return {
      left: PADDING.left + ((cursorX + 1) * cell.width) / entry.terminal.cols,
      top: PADDING.top + (cursorY + baseY - viewportY) * cellHeight,
      cellHeight,
    };
  }

  private open(entry: Entry): void {
    withSheets(() => entry.terminal.open(entry.element));
  }

  /** The size before the first terminal stands: by the font's known proportions. */
  private sizeIn(box: { width: number; height: number }): { columns: number; rows: number } {
    const columns = Math.floor((box.width - PADDING.left - PADDING.right + 0.6) / (this.fontSize * 0.6));
    return {
      columns: Math.max(20, columns),
      rows: Math.max(4, Math.floor((box.height - PADDING.top - PADDING.bottom) / 18)),
    };
  }

  private typed(entry: Entry, text: string): void {
    const takes = text === '\r' && entry.promptEmpty && entry.name === this.shown && this.suggestion !== '';
    entry.unechoed = true;
    entry.promptEmpty = false;
    this.events.promptEmpty(entry.name, false);
    this.events.keys(entry.name, takes ? `${this.suggestion}\r` : text);
  }

  /** Keys that are the page's and not the session's. */
  private keyAllowed(event: KeyboardEvent): boolean {
    if (event.key === 'Tab' && this.tabLeaves) return false;
    if (event.ctrlKey && !event.altKey && !event.metaKey && event.code === 'KeyM') return false;
    return !(event.altKey && !event.ctrlKey && isPageKey(event.code));
  }

  private watchPrompt(entry: Entry): void {
    const { active } = entry.terminal.buffer;
    const line = active.getLine(active.baseY + active.cursorY);
    const before = line?.translateToString(false, 0, active.cursorX) ?? '';
    const after = line?.translateToString(true, active.cursorX) ?? '';
    const empty = !entry.unechoed && PROMPT.test(before) && !before.trimEnd().includes(' ') && after === '';
    if (empty && !firstPrompt) {
      firstPrompt = true;
      performance.mark('first-prompt');
      this.events.firstPrompt();
    }
    entry.promptEmpty = empty;
    this.events.promptEmpty(entry.name, empty);
  }
}

let firstPrompt = false;
