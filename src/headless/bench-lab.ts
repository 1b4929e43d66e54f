/** A lab as the bench drives it: requests to its hosts' engines, answered as soon as the world can; no files, no shell. */
import type { Json } from '../base/json';
import { DEFAULT_EPOCH, Lab, type LabShape } from '../lab/index';
import { tools } from './tools';

/** Events between two looks at whether something has come about. */
const LOOK_EVERY = 50;
const SECOND = 1_000_000;
/** SwarmKit's number of the state. */
const RUNNING = 512;

/** A look goes over all tasks: of many it comes seldom, lest it be measured. */
const looks = (tasks: number): number => Math.max(LOOK_EVERY, Math.floor(tasks / 10));

type Query = Readonly<Record<string, string>>;

interface Answer {
  readonly status: number;
  readonly body: Json | undefined;
}

export class BenchLab {
  readonly lab: Lab;
  private readonly answers = new Map<number, Answer>();
  private connections = 0;

  constructor(shape: LabShape, seed = 1) {
    const quiet = (): void => {};
    const told = (connection: number, status: number, body: Json | undefined): void => {
      this.answers.set(connection, { status, body });
    };
    this.lab = new Lab({
      seed,
      epoch: DEFAULT_EPOCH,
      shape,
      tools,
      outputs: { terminal: quiet, prompt: quiet, line: quiet, act: quiet, script: quiet, scriptEnd: quiet },
      gateway: { answer: told, stream: quiet, item: quiet, end: quiet, reset: quiet },
    });
  }

  /** Sends a request to a host's engine; its answer comes with {@link answer}. */
  begin(host: string, method: 'GET' | 'POST', path: string, body?: Json, query: Query = {}): number {
    const connection = ++this.connections;
    const request = { method, path, query, headers: {}, body };
    this.lab.submit({ kind: 'request', connection, host, request });
    return connection;
  }

  /** The answer of a request. Throws what a refusal says. */
  answer(connection: number): Json | undefined {
    this.until(() => this.answers.has(connection), `request ${connection}`);
    const { status, body } = this.answers.get(connection)!;
    this.answers.delete(connection);
    if (status >= 400) throw new Error(`${status} ${JSON.stringify(body)}`);
    return body;
  }

  request(host: string, method: 'GET' | 'POST', path: string, body?: Json, query: Query = {}): Json | undefined {
    return this.answer(this.begin(host, method, path, body, query));
  }

  /** Lets the world go on until `done`, looking every so many events; throws after ten virtual minutes. */
  until(done: () => boolean, what: string, lookEvery = LOOK_EVERY): void {
    const latest = this.lab.now + 600 * SECOND;
    while (!done()) {
      if (this.lab.advance(latest, lookEvery) === 'reached') throw new Error(`did not come: ${what}`);
    }
  }

  /** Forms a swarm: node1 leads, the next of the first `managers` are managers, the others workers. */
  formSwarm(managers: number): void {
    const listen = { ListenAddr: '0.0.0.0:2377', AdvertiseAddr: '' };
    const { names, hosts } = this.lab.world;
    const address = hosts.get(names[0]!)!.address;
    this.request('node1', 'POST', '/swarm/init', { ...listen, AdvertiseAddr: address });
    const swarm = this.request('node1', 'GET', '/swarm') as unknown as {
      readonly JoinTokens: { readonly Manager: string; readonly Worker: string };
    };
    const join = (name: string, role: 'Manager' | 'Worker'): number =>
      this.begin(name, 'POST', '/swarm/join', {
        ...listen,
        AdvertiseAddr: hosts.get(name)!.address,
        RemoteAddrs: [`${address}:2377`],
        JoinToken: swarm.JoinTokens[role],
      });
    for (const name of names.slice(1, managers)) this.answer(join(name, 'Manager'));
    const workers = names.slice(managers).map((name) => join(name, 'Worker'));
    for (const worker of workers) this.answer(worker);
    const leader = hosts.get('node1')!.daemon!;
    this.until(() => {
      const nodes = leader.swarm.store()?.list('node') ?? [];
      return nodes.length === names.length && nodes.every((node) => node.status.state === 'ready');
    }, 'all nodes ready');
  }

  /** Creates a service and lets the world go on until all its tasks run. */
  runService(name: string, replicas: number): void {
    this.request('node1', 'POST', '/services/create', {
      Name: name,
      TaskTemplate: { ContainerSpec: { Image: 'nginx:alpine' } },
      Mode: { Replicated: { Replicas: replicas } },
      EndpointSpec: { Mode: 'vip' },
    });
    this.until(() => this.running() >= replicas, `${replicas} tasks running`, looks(replicas));
  }

  /** Changes a service's replicas and lets the world go on until so many tasks run. */
  scaleService(name: string, replicas: number): void {
    const service = this.request('node1', 'GET', `/services/${name}`) as unknown as {
      readonly Version: { readonly Index: number };
      readonly Spec: { readonly [field: string]: Json };
    };
    const spec = { ...service.Spec, Mode: { Replicated: { Replicas: replicas } } };
    this.request('node1', 'POST', `/services/${name}/update`, spec, { version: `${service.Version.Index}` });
    this.until(() => this.running() >= replicas, `${replicas} tasks running`, looks(replicas));
  }

  /** Takes the power of the k-th node, and lets the world go on until so many tasks run on the others. */
  loseNode(k: number, replicas: number): void {
    const host = this.lab.world.host(`node${k}`)!;
    const { nodeId } = host.daemon!.swarm.status();
    this.lab.submit({ kind: 'lab', args: ['kill', host.name] });
    this.until(() => this.running(nodeId) >= replicas, `${replicas} tasks running elsewhere`, looks(replicas));
  }

  /** Tasks that run and are meant to, by the leader's store; those of one node left out. */
  running(except = ''): number {
    const store = this.lab.world.host('node1')!.daemon!.swarm.store();
    let running = 0;
    for (const { status, desiredState, nodeId } of store?.list('task') ?? [])
      if (status.state === RUNNING && desiredState === RUNNING && nodeId !== except) running++;
    return running;
  }

  /** Lets `seconds` of virtual time pass. */
  idle(seconds: number): void {
    this.lab.advance(this.lab.now + seconds * SECOND);
  }

  /** Events handled so far. */
  get events(): number {
    return this.lab.simulation.digest.count;
  }
}
