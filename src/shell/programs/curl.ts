/** curl over HTTP/1.1. Follows curl 7.88's options, messages and exit codes. */
import { type Bytes, fromUtf8, toBase64 } from '../../base/bytes';
import { close, Errno, now, open, type Process, resolve, sleep, terminal, write } from '../../base/process';
import { Meter } from './curl-meter';
import { CurlError, type CurlOptions, readOptions, VERSION } from './curl-options';
import { HttpConnection, HttpError, type HttpResponse, parseUrl, type Url } from './http';
import { pathOf } from './io';
import type { Invocation } from './program';

/** What -w can show of a transfer. */
interface Transfer {
  status: number;
  version: Bytes;
  size: number;
  url: Bytes;
  effective: Bytes;
  address: string;
  port: number;
  type: Bytes;
  redirects: number;
  began: number;
  connected: number;
  first: number;
}

function seconds(micros: number): string {
  return (micros / 1_000_000).toFixed(6);
}

function* writeOut(format: Bytes, transfer: Transfer): Process<void> {
  const at = yield* now();
  const values: Record<string, Bytes> = {
    http_code: String(transfer.status).padStart(3, '0'),
    response_code: String(transfer.status).padStart(3, '0'),
    http_version: transfer.version,
    size_download: String(transfer.size),
    url: transfer.url,
    url_effective: transfer.effective,
    remote_ip: transfer.address,
    remote_port: String(transfer.port),
    content_type: transfer.type,
    num_redirects: String(transfer.redirects),
    time_total: seconds(at - transfer.began),
    time_connect: seconds(Math.max(0, transfer.connected - transfer.began)),
    time_namelookup: seconds(0),
    time_starttransfer: seconds(Math.max(0, transfer.first - transfer.began)),
    method: 'GET',
    scheme: 'HTTP',
    exitcode: '0',
  };
  const text = format
    .replace(/\\(.)/g, (whole, c: string) => ({ n: '\n', r: '\r', t: '\t', '\\': '\\' })[c] ?? whole)
    .replace(/%%|%\{([^}]*)\}/g, (whole, name?: string) => (name === undefined ? '%' : (values[name] ?? whole)));
  yield* write(1, text);
}

function requestText(options: CurlOptions, url: Url, method: Bytes, body: Bytes | undefined): Bytes {
  const port = url.port === (url.scheme === 'https' ? 443 : 80) ? '' : `:${url.port}`;
  const lines = new Map<string, Bytes>([
    ['host', `Host: ${url.host}${port}`],
    ['user-agent', `User-Agent: ${options.agent}`],
    ['accept', 'Accept: */*'],
  ]);
  const user = options.user ?? url.user;
  if (user !== undefined) lines.set('authorization', `Authorization: Basic ${toBase64(user)}`);
  if (body !== undefined) {
    lines.set('content-length', `Content-Length: ${body.length}`);
    lines.set('content-type', 'Content-Type: application/x-www-form-urlencoded');
  }
  for (const header of options.headers) {
    const colon = header.indexOf(':');
    if (colon < 0) continue;
    const name = header.slice(0, colon).toLowerCase();
    if (header.slice(colon + 1).trim() === '') lines.delete(name);
    else lines.set(name, header);
  }
  return `${method} ${url.path} HTTP/1.1\r\n${[...lines.values()].join('\r\n')}\r\n\r\n${body ?? ''}`;
}

const CONNECTING_MS = 300_000;

/** Opens the connection, in at most the time that was given for it. */
function* connect(options: CurlOptions, url: Url, transfer: Transfer): Process<HttpConnection> {
  let addresses: readonly string[];
  try {
    addresses = yield* resolve(fromUtf8(url.host));
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    throw new CurlError(6, `Could not resolve host: ${url.host}`);
  }
  const began = yield* now();
  transfer.address = addresses[0] ?? url.host;
  transfer.port = url.port;
  yield* verbose(options, '*', `  Trying ${transfer.address}:${url.port}...`);
  const limit = Math.min(options.connectMs ?? CONNECTING_MS, options.maxMs ?? CONNECTING_MS);
  const deadline = options.maxMs === undefined ? undefined : transfer.began + options.maxMs * 1000;
  try {
    const connection = yield* HttpConnection.open(transfer.address, url.port, limit * 1000, deadline);
    transfer.connected = yield* now();
    return connection;
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    const spent = Math.floor(((yield* now()) - began) / 1000);
    if (error.code !== 'ETIMEDOUT') {
      const words = "Couldn't connect to server";
      throw new CurlError(7, `Failed to connect to ${url.host} port ${url.port} after ${spent} ms: ${words}`);
    }
    if (options.connectMs === undefined && options.maxMs !== undefined) {
      throw new CurlError(28, `Connection timed out after ${spent} milliseconds`);
    }
    throw new CurlError(28, `Failed to connect to ${url.host} port ${url.port} after ${spent} ms: Timeout was reached`);
  }
}

