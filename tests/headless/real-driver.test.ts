import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  close,
  kill,
  now,
  type Process,
  pipe,
  read,
  readFile,
  receive,
  request,
  select,
  shutdown,
  sleep,
  spawn,
  wait,
  write,
} from '../../src/base/process';
import { docker } from '../../src/cli/index';
import { Gateway } from '../../src/headless/gateway';
import type { GatewayExchange } from '../../src/headless/gateway-http';
import { driveProcess } from '../../src/headless/real-driver';

let handler: (exchange: GatewayExchange) => void;
let gateway: Gateway;
let endpoint: string;

beforeEach(async () => {
  gateway = new Gateway((_host, exchange) => handler(exchange));
  endpoint = `tcp://127.0.0.1:${await gateway.open('node1', 0)}`;
});

afterEach(() => gateway.closeAll());

interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(process: Process<number>, stdin = ''): Promise<Ran> {
  const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  streams.stdin.end(stdin);
  const status = await driveProcess(process, streams);
  const text = (stream: PassThrough): string => (stream.read() as Buffer | null)?.toString('latin1') ?? '';
  return { status, stdout: text(streams.stdout), stderr: text(streams.stderr) };
}

it('runs a program over Node: streams, pipes, children, time, files', async () => {
  function* child(): Process<number> {
    yield* write(1, 'from the child');
    return 7;
  }
  function* main(): Process<number> {
    const before = yield* now();
    yield* sleep(20_000);
    const slept = (yield* now()) - before >= 15_000;
    const [readEnd, writeEnd] = yield* pipe();
    const pid = yield* spawn({ name: 'child', process: child(), fds: new Map([[1, writeEnd]]) });
    yield* select([readEnd], { timeout: 1_000_000 });
    const words = yield* read(readEnd);
    const status = yield* wait(pid);
    const input = yield* read(0);
    let missing = '';
    try {
      yield* readFile('/nosuch');
    } catch (error) {
      missing = (error as Error).message;
    }
    yield* write(1, `${slept} ${words} ${status} ${input} ${missing}`);
    return 3;
  }
  expect(await run(main(), 'typed')).toEqual({
    status: 3,
    stdout: 'true from the child 7 typed No such file or directory',
    stderr: '',
  });
});

it('ends a child by a signal', async () => {
  function* sleeper(): Process<number> {
    yield* sleep(60_000_000);
    return 0;
  }
  function* main(): Process<number> {
    const pid = yield* spawn({ name: 'sleeper', process: sleeper(), fds: new Map() });
    yield* kill(pid, 'INT');
    return yield* wait(pid);
  }
  expect((await run(main())).status).toBe(130);
});

it('attaches to a hijacked stream and half-closes it', async () => {
  handler = (exchange) => {
    const sink = exchange.stream(101, 'application/vnd.docker.multiplexed-stream');
    let got = '';
    exchange.onData((data) => {
      got += data;
    });
    exchange.onEnd(() => {
      sink.push({ stream: 'stderr', data: `<${got}>` });
      sink.end();
    });
  };
  function* main(): Process<number> {
    const response = yield* request(endpoint, { method: 'POST', path: '/containers/x/attach', hijack: true });
    yield* write(response.stream!, 'in\xff');
    yield* shutdown(response.stream!);
    const item = yield* receive(response.stream!);
    const end = yield* receive(response.stream!);
    yield* close(response.stream!);
    yield* write(1, `${response.status} ${JSON.stringify(item)} ${end}`);
    return 0;
  }
  expect((await run(main())).stdout).toBe('101 {"stream":"stderr","data":"<in\xff>"} undefined');
});

it('lets our docker speak to an engine over HTTP', async () => {
  const asked: string[] = [];
  handler = (exchange) => {
    const { method, path } = exchange.request;
    asked.push(`${method} ${path}`);
    if (path === '/_ping') exchange.answer(200, undefined, { 'Api-Version': '1.50', 'Content-Type': 'text/plain' });
    else exchange.answer(404, { message: 'node ä b not found' });
  };
  const argv = ['-H', endpoint, 'node', 'inspect', '\xc3\xa4 b'];
  expect(await run(docker(argv, new Map(), '/'))).toEqual({
    status: 1,
    stdout: '[]\n',
    stderr: 'Error response from daemon: node \xc3\xa4 b not found\n',
  });
  expect(asked).toEqual(['HEAD /_ping', 'GET /nodes/ä b']);
});

it('says that there is no engine', async () => {
  await gateway.closeAll();
  const ran = await run(docker(['-H', endpoint, 'node', 'ls'], new Map(), '/'));
  expect(ran).toEqual({
    status: 1,
    stdout: '',
    stderr: `Cannot connect to the Docker daemon at ${endpoint}. Is the docker daemon running?\n`,
  });
});
