/**
 * Progress messages on a terminal or into a pipe: pulls and waiting services. On a terminal every id has its own line,
 * which is rewritten in place; elsewhere only messages without a bar are printed, one a line.
 * Follows moby/moby pkg/jsonmessage/jsonmessage.go.
 */
import type { Process } from '../../base/process';
import { type Terminal, terminal } from '../../base/process';
import { humanSize } from '../../base/units';

interface Progress {
  readonly current: number;
  readonly total: number;
  /** The bar alone, without sizes. */
  readonly hideCounts?: boolean;
}

export interface Message {
  readonly id: string;
  readonly status: string;
  /** Absent for plain lines; a bar without a total is empty, but its line is rewritten in place. */
  readonly progress?: Progress;
}

/** Bars need more columns than this. */
const BAR_COLUMNS = 110;
/** What an unknown width counts as. */
const UNKNOWN_COLUMNS = 200;
const BAR_CELLS = 50;

/** Writes messages to descriptor 1 or 2. */
export class MessageDisplay {
  /** Line numbers by id, counted from the first one. */
  private lines = new Map<string, number>();
  private screen: Terminal | undefined;
  private known = false;

  constructor(
    private readonly fd: number,
    private readonly write: (text: string) => Process<void>,
  ) {}

  *show(message: Message): Process<void> {
    if (!this.known) {
      this.screen = yield* terminal(this.fd);
      this.known = true;
    }
    yield* this.write(this.text(message));
  }

  private text(message: Message): string {
    const { id, status, progress } = message;
    const tty = this.screen !== undefined;
    const prefix = id === '' ? '' : `${id}: `;
    const bar = progress ? barText(progress, this.screen?.columns ?? UNKNOWN_COLUMNS) : '';
    if (!progress) {
      this.lines = new Map();
      return `${prefix}${status}\n`;
    }
    let before = '';
    let below = 0;
    if (id !== '') {
      let line = this.lines.get(id);
      if (line === undefined) {
        line = this.lines.size;
        this.lines.set(id, line);
        if (tty) before = '\n';
      }
      below = this.lines.size - line;
    } else this.lines = new Map();
    if (!tty) return bar === '' ? `${prefix}${status}\n` : '';
    const up = below > 0 ? `\x1b[${below}A` : '';
    const down = below > 0 ? `\x1b[${below}B` : '';
    return `${before}${up}\x1b[2K\r${prefix}${status} ${bar}\r${down}`;
  }
}

function barText({ current, total, hideCounts }: Progress, columns: number): string {
  if (current <= 0 && total <= 0) return '';
  if (total <= 0) return humanSize(current).padStart(8);
  const filled = Math.min(BAR_CELLS, Math.trunc(Math.trunc((current / total) * 100) / 2));
  let text = '';
  if (columns > BAR_COLUMNS) text = `[${'='.repeat(filled)}>${' '.repeat(BAR_CELLS - filled)}] `;
  if (hideCounts) return text;
  const now = humanSize(current).padStart(8);
  return text + (current > total ? now : `${now}/${humanSize(total)}`);
}