function* verbose(options: CurlOptions, mark: string, text: Bytes): Process<void> {
  if (!options.verbose) return;
  const lines = text.replace(/\n$/, '').split('\n');
  yield* write(2, lines.map((line) => `${mark} ${line}\n`).join(''));
}

/** One request and its answer; the next URL when it is to be followed. */
function* exchange(
  options: CurlOptions,
  url: Url,
  method: Bytes,
  body: Bytes | undefined,
  transfer: Transfer,
  emit: (data: Bytes) => Process<void>,
): Process<Bytes | undefined> {
  const connection = yield* connect(options, url, transfer);
  try {
    yield* verbose(options, '*', `Connected to ${url.host} (${transfer.address}) port ${url.port} (#0)`);
    const text = requestText(options, url, method, body);
    yield* verbose(options, '>', text.slice(0, text.indexOf('\r\n\r\n') + 4));
    yield* connection.send(text);
    const response = yield* connection.head();
    transfer.first = yield* now();
    transfer.status = response.status;
    transfer.version = response.version;
    transfer.type = response.headers.get('content-type') ?? '';
    yield* verbose(options, '<', response.head);
    const next =
      options.follow && response.status >= 300 && response.status < 400 ? response.headers.get('location') : undefined;
    if (options.include || options.headOnly) yield* emit(response.head);
    if (options.fail && response.status >= 400) {
      throw new CurlError(22, `The requested URL returned error: ${response.status}`);
    }
    yield* receive(options, connection, response, next !== undefined, transfer, emit);
    yield* verbose(options, '*', `Connection #0 to host ${url.host} left intact`);
    return next;
  } finally {
    yield* connection.close();
  }
}

function* receive(
  options: CurlOptions,
  connection: HttpConnection,
  response: HttpResponse,
  discard: boolean,
  transfer: Transfer,
  emit: (data: Bytes) => Process<void>,
): Process<void> {
  if (options.headOnly) return;
  yield* connection.body(response, function* (data) {
    if (discard) return;
    transfer.size += data.length;
    yield* emit(data);
  });
}

const HTTP_ERRORS: Record<HttpError['kind'], readonly [number, string]> = {
  empty: [52, 'Empty reply from server'],
  partial: [18, 'transfer closed with outstanding read data remaining'],
  'not-http': [1, 'Received HTTP/0.9 when not allowed'],
  reset: [56, 'Recv failure: Connection reset by peer'],
  timeout: [28, 'Operation timed out'],
};

const REDIRECTS_MAX = 50;

/** One URL with its redirects. */
function* fetchUrl(
  options: CurlOptions,
  text: Bytes,
  transfer: Transfer,
  emit: (data: Bytes) => Process<void>,
): Process<void> {
  const data = options.data.length > 0 && !options.asQuery ? options.data.join('&') : undefined;
  let location = text;
  let method = options.method ?? (options.headOnly ? 'HEAD' : data === undefined ? 'GET' : 'POST');
  let body = data;
  if (options.asQuery && options.data.length > 0)
    location += `${text.includes('?') ? '&' : '?'}${options.data.join('&')}`;
  for (let hop = 0; ; hop++) {
    const url = parseUrl(location);
    if (!url) throw new CurlError(3, 'URL using bad/illegal format or missing URL');
    if (url.scheme === 'https') {
      throw new CurlError(35, 'OpenSSL/3.0.17: TLS is not modelled here, use http://');
    }
    if (url.scheme !== 'http') throw new CurlError(1, `Protocol "${url.scheme}" not supported or disabled in libcurl`);
    transfer.effective = location.includes('://')
      ? location
      : `${url.scheme}://${location}${location.includes('/') ? '' : '/'}`;
    try {
      const next = yield* exchange(options, url, method, body, transfer, emit);
      if (next === undefined) return;
      if (hop >= REDIRECTS_MAX) throw new CurlError(47, `Maximum (${REDIRECTS_MAX}) redirects followed`);
      transfer.redirects++;
      const port = url.port === 80 ? '' : `:${url.port}`;
      location = next.includes('://')
        ? next
        : `${url.scheme}://${url.host}${port}${next.startsWith('/') ? '' : '/'}${next}`;
      if (method === 'POST' && transfer.status !== 307 && transfer.status !== 308) {
        method = 'GET';
        body = undefined;
      }
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      const [code, words] = HTTP_ERRORS[error.kind];
      const spent = Math.floor(((yield* now()) - transfer.began) / 1000);
      throw new CurlError(
        code,
        code === 28 ? `${words} after ${spent} milliseconds with ${transfer.size} bytes received` : words,
      );
    }
  }
}

