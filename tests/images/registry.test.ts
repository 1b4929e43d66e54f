import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/base/json';
import { parseReference, tagNameOnly } from '../../src/base/reference';
import type { RegistryImage } from '../../src/host/index';
import { makeRegistry } from '../../src/images/index';
import { SECOND, World } from '../host/machines';

const registry = makeRegistry();

function find(text: string): RegistryImage | string {
  const reference = parseReference(text);
  return reference.ok ? registry.find(tagNameOnly(reference.value)) : reference.error;
}

function image(text: string): RegistryImage {
  const found = find(text);
  if (typeof found === 'string') throw new Error(`${text}: ${found}`);
  return found;
}

/** What workshops type: each must be there. */
const TYPED =
  'alpine nginx redis redis:alpine dockersamples/examplevotingapp_vote:before nicolaka/netshoot nginx:alpine ' +
  'dockersamples/examplevotingapp_worker postgres:9.4 busybox ubuntu dockersamples/examplevotingapp_result:before ' +
  'nginx:latest redis:3.0.6 elasticsearch:2 dockersamples/visualizer:stable registry chrch/web dockersamples/visualizer ' +
  'mysql:latest nginx:1.25 nginx:1.26 wordpress:latest prom/node-exporter redis:2.8 redis:3.0 redis:3.0.7 tomcat ' +
  'alpine:3.6 alpine:latest arungupta/docker-javaee:dockerconeu17 chrch/admin docker dockersamples/examplevotingapp_result ' +
  'dockersamples/examplevotingapp_vote elasticsearch:2.4 emilevauge/whoami gliderlabs/logspout google/cadvisor:latest ' +
  'grafana/grafana:3.1.1 influxdb:0.13 jpetazzo/trainingwheels kibana:4.6 logstash:2.4 mysql:8 portainer/agent ' +
  'portainer/portainer postgres:15-alpine prom/prometheus:v1.4.1 redis:latest registry:2 traefik ubuntu:16.04 ' +
  'vfarcic/docker-flow-proxy vfarcic/docker-flow-swarm-listener traefik/whoami httpd jpetazzo/httpenv jwilder/whoami ' +
  'dockersamples/examplevotingapp_vote:after nginxdemos/hello:plain-text dockercoins/rng:v0.1 hello-world';

describe('the registry', () => {
  it.each(TYPED.split(' '))('has %s', (name) => {
    const { digest, id, size, layers } = image(name);
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(id).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(size).toBeGreaterThan(0);
    expect(layers.length).toBeGreaterThan(0);
  });

  it('tells an unknown tag from an unknown repository', () => {
    expect(find('redis:nosuchtag')).toBe('unknown tag');
    expect(find('nosuch/repository')).toBe('unknown repository');
    expect(find('quay.io/library/redis')).toBe('unknown repository');
  });

  it('finds an image by its digest, and gives tags of one image one digest', () => {
    const { digest } = image('nginx');
    expect(image(`nginx@${digest}`)).toBe(image('nginx:mainline'));
    expect(find(`redis@${digest}`)).toBe('unknown tag');
    expect(image('nginx:alpine').digest).not.toBe(digest);
  });

  it('shares the layer of a base between images', () => {
    const bases = ['nginx', 'redis', 'postgres'].map((name) => image(name).layers[0]!.digest);
    expect(new Set(bases).size).toBe(1);
  });

  it('has no program and no shell in an image that begins with nothing', () => {
    expect(image('traefik/whoami').shell).toBeUndefined();
    expect([...image('traefik/whoami').files().nodes.keys()].filter((path) => path.startsWith('/bin'))).toEqual([]);
  });
});

describe('what a command line comes to', () => {
  it.each([
    ['nginx', ['/docker-entrypoint.sh', 'nginx', '-g', 'daemon off;'], 'nginx'],
    ['nginx', ['/docker-entrypoint.sh', 'sh'], 'sh'],
    ['redis', ['docker-entrypoint.sh', '--appendonly', 'yes'], 'redis-server'],
    ['redis', ['docker-entrypoint.sh', 'redis-server', '--port', '1'], 'redis-server'],
    ['traefik/whoami', ['/whoami'], 'whoami'],
    ['traefik/whoami', ['/whoami', '--port', '80'], 'whoami'],
    ['dockersamples/visualizer', ['/sbin/tini', '--', 'node', '/app/server.js'], 'node'],
    ['alpine', ['ping', 'docker.com'], 'ping'],
    ['alpine', ['/bin/sleep', '10'], 'sleep'],
    ['alpine', ['cat', '/etc/hostname'], 'shell: cat /etc/hostname'],
    ['alpine', ['sh', '-c', 'sleep 1'], 'shell: sh -c sleep 1'],
    ['nginx', ['ping', 'x'], 'shell: ping x'],
  ])('%s %j', (name, argv, expected) => {
    const { program, argv: words } = registry.launch(image(name), argv, {});
    expect(program?.name ?? `shell: ${words.join(' ')}`).toBe(expected);
  });
});

