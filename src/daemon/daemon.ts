/**
 * dockerd on one machine. The engine lives as long as the machine is on; dockerd starts, stops and dies in it.
 *
 *      running ──stop──► stopping ──swarm left, containers stopped──► stopped ──start──► starting ──► running
 *         └────kill────► dead (containers run on) ──start──► starting: containers found alive are stopped
 *      a daemon.json that is wrong: start ──► failed
 *
 * Follows moby/moby daemon/command/daemon.go.
 */
import { fromUtf8, toHex } from '../base/bytes';
import type { Micros } from '../base/process';
import { type ContainerShell, generateName, HostEngine, type Lan, type Registry } from '../host/index';
import type { Machine, MachineSoftware, Packet, Simulation } from '../sim/index';
import { SwarmNode } from '../swarm/index';
import { type ApiServer, makeApi } from './api-slot';
import { Cluster } from './cluster/cluster';
import { publishClusterEvents } from './cluster/events';
import type { HostInterface } from './cluster/listen-addr';
import { CONFIG_FILE, type DaemonConfig, NO_CONFIG, readConfig } from './config';
import type { Exchange } from './exchange';
import { Attachments } from './executor/attachments';
import { SwarmExecutor } from './executor/executor';

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
  /** dockerd came up, or went: its socket is there, or is not. */
  readonly onService?: () => void;
}

/** `failed`: it could not start; `dead`: it was killed. */
type ServiceState = 'running' | 'starting' | 'stopping' | 'stopped' | 'failed' | 'dead';

/** Who waits for dockerd to come up or go; `error` where it did not. */
type ServiceDone = (error?: string) => void;

const ID_KEY = 'daemon/engine-id';
/** A machine's shells count from 1001. */
const FIRST_PID = 941;
const PIDS = 60;
/** From its start until it looks at its containers, and from there until it answers. */
const START_TIME: Micros = 350_000;
const READY_TIME: Micros = 250_000;
/** It starts to answer when its swarm node is ready, or after so long without. */
const SWARM_PATIENCE: Micros = 20_000_000;
const SWARM_LOOK: Micros = 50_000;
const NO_LIVE_RESTORE = '--live-restore daemon configuration is incompatible with swarm mode';

export class Daemon implements MachineSoftware {
  readonly engine: HostEngine;
  readonly machineSize = MACHINE_SIZE;
  /** Made anew whenever dockerd goes; it does nothing until dockerd starts. */
  swarm: SwarmNode;
  config: DaemonConfig = NO_CONFIG;
  state: ServiceState = 'running';
  /** Why it could not start. */
  failure = '';
  /** Of its process. */
  pid = FIRST_PID;
  /** When it started or went. */
  changedAt: Micros;
  /** Counts dockerds since the machine came on. */
  runs = 0;
  private executor: SwarmExecutor;
  /** Made for the first request: of thousands of machines most are never asked. */
  private server: ApiServer | undefined;
  private readonly stopWaiters: ServiceDone[] = [];
  private readonly startWaiters: ServiceDone[] = [];

  constructor(private readonly options: DaemonOptions) {
    this.engine = new HostEngine({ ...options, size: MACHINE_SIZE });
    this.changedAt = options.simulation.now;
    this.executor = new SwarmExecutor(this.engine, this.config);
    this.swarm = this.newSwarm();
  }

  private newSwarm(): SwarmNode {
    const { simulation, machine, hostname } = this.options;
    const { engine, executor } = this;
    const swarm = new SwarmNode({ simulation, machine, hostname, executor, run: this.runs });
    const attachments = new Attachments(engine, swarm);
    executor.attachments = attachments;
    engine.networking.swarm = attachments;
    swarm.watch((events) => publishClusterEvents(events, (...event) => engine.events.publish(...event)));
    return swarm;
  }

  /** Whether it answers requests. */
  get isUp(): boolean {
    return this.state === 'running';
  }

  /** When the machine comes on: containers with a restart policy and the swarm node go on from the disk. */
  start(): void {
    if (!this.configure()) return;
    this.engine.start(this.config.liveRestore);
    this.swarm.resume();
  }

  /** Reads daemon.json; false when dockerd cannot start with it. */
  private configure(): boolean {
    const parsed = readConfig(fromUtf8(this.engine.writtenFile(CONFIG_FILE) ?? ''));
    const problem = parsed.ok
      ? parsed.value.liveRestore &&
        this.swarm.status().nodeId !== '' &&
        `Error starting cluster component: ${NO_LIVE_RESTORE}`
      : parsed.error;
    if (parsed.ok && !problem) {
      if (parsed.value === this.config) return true;
      this.config = parsed.value;
      this.engine.images.insecureRegistries = this.config.insecureRegistries;
      this.executor = new SwarmExecutor(this.engine, this.config);
      this.swarm = this.newSwarm();
      return true;
    }
    this.failure = `failed to start daemon: ${problem}`;
    if (!parsed.ok) this.failure = parsed.error;
    this.become('failed');
    return false;
  }

