/** G7: ten thousand tasks on their way to the page, packed, against the same tasks cloned as objects. */
import type { Json } from '../base/json';
import { encodeDiff, SceneRecorder, type TaskRecord } from '../scene/index';
import { BenchLab } from './bench-lab';
import { type Measure, median, thrice, worked } from './bench-measure';

const TASKS = 10_000;
const NODES = 100;
const SERVICES = 20;

/** As many task objects of the Engine API as asked, made from those of a small swarm. */
function apiTasks(): Json[] {
  const lab = new BenchLab({ nodes: 5 });
  lab.formSwarm(3);
  lab.runService('web', 10);
  const real = lab.request('node1', 'GET', '/tasks') as Json[];
  return Array.from({ length: TASKS }, (_, at) => JSON.parse(JSON.stringify(real[at % real.length])) as Json);
}

const id = (kind: string, number: number): string => `${kind}${number.toString(36)}`.padEnd(25, 'x');

function taskRecord(number: number): TaskRecord {
  const started = 1_767_603_600_000_000 + number * 1000;
  return {
    id: id('t', number),
    serviceId: id('s', number % SERVICES),
    slot: Math.floor(number / SERVICES) + 1,
    nodeId: id('n', number % NODES),
    image: 'nginx:alpine',
    state: 'running',
    desiredState: 'running',
    message: 'started',
    err: '',
    createdAt: started,
    stateAt: started + 700_000,
    containerId: number.toString(16).padStart(12, '0'),
    exitCode: 0,
  };
}

/** A diff from nothing to all tasks. */
function resync(): Parameters<typeof encodeDiff>[0] {
  const recorder = new SceneRecorder(0);
  for (let number = 0; number < TASKS; number++) recorder.put('task', taskRecord(number));
  return recorder.take(1)!;
}

export function sceneMeasures(): readonly Measure[] {
  let told = '';
  return [
    {
      name: 'G7: 10,000 tasks to the page, to cloned objects',
      unit: 'of it',
      bar: 0.05,
      runs: () => {
        const objects = apiTasks();
        const diff = resync();
        const pack = (): void => {
          const frame = encodeDiff(diff);
          structuredClone(frame.diff, { transfer: frame.transfer });
        };
        // Packing is done at every frame. It goes first, lest it sweep up what cloning leaves.
        for (let warming = 0; warming < 5; warming++) pack();
        const packed = thrice(() => median(thrice(() => worked(pack))));
        const cloned = median(thrice(() => worked(() => structuredClone(objects))));
        told = `packed ${median(packed).toFixed(1)} ms, cloned ${cloned.toFixed(1)} ms`;
        return packed.map((ms) => ms / cloned);
      },
      note: () => told,
    },
  ];
}
