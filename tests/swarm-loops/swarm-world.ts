/** Whole swarms over the simulated LAN, with an executor that runs nothing: for dispatcher, agents and logs. */
import type { NodeDescription, ServiceSpec } from '../../src/api/index';
import { type Machine, Simulation } from '../../src/sim/index';
import type {
  AssignedTask,
  Executor,
  LogLine,
  LogOptions,
  NodeConfiguration,
  StepDone,
  TaskController,
} from '../../src/swarm/agent/executor';
import type { ControlApi, ControlMethod } from '../../src/swarm/control/api';
import { SwarmNode } from '../../src/swarm/node';
import type { ReadTx } from '../../src/swarm/objects';
import { type ConfigObject, type SecretObject, type TaskObject, TaskState } from '../../src/swarm/objects';
import { type RpcError, rpcText } from '../../src/swarm/rpc';
import { DESCRIPTION } from './harness';

const EPOCH = 1_767_603_600_000_000;
const SECOND = 1_000_000;

/** Runs every task at once and for ever; tests end containers by hand. */
class FakeExecutor implements Executor {
  readonly waits = new Map<string, StepDone>();
  readonly removed: string[] = [];
  readonly steps: string[] = [];
  configuration: NodeConfiguration | undefined;
  secretNames: readonly string[] = [];
  configNames: readonly string[] = [];
  labels: Record<string, string> = {};
  lines: { readonly taskId: string; readonly line: LogLine }[] = [];
  private readonly readers = new Set<{ taskId: string; line: (line: LogLine) => void }>();
  /** Containers that the machine lost: waiting for them fails. */
  readonly dead = new Set<string>();

  constructor(readonly hostname: string) {}

  describe(): NodeDescription {
    return { ...DESCRIPTION, Hostname: this.hostname, Engine: { ...DESCRIPTION.Engine, Labels: this.labels } };
  }

  configure(configuration: NodeConfiguration): void {
    this.configuration = configuration;
  }

  controller({ task }: AssignedTask): TaskController {
    const step = (name: string, done: StepDone): void => {
      this.steps.push(`${name} ${task.serviceName}.${task.slot}`);
      done();
    };
    return {
      update: () => {},
      prepare: (done) => {
        if (task.spec.ContainerSpec?.Image === 'missing') done({ message: 'No such image: missing:latest' });
        else step('prepare', done);
      },
      start: (done) => step('start', done),
      wait: (done) => {
        if (this.dead.has(task.id)) done({ message: 'task: non-zero exit (255)' });
        else this.waits.set(task.id, done);
      },
      shutdown: (done) => step('shutdown', done),
      remove: (done) => {
        this.removed.push(task.id);
        done();
      },
      cancel: () => void this.waits.delete(task.id),
      containerStatus: () => ({ containerId: `c-${task.id}`, pid: 100, exitCode: 0 }),
      ports: () => [],
    };
  }

  secrets(objects: readonly SecretObject[]): void {
    this.secretNames = objects.map((object) => object.spec.Name ?? '').sort((a, b) => (a < b ? -1 : 1));
  }

  configs(objects: readonly ConfigObject[]): void {
    this.configNames = objects.map((object) => object.spec.Name ?? '').sort((a, b) => (a < b ? -1 : 1));
  }

  logs(taskId: string, options: LogOptions, line: (line: LogLine) => void, done: (error?: string) => void): () => void {
    for (const entry of this.lines) if (entry.taskId === taskId) line(entry.line);
    if (!options.follow) {
      done();
      return () => {};
    }
    const reader = { taskId, line };
    this.readers.add(reader);
    return () => void this.readers.delete(reader);
  }

  /** A task's container prints a line. */
  print(taskId: string, data: string, at: number): void {
    const line: LogLine = { stream: 'stdout', at, data };
    this.lines.push({ taskId, line });
    for (const reader of this.readers) if (reader.taskId === taskId) reader.line(line);
  }
}

interface Host {
  readonly machine: Machine;
  executor: FakeExecutor;
  node: SwarmNode;
}

export class SwarmWorld {
  readonly simulation: Simulation;
  readonly hosts: Host[] = [];

  constructor(count: number, seed = 1) {
    this.simulation = new Simulation({ seed, epoch: EPOCH });
    for (let at = 1; at <= count; at++) {
      const machine = this.simulation.addMachine(`node${at}`);
      this.simulation.addresses.set(`192.168.0.${10 + at}`, machine.name);
      this.hosts.push({ machine, executor: undefined as never, node: undefined as never });
    }
    for (let at = 1; at <= count; at++) this.start(at);
  }

