/**
 * Scenarios as text: a block is some lines of verbs, a line of dashes, and what they printed.
 * `vitest -u` writes the outputs anew; they are to be read before they are kept.
 *
 *      nodes 3
 *      service create web replicas=3
 *      run 3s
 *      tasks
 *      ----
 *      web.1  n2  RUNNING  RUNNING  started
 */
import type { PortConfig, ServiceSpec } from '../../src/api/index';
import { TaskState } from '../../src/swarm/objects';
import { Scheduler } from '../../src/swarm/scheduler/scheduler';
import { DESCRIPTION, LoopWorld, network, node } from './harness';

type Options = Map<string, string>;

/** The text with every block's output as it is now. */
export function runScenario(text: string): string {
  const script = new Script();
  const blocks = text.trimEnd().split(/\n{2,}/);
  return `${blocks.map((block) => runBlock(script, block)).join('\n\n')}\n`;
}

function runBlock(script: Script, block: string): string {
  const lines = block.split('\n');
  const dashes = lines.indexOf('----');
  const input = dashes < 0 ? lines : lines.slice(0, dashes);
  const output = input
    .filter((line) => !line.startsWith('#'))
    .map((line) => script.run(line))
    .filter((out) => out !== '');
  if (dashes < 0 && output.length === 0) return block;
  return [...input, '----', ...(output.length > 0 ? output : ['(nothing)'])].join('\n');
}

class Script {
  readonly world = new LoopWorld();

  run(line: string): string {
    const words = line.trim().split(/\s+/);
    const [verb = '', ...rest] = words;
    const options: Options = new Map(
      rest
        .filter((word) => word.includes('='))
        .map((word) => {
          const at = word.indexOf('=');
          return [word.slice(0, at), word.slice(at + 1)] as const;
        }),
    );
    const plain = rest.filter((word) => !word.includes('='));
    switch (verb) {
      case 'nodes':
        for (let at = 1; at <= Number(plain[0]); at++) this.world.put(node(`n${at}`));
        return '';
      case 'node':
        return this.node(plain, options);
      case 'service':
        return this.service(plain, options);
      case 'network':
        this.world.put(network(plain[1]!, ipam(options)));
        return '';
      case 'image':
        this.world.behaviours.set(plain[0]!, plain[1]!);
        return '';
      case 'run':
        this.world.run(seconds(plain[0]!));
        return '';
      case 'lead':
        this.world.lead();
        return '';
      case 'history':
        this.world.put({
          ...this.world.store.cluster()!,
          spec: { Orchestration: { TaskHistoryRetentionLimit: Number(plain[0]) } },
        });
        return '';
      case 'tasks':
        return this.world.table(plain[0]);
      case 'live':
        return this.live(plain[0]);
      case 'spread':
        return this.spread(plain[0]!);
      case 'status':
        return this.status(plain[0]!);
      case 'endpoint':
        return this.endpoint(plain[0]!);
      case 'addresses':
        return this.addresses();
      case 'why':
        return this.why();
      default:
        throw new Error(`unknown verb ${verb}`);
    }
  }

  private node([act = '', id = '', more = '']: string[], options: Options): string {
    const { world } = this;
    if (act === 'remove') world.remove('node', id);
    else if (act === 'silent') world.silence(id);
    else if (act === 'speaks') world.silence(id, false);
    else if (act === 'add') {
      const resources = {
        NanoCPUs: Number(options.get('cpus') ?? 4) * 1e9,
        MemoryBytes: Number(options.get('memory') ?? 8000) * 1e6,
      };
      world.put(
        node(id, {
          spec: { Availability: 'active', Labels: labels(options, 'label.') },
          description: {
            ...DESCRIPTION,
            Hostname: id,
            Resources: resources,
            Engine: { ...DESCRIPTION.Engine, Labels: labels(options, 'engine.') },
          },
        }),
      );
    } else if (act === 'label') {
      world.changeNode(id, (old) => ({ ...old, spec: { ...old.spec, Labels: labels(options, '') } }));
    } else if (act === 'memory') {
      world.changeNode(id, (old) => ({
        ...old,
        description: { ...old.description!, Resources: { NanoCPUs: 4e9, MemoryBytes: Number(more) * 1e6 } },
      }));
    } else if (['active', 'pause', 'drain'].includes(act)) {
      world.changeNode(id, (old) => ({ ...old, spec: { ...old.spec, Availability: act } }));
    } else if (['ready', 'down', 'unknown'].includes(act)) {
      world.changeNode(id, (old) => ({ ...old, status: { ...old.status, state: act as 'ready' } }));
    } else throw new Error(`unknown: node ${act}`);
    return '';
  }

