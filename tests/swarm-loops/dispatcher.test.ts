import { describe, expect, it } from 'vitest';
import { Dispatcher } from '../../src/swarm/dispatcher/dispatcher';
import type { SessionReply } from '../../src/swarm/dispatcher/messages';
import { TaskState } from '../../src/swarm/objects';
import { newTask } from '../../src/swarm/orchestrator/task';
import { rpcText } from '../../src/swarm/rpc';
import { DESCRIPTION, LoopWorld, node, service } from './harness';
import { SwarmWorld } from './swarm-world';

function formed(hosts: number, managers: number, seed = 1): SwarmWorld {
  const world = new SwarmWorld(hosts, seed);
  world.form(managers);
  return world;
}

const replicas = (count: number) => ({ Mode: { Replicated: { Replicas: count } } });

describe('a node’s state', () => {
  it('is Ready with the first session, with its address and description', () => {
    const world = formed(3, 1);
    const node = world.read().get('node', world.nodeId(3))!;
    expect(node.status).toEqual({ state: 'ready', message: '', addr: '192.168.0.13' });
    expect(node.description?.Hostname).toBe('node3');
  });

  it('is Down 8 to 16.5 s after the power went', () => {
    const times = [1, 2, 3, 4, 5].map((seed) => {
      const world = formed(2, 1, seed);
      world.run(seed);
      world.kill(2);
      const time = world.until(() => world.nodeState(2) !== 'ready');
      expect(world.nodeState(2)).toBe('down: heartbeat failure');
      return time;
    });
    for (const time of times) {
      expect(time).toBeGreaterThan(8);
      expect(time).toBeLessThan(16.7);
    }
  });

  it('is Unknown when the leader changed, and Ready again in seconds', () => {
    const world = formed(5, 3);
    world.kill(1);
    world.until(() => world.leader() !== undefined);
    world.until(() => [4, 5].some((at) => world.nodeState(at).startsWith('unknown')));
    expect(world.nodeState(5)).toBe('unknown: Node moved to "unknown" state due to leadership change in cluster');
    world.until(() => [4, 5].every((at) => world.nodeState(at) === 'ready'));
    const time = world.until(() => world.nodeState(1) !== world.nodeState(5) && world.nodeState(1).startsWith('down'));
    expect(world.nodeState(1)).toBe('down: heartbeat failure for node in "unknown" state');
    expect(time).toBeGreaterThan(15);
    expect(time).toBeLessThan(34);
  });

  it('changes with what the node says of itself, within half a minute', () => {
    const world = formed(2, 1);
    world.host(2).executor.labels = { disk: 'ssd' };
    const labels = () => world.read().get('node', world.nodeId(2))!.description?.Engine.Labels;
    world.until(() => labels()?.['disk'] === 'ssd', 30);
    expect(world.nodeState(2)).toBe('ready');
  });

  it('ends in orphaned tasks after a day', () => {
    const world = formed(2, 1);
    world.createService('web', { TaskTemplate: { RestartPolicy: { Condition: 'none' } }, ...replicas(2) });
    world.until(() => world.running().length === 2);
    const [lost] = world.read().tasksOfNode(world.nodeId(2));
    world.kill(2);
    world.run(24 * 3600 - 60);
    expect(world.read().get('task', lost!.id)!.status.state).toBe(TaskState.RUNNING);
    world.run(120);
    expect(world.read().get('task', lost!.id)!.status.state).toBe(TaskState.ORPHANED);
  });
});

