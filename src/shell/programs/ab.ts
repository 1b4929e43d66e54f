/** ab, ApacheBench: so many requests, so many at a time, and what they took. */
import { type Bytes, fromUtf8 } from '../../base/bytes';
import { Errno, now, type Process, pipe, read, resolve, spawn, wait, write } from '../../base/process';
import { HttpConnection, HttpError, parseUrl, type Url } from './http';
import { complain, type OptionSpec, UsageError, withOptions } from './io';

/** One answer: microseconds to connect and in all, its status, bytes of it and of its body; or that it failed. */
interface Sample {
  readonly connect: number;
  readonly total: number;
  readonly status: number;
  readonly bytes: number;
  readonly body: number;
  readonly server: Bytes;
}

const SPEC: OptionSpec = { letters: 'n:c:t:s:H:kqdSr' };
const REQUESTS_MAX = 100_000;
const CONCURRENCY_MAX = 1_000;
const PERCENTAGES = [50, 66, 75, 80, 90, 95, 98, 99, 100];

function* oneRequest(address: string, url: Url, headers: Bytes): Process<Sample | undefined> {
  const from = yield* now();
  try {
    const connection = yield* HttpConnection.open(address, url.port, 30_000_000, from + 30_000_000);
    const connected = yield* now();
    const host = url.port === 80 ? url.host : `${url.host}:${url.port}`;
    yield* connection.send(
      `GET ${url.path} HTTP/1.0\r\nHost: ${host}\r\nUser-Agent: ApacheBench/2.3\r\nAccept: */*\r\n${headers}\r\n`,
    );
    const response = yield* connection.head();
    let body = 0;
    yield* connection.body(response, function* (data) {
      body += data.length;
    });
    yield* connection.close();
    const server = response.headers.get('server') ?? '';
    const total = (yield* now()) - from;
    return {
      connect: connected - from,
      total,
      status: response.status,
      bytes: response.head.length + body,
      body,
      server,
    };
  } catch (error) {
    if (!(error instanceof Errno || error instanceof HttpError)) throw error;
    return undefined;
  }
}

/** A client of its own: its share of the requests, one after the other, each told on a line of its output. */
function* client(count: number, address: string, url: Url, headers: Bytes): Process<number> {
  for (let left = count; left > 0; left--) {
    const sample = yield* oneRequest(address, url, headers);
    yield* write(1, `${JSON.stringify(sample ?? null)}\n`);
  }
  return 0;
}

/** Runs all clients at once and gathers what they measured; undefined stands for a failed request. */
function* measure(
  requests: number,
  concurrency: number,
  address: string,
  url: Url,
  headers: Bytes,
): Process<(Sample | undefined)[]> {
  const [output, input] = yield* pipe();
  const pids: number[] = [];
  for (let at = 0; at < concurrency; at++) {
    const share = Math.floor(requests / concurrency) + (at < requests % concurrency ? 1 : 0);
    const process = client(share, address, url, headers);
    pids.push(yield* spawn({ name: 'ab', process, fds: new Map([[1, input]]) }));
  }
  let text = '';
  const samples: (Sample | undefined)[] = [];
  while (samples.length < requests) {
    text += yield* read(output);
    const lines = text.split('\n');
    text = lines.pop()!;
    for (const line of lines) samples.push((JSON.parse(line) as Sample | null) ?? undefined);
  }
  for (const pid of pids) yield* wait(pid);
  return samples;
}

function ms(micros: number): number {
  return Math.round(micros / 1000);
}

function fixed(value: number, digits = 2): string {
  return value.toFixed(digits);
}

/** min, mean, deviation, median and max in milliseconds, as one row of the table. */
function row(name: string, micros: readonly number[]): string {
  const sorted = [...micros].sort((a, b) => a - b);
  const mean = micros.reduce((sum, value) => sum + value, 0) / micros.length;
  const spread = Math.sqrt(
    micros.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, micros.length - 1),
  );
  const cell = (value: number): string => String(ms(value)).padStart(5);
  const middle = sorted[Math.floor(sorted.length / 2)]!;
  return `${name.padEnd(12)} ${cell(sorted[0]!)} ${cell(mean)} ${fixed(spread / 1000, 1).padStart(5)}  ${cell(middle)}   ${cell(sorted.at(-1)!)}\n`;
}

