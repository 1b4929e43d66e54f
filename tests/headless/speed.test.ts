import { Agent, request } from 'node:http';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LabServer } from '../../src/headless/lab-server';

const EPOCH = 1_767_603_600_000_000;
let server: LabServer;

beforeEach(async () => {
  server = new LabServer({ seed: 1, epoch: EPOCH, nodes: 1, port: 0, speed: 0 });
  await server.start();
});

afterEach(() => server.stop());

function get(path: string, agent: Agent): Promise<number> {
  const options = { host: '127.0.0.1', port: server.ports.get('node1')!, path, agent };
  return new Promise((resolve, reject) => {
    request(options, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    })
      .on('error', reject)
      .end();
  });
}

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
};

it('at speed 0 time goes on for a client that keeps its connection, and stands when it has gone', async () => {
  const agent = new Agent({ keepAlive: true });
  expect(await get('/_ping', agent)).toBe(200);
  const answered = server.lab.now;
  await until(() => server.lab.now > answered + 50_000);
  agent.destroy();
  expect(await get('/_ping', new Agent({ keepAlive: false }))).toBe(200);
  const gone = server.lab.now;
  for (let turn = 0; turn < 1_000; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(server.lab.now - gone).toBeLessThan(20_000);
});
