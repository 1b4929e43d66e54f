import { describe, expect, it } from 'vitest';
import type { ContainerSpec, PortConfig } from '../../src/api/index';
import { SwarmExecutor } from '../../src/daemon/executor/executor';
import type { AssignedTask, NetworkObject, StepDone, TaskController, TaskObject } from '../../src/swarm/index';
import { SECOND, World } from '../host/machines';

const META = { version: 1, createdAt: 0, updatedAt: 0 };

function overlay(id: string, name: string, subnet: string, ingress = false): NetworkObject {
  const gateway = subnet.replace('.0/24', '.1/24');
  return {
    kind: 'network',
    id,
    meta: META,
    spec: { Name: name, Ingress: ingress, DriverConfiguration: { Name: 'overlay' } },
    state: { driver: 'overlay', vni: 4096, subnets: [{ subnet, gateway }], predefined: false },
  };
}

const INGRESS = overlay('ingress00', 'ingress', '10.0.0.0/24', true);
const FRONT = overlay('front0000', 'front', '10.0.1.0/24');

interface TaskOptions {
  readonly id?: string;
  readonly spec?: ContainerSpec;
  readonly networks?: readonly NetworkObject[];
  readonly ports?: readonly PortConfig[];
  readonly memory?: number;
}

function assigned(options: TaskOptions = {}): AssignedTask {
  const { id = 'task1', spec = {}, networks = [], ports = [], memory } = options;
  const task: TaskObject = {
    kind: 'task',
    id,
    meta: META,
    spec: {
      ContainerSpec: { Image: 'nginx:latest', ...spec },
      ...(memory === undefined ? {} : { Resources: { Limits: { MemoryBytes: memory } } }),
    },
    specVersion: 1,
    serviceId: 'service1',
    serviceName: 'web',
    serviceLabels: { tier: 'front' },
    slot: 1,
    nodeId: 'node-id',
    status: {
      timestamp: 0,
      state: 192,
      message: '',
      err: '',
      container: undefined,
      ports: [],
      appliedAt: undefined,
      appliedBy: '',
    },
    desiredState: 512,
    networks: networks.map(({ id: networkId }, at) => ({
      networkId,
      addresses: [`10.0.${at}.5/24`],
      aliases: [],
      driverOptions: {},
    })),
    endpoint: {
      spec: {},
      ports,
      virtualIPs: networks.map(({ id: networkId }, at) => ({ networkId, addr: `10.0.${at}.2/24` })),
    },
    genericResources: [],
    jobIteration: undefined,
  };
  return { task, networks };
}

class Node extends World {
  readonly executor = new SwarmExecutor(this.engine());

  constructor(attached: readonly NetworkObject[] = [INGRESS, FRONT]) {
    super();
    this.configure(attached);
  }

  configure(networks: readonly NetworkObject[]): void {
    const attachments = networks.map((network, at) => ({
      network,
      attachment: { networkId: network.id, addresses: [`10.0.${at}.200/24`], aliases: [], driverOptions: {} },
    }));
    this.executor.configure({ nodeId: 'node-id', role: 'worker', attachments });
  }

  /** Takes a step to its end: 'ok', the failure, or 'still …' after `seconds`. */
  step(act: (done: StepDone) => void, seconds = 60): string {
    let outcome = 'still under way';
    act((failure) => {
      outcome = failure ? failure.message : 'ok';
    });
    for (let tenth = 0; tenth < seconds * 10 && outcome === 'still under way'; tenth++) this.advance(SECOND / 10);
    return outcome;
  }

  started(options: TaskOptions = {}): TaskController {
    const controller = this.executor.controller(assigned(options));
    expect(this.step((done) => controller.prepare(done))).toBe('ok');
    expect(this.step((done) => controller.start(done))).toBe('ok');
    return controller;
  }

  get container() {
    return this.engine().containers.list()[0]!;
  }
}