function transient(error: CurlError, options: CurlOptions): boolean {
  return error.code === 28 || error.code === 6 || (error.code === 7 && options.retryRefused);
}

/** One URL with its retries: the exit code. */
function* transferUrl(invocation: Invocation, options: CurlOptions, url: Bytes): Process<number> {
  const name = options.remoteName
    ? (parseUrl(url)?.path.split('/').at(-1)?.replace(/\?.*$/, '') ?? '')
    : options.output;
  const file = name === undefined || name === '-' || name === '' ? undefined : name;
  let out: number | undefined;
  const meter = new Meter(!options.silent && (file !== undefined || (yield* terminal(1)) === undefined));
  const emit = function* (data: Bytes): Process<void> {
    if (file === undefined) {
      yield* write(1, meter.hold(data));
      return;
    }
    out ??= yield* open(pathOf(invocation, file), 'write');
    yield* write(out, data);
  };
  for (let attempt = 0; ; attempt++) {
    const began = yield* now();
    const transfer: Transfer = {
      status: 0,
      version: '0',
      size: 0,
      url,
      effective: url,
      address: '',
      port: 0,
      type: '',
      redirects: 0,
      began,
      connected: began,
      first: began,
    };
    let code = 0;
    yield* meter.start();
    try {
      yield* fetchUrl(options, url, transfer, emit);
      yield* meter.finish(transfer.size);
      if (options.retries > attempt && [408, 429, 500, 502, 503, 504].includes(transfer.status)) code = -1;
    } catch (error) {
      if (!(error instanceof CurlError)) throw error;
      code = error.code;
      yield* meter.fail(code !== 6);
      const again = attempt < options.retries && transient(error, options);
      if (!options.silent || options.showError) yield* write(2, `curl: (${error.code}) ${error.message}\n`);
      if (again) code = -1;
    }
    if (code === -1) {
      const pause = options.retryDelayMs ?? Math.min(600_000, 1000 * 2 ** attempt);
      if (!options.silent) {
        const left = options.retries - attempt;
        yield* write(
          2,
          `Warning: Problem: transient error. Will retry in ${Math.round(pause / 1000)} \nWarning: second${pause === 1000 ? '' : 's'}. ${left} retries left.\n`,
        );
      }
      yield* sleep(pause * 1000);
      continue;
    }
    if (out !== undefined) yield* close(out);
    if (options.format !== undefined) yield* writeOut(options.format, transfer);
    return code;
  }
}

export function* curl(invocation: Invocation): Process<number> {
  try {
    if (invocation.args.includes('--version') || invocation.args.includes('-V')) {
      yield* write(1, `curl ${VERSION} (x86_64-pc-linux-gnu) libcurl/${VERSION}\nProtocols: http\n`);
      return 0;
    }
    const options = yield* readOptions(invocation);
    if (options.socket !== undefined)
      throw new CurlError(7, 'UNIX sockets are not spoken to here: use the docker command');
    if (options.urls.length === 0) {
      yield* write(2, "curl: try 'curl --help' or 'curl --manual' for more information\n");
      return 2;
    }
    let status = 0;
    for (const url of options.urls) status = yield* transferUrl(invocation, options, url);
    return status;
  } catch (error) {
    if (error instanceof CurlError) {
      const usage = error.code === 2 ? "\ncurl: try 'curl --help' or 'curl --manual' for more information" : '';
      yield* write(
        2,
        error.code === 2 ? `curl: ${error.message}${usage}\n` : `curl: (${error.code}) ${error.message}\n`,
      );
      return error.code;
    }
    if (error instanceof Errno) {
      yield* write(2, `curl: (26) Failed to open/read local data from file/application\n`);
      return 26;
    }
    throw error;
  }
}
