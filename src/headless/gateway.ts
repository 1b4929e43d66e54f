/**
 * The Engine APIs of a lab's hosts over real HTTP, one port of 127.0.0.1 each, so that the real docker command can speak
 * to them. It turns HTTP into exchanges and back; what a request does is decided by the lab's daemons.
 *
 * Loopback only; requests of web pages and for foreign host names are refused; malformed ones get an answer or lose
 * their connection, and nothing else happens. A host that is off has no port open.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Json } from '../base/json';
import type { ApiRequest } from '../base/process';
import { HijackExchange } from './gateway-hijack';
import {
  BACKLOG_BYTES_MAX,
  BODY_BYTES_MAX,
  bodyText,
  crossSiteRefusal,
  ENGINE_HEADERS,
  encodeItem,
  type GatewayExchange,
  type GatewaySink,
  type HttpRefusal,
  readBody,
  readHeaders,
  readMethod,
  readTarget,
} from './gateway-http';

/** Gives a whole request of `host` to its daemon, at once or later. */
export type GatewayServe = (host: string, exchange: GatewayExchange) => void;

const CONNECTIONS_MAX = 512;
const LINGER_MS = 1000;

interface OpenHost {
  readonly server: Server;
  /** Connections; with each since when its client has had its answer and said nothing (performance.now()). */
  readonly sockets: Map<Socket, number | undefined>;
}

export class Gateway {
  private readonly hosts = new Map<string, OpenHost>();

  constructor(private readonly serve: GatewayServe) {}

  /** Opens a host's port on 127.0.0.1 (0: any free one); the port. Rejects when it is taken. */
  open(host: string, port: number): Promise<number> {
    const server = createServer({ requestTimeout: 60_000 });
    const sockets: OpenHost['sockets'] = new Map();
    server.maxConnections = CONNECTIONS_MAX;
    server.on('connection', (socket: Socket) => {
      sockets.set(socket, undefined);
      socket.on('close', () => sockets.delete(socket));
      socket.on('error', () => socket.destroy());
    });
    server.on('request', (request, response) => {
      const { socket } = request;
      sockets.set(socket, undefined);
      response.once('finish', () => {
        if (sockets.has(socket)) sockets.set(socket, performance.now());
      });
      void this.request(host, request, response);
    });
    server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
      sockets.set(socket, undefined);
      void this.upgrade(host, request, socket, head);
    });
    server.on('clientError', (_error, socket) => {
      if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n400 Bad Request');
      else socket.destroy();
    });
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => {
        server.off('error', reject);
        this.hosts.set(host, { server, sockets });
        resolve((server.address() as AddressInfo).port);
      });
    });
  }

  /** Closes a host's port and cuts its connections, as a power cut does. */
  close(host: string): Promise<void> {
    const open = this.hosts.get(host);
    if (!open) return Promise.resolve();
    this.hosts.delete(host);
    return new Promise((resolve) => {
      open.server.close(() => resolve());
      for (const socket of open.sockets.keys()) socket.destroy();
    });
  }

  /** Does a client keep a connection open although it had its answer `milliseconds` ago? */
  hasIdle(milliseconds: number): boolean {
    const before = performance.now() - milliseconds;
    for (const { sockets } of this.hosts.values())
      for (const since of sockets.values()) if (since !== undefined && since < before) return true;
    return false;
  }

  async closeAll(): Promise<void> {
    for (const host of [...this.hosts.keys()]) await this.close(host);
  }

  private async request(host: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => response.destroy());
    const refusal = crossSiteRefusal(request);
    if (refusal) return refuseHttp(response, refusal);
    const target = readTarget(request.url ?? '');
    if ('status' in target) return refuseHttp(response, target);
    const method = readMethod(request.method);
    if (!method) return refuseHttp(response, { status: 404, message: 'page not found' });
    const bytes = await readAll(request);
    if (bytes === 'too long') {
      // What the client still sends is dropped for a while, so that it gets to read the answer.
      request.resume();
      response.once('finish', () => setTimeout(() => request.destroy(), LINGER_MS).unref());
      return refuseHttp(response, { status: 413, message: 'http: request body too large' });
    }
    if (bytes === 'gone') return undefined;
    // An archive is bytes, whatever its client calls it.
    const isArchive = method === 'PUT' && target.path.endsWith('/archive');
    const body = isArchive
      ? { body: Buffer.from(bytes).toString('latin1') }
      : readBody(request.headers['content-type'], bytes);
    if ('status' in body) return refuseHttp(response, body);
    const apiRequest: ApiRequest = {
      method,
      ...target,
      headers: readHeaders(request),
      ...(body.body === undefined ? {} : { body: body.body }),
    };
    this.serve(host, new HttpExchange(apiRequest, response));
    return undefined;
  }

  private async upgrade(host: string, request: IncomingMessage, socket: Socket, head: Buffer): Promise<void> {
    socket.on('error', () => socket.destroy());
    const exchange = await HijackExchange.read(request, socket, head);
    if (exchange) this.serve(host, exchange);
  }
}

