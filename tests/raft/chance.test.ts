/** Groups under random faults: safety after every step, and after healing everyone agrees. */
import { expect, test } from 'vitest';
import { SeededStream } from '../../src/sim/random';
import { Group } from './group';

function oneStep(group: Group, random: SeededStream, word: number): void {
  const dice = random.integer(1, 100);
  const of = (ids: readonly number[]): number => ids[random.integer(0, ids.length - 1)]!;
  const pick = (count: number): number => random.integer(0, count - 1);
  const alive = group.alive();
  const leader = group.leader();
  if (dice <= 60) group.deliverOne(pick, random.chance(1, 12));
  else if (dice <= 80 && alive.length > 0) group.run(`tick ${of(alive)} x${random.integer(1, 6)}`);
  else if (dice <= 88 && leader !== undefined) group.run(`propose ${leader} w${word}`);
  else if (dice === 89 && alive.length > 2) group.run(`crash ${of(alive)}`);
  else if (dice <= 92) {
    const off = group.all().filter((id) => !alive.includes(id));
    if (off.length > 0) group.run(`restart ${of(off)}`);
  } else if (dice === 93) {
    const [a, b, ...rest] = group.all();
    group.run(
      random.chance(1, 2) ? `partition ${a} ${b} / ${rest.join(' ')}` : `partition ${a} / ${b} ${rest.join(' ')}`,
    );
  } else if (dice <= 95) group.run('heal');
  else if (dice === 96 && alive.length > 0) group.run(`compact ${of(alive)} ${random.integer(0, 3)}`);
  else if (dice === 97 && leader !== undefined) group.run(`transfer ${leader} ${of(group.all())}`);
  else if (dice === 98 && leader !== undefined) group.run(`unreachable ${leader} ${of(group.all())}`);
  else if (dice === 99 && leader !== undefined) group.run(`snapshot-failed ${leader} ${of(group.all())}`);
}

/** Everybody on, nothing cut, until there is one leader and it has committed in its term. */
function recover(group: Group): void {
  group.run('heal');
  for (const id of group.all()) if (!group.alive().includes(id)) group.run(`restart ${id}`);
  for (let round = 0; round < 150; round++) {
    group.run('tick all');
    const leader = group.leader();
    if (leader !== undefined) for (const id of group.all()) group.run(`snapshot-failed ${leader} ${id}`);
    group.run('stabilize');
  }
  group.run(`propose ${group.leader()} last`);
  group.run('stabilize');
  group.run('tick all');
  group.run('stabilize');
}

test('a hundred groups keep their promises under crashes, cuts, losses and disorder', () => {
  for (let seed = 1; seed <= 100; seed++) {
    const random = new SeededStream(seed, 'chance');
    const group = new Group((low, high) => random.integer(low, high));
    group.run(`group ${random.chance(1, 2) ? 3 : 5}`);
    for (let step = 0; step < 600; step++) oneStep(group, random, step);
    recover(group);
    const [first, ...others] = group.all().map((id) => group.outcome(id).applied);
    expect(first!.at(-1), `seed ${seed}`).toBe('last');
    for (const other of others) expect(other, `seed ${seed}`).toEqual(first);
  }
});
