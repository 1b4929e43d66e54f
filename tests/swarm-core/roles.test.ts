import { describe, expect, test } from 'vitest';
import { rpcText } from '../../src/swarm/index';
import { must, World } from './world';

/** `node promote`, `node demote`. */
function setRole(world: World, by: number, k: number, role: 'manager' | 'worker'): string {
  const node = must(world.control(by, 'listNodes', {})).find(({ id }) => id === world.nodeId(k))!;
  const result = world.control(by, 'updateNode', {
    id: node.id,
    version: node.meta.version,
    spec: { ...node.spec, Role: role },
  });
  return result.ok ? 'ok' : rpcText(result.error);
}

function remove(world: World, by: number, id: string, force = false): string {
  const result = world.control(by, 'removeNode', { id, force });
  return result.ok ? 'ok' : rpcText(result.error);
}

const REFUSED = 'rpc error: code = FailedPrecondition desc = ';

describe('promotion', () => {
  test('makes a worker a manager, and a reachable one', () => {
    const world = new World(3);
    world.form(1, 2);
    expect(setRole(world, 1, 2, 'manager')).toBe('ok');
    const took = world.until(() => world.status(2).controlAvailable);
    expect(took).toBeLessThan(3);
    world.run(3);
    expect(world.nodeLs(2)).toBe(
      ['node1 ready active manager Leader', 'node2 ready active manager reachable', 'node3 ready active worker'].join(
        '\n',
      ),
    );
    expect(world.node(2).raftStatus()).toMatchObject({ role: 'follower' });
  });

  test('of two at the same time', () => {
    const world = new World(3);
    world.form(1, 2);
    setRole(world, 1, 2, 'manager');
    setRole(world, 1, 3, 'manager');
    world.until(() => world.status(2).controlAvailable && world.status(3).controlAvailable);
    world.run(3);
    expect(world.members(1)).toEqual([1, 2, 3]);
  });

  test('of a node that is off takes effect when it is back', () => {
    const world = new World(3);
    world.form(1, 2);
    world.kill(3);
    expect(setRole(world, 1, 3, 'manager')).toBe('ok');
    world.run(30);
    expect(world.members(1)).toEqual([1]);
    world.start(3);
    world.until(() => world.status(3).controlAvailable);
    expect(world.members(1)).toEqual([1, 3]);
  });
});

describe('demotion', () => {
  test('takes the node out of the group, then out of its role', () => {
    const world = new World(3);
    world.form(3);
    world.run(2);
    expect(setRole(world, 1, 3, 'worker')).toBe('ok');
    const took = world.until(() => world.status(3).role === 'worker');
    expect(took).toBeLessThan(12);
    world.run(10);
    expect(world.nodeLs(1)).toBe(
      ['node1 ready active manager Leader', 'node2 ready active manager reachable', 'node3 ready active worker'].join(
        '\n',
      ),
    );
    expect(world.status(3)).toMatchObject({ localNodeState: 'active', controlAvailable: false });
    expect(world.node(3).options.machine.disk.keys('swarm/raft/')).toEqual([]);
  });

  test('of the leader hands the leadership over first', () => {
    const world = new World(3);
    world.form(3);
    world.run(2);
    expect(setRole(world, 1, 1, 'worker')).toBe('ok');
    const took = world.until(() => world.leader() > 1);
    expect(took).toBeLessThan(2);
    world.until(() => world.status(1).role === 'worker');
    world.run(10);
    const table = world.nodeLs(world.leader());
    expect(table).toContain('node1 ready active worker');
    expect(world.members(world.leader())).toEqual([2, 3]);
  });

  test('of the last manager is refused', () => {
    const world = new World(2);
    world.form(1, 1);
    expect(setRole(world, 1, 1, 'worker')).toBe(`${REFUSED}attempting to demote the last manager of the swarm`);
  });

  test('that would lose the quorum is refused, of the one that is off it is not', () => {
    const world = new World(3);
    world.form(3);
    world.run(2);
    world.kill(3);
    world.run(4);
    expect(setRole(world, 1, 2, 'worker')).toBe(
      `${REFUSED}can't remove member from the raft: this would result in a loss of quorum`,
    );
    expect(setRole(world, 1, 3, 'worker')).toBe('ok');
    world.run(12);
    expect(world.members(1)).toEqual([1, 2]);
    world.start(3);
    world.until(() => world.status(3).role === 'worker', 60);
    world.until(() => world.nodeLs(1).includes('node3 ready active worker'), 60);
  });

  test('and promotion again', () => {
    const world = new World(3);
    world.form(3);
    world.run(2);
    setRole(world, 1, 2, 'worker');
    world.until(() => world.status(2).role === 'worker');
    world.run(5);
    expect(setRole(world, 1, 2, 'manager')).toBe('ok');
    world.until(() => world.status(2).controlAvailable);
    world.run(5);
    expect(world.members(3)).toEqual([1, 2, 3]);
    expect(world.nodeLs(2)).toContain('node2 ready active manager reachable');
  });
});

