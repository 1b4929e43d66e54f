import { describe, expect, test } from 'vitest';
import { address, must, World } from './world';

describe('forming a swarm', () => {
  test('init makes a manager that leads, with its first objects', () => {
    const world = new World(1);
    must(world.init(1));
    expect(world.nodeLs(1)).toBe('node1 ready active manager Leader');
    expect(world.status(1)).toMatchObject({
      localNodeState: 'active',
      nodeAddr: '192.168.0.11',
      role: 'manager',
      controlAvailable: true,
      leader: true,
    });
    const networks = must(world.control(1, 'listNetworks', {})).map(({ spec }) => spec.Name);
    expect([...networks].sort()).toEqual(['bridge', 'host', 'ingress']);
    expect(must(world.control(1, 'getCluster', {})).spec).toEqual({
      Name: 'default',
      Labels: {},
      Orchestration: { TaskHistoryRetentionLimit: 5 },
      Raft: {
        SnapshotInterval: 10000,
        KeepOldSnapshots: 0,
        LogEntriesForSlowFollowers: 500,
        ElectionTick: 10,
        HeartbeatTick: 1,
      },
      Dispatcher: { HeartbeatPeriod: 5_000_000_000 },
      CAConfig: { NodeCertExpiry: 7_776_000_000_000_000 },
      TaskDefaults: {},
      EncryptionConfig: { AutoLockManagers: false },
    });
  });

  test('what is given with init goes over the defaults', () => {
    const world = new World(1);
    must(
      world.init(1, {
        spec: { Orchestration: { TaskHistoryRetentionLimit: 2 }, Dispatcher: { HeartbeatPeriod: 3_000_000_000 } },
        defaultAddressPool: ['10.20.0.0/16'],
        subnetSize: 26,
      }),
    );
    const cluster = must(world.control(1, 'getCluster', {}));
    expect(cluster.spec.Orchestration).toEqual({ TaskHistoryRetentionLimit: 2 });
    expect(cluster.spec.Dispatcher).toEqual({ HeartbeatPeriod: 3_000_000_000 });
    expect(cluster.spec.Raft?.SnapshotInterval).toBe(10000);
    expect([cluster.defaultAddressPool, cluster.subnetSize, cluster.dataPathPort]).toEqual([
      ['10.20.0.0/16'],
      26,
      4789,
    ]);
  });

  test('the pool in use is shown once it has been read back from the disk (28.5)', () => {
    const world = new World(1);
    must(world.init(1));
    const pool = (): unknown => {
      const cluster = must(world.control(1, 'getCluster', {}));
      return [cluster.defaultAddressPool, cluster.subnetSize, cluster.dataPathPort];
    };
    expect(pool()).toEqual([[], 24, 4789]);
    world.kill(1);
    world.start(1);
    world.run(20);
    expect(pool()).toEqual([['10.0.0.0/8'], 24, 4789]);
  });

  test('tokens have a worker and a manager part over one digest', () => {
    const world = new World(1);
    must(world.init(1));
    const { worker, manager } = world.tokens();
    expect(worker).toMatch(/^SWMTKN-1-[0-9a-z]{50}-[0-9a-z]{25}$/);
    expect(manager.slice(0, 60)).toBe(worker.slice(0, 60));
    expect(manager).not.toBe(worker);
  });

  test('managers and workers join, by any manager', () => {
    const world = new World(5);
    must(world.init(1));
    const tokens = world.tokens();
    must(world.join(2, tokens.manager));
    must(world.join(3, tokens.manager, 2));
    must(world.join(4, tokens.worker, 3));
    must(world.join(5, tokens.worker, 2));
    world.run(2);
    expect(world.nodeLs(3)).toBe(
      [
        'node1 ready active manager Leader',
        'node2 ready active manager reachable',
        'node3 ready active manager reachable',
        'node4 ready active worker',
        'node5 ready active worker',
      ].join('\n'),
    );
    expect(world.status(4)).toMatchObject({ localNodeState: 'active', role: 'worker', controlAvailable: false });
    expect(
      world
        .status(4)
        .remoteManagers.map(({ addr }) => addr)
        .sort(),
    ).toEqual([1, 2, 3].map((k) => `${address(k)}:2377`));
  });

  test('every manager has the same store', () => {
    const world = new World(3);
    world.form(3);
    world.run(3);
    const [first, second, third] = [1, 2, 3].map((k) => world.node(k).store()!.snapshot());
    expect(second).toEqual(first);
    expect(third).toEqual(first);
  });

  test('the same seed forms the same swarm', () => {
    const digests = [1, 2].map(() => {
      const world = new World(5, 7);
      world.form(3, 2);
      world.run(60);
      return world.simulation.digest.toString();
    });
    expect(digests[1]).toBe(digests[0]);
  });
});

