import { describe, expect, test } from 'vitest';
import { rpcText } from '../../src/swarm/index';
import { must, World } from './world';

const NO_LEADER =
  "rpc error: code = Unknown desc = The swarm does not have a leader. It's possible that too few managers are online. " +
  'Make sure more than half of the managers are online.';

function write(world: World, k: number, name: string): string {
  const result = world.control(k, 'createConfig', { spec: { Name: name, Data: 'eA==' } });
  return result.ok ? 'written' : rpcText(result.error);
}

describe('a leader that dies', () => {
  test('is replaced 9 to 19 s later, whatever the seed', () => {
    for (let seed = 1; seed <= 25; seed++) {
      const world = new World(3, seed);
      world.form(3);
      world.run(5);
      world.kill(world.leader());
      const took = world.until(() => world.leader() !== 0);
      expect(took, `seed ${seed}`).toBeGreaterThan(8);
      expect(took, `seed ${seed}`).toBeLessThan(40);
    }
  });

  test('is unreachable in the list at once, and a follower when it is back', () => {
    const world = new World(3, 3);
    world.form(3);
    world.run(5);
    world.kill(1);
    world.until(() => world.leader() > 1);
    world.run(3);
    const leader = world.leader();
    const table = world.nodeLs(leader);
    expect(table).toContain('node1 ');
    expect(table).toMatch(/node1 \w+ active manager unreachable/);
    world.start(1);
    world.run(6);
    expect(world.nodeLs(1)).toMatch(/node1 ready active manager reachable/);
    expect(world.leader()).toBe(leader);
    expect(world.node(1).store()!.index).toBe(world.node(leader).store()!.index);
  });

  test('takes no committed write with it', () => {
    const world = new World(3, 4);
    world.form(3);
    expect(write(world, 2, 'kept')).toBe('written');
    world.kill(1);
    world.until(() => world.leader() > 1);
    world.run(1);
    const names = must(world.control(world.leader(), 'listConfigs', {})).map(({ spec }) => spec.Name);
    expect(names).toEqual(['kept']);
  });

  test('a request sent right after its death waits for the next leader', () => {
    const world = new World(3, 5);
    world.form(3);
    world.run(5);
    world.kill(1);
    const before = world.seconds;
    expect(world.nodeLs(2)).toMatch(/Leader/);
    expect(world.seconds - before).toBeGreaterThan(5);
    expect(world.seconds - before).toBeLessThan(20);
  });
});

describe('a minority', () => {
  test('with the old leader: reads answered until it steps down, writes fail with that', () => {
    const world = new World(3, 6);
    world.form(3);
    world.run(5);
    world.partition(1);
    expect(world.nodeLs(1)).toMatch(/node1 .*Leader/);
    const before = world.seconds;
    expect(write(world, 1, 'lost')).toBe(
      'rpc error: code = Unknown desc = raft: failed to process the request: node lost leader status',
    );
    expect(world.seconds - before).toBeGreaterThan(5);
    expect(world.seconds - before).toBeLessThan(20.1);
    expect(world.leader() === 0 || world.leader() > 1).toBe(true);
  });

  test('has no leader: first requests hang for 20 s, after ten ticks they are refused at once', () => {
    const world = new World(3, 7);
    world.form(3);
    world.run(5);
    world.kill(2);
    world.kill(3);
    world.until(() => !world.node(1).status().leader);
    let before = world.seconds;
    expect(world.nodeLs(1)).toBe('rpc error: code = DeadlineExceeded desc = context deadline exceeded');
    expect(world.seconds - before).toBeGreaterThanOrEqual(20);
    expect(world.seconds - before).toBeLessThan(21.3);
    before = world.seconds;
    expect(world.nodeLs(1)).toBe(NO_LEADER);
    expect(world.seconds).toBe(before);
    expect(world.status(1)).toMatchObject({ localNodeState: 'active', controlAvailable: true, leader: false });
  });

  test('goes on when the majority is back', () => {
    const world = new World(3, 8);
    world.form(3);
    world.run(5);
    world.kill(2);
    world.kill(3);
    world.run(60);
    expect(world.nodeLs(1)).toBe(NO_LEADER);
    world.start(2);
    world.until(() => world.leader() !== 0);
    world.run(5);
    expect(world.nodeLs(1)).toMatch(/node2 ready active manager/);
    expect(write(world, 1, 'again')).toBe('written');
  });

  test('that comes back with a higher term forces an election', () => {
    const world = new World(3, 9);
    world.form(3);
    world.run(5);
    world.partition(3);
    world.run(60);
    const term = world.node(1).raftStatus()!.term;
    expect(world.node(3).raftStatus()!.term).toBeGreaterThan(term);
    world.heal();
    const start = world.seconds;
    world.until(() => world.leader() === 0 || world.node(1).raftStatus()!.term > term);
    world.until(() => world.leader() !== 0 && !world.node(world.leader()).manager()!.lostQuorum);
    expect(world.seconds - start).toBeLessThan(45);
    world.run(10);
    expect(world.nodeLs(3)).toMatch(/Leader/);
    const stores = [1, 2, 3].map((k) => world.node(k).store()!.index);
    expect(new Set(stores).size).toBe(1);
  });

  test('of two in five leaves the majority working', () => {
    const world = new World(5, 10);
    world.form(5);
    world.run(5);
    world.partition(1, 2);
    world.until(() => world.leader() > 2);
    expect(write(world, world.leader(), 'majority')).toBe('written');
    world.heal();
    world.run(40);
    for (let k = 1; k <= 5; k++) expect(world.node(k).store()!.byName('config', 'majority'), `node${k}`).toBeDefined();
  });
});

test('five idle managers cost a fixed number of events', () => {
  const world = new World(5, 11);
  world.form(5);
  world.run(30);
  let events = 0;
  world.simulation.hooks.event = () => {
    events++;
  };
  world.run(600);
  // 5 ticks, 4 heartbeats and 4 answers a second, and the agents' heartbeats.
  expect(events / 600).toBeLessThan(19);
});
