/** dockerd on one machine: made at each boot from what the disk kept, and gone with the power. */
import { fromUtf8, toHex } from '../base/bytes';
import { type ContainerShell, generateName, HostEngine, type Lan, type Registry } from '../host/index';
import type { Machine, MachineSoftware, Packet, Simulation } from '../sim/index';
import { SwarmNode } from '../swarm/index';
import { Cluster } from './cluster/cluster';
import { publishClusterEvents } from './cluster/events';
import type { HostInterface } from './cluster/listen-addr';
import { CONFIG_FILE, type DaemonConfig, NO_CONFIG, readConfig } from './config';
import type { Exchange, Route } from './exchange';
import { Attachments } from './executor/attachments';
import { SwarmExecutor } from './executor/executor';
import { Router } from './router';
import { engineRoutes } from './routes/engine-routes';
import { logRoutes } from './routes/logs';
import { networkRoutes } from './routes/networks';
import { nodeRoutes } from './routes/nodes';
import { configRoutes, secretRoutes } from './routes/secrets';
import { serviceRoutes } from './routes/services';
import { swarmRoutes } from './routes/swarm';
import { systemRoutes } from './routes/system';
import { taskRoutes } from './routes/tasks';
import { unmodelledRoutes } from './routes/unmodelled';

/** All machines of a lab are alike. */
const MACHINE_SIZE = { cpus: 2, memoryBytes: 4_106_846_208 } as const;

export interface DaemonOptions {
  readonly simulation: Simulation;
  readonly machine: Machine;
  readonly hostname: string;
  /** IPv4 address of eth0, and the length of its network prefix. */
  readonly address: string;
  readonly prefix: number;
  readonly registry: Registry;
  readonly shell: ContainerShell;
  /** One for all machines of a world. */
  readonly lan: Lan;
}

const ID_KEY = 'daemon/engine-id';

export class Daemon implements MachineSoftware {
  readonly engine: HostEngine;
  readonly swarm: SwarmNode;
  readonly machineSize = MACHINE_SIZE;
  readonly config: DaemonConfig;
  /** Made for the first request: of thousands of machines most are never asked. */
  private router: Router | undefined;

  constructor(private readonly options: DaemonOptions) {
    const { simulation, machine, hostname } = options;
    this.engine = new HostEngine({ ...options, size: MACHINE_SIZE });
    this.config = this.readConfig();
    const executor = new SwarmExecutor(this.engine, this.config);
    this.swarm = new SwarmNode({ simulation, machine, hostname, executor });
    const attachments = new Attachments(this.engine, this.swarm);
    executor.attachments = attachments;
    this.engine.networking.swarm = attachments;
    this.swarm.watch((events) => {
      publishClusterEvents(events, (...event) => this.engine.events.publish(...event));
    });
  }

  /** After construction: containers with a restart policy and the swarm node go on from the disk. */
  start(): void {
    this.engine.start();
    this.swarm.resume();
  }

  /** Answers a request, at once or later. */
  serve(exchange: Exchange): void {
    this.router ??= new Router(this.routes());
    this.router.serve(exchange);
  }

  /** Packets of channel 'swarm'; the others are the lab's. */
  packet(packet: Packet): void {
    if (packet.channel === 'swarm') this.swarm.packet(packet);
  }

  timer(owner: string, name: string): void {
    if (owner.startsWith('swarm/')) this.swarm.timer(owner, name);
    else this.engine.timer(owner, name);
  }

  private readConfig(): DaemonConfig {
    const file = this.engine.writtenFile(CONFIG_FILE);
    const read = readConfig(file === undefined ? '' : fromUtf8(file));
    return read.ok ? read.value : NO_CONFIG;
  }

  private routes(): readonly Route[] {
    const { engine, options } = this;
    const { simulation, hostname } = options;
    const cluster = new Cluster(this.swarm);
    const system = { cluster, engine, config: this.config, hostname, id: this.engineId(), now: () => simulation.now };
    return [
      ...systemRoutes(system),
      ...engineRoutes({ engine, now: system.now, isManager: () => this.swarm.status().controlAvailable }),
      ...swarmRoutes({ cluster, engine, interfaces: () => this.interfaces() }),
      ...nodeRoutes(cluster),
      ...serviceRoutes({
        cluster,
        randomName: () => generateName(simulation.random(`daemon/${hostname}/name`), () => false),
        localNetwork: (nameOrId) => {
          const found = engine.networks.find(nameOrId);
          return found.ok && found.value.scope === 'local' ? found.value.name : undefined;
        },
      }),
      ...taskRoutes(cluster),
      ...logRoutes(cluster),
      ...secretRoutes(cluster),
      ...configRoutes(cluster),
      ...networkRoutes({ cluster, engine }),
      ...unmodelledRoutes(),
    ];
  }

  private interfaces(): readonly HostInterface[] {
    const { address, prefix } = this.options;
    return [{ name: 'eth0', addresses: [{ address, prefix }] }];
  }

  /** A UUID, made at the first boot and kept. */
  private engineId(): string {
    const { simulation, machine } = this.options;
    const kept = machine.disk.get<string>(ID_KEY);
    if (kept !== undefined) return kept;
    const hex = toHex(simulation.random(`daemon/${machine.name}`).bytes(16));
    const id = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
    machine.disk.set(ID_KEY, id);
    return id;
  }
}
