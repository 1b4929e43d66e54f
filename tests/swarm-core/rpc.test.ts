import { beforeEach, describe, expect, test } from 'vitest';
import { ok } from '../../src/base/result';
import { Simulation } from '../../src/sim/index';
import { Endpoint, refusePacket, type Scope } from '../../src/swarm/endpoint';
import { type RpcError, rpcText } from '../../src/swarm/index';
import type { Credentials } from '../../src/swarm/wire';
import { EPOCH, SECOND } from './world';

const IPS = ['10.0.0.1', '10.0.0.2'];

/** Two machines with an endpoint each; the second one's manager listens on 2377. */
class Pair {
  readonly simulation = new Simulation({ seed: 1, epoch: EPOCH });
  readonly ends: Endpoint[] = [];
  readonly client: Scope;
  readonly server: Scope;
  /** Answers as texts, with the second of their arrival. */
  readonly answers: string[] = [];

  constructor(readonly certificates: (Credentials | undefined)[]) {
    IPS.forEach((ip, k) => {
      const machine = this.simulation.addMachine(`m${k}`);
      this.simulation.addresses.set(ip, machine.name);
      this.simulation.powerOn(machine);
      const holder = Object.defineProperty({ credentials: undefined }, 'credentials', { get: () => certificates[k] });
      const end = new Endpoint(this.simulation, machine, holder);
      machine.software = { packet: (packet, sender) => end.packet(packet, sender), timer: () => end.timer() };
      this.ends.push(end);
    });
    this.client = this.ends[0]!.scope();
    this.server = this.ends[1]!.scope();
    this.server.port = 2377;
    this.server.serve('echo', (request, peer, reply) =>
      reply(ok(`${request} from ${peer.nodeId || 'nobody'} ${peer.ip}`)),
    );
  }

  call(method: string, timeout = 5, port = 2377): void {
    this.client.call(`${IPS[1]}:${port}`, method, 'x', timeout * SECOND, (result) => {
      const seconds = Math.floor((this.simulation.now - EPOCH) / SECOND);
      this.answers.push(`${seconds} ${result.ok ? result.value : rpcText(result.error as RpcError)}`);
    });
  }

  run(): string[] {
    while (this.simulation.nextAt() < Infinity) this.simulation.step();
    return this.answers;
  }
}

const certificate = (nodeId: string, root = 'r'): Credentials => ({ nodeId, role: 'manager', root });

describe('a call', () => {
  let pair: Pair;
  beforeEach(() => {
    pair = new Pair([certificate('a'), certificate('b')]);
  });

  test('is answered, with the caller known', () => {
    pair.call('echo');
    expect(pair.run()).toEqual(['0 x from a 10.0.0.1']);
  });

  test('without a certificate is let in as nobody', () => {
    pair.certificates[0] = undefined;
    pair.call('echo');
    expect(pair.run()).toEqual(['0 x from nobody 10.0.0.1']);
  });

  test("with another swarm's certificate is not", () => {
    pair.certificates[0] = certificate('a', 'other');
    pair.call('echo');
    expect(pair.run()[0]).toMatch(
      /^0 rpc error: code = Unavailable desc = .*certificate signed by unknown authority"$/,
    );
  });

  test('of a method that nobody serves', () => {
    pair.call('dance');
    expect(pair.run()).toEqual(['0 rpc error: code = Unimplemented desc = unknown method dance']);
  });

  test('to a port where nobody listens is refused at once', () => {
    pair.call('echo', 5, 2378);
    expect(pair.run()).toEqual([
      '0 rpc error: code = Unavailable desc = connection error: desc = ' +
        '"transport: Error while dialing: dial tcp 10.0.0.2:2378: connect: connection refused"',
    ]);
  });

  test('to a machine without a docker daemon is refused at once', () => {
    const machine = pair.simulation.machine('m1');
    machine.software = { packet: (packet) => refusePacket(pair.simulation, packet), timer: () => {} };
    pair.call('echo');
    expect(pair.run()[0]).toMatch(/^0 .*connection refused"$/);
  });

  test('to a machine that is off ends with its time, each call with its own', () => {
    pair.simulation.powerOff(pair.simulation.machine('m1'));
    pair.call('echo', 7);
    pair.call('echo', 3);
    const late = 'rpc error: code = DeadlineExceeded desc = context deadline exceeded';
    expect(pair.run()).toEqual([`3 ${late}`, `7 ${late}`]);
  });

  test('to an address that nobody has ends with its time', () => {
    pair.client.call('10.9.9.9:2377', 'echo', 'x', 2 * SECOND, (result) => {
      pair.answers.push(result.ok ? 'ok' : result.error.code);
    });
    expect(pair.run()).toEqual(['DeadlineExceeded']);
  });

  test('is told when what has taken it ends', () => {
    pair.server.serve('never', () => {});
    pair.call('never');
    pair.simulation.step();
    pair.server.close();
    expect(pair.run()).toEqual(['0 rpc error: code = Unavailable desc = transport is closing']);
  });

  test('is forgotten with the one who made it', () => {
    pair.call('echo');
    pair.client.close();
    expect(pair.run()).toEqual([]);
  });

  test('is answered once', () => {
    pair.server.serve('twice', (_request, _peer, reply) => {
      reply(ok('first'));
      reply(ok('second'));
    });
    pair.call('twice');
    expect(pair.run()).toEqual(['0 first']);
  });

  test('may be refused before its handler sees it', () => {
    pair.server.guard = (method) => ({ code: 'PermissionDenied', message: `not ${method}` });
    pair.call('echo');
    expect(pair.run()).toEqual(['0 rpc error: code = PermissionDenied desc = not echo']);
  });
});

test('a push reaches the one who called, over its own connection', () => {
  const pair = new Pair([certificate('a'), certificate('b')]);
  const heard: unknown[] = [];
  pair.client.serve('news', (message) => heard.push(message));
  pair.server.push('10.0.0.1:0', 'news', 'hello');
  pair.server.push('10.0.0.1:0', 'other', 'lost');
  pair.run();
  expect(heard).toEqual(['hello']);
});

test('idle connections cost no timers', () => {
  const pair = new Pair([certificate('a'), certificate('b')]);
  for (let k = 0; k < 50; k++) {
    pair.call('echo');
    pair.run();
  }
  let events = 0;
  pair.simulation.hooks.event = () => {
    events++;
  };
  pair.call('echo');
  pair.run();
  expect(events).toBe(2);
});
