/** redis-server: strings, counters and lists over RESP and inline commands; its data goes to /data when it ends. */
import { type Bytes, fromUtf8, utf8 } from '../../base/bytes';
import { formatTime } from '../../base/time';
import type { CommandOutput, Program, ProgramContext } from '../../host/index';
import { makeServer, mib, type StartLine } from './server';

const PORT = 6379;
const DUMP = '/data/dump.rdb';
const MAGIC = 'REDIS0011';
/** After the first change, as `save 60 1` would. */
const SAVE_AFTER = 60_000_000;
const SECOND = 1_000_000;

type Value = string | readonly string[];

/** Values by key, out of the program's plain memory: strings as they are, lists behind a mark. */
function load(context: ProgramContext): Map<string, Value> {
  const kept = context.state['data'];
  const text = typeof kept === 'string' ? kept : undefined;
  if (text === undefined) return new Map();
  return new Map(JSON.parse(text) as [string, Value][]);
}

function store(context: ProgramContext, data: ReadonlyMap<string, Value>): void {
  context.state['data'] = JSON.stringify([...data]);
  if (context.state['dirty'] !== true) context.timer('save', SAVE_AFTER);
  context.state['dirty'] = true;
}

function save(context: ProgramContext): void {
  if (context.state['dirty'] !== true) return;
  context.state['dirty'] = false;
  context.writeFile(DUMP, MAGIC + utf8(String(context.state['data'])));
}

type Reply =
  | { readonly ok: string }
  | { readonly error: string }
  | { readonly int: number }
  | { readonly bulk: string | undefined }
  | { readonly list: readonly string[] };

const WRONG_TYPE: Reply = { error: 'WRONGTYPE Operation against a key holding the wrong kind of value' };
const wrongCount = (name: string): Reply => ({
  error: `ERR wrong number of arguments for '${name.toLowerCase()}' command`,
});

/** Runs one command against the data. */
function run(context: ProgramContext, words: readonly string[], version: string): Reply {
  const [name = '', ...args] = words;
  const data = load(context);
  const [key = '', value = ''] = args;
  const list = (): readonly string[] | undefined => {
    const held = data.get(key) ?? [];
    return typeof held === 'string' ? undefined : held;
  };
  const needs = (count: number): boolean => args.length >= count;
  switch (name.toUpperCase()) {
    case 'PING':
      return args.length > 0 ? { bulk: key } : { ok: 'PONG' };
    case 'ECHO':
      return needs(1) ? { bulk: key } : wrongCount(name);
    case 'SET':
      if (!needs(2)) return wrongCount(name);
      store(context, data.set(key, value));
      return { ok: 'OK' };
    case 'GET': {
      if (!needs(1)) return wrongCount(name);
      const held = data.get(key);
      return held === undefined || typeof held === 'string' ? { bulk: held } : WRONG_TYPE;
    }
    case 'INCR':
    case 'INCRBY': {
      if (!needs(1)) return wrongCount(name);
      const held = data.get(key) ?? '0';
      const step = name.toUpperCase() === 'INCR' ? 1 : Number(value);
      if (typeof held !== 'string') return WRONG_TYPE;
      if (!/^-?\d+$/.test(held) || !Number.isInteger(step))
        return { error: 'ERR value is not an integer or out of range' };
      store(context, data.set(key, String(Number(held) + step)));
      return { int: Number(held) + step };
    }
    case 'DEL': {
      const removed = args.filter((each) => data.delete(each)).length;
      if (removed > 0) store(context, data);
      return { int: removed };
    }
    case 'EXISTS':
      return { int: args.filter((each) => data.has(each)).length };
    case 'KEYS':
      return { list: [...data.keys()].filter((each) => key === '*' || each === key).sort((a, b) => (a < b ? -1 : 1)) };
    case 'DBSIZE':
      return { int: data.size };
    case 'FLUSHALL':
    case 'FLUSHDB':
      store(context, new Map());
      return { ok: 'OK' };
    case 'SAVE':
      context.state['dirty'] = true;
      save(context);
      return { ok: 'OK' };
    case 'INFO':
      return {
        bulk: `# Server\r\nredis_version:${version}\r\ntcp_port:${PORT}\r\nrun_id:${context.container.id.slice(0, 40)}\r\n`,
      };
    default:
      return (
        runOnList(context, name, args, data, list()) ?? {
          error: `ERR unknown command '${name}', with args beginning with: ${args.map((a) => `'${a}' `).join('')}`,
        }
      );
  }
}

function runOnList(
  context: ProgramContext,
  name: string,
  args: readonly string[],
  data: Map<string, Value>,
  held: readonly string[] | undefined,
): Reply | undefined {
  const [key = '', ...values] = args;
  const word = name.toUpperCase();
  if (!['LPUSH', 'RPUSH', 'LPOP', 'RPOP', 'LLEN', 'LRANGE'].includes(word)) return undefined;
  if (!held) return WRONG_TYPE;
  if (word === 'LLEN') return { int: held.length };
  if (word === 'LRANGE') {
    const [from = 0, to = -1] = values.map(Number);
    const end = to < 0 ? held.length + to : to;
    return { list: held.slice(from < 0 ? held.length + from : from, end + 1) };
  }
  if (word === 'LPOP' || word === 'RPOP') {
    const taken = word === 'LPOP' ? held[0] : held.at(-1);
    const rest = word === 'LPOP' ? held.slice(1) : held.slice(0, -1);
    if (taken === undefined) return { bulk: undefined };
    if (rest.length > 0) data.set(key, rest);
    else data.delete(key);
    store(context, data);
    return { bulk: taken };
  }
  if (values.length === 0) return wrongCount(name);
  const next = word === 'LPUSH' ? [...[...values].reverse(), ...held] : [...held, ...values];
  store(context, data.set(key, next));
  return { int: next.length };
}

