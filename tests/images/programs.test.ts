import { describe, expect, it } from 'vitest';
import { SECOND, World } from '../host/machines';

const PEER = { address: '10.0.0.2', port: 41000, localAddress: '172.17.0.2' };

function get(world: World, id: string, port: number, path = '/'): string {
  const request = `GET ${path} HTTP/1.1\r\nHost: web\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\n\r\n`;
  return world.engine().request(id, port, request, PEER) ?? 'no answer';
}

describe('nginx', () => {
  it('serves its welcome page of 615 bytes and logs the access', () => {
    const world = new World();
    const id = world.run({ image: 'nginx:1.27' });
    const answer = get(world, id, 80);
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\nServer: nginx\/1\.27\.5\r\n/);
    expect(answer).toContain('Content-Length: 615');
    expect(answer.split('\r\n\r\n')[1]).toHaveLength(615);
    const lines = world.log(id).trimEnd().split('\n');
    expect(lines[8]).toBe('/docker-entrypoint.sh: Configuration complete; ready for start up');
    expect(lines.at(-1)).toBe(
      '10.0.0.2 - - [05/Jan/2026:09:01:01 +0000] "GET / HTTP/1.1" 200 615 "-" "curl/7.88.1" "-"',
    );
  });

  it('serves what is put into its directory, and 404 for the rest', () => {
    const world = new World();
    const id = world.run({ image: 'nginx', host: { Binds: ['site:/usr/share/nginx/html'] } });
    expect(get(world, id, 80)).toContain('Welcome to nginx!');
    world.engine().containerFiles(id).write('/usr/share/nginx/html/hi.txt', 'hi\n');
    expect(get(world, id, 80, '/hi.txt').endsWith('\r\n\r\nhi\n')).toBe(true);
    expect(get(world, id, 80, '/nope')).toMatch(/^HTTP\/1\.1 404 Not Found/);
    expect(get(world, id, 80, '/../../etc/passwd')).toMatch(/^HTTP\/1\.1 404/);
  });

  it('answers a request that is none with 400', () => {
    const world = new World();
    const id = world.run({ image: 'nginx' });
    expect(world.engine().request(id, 80, '\x00\xff nonsense', PEER)).toMatch(/^HTTP\/1\.1 400 Bad Request/);
  });
});

describe('whoami', () => {
  it('tells its name, its addresses and who asked', () => {
    const world = new World();
    const id = world.run({ image: 'traefik/whoami' });
    expect(get(world, id, 80).split('\r\n\r\n')[1]).toBe(
      `Hostname: ${id.slice(0, 12)}\nIP: 127.0.0.1\nIP: ::1\nIP: 172.17.0.2\nRemoteAddr: 10.0.0.2:41000\nGET / HTTP/1.1\nHost: web\nAccept: */*\nUser-Agent: curl/7.88.1\n\n`,
    );
  });
});

describe('redis', () => {
  const ask = (world: World, id: string, words: string): string => world.engine().request(id, 6379, words, PEER) ?? '';

  it.each([
    ['PING\r\n', '+PONG\r\n'],
    ['SET a 1\r\nGET a\r\n', '+OK\r\n$1\r\n1\r\n'],
    ['*3\r\n$3\r\nSET\r\n$1\r\nb\r\n$3\r\nx y\r\n', '+OK\r\n'],
    ['GET nothing\r\n', '$-1\r\n'],
    ['INCR hits\r\nINCR hits\r\n', ':1\r\n:2\r\n'],
    ['RPUSH l a b\r\nLRANGE l 0 -1\r\n', ':2\r\n*2\r\n$1\r\na\r\n$1\r\nb\r\n'],
    ['GET\r\n', "-ERR wrong number of arguments for 'get' command\r\n"],
  ])('answers %j', (words, expected) => {
    const world = new World();
    expect(ask(world, world.run({ image: 'redis' }), words)).toBe(expected);
  });

  it('keeps its data in its volume when it ends in order', () => {
    const world = new World();
    const id = world.run({ image: 'redis', host: { Binds: ['data:/data'] } });
    ask(world, id, 'SET key value\r\n');
    world.engine().lifecycle.stop(id, {}, () => {});
    world.advance(SECOND);
    const next = world.run({ image: 'redis', host: { Binds: ['data:/data'] } });
    expect(ask(world, next, 'GET key\r\n')).toBe('$5\r\nvalue\r\n');
    const other = world.run({ image: 'redis' });
    expect(ask(world, other, 'GET key\r\n')).toBe('$-1\r\n');
  });

  it.each([
    ['redis:3.0.6', 'Server started, Redis version 3.0.6'],
    ['redis:alpine', 'Ready to accept connections tcp'],
  ])('%s says that it is ready', (image, line) => {
    const world = new World();
    expect(world.log(world.run({ image }))).toContain(line);
  });
});

