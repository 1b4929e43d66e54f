import { describe, expect, it } from 'vitest';
import { nodeMatches, parseConstraints } from '../../src/swarm/scheduler/constraint';
import { DESCRIPTION, node } from './harness';

const subject = node('n7', {
  role: 'manager',
  spec: { Role: 'manager', Availability: 'active', Labels: { Zone: 'East', empty: '' } },
  status: { state: 'ready', message: '', addr: '192.168.0.17' },
  description: {
    ...DESCRIPTION,
    Hostname: 'Node-Seven',
    Engine: { EngineVersion: '28.2.2', Labels: { disk: 'ssd' } },
  },
});
const bare = node('n8', { description: undefined, spec: {}, status: { state: 'unknown', message: '', addr: '' } });

function check(expression: string, of = subject): boolean | string {
  const parsed = parseConstraints([expression]);
  return parsed.ok ? nodeMatches(parsed.value, of) : parsed.error;
}

describe('a constraint matches a node', () => {
  it.each([
    ['node.id == n7', true],
    ['node.id==N7', true],
    ['node.id!=n7', false],
    ['NODE.HOSTNAME == node-seven', true],
    ['node.hostname == node-*', false],
    ['node.role == manager', true],
    ['node.role != worker', true],
    ['node.platform.os == linux', true],
    ['node.platform.arch == x86_64', true],
    ['node.platform.arch == amd64', false],
    ['node.labels.Zone == east', true],
    ['node.labels.zone == east', false],
    ['node.labels.zone != east', true],
    ['Node.Labels.Zone==East', true],
    ['engine.labels.disk == SSD', true],
    ['engine.labels.none != x', true],
    ['node.ip == 192.168.0.17', true],
    ['node.ip != 192.168.0.17', false],
    ['node.ip == 192.168.0.0/28', false],
    ['node.ip == 192.168.0.0/24', true],
    ['node.ip != 10.0.0.0/8', true],
    ['node.ip == 192.168.0', false],
    ['node.ip != 192.168.0', false],
    ['node.unknown == x', false],
    ['node.unknown != x', false],
    ['somekey != x', false],
  ])('%s is %s', (expression, expected) => expect(check(expression)).toBe(expected));

  it.each([
    ['node.hostname == x', false],
    ['node.hostname != x', true],
    ['node.labels.zone != x', true],
    ['engine.labels.zone == x', false],
    ['node.platform.os != linux', true],
    ['node.ip == 10.0.0.1', false],
    ['node.ip != 10.0.0.1', true],
  ])('of a node that says nothing of itself %s is %s', (expression, expected) =>
    expect(check(expression, bare)).toBe(expected),
  );

  it('only with all of them', () => {
    const parsed = parseConstraints(['node.role==manager', 'node.labels.Zone!=east']);
    expect(parsed.ok && nodeMatches(parsed.value, subject)).toBe(false);
  });
});

describe('an expression that is none is refused in upstream’s words', () => {
  it.each([
    ['node.role', 'constraint expected one operator from ==, !='],
    ['node.role = manager', 'constraint expected one operator from ==, !='],
    ['=='.concat('x'), "key '' is invalid"],
    ['n == x', "key 'n' is invalid"],
    ['1node == x', "key '1node' is invalid"],
    ['node role == x', "key 'node role' is invalid"],
    ['node.role ==', "value '' is invalid"],
    ['node.role == a,b', "value 'a,b' is invalid"],
    ['node.role == a == b', "value 'a == b' is invalid"],
    ['node.role != a == b', "key 'node.role != a' is invalid"],
  ])('%s: %s', (expression, error) => expect(check(expression)).toBe(error));
});
