/**
 * The streams of an attached container or exec: what is typed goes in, frames come out, until the engine ends them.
 * Follows docker/cli cli/command/container/hijack.go, tty.go and signals.go.
 */
import type { ApiStream } from '../../api/index';
import {
  close,
  Errno,
  type Process,
  read,
  receive,
  type Signal,
  Signalled,
  select,
  shutdown,
  terminal,
  terminalMode,
  write,
} from '../../base/process';
import { CliError } from '../command';
import { DetachWatch } from './detach-keys';

export interface Attachment {
  readonly stream: ApiStream;
  /** The process has a terminal: its output is one raw stream, and the user's own terminal becomes raw. */
  readonly tty: boolean;
  readonly stdin: boolean;
  /** '' is the default. */
  readonly detachKeys: string;
  /** What a signal to docker does; without it docker ends. */
  readonly onSignal?: (signal: Signal) => Process<void>;
  /** The user's terminal has another size. */
  readonly onResize?: () => Process<void>;
}

/** How an attachment ended: by its process, or by the detach keys. */
export type Ending = 'ended' | 'detached';

/** Carries both directions. */
export function* carry(attachment: Attachment): Process<Ending> {
  const raw = attachment.tty && attachment.stdin && (yield* terminal(0)) !== undefined;
  if (raw) yield* terminalMode(0, true);
  try {
    return yield* new Carrier(attachment, raw).run();
  } finally {
    if (raw) yield* terminalMode(0, false);
    yield* close(attachment.stream.fd);
  }
}

class Carrier {
  private open: boolean;
  private readonly watch: DetachWatch | undefined;

  constructor(
    private readonly attachment: Attachment,
    raw: boolean,
  ) {
    this.open = attachment.stdin;
    this.watch = raw ? new DetachWatch(attachment.detachKeys) : undefined;
  }

  *run(): Process<Ending> {
    // Without stdin the client half-closes at once, as the real one does.
    if (!this.open) yield* shutdown(this.attachment.stream.fd);
    for (;;) {
      try {
        const ending = yield* this.step();
        if (ending) return ending;
      } catch (error) {
        yield* this.interrupted(error);
      }
    }
  }

  private *step(): Process<Ending | undefined> {
    const { fd } = this.attachment.stream;
    const resize = this.attachment.onResize !== undefined;
    const ready = yield* select(this.open ? [fd, 0] : [fd], resize ? { resize } : {});
    if (!('fd' in ready)) return undefined;
    if (ready.fd === fd) {
      const item = yield* receive(fd);
      if (item === undefined) return 'ended';
      if ('stream' in item) yield* write(item.stream === 'stderr' && !this.attachment.tty ? 2 : 1, item.data);
      return undefined;
    }
    const data = yield* read(0);
    if (data === '') {
      this.open = false;
      yield* shutdown(fd);
      return undefined;
    }
    const { send, detached } = this.watch?.feed(data) ?? { send: data, detached: false };
    yield* write(fd, send);
    return detached ? 'detached' : undefined;
  }

  private *interrupted(error: unknown): Process<void> {
    if (error instanceof Errno && error.code === 'ECONNRESET') throw new CliError('unexpected EOF', 125);
    if (!(error instanceof Signalled) || error.signal === 'KILL') throw error;
    const { onSignal, onResize } = this.attachment;
    if (error.signal === 'WINCH') {
      if (onResize) yield* onResize();
      return;
    }
    if (!onSignal || error.signal === 'PIPE') throw error;
    yield* onSignal(error.signal);
  }
}

/** Refuses -t together with -i where stdin is no terminal. Follows cli/streams/in.go, CheckTty. */
export function* checkTty(stdin: boolean, tty: boolean): Process<void> {
  if (stdin && tty && (yield* terminal(0)) === undefined) throw new CliError('the input device is not a TTY');
}

/** Tells the engine how large the user's terminal is, when there is one. */
export function* sendSize(resize: (height: number, width: number) => Process<void>, more = 0): Process<void> {
  const size = yield* terminal(1);
  if (size && (size.rows > 0 || size.columns > 0)) yield* resize(size.rows + more, size.columns + more);
}
