import { describe, expect, it } from 'vitest';
import { parseGenericResources } from '../../src/api/index';
import { claimable, consume, hasEnough, hasResources, reclaim, stockOf } from '../../src/swarm/scheduler/generic';

const resources = (text: string) => {
  const parsed = parseGenericResources(text === '' ? [] : text.split(' '));
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
};

const words = (stock: ReturnType<typeof stockOf>): string =>
  [...stock].map(([kind, { named, count }]) => `${kind}=${named.length > 0 ? named.join('+') : count}`).join(' ');

describe('user-defined resources of a node', () => {
  it.each([
    ['gpu=A gpu=B ssd=3', 'gpu=1', 'gpu=B ssd=3'],
    ['gpu=A gpu=B ssd=3', 'ssd=2 gpu=2', 'ssd=1'],
    ['gpu=A ssd=3', 'ssd=3', 'gpu=A'],
    // Nothing asked for of named ones takes them all, as upstream does.
    ['gpu=A gpu=B', 'gpu=0', ''],
    ['ssd=3', 'ssd=0', 'ssd=3'],
  ])('of %s, %s leaves %s', (all, wanted, left) => {
    const stock = stockOf(resources(all));
    const reserved = resources(wanted);
    expect(hasEnough(stock, reserved)).toBe(true);
    consume(stock, claimable(stock, reserved));
    expect(words(stock)).toBe(left);
  });

  it.each([
    ['gpu=A', 'gpu=2'],
    ['ssd=3', 'ssd=4'],
    ['ssd=3', 'gpu=1'],
    ['', 'gpu=0'],
  ])('%s does not do for %s', (all, wanted) => {
    expect(hasEnough(stockOf(resources(all)), resources(wanted))).toBe(false);
  });

  it.each([
    ['gpu=A gpu=B', 'gpu=B', true],
    ['gpu=A', 'gpu=B', false],
    ['gpu=2', 'gpu=A', false],
    ['gpu=A', 'gpu=1', false],
    ['ssd=2', 'ssd=3', false],
    ['', '', true],
  ])('a node with %s still has %s: %s', (all, held, expected) => {
    expect(hasResources(stockOf(resources(all)), resources(held))).toBe(expected);
  });

  it.each([
    // free now, given back, what the node has by now, free then
    ['gpu=B', 'gpu=A', 'gpu=A gpu=B', 'gpu=B+A'],
    ['ssd=1', 'ssd=2', 'ssd=3', 'ssd=3'],
    ['', 'ssd=2', 'ssd=3', 'ssd=2'],
    ['ssd=1', 'ssd=2', 'ssd=2', 'ssd=2'],
    ['', 'ssd=2', 'gpu=A', ''],
    ['', 'gpu=A', 'gpu=B', 'gpu=0'],
    ['', 'gpu=A', 'gpu=4', 'gpu=4'],
    ['', 'gpu=2', 'gpu=A gpu=B', 'gpu=A+B'],
  ])('free are %s: given back %s to a node that has %s, free are %s', (free, given, all, expected) => {
    const stock = stockOf(resources(free));
    reclaim(stock, resources(given), resources(all));
    expect(words(stock)).toBe(expected);
  });
});
