import { describe, expect, test } from 'vitest';
import { Signalled } from '../../src/base/process';
import { type Answers, calls, EPOCH, run } from './world';

const NODES: Answers = { 'GET /nodes': { body: [] } };

describe('which engine is asked', () => {
  test.each<[string[], Record<string, string>, string]>([
    [['node', 'ls'], {}, 'unix:///var/run/docker.sock'],
    [['node', 'ls'], { DOCKER_HOST: 'tcp://node2:2375' }, 'tcp://node2:2375'],
    [['-H', 'node3', 'node', 'ls'], { DOCKER_HOST: 'tcp://node2:2375' }, 'tcp://node3:2375'],
    [['-H=tcp://192.168.0.12', 'node', 'ls'], {}, 'tcp://192.168.0.12:2375'],
    [['-H', ':4000', 'node', 'ls'], {}, 'tcp://localhost:4000'],
    [['-H', 'unix:///run/other.sock', 'node', 'ls'], {}, 'unix:///run/other.sock'],
    [['-c', 'default', 'node', 'ls'], { DOCKER_HOST: 'tcp://node2:2375' }, 'unix:///var/run/docker.sock'],
  ])('docker %j with %j', (argv, env, endpoint) => {
    const outcome = run(argv, { answers: NODES, env });
    expect(outcome.status).toBe(0);
    expect(new Set(outcome.endpoints)).toEqual(new Set([endpoint]));
  });

  test('first of all the engine is pinged', () => {
    expect(run(['node', 'ls'], { answers: NODES }).requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'HEAD /_ping',
      'GET /nodes',
    ]);
  });

  test('there is no other context', () => {
    expect(run(['node', 'ls'], { env: { DOCKER_CONTEXT: 'lab' } })).toMatchObject({
      err:
        'Failed to initialize: unable to resolve docker endpoint: context "lab": context not found: open ' +
        '/root/.docker/contexts/meta/a51146d38077ff992eba84cf1d5e9b249073503eb74868699016153b031a38f7/meta.json: ' +
        'no such file or directory\n',
      status: 1,
    });
  });
});

describe('what is not modelled says so', () => {
  test.each([
    [['compose', 'up', '-d'], /^docker: 'docker compose' is a plugin .* 'docker stack deploy'\n$/],
    [['buildx', 'ls'], /^docker: 'docker buildx' is a plugin/],
    [['save', 'x'], /^docker save: this playground does not model this command\n$/],
    [['search', 'x'], /^docker search: this playground does not model this command\n$/],
    [['swarm', 'init', '--external-ca', 'protocol=cfssl,url=https://x'], /^--external-ca: an external certificate/],
    [['volume', 'create', '--type', 'block'], /^--type: cluster volumes are not modelled/],
  ])('docker %j', (argv, sentence) => {
    const outcome = run(argv);
    expect(outcome.err).toMatch(sentence);
    expect(outcome).toMatchObject({ out: '', status: 1 });
    expect(calls(outcome)).toEqual([]);
  });
  test('its help works', () => {
    expect(run(['build', '--help']).out).toMatch(/^Usage: {2}docker build \[OPTIONS\] PATH \| URL \| -\n/);
  });
});

