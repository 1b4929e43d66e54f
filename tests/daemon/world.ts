/** A few machines with their daemons on one LAN, and a clock that runs until a request is answered. */
import type { Micros } from '../../src/base/process';
import { Daemon } from '../../src/daemon/index';
import { type ContainerShell, EMPTY_LAYER, Lan, type Registry, type RegistryImage } from '../../src/host/index';
import { type Machine, Simulation } from '../../src/sim/index';
import { type FakeExchange, request } from './exchange';

const DIGITS = 'a'.repeat(63);

/** One image with one server; every other name is unknown. */
function image(repository: string, digit: string): RegistryImage {
  return {
    repository,
    tag: 'latest',
    digest: `sha256:${DIGITS}${digit}`,
    id: `sha256:${DIGITS.replaceAll('a', 'b')}${digit}`,
    layers: [{ digest: `sha256:${digit.repeat(64)}`, diffId: `sha256:${digit.repeat(64)}`, size: 1000 }],
    size: 2000,
    created: 0,
    config: { Cmd: ['serve'], Env: ['PATH=/bin'] },
    comment: '',
    shell: { family: 'busybox', tools: [] },
    files: () => EMPTY_LAYER,
  };
}

const IMAGES = new Map([
  ['nginx', image('nginx', '1')],
  ['redis', image('redis', '2')],
]);

const registry: Registry = {
  find: ({ path, tag }) => {
    const found = IMAGES.get(path.replace('library/', ''));
    if (!found) return 'unknown repository';
    return tag === undefined || tag === 'latest' ? found : 'unknown tag';
  },
  launch: (_image, argv) => ({
    argv,
    program: {
      name: 'serve',
      memory: 1_000_000,
      ports: () => [80],
      start: (context) => context.log('stdout', 'serving\n'),
      signal: (context) => context.exit(0),
    },
  }),
  content: (id) => [...IMAGES.values()].find((known) => known.id === id),
  keep: () => {},
};

const shell: ContainerShell = {
  run: () => {
    throw new Error('no shell here');
  },
  freeze: () => {},
};

const EPOCH = 1_767_603_600_000_000;

export class TestWorld {
  readonly simulation = new Simulation({ seed: 1, epoch: EPOCH });
  readonly daemons = new Map<string, Daemon>();
  private readonly lan = new Lan(this.simulation);

  constructor(nodes: number) {
    for (let index = 1; index <= nodes; index++) {
      const machine = this.simulation.addMachine(`node${index}`);
      this.simulation.addresses.set(`192.168.0.${10 + index}`, machine.name);
      this.start(machine);
    }
  }

  start(machine: Machine): void {
    this.simulation.powerOn(machine);
    const daemon = new Daemon({
      simulation: this.simulation,
      machine,
      hostname: machine.name,
      address: `192.168.0.${10 + machine.index}`,
      prefix: 24,
      registry,
      shell,
      lan: this.lan,
    });
    this.daemons.set(machine.name, daemon);
    machine.software = daemon;
    daemon.start();
  }

  /** Power off, at once. */
  kill(name: string): void {
    this.simulation.powerOff(this.simulation.machine(name));
    this.daemons.delete(name);
  }

  /** `node1 GET /nodes` → the exchange, answered, or given up after 60 s. */
  ask(line: string, body?: unknown): FakeExchange {
    const space = line.indexOf(' ');
    const exchange = request(line.slice(space + 1), body);
    this.daemons.get(line.slice(0, space))!.serve(exchange);
    this.runUntil(() => exchange.outcome.answers > 0, 60_000_000);
    return exchange;
  }

  /** The answer's body; fails on an error status. */
  json<T>(line: string, body?: unknown): T {
    const { outcome } = this.ask(line, body);
    if (outcome.status >= 400 || outcome.status === 0) {
      throw new Error(`${line}: ${outcome.status} ${JSON.stringify(outcome.body)}`);
    }
    return outcome.body as unknown as T;
  }

  run(micros: Micros): void {
    this.runUntil(() => false, micros);
  }

  runUntil(done: () => boolean, patience: Micros): void {
    const end = this.simulation.now + patience;
    while (!done() && this.simulation.nextAt() <= end) this.simulation.step();
    if (!done() && this.simulation.now < end) this.simulation.advanceTo(end);
  }

  /** A swarm: the first node its manager, `managers` in all. */
  form(managers: number): void {
    const init = { ListenAddr: '0.0.0.0:2377', AdvertiseAddr: '' };
    this.json<string>('node1 POST /swarm/init', init);
    const { JoinTokens } = this.json<{ JoinTokens: { Worker: string; Manager: string } }>('node1 GET /swarm');
    for (const name of [...this.daemons.keys()].slice(1)) {
      const index = Number(name.slice(4));
      const JoinToken = index <= managers ? JoinTokens.Manager : JoinTokens.Worker;
      this.json(`${name} POST /swarm/join`, {
        ListenAddr: '0.0.0.0:2377',
        RemoteAddrs: ['192.168.0.11:2377'],
        JoinToken,
      });
    }
    this.run(2_000_000);
  }
}
