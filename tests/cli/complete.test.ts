import { describe, expect, test } from 'vitest';
import { complete } from '../../src/cli/complete';

function texts(line: string): string[] {
  return complete(line.split(' ')).candidates.map((candidate) => candidate.text);
}

describe('commands', () => {
  test('of docker itself', () => {
    expect(texts('s')).toEqual([
      'save',
      'search',
      'secret',
      'service',
      'stack',
      'start',
      'stats',
      'stop',
      'swarm',
      'system',
    ]);
    expect(texts('help serv')).toEqual(['service']);
  });
  test('of a noun, with what they do', () => {
    expect(complete(['service', 'sc']).candidates).toEqual([
      { text: 'scale', about: 'Scale one or multiple replicated services' },
    ]);
    expect(texts('swarm ')).toEqual(['ca', 'init', 'join', 'join-token', 'leave', 'unlock', 'unlock-key', 'update']);
  });
  test('after flags of docker itself', () => {
    expect(texts('-H node2 nod')).toEqual(['node']);
    expect(texts('--debug node pro')).toEqual(['promote']);
  });
});

describe('flags', () => {
  test('once a dash is typed', () => {
    expect(texts('service create --rep')).toEqual(['--replicas', '--replicas-max-per-node']);
    expect(texts('node ls -')).toEqual(['--filter', '--format', '--help', '--quiet']);
  });
  test('not twice, unless they may be repeated', () => {
    expect(texts('node ls -q --filter a=b -')).toEqual(['--filter', '--format', '--help']);
  });
  test('not behind the first argument of a command line for a container', () => {
    expect(texts('service create nginx --rep')).toEqual([]);
    expect(texts('run alpine -')).toEqual([]);
  });
  test('with their fixed values', () => {
    expect(texts('node update --availability d')).toEqual(['drain']);
    expect(complete(['node', 'update', '--role=m'])).toMatchObject({ candidates: [{ text: 'manager' }], prefix: 'm' });
    expect(texts('service create --name --mode ')).toEqual([]);
  });
});

describe('names are asked for', () => {
  test.each([
    ['service ps ', 'service'],
    ['service logs -f we', 'service'],
    ['service scale ', 'service'],
    ['service create --network ', 'network'],
    ['service create ', 'image'],
    ['node promote node2 ', 'node'],
    ['node update --availability drain ', 'node'],
    ['stack rm ', 'stack'],
    ['stack deploy -c ', 'file'],
    ['secret rm ', 'secret'],
    ['secret create x ', 'file'],
    ['logs ', 'container'],
    ['exec -it ', 'running-container'],
    ['network connect net ', 'container'],
    ['rmi ', 'image'],
  ])('%s: %s', (line, kind) => {
    expect(complete(line.split(' ')).names).toBe(kind);
  });
  test.each(['service update web ', 'swarm init ', 'secret create ', 'node ls ', 'run alpine ', 'foo '])(
    'but not here: %s',
    (line) => {
      expect(complete(line.split(' '))).toMatchObject({ candidates: [], names: undefined });
    },
  );
  test('join-token has two words', () => {
    expect(texts('swarm join-token ')).toEqual(['manager', 'worker']);
  });
});
