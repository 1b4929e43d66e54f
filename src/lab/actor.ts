/** Does the acts of `lab`: power, cables, waiting. */
import { utf8 } from '../base/bytes';
import type { Micros } from '../base/process';
import { type Timers, WORLD } from '../sim/index';
import { type Act, type Condition, LAB_HELP, parseAct } from './acts';
import type { Kernel, Outcome, ProcessRecord } from './kernel';
import { isLed, isSettled, leaderOf, SETTLED_HORIZON } from './settled';
import type { World } from './world';

export interface ActResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}

interface Waiter {
  readonly pid: number;
  readonly condition: Condition;
  readonly deadline: Micros;
}

/** `lab until` looks this often. */
const LOOK_EVERY: Micros = 100_000;

export class Actor {
  private readonly timers: Timers;
  private waiters: Waiter[] = [];
  /** Told of every act that was done. */
  onAct: (args: readonly string[]) => void = () => {};

  constructor(
    private readonly world: World,
    private readonly kernel: Kernel,
  ) {
    this.timers = world.simulation.timers(WORLD, 'actor');
  }

  /** An act from outside any session; `until` there only tells whether it holds. */
  act(args: readonly string[]): ActResult {
    const act = this.parse(args);
    if (typeof act === 'string') return refusal(act);
    if (act.act === 'until') return this.holds(act.condition) ? done('') : refusal('that does not hold now');
    return this.perform(act, args);
  }

  /** The `lab` call of a process. */
  call(process: ProcessRecord, args: readonly string[]): Outcome {
    const act = this.parse(args);
    if (typeof act === 'string') return { value: encoded(refusal(act)) };
    if (act.act !== 'until') return { value: encoded(this.perform(act, args)) };
    if (this.holds(act.condition)) return { value: encoded(done('')) };
    const deadline = this.world.simulation.now + SETTLED_HORIZON;
    const waiter: Waiter = { pid: process.pid, condition: act.condition, deadline };
    this.waiters.push(waiter);
    process.abandon = () => {
      this.waiters = this.waiters.filter((other) => other !== waiter);
    };
    if (!this.timers.has('look')) this.timers.set('look', LOOK_EVERY);
    return 'pending';
  }

  timer(): void {
    const { now } = this.world.simulation;
    for (const waiter of [...this.waiters]) {
      const met = this.holds(waiter.condition);
      if (!met && now < waiter.deadline) continue;
      this.waiters = this.waiters.filter((other) => other !== waiter);
      const result = met ? done('') : refusal('gave up after 10 minutes: it does not hold yet');
      this.kernel.answer(waiter.pid, { value: encoded(result) });
    }
    if (this.waiters.length > 0) this.timers.set('look', LOOK_EVERY);
  }

  private parse(args: readonly string[]): Act | string {
    return parseAct(args, {
      names: this.world.names,
      isOn: (name) => this.world.isOn(name),
      max: this.world.hostsMax,
    });
  }

  private perform(act: Exclude<Act, { act: 'until' }>, args: readonly string[]): ActResult {
    const { world } = this;
    const { links } = world.simulation;
    switch (act.act) {
      case 'help':
        return done(LAB_HELP);
      case 'ls':
        return done(this.list());
      case 'add': {
        const names = world.add(act.count);
        this.onAct(args);
        return done(names.map((name) => `${name}\n`).join(''));
      }
      case 'kill':
        for (const name of act.hosts) world.kill(world.host(name)!);
        break;
      case 'start':
        for (const name of act.hosts) world.start(world.host(name)!);
        break;
      case 'partition':
        act.groups.forEach((group, segment) => {
          for (const name of group) world.host(name)!.machine.segment = segment;
        });
        break;
      case 'heal':
        links.heal();
        for (const host of world.hosts.values()) host.machine.segment = 0;
        break;
      case 'latency':
        for (const [a, b] of act.links) links.set(a, b, { delay: act.delay });
        break;
      case 'loss':
        for (const [a, b] of act.links) links.set(a, b, { lossPerMille: act.perMille });
        break;
      case 'load': {
        const refused = this.load(act.container, act.bytes);
        if (refused !== undefined) return refusal(refused);
        this.onAct(args);
        return done('');
      }
    }
    world.gossip.disturbed();
    this.onAct(args);
    return done('');
  }

  /** undefined when done, else why not. */
  private load(reference: string, bytes: number): string | undefined {
    const found = [...this.world.hosts.values()].flatMap((host) => {
      const engine = host.daemon?.isUp ? host.daemon.engine : undefined;
      const running = engine?.containers.list().filter(({ state }) => state.status === 'running') ?? [];
      return running
        .filter(({ id, name }) => id.startsWith(reference) || name === reference || name.startsWith(`${reference}.`))
        .map(({ id }) => ({ engine: engine!, id }));
    });
    const [one] = found;
    if (!one) return `no running container is called "${reference}": docker ps and docker service ps tell their names`;
    if (found.length > 1) return `"${reference}" are ${found.length} containers: name one by its id`;
    one.engine.lifecycle.load(one.id, bytes);
    return undefined;
  }

  private list(): string {
    const rows = [...this.world.hosts.values()].map((host) => {
      const power = !host.daemon ? 'off' : host.daemon.isUp ? 'on' : 'on, docker stopped';
      const segment = host.machine.segment === 0 ? '' : `  segment ${host.machine.segment + 1}`;
      return `${host.name.padEnd(10)}${host.address.padEnd(16)}${power}${segment}`.trimEnd();
    });
    return rows.map((row) => `${row}\n`).join('');
  }

  private holds(condition: Condition): boolean {
    if (condition.until === 'settled') return isSettled(this.world);
    if (condition.until === 'leader') return isLed(this.world);
    const store = leaderOf(this.world)?.daemon?.swarm.store();
    if (!store) return false;
    if (condition.until === 'node') {
      const nodes = store.list('node').filter((node) => node.description?.Hostname === condition.host);
      return nodes.some((node) => node.status.state === condition.state);
    }
    const service = store.byName('service', condition.name);
    if (!service) return false;
    const tasks = store.tasksOfService(service.id);
    const running = tasks.filter((task) => task.status.state === 512).length;
    const desired = service.spec.Mode?.Global
      ? tasks.filter((task) => task.desiredState === 512).length
      : (service.spec.Mode?.Replicated?.Replicas ?? 1);
    return running === condition.running && desired === condition.desired;
  }
}

function done(stdout: string): ActResult {
  return { stdout, stderr: '', status: 0 };
}

function refusal(sentence: string): ActResult {
  return { stdout: '', stderr: `lab: ${sentence}\n`, status: 1 };
}

function encoded(result: ActResult): ActResult {
  return { stdout: utf8(result.stdout), stderr: utf8(result.stderr), status: result.status };
}
