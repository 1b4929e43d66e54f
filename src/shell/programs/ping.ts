/** ping, as iputils and as busybox print it. */
import { type Bytes, fromUtf8 } from '../../base/bytes';
import { Errno, now, type Process, ping, resolve, Signalled, sleep, write } from '../../base/process';
import { complain, parseOptions, UsageError } from './io';
import type { Invocation, Program } from './program';

interface Options {
  readonly count: number | undefined;
  readonly interval: number;
  readonly timeout: number;
  readonly deadline: number | undefined;
  readonly size: number;
  readonly quiet: boolean;
  readonly host: string;
}

const SECOND = 1_000_000;

function readOptions(invocation: Invocation): Options {
  const parsed = parseOptions(invocation.args, { letters: 'c:i:W:w:s:t:I:qn46vAfp:M:O' });
  const number = (letter: string, low: number): number | undefined => {
    const text = parsed.values.get(letter)?.at(-1);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (text === '' || Number.isNaN(value)) throw new UsageError(`invalid argument: '${text}'`);
    if (value < low)
      throw new UsageError(`invalid argument: '${text}': out of range: ${low} <= value <= 9223372036854775807`);
    return value;
  };
  const host = parsed.rest[0];
  if (host === undefined) throw new UsageError('usage error: Destination address required');
  return {
    count: number('c', 1),
    interval: Math.round((number('i', 0) ?? 1) * SECOND),
    timeout: Math.round((number('W', 0) ?? 10) * SECOND),
    deadline: number('w', 0),
    size: number('s', 0) ?? 56,
    quiet: parsed.flags.has('q'),
    host: fromUtf8(host),
  };
}

interface Tally {
  sent: number;
  received: number;
  times: number[];
  readonly began: number;
}

/** 0.045, 1.23, 12.3, 123: iputils shows three digits. */
function milliseconds(micros: number): string {
  const ms = micros / 1000;
  return ms >= 100 ? ms.toFixed(0) : ms >= 10 ? ms.toFixed(1) : ms >= 1 ? ms.toFixed(2) : ms.toFixed(3);
}

function fixed(micros: number): string {
  return (micros / 1000).toFixed(3);
}

export function pingProgram(family: 'iputils' | 'busybox'): Program {
  return function* (invocation) {
    let options: Options;
    try {
      options = readOptions(invocation);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      yield* complain(invocation, error.message);
      return 2;
    }
    let address: string;
    try {
      [address = options.host] = (yield* resolve(options.host)) as readonly string[] & [string];
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      if (family === 'busybox') {
        yield* complain(invocation, `bad address '${options.host}'`);
        return 1;
      }
      yield* complain(invocation, `${options.host}: ${error.message}`);
      return 2;
    }
    const { size, host } = options;
    const frame = family === 'iputils' ? `${size}(${size + 28}) bytes of data.` : `${size} data bytes`;
    yield* write(1, `PING ${host} (${address})${family === 'iputils' ? '' : ':'} ${frame}\n`);
    const tally: Tally = { sent: 0, received: 0, times: [], began: yield* now() };
    try {
      yield* rounds(family, options, address, tally);
    } catch (error) {
      if (!(error instanceof Signalled) || error.signal !== 'INT') throw error;
      if (family === 'busybox') {
        yield* write(1, '\n');
      } else yield* write(1, '\n');
    }
    yield* summary(family, options, tally);
    return tally.received > 0 ? 0 : 1;
  };
}

/** Also of a flood: time has to pass. */
const INTERVAL_MIN = 1000;

function* rounds(family: 'iputils' | 'busybox', options: Options, address: string, tally: Tally): Process<void> {
  const { count, size, host } = options;
  const interval = Math.max(options.interval, INTERVAL_MIN);
  const end = options.deadline === undefined ? undefined : tally.began + options.deadline * SECOND;
  for (let sequence = 1; count === undefined || sequence <= count; sequence++) {
    const sentAt = yield* now();
    if (end !== undefined && sentAt >= end) return;
    tally.sent++;
    const last = count !== undefined && sequence === count;
    const patience = last ? options.timeout : Math.min(options.timeout, interval);
    const limit = end === undefined ? patience : Math.min(patience, end - sentAt);
    let answer: { rtt: number; ttl: number } | undefined;
    try {
      answer = yield* ping(address, limit, size);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      if (family === 'busybox') yield* write(2, `ping: sendto: ${error.message}\n`);
      else yield* write(1, `From ${address} icmp_seq=${sequence} Destination Host Unreachable\n`);
      if (family === 'busybox') return;
    }
    if (answer) {
      tally.received++;
      tally.times.push(answer.rtt);
      if (!options.quiet) yield* write(1, replyLine(family, host, address, sequence, size, answer));
    }
    if (last) return;
    const spent = (yield* now()) - sentAt;
    const rest = interval - spent;
    if (rest > 0) yield* sleep(end === undefined ? rest : Math.max(0, Math.min(rest, end - sentAt - spent)));
  }
}

function replyLine(
  family: 'iputils' | 'busybox',
  host: string,
  address: string,
  sequence: number,
  size: number,
  answer: { rtt: number; ttl: number },
): Bytes {
  if (family === 'busybox') {
    return `${size + 8} bytes from ${address}: seq=${sequence - 1} ttl=${answer.ttl} time=${fixed(answer.rtt)} ms\n`;
  }
  const from = host === address ? address : `${host} (${address})`;
  return `${size + 8} bytes from ${from}: icmp_seq=${sequence} ttl=${answer.ttl} time=${milliseconds(answer.rtt)} ms\n`;
}

function* summary(family: 'iputils' | 'busybox', options: Options, tally: Tally): Process<void> {
  const { sent, received, times } = tally;
  const lost = sent === 0 ? 0 : Math.floor(((sent - received) * 100) / sent);
  yield* write(1, `${family === 'busybox' ? '\n' : '\n'}--- ${options.host} ping statistics ---\n`);
  const low = Math.min(...times);
  const high = Math.max(...times);
  const mean = times.reduce((sum, time) => sum + time, 0) / Math.max(1, times.length);
  if (family === 'busybox') {
    yield* write(1, `${sent} packets transmitted, ${received} packets received, ${lost}% packet loss\n`);
    if (received > 0) yield* write(1, `round-trip min/avg/max = ${fixed(low)}/${fixed(mean)}/${fixed(high)} ms\n`);
    return;
  }
  const total = Math.floor(((yield* now()) - tally.began) / 1000);
  yield* write(1, `${sent} packets transmitted, ${received} received, ${lost}% packet loss, time ${total}ms\n`);
  if (received === 0) {
    yield* write(1, '\n');
    return;
  }
  const square = times.reduce((sum, time) => sum + time * time, 0) / times.length;
  const deviation = Math.sqrt(Math.max(0, square - mean * mean));
  yield* write(1, `rtt min/avg/max/mdev = ${fixed(low)}/${fixed(mean)}/${fixed(high)}/${fixed(deviation)} ms\n`);
}
