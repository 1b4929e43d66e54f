import { describe, expect, it } from 'vitest';
import type { AnyObject } from '../../src/swarm/objects';
import { newTask } from '../../src/swarm/orchestrator/task';
import { checkStore } from '../../src/swarm/store-checks';
import { LoopWorld, node, service } from './harness';

const attachment = (address: string) => ({
  networkId: 'ingress',
  addresses: [`${address}/24`],
  aliases: [],
  driverOptions: {},
});

/** A store without loops that would repair it. */
function holding(...objects: AnyObject[]): string | undefined {
  const world = new LoopWorld([]);
  for (const object of objects) world.put(object);
  return checkStore(world.store);
}

describe('the rules of a store', () => {
  const web = service('web', { Name: 'web' });
  const task = (id: string, slot: number, nodeId = '') => newTask(web, slot, nodeId, id, 0);

  it('hold in an ordinary one', () => {
    expect(
      holding(web, node('n1', { attachments: [attachment('10.0.0.2')] }), task('a', 1), task('b', 2)),
    ).toBeUndefined();
  });

  it('forbid an address to be given twice', () => {
    const taken = node('n1', { attachments: [attachment('10.0.0.2')] });
    expect(holding(web, taken, { ...task('a', 1), networks: [attachment('10.0.0.2')] })).toBe(
      '10.0.0.2 on network ingress is given to node n1 and task a',
    );
  });

  it('forbid a port to be published twice', () => {
    const port = { Protocol: 'tcp', PublishMode: 'ingress', PublishedPort: 80, TargetPort: 80 };
    const endpoint = { spec: {}, ports: [port], virtualIPs: [] };
    expect(holding({ ...web, endpoint }, { ...service('b', { Name: 'b' }), endpoint })).toBe(
      'port 80/tcp is given to services b and web',
    );
  });

  it('forbid two tasks in a slot, unless the service starts the new one first', () => {
    expect(holding(web, task('a', 1), task('b', 1))).toBe('web has two tasks in slot 1: a and b');
    const UpdateConfig = { Parallelism: 1, MaxFailureRatio: 0, Order: 'start-first' };
    expect(holding({ ...web, spec: { ...web.spec, UpdateConfig } }, task('a', 1), task('b', 1))).toBeUndefined();
    const all = { ...web, spec: { ...web.spec, Mode: { Global: {} } } };
    expect(holding(all, task('a', 0, 'n1'), task('b', 0, 'n2'), task('c', 0, 'n1'))).toBe(
      'web has two tasks in node n1: a and c',
    );
  });
});
