/** How the client asks and what it throws. Follows moby/moby client/request.go and client/errors.go. */

import type { Json } from '../base/json';
import {
  type ApiRequest,
  type ApiResponse,
  close,
  Errno,
  type Fd,
  type Process,
  receive,
  request,
  type StreamItem,
} from '../base/process';

/** What the client throws: `message` is the whole text that docker prints. */
export class ClientError extends Error {}

/** The daemon could not be reached. */
export class ConnectionError extends ClientError {}

/** The daemon refused: `message` is `Error response from daemon: ` and `reason`. */
export class DaemonError extends ClientError {
  constructor(
    readonly status: number,
    readonly reason: string,
  ) {
    super(`Error response from daemon: ${reason}`);
  }
}

/** Whether the daemon said that there is no such object. */
export function isNotFound(error: unknown): boolean {
  return error instanceof DaemonError && error.status === 404;
}

/** An answer that goes on: take items until undefined, then close it. */
export interface ApiStream {
  readonly fd: Fd;
  /** `application/vnd.docker.raw-stream` for a terminal, `…multiplexed-stream` for output in frames, else JSON. */
  readonly contentType: string;
}

type Query = Readonly<Record<string, string | undefined>>;

export interface CallOptions {
  readonly query?: Query;
  /** Any of the API's own types; frozen by convention. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly hijack?: boolean;
}

/** One daemon at one endpoint: `unix:///var/run/docker.sock` or `tcp://HOST:PORT`. */
export class Transport {
  constructor(readonly endpoint: string) {}

  /** Asks; statuses of 400 and more throw {@link DaemonError}, no connection {@link ConnectionError}. */
  *call(method: ApiRequest['method'], path: string, options: CallOptions = {}): Process<ApiResponse> {
    const response = yield* this.send(method, path, options);
    if (response.status >= 200 && response.status < 400) return response;
    if (response.status === 101) return response;
    throw new DaemonError(response.status, reasonOf(response));
  }

  /** As {@link call}, without looking at the status. */
  *send(method: ApiRequest['method'], path: string, options: CallOptions = {}): Process<ApiResponse> {
    const { query, body, headers, hijack } = options;
    try {
      return yield* request(this.endpoint, {
        method,
        path,
        ...(query ? { query: present(query) } : {}),
        ...(body === undefined ? {} : { body: body as Json }),
        ...(headers ? { headers } : {}),
        ...(hijack ? { hijack } : {}),
      });
    } catch (error) {
      if (error instanceof Errno) throw connectionError(this.endpoint, method, path, error, hijack === true);
      throw error;
    }
  }

  /** The body of an answer that ends at once. A long answer of one value (wait) is taken from its stream. */
  *json<T>(method: ApiRequest['method'], path: string, options: CallOptions = {}): Process<T> {
    const response = yield* this.call(method, path, options);
    if (response.stream === undefined) return response.body as unknown as T;
    const item = yield* receive(response.stream);
    yield* close(response.stream);
    return (item && 'json' in item ? item.json : null) as unknown as T;
  }

  /** An answer that goes on. */
  *stream(method: ApiRequest['method'], path: string, options: CallOptions = {}): Process<ApiStream> {
    const response = yield* this.call(method, path, options);
    if (options.hijack && response.status !== 101) {
      throw new ClientError(`unable to upgrade to tcp, received ${response.status}`);
    }
    if (response.stream === undefined) throw new ClientError(`unexpected answer to ${method} ${path}`);
    return { fd: response.stream, contentType: contentType(response) };
  }
}

/** The next JSON value of a stream (events, pull progress, wait), undefined at its end. */
export function* nextJson<T>(stream: ApiStream): Process<T | undefined> {
  const item: StreamItem | undefined = yield* receive(stream.fd);
  return item && 'json' in item ? (item.json as unknown as T) : undefined;
}

function contentType(response: ApiResponse): string {
  for (const [name, value] of Object.entries(response.headers)) {
    if (name.toLowerCase() === 'content-type') return value;
  }
  return '';
}

function present(query: Query): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [key, value] of Object.entries(query)) if (value !== undefined) out[key] = value;
  return out;
}

function reasonOf(response: ApiResponse): string {
  const { body, status } = response;
  if (typeof body === 'object' && body !== null && 'message' in body) {
    const { message } = body as { message?: unknown };
    if (typeof message === 'string' && message !== '') return message.trim();
    return `API returned a ${status} but provided no error-message`;
  }
  return typeof body === 'string' ? body.trim() : `API returned a ${status} but provided no error-message`;
}

function connectionError(
  endpoint: string,
  method: string,
  path: string,
  error: Errno,
  hijack: boolean,
): ConnectionError {
  const unix = endpoint.startsWith('unix://');
  if (error.code === 'ECONNRESET' || error.code === 'EPIPE') {
    const url = `${unix ? 'http://%2Fvar%2Frun%2Fdocker.sock' : endpoint.replace('tcp://', 'http://')}/v1.50${path}`;
    const verb = method.charAt(0) + method.slice(1).toLowerCase();
    return new ConnectionError(`error during connect: ${verb} "${url}": EOF`);
  }
  if (error.code === 'ENOTFOUND' || error.code === 'EHOSTUNREACH' || error.code === 'ENETUNREACH') {
    const address = endpoint.replace(/^\w+:\/\//, '');
    const host = address.replace(/:\d+$/, '');
    const cause =
      error.code === 'ENOTFOUND'
        ? `dial tcp: lookup ${host}: no such host`
        : `dial tcp ${address}: connect: ${error.code === 'EHOSTUNREACH' ? 'no route to host' : 'network is unreachable'}`;
    if (hijack) {
      return new ConnectionError(
        `cannot connect to the Docker daemon. Is 'docker daemon' running on this host?: ${cause}`,
      );
    }
    const verb = method.charAt(0) + method.slice(1).toLowerCase();
    return new ConnectionError(`error during connect: ${verb} "http://${address}/v1.50${path}": ${cause}`);
  }
  return new ConnectionError(`Cannot connect to the Docker daemon at ${endpoint}. Is the docker daemon running?`);
}
