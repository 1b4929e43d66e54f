/**
 * The terminal of a session, as the kernel of a real machine has one: size, echo, canonical mode, signals from keys.
 * The line editor is not here: it is beside the world, and only its finished lines enter.
 */
import type { Bytes } from '../base/bytes';
import type { Signal } from '../base/process';
import { ByteQueue, type ReadOutcome, Stream, type Wake, type WriteOutcome } from './streams';

export class Tty extends Stream {
  private readonly ready_ = new ByteQueue();
  private line = '';
  /** Ends of input typed on an empty line and not read yet. */
  private ends = 0;
  /** ICANON, ECHO, ISIG and OPOST off: bytes pass as they are. */
  raw = false;
  /** The process that waits for an edited line, and its prompt. */
  reader: { readonly pid: number; readonly prompt: Bytes } | undefined;

  constructor(
    wake: Wake,
    public columns: number,
    public rows: number,
    private readonly output: (data: Bytes) => void,
    private readonly signal: (signal: Signal) => void,
  ) {
    super(wake);
  }

  override read(max: number): ReadOutcome {
    if (this.ready_.length > 0) return { data: this.ready_.take(max) };
    if (this.ends > 0) {
      this.ends--;
      return { data: '' };
    }
    return 'wait';
  }

  override ready(): boolean {
    return this.ready_.length > 0 || this.ends > 0;
  }

  override write(data: Bytes): WriteOutcome {
    this.output(this.raw ? data : data.replace(/\r?\n/g, '\r\n'));
    return 'done';
  }

  override terminal(): { readonly columns: number; readonly rows: number } {
    return { columns: this.columns, rows: this.rows };
  }

  /** Keys typed while a program has the terminal. */
  input(data: Bytes): void {
    if (this.raw) {
      this.ready_.push(data);
    } else {
      for (const key of data) this.key(key);
    }
    if (this.ready()) this.changed();
  }

  private key(key: Bytes): void {
    if (key === '\x03') this.interrupt('^C', 'INT');
    else if (key === '\x1c') this.interrupt('^\\', 'QUIT');
    else if (key === '\x04') this.endOfInput();
    else if (key === '\x7f' || key === '\b') this.erase();
    else if (key === '\x15') while (this.line !== '') this.erase();
    else if (key === '\r' || key === '\n') {
      this.output('\r\n');
      this.ready_.push(`${this.line}\n`);
      this.line = '';
    } else {
      this.output(key < ' ' && key !== '\t' ? `^${String.fromCharCode(key.charCodeAt(0) + 64)}` : key);
      this.line += key;
    }
  }

  private interrupt(echo: string, signal: Signal): void {
    this.output(echo);
    this.line = '';
    this.signal(signal);
  }

  private endOfInput(): void {
    if (this.line === '') this.ends++;
    else {
      this.ready_.push(this.line);
      this.line = '';
    }
  }

  private erase(): void {
    if (this.line === '') return;
    let length = this.line.length - 1;
    while (length > 0 && (this.line.charCodeAt(length) & 0xc0) === 0x80) length--;
    this.line = this.line.slice(0, length);
    this.output('\b \b');
  }

  /** What was typed and not read: the next line editor's first keys. */
  takeTypeAhead(): Bytes {
    const data = this.ready_.take(Number.MAX_SAFE_INTEGER) + this.line;
    this.line = '';
    this.ends = 0;
    return data;
  }
}