describe('removing nodes', () => {
  test('a manager must be demoted, a ready node must be down or forced', () => {
    const world = new World(3);
    world.form(2, 1);
    world.run(2);
    const [second, third] = [world.nodeId(2), world.nodeId(3)];
    expect(remove(world, 1, second)).toBe(
      `${REFUSED}node ${second} is a cluster manager and is a member of the raft cluster. ` +
        'It must be demoted to worker before removal',
    );
    expect(remove(world, 1, third)).toBe(`${REFUSED}node ${third} is not down and can't be removed`);
    expect(remove(world, 1, third, true)).toBe('ok');
    expect(remove(world, 1, third, true)).toBe(`rpc error: code = NotFound desc = node ${third} not found`);
    world.run(30);
    expect(world.nodeLs(1)).not.toContain('node3');
  });

  test('a node that left can be removed when it is down, and joins anew', () => {
    const world = new World(2);
    world.form(1, 1);
    world.run(2);
    const old = world.nodeId(2);
    must(world.leave(2));
    expect(world.status(2)).toMatchObject({ localNodeState: 'inactive', nodeId: '', nodeAddr: '' });
    world.until(() => world.nodeLs(1).includes('node2 down'), 30);
    expect(remove(world, 1, old)).toBe('ok');
    must(world.join(2, world.tokens().worker));
    expect(world.nodeId(2)).not.toBe(old);
    world.run(2);
    expect(world.nodeLs(1)).toContain('node2 ready active worker');
  });
});

describe('leaving', () => {
  const BEGIN = 'You are attempting to leave the swarm on a node that is participating as a manager. ';
  const END =
    'The only way to restore a swarm that has lost consensus is to reinitialize it with `--force-new-cluster`. ' +
    'Use `--force` to suppress this message.';

  function refusal(world: World, k: number): string {
    const result = world.leave(k);
    return result.ok ? '' : `${result.error.status} ${result.error.message}`;
  }

  test('a manager is told what it would break', () => {
    const world = new World(5);
    must(world.init(1));
    expect(refusal(world, 1)).toBe(
      `503 ${BEGIN}Removing the last manager erases all current state of the swarm. Use \`--force\` to ignore this message. `,
    );
    const tokens = world.tokens();
    must(world.join(2, tokens.manager));
    expect(refusal(world, 1)).toBe(
      `503 ${BEGIN}Removing this node leaves 1 managers out of 2. ` +
        `Without a Raft quorum your swarm will be inaccessible. ${END}`,
    );
    must(world.join(3, tokens.manager));
    expect(refusal(world, 2)).toBe(`503 ${BEGIN}${END}`);
    expect(world.leave(4)).toEqual({
      ok: false,
      error: { status: 503, message: 'This node is not part of a swarm' },
    });
  });

  test('with force it goes, and still counts', () => {
    const world = new World(3);
    world.form(3);
    world.run(3);
    must(world.leave(3, true));
    world.run(20);
    expect(world.nodeLs(1)).toContain('node3 down active manager unreachable');
    expect(world.members(1)).toEqual([1, 2]);
    expect(world.node(1).members()).toHaveLength(3);
  });

  test('the leader too, with force; the others elect', () => {
    const world = new World(3);
    world.form(3);
    world.run(3);
    must(world.leave(1, true));
    world.until(() => world.leader() > 1, 40);
    must(world.init(1));
    expect(world.nodeLs(1)).toBe('node1 ready active manager Leader');
    world.run(30);
    expect(world.nodeLs(2)).toContain('node1 down active manager unreachable');
  });
});