  host(at: number): Host {
    return this.hosts[at - 1]!;
  }

  start(at: number): void {
    const host = this.host(at);
    const { machine } = host;
    this.simulation.powerOn(machine);
    const dead = new Set(host.executor?.waits.keys());
    host.executor = new FakeExecutor(machine.name);
    for (const id of dead) host.executor.dead.add(id);
    host.node = new SwarmNode({
      simulation: this.simulation,
      machine,
      hostname: machine.name,
      executor: host.executor,
    });
    machine.software = {
      packet: (packet, sender) => host.node.packet(packet, sender),
      timer: (owner, name) => host.node.timer(owner, name),
    };
    host.node.resume();
  }

  kill(at: number): void {
    this.simulation.powerOff(this.host(at).machine);
  }

  run(seconds: number): void {
    const end = this.simulation.now + Math.round(seconds * SECOND);
    while (this.simulation.nextAt() <= end) this.simulation.step();
    this.simulation.advanceTo(end);
  }

  /** Runs until it is so, at most for `seconds`; how long it took. */
  until(what: () => boolean, seconds = 60): number {
    const begin = this.simulation.now;
    const end = begin + seconds * SECOND;
    while (!what()) {
      if (this.simulation.nextAt() > end) throw new Error(`not so after ${seconds} s`);
      this.simulation.step();
    }
    return (this.simulation.now - begin) / SECOND;
  }

  /** node1 forms a swarm, the others join: the first `managers` of all as managers. */
  form(managers: number): void {
    const common = { listenAddr: '0.0.0.0:2377', dataPathAddr: '', availability: 'active' };
    let done = false;
    this.host(1).node.init(
      {
        ...common,
        advertiseAddr: '192.168.0.11:2377',
        dataPathPort: 0,
        forceNewCluster: false,
        spec: {},
        autoLock: false,
        defaultAddressPool: [],
        subnetSize: 0,
      },
      (result) => {
        if (!result.ok) throw new Error(result.error.message);
        done = true;
      },
    );
    this.until(() => done);
    const tokens = this.read().cluster()!.rootCA.joinTokens;
    for (let at = 2; at <= this.hosts.length; at++) {
      let joined = false;
      const advertiseAddr = `192.168.0.${10 + at}:2377`;
      const joinToken = at <= managers ? tokens.manager : tokens.worker;
      this.host(at).node.join({ ...common, advertiseAddr, remoteAddr: '192.168.0.11:2377', joinToken }, (result) => {
        if (!result.ok) throw new Error(result.error.message);
        joined = true;
      });
      this.until(() => joined);
    }
  }

  leader(): Host {
    return this.hosts.find(({ machine, node }) => machine.powered && node.status().leader)!;
  }

  /** The leader's store. */
  read(): ReadTx {
    return this.leader().node.store()!;
  }

  control<M extends ControlMethod>(method: M, request: ControlApi[M][0], at?: number): ControlApi[M][1] {
    const host = at === undefined ? this.leader() : this.host(at);
    let answer: ControlApi[M][1] | undefined;
    let error: RpcError | undefined;
    host.node.control(method, request, (result) => {
      if (result.ok) answer = result.value;
      else error = result.error;
    });
    this.until(() => answer !== undefined || error !== undefined);
    if (error) throw new Error(rpcText(error));
    return answer!;
  }

  createService(name: string, spec: Partial<ServiceSpec> = {}): string {
    return this.control('createService', {
      spec: {
        Name: name,
        Mode: { Replicated: { Replicas: 1 } },
        EndpointSpec: { Mode: 'vip' },
        ...spec,
        TaskTemplate: { ContainerSpec: { Image: 'nginx' }, ...spec.TaskTemplate },
      },
    }).id;
  }

  tasks(service?: string): TaskObject[] {
    return this.read()
      .list('task')
      .filter((task) => service === undefined || task.serviceName === service)
      .sort((a, b) => a.slot - b.slot || a.meta.createdAt - b.meta.createdAt);
  }

  running(service?: string): TaskObject[] {
    return this.tasks(service).filter((task) => task.status.state === TaskState.RUNNING);
  }

  nodeId(at: number): string {
    return this.host(at).node.status().nodeId;
  }

  nodeState(at: number): string {
    const status = this.read().get('node', this.nodeId(at))!.status;
    return status.message === '' ? status.state : `${status.state}: ${status.message}`;
  }
}
