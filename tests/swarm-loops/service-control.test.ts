import { describe, expect, it } from 'vitest';
import type { ServiceSpec } from '../../src/api/index';
import type { ControlApi, ControlMethod } from '../../src/swarm/control/api';
import type { ControlHandler } from '../../src/swarm/control/handler';
import { serviceControl } from '../../src/swarm/control/service';
import { TaskState } from '../../src/swarm/objects';
import { rpcText } from '../../src/swarm/rpc';
import { LoopWorld, NO_META, network, node, replicas } from './harness';

const INGRESS = { Protocol: 'tcp', TargetPort: 80, PublishedPort: 8080, PublishMode: 'ingress' };
const HOST = { ...INGRESS, PublishMode: 'host' };

function world(): LoopWorld {
  const made = new LoopWorld();
  made.put(node('n1'));
  return made;
}

/** The answer once its changes are committed, or the error as a client reads it. */
function call<M extends ControlMethod>(
  on: LoopWorld,
  handler: ControlHandler<M>,
  request: ControlApi[M][0],
): ControlApi[M][1] | string {
  const result = handler({ read: on.store, now: () => on.now, newId: () => on.newId() }, request);
  if (!result.ok) return rpcText(result.error);
  on.commit(result.value.changes);
  on.turns();
  return result.value.answer(on.store);
}

function spec(change: ServiceSpec = {}): ServiceSpec {
  return {
    Name: 'web',
    Mode: { Replicated: { Replicas: 1 } },
    EndpointSpec: { Mode: 'vip' },
    ...change,
    TaskTemplate: { ContainerSpec: { Image: 'nginx' }, ...change.TaskTemplate },
  };
}

const container = (change: object): ServiceSpec => ({ TaskTemplate: { ContainerSpec: { Image: 'nginx', ...change } } });
const file = (name: string) => ({ Name: name, UID: '0', GID: '0', Mode: 0o444 });

