import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { jsonSyntaxError } from '../../src/base/json-syntax';
import { Gateway } from '../../src/headless/gateway';
import type { GatewayExchange } from '../../src/headless/gateway-http';

/** A daemon made of one function, and the requests that reached it. */
let handler: (exchange: GatewayExchange) => void;
let seen: GatewayExchange[];
let gateway: Gateway;
let port: number;

beforeEach(async () => {
  seen = [];
  handler = (exchange) => exchange.answer(200, { ok: true });
  gateway = new Gateway((_host, exchange) => {
    seen.push(exchange);
    handler(exchange);
  });
  port = await gateway.open('node1', 0);
});

afterEach(() => gateway.closeAll());

/** Sends bytes, half-closes unless told otherwise, and waits for the other side's end. */
function exchangeBytes(bytes: string, options: { halfClose?: boolean } = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    let out = '';
    socket.setEncoding('latin1');
    socket.on('data', (data) => {
      out += data;
    });
    socket.on('end', () => {
      socket.end();
      resolve(out);
    });
    socket.on('close', () => resolve(out));
    // A server that closes on unread bytes resets the connection: what it said before may be lost.
    socket.on('error', (error: NodeJS.ErrnoException) => (error.code === 'ECONNRESET' ? resolve(out) : reject(error)));
    socket.write(bytes, 'latin1');
    if (options.halfClose) socket.end();
  });
}

function get(path: string, headers = ''): Promise<string> {
  return exchangeBytes(`GET ${path} HTTP/1.1\r\nHost: localhost:${port}\r\n${headers}Connection: close\r\n\r\n`);
}

