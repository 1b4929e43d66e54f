import { describe, expect, it } from 'vitest';
import { SECOND, World } from './machines';

function state(world: World, id: string): string {
  const { status, exitCode } = world.engine().containers.get(id)!.state;
  return `${status} ${exitCode}`;
}

describe('a container', () => {
  it('is created, runs, and ends with the status of its program', () => {
    const world = new World();
    world.pull('alpine');
    const id = world.create({ name: 'short', image: 'alpine', command: ['sleep', '2'] });
    expect(state(world, id)).toBe('created 0');
    world.engine().lifecycle.start(id, () => {});
    world.advance(SECOND);
    expect(state(world, id)).toBe('running 0');
    world.advance(2 * SECOND);
    expect(state(world, id)).toBe('exited 0');
    expect(world.engine().containers.get(id)!.state.finishedAt).toBeGreaterThan(
      world.engine().containers.get(id)!.state.startedAt!,
    );
  });

  it('keeps what its program printed', () => {
    const world = new World();
    const id = world.run({ image: 'alpine', command: ['echo', 'hello', 'world'] });
    expect(world.log(id)).toBe('hello world\n');
    expect(state(world, id)).toBe('exited 0');
  });

  it('that is sh alone ends at once without a terminal', () => {
    const world = new World();
    expect(state(world, world.run({ image: 'alpine' }))).toBe('exited 0');
  });

  it('that ignores TERM is killed after its grace, with 137', () => {
    const world = new World();
    const id = world.run({ image: 'alpine', command: ['sleep', '1000'] });
    let stopped = false;
    world.engine().lifecycle.stop(id, {}, () => {
      stopped = true;
    });
    world.advance(9.9 * SECOND);
    expect(state(world, id)).toBe('running 0');
    world.advance(SECOND);
    expect(state(world, id)).toBe('exited 137');
    expect(stopped).toBe(true);
  });

  it('that handles its stop signal ends within its grace, with 0', () => {
    const world = new World();
    const id = world.run({ image: 'nginx' });
    world.engine().lifecycle.stop(id, {}, () => {});
    world.advance(SECOND);
    expect(state(world, id)).toBe('exited 0');
    expect(world.log(id)).toContain('signal 3 (SIGQUIT) received, shutting down');
  });

  it('dies of TERM behind an init process', () => {
    const world = new World();
    const id = world.run({ image: 'alpine', command: ['sleep', '1000'], host: { Init: true } });
    world.engine().lifecycle.kill(id, 'TERM');
    world.advance(SECOND);
    expect(state(world, id)).toBe('exited 143');
  });

  it('with --rm is gone when it ends', () => {
    const world = new World();
    const id = world.run({ image: 'alpine', command: ['true'], host: { AutoRemove: true } });
    expect(world.engine().containers.get(id)).toBeUndefined();
  });

  it('of whose limit its program needs more is killed by the kernel', () => {
    const world = new World();
    const id = world.run({ image: 'redis', host: { Memory: 7_000_000 } });
    const { state: end } = world.engine().containers.get(id)!;
    expect([end.exitCode, end.oomKilled]).toEqual([137, true]);
  });

  it.each([
    [['nosuch'], 127, 'exec: "nosuch": executable file not found in $PATH'],
    [['/nosuch'], 127, 'exec: "/nosuch": stat /nosuch: no such file or directory'],
    [['/etc/passwd'], 126, 'exec: "/etc/passwd": permission denied'],
  ])('whose command is %j does not start', (command, exitCode, reason) => {
    const world = new World();
    world.pull('alpine');
    const id = world.create({ image: 'alpine', command });
    let refused = '';
    world.engine().lifecycle.start(id, (error) => {
      refused = error!.message;
    });
    world.advance(SECOND);
    expect(refused).toBe(
      `failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: ${reason}`,
    );
    expect(state(world, id)).toBe(`created ${exitCode}`);
  });

  it('runs in its shell what is no program of the image', () => {
    const world = new World();
    const id = world.run({ image: 'alpine', command: ['sh', '-c', 'exit 5'] });
    const [call] = world.shellCalls;
    expect(call!.run).toMatchObject({
      argv: ['sh', '-c', 'exit 5'],
      init: true,
      tty: false,
      stdin: false,
      containerId: id,
    });
    call!.output.output('stdout', 'one\ntw');
    call!.output.output('stdout', 'o\n');
    call!.output.exited(5);
    world.advance(SECOND);
    expect(state(world, id)).toBe('exited 5');
    expect(world.log(id)).toBe('one\ntwo\n');
  });

  it('passes over its entrypoint script to a command of the user', () => {
    const world = new World();
    world.run({ image: 'nginx', command: ['cat', '/etc/hostname'] });
    expect(world.shellCalls[0]!.run.argv).toEqual(['cat', '/etc/hostname']);
  });
});

