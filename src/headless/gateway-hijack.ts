/**
 * A hijacked connection: after `101 UPGRADED` the socket carries raw bytes both ways. The client half-closes at the end
 * of its stdin, at once when it has none; the server goes on writing and ends the socket itself.
 * Follows moby/moby api/server/router/container/container_routes.go and client/hijack.go.
 */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Bytes } from '../base/bytes';
import type { Json } from '../base/json';
import type { ApiRequest } from '../base/process';
import {
  BACKLOG_BYTES_MAX,
  BODY_BYTES_MAX,
  bodyText,
  crossSiteRefusal,
  ENGINE_HEADERS,
  encodeItem,
  type GatewayExchange,
  type GatewaySink,
  readBody,
  readHeaders,
  readMethod,
  readTarget,
} from './gateway-http';

export class HijackExchange implements GatewayExchange {
  private state: 'asked' | 'streaming' | 'finished' = 'asked';
  private dataHandler: ((data: Bytes) => void) | undefined;
  private endHandler: (() => void) | undefined;
  private readonly aborts: (() => void)[] = [];
  /** What came before anyone listened. */
  private early: Bytes;
  private ended = false;

  private constructor(
    readonly request: ApiRequest,
    private readonly socket: Socket,
    rest: Buffer,
  ) {
    this.early = rest.toString('latin1');
    socket.on('data', (chunk: Buffer) => this.take(chunk.toString('latin1')));
    socket.on('end', () => {
      this.ended = true;
      this.endHandler?.();
    });
    socket.on('close', () => {
      if (this.state === 'finished') return;
      this.state = 'finished';
      for (const handler of this.aborts) handler();
    });
    if (socket.readableEnded) this.ended = true;
    socket.resume();
  }

  /** Reads the body that follows the headers; undefined when the request was refused or its client went away. */
  static async read(request: IncomingMessage, socket: Socket, head: Buffer): Promise<HijackExchange | undefined> {
    const refuse = (status: number, message: string): undefined => {
      respond(socket, status, { message }, {}, 'application/json');
      return undefined;
    };
    const refusal = crossSiteRefusal(request);
    if (refusal) return refuse(refusal.status, refusal.message);
    const target = readTarget(request.url ?? '');
    if ('status' in target) return refuse(target.status, target.message);
    const method = readMethod(request.method);
    if (!method) return refuse(404, 'page not found');
    const length = Number(request.headers['content-length'] ?? '0');
    if (!Number.isInteger(length) || length < 0) return refuse(400, 'malformed Content-Length header');
    if (length > BODY_BYTES_MAX) return refuse(413, 'http: request body too large');
    const bytes = await readExactly(socket, head, length);
    if (!bytes) return undefined;
    const body = readBody(request.headers['content-type'], bytes.subarray(0, length));
    if ('status' in body) return refuse(body.status, body.message);
    const apiRequest: ApiRequest = {
      method,
      ...target,
      headers: readHeaders(request),
      hijack: true,
      ...(body.body === undefined ? {} : { body: body.body }),
    };
    return new HijackExchange(apiRequest, socket, bytes.subarray(length));
  }

  answer(status: number, body?: Json, headers: Readonly<Record<string, string>> = {}): void {
    if (this.state !== 'asked') return;
    this.state = 'finished';
    respond(this.socket, status, body, headers, headers['Content-Type'] ?? 'application/json');
  }

  stream(status: number, contentType: string): GatewaySink {
    const { socket } = this;
    if (this.state === 'asked') {
      this.state = 'streaming';
      const reason = status === 101 ? 'UPGRADED' : 'OK';
      const lines = [`HTTP/1.1 ${status} ${reason}`, `Content-Type: ${contentType}`];
      if (status === 101) lines.push('Connection: Upgrade', 'Upgrade: tcp');
      for (const [name, value] of Object.entries(ENGINE_HEADERS)) lines.push(`${name}: ${value}`);
      socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    }
    return {
      push: (item) => {
        if (this.state !== 'streaming' || !socket.writable) return;
        socket.write(encodeItem(item, contentType));
        if (socket.writableLength > BACKLOG_BYTES_MAX) socket.destroy();
      },
      end: () => {
        if (this.state !== 'streaming') return;
        this.state = 'finished';
        socket.end();
      },
    };
  }

  onData(handler: (data: Bytes) => void): void {
    this.dataHandler = handler;
    const early = this.early;
    this.early = '';
    if (early !== '') handler(early);
  }

  onEnd(handler: () => void): void {
    this.endHandler = handler;
    if (this.ended) handler();
  }

  onAbort(handler: () => void): void {
    this.aborts.push(handler);
  }

  private take(data: Bytes): void {
    if (this.dataHandler) this.dataHandler(data);
    else this.early += data;
    if (this.early.length > BACKLOG_BYTES_MAX) this.socket.destroy();
  }
}

function respond(
  socket: Socket,
  status: number,
  body: Json | undefined,
  headers: Readonly<Record<string, string>>,
  contentType: string,
): void {
  const text = bodyText(body, contentType);
  const lines = [`HTTP/1.1 ${status} ${status < 400 ? 'OK' : 'Error'}`, `Content-Type: ${contentType}`];
  for (const [name, value] of Object.entries({ ...ENGINE_HEADERS, ...headers })) {
    if (name !== 'Content-Type') lines.push(`${name}: ${value}`);
  }
  lines.push(`Content-Length: ${Buffer.byteLength(text)}`, 'Connection: close');
  socket.end(`${lines.join('\r\n')}\r\n\r\n${text}`);
}

/** At least `length` bytes, with what came along; undefined when the client went away before. */
function readExactly(socket: Socket, head: Buffer, length: number): Promise<Buffer | undefined> {
  if (head.length >= length) return Promise.resolve(head);
  return new Promise((resolve) => {
    let bytes = head;
    const done = (result: Buffer | undefined): void => {
      socket.off('data', take);
      socket.off('close', gone);
      socket.off('end', gone);
      if (result) socket.pause();
      resolve(result);
    };
    const take = (chunk: Buffer): void => {
      bytes = Buffer.concat([bytes, chunk]);
      if (bytes.length >= length) done(bytes);
    };
    const gone = (): void => {
      socket.destroy();
      done(undefined);
    };
    socket.on('data', take);
    socket.once('close', gone);
    socket.once('end', gone);
  });
}