describe('sessions', () => {
  it('go on with another manager when theirs dies', () => {
    const world = formed(4, 3);
    world.kill(2);
    world.run(30);
    expect([1, 3, 4].map((at) => world.nodeState(at))).toEqual(['ready', 'ready', 'ready']);
  });

  it('are limited: a node that registers again and again is told to wait', () => {
    const { dispatcher, register } = rig();
    const answers = [1, 2, 3, 4, 5].map(() => register());
    expect(answers.map((answer) => answer() ?? 'none')).toEqual([
      'a session',
      'a session',
      'a session',
      'a session',
      'rpc error: code = Unavailable desc = node n1 exceeded rate limit count of registrations',
    ]);
    expect(dispatcher.caller('n1')?.ip).toBe('192.168.0.11');
  });

  it.each([
    ['a node that is not there', 'n9', undefined, 'NotFound desc = node not found'],
    ['a session that is over', 'n1', 'old', 'InvalidArgument desc = session invalid'],
    ['a node without one', 'n2', 'any', 'NotFound desc = node not registered'],
  ])('are refused to %s', (_who, nodeId, sessionId, error) => {
    const { dispatcher, register, call } = rig();
    if (sessionId === undefined) expect(register(nodeId)()).toBe(`rpc error: code = ${error}`);
    else {
      register('n1')();
      expect(call('dispatcher.heartbeat', { sessionId }, nodeId)).toBe(`rpc error: code = ${error}`);
    }
    expect(dispatcher.caller('n9')).toBeUndefined();
  });

  it('may report only tasks of their own node', () => {
    const { world, register, call, sessionId } = rig();
    world.put({ ...newTask(service('s', { Name: 'web' }), 1, 'n2', 'theirs', 0) });
    register('n1')();
    const status = world.store.get('task', 'theirs')!.status;
    const updates = [
      { taskId: 'gone', status },
      { taskId: 'theirs', status },
    ];
    expect(call('dispatcher.status', { sessionId: sessionId(), updates }, 'n1')).toBe(
      'rpc error: code = PermissionDenied desc = cannot update a task not assigned this node',
    );
  });
});

/** A dispatcher alone over a store with two nodes. */
function rig() {
  let dispatcher: Dispatcher | undefined;
  const world = new LoopWorld([
    (context) => {
      const push = () => {};
      dispatcher = new Dispatcher(context, { push, managers: () => [], onConnected: push, onDisconnected: push });
      return dispatcher;
    },
  ]);
  world.put(node('n1'));
  world.put(node('n2'));
  let session = '';
  /** Registers; the answer is there when the batch has been written. */
  const register = (nodeId = 'n1') => {
    let answer: string | undefined;
    const caller = { nodeId, ip: '192.168.0.11', via: undefined };
    dispatcher!.handle('dispatcher.session', { description: DESCRIPTION }, caller, (result) => {
      if (result.ok) session = (result.value as SessionReply).sessionId;
      answer = result.ok ? 'a session' : rpcText(result.error);
    });
    world.run(0.2);
    return () => answer;
  };
  const call = (method: string, request: unknown, nodeId: string): string => {
    let answer = 'none';
    dispatcher!.handle(method, request, { nodeId, ip: '', via: undefined }, (result) => {
      answer = result.ok ? 'ok' : rpcText(result.error);
    });
    return answer;
  };
  return { world, dispatcher: dispatcher!, register, call, sessionId: () => session };
}

