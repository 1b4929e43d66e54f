/** Swarms under random faults: the rules of checks.ts hold after every event, and after healing all stores are equal. */
import { expect, test } from 'vitest';
import { SeededStream } from '../../src/sim/random';
import { World } from './world';

function fault(world: World, random: SeededStream, word: number): void {
  const k = random.integer(1, 5);
  const machine = world.simulation.machine(`node${k}`);
  const dice = random.integer(1, 10);
  if (dice <= 2) {
    if (machine.powered) world.kill(k);
    else world.start(k);
  } else if (dice === 3) world.partition(k, random.integer(1, 5));
  else if (dice === 4) world.heal();
  else if (dice === 5) world.simulation.links.set(`node${k}`, `node${random.integer(1, 5)}`, { lossPerMille: 200 });
  else if (dice === 6) world.simulation.links.set(`node${k}`, `node${random.integer(1, 5)}`, { delay: 700_000 });
  else if (machine.powered && world.node(k).status().controlAvailable) {
    if (dice <= 8) world.node(k).control('createConfig', { spec: { Name: `c${word}`, Data: 'eA==' } }, () => {});
    else changeRole(world, random, k);
  }
}

/** Promotes or demotes somebody, by the view of node K's manager. */
function changeRole(world: World, random: SeededStream, k: number): void {
  const nodes = world.node(k).store()!.list('node');
  const node = nodes[random.integer(0, nodes.length - 1)];
  if (!node) return;
  const Role = node.spec.Role === 'manager' ? 'worker' : 'manager';
  const spec = { ...node.spec, Role };
  world.node(k).control('updateNode', { id: node.id, version: node.meta.version, spec }, () => {});
}

function settle(world: World): void {
  world.heal();
  world.simulation.links.heal();
  for (const machine of world.simulation.machines.values()) if (!machine.powered) world.start(machine.index);
  world.until(() => world.leader() !== 0, 300);
  world.run(120);
}

/** A node that was away while every manager it knew was demoted is lost, as in reality. */
function canFindManager(world: World, k: number): boolean {
  const managers = world.node(world.leader()).members();
  return world.status(k).remoteManagers.some(({ addr }) => managers.some((member) => member.addr === addr));
}

test('twenty-five swarms keep their promises under power cuts, partitions, loss and changes of role', () => {
  for (let seed = 1; seed <= 25; seed++) {
    const random = new SeededStream(seed, 'chance');
    const world = new World(5, seed);
    world.form(3, 2);
    for (let step = 0; step < 60; step++) {
      fault(world, random, step);
      world.run(random.integer(1, 40) / 4);
    }
    settle(world);
    const stores = [...world.nodes.values()].map((node) => node.store()).filter((store) => store !== undefined);
    expect(stores.length, `seed ${seed}`).toBeGreaterThan(0);
    for (const store of stores) expect(store.index, `seed ${seed}`).toBe(stores[0]!.index);
    const table = world.nodeLs(world.leader());
    for (let k = 1; k <= 5; k++)
      if (canFindManager(world, k)) expect(table, `seed ${seed}`).toContain(`node${k} ready`);
    expect(table, `seed ${seed}`).not.toMatch(/unknown|unreachable/);
  }
});