  private become(state: ServiceState): void {
    const wasUp = this.isUp;
    this.state = state;
    this.changedAt = this.options.simulation.now;
    if (wasUp !== this.isUp) this.options.onService?.();
  }

  /** systemctl start: `done` when it answers, or with why it does not. */
  startService(done: ServiceDone): void {
    if (this.state === 'running') {
      done();
      return;
    }
    if (this.state === 'stopping') {
      this.stopWaiters.push(() => this.startService(done));
      return;
    }
    this.startWaiters.push(done);
    if (this.state === 'starting') return;
    if (!this.configure()) {
      this.tell(this.startWaiters, this.failure);
      return;
    }
    this.failure = '';
    this.pid = FIRST_PID + (this.runs % PIDS);
    this.become('starting');
    const { runs } = this;
    const here = (then: () => void) => () => {
      if (this.state === 'starting' && this.runs === runs) then();
    };
    const answer = here(() => {
      this.become('running');
      this.tell(this.startWaiters);
    });
    const ready = here(() => {
      this.swarm.resume();
      this.whenJoined(SWARM_PATIENCE, answer);
    });
    const look = here(() => this.engine.start(this.config.liveRestore, () => this.engine.later(READY_TIME, ready)));
    this.engine.later(START_TIME, look);
  }

  /** Calls back once the node is ready, or after a while without it. Follows moby/moby daemon/cluster/cluster.go, Start. */
  private whenJoined(left: Micros, then: () => void): void {
    if (left <= 0 || this.swarm.status().localNodeState !== 'pending') then();
    else this.engine.later(SWARM_LOOK, () => this.whenJoined(left - SWARM_LOOK, then));
  }

  /** SIGTERM: the swarm's tasks go, then containers are stopped (not with live-restore); `done` when it has ended. */
  stopService(done: ServiceDone): void {
    if (this.state === 'starting') this.killService('stopped');
    if (this.state !== 'running' && this.state !== 'stopping') {
      done();
      return;
    }
    this.stopWaiters.push(done);
    if (this.state === 'stopping') return;
    this.become('stopping');
    const { runs } = this;
    const ended = (): void => {
      if (this.state === 'stopping' && this.runs === runs) this.killService('stopped');
    };
    this.swarm.shutdown(() => (this.config.liveRestore ? ended() : this.engine.lifecycle.shutdown(ended)));
  }

  /** SIGKILL: at once, whatever it does. Its containers run on. */
  killService(as: 'dead' | 'stopped' = 'dead'): void {
    if (this.state !== 'running' && this.state !== 'starting' && this.state !== 'stopping') return;
    const { simulation, machine } = this.options;
    this.runs++;
    simulation.forgetTimers(machine, 'swarm/');
    this.engine.abandon();
    this.server = undefined;
    this.executor = new SwarmExecutor(this.engine, this.config);
    this.swarm = this.newSwarm();
    this.become(as);
    this.tell(this.startWaiters, 'it was ended before it answered');
    this.tell(this.stopWaiters);
  }

  private tell(waiters: ServiceDone[], error?: string): void {
    for (const done of waiters.splice(0)) done(error);
  }

  /** Answers a request, at once or later; false where no dockerd listens. */
  serve(exchange: Exchange): boolean {
    if (!this.isUp) return false;
    this.server ??= this.api();
    this.server.serve(exchange);
    return true;
  }

  /** Packets of channel 'swarm'; the others are the lab's. Where no dockerd runs, its ports are closed. */
  packet(packet: Packet, sender: Machine): void {
    if (packet.channel === 'swarm') this.swarm.packet(packet, sender);
  }

  timer(owner: string, name: string): void {
    if (owner.startsWith('swarm/')) this.swarm.timer(owner, name);
    else this.engine.timer(owner, name);
  }

  private api(): ApiServer {
    const { engine, options } = this;
    const { simulation, hostname } = options;
    return makeApi({
      cluster: new Cluster(this.swarm),
      engine,
      hostname,
      id: this.engineId(),
      config: this.config,
      now: () => simulation.now,
      interfaces: () => this.interfaces(),
      randomName: () => generateName(simulation.random(`daemon/${hostname}/name`), () => false),
      incompatible: this.config.liveRestore ? NO_LIVE_RESTORE : undefined,
    });
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
