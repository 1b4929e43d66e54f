/** Requests of a process to a real Docker Engine. Follows moby/moby client/request.go and client/hijack.go. */
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import type { Socket } from 'node:net';
import { ENGINE } from '../api/index';
import { type Json, stringify } from '../base/json';
import { type ApiRequest, Errno, type StreamItem } from '../base/process';
import { AnswerStream, Inbox, ItemSplitter } from './real-streams';

export interface RealResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Json;
  readonly stream?: AnswerStream;
}

/** Answers that go on; all others are read whole. */
const STREAMED = [
  /^\/events$/,
  /^\/images\/create$/,
  /^\/containers\/[^/]+\/(?:logs|stats|wait)$/,
  /^\/(?:services|tasks)\/[^/]+\/logs$/,
];

function options(endpoint: string, request: ApiRequest): RequestOptions {
  const query = new URLSearchParams(request.query).toString();
  const path = (request.path === '/_ping' ? '' : `/v${ENGINE.apiVersion}`) + encodeURI(request.path);
  const target = { method: request.method, path: query === '' ? path : `${path}?${query}` };
  if (endpoint.startsWith('unix://')) {
    return { ...target, socketPath: endpoint.slice(7), headers: { Host: 'api.moby.localhost' } };
  }
  const { hostname, port } = new URL(endpoint.replace(/^\w+:/, 'http:'));
  return { ...target, hostname, port: port || '2375' };
}

/** Asks; rejects with Errno where there is no engine. */
export function realRequest(endpoint: string, request: ApiRequest): Promise<RealResponse> {
  return new Promise((resolve, reject) => {
    const body = request.body === undefined ? '' : stringify(request.body);
    const outgoing = httpRequest({ agent: false, ...options(endpoint, request) });
    outgoing.setHeader('User-Agent', `Docker-Client/${ENGINE.version} (linux)`);
    for (const [name, value] of Object.entries(request.headers ?? {})) outgoing.setHeader(name, value);
    if (body !== '') outgoing.setHeader('Content-Type', 'application/json');
    if (body !== '' || request.method === 'POST') outgoing.setHeader('Content-Length', Buffer.byteLength(body));
    if (request.hijack) {
      outgoing.setHeader('Connection', 'Upgrade');
      outgoing.setHeader('Upgrade', 'tcp');
    }
    outgoing.on('error', (error: NodeJS.ErrnoException) => reject(errnoOf(error)));
    outgoing.on('upgrade', (response, socket: Socket, head: Buffer) => resolve(hijacked(response, socket, head)));
    outgoing.on('response', (response) => {
      const streamed = response.statusCode === 200 && STREAMED.some((pattern) => pattern.test(request.path));
      if (streamed) resolve(streaming(response));
      else whole(response).then(resolve, reject);
    });
    outgoing.end(body);
  });
}

function errnoOf(error: NodeJS.ErrnoException): Errno {
  switch (error.code) {
    case 'ENOENT':
    case 'ECONNREFUSED':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ECONNRESET':
    case 'ETIMEDOUT':
    case 'EPIPE':
    case 'EACCES':
    case 'ENOTFOUND':
      return new Errno(error.code);
    default:
      return new Errno('ECONNRESET');
  }
}

function headersOf(response: IncomingMessage): Record<string, string> {
  const entries = Object.entries(response.headers).map(([name, value]): [string, string] => [name, String(value)]);
  return Object.fromEntries(entries);
}

async function whole(response: IncomingMessage): Promise<RealResponse> {
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  const headers = headersOf(response);
  const status = response.statusCode ?? 0;
  if (text === '') return { status, headers };
  const isJson = headers['content-type'] === 'application/json';
  return { status, headers, body: isJson ? (JSON.parse(text) as Json) : text };
}

function streaming(response: IncomingMessage): RealResponse {
  const headers = headersOf(response);
  const inbox = new Inbox<StreamItem>();
  const splitter = new ItemSplitter(headers['content-type'] ?? '', inbox);
  response.on('data', (chunk: Buffer) => splitter.push(chunk));
  response.on('end', () => inbox.end());
  response.on('error', () => inbox.end(new Errno('ECONNRESET')));
  return { status: response.statusCode ?? 0, headers, stream: new AnswerStream(inbox, () => response.destroy()) };
}

function hijacked(response: IncomingMessage, socket: Socket, head: Buffer): RealResponse {
  const headers = headersOf(response);
  const inbox = new Inbox<StreamItem>();
  const splitter = new ItemSplitter(headers['content-type'] ?? '', inbox);
  if (head.length > 0) splitter.push(head);
  socket.on('data', (chunk: Buffer) => splitter.push(chunk));
  socket.on('end', () => inbox.end());
  socket.on('close', () => inbox.end());
  socket.on('error', () => inbox.end(new Errno('ECONNRESET')));
  return {
    status: response.statusCode ?? 0,
    headers,
    stream: new AnswerStream(inbox, () => socket.destroy(), socket),
  };
}
