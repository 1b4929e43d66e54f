import { describe, expect, test } from 'vitest';
import { DetachWatch, detachKeys } from '../../src/cli/container/detach-keys';
import { run, type Situation } from '../cli/world';

const ID = 'c'.repeat(64);

/** An engine on which a container prints, and ends with `status`. */
function engine(status: number, more: Situation['answers'] = {}): Situation['answers'] {
  return {
    'POST /containers/create': { status: 201, body: { Id: ID, Warnings: [] } },
    [`POST /containers/${ID}/attach`]: {
      status: 101,
      stream: [
        { stream: 'stdout', data: 'out\n' },
        { stream: 'stderr', data: 'err\n' },
      ],
    },
    [`POST /containers/${ID}/wait`]: { stream: [{ json: { StatusCode: status } }] },
    [`POST /containers/${ID}/start`]: { status: 204 },
    ...more,
  };
}

const refusal = (message: string) => ({ status: 400, body: { message } });

describe('docker run', () => {
  test('carries both outputs and ends with the status of the container', () => {
    const outcome = run(['run', 'alpine', 'x'], { answers: engine(7) });
    expect(outcome).toMatchObject({ out: 'out\n', err: 'err\n', status: 7 });
    expect(outcome.requests.map((request) => request.path.split('/').at(-1))).toEqual([
      '_ping',
      'create',
      'attach',
      'wait',
      'start',
    ]);
  });

  test('hands stdin to the container with -i', () => {
    expect(run(['run', '-i', 'alpine', 'cat'], { answers: engine(0), stdin: 'hello\n' }).sent).toBe('hello\n');
  });

  test('makes the terminal raw while it is attached with -it', () => {
    const outcome = run(['run', '-it', 'alpine', 'sh'], {
      answers: engine(0, { [`POST /containers/${ID}/resize`]: {} }),
      stdin: 'exit\r',
      terminal: { columns: 100, rows: 40 },
    });
    expect(outcome.modes).toEqual(['raw', 'cooked']);
    const resize = outcome.requests.find((request) => request.path.endsWith('/resize'))!;
    expect(resize.query).toEqual({ h: '40', w: '100' });
  });

  test('refuses -t with -i when stdin is no terminal', () => {
    expect(run(['run', '-it', 'alpine', 'sh'], { answers: engine(0) })).toMatchObject({
      err: 'the input device is not a TTY\n',
      status: 1,
    });
  });

  const failures: readonly (readonly [string, number])[] = [
    ['exec: "x": executable file not found in $PATH', 127],
    ['exec: "/x": stat /x: no such file or directory', 127],
    ['exec: "/etc": permission denied', 126],
    ['exec: "/etc": is a directory', 126],
    ['network n not found', 125],
  ];
  test.each(failures)('%s ends with status %i', (message, status) => {
    const answers = engine(0, { [`POST /containers/${ID}/start`]: refusal(message) });
    expect(run(['run', 'alpine', 'x'], { answers })).toMatchObject({
      err: `docker: Error response from daemon: ${message}\n\nRun 'docker run --help' for more information\n`,
      status,
    });
  });

  test('prints the id before it starts a detached container', () => {
    const answers = engine(0, { [`POST /containers/${ID}/start`]: refusal('no') });
    expect(run(['run', '-d', 'alpine'], { answers })).toMatchObject({ out: `${ID}\n`, status: 125 });
  });
});

describe('docker exec', () => {
  const answers = {
    'GET /containers/c1/json': { body: { Id: ID, Config: {} } },
    'POST /containers/c1/exec': { status: 201, body: { Id: 'e1' } },
    'POST /exec/e1/start': { status: 101, stream: [{ stream: 'stdout', data: 'x\n' }] },
    'GET /exec/e1/json': { body: { ExitCode: 5 } },
  } as const;
  test('ends with the status of the command', () => {
    expect(run(['exec', 'c1', 'x'], { answers })).toMatchObject({ out: 'x\n', status: 5 });
  });
  test('says first that there is no such container', () => {
    const missing = { 'GET /containers/sh/json': { status: 404, body: { message: 'No such container: sh' } } };
    expect(run(['exec', '-it', 'sh', '-c', 'ls'], { answers: missing }).err).toBe(
      'Error response from daemon: No such container: sh\n',
    );
  });
});

describe('detach keys', () => {
  const table: readonly (readonly [string, string])[] = [
    ['', '\x10\x11'],
    ['ctrl-a', '\x01'],
    ['ctrl-a,d', '\x01d'],
    ['ctrl-[', '\x1b'],
  ];
  test.each(table)('%j', (text, keys) => expect(detachKeys(text)).toBe(keys));
  test('what is no key is refused', () => expect(() => detachKeys('ctrl-1')).toThrow("Unknown character: 'ctrl-1'"));

  test('a sequence is held back until it is complete or broken off', () => {
    const watch = new DetachWatch('\x10\x11');
    expect(watch.feed('ab\x10')).toEqual({ send: 'ab', detached: false });
    expect(watch.feed('c')).toEqual({ send: '\x10c', detached: false });
    expect(watch.feed('\x10\x10\x11')).toEqual({ send: '\x10', detached: true });
  });
});
