/**
 * What a descriptor points at. A read or a write is tried; what is not ready says so, and the process that asked is
 * woken when the stream changes and tries again.
 */
import type { Bytes } from '../base/bytes';
import { Errno, type StreamItem } from '../base/process';

/** Bytes a pipe holds before its writer waits, as on Linux. */
export const PIPE_CAPACITY = 65_536;

export type ReadOutcome = { readonly data: Bytes } | 'wait';
export type WriteOutcome = 'done' | 'wait' | 'broken';

/** Wakes whoever waits on a stream. The kernel gives one to each stream. */
export type Wake = (pid: number) => void;

/** An open stream, shared by every descriptor that was duplicated or inherited from it. */
export abstract class Stream {
  /** Descriptors that point here, over all processes. */
  references = 0;
  private readonly waiting = new Set<number>();

  constructor(protected readonly wake: Wake) {}

  /** `{ data: '' }` is the end. */
  read(_max: number): ReadOutcome {
    return { data: '' };
  }

  write(_data: Bytes): WriteOutcome {
    return 'broken';
  }

  /** The next item of a streamed answer; `undefined` is the end. */
  receive(): { readonly item: StreamItem | undefined } | 'wait' {
    return { item: undefined };
  }

  /** Whether a read or receive would not wait. */
  ready(): boolean {
    return true;
  }

  shutdown(): void {}

  /** The last descriptor was closed. */
  release(): void {}

  /** The stream as a terminal, when it is one. */
  terminal(): { readonly columns: number; readonly rows: number } | undefined {
    return undefined;
  }

  /** Whether a process waits on it. */
  get wanted(): boolean {
    return this.waiting.size > 0;
  }

  enlist(pid: number): void {
    this.waiting.add(pid);
  }

  forget(pid: number): void {
    this.waiting.delete(pid);
  }

  protected changed(): void {
    if (this.waiting.size === 0) return;
    const pids = [...this.waiting];
    this.waiting.clear();
    for (const pid of pids) this.wake(pid);
  }
}

/** A queue of bytes that knows its length. */
export class ByteQueue {
  private chunks: Bytes[] = [];
  length = 0;

  push(data: Bytes): void {
    if (data === '') return;
    this.chunks.push(data);
    this.length += data.length;
  }

  take(max: number): Bytes {
    const all = this.chunks.length === 1 ? this.chunks[0]! : this.chunks.join('');
    const data = all.length <= max ? all : all.slice(0, max);
    this.chunks = data.length === all.length ? [] : [all.slice(data.length)];
    this.length -= data.length;
    return data;
  }
}

/** Both ends of a pipe look at this. */
class PipeState {
  readonly queue = new ByteQueue();
  readEnd: PipeReadEnd | undefined;
  writeEnd: PipeWriteEnd | undefined;
}

export class PipeReadEnd extends Stream {
  constructor(
    wake: Wake,
    private readonly pipe: PipeState,
  ) {
    super(wake);
  }

  override read(max: number): ReadOutcome {
    const { queue, writeEnd } = this.pipe;
    if (queue.length === 0) return writeEnd ? 'wait' : { data: '' };
    const data = queue.take(max);
    writeEnd?.drained();
    return { data };
  }

  override ready(): boolean {
    return this.pipe.queue.length > 0 || !this.pipe.writeEnd;
  }

  override release(): void {
    this.pipe.readEnd = undefined;
    this.pipe.writeEnd?.drained();
  }

  filled(): void {
    this.changed();
  }
}

export class PipeWriteEnd extends Stream {
  constructor(
    wake: Wake,
    private readonly pipe: PipeState,
  ) {
    super(wake);
  }

  override write(data: Bytes): WriteOutcome {
    const { queue, readEnd } = this.pipe;
    if (!readEnd) return 'broken';
    if (queue.length > 0 && queue.length + data.length > PIPE_CAPACITY) return 'wait';
    queue.push(data);
    readEnd.filled();
    return 'done';
  }

  override release(): void {
    this.pipe.writeEnd = undefined;
    this.pipe.readEnd?.filled();
  }

  drained(): void {
    this.changed();
  }
}

/** A new pipe: [read end, write end]. */
export function makePipe(wake: Wake): readonly [PipeReadEnd, PipeWriteEnd] {
  const state = new PipeState();
  state.readEnd = new PipeReadEnd(wake, state);
  state.writeEnd = new PipeWriteEnd(wake, state);
  return [state.readEnd, state.writeEnd];
}

