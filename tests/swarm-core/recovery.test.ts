import { describe, expect, test } from 'vitest';
import { must, World } from './world';

function write(world: World, k: number, name: string): void {
  must(world.control(k, 'createConfig', { spec: { Name: name, Data: 'eA==' } }));
}

function names(world: World, k: number): string {
  return (world.node(k).store()?.list('config') ?? [])
    .map(({ spec }) => spec.Name ?? '')
    .sort((a, b) => (a < b ? -1 : 1))
    .join(' ');
}

describe('power', () => {
  test('one manager comes back as it was', () => {
    const world = new World(1);
    must(world.init(1));
    write(world, 1, 'kept');
    const before = world.status(1);
    world.kill(1);
    world.run(3600);
    world.start(1);
    world.until(() => world.status(1).localNodeState === 'active');
    expect(world.status(1)).toEqual(before);
    expect(names(world, 1)).toBe('kept');
    expect(world.nodeLs(1)).toBe('node1 ready active manager Leader');
    write(world, 1, 'more');
    expect(names(world, 1)).toBe('kept more');
  });

  test('all five fail at once, and come back one by one', () => {
    const world = new World(5);
    world.form(3, 2);
    write(world, 2, 'kept');
    for (let k = 1; k <= 5; k++) world.kill(k);
    world.run(60);
    world.start(3);
    world.run(40);
    expect(world.status(3)).toMatchObject({ localNodeState: 'pending', controlAvailable: true, leader: false });
    world.start(4);
    world.start(2);
    world.until(() => world.leader() !== 0);
    world.start(1);
    world.start(5);
    world.run(20);
    const table = world.nodeLs(1);
    for (let k = 1; k <= 5; k++) expect(table).toContain(`node${k} ready`);
    for (let k = 1; k <= 3; k++) expect(names(world, k)).toBe('kept');
  });

  test('a worker comes back as the same node', () => {
    const world = new World(2);
    world.form(1, 1);
    const { nodeId } = world.status(2);
    world.kill(2);
    world.until(() => world.nodeLs(1).includes('node2 down'), 30);
    world.start(2);
    world.until(() => world.nodeLs(1).includes('node2 ready'), 30);
    expect(world.status(2).nodeId).toBe(nodeId);
  });
});

describe('snapshots', () => {
  /** A swarm of three that compacts its log early. */
  function compacting(): World {
    const world = new World(3);
    must(world.init(1, { spec: { Raft: { SnapshotInterval: 20, LogEntriesForSlowFollowers: 5 } } }));
    const { manager } = world.tokens();
    must(world.join(2, manager));
    must(world.join(3, manager));
    return world;
  }

  test('keep the log short', () => {
    const world = compacting();
    for (let k = 0; k < 60; k++) write(world, 1, `c${k}`);
    world.run(2);
    for (let k = 1; k <= 3; k++) {
      const { firstIndex, lastIndex } = world.node(k).raftStatus()!;
      expect(lastIndex - firstIndex, `node${k}`).toBeLessThan(30);
      expect(world.node(k).options.machine.disk.keys('swarm/raft/log/').length).toBe(lastIndex - firstIndex + 1);
    }
  });

  test('bring a manager that was away too long up to date', () => {
    const world = compacting();
    world.kill(3);
    for (let k = 0; k < 60; k++) write(world, 1, `c${k}`);
    expect(world.node(1).raftStatus()!.firstIndex).toBeGreaterThan(40);
    let snapshots = 0;
    world.simulation.hooks.packet = (what, packet) => {
      const wire = packet.payload as { kind?: string; message?: { type: string } };
      if (what === 'delivered' && wire.kind === 'raft' && wire.message!.type === 'Snap') snapshots++;
    };
    world.start(3);
    world.until(() => names(world, 3).includes('c59'), 30);
    expect(snapshots).toBe(1);
    world.run(3);
    expect(world.node(3).store()!.snapshot()).toEqual(world.node(1).store()!.snapshot());
    expect(world.members(3)).toEqual([1, 2, 3]);
  });

  test('are what a manager starts from', () => {
    const world = compacting();
    for (let k = 0; k < 60; k++) write(world, 1, `c${k}`);
    const before = world.node(1).store()!.snapshot();
    for (let k = 1; k <= 3; k++) world.kill(k);
    for (let k = 1; k <= 3; k++) world.start(k);
    world.until(() => world.leader() !== 0, 60);
    expect(world.node(2).store()!.list('config')).toEqual(before.objects.filter(({ kind }) => kind === 'config'));
  });

  test('help a new manager in', () => {
    const world = new World(2);
    must(world.init(1, { spec: { Raft: { SnapshotInterval: 20, LogEntriesForSlowFollowers: 5 } } }));
    for (let k = 0; k < 60; k++) write(world, 1, `c${k}`);
    must(world.join(2, world.tokens().manager));
    world.run(2);
    expect(names(world, 2)).toBe(names(world, 1));
  });
});

