/** Whole scenarios from a seed: a swarm is formed, used and broken, as a bash script for the lab. */
import { SeededStream } from '../sim/index';
import { anUpdate, aService, pick, REPAIR } from './fuzz-services';

/** Machines of the swarm. One more, outside of it, is the console on which the script runs. */
export const SWARM = 5;
export const CONSOLE = `node${SWARM + 1}`;
const ALL = Array.from({ length: SWARM }, (_, k) => `node${k + 1}`);
/** At most so many services at a time. */
const SERVICES_MAX = 6;

/** What happens in a scenario: each act is a line or two of bash, and any of them can be left out. */
export interface Plan {
  readonly prologue: readonly string[];
  readonly acts: readonly string[];
  /** Ends all faults, and waits until everything had time to come to rest. */
  readonly epilogue: readonly string[];
}

/** The script of a plan, or of what is left of it. */
export function scriptOf({ prologue, acts, epilogue }: Plan): string {
  return `${[...prologue, ...acts, ...epilogue].join('\n')}\n`;
}

export function fuzzPlan(seed: number): Plan {
  return new Planner(seed).plan();
}

class Planner {
  private readonly random: SeededStream;
  private readonly managers: number;
  private readonly off = new Set<string>();
  private readonly services = new Map<string, string>();
  private readonly acts: string[] = [];
  private cut = false;
  private named = 0;

  constructor(seed: number) {
    this.random = new SeededStream(seed, 'fuzz/plan');
    this.managers = [1, 3, 3, 5][this.random.integer(0, 3)]!;
  }

  plan(): Plan {
    const prologue = this.prologue();
    for (let left = this.random.integer(8, 16); left > 0; left--) {
      this.act();
      this.acts.push(`sleep ${this.random.integer(0, 25)}`);
    }
    return { prologue, acts: this.acts, epilogue: this.epilogue() };
  }

  private prologue(): string[] {
    const lines = [
      'docker -H node1 swarm init --advertise-addr eth0 >/dev/null',
      'M=$(docker -H node1 swarm join-token -q manager)',
      'W=$(docker -H node1 swarm join-token -q worker)',
    ];
    for (const [at, host] of ALL.entries()) {
      const token = at < this.managers ? '$M' : '$W';
      if (at > 0) lines.push(`docker -H ${host} swarm join --token ${token} node1:2377 >/dev/null`);
    }
    lines.push(
      'for n in 1 2 3 4 5; do docker -H node1 node update --label-add zone=$((n % 2)) node$n >/dev/null; done',
      'docker -H node1 network create -d overlay net >/dev/null',
    );
    if (this.random.chance(1, 2)) {
      const limit = this.random.integer(0, 3);
      lines.push(`docker -H node1 swarm update --task-history-limit ${limit} --snapshot-interval 40 >/dev/null`);
    }
    return lines;
  }

  private act(): void {
    const roll = this.random.integer(1, 100);
    if (roll <= 22 || this.services.size === 0) this.create();
    else if (roll <= 58) this.use();
    else if (roll <= 72) this.administer();
    else this.disturb();
  }

  private create(): void {
    if (this.services.size >= SERVICES_MAX) {
      this.use();
      return;
    }
    const name = `s${++this.named}`;
    const { mode, words } = aService(this.random, this.named);
    this.services.set(name, mode);
    this.docker(`service create -d --name ${name} ${words}`);
  }

  private use(): void {
    const name = pick(this.random, [...this.services.keys()]);
    const mode = this.services.get(name)!;
    const roll = this.random.integer(1, 10);
    if (roll <= 3 && mode.startsWith('replicated'))
      this.docker(`service scale -d ${name}=${this.random.integer(0, 8)}`);
    else if (roll <= 8) this.docker(`service update -d ${anUpdate(this.random, mode)} ${name}`);
    else if (roll === 9) this.docker(`service rollback -d ${name}`);
    else {
      this.services.delete(name);
      this.docker(`service rm ${name}`);
    }
  }

  private administer(): void {
    const host = pick(this.random, ALL);
    const roll = this.random.integer(1, 10);
    if (roll <= 5)
      this.docker(`node update --availability ${pick(this.random, ['active', 'active', 'pause', 'drain'])} ${host}`);
    else if (roll <= 7) this.docker(`node update --label-add zone=${this.random.integer(0, 2)} ${host}`);
    else this.docker(`node ${pick(this.random, ['promote', 'demote'])} ${host}`);
  }

  private disturb(): void {
    const roll = this.random.integer(1, 10);
    const host = pick(this.random, ALL);
    const [back] = this.off;
    if (roll <= 4 && !this.off.has(host) && this.off.size < 3) {
      this.off.add(host);
      this.acts.push(`lab kill ${host}`);
    } else if (roll <= 6 && back !== undefined) {
      this.off.delete(back);
      this.acts.push(`lab start ${back}`);
    } else if (roll <= 8) {
      this.acts.push(this.cut ? 'lab heal' : this.partition(host));
      this.cut = !this.cut;
    } else if (roll === 9) this.acts.push(`lab loss all ${this.random.integer(0, 20)}%`);
    else this.reboot(host);
  }

  private partition(host: string): string {
    const others = ALL.filter((other) => other !== host);
    const here = others.filter(() => this.random.chance(1, 3));
    const there = others.filter((other) => !here.includes(other));
    const sides = [[host, ...here], there].filter((side) => side.length > 0);
    sides[this.random.integer(0, sides.length - 1)]!.push(CONSOLE);
    return `lab partition ${sides.map((side) => side.join(',')).join(' / ')}`;
  }

  private reboot(host: string): void {
    if (this.off.has(host)) return;
    this.acts.push(`lab kill ${host}; sleep ${this.random.integer(1, 20)}; lab start ${host}`);
  }

  /** On some host that is on, a manager for choice. */
  private docker(words: string): void {
    const on = ALL.filter((host) => !this.off.has(host));
    const managers = on.filter((host) => ALL.indexOf(host) < this.managers);
    const host = pick(this.random, managers.length > 0 && this.random.chance(9, 10) ? managers : on);
    this.acts.push(`timeout 60 docker -H ${host} ${words}`);
  }

  private epilogue(): string[] {
    const lines = ['lab heal'];
    // What an act left off may be on, and the other way round, when acts were left out.
    for (const host of ALL) lines.push(`lab start ${host} 2>/dev/null`);
    lines.push('lab until leader', 'sleep 5', ...REPAIR, 'sleep 240');
    return lines;
  }
}
