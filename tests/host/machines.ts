/** A LAN of engines without a swarm, for tests: machines, a clock to move, a shell that knows a handful of commands. */
import { parseReference } from '../../src/base/reference';
import type { ContainerConfig, ServiceIdentity } from '../../src/host/index';
import {
  type ContainerShell,
  type EndpointRequest,
  type HostConfig,
  HostEngine,
  Lan,
  type ShellOutput,
  type ShellRun,
} from '../../src/host/index';
import { makeRegistry } from '../../src/images/index';
import { type Machine, Simulation } from '../../src/sim/index';

/** 2026-01-05 09:00:00 UTC. */
export const EPOCH = 1_767_603_600_000_000;
export const SECOND = 1_000_000;

export interface RunOptions {
  readonly name?: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly config?: ContainerConfig;
  readonly host?: HostConfig;
  readonly endpoints?: ReadonlyMap<string, EndpointRequest>;
  readonly service?: ServiceIdentity;
}

/** What was run in the shell of a container. */
export interface ShellCall {
  readonly run: ShellRun;
  readonly output: ShellOutput;
  readonly input: string[];
  readonly signals: string[];
}

export class World {
  readonly simulation: Simulation;
  readonly lan: Lan;
  readonly registry = makeRegistry();
  readonly engines = new Map<string, HostEngine>();
  readonly shellCalls: ShellCall[] = [];

  constructor(machines = 1, seed = 1) {
    this.simulation = new Simulation({ seed, epoch: EPOCH });
    this.lan = new Lan(this.simulation);
    for (let index = 1; index <= machines; index++) {
      const machine = this.simulation.addMachine(`node${index}`);
      this.simulation.addresses.set(`192.168.0.${10 + index}`, machine.name);
      this.boot(machine.name);
    }
  }

  boot(name: string): HostEngine {
    const machine: Machine = this.simulation.machine(name);
    this.simulation.powerOn(machine);
    const engine = new HostEngine({
      simulation: this.simulation,
      machine,
      hostname: name,
      address: this.lan.addressOf(name)!,
      prefix: 24,
      registry: this.registry,
      shell: this.shell(),
      lan: this.lan,
      size: { cpus: 2, memoryBytes: 4_000_000_000 },
    });
    machine.software = { packet: () => {}, timer: (owner, timer) => engine.timer(owner, timer) };
    this.engines.set(name, engine);
    engine.start();
    return engine;
  }

  cut(name: string): void {
    this.simulation.powerOff(this.simulation.machine(name));
  }

  engine(name = 'node1'): HostEngine {
    return this.engines.get(name)!;
  }

  /** Moves the clock, with all that happens meanwhile. */
  advance(micros: number): void {
    const until = this.simulation.now + micros;
    while (this.simulation.nextAt() <= until) this.simulation.step();
    this.simulation.advanceTo(until);
  }

  pull(image: string, name = 'node1'): string | undefined {
    const reference = parseReference(image);
    if (!reference.ok) return reference.error;
    let outcome: string | undefined = 'still pulling';
    this.engine(name).images.pull(reference.value, undefined, (error) => {
      outcome = error?.message;
    });
    this.advance(60 * SECOND);
    return outcome;
  }

  /** Creates a container of an image that is there; its id, or what was refused. */
  create(options: RunOptions, name = 'node1'): string {
    const made = this.engine(name).containers.create({
      name: options.name ?? '',
      config: { Image: options.image, ...(options.command ? { Cmd: options.command } : {}), ...options.config },
      hostConfig: options.host ?? {},
      endpoints: options.endpoints ?? new Map(),
      ...(options.service ? { service: options.service } : {}),
    });
    return made.ok ? made.value.id : made.error.message;
  }

  /** Pulls, creates, starts, and lets a second pass. The id, or what was refused. */
  run(options: RunOptions, name = 'node1'): string {
    const engine = this.engine(name);
    if (!engine.images.find(options.image)) this.pull(options.image, name);
    const id = this.create(options, name);
    if (!engine.containers.get(id)) return id;
    let refused: string | undefined;
    engine.lifecycle.start(id, (error) => {
      refused = error?.message;
    });
    this.advance(SECOND);
    return refused ?? id;
  }

  /** The container's log as text. */
  log(id: string, name = 'node1'): string {
    let text = '';
    const all = { stdout: true, stderr: true, follow: false, tail: undefined, since: undefined, until: undefined };
    this.engine(name).outputs.read(
      id,
      all,
      ({ data }) => (text += data),
      () => {},
    );
    return text;
  }

  /** Commands stay until the test ends them; `exit N` ends by itself. */
  private shell(): ContainerShell {
    return {
      run: (run, output) => {
        const call: ShellCall = { run, output, input: [], signals: [] };
        this.shellCalls.push(call);
        return {
          write: (data) => call.input.push(data),
          end: () => call.input.push('<end>'),
          signal: (signal) => call.signals.push(signal),
          resize: (columns, rows) => call.input.push(`<${columns}x${rows}>`),
        };
      },
      freeze: () => {},
    };
  }
}
