import { describe, expect, it } from 'vitest';
import type { LogSelector } from '../../src/swarm/logbroker/messages';
import { SwarmWorld } from './swarm-world';

const OPTIONS = { stdout: true, stderr: true, follow: false, tail: undefined, since: undefined };

class Reader {
  readonly lines: string[] = [];
  ended: string | undefined;
  readonly cancel: () => void;

  constructor(world: SwarmWorld, at: number, selector: Partial<LogSelector>, follow = false) {
    this.cancel = world.host(at).node.subscribeLogs({
      selector: { serviceIds: [], nodeIds: [], taskIds: [], ...selector },
      options: { ...OPTIONS, follow },
      message: ({ line }) => this.lines.push(line.data.trim()),
      done: (error) => {
        this.ended = error ?? 'end';
      },
    })!;
  }

  get sorted(): string[] {
    return [...this.lines].sort((a, b) => (a < b ? -1 : 1));
  }
}

function withService(): { world: SwarmWorld; id: string } {
  const world = new SwarmWorld(3);
  world.form(2);
  const id = world.createService('web', { Mode: { Replicated: { Replicas: 3 } } });
  world.until(() => world.running('web').length === 3);
  return { world, id };
}

/** Every running task prints a line with its slot. */
function print(world: SwarmWorld, text: string): void {
  for (const task of world.running('web')) {
    const host = world.hosts.find(({ node }) => node.status().nodeId === task.nodeId)!;
    host.executor.print(task.id, `${text} ${task.slot}\n`, world.simulation.now);
  }
}

describe('logs of a service', () => {
  it.each([1, 2])('come from all its nodes, through the manager on node%i, and end', (at) => {
    const { world, id } = withService();
    print(world, 'hello');
    const reader = new Reader(world, at, { serviceIds: [id] });
    world.until(() => reader.ended !== undefined, 5);
    expect(reader.sorted).toEqual(['hello 1', 'hello 2', 'hello 3']);
    expect(reader.ended).toBe('end');
  });

  it.each([1, 2])('go on while they are followed, through the manager on node%i', (at) => {
    const { world, id } = withService();
    print(world, 'before');
    const reader = new Reader(world, at, { serviceIds: [id] }, true);
    world.run(1);
    print(world, 'after');
    world.run(1);
    expect(reader.lines).toHaveLength(6);
    expect(reader.ended).toBeUndefined();
    reader.cancel();
    world.run(1);
    print(world, 'late');
    world.run(1);
    expect(reader.lines).toHaveLength(6);
  });

  it('take in tasks that come later, on nodes that had none', () => {
    const { world, id } = withService();
    const reader = new Reader(world, 1, { serviceIds: [id] }, true);
    world.run(1);
    const service = world.read().get('service', id)!;
    const spec = { ...service.spec, Mode: { Replicated: { Replicas: 6 } } };
    world.control('updateService', { id, version: service.meta.version, spec, rollback: false });
    world.until(() => world.running('web').length === 6);
    world.run(1);
    print(world, 'all');
    world.run(1);
    expect(reader.lines).toHaveLength(6);
  });

  it('of one task are its own', () => {
    const { world } = withService();
    print(world, 'hello');
    const [task] = world.running('web');
    const reader = new Reader(world, 1, { taskIds: [task!.id] });
    world.until(() => reader.ended !== undefined, 5);
    expect(reader.lines).toEqual(['hello 1']);
  });

  it('say what is missing of a node that is gone', () => {
    const { world, id } = withService();
    print(world, 'hello');
    world.kill(3);
    world.until(() => world.nodeState(3).startsWith('down'));
    const reader = new Reader(world, 1, { serviceIds: [id] });
    world.until(() => reader.ended !== undefined, 5);
    expect(reader.lines).toHaveLength(2);
    expect(reader.ended).toBe(
      'rpc error: code = Unknown desc = ' +
        'warning: incomplete log stream. some logs could not be retrieved for the following reasons: ' +
        `node ${world.nodeId(3)} is not available`,
    );
  });

  it('end with the leader that served them', () => {
    const world = new SwarmWorld(4);
    world.form(3);
    const id = world.createService('web');
    world.until(() => world.running('web').length === 1);
    const reader = new Reader(world, 2, { serviceIds: [id] }, true);
    world.run(5);
    expect(reader.ended).toBeUndefined();
    world.kill(1);
    world.until(() => reader.ended !== undefined, 40);
    expect(reader.ended).toBe('rpc error: code = Unavailable desc = transport is closing');
  });

  it('say so of a task that has no node', () => {
    const { world } = withService();
    world.createService('nowhere', { TaskTemplate: { Placement: { Constraints: ['node.id==none'] } } });
    world.run(1);
    const [task] = world.tasks('nowhere');
    const reader = new Reader(world, 1, { taskIds: [task!.id] });
    world.until(() => reader.ended !== undefined, 5);
    expect(reader.ended).toContain(`task ${task!.id} has not been scheduled`);
  });
});
