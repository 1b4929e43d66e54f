/**
 * The lab: one world and its pump. State is a function of (seed, epoch, shape, inputs); everything that enters goes
 * through `submit` and into the journal, everything that leaves goes through the outputs.
 */
import { type Bytes, fromUtf8, utf8 } from '../base/bytes';
import { type Micros, write } from '../base/process';
import type { HostEngine } from '../host/index';
import type { Program, Programs } from '../shell/index';
import { Simulation } from '../sim/index';
import { Actor } from './actor';
import { makeContainerShell } from './container-shell';
import { Gateway, type GatewayOutputs } from './gateway';
import {
  DIGEST_EVERY,
  ENGINE_REVISION,
  type Input,
  JOURNAL_INPUTS_MAX,
  type Journal,
  type LabShape,
  type StampedInput,
} from './journal';
import { Kernel } from './kernel';
import { type Outputs, Sessions } from './sessions';
import { isSettled } from './settled';
import type { Tools } from './tools';
import { Wire } from './wire';
import { World } from './world';
import { type FilterCall, WorldCalls } from './world-calls';

export interface LabOptions {
  readonly seed: number;
  /** The first instant, microseconds since the Unix epoch. */
  readonly epoch: Micros;
  readonly shape: LabShape;
  /** Also hash what packets carry: for tests, the fuzzer and --digest. */
  readonly hashPayloads?: boolean;
  readonly outputs: Outputs;
  /** The shell room. */
  readonly tools: Tools;
  readonly gateway?: GatewayOutputs;
}

/** 2026-01-05T09:00:00Z: the first instant in tests, lessons and the runner. */
export const DEFAULT_EPOCH: Micros = 1_767_603_600_000_000;

/** `reached`: now is `until`. `budget`: the events are used up. `filter`: a filter must be answered first. */
export type AdvanceEnd = 'reached' | 'budget' | 'filter';

export class Lab {
  readonly simulation: Simulation;
  readonly kernel: Kernel;
  readonly world: World;
  readonly sessions: Sessions;
  readonly actor: Actor;
  private readonly wire: Wire;
  private readonly calls: WorldCalls;
  private readonly gateway: Gateway;
  private readonly inputs: StampedInput[] = [];
  private readonly digests: string[] = [];
  /** Inputs stamped and not yet taken. */
  private readonly ahead: StampedInput[] = [];
  private lastEventAt: Micros;

  constructor(readonly options: LabOptions) {
    const simulation = new Simulation(options);
    this.simulation = simulation;
    this.lastEventAt = simulation.now;
    this.kernel = new Kernel(simulation);
    const wire: Wire = new Wire(simulation, (machine, exchange) => this.world.serve(machine, exchange));
    this.wire = wire;
    this.sessions = new Sessions(this.kernel, () => simulation.now, options.outputs, options.tools);
    this.world = new World(simulation, options.shape.nodes, {
      shell: makeContainerShell(this.kernel, options.tools, (run) => this.programsOf(run.machine, run.containerId)),
      registry: options.tools.makeRegistry(),
      packet: (packet) => this.calls.packet(packet),
    });
    this.calls = new WorldCalls({
      simulation,
      kernel: this.kernel,
      world: this.world,
      wire,
      sessions: this.sessions,
      tools: options.tools,
    });
    this.actor = new Actor(this.world, this.kernel);
    this.calls.act = (process, args) => this.actor.call(process, args);
    this.kernel.outside = this.calls;
    this.gateway = new Gateway(this.world, options.gateway);
    this.world.onPower = (host) => {
      // First the terminals: a shell that is dropped afterwards has none to begin anew in.
      this.sessions.power(host.name, host.daemon !== undefined);
      if (!host.daemon) {
        this.kernel.drop((place) => place.machine === host.name);
        wire.lost(host.name);
        this.gateway.lost(host.name);
      }
    };
    this.world.onService = (host) => {
      if (host.daemon!.isUp) return;
      wire.closed(host.name);
      this.gateway.lost(host.name);
    };
    simulation.worldTimer = (owner, name) => this.worldTimer(owner, name);
  }

  /** Microseconds since the Unix epoch. */
  get now(): Micros {
    return this.simulation.now;
  }

  /** Takes an input in, stamped with now, but at least 1 µs after the last event. False when the journal is full. */
  submit(input: Input): boolean {
    if (this.inputs.length + this.ahead.length >= JOURNAL_INPUTS_MAX) return false;
    const at = Math.max(this.now, this.lastEventAt + 1, this.ahead.at(-1)?.at ?? 0);
    this.enqueue({ ...input, at });
    return true;
  }

  /** An input of a journal, with its instant. Instants must not fall. */
  replay(input: StampedInput): void {
    this.enqueue({ ...input, at: input.at + this.options.epoch });
  }

  private enqueue(input: StampedInput): void {
    this.ahead.push(input);
    this.takeInputs();
  }

  /** Inputs go first at equal times, and the clock never passes one. */
  private takeInputs(): void {
    while (this.ahead.length > 0) {
      const { at } = this.ahead[0]!;
      if (at > this.now && (this.simulation.nextAt() < at || this.kernelWaits())) return;
      if (at > this.now) this.simulation.advanceTo(at);
      const input = this.ahead.shift()!;
      this.inputs.push({ ...input, at: input.at - this.options.epoch });
      this.simulation.cause = 0;
      this.take(input);
      if (this.inputs.length % DIGEST_EVERY === 0) this.digests.push(this.digest());
    }
  }

