import { describe, expect, test } from 'vitest';
import type { Json } from '../../src/base/json';
import { type Outcome, run, type Situation } from '../cli/world';

const T = '2026-01-05T08:00:00Z';
const NODES = [1, 2].map((n) => ({ ID: `node${n}aaaaaaaaaaaaaa`, Status: { State: 'ready' } }));

interface Picture {
  readonly mode?: object;
  readonly job?: boolean;
  readonly update?: (poll: number) => object;
  readonly tasks: (poll: number) => readonly object[];
}

function task(slot: number, state: string, more: object = {}): object {
  return {
    ID: `t${slot}`,
    Slot: slot,
    NodeID: NODES[slot - 1]?.ID ?? NODES[0]!.ID,
    DesiredState: 'running',
    JobIteration: { Index: 4 },
    Status: { State: state, Timestamp: T, PortStatus: {} },
    ...more,
  };
}

/** `service update --force web` while the swarm looks like `picture` at each poll. */
function watch(picture: Picture, more: Situation & { readonly flags?: readonly string[] } = {}): Outcome {
  let looks = -1;
  const service = (): { body: Json } => {
    looks++;
    const poll = Math.max(0, looks - 1);
    return {
      body: {
        ID: 'sid',
        Version: { Index: 1 },
        Spec: {
          Name: 'web',
          TaskTemplate: { ContainerSpec: {}, ForceUpdate: 0 },
          Mode: picture.mode ?? { Replicated: { Replicas: 2 } },
          UpdateConfig: { Parallelism: 1, Monitor: 1_000_000_000, MaxFailureRatio: 0, Order: 'stop-first' },
        },
        ...(picture.job ? { JobStatus: { JobIteration: { Index: 4 } } } : {}),
        ...(picture.update ? { UpdateStatus: picture.update(poll) } : {}),
      } as Json,
    };
  };
  const { flags = [], ...situation } = more;
  return run(['service', 'update', '--force', ...flags, 'web'], {
    ...situation,
    answers: {
      'GET /services/web': service,
      'POST /services/sid/update': { body: {} },
      'GET /tasks': () => ({ body: picture.tasks(Math.max(0, looks - 1)) as never }),
      'GET /nodes': { body: NODES as never },
    },
  });
}

/** The lines as they change; repeated ones count once. */
function lines(outcome: Outcome): string[] {
  const all = outcome.out.split('\n');
  return all.filter((line, at) => line !== all[at - 1]);
}

const running = (poll: number, from: number) => (poll < from ? 'preparing' : 'running');

