/** Streams of a process that runs on Node: stdin and stdout, pipes, answers that go on. */
import type { Readable, Writable } from 'node:stream';
import type { Bytes } from '../base/bytes';
import { Errno, type StreamItem } from '../base/process';

/** What a descriptor points at. `data: ''` and `item: undefined` are the end. */
export interface RealStream {
  read(max: number): Promise<Bytes>;
  receive(): Promise<StreamItem | undefined>;
  /** Resolves when a read or receive would not wait. */
  ready(): Promise<void>;
  write(data: Bytes): Promise<void>;
  shutdown(): void;
  close(): void;
  readonly terminal: { readonly columns: number; readonly rows: number } | undefined;
  setRaw(raw: boolean): void;
}

/** A queue of bytes or items with one reader. */
export class Inbox<T extends Bytes | StreamItem> {
  private readonly queue: T[] = [];
  private ended: Error | 'end' | undefined;
  private waiting: (() => void)[] = [];

  push(item: T): void {
    this.queue.push(item);
    this.changed();
  }

  end(error?: Error): void {
    this.ended ??= error ?? 'end';
    this.changed();
  }

  unshift(item: T): void {
    this.queue.unshift(item);
  }

  async take(): Promise<T | undefined> {
    await this.ready();
    const item = this.queue.shift();
    if (item === undefined && this.ended instanceof Error) throw this.ended;
    return item;
  }

  ready(): Promise<void> {
    if (this.queue.length > 0 || this.ended) return Promise.resolve();
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  private changed(): void {
    const { waiting } = this;
    this.waiting = [];
    for (const wake of waiting) wake();
  }
}

abstract class BaseStream implements RealStream {
  get terminal(): { readonly columns: number; readonly rows: number } | undefined {
    return undefined;
  }

  read(_max: number): Promise<Bytes> {
    return Promise.resolve('');
  }

  receive(): Promise<StreamItem | undefined> {
    return Promise.resolve(undefined);
  }

  ready(): Promise<void> {
    return Promise.resolve();
  }

  write(_data: Bytes): Promise<void> {
    return Promise.reject(new Errno('EBADF'));
  }

  shutdown(): void {}
  close(): void {}
  setRaw(_raw: boolean): void {}
}

/** Bytes of an inbox, at most `max` at a time. */
async function readBytes(inbox: Inbox<Bytes>, max: number): Promise<Bytes> {
  const data = (await inbox.take()) ?? '';
  if (data.length > max) inbox.unshift(data.slice(max));
  return data.slice(0, max);
}

/** A readable of Node, left alone until it is first asked. */
export class InputStream extends BaseStream {
  private inbox: Inbox<Bytes> | undefined;

  constructor(private readonly source: Readable & { isTTY?: boolean; setRawMode?: (raw: boolean) => void }) {
    super();
  }

  override read(max: number): Promise<Bytes> {
    return readBytes(this.opened(), max);
  }

  override ready(): Promise<void> {
    return this.opened().ready();
  }

  override get terminal(): { columns: number; rows: number } | undefined {
    return this.source.isTTY ? sizeOf(process.stdout) : undefined;
  }

  override setRaw(raw: boolean): void {
    this.source.setRawMode?.(raw);
  }

  /** No more will be read: the process may end though the source has not. */
  release(): void {
    if (this.inbox) this.source.pause();
  }

  private opened(): Inbox<Bytes> {
    if (!this.inbox) {
      const inbox = new Inbox<Bytes>();
      this.source.on('data', (chunk: Buffer) => inbox.push(chunk.toString('latin1')));
      this.source.on('end', () => inbox.end());
      this.source.on('error', () => inbox.end());
      this.inbox = inbox;
    }
    return this.inbox;
  }
}

function sizeOf(stream: { columns?: number; rows?: number }): { columns: number; rows: number } {
  return { columns: stream.columns ?? 80, rows: stream.rows ?? 24 };
}

export class OutputStream extends BaseStream {
  constructor(private readonly target: Writable & { isTTY?: boolean; columns?: number; rows?: number }) {
    super();
  }

  override write(data: Bytes): Promise<void> {
    return new Promise((resolve, reject) => {
      this.target.write(Buffer.from(data, 'latin1'), (error) => (error ? reject(new Errno('EPIPE')) : resolve()));
    });
  }

  override get terminal(): { columns: number; rows: number } | undefined {
    return this.target.isTTY ? sizeOf(this.target) : undefined;
  }
}

export function makePipe(): readonly [RealStream, RealStream] {
  const inbox = new Inbox<Bytes>();
  class ReadEnd extends BaseStream {
    override read(max: number): Promise<Bytes> {
      return readBytes(inbox, max);
    }
    override ready(): Promise<void> {
      return inbox.ready();
    }
  }
  class WriteEnd extends BaseStream {
    override write(data: Bytes): Promise<void> {
      inbox.push(data);
      return Promise.resolve();
    }
    override close(): void {
      inbox.end();
    }
  }
  return [new ReadEnd(), new WriteEnd()];
}

/** An answer that goes on; `socket` where it was hijacked. */
export class AnswerStream extends BaseStream {
  constructor(
    readonly inbox: Inbox<StreamItem>,
    private readonly abort: () => void,
    private readonly socket?: Writable,
  ) {
    super();
  }

  override receive(): Promise<StreamItem | undefined> {
    return this.inbox.take();
  }

  override ready(): Promise<void> {
    return this.inbox.ready();
  }

  override write(data: Bytes): Promise<void> {
    return new Promise((resolve, reject) => {
      if (!this.socket) reject(new Errno('EBADF'));
      else this.socket.write(Buffer.from(data, 'latin1'), (error) => (error ? reject(new Errno('EPIPE')) : resolve()));
    });
  }

  override shutdown(): void {
    this.socket?.end();
  }

  override close(): void {
    this.abort();
  }
}

const KINDS = ['stdin', 'stdout', 'stderr', 'systemerr'] as const;

/** Cuts the bytes of an answer into items: frames, raw output, or JSON values one after the other. */
export class ItemSplitter {
  private rest = Buffer.alloc(0);

  constructor(
    private readonly contentType: string,
    private readonly inbox: Inbox<StreamItem>,
  ) {}

  push(chunk: Buffer): void {
    if (this.contentType === 'application/vnd.docker.raw-stream') {
      this.inbox.push({ stream: 'stdout', data: chunk.toString('latin1') });
      return;
    }
    this.rest = Buffer.concat([this.rest, chunk]);
    if (this.contentType === 'application/vnd.docker.multiplexed-stream') this.frames();
    else this.lines();
  }

  private frames(): void {
    while (this.rest.length >= 8) {
      const length = this.rest.readUInt32BE(4);
      if (this.rest.length < 8 + length) return;
      const stream = KINDS[this.rest[0]!] ?? 'systemerr';
      this.inbox.push({ stream, data: this.rest.toString('latin1', 8, 8 + length) });
      this.rest = this.rest.subarray(8 + length);
    }
  }

  private lines(): void {
    for (let end = this.rest.indexOf(10); end >= 0; end = this.rest.indexOf(10)) {
      const line = this.rest.toString('utf8', 0, end).trim();
      this.rest = this.rest.subarray(end + 1);
      if (line !== '') this.inbox.push({ json: JSON.parse(line) });
    }
  }
}
