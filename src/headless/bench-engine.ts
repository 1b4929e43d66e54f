/** The engine's measures: how soon hosts, swarms and tasks stand, how fast idle time passes, against the bare queue. */
import { EventQueue } from '../sim/index';
import { BenchLab } from './bench-lab';
import { type Measure, median, thrice, timed, timedBoth, worked } from './bench-measure';

const HOUR = 3_600;
/** Virtual seconds that a large lab idles for one figure. */
const LARGE_IDLE = 10;
const LARGE_NODES = 5_000;

/** Events per virtual second that an idle swarm cannot do without: Raft's ticks and beats, the agents' heartbeats. */
const RAFT_EVENTS = 13;
const eventsOf = (nodes: number): number => RAFT_EVENTS + Math.ceil(nodes * 0.7);

interface Waiting {
  readonly machine: string;
  readonly period: number;
}

/**
 * Virtual seconds per second of a bare event loop: the queue, the clock, and machines that do nothing with an event but
 * put it back. As many wait in the queue as there are nodes, but no fewer than come up in a virtual second.
 */
function bareLoop(nodes: number): number {
  const events = eventsOf(nodes);
  const queue = new EventQueue<Waiting>();
  const machines = new Map<string, (event: Waiting) => void>();
  const waiting = Math.max(events, nodes);
  const period = Math.floor((waiting * 1_000_000) / events);
  let seq = 0;
  let now = 0;
  for (let each = 0; each < waiting; each++) {
    const machine = `node${each % nodes}`;
    machines.set(machine, (event) => queue.push(now + event.period, ++seq, event));
    queue.push(Math.floor((period * each) / waiting), ++seq, { machine, period: period - (each & 7) });
  }
  const run = (seconds: number): number => {
    const end = queue.nextAt() + seconds * 1_000_000;
    return worked(() => {
      while (queue.nextAt() < end) {
        const { at, item } = queue.pop();
        now = at;
        machines.get(item.machine)!(item);
      }
    });
  };
  const seconds = Math.ceil(500_000 / events);
  run(seconds);
  return (seconds * 1000) / Math.min(run(seconds), run(seconds), run(seconds));
}

function booted(nodes = 5): BenchLab {
  return new BenchLab({ nodes });
}

function formed(managers: number, nodes = 5): BenchLab {
  const lab = booted(nodes);
  lab.formSwarm(managers);
  lab.idle(10);
  return lab;
}

/** Milliseconds of wall time; the processor's, told beside, says how much of it others took. */
function wall<T>(name: string, bar: number, prepare: () => T, work: (prepared: T) => void): Measure {
  const processor: number[] = [];
  return {
    name,
    unit: 'ms',
    bar,
    runs: () => {
      processor.length = 0;
      return thrice(() => {
        const prepared = prepare();
        const taken = timedBoth(() => work(prepared));
        processor.push(taken.processor);
        return taken.wall;
      });
    },
    note: () => `processor ${median(processor).toFixed(1)} ms`,
  };
}

function tasks(replicas: number, bar: number): Measure {
  return wall(
    `${replicas} tasks running`,
    bar,
    () => formed(3),
    (lab) => lab.runService('web', replicas),
  );
}

/** Virtual hours per wall second. */
function hours(name: string, prepare: (lab: BenchLab) => void): Measure {
  return {
    name,
    unit: 'h/s',
    runs: () => {
      const lab = formed(5);
      prepare(lab);
      lab.idle(60);
      return thrice(() => 1000 / timed(() => lab.idle(HOUR)));
    },
  };
}

function idleHour(): Measure {
  let told = '';
  return {
    name: 'G5: an idle hour, 5 managers, to the bare loop',
    unit: 'times',
    bar: 20,
    runs: () => {
      const lab = formed(5);
      lab.idle(60);
      return thrice(() => {
        const bare = HOUR / bareLoop(5);
        const before = lab.events;
        const ms = worked(() => lab.idle(HOUR));
        told = `${((lab.events - before) / HOUR).toFixed(1)} events per virtual s, ${ms.toFixed(0)} ms an hour`;
        return ms / 1000 / bare;
      });
    },
    note: () => told,
  };
}

function large(): Measure {
  let told = '';
  let lab: BenchLab | undefined;
  return {
    name: 'G6: 5,000 nodes idle, share of the bare loop',
    unit: 'of it',
    bar: 0.1,
    atLeast: true,
    runs: () => {
      const forming = timed(() => {
        lab ??= formed(5, LARGE_NODES);
      });
      const idle = lab!;
      idle.idle(60);
      return thrice(() => {
        const bare = bareLoop(LARGE_NODES);
        const before = idle.events;
        const rate = (LARGE_IDLE * 1000) / worked(() => idle.idle(LARGE_IDLE));
        const events = (idle.events - before) / LARGE_IDLE;
        told = `${events.toFixed(0)} events per virtual s, ${rate.toFixed(0)} virtual s/s, bare ${bare.toFixed(0)}`;
        if (forming > 1) told += `; formed in ${(forming / 1000).toFixed(1)} s`;
        return rate / bare;
      });
    },
    note: () => told,
  };
}

export function engineMeasures(): readonly Measure[] {
  return [
    wall(
      'five hosts booted',
      20,
      () => 5,
      (nodes) => booted(nodes),
    ),
    wall(
      'swarm of 3 + 2 formed',
      50,
      () => booted(),
      (lab) => lab.formSwarm(3),
    ),
    tasks(9, 10),
    tasks(100, 60),
    tasks(1000, 1000),
    hours('virtual hours a second, 5 managers idle', () => {}),
    hours('virtual hours a second, with 100 tasks', (lab) => lab.runService('web', 100)),
    idleHour(),
    large(),
  ];
}
