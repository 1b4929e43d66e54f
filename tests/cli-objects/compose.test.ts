import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { run } from '../cli/world';
import full from './compose-full.json';

const mistakes = readFileSync(new URL('./compose-mistakes.txt', import.meta.url), 'utf8')
  .split(/^=== \d+\n/m)
  .slice(1)
  .map((text) => {
    const [, file, status, err] = /^([\s\S]*?)--- (\d+)\n([\s\S]*)$/.exec(text)!;
    return { file: file!, status: Number(status), err: err!, line: err!.trim().split('\n').at(-1)! };
  });

/** A manager without anything on it; whatever is created exists afterwards. */
const MANAGER = {
  'GET /info': { body: { Swarm: { ControlAvailable: true } } },
  'GET /services': { body: [] },
  'GET /networks': { body: [] },
  'POST /networks/create': { status: 201, body: { Id: 'n', Warning: '' } },
  'POST /services/create': { status: 201, body: { ID: 'x' } },
};

const stored = (ID: string, Name: string) => ({ ID, Version: { Index: 1 }, Spec: { Name } });

function deploy(files: Readonly<Record<string, string>>, argv: readonly string[], answers = {}, env = {}) {
  const placed = Object.fromEntries(Object.entries(files).map(([name, text]) => [`/home/lab/${name}`, text]));
  return run(['stack', 'deploy', ...argv, 'st'], { answers: { ...MANAGER, ...answers }, files: placed, env });
}

function created(outcome: ReturnType<typeof run>): Record<string, unknown>[] {
  return outcome.requests
    .filter((request) => request.path === '/services/create')
    .map((request) => request.body as Record<string, unknown>);
}

describe('mistakes in Compose files are told in the words of docker', () => {
  test('there are cases', () => expect(mistakes.length).toBeGreaterThan(40));
  test.each(mistakes)('$line', ({ file, status, err }) => {
    const outcome = deploy({ 'c.yml': file }, ['-d=true', '-c', 'c.yml']);
    expect({ err: outcome.err, status: outcome.status }).toEqual({ err, status });
  });
});

test('a file that uses nearly everything becomes the requests of the real command', () => {
  const outcome = deploy(
    { 'full.yml': full.file, 'sec.txt': 'hello\n' },
    ['-d=true', '--resolve-image', 'never', '-c', 'full.yml'],
    {
      'GET /networks/back': { body: { Name: 'back', Id: 'bk', Scope: 'swarm' } },
      'POST /secrets/create': { status: 201, body: { ID: 'x' } },
      'POST /configs/create': { status: 201, body: { ID: 'c' } },
      'GET /secrets': { body: [stored('i1', 'st_s1'), stored('i2', 's2')] },
      'GET /configs': { body: [stored('cid', 'myconf')] },
    },
  );
  expect(outcome.out).toBe(full.out);
  expect(outcome.err).toBe(full.err);
  const posted = outcome.requests.filter((request) => request.method === 'POST');
  expect(posted.map(({ path, body }) => ({ path, body }))).toEqual(full.requests);
});

const WEB = 'services:\n  web:\n    image: ';

describe('variables', () => {
  const table: readonly (readonly [string, Record<string, string>, string])[] = [
    ['nginx:${TAG:-1.25}', {}, 'nginx:1.25'],
    ['nginx:${TAG:-1.25}', { TAG: '' }, 'nginx:1.25'],
    ['nginx:${TAG-1.25}', { TAG: 'x' }, 'nginx:x'],
    ['$IMAGE', { IMAGE: 'redis' }, 'redis'],
    ['${IMAGE}', { IMAGE: 'redis' }, 'redis'],
    ['a$$b', {}, 'a$b'],
  ];
  test.each(table)('%s with %j is %s', (image, env, wanted) => {
    const outcome = deploy({ 'c.yml': `${WEB}${image}\n    command: ["${image}"]\n` }, ['-c', 'c.yml'], {}, env);
    if (wanted.includes('$')) expect(outcome.err).toContain('invalid reference format');
    else expect(created(outcome)[0]!['Labels']).toMatchObject({ 'com.docker.stack.image': wanted });
  });

  test('a number that comes from a variable is a number', () => {
    const file = `${WEB}nginx\n    deploy:\n      replicas: \${N:-2}\n`;
    expect(created(deploy({ 'c.yml': file }, ['-c', 'c.yml'], {}, { N: '5' }))[0]!['Mode']).toEqual({
      Replicated: { Replicas: 5 },
    });
    expect(deploy({ 'c.yml': file }, ['-c', 'c.yml'], {}, { N: 'x' }).err).toBe(
      'error while interpolating services.web.deploy.replicas: failed to cast to expected type: ' +
        'strconv.Atoi: parsing "x": invalid syntax\n',
    );
  });
});

describe('several files', () => {
  const base = `version: "3.8"\n${WEB}nginx\n    ports: ["80:80", "81:81"]\n    environment: {A: 1}\n    command: [a, b]\n`;
  test('the later one wins, ports by what they publish, commands whole', () => {
    const over = `version: "3.8"\n${WEB}redis\n    ports: ["80:90"]\n    environment: [B=2]\n    command: c\n`;
    const [web] = created(deploy({ 'a.yml': base, 'b.yml': over }, ['-c', 'a.yml', '-c', 'b.yml']));
    const container = (web!['TaskTemplate'] as { ContainerSpec: object }).ContainerSpec;
    expect(container).toMatchObject({ Args: ['c'], Env: ['A=1', 'B=2'] });
    expect(web!['EndpointSpec']).toEqual({
      Ports: [
        { Protocol: 'tcp', TargetPort: 90, PublishedPort: 80, PublishMode: 'ingress' },
        { Protocol: 'tcp', TargetPort: 81, PublishedPort: 81, PublishMode: 'ingress' },
      ],
    });
  });
  test('versions must agree', () => {
    const outcome = deploy({ 'a.yml': base, 'b.yml': `version: "3.7"\n${WEB}x\n` }, ['-c', 'a.yml', '-c', 'b.yml']);
    expect(outcome.err).toBe('version mismatched between two composefiles : 3.8 and 3.7\n');
  });
});

describe('a second deploy', () => {
  const old = {
    ...stored('old', 'st_web'),
    Spec: {
      Name: 'st_web',
      Labels: { 'com.docker.stack.namespace': 'st', 'com.docker.stack.image': 'nginx' },
      TaskTemplate: { ContainerSpec: { Image: 'nginx:latest@sha256:abc' }, ForceUpdate: 7 },
    },
  };
  const gone = { ...old, ID: 'gone', Spec: { ...old.Spec, Name: 'st_gone' } };
  const answers = {
    'GET /services': { body: [old, gone] },
    'POST /services/old/update': { body: {} },
    'DELETE /services/gone': { status: 200 },
  };
  test('keeps the pinned image and the count of forced updates, and prunes what the file lost', () => {
    const outcome = deploy(
      { 'c.yml': `${WEB}nginx\n` },
      ['--prune', '--resolve-image', 'changed', '-c', 'c.yml'],
      answers,
    );
    expect(outcome.out).toBe(
      'Removing service st_gone\nCreating network st_default\nUpdating service st_web (id: old)\n',
    );
    const update = outcome.requests.find((request) => request.path === '/services/old/update')!;
    expect(update.body).toMatchObject({
      TaskTemplate: { ContainerSpec: { Image: 'nginx:latest@sha256:abc' }, ForceUpdate: 7 },
    });
  });
});