describe('ping', () => {
  it('prints a line a second, which nobody has to read', () => {
    const world = new World();
    const id = world.run({ image: 'alpine', command: ['ping', 'docker.com'] });
    const before = world.simulation.digest.count;
    world.advance(3600 * SECOND);
    expect(world.simulation.digest.count).toBe(before);
    const lines = world.log(id).trimEnd().split('\n');
    expect(lines.at(-1)).toMatch(/^64 bytes from 44\.219\.3\.189: seq=3600 ttl=55 time=\d+\.\d{3} ms$/);
  });

  it('counts, and tells what it lost', () => {
    const world = new World();
    const id = world.run({ image: 'alpine', command: ['ping', '-c', '2', '172.17.0.1'] });
    world.advance(3 * SECOND);
    expect(world.log(id)).toMatch(
      /^PING 172\.17\.0\.1 \(172\.17\.0\.1\): 56 data bytes\n64 bytes from 172\.17\.0\.1: seq=0 ttl=64 time=0\.\d{3} ms\n.*\n\n--- 172\.17\.0\.1 ping statistics ---\n2 packets transmitted, 2 packets received, 0% packet loss\n/,
    );
    expect(world.engine().containers.get(id)!.state.exitCode).toBe(0);
  });

  it('does not know a name that does not exist', () => {
    const world = new World();
    const id = world.run({ image: 'alpine', command: ['ping', 'nosuchname'] });
    expect(world.log(id)).toBe("ping: bad address 'nosuchname'\n");
    expect(world.engine().containers.get(id)!.state.exitCode).toBe(1);
  });

  it('is seen as it happens by those who follow', () => {
    const world = new World();
    const id = world.run({ image: 'alpine', command: ['ping', 'docker.com'] });
    const seen: number[] = [];
    const all = { stdout: true, stderr: true, follow: true, tail: 0, since: undefined, until: undefined };
    world.engine().outputs.read(
      id,
      all,
      ({ at }) => seen.push(at),
      () => {},
    );
    world.advance(3.5 * SECOND);
    expect(seen.length).toBeGreaterThanOrEqual(3);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });
});

describe('databases', () => {
  it.each([
    ['postgres:16', undefined, 'exited 1'],
    ['postgres:16', 'POSTGRES_PASSWORD=x', 'running 0'],
    ['postgres:9.4', undefined, 'running 0'],
    ['mysql:8', undefined, 'exited 1'],
  ])('%s with %s is %s', (image, env, expected) => {
    const world = new World();
    const id = world.run({ image, config: env ? { Env: [env] } : {} });
    const { status, exitCode } = world.engine().containers.get(id)!.state;
    expect(`${status} ${exitCode}`).toBe(expected);
  });
});

describe('the voting page', () => {
  it('counts a vote in its log and names its container', () => {
    const world = new World();
    const id = world.run({ image: 'dockersamples/examplevotingapp_vote:before' });
    expect(get(world, id, 80)).toContain(`Processed by container ID ${id.slice(0, 12)}`);
    const post = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\nvote=a';
    world.engine().request(id, 80, post, PEER);
    expect(world.log(id)).toContain('Received vote for a');
  });
});

describe('a server', () => {
  it('does not listen before it is ready', () => {
    const world = new World();
    world.pull('elasticsearch:2');
    const id = world.create({ image: 'elasticsearch:2' });
    world.engine().lifecycle.start(id, () => {});
    world.advance(SECOND);
    expect(world.engine().listens(id, 9200)).toBe(false);
    world.advance(10 * SECOND);
    expect(world.engine().listens(id, 9200)).toBe(true);
    expect(get(world, id, 9200)).toContain('"tagline": "You Know, for Search"');
  });
});