describe('tasks', () => {
  it('pass through all states on their way', () => {
    const world = formed(2, 1);
    const seen: string[] = [];
    world.leader().node.watch((events) => {
      for (const { object } of events) if (object.kind === 'task') seen.push(object.status.message);
    });
    world.createService('web');
    world.until(() => world.running('web').length === 1);
    expect(seen).toEqual(['created', 'pending task scheduling', 'scheduler assigned task to node', 'started']);
  });

  it('are stamped with the manager that wrote what was reported', () => {
    const world = formed(2, 1);
    world.createService('web');
    world.until(() => world.running('web').length === 1);
    const [task] = world.running('web');
    expect(task!.status.appliedBy).toBe(world.nodeId(1));
    expect(task!.status.appliedAt! - task!.status.timestamp).toBeLessThan(150_000);
    expect(task!.status.container?.containerId).toBe(`c-${task!.id}`);
  });

  it('that cannot be prepared are rejected, and tried again elsewhere or here', () => {
    const world = formed(2, 1);
    world.createService('web', { TaskTemplate: { ContainerSpec: { Image: 'missing' } } });
    world.until(() => world.tasks('web').some((task) => task.status.state === TaskState.REJECTED));
    const rejected = world.tasks('web').find((task) => task.status.state === TaskState.REJECTED)!;
    expect(rejected.status).toMatchObject({ message: 'preparing', err: 'No such image: missing:latest' });
    world.run(12);
    expect(world.tasks('web').length).toBeGreaterThan(2);
  });

  it('are found dead after a power cut, and replaced', () => {
    const world = formed(2, 1);
    world.createService('web', { TaskTemplate: { Placement: { Constraints: ['node.role==worker'] } } });
    world.until(() => world.running('web').length === 1);
    world.kill(2);
    world.run(1);
    world.start(2);
    world.until(() => world.tasks('web').length === 2);
    const [old] = world.tasks('web');
    expect(old!.status).toMatchObject({
      state: TaskState.FAILED,
      message: 'started',
      err: 'task: non-zero exit (255)',
    });
    world.until(() => world.running('web').length === 1);
  });

  it('keep their last state while their node is gone, and are stopped when it is back', () => {
    const world = formed(3, 1);
    world.createService('web', replicas(3));
    world.until(() => world.running('web').length === 3);
    const [lost] = world.read().tasksOfNode(world.nodeId(3));
    const cut = world.simulation.links;
    for (const other of ['node1', 'node2']) cut.set('node3', other, { cut: true });
    world.until(() => world.nodeState(3).startsWith('down'));
    world.run(10);
    expect(world.read().get('task', lost!.id)).toMatchObject({ desiredState: TaskState.SHUTDOWN });
    expect(world.read().get('task', lost!.id)!.status.state).toBe(TaskState.RUNNING);
    expect(world.host(3).executor.waits.has(lost!.id)).toBe(true);
    cut.heal();
    world.until(() => world.read().get('task', lost!.id)!.status.state === TaskState.SHUTDOWN, 30);
    expect(world.host(3).executor.waits.has(lost!.id)).toBe(false);
    expect(world.running('web')).toHaveLength(3);
  });

  it('have their containers removed when the service is', () => {
    const world = formed(2, 1);
    const id = world.createService('web', replicas(4));
    world.until(() => world.running('web').length === 4);
    world.control('removeService', { id });
    world.until(() => world.tasks('web').length === 0);
    world.run(1);
    expect(world.hosts.map(({ executor }) => executor.removed.length)).toEqual([2, 2]);
  });

  it('bring secrets and configs to their nodes alone, and only while they run', () => {
    const world = formed(2, 1);
    const secret = world.control('createSecret', { spec: { Name: 'pw', Data: 'eA==' } });
    const config = world.control('createConfig', { spec: { Name: 'conf', Data: 'eA==' } });
    const file = { Name: 'f', UID: '0', GID: '0', Mode: 0o444 };
    const id = world.createService('web', {
      TaskTemplate: {
        Placement: { Constraints: ['node.role==worker'] },
        ContainerSpec: {
          Image: 'nginx',
          Secrets: [{ SecretID: secret.id, SecretName: 'pw', File: file }],
          Configs: [{ ConfigID: config.id, ConfigName: 'conf', File: file }],
        },
      },
    });
    world.until(() => world.running('web').length === 1);
    const { executor } = world.host(2);
    expect([executor.secretNames, executor.configNames]).toEqual([['pw'], ['conf']]);
    expect(world.host(1).executor.secretNames).toEqual([]);
    world.control('removeService', { id });
    world.run(5);
    expect([executor.secretNames, executor.configNames]).toEqual([[], []]);
  });

  it('are a thousand in less than a virtual second', () => {
    const world = formed(5, 3);
    world.createService('many', replicas(1000));
    world.run(1);
    expect(world.running('many')).toHaveLength(1000);
    const counts = world.hosts.map((_, at) => world.read().tasksOfNode(world.nodeId(at + 1)).length);
    expect(counts).toEqual([200, 200, 200, 200, 200]);
  });
});

describe('nodes are told', () => {
  it('their addresses on the networks they take part in', () => {
    const world = formed(2, 1);
    world.run(1);
    const addresses = (at: number) =>
      world
        .host(at)
        .executor.configuration!.attachments.map(({ attachment, network }) => [
          network.spec.Name,
          ...attachment.addresses,
        ]);
    expect(addresses(1)).toEqual([['ingress', '10.0.0.2/24']]);
    expect(addresses(2)).toEqual([['ingress', '10.0.0.3/24']]);
  });

  it('when managers come', () => {
    const world = formed(3, 1);
    const { id, meta, spec } = world.read().get('node', world.nodeId(2))!;
    world.control('updateNode', { id, version: meta.version, spec: { ...spec, Role: 'manager' } });
    world.run(15);
    expect(
      world
        .host(3)
        .node.status()
        .remoteManagers.map(({ addr }) => addr),
    ).toEqual(['192.168.0.11:2377', '192.168.0.12:2377']);
  });
});

describe('an idle swarm of five managers', () => {
  it('costs fewer than 17 events a virtual second', () => {
    const world = formed(5, 5);
    world.createService('web', replicas(10));
    world.run(60);
    const before = world.simulation.digest.count;
    world.run(1000);
    expect((world.simulation.digest.count - before) / 1000).toBeLessThan(17);
  });
});
