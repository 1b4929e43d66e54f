/** What the gateway reads from HTTP requests and writes into answers. Follows moby/moby api/server. */
import type { IncomingMessage } from 'node:http';
import { ENGINE } from '../api/index';
import type { Bytes } from '../base/bytes';
import type { Json } from '../base/json';
import { stringify } from '../base/json';
import { jsonSyntaxError } from '../base/json-syntax';
import type { ApiRequest, StreamItem } from '../base/process';

/** A stream's other end; the shape of the daemon's StreamSink. */
export interface GatewaySink {
  push(item: StreamItem): void;
  end(): void;
}

/** One request under way; the shape of the daemon's Exchange. */
export interface GatewayExchange {
  readonly request: ApiRequest;
  answer(status: number, body?: Json, headers?: Readonly<Record<string, string>>): void;
  stream(status: number, contentType: string): GatewaySink;
  onData(handler: (data: Bytes) => void): void;
  onEnd(handler: () => void): void;
  onAbort(handler: () => void): void;
}

/** Bodies longer than this are refused: the longest honest one is a config of 1,000 kB, in base64. */
export const BODY_BYTES_MAX = 8 * 1024 * 1024;

export const ENGINE_HEADERS: Readonly<Record<string, string>> = {
  'Api-Version': ENGINE.apiVersion,
  'Docker-Experimental': 'false',
  Ostype: 'linux',
  Server: `Docker/${ENGINE.version} (linux)`,
};

/** A refusal of the gateway itself, before any daemon is asked. */
export interface HttpRefusal {
  readonly status: number;
  readonly message: string;
  /** Plain text instead of JSON, for clients of another age. */
  readonly plain?: boolean;
}

export interface Target {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]', 'api.moby.localhost']);

/**
 * Pages of other sites must not steer the lab through a visitor's browser: a Host that is not this machine (DNS
 * rebinding) and anything that a browser's fetch or form sends are refused.
 */
export function crossSiteRefusal(request: IncomingMessage): HttpRefusal | undefined {
  const host = (request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
  if (!LOOPBACK.has(host)) return { status: 403, message: `requests for host "${host}" are refused` };
  const site = request.headers['sec-fetch-site'];
  if (request.headers.origin !== undefined || (site !== undefined && site !== 'none')) {
    return { status: 403, message: 'requests of web pages are refused' };
  }
  return undefined;
}

/** Path without version prefix, and query; or why there is none. */
export function readTarget(url: string): Target | HttpRefusal {
  if (!url.startsWith('/')) return { status: 400, message: 'malformed request target' };
  const mark = url.indexOf('?');
  let path: string;
  try {
    path = decodeURIComponent(mark < 0 ? url : url.slice(0, mark));
  } catch {
    return { status: 400, message: 'malformed request target' };
  }
  const versioned = /^\/v([0-9.]+)(\/.*)$/.exec(path);
  const refusal = versioned ? versionRefusal(versioned[1]!) : undefined;
  if (refusal) return refusal;
  const query: Record<string, string> = {};
  for (const [key, value] of new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1))) {
    if (!Object.hasOwn(query, key)) query[key] = value;
    // A build's names: the one parameter that is read as often as it comes.
    else if (key === 't') query[key] += `\n${value}`;
  }
  return { path: versioned ? versioned[2]! : path, query };
}

/** Follows moby/moby api/server/middleware/version.go. */
function versionRefusal(version: string): HttpRefusal | undefined {
  if (compareVersions(version, ENGINE.minApiVersion) < 0) {
    const message = `client version ${version} is too old. Minimum supported API version is ${ENGINE.minApiVersion}, please upgrade your client to a newer version`;
    return { status: 400, message, plain: true };
  }
  if (compareVersions(version, ENGINE.apiVersion) > 0) {
    const message = `client version ${version} is too new. Maximum supported API version is ${ENGINE.apiVersion}`;
    return { status: 400, message };
  }
  return undefined;
}

function compareVersions(a: string, b: string): number {
  const left = a.split('.').map(Number);
  const right = b.split('.').map(Number);
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The body's value; nothing at all is undefined. Follows moby/moby api/server/httputils, ReadJSON. */
export function readBody(
  contentType: string | undefined,
  bytes: Uint8Array,
): { readonly body: Json | undefined } | HttpRefusal {
  if (bytes.length === 0) return { body: undefined };
  const media = (contentType ?? '').split(';')[0]!.trim().toLowerCase();
  if (media === '') return { status: 400, message: 'malformed Content-Type header (): mime: no media type' };
  if (media !== 'application/json') {
    return {
      status: 400,
      message: `unsupported Content-Type header (${contentType}): must be 'application/json'`,
    };
  }
  const text = new TextDecoder().decode(bytes);
  try {
    return { body: JSON.parse(text) as Json };
  } catch {
    return { status: 400, message: jsonSyntaxError(text) };
  }
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE']);

export function readMethod(method: string | undefined): ApiRequest['method'] | undefined {
  return METHODS.has(method ?? '') ? (method as ApiRequest['method']) : undefined;
}

/** The headers that handlers look at. */
export function readHeaders(request: IncomingMessage): Readonly<Record<string, string>> {
  const auth = request.headers['x-registry-auth'];
  return typeof auth === 'string' ? { 'X-Registry-Auth': auth } : {};
}

/** Its body is bytes, a character each. */
const TAR = 'application/x-tar';

/** An answer's bytes: JSON with a newline, as Go's encoder ends it; plain text and archives as they are. */
export function bodyText(body: Json | undefined, contentType: string): string | Buffer {
  if (body === undefined) return '';
  if (typeof body === 'string' && contentType === TAR) return Buffer.from(body, 'latin1');
  if (typeof body === 'string' && contentType.startsWith('text/plain')) return body;
  return `${stringify(body)}\n`;
}

/** A reader that falls this far behind loses its connection. */
export const BACKLOG_BYTES_MAX = 64 * 1024 * 1024;

const FRAME_KINDS = { stdin: 0, stdout: 1, stderr: 2, systemerr: 3 } as const;

/** One item of a stream: a line of JSON, raw bytes, or a frame `[kind, 0, 0, 0, length (4 bytes)]` with its payload. */
export function encodeItem(item: StreamItem, contentType: string): Buffer {
  if ('json' in item) return Buffer.from(`${stringify(item.json)}\n`, 'utf8');
  const payload = Buffer.from(item.data, 'latin1');
  if (contentType !== 'application/vnd.docker.multiplexed-stream') return payload;
  const head = Buffer.alloc(8);
  head[0] = FRAME_KINDS[item.stream];
  head.writeUInt32BE(payload.length, 4);
  return Buffer.concat([head, payload]);
}
