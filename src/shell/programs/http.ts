/** HTTP/1.1 over a dialled connection, as curl and wget speak it. */
import type { Bytes } from '../../base/bytes';
import { close, dial, Errno, type Fd, now, type Process, read, select, write } from '../../base/process';

export interface Url {
  readonly scheme: string;
  readonly host: string;
  readonly port: number;
  /** With the query. */
  readonly path: Bytes;
  readonly user: Bytes | undefined;
}

/** A URL as curl reads it: the scheme may be missing. undefined when there is no host. */
export function parseUrl(text: Bytes): Url | undefined {
  const match = /^(?:([A-Za-z][A-Za-z0-9+.-]*):\/\/)?(?:([^@/?#]*)@)?(\[[^\]]*\]|[^:/?#]*)(?::(\d*))?([/?#].*)?$/s.exec(
    text,
  );
  if (!match || match[3] === '') return undefined;
  const scheme = (match[1] ?? 'http').toLowerCase();
  const port = match[4] ? Number(match[4]) : scheme === 'https' ? 443 : 80;
  if (port > 65535) return undefined;
  const tail = (match[5] ?? '/').replace(/#.*$/s, '');
  return { scheme, host: match[3]!, port, path: tail.startsWith('/') ? tail : `/${tail}`, user: match[2] };
}

export interface HttpResponse {
  readonly version: Bytes;
  readonly status: number;
  /** The head as received, with its blank line. */
  readonly head: Bytes;
  readonly headers: ReadonlyMap<string, Bytes>;
}

/** The connection ended in the middle, or what came is no HTTP. */
export class HttpError {
  constructor(readonly kind: 'empty' | 'partial' | 'not-http' | 'reset' | 'timeout') {}
}

/** A connection with what was read ahead of its user. */
export class HttpConnection {
  private held = '';

  constructor(
    readonly fd: Fd,
    private readonly deadline: number | undefined,
  ) {}

  /** Connects in at most `timeout`; what follows must come before `deadline`. Throws Errno. */
  static *open(address: string, port: number, timeout?: number, deadline?: number): Process<HttpConnection> {
    return new HttpConnection(yield* dial('tcp', address, port, timeout), deadline);
  }

  *send(data: Bytes): Process<void> {
    yield* write(this.fd, data);
  }

  /** Bytes as they come; '' at the end. Throws HttpError 'timeout'. */
  *chunk(): Process<Bytes> {
    if (this.held !== '') {
      const data = this.held;
      this.held = '';
      return data;
    }
    if (this.deadline !== undefined) {
      const found = yield* select([this.fd], { timeout: Math.max(0, this.deadline - (yield* now())) });
      if ('timeout' in found) throw new HttpError('timeout');
    }
    try {
      return yield* read(this.fd);
    } catch (error) {
      if (error instanceof Errno && error.code === 'ECONNRESET') throw new HttpError('reset');
      throw error;
    }
  }

  /** The head of an answer; 1xx ones are skipped. */
  *head(): Process<HttpResponse> {
    let text = '';
    for (;;) {
      const end = text.indexOf('\r\n\r\n');
      if (end >= 0) {
        this.held = text.slice(end + 4);
        const response = parseHead(text.slice(0, end + 4));
        if (!response) throw new HttpError('not-http');
        if (response.status >= 200 || response.status === 101) return response;
        text = '';
        continue;
      }
      const chunk = yield* this.chunk();
      if (chunk === '') throw new HttpError(text === '' ? 'empty' : /^HTTP\//.test(text) ? 'partial' : 'not-http');
      text += chunk;
      if (text.length > 5 && !text.startsWith('HTTP/')) throw new HttpError('not-http');
    }
  }

  /** The body, given to `use` in pieces. */
  *body(response: HttpResponse, use: (data: Bytes) => Process<void>): Process<void> {
    if (response.status === 204 || response.status === 304) return;
    if (/chunked/i.test(response.headers.get('transfer-encoding') ?? '')) {
      yield* this.chunked(use);
      return;
    }
    const length = response.headers.get('content-length');
    let left = length === undefined ? Number.MAX_SAFE_INTEGER : Number(length);
    while (left > 0) {
      const data = yield* this.chunk();
      if (data === '') {
        if (length !== undefined) throw new HttpError('partial');
        return;
      }
      yield* use(data.slice(0, left));
      this.held = data.slice(left);
      left -= Math.min(left, data.length);
    }
  }

  private *chunked(use: (data: Bytes) => Process<void>): Process<void> {
    let text = '';
    for (;;) {
      const end = text.indexOf('\r\n');
      if (end >= 0) {
        const size = Number.parseInt(text.slice(0, end), 16);
        if (Number.isNaN(size)) throw new HttpError('partial');
        if (size === 0) return;
        if (text.length >= end + 2 + size + 2) {
          yield* use(text.slice(end + 2, end + 2 + size));
          text = text.slice(end + 2 + size + 2);
          continue;
        }
      }
      const data = yield* this.chunk();
      if (data === '') throw new HttpError('partial');
      text += data;
    }
  }

  *close(): Process<void> {
    yield* close(this.fd);
  }
}

function parseHead(head: Bytes): HttpResponse | undefined {
  const lines = head.split('\r\n');
  const first = /^HTTP\/(\d(?:\.\d)?) (\d{3})(?: .*)?$/.exec(lines[0]!);
  if (!first) return undefined;
  const headers = new Map<string, Bytes>();
  for (const line of lines.slice(1)) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  return { version: first[1]!, status: Number(first[2]), head, headers };
}