  private service([act = '', name = '']: string[], options: Options): string {
    const { world } = this;
    if (act === 'create') world.createService(name, specOf(options, undefined));
    else if (act === 'update') world.updateService(name, (old) => specOf(options, old));
    else if (act === 'rm') world.remove('service', world.service(name).id);
    else if (act === 'rollback') {
      const old = world.service(name);
      world.put({
        ...old,
        spec: old.previousSpec!,
        specVersion: old.previousSpecVersion!,
        previousSpec: old.spec,
        previousSpecVersion: old.specVersion,
        updateStatus: {
          state: 'rollback_started',
          startedAt: world.now,
          completedAt: undefined,
          message: 'manually requested rollback',
        },
      });
    } else throw new Error(`unknown: service ${act}`);
    return '';
  }

  /** Tasks that are meant to run, one line a service: slot and node. */
  private live(service: string | undefined): string {
    const tasks = this.world.tasks(service).filter((task) => task.desiredState <= TaskState.COMPLETE);
    return tasks.map((task) => `${task.slot || ''}@${task.nodeId || '-'}`).join(' ') || 'none';
  }

  /** Live tasks a node. */
  private spread(service: string): string {
    const counts = new Map(this.world.store.list('node').map(({ id }) => [id, 0]));
    for (const task of this.world.tasks(service)) {
      if (task.desiredState > TaskState.COMPLETE) continue;
      const at = task.nodeId || 'unassigned';
      counts.set(at, (counts.get(at) ?? 0) + 1);
    }
    return [...counts].map(([id, count]) => `${id}:${count}`).join(' ');
  }

  private status(name: string): string {
    const { updateStatus: status } = this.world.service(name);
    if (!status) return 'no update status';
    const message = status.message.replace(/id\d+/, 'TASK');
    return `${status.state}: ${message}${status.completedAt === undefined ? '' : ' (completed)'}`;
  }

  private endpoint(name: string): string {
    const { endpoint } = this.world.service(name);
    if (!endpoint) return 'no endpoint';
    const ports = endpoint.ports.map(
      (port) => `${port.PublishMode} ${port.PublishedPort}->${port.TargetPort}/${port.Protocol}`,
    );
    const vips = endpoint.virtualIPs.map(({ networkId, addr }) => `vip ${networkId} ${addr}`);
    return [...vips, ...ports].join('\n') || 'empty';
  }

  /** Networks, nodes' and tasks' addresses. */
  private addresses(): string {
    const { store } = this.world;
    const text = (attachments: readonly { networkId: string; addresses: readonly string[] }[]): string =>
      attachments.map(({ networkId, addresses }) => `${networkId} ${addresses.join(',')}`).join('; ');
    return [
      ...store
        .list('network')
        .map((one) =>
          one.state
            ? `network ${one.id}: ${one.state.driver} ${one.state.vni} ${one.state.subnets.map((s) => `${s.subnet} ${s.gateway}`).join(',')}`
            : `network ${one.id}: not allocated`,
        ),
      ...store
        .list('node')
        .filter((one) => one.attachments.length > 0)
        .map((one) => `node ${one.id}: ${text(one.attachments)}`),
      ...this.world
        .tasks()
        .filter((task) => task.networks.length > 0 && task.status.state <= TaskState.RUNNING)
        .map((task) => `task ${task.serviceName}.${task.slot}: ${text(task.networks)}`),
    ].join('\n');
  }

  /** The scheduler's last decision. */
  private why(): string {
    const scheduler = this.world.loops.map(({ loop }) => loop).find((loop) => loop instanceof Scheduler)!;
    const last = scheduler.decisions.at(-1);
    if (!last) return 'no decision';
    const struck = last.struck.map(
      ({ filter, nodeIds }) => `${filter} struck ${[...nodeIds].sort((a, b) => (a < b ? -1 : 1)).join(',')}`,
    );
    const order = last.order
      .map((one) => `${one.nodeId}(${one.failures} ${one.serviceTasks} ${one.allTasks})`)
      .join(' ');
    return [
      `placed ${last.tasks.length}, waiting ${last.waiting}${last.explanation ? `: ${last.explanation}` : ''}`,
      ...struck,
      ...(order ? [`order ${order}`] : []),
    ].join('\n');
  }
}

function labels(options: Options, prefix: string): Record<string, string> {
  const entries = [...options].filter(([key]) => key.startsWith(prefix) && key.length > prefix.length);
  return Object.fromEntries(entries.map(([key, value]) => [key.slice(prefix.length), value]));
}

function ipam(options: Options) {
  const subnet = options.get('subnet');
  const driver = options.get('driver');
  return {
    ...(subnet ? { IPAMOptions: { Configs: [{ Subnet: subnet }] } } : {}),
    ...(driver ? { DriverConfiguration: { Name: driver } } : {}),
  };
}

