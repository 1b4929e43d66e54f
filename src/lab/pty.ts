/**
 * A terminal inside the world: that of a container run with -t. Its keys arrive as bytes over the attached stream, so
 * the line editor of a shell in there works in the world, on the same bytes in every replay.
 */
import type { Bytes } from '../base/bytes';
import type { Signal } from '../base/process';
import type { Editor, EditorStep } from '../shell/index';
import type { Wake } from './streams';
import type { Tools } from './tools';
import { Tty } from './tty';

export class Pty extends Tty {
  private editor: Editor;
  private answer: ((line: Bytes | undefined) => void) | undefined;

  constructor(
    private readonly tools: Tools,
    wake: Wake,
    private readonly screen: (data: Bytes) => void,
    private readonly send: (signal: Signal) => void,
  ) {
    super(wake, 80, 24, screen, send);
    this.editor = tools.newEditor(80, 24);
  }

  /** A shell waits for a line: shows the prompt and edits until Enter. */
  readLine(prompt: Bytes, answer: (line: Bytes | undefined) => void): void {
    const early = this.takeTypeAhead();
    this.answer = answer;
    this.take(this.tools.editorOpen(this.editor, prompt));
    if (early !== '') this.input(early);
  }

  /** Gives up the line that was waited for. */
  cancelLine(): void {
    this.answer = undefined;
  }

  override input(data: Bytes): void {
    if (!this.answer) super.input(data);
    else this.take(this.tools.editorKeys(this.editor, data));
  }

  resize(columns: number, rows: number): void {
    if (columns < 1 || rows < 1) return;
    this.columns = columns;
    this.rows = rows;
    const step = this.tools.editorResize(this.editor, columns, rows);
    this.editor = step.editor;
  }

  private take(step: EditorStep): void {
    this.editor = step.editor;
    if (step.output !== '') this.screen(step.output);
    const { answer } = this;
    if (step.event && answer) {
      this.answer = undefined;
      if (step.event.kind === 'submit') answer(step.event.line);
      else if (step.event.kind === 'end') answer(undefined);
      else this.send('INT');
    }
    if (step.rest !== '') this.input(step.rest);
  }
}