/** Texts and times recorded from Docker Engine 28.5: two steps are tried five times, with two seconds after each. */
describe('refused joins', () => {
  const world = new World(4);
  must(world.init(1));
  const tokens = world.tokens();

  test('a token that is none', () => {
    const result = world.join(2, 'SWMTKN-1-abc');
    expect(result).toEqual({ ok: false, error: { status: 500, message: 'invalid join token' } });
    expect(world.status(2).localNodeState).toBe('inactive');
  });

  test("another swarm's token", () => {
    const digest = tokens.worker.slice(9, 59);
    const other = tokens.worker.replace(digest, `1${digest.slice(1, -1)}0`);
    const before = world.seconds;
    const result = world.join(2, other);
    expect(world.seconds - before).toBeCloseTo(10, 1);
    expect(result.ok).toBe(false);
    if (!result.ok)
      expect(result.error.message).toMatch(/^remote CA does not match fingerprint. Expected: [0-9a-f]{64}$/);
  });

  test('a token that was rotated away', () => {
    const cluster = must(world.control(1, 'getCluster', {}));
    const rotated = must(
      world.control(1, 'updateCluster', {
        id: cluster.id,
        version: cluster.meta.version,
        spec: cluster.spec,
        rotateWorkerToken: true,
        rotateManagerToken: false,
        rotateUnlockKey: false,
      }),
    );
    expect(rotated.rootCA.joinTokens.manager).toBe(tokens.manager);
    const message = 'rpc error: code = InvalidArgument desc = A valid join token is necessary to join this cluster';
    const before = world.seconds;
    expect(world.join(2, tokens.worker)).toEqual({ ok: false, error: { status: 400, message } });
    expect(world.seconds - before).toBeCloseTo(10, 1);
    must(world.join(2, rotated.rootCA.joinTokens.worker));
  });

  test('a machine where nobody listens', () => {
    const before = world.seconds;
    const result = world.join(3, tokens.manager, 4);
    expect(world.seconds - before).toBeCloseTo(10, 1);
    const message =
      'rpc error: code = Unavailable desc = connection error: desc = ' +
      '"transport: Error while dialing: dial tcp 192.168.0.14:2377: connect: connection refused"';
    expect(result).toEqual({ ok: false, error: { status: 503, message } });
  });

  test('a machine that is off: the attempt goes on in the background', () => {
    world.kill(1);
    const before = world.seconds;
    const result = world.join(3, tokens.manager);
    expect(world.seconds - before).toBe(20);
    expect(result.ok).toBe(false);
    if (!result.ok) expect(result.error.message).toMatch(/^Timeout was reached before node joined\. /);
    expect(world.status(3).localNodeState).toBe('pending');
    world.start(1);
    world.until(() => world.status(3).localNodeState === 'active');
  });

  test('a node that is in a swarm', () => {
    const message =
      'This node is already part of a swarm. Use "docker swarm leave" to leave this swarm and join another one.';
    expect(world.join(3, tokens.manager)).toEqual({ ok: false, error: { status: 503, message } });
    expect(world.init(3)).toEqual({ ok: false, error: { status: 503, message } });
  });
});
