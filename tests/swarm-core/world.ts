/** A few machines with a node each on one LAN, and no daemon: enough to form a swarm. */
import type { ApiError } from '../../src/api/index';
import type { Micros } from '../../src/base/process';
import type { Result } from '../../src/base/result';
import { type Machine, Simulation } from '../../src/sim/index';
import type { ControlApi, ControlMethod, Executor, NodeStatus } from '../../src/swarm/index';
import { type RpcError, rpcText, SwarmChecker, SwarmNode } from '../../src/swarm/index';

export const SECOND: Micros = 1_000_000;
export const EPOCH: Micros = 1_767_603_600_000_000;

/** Says what it is, and has no task to run. */
function fakeExecutor(hostname: string): Executor {
  return {
    describe: () => ({
      Hostname: hostname,
      Platform: { Architecture: 'x86_64', OS: 'linux' },
      Resources: { NanoCPUs: 2_000_000_000, MemoryBytes: 4_000_000_000 },
      Engine: { EngineVersion: '28.2.2' },
    }),
    configure: () => {},
    controller: () => {
      throw new Error('no tasks here');
    },
    secrets: () => {},
    configs: () => {},
    logs: (_id, _options, _line, done) => {
      done();
      return () => {};
    },
  };
}

export class World {
  readonly simulation: Simulation;
  readonly nodes = new Map<string, SwarmNode>();
  private readonly checker = new SwarmChecker();

  constructor(
    count: number,
    seed = 1,
    private readonly check = true,
  ) {
    this.simulation = new Simulation({ seed, epoch: EPOCH });
    for (let k = 1; k <= count; k++) {
      const machine = this.simulation.addMachine(`node${k}`);
      this.simulation.addresses.set(address(k), machine.name);
    }
    for (const machine of this.simulation.machines.values()) this.boot(machine);
  }

  private boot(machine: Machine): void {
    this.simulation.powerOn(machine);
    const node = new SwarmNode({
      simulation: this.simulation,
      machine,
      hostname: machine.name,
      executor: fakeExecutor(machine.name),
    });
    machine.software = {
      packet: (packet, sender) => node.packet(packet, sender),
      timer: (owner, name) => node.timer(owner, name),
    };
    this.nodes.set(machine.name, node);
    this.checker.follow(node, () => this.simulation.now);
    node.resume();
  }

  node(k: number): SwarmNode {
    return this.nodes.get(`node${k}`)!;
  }

  status(k: number): NodeStatus {
    return this.node(k).status();
  }

  /** Seconds since the beginning. */
  get seconds(): number {
    return (this.simulation.now - EPOCH) / SECOND;
  }

  step(): void {
    if (this.simulation.step() && this.check) this.checkInvariants();
  }

  run(seconds: number): void {
    const end = this.simulation.now + Math.round(seconds * SECOND);
    while (this.simulation.nextAt() <= end) this.step();
    this.simulation.advanceTo(end);
  }

  /** Runs until `done`, at most `limit` seconds; how long it took. */
  until(done: () => boolean, limit = 120): number {
    const start = this.seconds;
    while (!done()) {
      if (this.seconds - start > limit) throw new Error(`not within ${limit} s`);
      this.step();
    }
    return this.seconds - start;
  }

  checkInvariants(): void {
    const managers = [...this.nodes.values()]
      .filter((node) => node.options.machine.powered)
      .map((node) => node.manager())
      .filter((manager) => manager !== undefined);
    const broken = this.checker.check(managers);
    if (broken !== undefined) throw new Error(`at ${this.seconds} s: ${broken}`);
  }

  // ---- acts

  kill(k: number): void {
    this.simulation.powerOff(this.simulation.machine(`node${k}`));
  }

  start(k: number): void {
    this.boot(this.simulation.machine(`node${k}`));
  }

  /** The listed machines are in a LAN of their own. */
  partition(...island: number[]): void {
    for (const machine of this.simulation.machines.values()) machine.segment = island.includes(machine.index) ? 1 : 0;
  }

