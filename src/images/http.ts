/** HTTP/1.1 as far as the programs in images need it: one request in, one answer out. */
import type { Bytes } from '../base/bytes';
import type { Micros } from '../base/process';
import { formatTime } from '../base/time';

export interface HttpRequest {
  readonly method: string;
  /** With its query. */
  readonly target: string;
  readonly version: string;
  /** In the order sent, as written. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Bytes;
}

/** The request in a piece of a connection, undefined when it is none. */
export function parseRequest(data: Bytes): HttpRequest | undefined {
  const end = data.indexOf('\r\n\r\n');
  const head = end < 0 ? data : data.slice(0, end);
  const [first = '', ...lines] = head.split('\r\n');
  const match = /^([A-Z]+) (\S+) (HTTP\/1\.[01])$/.exec(first);
  if (!match) return undefined;
  const headers = lines.flatMap((line): (readonly [string, string])[] => {
    const colon = line.indexOf(':');
    return colon > 0 ? [[line.slice(0, colon), line.slice(colon + 1).trim()]] : [];
  });
  return {
    method: match[1]!,
    target: match[2]!,
    version: match[3]!,
    headers,
    body: end < 0 ? '' : data.slice(end + 4),
  };
}

export function header(request: HttpRequest, name: string): string | undefined {
  const wanted = name.toLowerCase();
  return request.headers.find(([key]) => key.toLowerCase() === wanted)?.[1];
}

/** The path without its query. */
export function pathOf(request: HttpRequest): string {
  return request.target.split('?', 1)[0]!;
}

const REASONS = new Map<number, string>([
  [200, 'OK'],
  [201, 'Created'],
  [202, 'Accepted'],
  [204, 'No Content'],
  [301, 'Moved Permanently'],
  [302, 'Found'],
  [304, 'Not Modified'],
  [307, 'Temporary Redirect'],
  [400, 'Bad Request'],
  [403, 'Forbidden'],
  [404, 'Not Found'],
  [405, 'Method Not Allowed'],
  [500, 'Internal Server Error'],
]);

export interface HttpAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Bytes;
}

/** The bytes of an answer; Content-Length is added, HEAD gets no body. */
export function encodeAnswer(request: HttpRequest | undefined, answer: HttpAnswer): Bytes {
  const close = request !== undefined && /^close$/i.test(header(request, 'connection') ?? '');
  const headers = [
    ...answer.headers,
    ['Content-Length', String(answer.body.length)] as const,
    ...(close || !request ? [['Connection', 'close'] as const] : []),
  ];
  const lines = headers.map(([key, value]) => `${key}: ${value}\r\n`).join('');
  const body = request?.method === 'HEAD' ? '' : answer.body;
  return `HTTP/1.1 ${answer.status} ${REASONS.get(answer.status) ?? 'Unknown'}\r\n${lines}\r\n${body}`;
}

/** `Mon, 05 Jan 2026 09:00:00 GMT`. */
export function httpDate(at: Micros): string {
  return formatTime(at, 'Mon, 02 Jan 2006 15:04:05 GMT');
}

/** `05/Jan/2026:09:00:00 +0000`, as access logs have it. */
function logDate(at: Micros): string {
  return formatTime(at, '02/Jan/2006:15:04:05 +0000');
}

/** One line of the combined access log. */
export function combinedLine(peer: string, at: Micros, request: HttpRequest, answer: HttpAnswer): Bytes {
  const agent = header(request, 'user-agent') ?? '-';
  const referer = header(request, 'referer') ?? '-';
  const size = request.method === 'HEAD' ? 0 : answer.body.length;
  const first = `${request.method} ${request.target} ${request.version}`;
  return `${peer} - - [${logDate(at)}] "${first}" ${answer.status} ${size} "${referer}" "${agent}"\n`;
}