describe('pulling', () => {
  function pulled(world: World, name: string): { messages: Json[]; error: string | undefined; took: number } {
    const reference = parseReference(name);
    if (!reference.ok) throw new Error(reference.error);
    const messages: Json[] = [];
    const started = world.simulation.now;
    let error: string | undefined;
    let ended = started;
    world.engine().images.pull(
      reference.value,
      (message) => messages.push(message),
      (failure) => {
        error = failure?.message;
        ended = world.simulation.now;
      },
    );
    world.advance(60 * SECOND);
    return { messages, error, took: ended - started };
  }

  const statuses = (messages: readonly Json[]): string[] =>
    messages.map((message) => (message as { status: string }).status).filter((s) => !/^(?:Down|Extr)/.test(s));

  it('tells what dockerd tells, layer by layer', () => {
    const world = new World();
    const { messages, error } = pulled(world, 'alpine');
    expect(error).toBeUndefined();
    expect(messages[0]).toEqual({ status: 'Pulling from library/alpine', id: 'latest' });
    expect(statuses(messages)).toEqual([
      'Pulling from library/alpine',
      'Pulling fs layer',
      'Verifying Checksum',
      'Pull complete',
      `Digest: ${image('alpine').digest}`,
      'Status: Downloaded newer image for alpine:latest',
    ]);
    const last = messages.filter((m) => (m as { status: string }).status === 'Downloading').at(-1);
    expect((last as { progress: string }).progress).toBe(
      '[==================================================>]  3.801MB/3.801MB',
    );
  });

  it('again is up to date', () => {
    const world = new World();
    pulled(world, 'alpine');
    expect(statuses(pulled(world, 'alpine').messages)).toEqual([
      'Pulling from library/alpine',
      `Digest: ${image('alpine').digest}`,
      'Status: Image is up to date for alpine:latest',
    ]);
  });

  it('of an image that is there by its digest gives it the tag', () => {
    const world = new World();
    pulled(world, `alpine@${image('alpine').digest}`);
    expect(statuses(pulled(world, 'alpine').messages)).toEqual([
      'Pulling from library/alpine',
      `Digest: ${image('alpine').digest}`,
      'Status: Downloaded newer image for alpine:latest',
    ]);
  });

  it('takes longer for more bytes, and not for layers that are there', () => {
    const world = new World();
    const small = pulled(world, 'alpine').took;
    const large = pulled(world, 'mysql').took;
    expect(large).toBeGreaterThan(small * 4);
    expect(statuses(pulled(world, 'redis').messages)).toContain('Already exists');
  });

  it.each([
    ['redis:nosuchtag', 'manifest for redis:nosuchtag not found: manifest unknown: manifest unknown'],
    [
      'nosuch',
      "pull access denied for nosuch, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
    ],
  ])('refuses %s in docker words', (name, expected) => {
    const { error, messages } = pulled(new World(), name);
    expect([error, messages]).toEqual([expected, []]);
  });
});

describe('images on a machine', () => {
  function world(): World {
    const made = new World();
    for (const name of ['nginx', 'alpine']) made.pull(name);
    return made;
  }

  it('are found by name, by digest and by the beginning of their id', () => {
    const { images } = world().engine();
    const { id, digest } = image('nginx');
    for (const text of ['nginx', 'nginx:latest', `nginx@${digest}`, id, id.slice(7, 19), 'docker.io/library/nginx'])
      expect(images.find(text)?.image.id).toBe(id);
    expect(images.find('nginx:alpine')).toBeUndefined();
    expect(images.notFound('nginx:alpine').message).toBe('No such image: nginx:alpine');
  });

  it('are kept while a container was made from them', () => {
    const made = world();
    const id = made.run({ image: 'nginx' });
    const refused = made.engine().images.remove('nginx', false);
    expect(!refused.ok && refused.error.message).toBe(
      `conflict: unable to remove repository reference "nginx" (must force) - container ${id.slice(0, 12)} is using its referenced image ${image('nginx').id.slice(7, 19)}`,
    );
  });

  it('lose a name first, and themselves with the last', () => {
    const { images } = world().engine();
    images.tag('alpine', 'mine', 'v1');
    const first = images.remove('mine:v1', false);
    expect(first.ok && first.value).toEqual([{ Untagged: 'mine:v1' }]);
    const { digest, id, layers } = image('alpine');
    const last = images.remove('alpine', false);
    expect(last.ok && last.value).toEqual([
      { Untagged: 'alpine:latest' },
      { Untagged: `alpine@${digest}` },
      { Deleted: id },
      { Deleted: layers[0]!.diffId },
    ]);
  });
});
