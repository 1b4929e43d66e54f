import { describe, expect, it } from 'vitest';
import {
  Client,
  ClientError,
  decodeFilters,
  encodeFilters,
  filtersOf,
  fromGoTimestamp,
  isNotFound,
  nextJson,
  parseTimestamp,
} from '../../src/api/index';
import {
  type ApiRequest,
  type ApiResponse,
  type Call,
  Errno,
  type ErrnoCode,
  type Process,
} from '../../src/base/process';

const NOW = 1_767_603_600_500_000;

/** Runs a client function; requests are answered by `answer`, other calls by what they need here. */
function run<T>(
  process: Process<T>,
  answer: (request: ApiRequest) => ApiResponse | ErrnoCode,
): { value: T; asked: ApiRequest[] } {
  const asked: ApiRequest[] = [];
  const handle = (call: Call): unknown => {
    if (call.call === 'request') {
      asked.push(call.request);
      const response = answer(call.request);
      if (typeof response === 'string') throw new Errno(response);
      return response;
    }
    if (call.call === 'now') return NOW;
    if (call.call === 'receive') return { json: { StatusCode: 3 } };
    return undefined;
  };
  let next = process.next();
  while (!next.done) {
    let value: unknown;
    try {
      value = handle(next.value);
    } catch (error) {
      next = process.throw(error);
      continue;
    }
    next = process.next(value);
  }
  return { value: next.value, asked };
}

const ok = (body: unknown, headers: Record<string, string> = {}): ApiResponse => ({
  status: 200,
  headers,
  body: body as never,
});
const client = new Client('unix:///var/run/docker.sock');

