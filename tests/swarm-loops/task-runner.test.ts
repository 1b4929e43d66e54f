import { describe, expect, it } from 'vitest';
import type { AssignedTask, StepDone, TaskController } from '../../src/swarm/agent/executor';
import { TaskRunner } from '../../src/swarm/agent/task-runner';
import { TaskState } from '../../src/swarm/objects';
import { newTask } from '../../src/swarm/orchestrator/task';
import { network, service } from './harness';

const NAMES = new Map<number, string>(Object.entries(TaskState).map(([name, value]) => [value, name]));

class Rig implements TaskController {
  readonly log: string[] = [];
  pending: { name: string; done: StepDone } | undefined;
  readonly runner: TaskRunner;
  retries = 0;

  constructor(state: TaskState = TaskState.ASSIGNED, desired: TaskState = TaskState.RUNNING) {
    const assigned = this.assigned(desired);
    this.runner = new TaskRunner(assigned, { ...assigned.task.status, state, message: 'as before' }, this, {
      now: () => 1,
      onStatus: ({ status }) => this.log.push(`${NAMES.get(status.state)} ${status.message} ${status.err}`.trim()),
      retryLater: () => this.retries++,
    });
  }

  assigned(desiredState: TaskState): AssignedTask {
    return { task: { ...newTask(service('s', { Name: 'web' }), 1, 'n1', 't1', 0), desiredState }, networks: [] };
  }

  want(desired: TaskState): void {
    this.runner.update(this.assigned(desired));
  }

  /** Ends the step under way. */
  end(message?: string, temporary = false): void {
    const { pending } = this;
    this.pending = undefined;
    pending?.done(message === undefined ? undefined : { message, temporary });
  }

  private begin(name: string, done: StepDone): void {
    this.log.push(`(${name})`);
    this.pending = { name, done };
  }

  update(): void {}
  prepare(done: StepDone): void {
    this.begin('prepare', done);
  }
  start(done: StepDone): void {
    this.begin('start', done);
  }
  wait(done: StepDone): void {
    this.begin('wait', done);
  }
  shutdown(done: StepDone): void {
    this.begin('shutdown', done);
  }
  remove(done: StepDone): void {
    this.begin('remove', done);
  }
  cancel(): void {
    this.log.push('(cancel)');
  }
  containerStatus() {
    return { containerId: 'c1', pid: 7, exitCode: 0 };
  }
  ports() {
    return [];
  }
}

describe('an agent drives a task', () => {
  it('from ASSIGNED to COMPLETE, one step after the other', () => {
    const rig = new Rig();
    rig.runner.run();
    rig.end();
    rig.end();
    rig.end();
    expect(rig.log).toEqual([
      'ACCEPTED accepted',
      'PREPARING preparing',
      '(prepare)',
      'READY prepared',
      'STARTING starting',
      '(start)',
      'RUNNING started',
      '(wait)',
      'COMPLETE finished',
    ]);
    expect(rig.runner.status.container?.containerId).toBe('c1');
  });

  it('that is desired READY no further than that, until it is desired RUNNING', () => {
    const rig = new Rig(TaskState.ASSIGNED, TaskState.READY);
    rig.runner.run();
    rig.end();
    expect(rig.log.at(-1)).toBe('READY prepared');
    rig.want(TaskState.RUNNING);
    expect(rig.log.slice(-2)).toEqual(['STARTING starting', '(start)']);
  });

  it('and goes on preparing when it becomes desired RUNNING meanwhile', () => {
    const rig = new Rig(TaskState.ASSIGNED, TaskState.READY);
    rig.runner.run();
    rig.want(TaskState.RUNNING);
    expect(rig.log).not.toContain('(cancel)');
    rig.end();
    expect(rig.log.at(-1)).toBe('(start)');
  });

  it.each([
    ['prepare', TaskState.ASSIGNED, 0, 'REJECTED preparing no'],
    ['start', TaskState.ASSIGNED, 1, 'FAILED starting no'],
    ['wait', TaskState.ASSIGNED, 2, 'FAILED started no'],
  ] as const)('whose %s fails: it keeps its message and says why', (_step, state, good, last) => {
    const rig = new Rig(state);
    rig.runner.run();
    for (let at = 0; at < good; at++) rig.end();
    rig.end('no');
    expect(rig.log.at(-1)).toBe(last);
    expect(rig.pending).toBeUndefined();
  });

  it('again after a second when the failure is temporary', () => {
    const rig = new Rig();
    rig.runner.run();
    rig.end('not yet', true);
    expect(rig.log.at(-1)).toBe('PREPARING preparing not yet');
    expect(rig.retries).toBe(1);
    rig.runner.run();
    expect(rig.log.at(-1)).toBe('(prepare)');
  });

  it('down when it is no longer wanted, whatever is under way', () => {
    const rig = new Rig();
    rig.runner.run();
    const stale = rig.pending!.done;
    rig.want(TaskState.SHUTDOWN);
    expect(rig.log.at(-1)).toBe('(cancel)');
    expect(rig.retries).toBe(1);
    rig.runner.run();
    expect(rig.log.at(-1)).toBe('(shutdown)');
    stale();
    expect(rig.log.at(-1)).toBe('(shutdown)');
    rig.end();
    expect(rig.log.at(-1)).toBe('SHUTDOWN shutdown');
  });

  it('and tells once more that it runs, of an end with -1, when it gives up waiting for the end', () => {
    const rig = new Rig(TaskState.RUNNING);
    rig.runner.run();
    rig.want(TaskState.SHUTDOWN);
    expect(rig.runner.status.state).toBe(TaskState.RUNNING);
    expect(rig.runner.status.container).toEqual({ containerId: 'c1', pid: 7, exitCode: -1 });
  });

  it('with the networks it is attached to, though they were removed before it', () => {
    const rig = new Rig(TaskState.RUNNING);
    const attachment = { networkId: 'net', addresses: [], aliases: [], driverOptions: {} };
    const { task } = rig.assigned(TaskState.RUNNING);
    const attached = { ...task, networks: [attachment] };
    rig.runner.update({ task: attached, networks: [network('net')] });
    rig.runner.update({ task: { ...attached, desiredState: TaskState.SHUTDOWN }, networks: [] });
    expect(rig.runner.assigned.networks.map(({ id }) => id)).toEqual(['net']);
  });

  it('not at all when it has ended', () => {
    const rig = new Rig(TaskState.FAILED);
    rig.runner.run();
    rig.want(TaskState.SHUTDOWN);
    expect(rig.log).toEqual([]);
  });

  it('never back to a lower desired state', () => {
    const rig = new Rig(TaskState.RUNNING);
    rig.runner.run();
    rig.want(TaskState.SHUTDOWN);
    rig.runner.run();
    rig.end();
    rig.want(TaskState.RUNNING);
    const given = ['(wait)', '(cancel)', 'RUNNING as before'];
    expect(rig.log).toEqual([...given, '(shutdown)', 'SHUTDOWN shutdown']);
  });

  it('that was running when the power went: it waits for the container again', () => {
    const rig = new Rig(TaskState.RUNNING);
    rig.runner.run();
    rig.end('task: non-zero exit (255)');
    expect(rig.log).toEqual(['(wait)', 'FAILED as before task: non-zero exit (255)']);
  });

  it('away with its container when the task is gone', () => {
    const rig = new Rig(TaskState.RUNNING);
    rig.runner.run();
    let gone = false;
    rig.runner.remove(() => {
      gone = true;
    });
    expect(rig.log).toEqual(['(wait)', '(cancel)', '(remove)']);
    rig.end();
    expect(gone).toBe(true);
  });
});