function refuseHttp(response: ServerResponse, refusal: HttpRefusal): void {
  const contentType = refusal.plain ? 'text/plain; charset=utf-8' : 'application/json';
  const text = refusal.plain ? `${refusal.message}\n` : bodyText({ message: refusal.message }, contentType);
  response.writeHead(refusal.status, {
    ...ENGINE_HEADERS,
    'Content-Type': contentType,
    'Content-Length': String(Buffer.byteLength(text)),
  });
  response.end(text);
}

function readAll(request: IncomingMessage): Promise<Buffer | 'too long' | 'gone'> {
  return new Promise((resolve) => {
    let chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= BODY_BYTES_MAX) chunks.push(chunk);
      else {
        chunks = [];
        resolve('too long');
      }
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', () => resolve('gone'));
    request.on('close', () => resolve('gone'));
  });
}

/** An exchange over an ordinary request. It ends once: later words of a daemon go nowhere. */
class HttpExchange implements GatewayExchange {
  private finished = false;
  private readonly aborts: (() => void)[] = [];

  constructor(
    readonly request: ApiRequest,
    private readonly response: ServerResponse,
  ) {
    response.on('close', () => {
      if (this.finished) return;
      this.finished = true;
      for (const handler of this.aborts) handler();
    });
  }

  answer(status: number, body?: Json, headers: Readonly<Record<string, string>> = {}): void {
    if (this.finished) return;
    this.finished = true;
    const contentType = headers['Content-Type'] ?? 'application/json';
    const text = status === 204 ? '' : bodyText(body, contentType);
    const known = status === 404 && isNoPage(body) ? {} : ENGINE_HEADERS;
    const type = text === '' && headers['Content-Type'] === undefined ? {} : { 'Content-Type': contentType };
    const length = status === 204 ? {} : { 'Content-Length': String(Buffer.byteLength(text)) };
    this.response.writeHead(status, { ...known, ...type, ...length, ...headers });
    this.response.end(this.request.method === 'HEAD' ? '' : text);
  }

  stream(status: number, contentType: string): GatewaySink {
    const { response } = this;
    if (!this.finished) {
      response.writeHead(status, { ...ENGINE_HEADERS, 'Content-Type': contentType });
      response.flushHeaders();
    }
    return {
      push: (item) => {
        if (this.finished) return;
        response.write(encodeItem(item, contentType));
        if (response.writableLength > BACKLOG_BYTES_MAX) response.destroy();
      },
      end: () => {
        if (this.finished) return;
        this.finished = true;
        response.end();
      },
    };
  }

  /** Nothing comes after an ordinary request's body. */
  onData(): void {}

  onEnd(): void {}

  onAbort(handler: () => void): void {
    this.aborts.push(handler);
  }
}

function isNoPage(body: Json | undefined): boolean {
  return typeof body === 'object' && body !== null && (body as { message?: Json }).message === 'page not found';
}