function failure(process: Process<unknown>, answer: (request: ApiRequest) => ApiResponse | ErrnoCode): unknown {
  try {
    run(process, answer);
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
}

describe('requests are what docker sends', () => {
  it.each<[string, () => Process<unknown>, Partial<ApiRequest>]>([
    ['service list', () => client.serviceList({ status: true }), { path: '/services', query: { status: 'true' } }],
    [
      'tasks',
      () => client.taskList({ filters: filtersOf(['service', 'b'], ['node', 'x'], ['service', 'a']) }),
      { path: '/tasks', query: { filters: '{"node":{"x":true},"service":{"a":true,"b":true}}' } },
    ],
    ['node rm', () => client.nodeRemove('n1', true), { method: 'DELETE', path: '/nodes/n1', query: { force: '1' } }],
    ['logs', () => client.serviceInspect(' web '), { path: '/services/web', query: { insertDefaults: 'false' } }],
    [
      'swarm update',
      () =>
        client.swarmUpdate(
          { Index: 9 },
          {},
          { rotateManagerToken: false, rotateManagerUnlockKey: false, rotateWorkerToken: true },
        ),
      {
        method: 'POST',
        query: {
          rotateManagerToken: 'false',
          rotateManagerUnlockKey: 'false',
          rotateWorkerToken: 'true',
          version: '9',
        },
      },
    ],
    ['stop', () => client.containerStop('c', { timeout: 0 }), { query: { t: '0' } }],
    ['ps', () => client.containerList({ limit: -1 }), { path: '/containers/json', query: {} }],
  ])('%s', (_name, process, expected) => {
    const { asked } = run(process(), () => ok([]));
    expect(asked[0]).toMatchObject(expected);
    if (expected.query) expect(asked[0]?.query).toEqual(expected.query);
  });

  it('pins the image of a service, or says that it could not', () => {
    const spec = { TaskTemplate: { ContainerSpec: { Image: 'nginx' } } };
    const pinned = run(client.serviceCreate(spec, { queryRegistry: true }), ({ path }) =>
      path.startsWith('/distribution/')
        ? ok({
            Descriptor: { digest: `sha256:${'a'.repeat(64)}` },
            Platforms: [{ architecture: 'amd64', os: 'linux' }],
          })
        : ok({ ID: 's', Warnings: null }),
    );
    expect(pinned.asked[0]?.path).toBe('/distribution/nginx:latest/json');
    expect(pinned.asked[1]?.body).toEqual({
      TaskTemplate: {
        ContainerSpec: { Image: `nginx:latest@sha256:${'a'.repeat(64)}` },
        Placement: { Platforms: [{ Architecture: 'amd64', OS: 'linux' }] },
      },
    });
    expect(pinned.value).toEqual({ ID: 's', Warnings: [] });
    const unknown = run(client.serviceCreate(spec, { queryRegistry: true }), ({ path }) =>
      path.startsWith('/distribution/')
        ? { status: 404, headers: {}, body: { message: 'no' } }
        : ok({ ID: 's', Warnings: null }),
    );
    expect(unknown.value.Warnings[0]).toMatch(/^image nginx:latest could not be accessed on a registry to record\n/);
    expect(unknown.asked[1]?.body).toEqual({ TaskTemplate: { ContainerSpec: { Image: 'nginx:latest' } } });
  });

  it('reads the ping from its headers', () => {
    const { value } = run(client.ping(), () => ok(undefined, { swarm: 'active/manager', 'Api-Version': '1.50' }));
    expect(value).toMatchObject({ swarm: 'active/manager', apiVersion: '1.50', experimental: false });
  });

  it('waits on a stream', () => {
    function* wait(): Process<unknown> {
      return yield* nextJson(yield* client.containerWait('c', 'next-exit'));
    }
    expect(run(wait(), () => ({ status: 200, headers: {}, stream: 5 })).value).toEqual({ StatusCode: 3 });
  });
});

describe('failures in the words of docker', () => {
  it.each<[string, ErrnoCode, string]>([
    [
      'unix:///var/run/docker.sock',
      'ENOENT',
      'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
    ],
    [
      'tcp://h:2375',
      'ECONNREFUSED',
      'Cannot connect to the Docker daemon at tcp://h:2375. Is the docker daemon running?',
    ],
    ['tcp://h:2375', 'ETIMEDOUT', 'Cannot connect to the Docker daemon at tcp://h:2375. Is the docker daemon running?'],
    [
      'tcp://192.168.0.15:2375',
      'EHOSTUNREACH',
      'error during connect: Get "http://192.168.0.15:2375/v1.50/nodes": dial tcp 192.168.0.15:2375: connect: no route to host',
    ],
    [
      'tcp://nosuch:2375',
      'ENOTFOUND',
      'error during connect: Get "http://nosuch:2375/v1.50/nodes": dial tcp: lookup nosuch: no such host',
    ],
  ])('%s %s', (endpoint, code, message) => {
    expect(failure(new Client(endpoint).nodeList(), () => code)).toMatchObject({ message });
  });

  it('of the daemon', () => {
    const error = failure(client.nodeInspect('x'), () => ({
      status: 404,
      headers: {},
      body: { message: ' node x not found\n' },
    }));
    expect(error).toMatchObject({
      message: 'Error response from daemon: node x not found',
      reason: 'node x not found',
      status: 404,
    });
    expect(isNotFound(error)).toBe(true);
  });

  it('of an empty name, before anything is sent', () => {
    const error = failure(client.nodeInspect('  '), () => ok({}));
    expect(error).toBeInstanceOf(ClientError);
    expect(error).toMatchObject({ message: 'invalid node name or ID: value is empty' });
  });
});

describe('filters', () => {
  it.each<[string | undefined, [string, string[]][] | undefined]>([
    ['{"a":{"x":true}}', [['a', ['x']]]],
    ['{"a":["x","y"]}', [['a', ['x', 'y']]]],
    ['', []],
    [undefined, []],
    ['bad', undefined],
    ['[]', undefined],
    ['{"a":5}', undefined],
    ['{"a":[5]}', undefined],
    ['{"a":{"x":1}}', undefined],
    ['null', []],
  ])('%j', (text, expected) => {
    const filters = decodeFilters(text);
    expect(filters && [...filters]).toEqual(expected);
  });

  it('come back as they went', () => {
    const filters = filtersOf(['label', 'a=<b>'], ['label', 'c']);
    expect(decodeFilters(encodeFilters(filters))).toEqual(filters);
  });
});

describe('instants', () => {
  it.each([
    ['10m', '1767603000'],
    ['1.5h', '1767598200'],
    ['2026-01-05T09:00:00Z', '1767603600.000000000'],
    ['2026-01-05T10:00:00.25+01:00', '1767603600.250000000'],
    ['2026-01-05', '1767571200.000000000'],
    ['2026-01-05T09:00', '1767603600.000000000'],
    ['1767603600', '1767603600'],
    ['0', '0'],
    ['2026-02-30', undefined],
    ['yesterday', undefined],
  ])('%s', (text, expected) => {
    expect(fromGoTimestamp(text, NOW)).toBe(expected);
  });

  it('are read by the daemon to the microsecond', () => {
    expect(parseTimestamp('1767603600.250000999')).toEqual({ at: 1_767_603_600_250_000 });
    expect(parseTimestamp('')).toEqual({ at: undefined });
    expect(parseTimestamp('x')).toEqual({ error: 'strconv.ParseInt: parsing "x": invalid syntax' });
  });
});
