/** One request under way, from the server's side. The kernel makes one for a program's call, the gateway for a socket's. */
import type { Bytes } from '../base/bytes';
import type { Json } from '../base/json';
import type { ApiRequest, StreamItem } from '../base/process';

/** An answer that goes on. Items are JSON values, or output frames of a container. */
export interface StreamSink {
  push(item: StreamItem): void;
  end(): void;
}

export interface Exchange {
  readonly request: ApiRequest;
  /** Answers and ends. `body` is frozen; absent for 204 and HEAD. */
  answer(status: number, body?: Json, headers?: Readonly<Record<string, string>>): void;
  /** Begins an answer that goes on: 200, or 101 for a hijacked one. */
  stream(status: number, contentType: string): StreamSink;
  /** Bytes that the client sends on a hijacked connection. */
  onData(handler: (data: Bytes) => void): void;
  /** The client half-closed: no more bytes will come. The server goes on writing. */
  onEnd(handler: () => void): void;
  /** The client is gone; nothing can be answered any more. */
  onAbort(handler: () => void): void;
}

/** Path parameters by name; the last one may hold slashes where the route says `:name*`. */
export type Params = Readonly<Record<string, string>>;
export type Handler = (exchange: Exchange, params: Params) => void;

/** A route: `GET /containers/:id/json`. */
export interface Route {
  readonly method: ApiRequest['method'];
  readonly path: string;
  readonly handler: Handler;
}