/** `5s`, `200ms`, `2m`, `1h`. */
function seconds(text: string): number {
  const match = /^([\d.]+)(ms|s|m|h)$/.exec(text);
  if (!match) throw new Error(`not a time: ${text}`);
  return Number(match[1]) * { ms: 0.001, s: 1, m: 60, h: 3600 }[match[2] as 's'];
}

function nanoseconds(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Math.round(seconds(text) * 1e9);
}

function ports(options: Options): PortConfig[] | undefined {
  const published = options.get('ports');
  if (published === undefined) return undefined;
  return published
    .split(',')
    .filter((port) => port !== '')
    .map((port) => {
      const host = port.startsWith('host:');
      const [from, to] = port.replace('host:', '').split(':');
      return {
        Protocol: 'tcp',
        PublishMode: host ? 'host' : 'ingress',
        PublishedPort: Number(from),
        TargetPort: Number(to),
      };
    });
}

function modeOf(options: Options, old: ServiceSpec | undefined): Pick<ServiceSpec, 'Mode'> {
  if (options.has('global')) return { Mode: { Global: {} } };
  if (options.has('global-job')) return { Mode: { GlobalJob: {} } };
  const completions = options.get('completions');
  if (completions !== undefined) {
    const concurrent = Number(options.get('concurrent') ?? completions);
    return { Mode: { ReplicatedJob: { TotalCompletions: Number(completions), MaxConcurrent: concurrent } } };
  }
  const replicas = options.get('replicas');
  return { Mode: replicas === undefined ? old?.Mode : { Replicated: { Replicas: Number(replicas) } } };
}

/** The spec that the options make of another one. */
function specOf(options: Options, old: ServiceSpec | undefined): ServiceSpec {
  const number = (key: string): number | undefined => (options.has(key) ? Number(options.get(key)) : undefined);
  const has = (...keys: string[]): boolean => keys.some((key) => options.has(key));
  const task = old?.TaskTemplate ?? {};
  const update = {
    Parallelism: number('parallelism') ?? 1,
    Delay: nanoseconds(options.get('update-delay')) ?? 0,
    FailureAction: options.get('failure') ?? 'pause',
    Monitor: nanoseconds(options.get('monitor')) ?? 5e9,
    MaxFailureRatio: number('ratio') ?? 0,
    Order: options.get('order') ?? 'stop-first',
  };
  const published = ports(options);
  const spec: ServiceSpec = {
    ...old,
    ...modeOf(options, old),
    ...(has('parallelism', 'update-delay', 'failure', 'monitor', 'ratio', 'order') ? { UpdateConfig: update } : {}),
    ...(options.has('rollback-failure')
      ? { RollbackConfig: { ...update, FailureAction: options.get('rollback-failure')! } }
      : {}),
    EndpointSpec:
      published || has('mode')
        ? { Mode: options.get('mode') ?? 'vip', Ports: published }
        : (old?.EndpointSpec ?? { Mode: 'vip' }),
    TaskTemplate: {
      ...task,
      ContainerSpec: { ...task.ContainerSpec, Image: options.get('image') ?? task.ContainerSpec?.Image ?? 'nginx' },
      ...(options.has('force') ? { ForceUpdate: (task.ForceUpdate ?? 0) + 1 } : {}),
      ...(options.has('networks')
        ? {
            Networks: options
              .get('networks')!
              .split(',')
              .map((Target) => ({ Target })),
          }
        : {}),
      ...(has('restart', 'delay', 'attempts', 'window')
        ? {
            RestartPolicy: {
              Condition: options.get('restart') ?? 'any',
              Delay: nanoseconds(options.get('delay')) ?? 5e9,
              MaxAttempts: number('attempts') ?? 0,
              Window: nanoseconds(options.get('window')) ?? 0,
            },
          }
        : {}),
      ...(has('constraint', 'spread', 'max-per-node', 'platform')
        ? {
            Placement: {
              Constraints: options.get('constraint')?.split(','),
              Preferences: options
                .get('spread')
                ?.split(',')
                .map((SpreadDescriptor) => ({ Spread: { SpreadDescriptor } })),
              MaxReplicas: number('max-per-node'),
              ...(options.has('platform')
                ? { Platforms: [{ OS: 'linux', Architecture: options.get('platform')! }] }
                : {}),
            },
          }
        : {}),
      ...(has('cpus', 'memory')
        ? {
            Resources: {
              Reservations: { NanoCPUs: (number('cpus') ?? 0) * 1e9, MemoryBytes: (number('memory') ?? 0) * 1e6 },
            },
          }
        : {}),
    },
  };
  return spec;
}