describe('a task', () => {
  it('becomes a container with its name, labels, hostname and addresses', () => {
    const node = new Node();
    node.started({
      spec: {
        Hostname: '{{.Node.Hostname}}-{{.Task.Slot}}-{{.Service.Name}}',
        Env: ['ID={{.Task.ID}}'],
        Labels: { a: 'b' },
      },
      networks: [INGRESS, FRONT],
    });
    const { name, config, endpoints, image } = node.container;
    expect([name, image]).toEqual(['web.1.task1', 'nginx:latest']);
    expect(config.Hostname).toBe('node1-1-web');
    expect(config.Env).toContain('ID=task1');
    expect(config.Labels).toMatchObject({
      a: 'b',
      'com.docker.swarm.node.id': 'node-id',
      'com.docker.swarm.service.id': 'service1',
      'com.docker.swarm.service.name': 'web',
      'com.docker.swarm.task': '',
      'com.docker.swarm.task.id': 'task1',
      'com.docker.swarm.task.name': 'web.1.task1',
    });
    expect(endpoints.map(({ networkName, address }) => `${networkName} ${address}`)).toEqual([
      'ingress 10.0.0.5',
      'front 10.0.1.5',
    ]);
  });

  it('answers for its service once it runs, drains two seconds before it stops, and leaves its network', () => {
    const node = new Node();
    const controller = node.started({
      networks: [INGRESS, FRONT],
      ports: [{ Protocol: 'tcp', TargetPort: 80, PublishedPort: 8080, PublishMode: 'ingress' }],
    });
    const engine = node.engine();
    const client = node.container.id;
    expect(engine.resolve(client, 'web')).toEqual(['10.0.1.2']);
    node.advance(SECOND);
    expect(engine.connect(undefined, '127.0.0.1', 8080).kind).toBe('container');
    let done = false;
    controller.shutdown(() => {
      done = true;
    });
    expect(engine.resolve(client, 'tasks.web')).toEqual([]);
    node.advance(1.9 * SECOND);
    expect(node.container.state.status).toBe('running');
    node.advance(SECOND);
    expect([node.container.state.status, done]).toEqual(['exited', true]);
    expect(engine.networks.list().map(({ name }) => name)).not.toContain('front');
    expect(engine.connect(undefined, '127.0.0.1', 8080).kind).toBe('host');
  });

  it('reports its container and its host ports, once for each address family', () => {
    const node = new Node();
    const controller = node.started({
      ports: [{ Protocol: 'tcp', TargetPort: 80, PublishedPort: 81, PublishMode: 'host' }],
    });
    const port = { Protocol: 'tcp', TargetPort: 80, PublishedPort: 81, PublishMode: 'host' };
    expect(controller.ports()).toEqual([port, port]);
    expect(controller.containerStatus()).toEqual({
      containerId: node.container.id,
      pid: node.container.state.pid,
      exitCode: 0,
    });
  });

  it('has its secrets and configs as files that nobody can change', () => {
    const node = new Node();
    node.executor.secrets([{ kind: 'secret', id: 's1', meta: META, spec: { Name: 'pw', Data: 'aHVudGVyMg==' } }]);
    node.executor.configs([
      {
        kind: 'config',
        id: 'c1',
        meta: META,
        spec: { Name: 'conf', Data: 'e3suU2VydmljZS5OYW1lfX0ge3tlbnYgIkEifX0=', Templating: { Name: 'golang' } },
      },
    ]);
    const file = (Name: string): { Name: string; UID: string; GID: string; Mode: number } => ({
      Name,
      UID: '0',
      GID: '0',
      Mode: 0o444,
    });
    node.started({
      spec: {
        Env: ['A=1'],
        Secrets: [{ SecretID: 's1', SecretName: 'pw', File: file('pw') }],
        Configs: [{ ConfigID: 'c1', ConfigName: 'conf', File: file('/etc/conf') }],
      },
    });
    const files = node.engine().containerFiles(node.container.id);
    expect([files.read('/run/secrets/pw'), files.read('/etc/conf')]).toEqual(['hunter2', 'web 1']);
    expect(() => files.write('/run/secrets/pw', 'x')).toThrow('Read-only file system');
  });

  it('that is prepared or started already is not made twice', () => {
    const node = new Node();
    const controller = node.started();
    expect(node.step((done) => controller.prepare(done))).toBe('ok');
    expect(node.step((done) => controller.start(done))).toBe('ok');
    expect(node.engine().containers.list()).toHaveLength(1);
  });

  it('goes with its container, even while it runs', () => {
    const node = new Node();
    const controller = node.started({ spec: { Image: 'redis:latest' } });
    expect(node.engine().volumes.list()).toHaveLength(1);
    expect(node.step((done) => controller.remove(done))).toBe('ok');
    expect([node.engine().containers.list(), node.engine().volumes.list()]).toEqual([[], []]);
  });
});