  heal(): void {
    for (const machine of this.simulation.machines.values()) machine.segment = 0;
  }

  init(k: number, options: Partial<Parameters<SwarmNode['init']>[0]> = {}): Result<string, ApiError> {
    return this.wait<Result<string, ApiError>>((done) =>
      this.node(k).init(
        {
          listenAddr: '0.0.0.0:2377',
          advertiseAddr: `${address(k)}:2377`,
          dataPathAddr: '',
          dataPathPort: 0,
          forceNewCluster: false,
          spec: {},
          autoLock: false,
          availability: 'active',
          defaultAddressPool: [],
          subnetSize: 24,
          ...options,
        },
        done,
      ),
    );
  }

  join(k: number, token: string, remote = 1): Result<undefined, ApiError> {
    return this.wait<Result<undefined, ApiError>>((done) =>
      this.node(k).join(
        {
          listenAddr: '0.0.0.0:2377',
          advertiseAddr: '',
          dataPathAddr: '',
          remoteAddr: `${address(remote)}:2377`,
          joinToken: token,
          availability: 'active',
        },
        done,
      ),
    );
  }

  leave(k: number, force = false): Result<undefined, ApiError> {
    return this.wait<Result<undefined, ApiError>>((done) => this.node(k).leave(force, done));
  }

  control<M extends ControlMethod>(
    k: number,
    method: M,
    request: ControlApi[M][0],
  ): Result<ControlApi[M][1], RpcError> {
    return this.wait<Result<ControlApi[M][1], RpcError>>((done) => this.node(k).control(method, request, done));
  }

  wait<T>(call: (done: (value: T) => void) => void): T {
    const box: { value?: T } = {};
    call((value) => {
      box.value = value;
    });
    this.until(() => 'value' in box, 300);
    return box.value!;
  }

  // ---- shorthands

  tokens(k = 1): { worker: string; manager: string } {
    const cluster = this.control(k, 'getCluster', {});
    if (!cluster.ok) throw new Error(rpcText(cluster.error));
    return cluster.value.rootCA.joinTokens;
  }

  /** Managers node1..nodeM and workers up to nodeN. */
  form(managers: number, workers = 0): void {
    must(this.init(1));
    const tokens = this.tokens();
    for (let k = 2; k <= managers + workers; k++) must(this.join(k, k <= managers ? tokens.manager : tokens.worker));
  }

  /** The machine whose manager leads with the highest term, 0 when none does. */
  leader(): number {
    let leader = 0;
    let term = -1;
    for (const [name, node] of this.nodes) {
      const { powered, index } = this.simulation.machine(name);
      const raft = node.manager()?.raft;
      if (!powered || !raft?.isLeader || raft.term <= term) continue;
      leader = index;
      term = raft.term;
    }
    return leader;
  }

  /** The table of `docker node ls`, by machine name. */
  nodeLs(k: number): string {
    const nodes = this.control(k, 'listNodes', {});
    if (!nodes.ok) return rpcText(nodes.error);
    return nodes.value
      .map((node) => {
        const name = node.description?.Hostname ?? '-';
        const manager = !node.manager ? '' : node.manager.leader ? ' Leader' : ` ${node.manager.reachability}`;
        return `${name} ${node.status.state} ${node.spec.Availability} ${node.role}${manager}`;
      })
      .sort((a, b) => (a < b ? -1 : 1))
      .join('\n');
  }

  /** The machines whose managers are in the group, as node K's manager knows it. */
  members(k: number): number[] {
    const ids = this.node(k)
      .members()
      .map(({ nodeId }) => nodeId);
    return [...this.nodes.values()]
      .filter((node) => ids.includes(node.status().nodeId))
      .map((node) => node.options.machine.index);
  }

  nodeId(k: number): string {
    return this.status(k).nodeId;
  }
}

export function address(k: number): string {
  return `192.168.0.${10 + k}`;
}

export function must<T>(result: Result<T, ApiError | RpcError>): T {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}