describe('into a pipe', () => {
  test('a replicated service is told by its count, then watched for its monitor period', () => {
    const outcome = watch({ tasks: (poll) => [task(1, running(poll, 1)), task(2, running(poll, 3))] });
    expect(lines(outcome)).toEqual([
      'web',
      'overall progress: 0 out of 2 tasks',
      '1/2:  ',
      '2/2:  ',
      'overall progress: 0 out of 2 tasks',
      'overall progress: 1 out of 2 tasks',
      'overall progress: 2 out of 2 tasks',
      'verify: Waiting 1 seconds to verify that tasks are stable...',
      'verify: Service web converged',
      '',
    ]);
    expect(outcome.status).toBe(0);
  });

  test('a global service waits for its tasks to appear', () => {
    const tasks = (poll: number) => (poll < 2 ? [] : [task(1, 'running')]);
    expect(lines(watch({ mode: { Global: {} }, tasks }))).toEqual([
      'web',
      'overall progress: waiting for new tasks',
      'overall progress: 0 out of 1 tasks',
      'overall progress: 1 out of 1 tasks',
      'verify: Waiting 1 seconds to verify that tasks are stable...',
      'verify: Service web converged',
      '',
    ]);
  });

  test('a job ends when its tasks have, without a watch', () => {
    const mode = { ReplicatedJob: { MaxConcurrent: 1, TotalCompletions: 1 } };
    const tasks = (poll: number) => [task(0, poll < 2 ? 'running' : 'complete')];
    expect(lines(watch({ mode, job: true, tasks }))).toEqual([
      'web',
      'active tasks: 0 out of 1 tasks',
      '1/1:  ',
      'active tasks: 1 out of 1 tasks',
      'active tasks: 0 out of 0 tasks',
      'job complete',
      '',
    ]);
  });

  test('a failing task shows its error on one line of 75 bytes', () => {
    const Err = `No such image: foo:latest\n${'x'.repeat(80)}`;
    const bad = task(2, 'rejected', { Status: { State: 'rejected', Timestamp: T, Err, PortStatus: {} } });
    const outcome = watch({ tasks: (poll) => [task(1, 'running'), poll < 2 ? bad : task(2, 'running')] });
    expect(outcome.out).toContain(`2/2: No such image: foo:latest ${'x'.repeat(48)}\xe2\x80\xa6\n`);
  });

  test('tasks that fail during the watch begin it anew', () => {
    const tasks = (poll: number) => [task(1, poll === 3 ? 'starting' : 'running'), task(2, 'running')];
    expect(lines(watch({ tasks })).filter((line) => line.startsWith('verify: D'))).toEqual([
      'verify: Detected task failure',
    ]);
  });

  test('a paused update is a failure', () => {
    const update = (poll: number) =>
      poll < 2 ? { State: 'updating' } : { State: 'paused', Message: 'update paused due to failure' };
    const outcome = watch({ update, tasks: () => [task(1, 'starting')] });
    expect(outcome).toMatchObject({ err: 'service update paused: update paused due to failure\n', status: 1 });
  });

  test('a rollback says why, counts again, and says how it ended', () => {
    const update = (poll: number) => {
      if (poll < 1) return { State: 'updating' };
      return poll < 3
        ? { State: 'rollback_started', Message: 'update rolled back due to failure' }
        : { State: 'rollback_completed', Message: 'rollback completed' };
    };
    const outcome = watch({ update, tasks: (poll) => [task(1, running(poll, 3)), task(2, 'running')] });
    expect(lines(outcome).slice(4)).toEqual([
      'overall progress: 1 out of 2 tasks',
      'rollback: update rolled back due to failure',
      'overall progress: rolling back update: 1 out of 2 tasks',
      'overall progress: rolling back update: 2 out of 2 tasks',
      'verify: Waiting 1 seconds to verify that tasks are stable...',
      'verify: Service web converged',
      'rollback: rollback completed',
      '',
    ]);
  });

  test('an update that had completed before draws nothing', () => {
    expect(watch({ update: () => ({ State: 'completed' }), tasks: () => [] }).out).toBe('web\n');
  });

  test('-q waits in silence, -d does not wait', () => {
    const tasks = () => [task(1, 'running'), task(2, 'running')];
    expect(watch({ tasks }, { flags: ['-q'] }).out).toBe('web\n');
    const detached = watch({ tasks }, { flags: ['-d'] });
    expect(detached.requests.some((request) => request.path === '/tasks')).toBe(false);
  });

  test('Ctrl-C leaves the work to go on', () => {
    const outcome = watch({ tasks: () => [task(1, 'starting')] }, { interrupt: 'sleep' });
    expect(outcome.out).toContain(
      'Operation continuing in background.\nUse `docker service ps web` to check progress.\n',
    );
    expect(outcome.status).toBe(0);
  });

  test('more than twenty tasks have no lines of their own', () => {
    const mode = { Replicated: { Replicas: 21 } };
    const tasks = () => Array.from({ length: 21 }, (_, at) => task(at + 1, 'running'));
    expect(watch({ mode, tasks }).out).not.toContain('1/21');
  });
});

test('on a terminal each line is rewritten in place, with bars above 110 columns', () => {
  const picture = { mode: { Replicated: { Replicas: 1 } }, tasks: () => [task(1, 'running')] };
  const wide = watch(picture, { terminal: { columns: 120, rows: 40 } }).out;
  const bar = `${'='.repeat(50)}>`;
  expect(wide.split('\x1b[2K').slice(0, 5)).toEqual([
    'web\n\n\x1b[1A',
    '\roverall progress: 0 out of 1 tasks \r\x1b[1B\n\x1b[1A',
    '\r1/1:   \r\x1b[1B\x1b[1A',
    `\r1/1: running   [${bar}] \r\x1b[1B\x1b[2A`,
    '\roverall progress: 1 out of 1 tasks \r\x1b[2B\n\x1b[1A',
  ]);
  const narrow = watch(picture, { terminal: { columns: 100, rows: 40 } }).out;
  expect(narrow).toContain('\r1/1: running   \r');
  expect(narrow).not.toContain('>');
});