describe('a cluster forced to be new', () => {
  test('keeps its objects and drops the other managers', () => {
    const world = new World(3);
    world.form(3);
    write(world, 1, 'kept');
    const { manager } = world.tokens();
    world.kill(2);
    world.kill(3);
    world.run(60);
    expect(world.nodeLs(1)).toMatch(/does not have a leader/);
    const id = world.nodeId(1);
    expect(must(world.init(1, { forceNewCluster: true }))).toBe(id);
    world.run(40);
    expect(names(world, 1)).toBe('kept');
    expect(world.nodeLs(1)).toBe(
      ['node1 ready active manager Leader', 'node2 down active manager', 'node3 down active manager'].join('\n'),
    );
    expect(world.tokens().manager).toBe(manager);
    // The others are refused when they come back.
    world.start(2);
    world.run(60);
    expect(world.members(1)).not.toContain(3);
    write(world, 1, 'more');
    expect(names(world, 1)).toBe('kept more');
  });

  test('only a manager can', () => {
    const world = new World(2);
    world.form(1, 1);
    expect(world.init(2, { forceNewCluster: true })).toMatchObject({ ok: false, error: { status: 503 } });
  });
});

describe('a locked swarm', () => {
  test('asks for its key after a restart', () => {
    const world = new World(1);
    must(world.init(1, { autoLock: true, spec: { EncryptionConfig: { AutoLockManagers: true } } }));
    const { unlockKey } = must(world.control(1, 'getUnlockKey', {}));
    expect(unlockKey).toMatch(/^SWMKEY-1-[A-Za-z0-9+/]{43}$/);
    world.kill(1);
    world.start(1);
    world.run(5);
    expect(world.status(1)).toMatchObject({ localNodeState: 'locked', controlAvailable: false });
    const unlock = (key: string): unknown => world.wait((done) => world.node(1).unlock(key, done));
    expect(unlock('wrong')).toMatchObject({ error: { status: 400, message: 'invalid key string' } });
    expect(unlock(`SWMKEY-1-${'A'.repeat(43)}`)).toMatchObject({
      error: { status: 401, message: 'swarm could not be unlocked: invalid key provided' },
    });
    expect(unlock(unlockKey)).toMatchObject({ ok: true });
    world.until(() => world.status(1).localNodeState === 'active');
    expect(unlock(unlockKey)).toMatchObject({ error: { status: 409, message: 'swarm is not locked' } });
  });
});

test('certificates are renewed before they end, and one that ended is said', () => {
  const world = new World(2);
  must(world.init(1, { spec: { CAConfig: { NodeCertExpiry: 3_600_000_000_000 } } }));
  must(world.join(2, world.tokens().worker));
  const first = world.node(2).identity()!.certificate;
  world.run(7200);
  const second = world.node(2).identity()!.certificate;
  expect(second.notAfter).toBeGreaterThan(first.notAfter);
  expect(second.serial).not.toBe(first.serial);
  expect(world.nodeLs(1)).toContain('node2 ready');
  world.kill(2);
  world.run(3 * 3600);
  world.start(2);
  expect(world.status(2)).toMatchObject({
    localNodeState: 'error',
    error: 'Swarm certificates have expired. To replace them, leave the swarm and join again.',
  });
});
