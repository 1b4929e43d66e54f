/** The measures of size: a thousand nodes that join, and a service of 70,000 tasks on 4,700 nodes with what befalls it. */
import { BenchLab } from './bench-lab';
import { type Measure, timedBoth } from './bench-measure';

const NODES = 4_700;
const TASKS = 70_000;
const MANAGERS = 5;
const MICROS = 1_000_000;

/** Wall milliseconds of one run (it is long, and makes the ground for the next), with the virtual time it took beside. */
function once(name: string, bar: number | undefined, lab: () => BenchLab, work: (lab: BenchLab) => void): Measure {
  let told = '';
  return {
    name,
    unit: 'ms',
    ...(bar === undefined ? {} : { bar }),
    runs: () => {
      const at = lab();
      const { now } = at.lab;
      const events = at.events;
      const { wall, processor } = timedBoth(() => work(at));
      const passed = ((at.lab.now - now) / MICROS).toFixed(1);
      const memory = (process.memoryUsage().heapUsed / 1e6).toFixed(0);
      told = `${passed} virtual s, ${at.events - events} events, processor ${processor.toFixed(0)} ms, heap ${memory} MB`;
      return [wall];
    },
    note: () => told,
  };
}

export function scaleMeasures(): readonly Measure[] {
  let made: BenchLab | undefined;
  const large = (): BenchLab => {
    if (!made) {
      made = new BenchLab({ nodes: NODES });
      made.formSwarm(MANAGERS);
      made.idle(10);
    }
    return made;
  };
  let replicas = TASKS;
  const loaded = (): BenchLab => {
    const lab = large();
    if (lab.running() < TASKS) lab.runService('web', TASKS);
    return lab;
  };
  return [
    once(
      'scale: 1,000 nodes form a swarm',
      undefined,
      () => new BenchLab({ nodes: 1_000 }),
      (lab) => lab.formSwarm(MANAGERS),
    ),
    once('scale: 70,000 replicas on 4,700 nodes, create to running', undefined, large, (lab) => {
      lab.runService('web', TASKS);
    }),
    once('scale: one replica more', undefined, loaded, (lab) => lab.scaleService('web', ++replicas)),
    once('scale: one of 4,700 nodes lost', undefined, loaded, (lab) => lab.loseNode(NODES, replicas)),
  ];
}