describe('a service spec is refused', () => {
  it.each<[string, ServiceSpec]>([
    ['InvalidArgument desc = meta: name must be provided', { Name: '' }],
    ['InvalidArgument desc = name must be valid as a DNS name component', { Name: 'a.b' }],
    ['InvalidArgument desc = name must be 63 characters or fewer', { Name: 'a'.repeat(64) }],
    ['InvalidArgument desc = ContainerSpec: image reference must be provided', container({ Image: '' })],
    ['InvalidArgument desc = ContainerSpec: "No:::" is not a valid repository/tag', container({ Image: 'No:::' })],
    [
      'InvalidArgument desc = ContainerSpec: duplicate mount point: /a',
      container({ Mounts: [{ Target: '/a' }, { Target: '/a' }] }),
    ],
    [
      'InvalidArgument desc = ContainerSpec: Interval in HealthConfig cannot be less than 1ms',
      container({ Healthcheck: { Interval: 10 } }),
    ],
    [
      'InvalidArgument desc = ContainerSpec: Retries in HealthConfig cannot be negative',
      container({ Healthcheck: { Retries: -1 } }),
    ],
    ['InvalidArgument desc = TaskSpec: missing runtime', { TaskTemplate: { ContainerSpec: undefined } }],
    [
      'Unimplemented desc = RuntimeSpec: unimplemented runtime in service spec',
      { TaskTemplate: { Runtime: 'plugin' } },
    ],
    [
      'InvalidArgument desc = invalid cpu value 0.0005: Must be at least 0.001',
      { TaskTemplate: { Resources: { Limits: { NanoCPUs: 500_000 } } } },
    ],
    [
      'InvalidArgument desc = invalid cpu value 1.2e-05: Must be at least 0.001',
      { TaskTemplate: { Resources: { Limits: { NanoCPUs: 12_000 } } } },
    ],
    [
      'InvalidArgument desc = invalid memory value 100: Must be at least 4MiB',
      { TaskTemplate: { Resources: { Reservations: { MemoryBytes: 100 } } } },
    ],
    [
      'InvalidArgument desc = TaskSpec: restart-delay cannot be negative',
      { TaskTemplate: { RestartPolicy: { Delay: -1 } } },
    ],
    [
      'InvalidArgument desc = TaskSpec: restart-window cannot be negative',
      { TaskTemplate: { RestartPolicy: { Window: -1 } } },
    ],
    ["Unknown desc = key 'x' is invalid", { TaskTemplate: { Placement: { Constraints: ['x==1'] } } }],
    ['InvalidArgument desc = Number of replicas must be non-negative', { Mode: { Replicated: { Replicas: -1 } } }],
    [
      'InvalidArgument desc = Jobs may not have an update config',
      { Mode: { GlobalJob: {} }, UpdateConfig: { Parallelism: 1, MaxFailureRatio: 0 } },
    ],
    [
      'InvalidArgument desc = TaskSpec: update-delay cannot be negative',
      { UpdateConfig: { Parallelism: 1, Delay: -1, MaxFailureRatio: 0 } },
    ],
    [
      'InvalidArgument desc = TaskSpec: update-maxfailureratio cannot be less than 0 or bigger than 1',
      { UpdateConfig: { Parallelism: 1, MaxFailureRatio: 1.5 } },
    ],
    [
      "InvalidArgument desc = EndpointSpec: port published with ingress mode can't be used with dnsrr mode",
      { EndpointSpec: { Mode: 'dnsrr', Ports: [INGRESS] } },
    ],
    [
      'InvalidArgument desc = EndpointSpec: duplicate published ports provided',
      { EndpointSpec: { Ports: [INGRESS, HOST] } },
    ],
    [
      'InvalidArgument desc = Service cannot be explicitly attached to the ingress network "ingress"',
      { TaskTemplate: { Networks: [{ Target: 'ingress' }] } },
    ],
    [
      'InvalidArgument desc = secret not found: pw',
      container({ Secrets: [{ SecretID: 'x', SecretName: 'pw', File: file('pw') }] }),
    ],
    [
      'InvalidArgument desc = configs not found: a, b',
      container({
        Configs: [
          { ConfigID: 'x', ConfigName: 'a', File: file('a') },
          { ConfigID: 'y', ConfigName: 'b', File: file('b') },
        ],
      }),
    ],
    [
      "InvalidArgument desc = secret references 'a' and 'b' have a conflicting target: 't'",
      container({
        Secrets: [
          { SecretID: 'x', SecretName: 'a', File: file('t') },
          { SecretID: 'y', SecretName: 'b', File: file('t') },
        ],
      }),
    ],
    [
      'InvalidArgument desc = malformed config reference',
      container({ Configs: [{ ConfigID: '', ConfigName: 'a', File: file('a') }] }),
    ],
  ])('with %s', (error, change) => {
    expect(call(world(), serviceControl.createService, { spec: spec(change) })).toBe(`rpc error: code = ${error}`);
  });

  it('when its name is taken, whatever the case', () => {
    const on = world();
    on.createService('web');
    expect(call(on, serviceControl.createService, { spec: spec({ Name: 'Web' }) })).toBe(
      'rpc error: code = AlreadyExists desc = name conflicts with an existing object: service Web already exists',
    );
  });

  it('without an ingress network, when it needs one', () => {
    const on = world();
    on.remove('network', 'ingress');
    expect(call(on, serviceControl.createService, { spec: spec({ EndpointSpec: { Ports: [INGRESS] } }) })).toBe(
      'rpc error: code = FailedPrecondition desc = service needs ingress network, but no ingress network is present',
    );
  });

  it.each([
    [INGRESS, INGRESS, 'as an ingress port'],
    [INGRESS, HOST, 'as an ingress port'],
    [HOST, INGRESS, 'as a host-published port'],
    [HOST, HOST, undefined],
  ])('when another service has its port', (theirs, ours, error) => {
    const on = world();
    const other = on.createService('other', { EndpointSpec: { Ports: [theirs] } });
    const answer = call(on, serviceControl.createService, { spec: spec({ EndpointSpec: { Ports: [ours] } }) });
    if (!error) expect(answer).toMatchObject({ spec: { Name: 'web' } });
    else {
      expect(answer).toBe(
        `rpc error: code = InvalidArgument desc = port '8080' is already in use by service 'other' (${other.id}) ${error}`,
      );
    }
  });

  it('when its port was chosen for another service', () => {
    const on = world();
    on.createService('other', { EndpointSpec: { Ports: [{ ...INGRESS, PublishedPort: 0 }] } });
    const taken = spec({ EndpointSpec: { Ports: [{ ...INGRESS, PublishedPort: 30_000 }] } });
    expect(call(on, serviceControl.createService, { spec: taken })).toContain("port '30000' is already in use");
  });
});