function report(url: Url, concurrency: number, samples: readonly (Sample | undefined)[], took: number): string {
  const good = samples.filter((sample): sample is Sample => sample !== undefined);
  const failed = samples.length - good.length;
  const first = good[0];
  const lengths = good.filter((sample) => sample.body !== first?.body).length;
  const errors = good.filter(({ status }) => status < 200 || status > 299).length;
  const bytes = good.reduce((sum, sample) => sum + sample.bytes, 0);
  const body = good.reduce((sum, sample) => sum + sample.body, 0);
  const seconds = Math.max(took, 1) / 1_000_000;
  const mean = took / 1000 / samples.length;
  const sorted = good.map(({ total }) => total).sort((a, b) => a - b);
  const share = PERCENTAGES.map((percent) => {
    const at = percent === 100 ? sorted.length - 1 : Math.floor((sorted.length * percent) / 100);
    const tail = percent === 100 ? ' (longest request)' : '';
    return `${String(percent).padStart(5)}%  ${String(ms(sorted[Math.min(at, sorted.length - 1)] ?? 0)).padStart(5)}${tail}\n`;
  });
  return [
    `\n\nServer Software:        ${first?.server ?? ''}\nServer Hostname:        ${url.host}\n`,
    `Server Port:            ${url.port}\n\nDocument Path:          ${url.path}\n`,
    `Document Length:        ${first?.body ?? 0} bytes\n\nConcurrency Level:      ${concurrency}\n`,
    `Time taken for tests:   ${fixed(seconds, 3)} seconds\nComplete requests:      ${samples.length}\n`,
    `Failed requests:        ${failed + lengths}\n`,
    failed + lengths > 0 ? `   (Connect: ${failed}, Receive: 0, Length: ${lengths}, Exceptions: 0)\n` : '',
    errors > 0 ? `Non-2xx responses:      ${errors}\n` : '',
    `Total transferred:      ${bytes} bytes\nHTML transferred:       ${body} bytes\n`,
    `Requests per second:    ${fixed(samples.length / seconds)} [#/sec] (mean)\n`,
    `Time per request:       ${fixed(mean * concurrency, 3)} [ms] (mean)\n`,
    `Time per request:       ${fixed(mean, 3)} [ms] (mean, across all concurrent requests)\n`,
    `Transfer rate:          ${fixed(bytes / 1024 / seconds)} [Kbytes/sec] received\n\n`,
    good.length === 0
      ? ''
      : `Connection Times (ms)\n              min  mean[+/-sd] median   max\n${row(
          'Connect:',
          good.map(({ connect }) => connect),
        )}${row(
          'Processing:',
          good.map(({ connect, total }) => total - connect),
        )}${row(
          'Total:',
          good.map(({ total }) => total),
        )}\nPercentage of the requests served within a certain time (ms)\n${share.join('')}`,
  ].join('');
}

export const ab = withOptions(SPEC, function* (invocation, { values, rest }) {
  const number = (letter: string, otherwise: number): number => Number(values.get(letter)?.at(-1) ?? otherwise);
  const url = rest[0] === undefined ? undefined : parseUrl(rest[0]);
  if (!url || !/^(?:https?:\/\/)?[^/]+\//.test(rest[0]!)) {
    yield* complain(invocation, rest[0] === undefined ? 'wrong number of arguments' : 'invalid URL');
    yield* write(2, 'Usage: ab [options] [http[s]://]hostname[:port]/path\n');
    return 22;
  }
  const concurrency = number('c', 1);
  const requests = number('n', 1);
  if (!(requests >= 1 && requests <= REQUESTS_MAX)) throw new UsageError('Invalid number of requests', 22);
  if (!(concurrency >= 1 && concurrency <= CONCURRENCY_MAX)) throw new UsageError('Invalid concurrency', 22);
  if (concurrency > requests)
    throw new UsageError('Cannot use concurrency level greater than total number of requests', 22);
  yield* write(
    1,
    `This is ApacheBench, Version 2.3 <$Revision: 1923142 $>\nCopyright 1996 Adam Twiss, Zeus Technology Ltd, http://www.zeustech.net/\nLicensed to The Apache Software Foundation, http://www.apache.org/\n\nBenchmarking ${url.host} (be patient)...`,
  );
  let address: string;
  try {
    address = (yield* resolve(fromUtf8(url.host)))[0] ?? fromUtf8(url.host);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    yield* write(2, `\nab: cannot resolve host: ${url.host}\n`);
    return 1;
  }
  const headers = (values.get('H') ?? []).map((header) => `${header}\r\n`).join('');
  const from = yield* now();
  const samples = yield* measure(requests, concurrency, address, url, headers);
  if (samples.every((sample) => sample === undefined)) {
    yield* write(2, '\napr_socket_recv: Connection refused (111)\n');
    return 111;
  }
  yield* write(1, `..done\n${report(url, concurrency, samples, (yield* now()) - from)}`);
  return 0;
});