describe('removing', () => {
  it('refuses a running container, in docker words, and takes it with force', () => {
    const world = new World();
    const id = world.run({ name: 'web', image: 'nginx' });
    const { lifecycle, containers } = world.engine();
    const outcome: (string | undefined)[] = [];
    lifecycle.remove(id, { force: false, volumes: false, typed: 'web' }, (error) => outcome.push(error?.message));
    lifecycle.remove(id, { force: true, volumes: false, typed: 'web' }, (error) => outcome.push(error?.message));
    world.advance(SECOND);
    expect(outcome).toEqual([
      'cannot remove container "web": container is running: stop the container before removing or force remove',
      undefined,
    ]);
    expect(containers.get(id)).toBeUndefined();
  });

  it('takes anonymous volumes along when asked, named ones never', () => {
    const world = new World();
    const id = world.run({ name: 'db', image: 'redis', host: { Binds: ['kept:/backup'] } });
    expect(world.engine().volumes.list()).toHaveLength(2);
    world.engine().lifecycle.remove(id, { force: true, volumes: true, typed: 'db' }, () => {});
    world.advance(SECOND);
    expect(
      world
        .engine()
        .volumes.list()
        .map(({ name }) => name),
    ).toEqual(['kept']);
  });
});

describe('restart policies', () => {
  it('start a container again, after pauses that double', () => {
    const world = new World();
    const id = world.run({ image: 'alpine', command: ['false'], host: { RestartPolicy: { Name: 'always' } } });
    world.advance(10 * SECOND);
    const early = world.engine().containers.get(id)!.restartCount;
    world.advance(60 * SECOND);
    const late = world.engine().containers.get(id)!.restartCount;
    expect(early).toBeGreaterThanOrEqual(4);
    expect(late - early).toBeLessThanOrEqual(4);
  });

  it('on-failure stops counting at its maximum', () => {
    const world = new World();
    const policy = { Name: 'on-failure', MaximumRetryCount: 2 };
    const id = world.run({ image: 'alpine', command: ['false'], host: { RestartPolicy: policy } });
    world.advance(30 * SECOND);
    expect(world.engine().containers.get(id)!.restartCount).toBe(2);
    expect(state(world, id)).toBe('exited 1');
  });

  it('do not touch what a person stopped', () => {
    const world = new World();
    const id = world.run({ image: 'redis', host: { RestartPolicy: { Name: 'always' } } });
    world.engine().lifecycle.stop(id, {}, () => {});
    world.advance(30 * SECOND);
    expect(state(world, id)).toBe('exited 0');
  });
});

