/** redis-cli: commands to a redis server over RESP, from its arguments, from lines, or typed at its prompt. */
import { type Bytes, fromUtf8, utf8 } from '../../base/bytes';
import {
  close,
  dial,
  Errno,
  type Fd,
  type Process,
  read,
  readLine,
  resolve,
  terminal,
  write,
} from '../../base/process';
import { LineReader, parseOptions, UsageError } from './io';
import type { Invocation } from './program';

const PORT = 6379;
const LETTERS = 'h:p:a:n:r:i:u:x';

/** An answer as RESP has it. */
type Reply =
  | { readonly kind: 'status' | 'error' | 'integer'; readonly text: Bytes }
  | { readonly kind: 'bulk'; readonly text: Bytes | undefined }
  | { readonly kind: 'list'; readonly items: readonly Reply[] };

/** A connection and the bytes of it that were not used yet. */
class Redis {
  private held = '';
  private fd: Fd | undefined;

  constructor(
    readonly host: string,
    readonly port: number,
  ) {}

  /** Sends one command and reads its answer. Throws Errno, or `false` when the server went away. */
  *ask(words: readonly Bytes[]): Process<Reply> {
    if (this.fd === undefined) {
      const [address] = yield* resolve(this.host);
      this.fd = yield* dial('tcp', address ?? this.host, this.port);
    }
    const parts = words.map((word) => `$${word.length}\r\n${word}\r\n`);
    yield* write(this.fd, `*${words.length}\r\n${parts.join('')}`);
    return yield* this.reply();
  }

  *end(): Process<void> {
    if (this.fd !== undefined) yield* close(this.fd);
    this.fd = undefined;
    this.held = '';
  }

  private *reply(): Process<Reply> {
    const line = yield* this.line();
    const rest = line.slice(1);
    switch (line[0]) {
      case '+':
        return { kind: 'status', text: rest };
      case '-':
        return { kind: 'error', text: rest };
      case ':':
        return { kind: 'integer', text: rest };
      case '$': {
        if (Number(rest) < 0) return { kind: 'bulk', text: undefined };
        return { kind: 'bulk', text: yield* this.bytes(Number(rest)) };
      }
      default: {
        const items: Reply[] = [];
        for (let left = Number(rest); left > 0; left--) items.push(yield* this.reply());
        return { kind: 'list', items };
      }
    }
  }

  private *more(): Process<void> {
    const data = yield* read(this.fd!);
    if (data === '') throw new Errno('ECONNRESET');
    this.held += data;
  }

  private *line(): Process<Bytes> {
    while (!this.held.includes('\r\n')) yield* this.more();
    const end = this.held.indexOf('\r\n');
    const line = this.held.slice(0, end);
    this.held = this.held.slice(end + 2);
    return line;
  }

  private *bytes(count: number): Process<Bytes> {
    while (this.held.length < count + 2) yield* this.more();
    const data = this.held.slice(0, count);
    this.held = this.held.slice(count + 2);
    return data;
  }
}

/** As redis-cli prints an answer: bare where nobody looks, with its kind on a terminal. */
function print(reply: Reply, pretty: boolean, indent = ''): Bytes {
  if (reply.kind === 'list') {
    if (!pretty) return reply.items.map((item) => print(item, pretty)).join('') || '\n';
    if (reply.items.length === 0) return '(empty array)\n';
    const width = String(reply.items.length).length;
    const lines = reply.items.map((item, at) => {
      const mark = `${String(at + 1).padStart(width)}) `;
      return (at === 0 ? mark : indent + mark) + print(item, pretty, indent + ' '.repeat(mark.length));
    });
    return lines.join('');
  }
  const text = reply.text ?? '';
  if (reply.kind === 'error') return `${pretty ? '(error) ' : ''}${text}\n`;
  if (!pretty || reply.kind === 'status') return `${text}\n`;
  if (reply.kind === 'integer') return `(integer) ${text}\n`;
  return reply.text === undefined ? '(nil)\n' : `"${text.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"\n`;
}

/** The words of a line, as a prompt takes them: quotes keep blanks together. */
function wordsOf(line: Bytes): Bytes[] {
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, plain]) => double?.replace(/\\(.)/g, '$1') ?? single ?? plain!,
  );
}

/** One command; false when the server cannot be reached. */
function* run(redis: Redis, words: readonly Bytes[], pretty: boolean): Process<'done' | 'error' | 'unreachable'> {
  try {
    const reply = yield* redis.ask(words);
    yield* write(1, print(reply, pretty));
    return reply.kind === 'error' ? 'error' : 'done';
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    yield* redis.end();
    const known = error.code !== 'ENOTFOUND';
    const why = known ? error.message : 'Name or service not known';
    yield* write(
      2,
      error.code === 'ECONNRESET'
        ? 'Error: Server closed the connection\n'
        : `Could not connect to Redis at ${redis.host}:${redis.port}: ${why}\n`,
    );
    return 'unreachable';
  }
}

export function* redisCli(invocation: Invocation): Process<number> {
  let parsed: ReturnType<typeof parseOptions>;
  const raw = invocation.args.includes('--raw');
  const words = invocation.args.filter((word) => !['--raw', '--no-raw', '--no-auth-warning'].includes(word));
  if (words[0] === '--version' || words[0] === '-v') {
    yield* write(1, 'redis-cli 8.2.3\n');
    return 0;
  }
  try {
    parsed = parseOptions(words, { letters: LETTERS, stopAtWord: true });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    yield* write(2, `Unrecognized option or bad number of args for: '${words[0] ?? ''}'\n`);
    return 1;
  }
  const value = (letter: string, otherwise: string): string => fromUtf8(parsed.values.get(letter)?.at(-1) ?? otherwise);
  const redis = new Redis(value('h', '127.0.0.1'), Number(value('p', String(PORT))) || PORT);
  const pretty = !raw && (yield* terminal(1)) !== undefined;
  let status = 0;
  if (parsed.rest.length > 0) {
    for (let times = Math.max(1, Number(value('r', '1'))); times > 0; times--)
      if ((yield* run(redis, parsed.rest, pretty)) !== 'done') status = 1;
  } else if ((yield* terminal(0)) !== undefined) yield* prompt(redis);
  else {
    const lines = new LineReader(0);
    for (let batch = yield* lines.batch(); batch; batch = yield* lines.batch())
      for (const line of batch)
        if (line.trim() !== '' && (yield* run(redis, wordsOf(line), pretty)) === 'unreachable') status = 1;
  }
  yield* redis.end();
  return status;
}

/** Typed commands, until exit or Ctrl-D. */
function* prompt(redis: Redis): Process<void> {
  let connected = true;
  for (;;) {
    const line = yield* readLine(utf8(connected ? `${redis.host}:${redis.port}> ` : 'not connected> '));
    if (line === undefined) return;
    const words = wordsOf(line);
    if (words.length === 0) continue;
    if (/^(?:exit|quit)$/i.test(words[0]!)) return;
    connected = (yield* run(redis, words, true)) !== 'unreachable';
  }
}