describe('an update', () => {
  function update(
    on: LoopWorld,
    change: ServiceSpec,
    more: { version?: number; rollback?: boolean; id?: string } = {},
  ) {
    const service = on.service('web');
    return call(on, serviceControl.updateService, {
      id: more.id ?? service.id,
      version: more.version ?? service.meta.version,
      spec: spec(change),
      rollback: more.rollback ?? false,
    });
  }

  it('keeps the spec before, and a rollback changes the two', () => {
    const on = world();
    on.createService('web', spec());
    const first = on.service('web');
    update(on, container({ Image: 'nginx:2' }));
    const second = on.service('web');
    expect(second.previousSpec).toEqual(first.spec);
    expect(second.specVersion).toBe(first.meta.version);
    update(on, {}, { rollback: true });
    const third = on.service('web');
    expect(third).toMatchObject({ spec: first.spec, specVersion: 0, previousSpec: second.spec });
    expect(third.updateStatus).toMatchObject({ state: 'rollback_started', message: 'manually requested rollback' });
  });

  it.each<[string, ServiceSpec, { version?: number; rollback?: boolean; id?: string }]>([
    ['Unknown desc = update out of sequence', {}, { version: 1 }],
    ['Unimplemented desc = renaming services is not supported', { Name: 'other' }, {}],
    ['Unimplemented desc = service mode change is not allowed', { Mode: { Global: {} } }, {}],
    [
      'Unimplemented desc = networks must be migrated to TaskSpec before being changed',
      { Networks: [{ Target: 'x' }] },
      {},
    ],
    ['NotFound desc = service nope not found', {}, { id: 'nope' }],
  ])('is refused: %s', (error, change, more) => {
    const on = world();
    on.createService('web', spec());
    expect(update(on, change, more)).toBe(`rpc error: code = ${error}`);
  });

  it('is not rolled back where there was none', () => {
    const on = world();
    const { id } = on.createService('web', spec());
    expect(update(on, {}, { rollback: true })).toBe(
      `rpc error: code = FailedPrecondition desc = service ${id} does not have a previous spec`,
    );
  });

  it('of a job is a new iteration', () => {
    const on = world();
    call(on, serviceControl.createService, { spec: spec({ Mode: { GlobalJob: {} } }) });
    expect(on.service('web').jobStatus?.iteration).toBe(0);
    update(on, { Mode: { GlobalJob: {} } });
    expect(on.service('web').jobStatus?.iteration).toBe(1);
  });
});

describe('what is read', () => {
  it('counts tasks that are seen running, those of a dead node too', () => {
    const on = world();
    on.put(node('n2'));
    const web = on.createService('web', replicas(4));
    const all = on.createService('all', { Mode: { Global: {} } });
    on.run(3);
    on.silence('n2');
    on.changeNode('n2', (old) => ({ ...old, status: { ...old.status, state: 'down' } }));
    on.run(10);
    const answer = call(on, serviceControl.serviceStatuses, { ids: [web.id, all.id, 'none'] });
    expect(answer).toEqual([
      { running: 6, desired: 4, completed: 0 },
      { running: 2, desired: 1, completed: 0 },
      { running: 0, desired: 0, completed: 0 },
    ]);
  });

  it('lists tasks of services, of nodes, by id', () => {
    const on = world();
    const web = on.createService('web', replicas(2));
    on.createService('other');
    on.run(3);
    const ids = (answer: unknown): string[] => (answer as { id: string }[]).map(({ id }) => id);
    expect(ids(call(on, serviceControl.listTasks, {}))).toHaveLength(3);
    expect(ids(call(on, serviceControl.listTasks, { serviceIds: [web.id] }))).toHaveLength(2);
    expect(ids(call(on, serviceControl.listTasks, { nodeIds: ['n1'] }))).toHaveLength(3);
    expect(ids(call(on, serviceControl.listTasks, { serviceIds: [web.id], nodeIds: ['n9'] }))).toEqual([]);
    const [one] = ids(call(on, serviceControl.listTasks, { serviceIds: [web.id] }));
    expect(ids(call(on, serviceControl.listTasks, { ids: [one!, 'nope'] }))).toEqual([one]);
  });

  it('is gone at once when removed, its tasks when they have stopped', () => {
    const on = world();
    const { id } = on.createService('web');
    on.put({ ...network('net'), meta: NO_META });
    on.run(3);
    expect(call(on, serviceControl.removeService, { id })).toEqual({});
    expect(call(on, serviceControl.removeService, { id })).toBe(
      `rpc error: code = NotFound desc = service ${id} not found`,
    );
    expect(on.tasks('web').map((task) => task.desiredState)).toEqual([TaskState.REMOVE]);
  });
});
