/** wget, as busybox has it. */
import { type Bytes, fromUtf8 } from '../../base/bytes';
import { close, Errno, type Fd, open, type Process, resolve, write } from '../../base/process';
import { HttpConnection, HttpError, parseUrl } from './http';
import { complain, parseOptions, pathOf, UsageError } from './io';
import type { Invocation } from './program';

const USAGE = `BusyBox v1.36.1 multi-call binary.

Usage: wget [-cqS] [--spider] [-O FILE] [-o LOGFILE] [--header STR]
	[--post-data STR | --post-file FILE] [-Y on/off]
	[--no-check-certificate] [-P DIR] [-U AGENT] [-T SEC] URL...`;

const REDIRECTS_MAX = 5;

interface Options {
  readonly quiet: boolean;
  readonly spider: boolean;
  readonly headers: readonly Bytes[];
  readonly data: Bytes | undefined;
  readonly seconds: number;
  readonly output: Bytes | undefined;
  readonly directory: Bytes | undefined;
  readonly showHeaders: boolean;
}

export function* wget(invocation: Invocation): Process<number> {
  try {
    const parsed = parseOptions(invocation.args, {
      letters: 'qcSO:o:T:t:U:P:Y:p:Z',
      long: {
        spider: 'Z',
        quiet: 'q',
        'output-document': 'O',
        header: 'p',
        'post-data': 'U',
        timeout: 'T',
        tries: 't',
        'no-check-certificate': 'c',
      },
    });
    if (parsed.rest.length === 0) {
      yield* write(2, `${USAGE}\n`);
      return 1;
    }
    const options: Options = {
      quiet: parsed.flags.has('q'),
      spider: parsed.flags.has('Z'),
      headers: parsed.values.get('p') ?? [],
      data: invocation.args.some((word) => word.startsWith('--post-data')) ? parsed.values.get('U')?.at(-1) : undefined,
      seconds: Number(parsed.values.get('T')?.at(-1) ?? 900),
      output: parsed.values.get('O')?.at(-1),
      directory: parsed.values.get('P')?.at(-1),
      showHeaders: parsed.flags.has('S'),
    };
    for (const url of parsed.rest) yield* fetchUrl(invocation, options, url);
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      yield* complain(invocation, error.message);
      return 1;
    }
    if (!(error instanceof HttpError)) throw error;
    yield* complain(invocation, WORDS[error.kind] ?? 'error getting response');
    return 1;
  }
}

const WORDS: Partial<Record<HttpError['kind'], string>> = {
  timeout: 'download timed out',
  reset: 'error getting response: Connection reset by peer',
};

function* fetchUrl(invocation: Invocation, options: Options, text: Bytes): Process<void> {
  let location = text;
  for (let hop = 0; ; hop++) {
    const url = parseUrl(location);
    if (url?.scheme !== 'http') throw new UsageError(`not an http or ftp url: ${location}`);
    let address: string | undefined;
    try {
      [address] = yield* resolve(fromUtf8(url.host));
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      throw new UsageError(`bad address '${url.host}'`);
    }
    if (!options.quiet)
      yield* write(2, `Connecting to ${url.host}${url.port === 80 ? '' : `:${url.port}`} (${address}:${url.port})\n`);
    let connection: HttpConnection;
    try {
      connection = yield* HttpConnection.open(address ?? fromUtf8(url.host), url.port, options.seconds * 1_000_000);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      if (error.code === 'ETIMEDOUT' && options.seconds < 900) throw new HttpError('timeout');
      throw new UsageError(`can't connect to remote host (${address}): ${error.message}`);
    }
    const host = url.port === 80 ? url.host : `${url.host}:${url.port}`;
    const post =
      options.data === undefined
        ? ''
        : `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${options.data.length}\r\n`;
    const extra = options.headers.map((header) => `${header}\r\n`).join('');
    yield* connection.send(
      `${options.data === undefined ? 'GET' : 'POST'} ${url.path} HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: Wget\r\n${extra}${post}Connection: close\r\n\r\n${options.data ?? ''}`,
    );
    const response = yield* connection.head();
    if (options.showHeaders)
      yield* write(
        2,
        response.head
          .trimEnd()
          .split('\r\n')
          .map((line) => `  ${line}\n`)
          .join(''),
      );
    const next = response.headers.get('location');
    if (response.status >= 300 && response.status < 400 && next !== undefined) {
      yield* connection.close();
      if (hop >= REDIRECTS_MAX) throw new UsageError('too many redirections');
      location = next.includes('://') ? next : `http://${host}${next}`;
      continue;
    }
    if (response.status >= 400) {
      throw new UsageError(`server returned error: ${response.head.split('\r\n')[0]}`);
    }
    if (options.spider) {
      if (!options.quiet) yield* write(2, 'remote file exists\n');
    } else yield* save(invocation, options, url.path, connection, response);
    yield* connection.close();
    return;
  }
}

function* save(
  invocation: Invocation,
  options: Options,
  path: Bytes,
  connection: HttpConnection,
  response: Parameters<HttpConnection['body']>[0],
): Process<void> {
  const name = options.output ?? (path.replace(/\?.*$/, '').split('/').at(-1) || 'index.html');
  const toStdout = name === '-';
  const file = pathOf(
    invocation,
    options.directory && options.output === undefined ? `${options.directory}/${name}` : name,
  );
  const fd: Fd = toStdout ? 1 : yield* open(file, 'write');
  if (!options.quiet) yield* write(2, toStdout ? 'writing to stdout\n' : `saving to '${name}'\n`);
  let size = 0;
  yield* connection.body(response, function* (data) {
    size += data.length;
    yield* write(fd, data);
  });
  if (!toStdout) yield* close(fd);
  if (options.quiet) return;
  const shown = toStdout ? '-' : name;
  yield* write(
    2,
    `${shown.padEnd(20).slice(0, 20)} 100% |${'*'.repeat(32)}| ${String(size).padStart(5)}  0:00:00 ETA\n`,
  );
  yield* write(2, toStdout ? 'written to stdout\n' : `'${name}' saved\n`);
}