/** Takes everything and gives nothing back: /dev/null, and stdin of a script without a terminal. */
export class NullStream extends Stream {
  override write(): WriteOutcome {
    return 'done';
  }
}

/** Endless zero bytes. */
export class ZeroStream extends NullStream {
  override read(max: number): ReadOutcome {
    return { data: '\0'.repeat(Math.min(max, 4096)) };
  }
}

/** Random bytes without end; what is written to it is taken. */
export class RandomBytesStream extends NullStream {
  constructor(
    wake: Wake,
    private readonly bytes: (count: number) => Bytes,
  ) {
    super(wake);
  }

  override read(max: number): ReadOutcome {
    return { data: this.bytes(Math.min(max, 4096)) };
  }
}

/** Output that leaves the world at once: the runner's stdout and stderr, a gateway's socket. */
export class SinkStream extends Stream {
  constructor(
    wake: Wake,
    private readonly sink: (data: Bytes) => void,
  ) {
    super(wake);
  }

  override write(data: Bytes): WriteOutcome {
    this.sink(data);
    return 'done';
  }
}

/** Files as a stream needs them; throws Errno. */
export interface FileAccess {
  read(path: string): Bytes;
  write(path: string, data: Bytes, options: { readonly append?: boolean; readonly mode?: number }): void;
}

/** An open file: reads go on where the last one ended, writes append after what this descriptor wrote. */
export class FileStream extends Stream {
  private offset = 0;

  constructor(
    wake: Wake,
    private readonly files: FileAccess,
    private readonly path: string,
  ) {
    super(wake);
  }

  override read(max: number): ReadOutcome {
    const data = this.files.read(this.path).slice(this.offset, this.offset + max);
    this.offset += data.length;
    return { data };
  }

  override write(data: Bytes): WriteOutcome {
    this.files.write(this.path, data, { append: true });
    return 'done';
  }
}

/** The client's end of a streamed answer: items from the daemon, and bytes to it when the connection was hijacked. */
export class AnswerStream extends Stream {
  private readonly items: StreamItem[] = [];
  private ended = false;

  constructor(
    wake: Wake,
    private readonly outgoing: { data(bytes: Bytes): void; shutdown(): void; abort(): void },
  ) {
    super(wake);
  }

  override receive(): { readonly item: StreamItem | undefined } | 'wait' {
    const item = this.items.shift();
    if (item) return { item };
    return this.ended ? { item: undefined } : 'wait';
  }

  override ready(): boolean {
    return this.items.length > 0 || this.ended;
  }

  override write(data: Bytes): WriteOutcome {
    if (this.ended) return 'broken';
    this.outgoing.data(data);
    return 'done';
  }

  override shutdown(): void {
    if (!this.ended) this.outgoing.shutdown();
  }

  override release(): void {
    if (!this.ended) this.outgoing.abort();
    this.ended = true;
  }

  /** From the daemon. */
  push(item: StreamItem): void {
    this.items.push(item);
    this.changed();
  }

  end(): void {
    this.ended = true;
    this.changed();
  }
}

/** A dialled connection: bytes both ways. */
export class SocketStream extends Stream {
  private readonly queue = new ByteQueue();
  private ended = false;
  private broken = false;

  constructor(
    wake: Wake,
    private readonly outgoing: { data(bytes: Bytes): void; shutdown(): void },
  ) {
    super(wake);
  }

  override read(max: number): ReadOutcome {
    if (this.queue.length > 0) return { data: this.queue.take(max) };
    if (this.broken) throw new Errno('ECONNRESET');
    return this.ended ? { data: '' } : 'wait';
  }

  override ready(): boolean {
    return this.queue.length > 0 || this.ended;
  }

  override write(data: Bytes): WriteOutcome {
    if (this.broken) return 'done';
    if (this.ended) return 'broken';
    this.outgoing.data(data);
    return 'done';
  }

  override shutdown(): void {
    this.outgoing.shutdown();
  }

  push(data: Bytes): void {
    this.queue.push(data);
    this.changed();
  }

  /** The far end reset the connection: the next read fails. */
  reset(): void {
    this.broken = true;
    this.end();
  }

  end(): void {
    this.ended = true;
    this.changed();
  }
}