describe('on a terminal', () => {
  test('help is as wide as it', () => {
    const { out } = run(['node', 'ls', '--help'], { terminal: { columns: 200, rows: 40 } });
    expect(out).toContain(
      "\n                        'table TEMPLATE':   Print output in table format using the given Go template\n",
    );
    expect(run(['node', 'ls', '--help'], { terminal: { columns: 60, rows: 40 } }).out).toContain(
      '                        output in table format using\n',
    );
  });
  test("the last line of docker's help is bold", () => {
    expect(run(['--help'], { terminal: { columns: 80, rows: 24 } }).out).toMatch(
      /\n\x1b\[1mFor more help on how to use Docker, .*\x1b\[0m\n$/,
    );
  });
  test('an unlock key is typed without echo', () => {
    const outcome = run(['swarm', 'unlock'], {
      answers: { 'GET /info': { body: { Swarm: { LocalNodeState: 'locked' } } }, 'POST /swarm/unlock': {} },
      terminal: { columns: 80, rows: 24 },
      stdin: 'SWMX\x7fKEY\rrest',
    });
    expect(outcome).toMatchObject({ out: 'Enter unlock key: \n', err: '', status: 0 });
    expect(outcome.modes).toEqual(['raw', 'cooked']);
    expect(outcome.requests.at(-1)!.body).toEqual({ UnlockKey: 'SWMKEY' });
  });
});

describe('Ctrl-C', () => {
  test('ends a command that waits for the engine', () => {
    expect(() => run(['node', 'ls'], { interrupt: 'request' })).toThrow(new Signalled('INT'));
  });
  test('at a question ends it quietly', () => {
    const outcome = run(['network', 'prune'], { interrupt: 'read' });
    expect(outcome.out).toMatch(/\[y\/N\] \n$/);
    expect(outcome).toMatchObject({ err: '', status: 0 });
    expect(calls(outcome)).toEqual([]);
  });
  test('while a key is typed restores the terminal', () => {
    const answers = { 'GET /info': { body: { Swarm: { LocalNodeState: 'locked' } } } };
    const modes: string[] = [];
    const situation = { answers, modes, terminal: { columns: 80, rows: 24 }, stdin: 'SW\x03' };
    expect(() => run(['swarm', 'unlock'], situation)).toThrow(new Signalled('INT'));
    expect(modes).toEqual(['raw', 'cooked']);
  });
});

describe('files', () => {
  const answers: Answers = { 'POST /secrets/create': { body: { ID: 'id' } } };
  test('are found from the working directory', () => {
    const outcome = run(['secret', 'create', 'x', './a/../key.txt'], {
      answers,
      files: { '/home/lab/key.txt': 'k\xff' },
    });
    expect(outcome).toMatchObject({ out: 'id\n', status: 0 });
    expect(outcome.requests.at(-1)!.body).toMatchObject({ Name: 'x', Data: 'a/8=' });
  });
  test('that are directories cannot be read', () => {
    expect(run(['secret', 'create', 'x', '/etc'], { answers, directories: ['/etc'] })).toMatchObject({
      err: 'error reading from /etc: read /etc: is a directory\n',
      status: 1,
    });
  });
  test('a new root certificate must be one', () => {
    const situation = { answers, files: { '/home/lab/ca.pem': 'nothing' } };
    expect(run(['swarm', 'ca', '--rotate', '--ca-cert', 'ca.pem'], situation)).toMatchObject({
      err: expect.stringMatching(
        /^invalid argument "ca.pem" for "--ca-cert" flag: file contents must be in PEM format\n\nUsage: {2}docker swarm ca/,
      ),
      status: 125,
    });
  });
});

test('text that is not ASCII leaves as bytes', () => {
  const outcome = run(['node', 'rm', 'n\xc3\xb6de'], { answers: { 'DELETE /nodes/n\u00f6de': {} } });
  expect(outcome).toMatchObject({ out: 'n\xc3\xb6de\n', status: 0 });
});

test('swarm ca --rotate waits for every node', () => {
  const tls = (root: string): { [key: string]: string } => ({
    TrustRoot: root,
    CertIssuerSubject: root,
    CertIssuerPublicKey: root,
  });
  let polls = 0;
  const swarm = { Version: { Index: 1 }, Spec: {}, TLSInfo: tls('new'), RootRotationInProgress: false };
  const outcome = run(['swarm', 'ca', '--rotate'], {
    answers: {
      'GET /swarm': () => ({ body: { ...swarm, RootRotationInProgress: polls < 2 } }),
      'POST /swarm/update': {},
      'GET /nodes': () => {
        polls++;
        return { body: [{ Description: { TLSInfo: tls(polls < 3 ? 'old' : 'new') } }] };
      },
    },
    now: EPOCH,
  });
  expect(outcome.status).toBe(0);
  expect(polls).toBe(3);
  expect(outcome.out.endsWith('\nnew\n')).toBe(true);
});