describe('a power cut', () => {
  function cutAndBoot(world: World): void {
    world.cut('node1');
    world.advance(5 * SECOND);
    world.boot('node1');
    world.advance(2 * SECOND);
  }

  it('leaves containers that ran as exited with 255, with their logs', () => {
    const world = new World();
    const id = world.run({ name: 'hi', image: 'alpine', command: ['sh', '-c', 'echo hi; sleep 100'] });
    world.shellCalls[0]!.output.output('stdout', 'hi\n');
    cutAndBoot(world);
    expect(state(world, id)).toBe('exited 255');
    expect(world.log(id)).toBe('hi\n');
    expect(world.engine().containers.byName('hi')?.id).toBe(id);
  });

  it.each([
    ['always', true],
    ['unless-stopped', true],
    ['on-failure', true],
    ['no', false],
  ])('brings back restart policy %s: %s', (Name, comesBack) => {
    const world = new World();
    const id = world.run({ image: 'nginx', host: { RestartPolicy: { Name } } });
    cutAndBoot(world);
    expect(state(world, id)).toBe(comesBack ? 'running 0' : 'exited 255');
  });

  it('leaves a container alone that was stopped by hand, unless its policy is always', () => {
    for (const [Name, expected] of [
      ['unless-stopped', 'exited 0'],
      ['always', 'running 0'],
    ] as const) {
      const world = new World();
      const id = world.run({ image: 'nginx', host: { RestartPolicy: { Name } } });
      world.engine().lifecycle.stop(id, {}, () => {});
      world.advance(SECOND);
      cutAndBoot(world);
      expect(state(world, id)).toBe(expected);
    }
  });

  it('keeps files and volumes, and empties tmpfs', () => {
    const world = new World();
    const id = world.run({ image: 'redis', host: { Binds: ['data:/data'], Tmpfs: { '/scratch': '' } } });
    const files = world.engine().containerFiles(id);
    files.write('/root/own', 'mine');
    files.write('/data/kept', 'kept');
    files.write('/scratch/gone', 'gone');
    world.engine().files.write('/root/notes', 'host');
    cutAndBoot(world);
    const after = world.engine().containerFiles(id);
    expect([after.read('/root/own'), after.read('/data/kept'), world.engine().files.read('/root/notes')]).toEqual([
      'mine',
      'kept',
      'host',
    ]);
    expect(after.list('/scratch')).toEqual([]);
  });
});

describe('names of containers', () => {
  it('are unique, found by prefix of the id, and refused in docker words', () => {
    const world = new World();
    const id = world.run({ name: 'web', image: 'nginx' });
    expect(world.create({ name: 'web', image: 'nginx' })).toBe(
      `Conflict. The container name "/web" is already in use by container "${id}". You have to remove (or rename) that container to be able to reuse that name.`,
    );
    expect(world.create({ name: 'a', image: 'nginx' })).toBe(
      'Invalid container name (a), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed',
    );
    const found = world.engine().containers.find(id.slice(0, 4));
    expect(found.ok && found.value.name).toBe('web');
    const missing = world.engine().containers.find('nosuch');
    expect(!missing.ok && missing.error.message).toBe('No such container: nosuch');
  });

  it('are invented where none is given', () => {
    const world = new World();
    const id = world.run({ image: 'nginx' });
    expect(world.engine().containers.get(id)!.name).toMatch(/^[a-z]+_[a-z]+$/);
  });
});

describe('health checks', () => {
  const check = { Test: ['CMD-SHELL', 'probe'], Interval: 2_000_000_000, Retries: 2 };

  function health(world: World, id: string): string | undefined {
    return world.engine().containers.get(id)!.state.health?.status;
  }

  it('begin after one interval, and one success is healthy', () => {
    const world = new World();
    const id = world.run({ image: 'nginx', config: { Healthcheck: check } });
    expect(health(world, id)).toBe('starting');
    world.advance(2 * SECOND);
    expect(world.shellCalls[0]!.run.argv).toEqual(['/bin/sh', '-c', 'probe']);
    world.shellCalls[0]!.output.exited(0);
    expect(health(world, id)).toBe('healthy');
  });

  it('turn unhealthy after their retries', () => {
    const world = new World();
    const id = world.run({ image: 'nginx', config: { Healthcheck: check } });
    for (let probe = 0; probe < 2; probe++) {
      world.advance(2 * SECOND);
      world.shellCalls[probe]!.output.exited(1);
    }
    expect(health(world, id)).toBe('unhealthy');
    expect(state(world, id)).toBe('running 0');
  });

  it('give up a probe that takes too long', () => {
    const world = new World();
    const config = { Healthcheck: { ...check, Timeout: 1_000_000_000, Retries: 1 } };
    const id = world.run({ image: 'nginx', config });
    world.advance(4 * SECOND);
    const { log } = world.engine().containers.get(id)!.state.health!;
    expect(log[0]).toMatchObject({ exitCode: -1, output: 'Health check exceeded timeout (1s)' });
    expect(health(world, id)).toBe('unhealthy');
  });

  it('ask an image’s own command without a shell', () => {
    const world = new World();
    const id = world.run({ image: 'dockersamples/visualizer:stable' });
    world.advance(12 * SECOND);
    expect(health(world, id)).toBe('healthy');
    expect(world.shellCalls).toEqual([]);
  });
});