  private kernelWaits(): boolean {
    return this.calls.filter !== undefined;
  }

  /** Handles events up to and including `until`, at most `events` of them. */
  advance(until: Micros, events = Number.MAX_SAFE_INTEGER): AdvanceEnd {
    const { simulation } = this;
    for (let left = events; ; left--) {
      if (this.ahead.length > 0) this.takeInputs();
      if (this.calls.filter) return 'filter';
      const next = simulation.nextAt();
      const input = this.ahead[0]?.at ?? Infinity;
      if (next > until && input > until) {
        if (simulation.now < until) simulation.advanceTo(until);
        return 'reached';
      }
      if (left <= 0) return 'budget';
      if (input <= next) continue;
      if (simulation.step()) this.lastEventAt = simulation.now;
    }
  }

  /** The filter that the world waits for. */
  get pendingFilter(): FilterCall | undefined {
    return this.calls.filter;
  }

  resolveFilter(answer: { readonly stdout: Bytes; readonly stderr: Bytes; readonly status: number }): void {
    this.calls.resolveFilter(answer);
  }

  /** Everything that came in, and what the lab was made of. */
  journal(): Journal {
    const { seed, epoch, shape } = this.options;
    return {
      version: 1,
      engine: ENGINE_REVISION,
      seed,
      epoch,
      shape,
      inputs: [...this.inputs],
      digests: [...this.digests],
      end: this.now - epoch,
    };
  }

  /** The journal's inputs after the first `count`. */
  inputsSince(count: number): readonly StampedInput[] {
    return this.inputs.slice(count);
  }

  /** Hash of all events so far. */
  digest(): string {
    return `${this.simulation.digest.toString()}-${this.simulation.digest.count}`;
  }

  /** The digest of the events and of all that packets carried; only with `hashPayloads`. */
  fullDigest(): string {
    return `${this.digest()}-${this.simulation.payloadDigest?.toString() ?? 'events-only'}`;
  }

  settled(): boolean {
    return isSettled(this.world);
  }

  private take(input: StampedInput): void {
    const { sessions, world } = this;
    switch (input.kind) {
      case 'open':
        if (world.host(input.host))
          sessions.open(input.session, input.host, input.columns, input.rows, world.isOn(input.host));
        return;
      case 'close':
        sessions.close(input.session);
        return;
      case 'line':
        sessions.line(input.session, input.text);
        return;
      case 'bytes':
        for (const line of sessions.keys(input.session, input.data)) this.lineOff(input.session, fromUtf8(line));
        return;
      case 'signal': {
        const tty = sessions.all.get(input.session)?.tty;
        if (tty) this.kernel.interrupt(tty, input.signal);
        return;
      }
      case 'resize':
        this.resize(input.session, input.columns, input.rows);
        return;
      case 'script':
        if (world.isOn(input.host)) sessions.script(input.session, input.host, input.name, input.text, input.args);
        return;
      case 'lab':
        this.options.outputs.act(input.args, this.actor.act(input.args));
        return;
      default:
        this.gateway.input(input);
    }
  }

  /** A line in the terminal of a host that is off. */
  private lineOff(session: number, line: string): void {
    const open = this.sessions.all.get(session)!;
    const [command, ...args] = line.trim().split(/\s+/);
    const say = (text: string): void => this.options.outputs.terminal(session, utf8(text.replaceAll('\n', '\r\n')));
    if (command !== 'lab') {
      say(`${open.host} is off: lab start ${open.host}\n`);
      return;
    }
    const { stdout, stderr } = this.actor.act(args);
    say(stdout + stderr);
  }

  /** What a container's image brings: its base's tools, some more by name; with the socket mounted, docker works too. */
  private programsOf(machine: string, id: string): Programs {
    const engine = this.world.host(machine)?.daemon?.engine;
    const image = engine?.images.byId(engine.containers.get(id)?.imageId ?? '')?.image;
    if (!engine || (image && !image.shell)) return new Map();
    const { family, tools: names } = image?.shell ?? { family: 'busybox', tools: [] };
    const { tools } = this.options;
    const extra = new Map(tools.programsNamed(...names, ...(engine.mountsSocket(id) ? ['docker'] : [])));
    for (const name of names) if (!extra.has(name)) extra.set(name, imageCommand(engine, id));
    return tools.containerPrograms(family, extra);
  }

  private resize(session: number, columns: number, rows: number): void {
    const tty = this.sessions.all.get(session)?.tty;
    if (!tty || columns < 2 || rows < 1) return;
    tty.columns = columns;
    tty.rows = rows;
    this.kernel.interrupt(tty, 'WINCH');
  }

  private worldTimer(owner: string, name: string): void {
    if (owner === 'process') this.kernel.timer(name);
    else if (owner === 'wire') this.wire.timer(name);
    else if (owner === 'actor') this.actor.timer();
    else if (owner === 'call') this.calls.timer(name);
    else if (owner === 'gossip') this.world.gossip.timer(name);
  }
}

/** A program that only the container's own image can answer for (redis-cli). */
function imageCommand(engine: HostEngine, container: string): Program {
  return function* ({ name, args }) {
    const output = engine.command(container, [name, ...args], '');
    if (!output) {
      yield* write(2, `${name}: the program of this container does not answer it\n`);
      return 1;
    }
    yield* write(1, output.stdout);
    yield* write(2, output.stderr);
    return output.status;
  };
}