function post(path: string, body: string, headers = 'Content-Type: application/json\r\n'): Promise<string> {
  return exchangeBytes(
    `POST ${path} HTTP/1.1\r\nHost: localhost\r\n${headers}Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  );
}

function bodyOf(response: string): string {
  return response.slice(response.indexOf('\r\n\r\n') + 4);
}

describe('requests become exchanges', () => {
  it('strips the version, reads query and body', async () => {
    const response = await post('/v1.50/services/create?a=1&b=%7B%22x%22%3Atrue%7D', '{"Name":"web"}');
    expect(seen[0]?.request).toMatchObject({
      method: 'POST',
      path: '/services/create',
      query: { a: '1', b: '{"x":true}' },
      body: { Name: 'web' },
    });
    expect(response).toContain('Content-Type: application/json\r\n');
    expect(response).toContain('Api-Version: 1.50\r\n');
    expect(bodyOf(response)).toBe('{"ok":true}\n');
  });

  it('answers HEAD without a body', async () => {
    handler = (exchange) => exchange.answer(200, undefined, { 'Content-Type': 'text/plain; charset=utf-8' });
    const response = await exchangeBytes('HEAD /_ping HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n');
    expect(response).toMatch(/^HTTP\/1.1 200 OK\r\n/);
    expect(bodyOf(response)).toBe('');
  });

  it('writes plain text as it is', async () => {
    handler = (exchange) => exchange.answer(200, 'OK', { 'Content-Type': 'text/plain; charset=utf-8' });
    expect(bodyOf(await get('/_ping'))).toBe('OK');
  });

  it.each([
    ['/v1.60/info', 400, 'client version 1.60 is too new. Maximum supported API version is 1.50'],
    [
      '/v1.10/info',
      400,
      'client version 1.10 is too old. Minimum supported API version is 1.24, please upgrade your client to a newer version',
    ],
  ])('refuses %s', async (path, status, message) => {
    const response = await get(path);
    expect(response).toContain(`HTTP/1.1 ${status} `);
    expect(response).toContain(message);
    expect(seen).toEqual([]);
  });
});

describe('cross-site requests', () => {
  it.each([
    ['Origin: http://localhost:8080\r\n'],
    ['Origin: null\r\n'],
    ['Sec-Fetch-Site: cross-site\r\n'],
    ['Sec-Fetch-Site: same-origin\r\n'],
  ])('refuses %j', async (header) => {
    expect(await get('/info', header)).toMatch(/^HTTP\/1.1 403 /);
    expect(seen).toEqual([]);
  });

  it('refuses a foreign host name', async () => {
    const response = await exchangeBytes('GET /info HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n');
    expect(response).toMatch(/^HTTP\/1.1 403 /);
    expect(seen).toEqual([]);
  });
});

describe('malformed requests', () => {
  it.each([
    ['{bad', "invalid JSON: invalid character 'b' looking for beginning of object key string"],
    ['{"a":1', 'invalid JSON: unexpected EOF'],
    ['{"a":1} x', 'unexpected content after JSON'],
    ['[1,]', "invalid JSON: invalid character ']' looking for beginning of value"],
    ['tru', 'invalid JSON: unexpected EOF'],
    ['nul1', "invalid JSON: invalid character '1' in literal null (expecting 'l')"],
  ])('answers the body %j as dockerd does', async (body, message) => {
    expect(JSON.parse(bodyOf(await post('/swarm/init', body)))).toEqual({ message });
    expect(jsonSyntaxError(body)).toBe(message);
  });

  it('wants JSON', async () => {
    expect(bodyOf(await post('/swarm/init', '{}', 'Content-Type: text/plain\r\n'))).toBe(
      `{"message":"unsupported Content-Type header (text/plain): must be 'application/json'"}\n`,
    );
  });

  it('refuses a body that is too long', async () => {
    const response = await exchangeBytes(
      `POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 99999999\r\n\r\n${'x'.repeat(9_000_000)}`,
    );
    expect(response).toMatch(/^HTTP\/1.1 413 /);
  });

  it.each([
    ['\0\0\0\r\n\r\n'],
    ['GET\r\n\r\n'],
    ['GET / HTTP/9.9\r\n\r\n'],
    [`GET / HTTP/1.1\r\n${'a: b\r\n'.repeat(9999)}\r\n`],
  ])('survives %#', async (bytes) => {
    expect(await exchangeBytes(bytes)).toMatch(/^(?:HTTP\/1.1 4\d\d |$)/);
    expect(bodyOf(await get('/info'))).toBe('{"ok":true}\n');
  });

  it.each([['/%zz'], ['/info?%zz=%zz']])('survives the path %s', async (path) => {
    expect(await get(path)).toMatch(/^HTTP\/1.1 (200|400) /);
  });
});

describe('streams', () => {
  it('sends lines of JSON as they come', async () => {
    handler = (exchange) => {
      const sink = exchange.stream(200, 'application/json');
      sink.push({ json: { status: 'one' } });
      sink.push({ json: { status: 'two' } });
      sink.end();
    };
    const response = await get('/events');
    expect(response).toContain('Transfer-Encoding: chunked\r\n');
    expect(bodyOf(response)).toContain('{"status":"one"}\n');
    expect(bodyOf(response)).toContain('{"status":"two"}\n');
  });

  it('frames output, and not that of a terminal', async () => {
    handler = (exchange) => {
      const sink = exchange.stream(200, 'application/vnd.docker.multiplexed-stream');
      sink.push({ stream: 'stdout', data: 'out\n' });
      sink.push({ stream: 'stderr', data: '\xe9' });
      sink.push({ stream: 'systemerr', data: 'x' });
      sink.end();
    };
    const framed = bodyOf(await get('/containers/x/logs'));
    expect(framed).toContain('\x01\0\0\0\0\0\0\x04out\n');
    expect(framed).toContain('\x02\0\0\0\0\0\0\x01\xe9');
    expect(framed).toContain('\x03\0\0\0\0\0\0\x01x');
    handler = (exchange) => {
      const sink = exchange.stream(200, 'application/vnd.docker.raw-stream');
      sink.push({ stream: 'stdout', data: 'out\r\n' });
      sink.end();
    };
    expect(bodyOf(await get('/containers/x/logs'))).toContain('5\r\nout\r\n\r\n');
  });

  it('tells of a client that goes away, once', async () => {
    let aborts = 0;
    const gone = new Promise<void>((resolve) => {
      handler = (exchange) => {
        exchange.stream(200, 'application/json').push({ json: 1 });
        exchange.onAbort(() => {
          aborts++;
          resolve();
        });
      };
    });
    const socket = connect({ port, host: '127.0.0.1' });
    socket.write('GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n');
    socket.on('data', () => socket.destroy());
    await gone;
    expect(aborts).toBe(1);
  });
});

describe('hijacked connections', () => {
  const attach = 'POST /v1.50/containers/x/attach?stream=1 HTTP/1.1\r\nHost: localhost\r\n';
  const upgrade = 'Connection: Upgrade\r\nUpgrade: tcp\r\n';

  it('goes on writing after the client half-closed, and ends the socket itself', async () => {
    handler = (exchange) => {
      expect(exchange.request.hijack).toBe(true);
      const sink = exchange.stream(101, 'application/vnd.docker.multiplexed-stream');
      exchange.onEnd(() => {
        sink.push({ stream: 'stdout', data: 'late' });
        sink.end();
      });
    };
    const response = await exchangeBytes(`${attach}${upgrade}Content-Type: text/plain\r\n\r\n`, { halfClose: true });
    expect(response).toMatch(/^HTTP\/1.1 101 UPGRADED\r\n/);
    expect(response).toContain('Content-Type: application/vnd.docker.multiplexed-stream\r\n');
    expect(bodyOf(response)).toBe('\x01\0\0\0\0\0\0\x04late');
  });

  it('passes stdin on, also what came with the request', async () => {
    handler = (exchange) => {
      let got = '';
      const sink = exchange.stream(101, 'application/vnd.docker.raw-stream');
      exchange.onData((data) => {
        got += data;
      });
      exchange.onEnd(() => {
        sink.push({ stream: 'stdout', data: `<${got}>` });
        sink.end();
      });
    };
    const body = '{"Detach":false,"Tty":false}';
    const request =
      'POST /exec/e1/start HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n' +
      `${upgrade}Content-Length: ${body.length}\r\n\r\n${body}early\xff`;
    const response = await exchangeBytes(request, { halfClose: true });
    expect(seen[0]?.request.body).toEqual({ Detach: false, Tty: false });
    expect(bodyOf(response)).toBe('<early\xff>');
  });

  it('answers a refusal as plain HTTP', async () => {
    handler = (exchange) => exchange.answer(404, { message: 'No such container: x' });
    const response = await exchangeBytes(`${attach}${upgrade}\r\n`);
    expect(response).toMatch(/^HTTP\/1.1 404 /);
    expect(bodyOf(response)).toBe('{"message":"No such container: x"}\n');
  });
});

describe('a host that is off', () => {
  it('refuses connections and cuts those it had', async () => {
    let aborted = false;
    handler = (exchange) => {
      exchange.stream(200, 'application/json').push({ json: 1 });
      exchange.onAbort(() => {
        aborted = true;
      });
    };
    const socket = connect({ port, host: '127.0.0.1' });
    const closed = new Promise((resolve) => socket.on('close', resolve));
    socket.on('error', () => {});
    socket.write('GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await new Promise((resolve) => socket.once('data', resolve));
    await gateway.close('node1');
    await closed;
    expect(aborted).toBe(true);
    await expect(get('/info')).rejects.toThrow('ECONNREFUSED');
  });
});