describe('what goes wrong', () => {
  const failing = (options: TaskOptions, step: 'prepare' | 'start'): string => {
    const node = new Node();
    const controller = node.executor.controller(assigned(options));
    const prepared = node.step((done) => controller.prepare(done));
    return step === 'prepare' ? prepared : node.step((done) => controller.start(done));
  };

  it.each([
    [{ Image: 'redis:nosuchtag' }, 'No such image: redis:nosuchtag'],
    [
      { Mounts: [{ Type: 'bind', Source: '/nope', Target: '/x' }] },
      'invalid mount config for type "bind": bind source path does not exist: /nope',
    ],
    [
      { Mounts: [{ Type: 'volume', Source: 'v', Target: 'relative' }] },
      'invalid mount target, must be an absolute path: relative',
    ],
    [
      { Mounts: [{ Type: 'bind', Source: 'rel', Target: '/x' }] },
      'invalid bind mount source, must be an absolute path: rel',
    ],
    [{ Mounts: [{ Type: 'tmpfs', Source: 'x', Target: '/x' }] }, 'invalid tmpfs source, source must be empty'],
  ])('rejects %j', (spec, expected) => {
    expect(failing({ spec }, 'prepare')).toBe(expected);
  });

  it('fails a start whose command or secret is missing', () => {
    expect(failing({ spec: { Image: 'alpine', Args: ['nosuchcmd'] } }, 'start')).toBe(
      'starting container failed: failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "nosuchcmd": executable file not found in $PATH',
    );
    const Secrets = [{ SecretID: 's9', SecretName: 'x', File: { Name: 'x', UID: '0', GID: '0', Mode: 0o444 } }];
    expect(failing({ spec: { Secrets } }, 'start')).toBe(
      'starting container failed: unable to get secret from secret store: secret s9 not found',
    );
  });

  it('waits half a minute for the node’s own address on a network', () => {
    const node = new Node([INGRESS]);
    const controller = node.executor.controller(assigned({ networks: [INGRESS, FRONT] }));
    expect(node.step((done) => controller.prepare(done), 29)).toBe('still under way');
    expect(node.step((done) => controller.prepare(done), 31)).toBe(
      'node is missing network attachments, ip addresses may be exhausted',
    );
    let outcome = '';
    controller.prepare((failure) => {
      outcome = failure?.message ?? 'ok';
    });
    node.configure([INGRESS, FRONT]);
    node.advance(30 * SECOND);
    expect(outcome).toBe('ok');
  });

  it.each([
    [['sh', '-c', 'exit 0'], 0, 'ok'],
    [['sh', '-c', 'exit 3'], 3, 'task: non-zero exit (3)'],
  ])('a container of %j ends its task', (Args, status, expected) => {
    const node = new Node();
    const controller = node.started({ spec: { Image: 'alpine', Args } });
    let outcome = '';
    controller.wait((failure) => {
      outcome = failure?.message ?? 'ok';
    });
    node.shellCalls[0]!.output.exited(status);
    node.advance(SECOND);
    expect(outcome).toBe(expected);
  });

  it('a removed container is missed, a dead machine’s ended with 255', () => {
    const node = new Node();
    const controller = node.started();
    node.engine().lifecycle.remove(node.container.id, { force: true, volumes: false, typed: '' }, () => {});
    node.advance(SECOND);
    expect(node.step((done) => controller.wait(done))).toBe('No such container: web.1.task1');

    const other = new Node();
    other.started();
    other.cut('node1');
    const engine = other.boot('node1');
    const resumed = new SwarmExecutor(engine).controller(assigned());
    expect(other.step((done) => resumed.wait(done))).toBe('task: non-zero exit (255)');
  });
});

describe('a health check', () => {
  const Healthcheck = { Test: ['CMD-SHELL', 'probe'], Interval: 1_000_000_000, Retries: 2 };

  function starting(spec: ContainerSpec = {}): { node: Node; outcome: () => string } {
    const node = new Node();
    const controller = node.executor.controller(assigned({ spec: { ...spec, Healthcheck }, networks: [FRONT] }));
    node.step((done) => controller.prepare(done));
    let outcome = 'starting';
    controller.start((failure) => {
      outcome = failure?.message ?? 'running';
    });
    return { node, outcome: () => outcome };
  }

  it('keeps a task starting, without a name, until it is healthy', () => {
    const { node, outcome } = starting();
    node.advance(1.5 * SECOND);
    expect([outcome(), node.engine().resolve(node.container.id, 'web')]).toEqual(['starting', []]);
    node.shellCalls[0]!.output.exited(0);
    expect([outcome(), node.engine().resolve(node.container.id, 'web')]).toEqual(['running', ['10.0.0.2']]);
  });

  it('fails a task that is unhealthy from the start, once it has ended', () => {
    const { node, outcome } = starting({ Image: 'alpine', Args: ['sleep', '1000'] });
    for (let probe = 0; probe < 2; probe++) {
      node.advance(1.5 * SECOND);
      node.shellCalls[probe]!.output.exited(1);
    }
    node.advance(11 * SECOND);
    expect(outcome()).toBe('starting');
    node.advance(2 * SECOND);
    expect(outcome()).toBe('task: non-zero exit (137): dockerexec: unhealthy container');
  });

  it('ends a running task that turns unhealthy and ignores TERM', () => {
    const node = new Node();
    const controller = node.executor.controller(
      assigned({ spec: { Image: 'alpine', Args: ['sleep', '1000'], Healthcheck } }),
    );
    node.step((done) => controller.prepare(done));
    controller.start(() => {});
    node.advance(1.5 * SECOND);
    node.shellCalls[0]!.output.exited(0);
    let outcome = '';
    controller.wait((failure) => {
      outcome = failure?.message ?? 'ok';
    });
    for (let probe = 1; probe < 3; probe++) {
      node.advance(1.1 * SECOND);
      node.shellCalls[probe]!.output.exited(1);
    }
    node.advance(11 * SECOND);
    expect(outcome).toBe('task: non-zero exit (137): dockerexec: unhealthy container');
  });
});

describe('leaving', () => {
  it('takes the swarm’s networks away and keeps the gateway bridge', () => {
    const node = new Node();
    expect(
      node
        .engine()
        .networks.list()
        .map(({ name }) => name),
    ).toContain('ingress');
    node.executor.leave();
    expect(
      node
        .engine()
        .networks.list()
        .map(({ name }) => name),
    ).toEqual(['none', 'host', 'bridge', 'docker_gwbridge']);
  });
});
