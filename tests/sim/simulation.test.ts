import { describe, expect, test } from 'vitest';
import { Simulation, WORLD } from '../../src/sim/index';

function lan(count = 2) {
  const simulation = new Simulation({ seed: 7, epoch: 0 });
  const heard: string[] = [];
  for (let index = 1; index <= count; index++) {
    const machine = simulation.addMachine(`node${index}`);
    simulation.powerOn(machine);
    machine.software = {
      packet: (packet) => heard.push(`${packet.from}>${machine.name} ${packet.payload}`),
      timer: (owner, name) => heard.push(`${machine.name} ${owner}/${name} at ${simulation.now}`),
    };
  }
  const run = (): void => {
    while (simulation.nextAt() !== Infinity) simulation.step();
  };
  return { simulation, heard, run };
}

describe('timers', () => {
  test('fire in the order of their time, equal times in the order of setting', () => {
    const { simulation, heard, run } = lan();
    const timers = simulation.timers('node1', 'test');
    timers.set('late', 20);
    timers.set('first', 10);
    timers.set('second', 10);
    run();
    expect(heard).toEqual(['node1 test/first at 10', 'node1 test/second at 10', 'node1 test/late at 20']);
  });

  test('setting a name again moves it, earlier or later; clearing forgets it', () => {
    const { simulation, heard, run } = lan();
    const timers = simulation.timers('node1', 'test');
    timers.set('later', 10);
    timers.set('later', 30);
    timers.set('sooner', 50);
    timers.set('sooner', 5);
    timers.set('gone', 7);
    timers.clear('gone');
    expect([timers.has('later'), timers.has('gone')]).toEqual([true, false]);
    run();
    expect(heard).toEqual(['node1 test/sooner at 5', 'node1 test/later at 30']);
  });

  test('a power cut forgets them, also across a new boot', () => {
    const { simulation, heard, run } = lan();
    simulation.timers('node1', 'test').set('old', 10);
    const machine = simulation.machine('node1');
    const { software } = machine;
    simulation.powerOff(machine);
    simulation.powerOn(machine);
    machine.software = software;
    simulation.timers('node1', 'test').set('new', 20);
    run();
    expect(heard).toEqual(['node1 test/new at 20']);
  });

  test('the world’s own timers outlive every machine', () => {
    const { simulation, run } = lan();
    const fired: string[] = [];
    simulation.worldTimer = (owner, name) => fired.push(`${owner}/${name}`);
    simulation.timers(WORLD, 'lab').set('look', 5);
    simulation.powerOff(simulation.machine('node1'));
    run();
    expect(fired).toEqual(['lab/look']);
  });
});

describe('links', () => {
  test('a connection keeps its order and takes 200 to 300 µs', () => {
    const { simulation, heard, run } = lan();
    for (let count = 1; count <= 20; count++) simulation.send('node1', 'node2', 'test', count, 0);
    run();
    expect(heard).toEqual(Array.from({ length: 20 }, (_, index) => `node1>node2 ${index + 1}`));
    expect(simulation.now).toBeGreaterThanOrEqual(200);
    expect(simulation.now).toBeLessThanOrEqual(320);
  });

  test('a partition cuts what is under way and what is sent; healing lets new packets through', () => {
    const { simulation, heard, run } = lan(3);
    simulation.send('node1', 'node2', 'test', 'under way', 0);
    simulation.machine('node2').segment = 1;
    simulation.send('node1', 'node2', 'test', 'cut', 0);
    simulation.send('node1', 'node3', 'test', 'same side', 0);
    run();
    simulation.machine('node2').segment = 0;
    simulation.send('node1', 'node2', 'test', 'healed', 0);
    run();
    expect(heard).toEqual(['node1>node3 same side', 'node1>node2 healed']);
  });

  test('loss delays a connection by retransmissions and breaks it at 100 %', () => {
    const { simulation, heard, run } = lan();
    simulation.links.set('node1', 'node2', { lossPerMille: 500 });
    for (let count = 1; count <= 10; count++) simulation.send('node1', 'node2', 'test', count, 0);
    run();
    expect(heard).toHaveLength(10);
    expect(simulation.now).toBeGreaterThan(200_000);
    simulation.links.set('node1', 'node2', { lossPerMille: 1000 });
    simulation.send('node1', 'node2', 'test', 'never', 0);
    run();
    expect(heard).toHaveLength(10);
  });

  test('latency is added one way', () => {
    const { simulation, run } = lan();
    simulation.links.set('node2', 'node1', { delay: 50_000 });
    simulation.send('node1', 'node2', 'test', 'x', 0);
    run();
    expect(simulation.now).toBeGreaterThanOrEqual(50_200);
  });
});

describe('determinism', () => {
  function digest(seed: number, noise: boolean): string {
    const simulation = new Simulation({ seed, epoch: 0 });
    for (const name of ['node1', 'node2']) simulation.powerOn(simulation.addMachine(name));
    if (noise) simulation.random('another room').integer(0, 9);
    const random = simulation.random('test');
    for (let count = 0; count < 50; count++) simulation.send('node1', 'node2', 'test', 0, random.integer(0, 999));
    while (simulation.nextAt() !== Infinity) simulation.step();
    return simulation.digest.toString();
  }

  test('one seed, one digest; another seed, another digest', () => {
    expect(digest(1, false)).toBe(digest(1, false));
    expect(digest(2, false)).not.toBe(digest(1, false));
  });

  test('a roll in one stream does not reshuffle another', () => {
    expect(digest(1, true)).toBe(digest(1, false));
  });
});
