import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  applyDiff,
  decodeDiff,
  emptyScene,
  encodeDiff,
  reverseDiff,
  type Scene,
  type SceneDiff,
  SceneRecorder,
  squashDiffs,
  type TaskRecord,
} from '../../src/scene/index';

function task(id: string, change: Partial<TaskRecord> = {}): TaskRecord {
  return {
    id,
    serviceId: 's1',
    slot: 1,
    nodeId: 'n1',
    image: 'nginx:latest',
    state: 'running',
    desiredState: 'running',
    message: 'started',
    err: '',
    createdAt: 1_767_603_600_000_000,
    stateAt: 1_767_603_600_250_000,
    containerId: `container of ${id}`,
    exitCode: 0,
    ...change,
  };
}

/** Tables as sorted lists: order of rows is not part of a scene's meaning after a way back. */
function content(scene: Scene): unknown {
  return Object.entries(scene.tables).map(([name, table]) => [
    name,
    [...table.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
  ]);
}

/** Acts on a recorder: put or remove a task, or take a diff. */
const acts = fc.array(
  fc.oneof(
    fc.record({ put: fc.integer({ min: 1, max: 6 }), slot: fc.integer({ min: 1, max: 3 }) }),
    fc.record({ remove: fc.integer({ min: 1, max: 6 }) }),
    fc.constant({ take: true }),
  ),
  { maxLength: 40 },
);
type Act = { put: number; slot: number } | { remove: number } | { take: boolean };

/** Runs the acts: the scenes between takes, and the diffs that lead from one to the next. */
function play(list: readonly Act[]): { scenes: Scene[]; diffs: SceneDiff[] } {
  const recorder = new SceneRecorder(0);
  const scenes = [recorder.scene(0)];
  const diffs: SceneDiff[] = [];
  let at = 0;
  for (const act of [...list, { take: true }]) {
    if ('put' in act) recorder.put('task', task(`t${act.put}`, { slot: act.slot }));
    else if ('remove' in act) recorder.remove('task', `t${act.remove}`);
    else {
      const diff = recorder.take(++at);
      if (diff === undefined) continue;
      diffs.push(diff);
      scenes.push(recorder.scene(at));
    }
  }
  return { scenes, diffs };
}

describe('diffs', () => {
  test('each leads from one scene to the next, and back', () => {
    fc.assert(
      fc.property(acts, (list) => {
        const { scenes, diffs } = play(list);
        for (const [at, diff] of diffs.entries()) {
          expect(content(applyDiff(scenes[at]!, diff))).toEqual(content(scenes[at + 1]!));
          expect(content(applyDiff(scenes[at + 1]!, reverseDiff(diff)))).toEqual(content(scenes[at]!));
        }
      }),
    );
  });

  test('squashed, all of them lead from the first scene to the last', () => {
    fc.assert(
      fc.property(acts, (list) => {
        const { scenes, diffs } = play(list);
        if (diffs.length === 0) return;
        const all = diffs.reduce(squashDiffs);
        expect(all.from).toBe(diffs[0]!.from);
        expect(all.at).toBe(diffs.at(-1)!.at);
        expect(content(applyDiff(scenes[0]!, all))).toEqual(content(scenes.at(-1)!));
        expect(content(applyDiff(scenes.at(-1)!, reverseDiff(all)))).toEqual(content(scenes[0]!));
      }),
    );
  });

  test('packed for the wire, they mean the same', () => {
    fc.assert(
      fc.property(acts, (list) => {
        const { scenes, diffs } = play(list);
        for (const [at, diff] of diffs.entries()) {
          const decoded = decodeDiff(structuredClone(encodeDiff(diff).diff), scenes[at]!);
          expect(content(applyDiff(scenes[at]!, decoded))).toEqual(content(scenes[at + 1]!));
        }
      }),
    );
  });

  test('what came and went between two leaves no trace', () => {
    const recorder = new SceneRecorder(0);
    recorder.put('task', task('a'));
    const first = recorder.take(1)!;
    recorder.put('task', task('b'));
    const second = recorder.take(2)!;
    recorder.remove('task', 'b');
    recorder.put('task', task('a', { state: 'failed' }));
    const third = recorder.take(3)!;
    const squashed = squashDiffs(squashDiffs(first, second), third);
    expect(squashed.tables.task).toEqual({ added: [task('a', { state: 'failed' })], updated: [], removed: [] });
  });

  test('a diff of another scene is refused', () => {
    const recorder = new SceneRecorder(0);
    recorder.put('task', task('a'));
    const diff = recorder.take(1)!;
    const scene = applyDiff(emptyScene(), diff);
    expect(() => applyDiff(scene, diff)).toThrow('in the scene already');
    expect(() => applyDiff(emptyScene(), reverseDiff(diff))).toThrow('not in the scene');
  });
});

describe('the recorder', () => {
  test('takes nothing when equal records are put again, or a change is undone before it is taken', () => {
    const recorder = new SceneRecorder(0);
    recorder.put('task', task('a'));
    recorder.take(1);
    recorder.put('task', task('a'));
    expect(recorder.take(2)).toBeUndefined();
    recorder.put('task', task('a', { slot: 9 }));
    recorder.put('task', task('a'));
    recorder.put('task', task('b'));
    recorder.remove('task', 'b');
    expect(recorder.take(3)).toBeUndefined();
  });

  test('makes a table hold exactly the records that it is given', () => {
    const recorder = new SceneRecorder(0);
    recorder.replace('task', [task('a'), task('b')]);
    recorder.take(1);
    recorder.replace('task', [task('b', { slot: 2 }), task('c')]);
    const diff = recorder.take(2)!.tables.task!;
    expect(diff.added.map((one) => one.id)).toEqual(['c']);
    expect(diff.updated.map(([from, to]) => [from.slot, to.slot])).toEqual([[1, 2]]);
    expect(diff.removed.map((one) => one.id)).toEqual(['a']);
  });
});

test('ten thousand tasks travel as columns and come back the same', () => {
  const recorder = new SceneRecorder(0);
  for (let at = 0; at < 10_000; at++) {
    recorder.put(
      'task',
      task(`task${at}`, { slot: at, nodeId: `n${at % 50}`, err: at % 7 === 0 ? 'no suitable node' : '' }),
    );
  }
  const diff = recorder.take(1)!;
  const { diff: wire, transfer } = encodeDiff(diff);
  expect(Array.isArray(wire.tables.task!.put)).toBe(false);
  expect(transfer.length).toBeGreaterThan(5);
  const scene = emptyScene();
  const back = decodeDiff(structuredClone(wire, { transfer }), scene);
  expect(back.tables.task!.added).toEqual(diff.tables.task!.added);
});