function encode(reply: Reply): Bytes {
  if ('ok' in reply) return `+${reply.ok}\r\n`;
  if ('error' in reply) return `-${utf8(reply.error)}\r\n`;
  if ('int' in reply) return `:${reply.int}\r\n`;
  const bulk = (text: string | undefined): Bytes =>
    text === undefined ? '$-1\r\n' : `$${utf8(text).length}\r\n${utf8(text)}\r\n`;
  if ('bulk' in reply) return bulk(reply.bulk);
  return `*${reply.list.length}\r\n${reply.list.map(bulk).join('')}`;
}

/** The commands in a piece of a connection: RESP arrays, or words on lines. */
function parse(data: Bytes): readonly (readonly string[])[] {
  const commands: string[][] = [];
  let rest = data;
  while (rest !== '') {
    if (!rest.startsWith('*')) {
      const end = rest.search(/\r?\n/);
      const line = end < 0 ? rest : rest.slice(0, end);
      rest = end < 0 ? '' : rest.slice(rest.indexOf('\n', end) + 1);
      if (line.trim() !== '')
        commands.push(
          line
            .trim()
            .split(/\s+/)
            .map((word) => fromUtf8(word.replace(/^"(.*)"$/, '$1'))),
        );
      continue;
    }
    const head = /^\*(\d+)\r\n/.exec(rest);
    if (!head) return commands;
    rest = rest.slice(head[0].length);
    const words: string[] = [];
    for (let count = Number(head[1]); count > 0; count--) {
      const size = /^\$(\d+)\r\n/.exec(rest);
      if (!size) return commands;
      const length = Number(size[1]);
      words.push(fromUtf8(rest.slice(size[0].length, size[0].length + length)));
      rest = rest.slice(size[0].length + length + 2);
    }
    commands.push(words);
  }
  return commands;
}

function startLines(version: string): (context: ProgramContext) => readonly StartLine[] {
  const old = version.startsWith('2.') || version.startsWith('3.');
  return ({ startedAt }) => {
    const line = (after: number, role: string, mark: string, text: string): StartLine => {
      const stamp = formatTime(startedAt + after, '02 Jan 2006 15:04:05.000');
      return { after, stream: 'stdout', text: `1:${role} ${stamp} ${mark} ${text}\n` };
    };
    if (old) {
      return [
        line(
          5_000,
          'C',
          '#',
          'Warning: no config file specified, using the default config. In order to specify a config file use redis-server /path/to/redis.conf',
        ),
        line(9_000, 'M', '#', `Server started, Redis version ${version}`),
        line(9_500, 'M', '*', `The server is now ready to accept connections on port ${PORT}`),
      ];
    }
    return [
      line(4_000, 'C', '*', 'oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo'),
      line(4_000, 'C', '*', `Redis version=${version}, bits=64, commit=00000000, modified=0, pid=1, just started`),
      line(
        4_000,
        'C',
        '#',
        'Warning: no config file specified, using the default config. In order to specify a config file use redis-server /path/to/redis.conf',
      ),
      line(5_000, 'M', '*', 'monotonic clock: POSIX clock_gettime'),
      line(6_000, 'M', '*', `Running mode=standalone, port=${PORT}.`),
      line(7_000, 'M', '*', 'Server initialized'),
      line(7_500, 'M', '*', 'Ready to accept connections tcp'),
    ];
  };
}

export function redis(version: string): Program {
  const server = makeServer({
    name: 'redis-server',
    memory: mib(10),
    ports: [PORT],
    readyAfter: 10_000,
    startLines: startLines(version),
    answer: (context, _port, data) => {
      const commands = parse(data);
      if (commands.length === 0) return '-ERR Protocol error: unbalanced quotes in request\r\n';
      return commands
        .map((words) => encode(words[0]?.toUpperCase() === 'QUIT' ? { ok: 'OK' } : run(context, words, version)))
        .join('');
    },
    command: (_context, argv) => versionOf(argv, version),
    timer: (context, name) => {
      if (name === 'save') save(context);
    },
    ends: { TERM: 0, INT: 0 },
    beforeEnd: (context) => {
      context.state['dirty'] = true;
      save(context);
    },
    endLines: (_context, signal, at) => {
      const line = (text: string): StartLine => {
        const stamp = formatTime(at, '02 Jan 2006 15:04:05.000');
        return { after: 0, stream: 'stdout', text: `1:M ${stamp} ${text}\n` };
      };
      const received = `Received SIG${signal} scheduling shutdown...\n`;
      return [
        { after: 0, stream: 'stdout', text: `1:signal-handler (${Math.floor(at / SECOND)}) ${received}` },
        line('* User requested shutdown...'),
        line('* Saving the final RDB snapshot before exiting.'),
        line('# Redis is now ready to exit, bye bye...'),
      ];
    },
  });
  return {
    ...server,
    start: (context) => {
      const dump = context.readFile(DUMP);
      context.state['data'] = dump?.startsWith(`${MAGIC}[`) ? fromUtf8(dump.slice(MAGIC.length)) : '[]';
      server.start(context);
    },
  };
}

/** `redis-server --version` beside the server. */
function versionOf(argv: readonly string[], version: string): CommandOutput | undefined {
  if (argv[0] !== 'redis-server' || argv[1] !== '--version') return undefined;
  const stdout = `Redis server v=${version} sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=0\n`;
  return { stdout, stderr: '', status: 0 };
}
