/**
 * A container's life.
 *
 *     created ──start──► running ──exit──► exited ──start──► running …
 *                          ▲  │                 └──remove──► gone
 *                restarting ◄─┘ restart policy
 *
 * What takes time is a named timer: start/ID, exit/ID (the end and what follows from it), grace/ID (stop's patience),
 * restart/ID. Who waits for an outcome is a callback in memory, and dies with the power.
 *
 * Follows moby/moby daemon/start.go, stop.go, kill.go, delete.go, monitor.go.
 */
import { assert } from '../base/assert';
import type { Micros, Signal } from '../base/process';
import { type HostContext, MILLISECOND, SECOND } from './context';
import { Freezer } from './freezer';
import { HealthMonitor } from './health';
import type { Done, LifecycleParts, StopOptions } from './lifecycle-parts';
import { MainProcess } from './main-process';
import { nextBackoff, shouldRestart } from './restart';
import { restore } from './restore';
import { newRuntime } from './runtime';
import { parseSignal } from './signals';
import { startRefusal } from './start-checks';
import { type Container, type HostConfig, type HostError, hostError, type InjectedFile } from './types';
import { type WaitCondition, type WaitDone, Waiters } from './waiters';

const START_MIN: Micros = 150 * MILLISECOND;
const START_MAX: Micros = 350 * MILLISECOND;
/** From the end of the process until the engine has seen it. */
const EXIT_MIN: Micros = 15 * MILLISECOND;
const EXIT_MAX: Micros = 40 * MILLISECOND;
const STOP_TIMEOUT_DEFAULT = 10;

export class Lifecycle {
  readonly health: HealthMonitor;
  readonly freezer: Freezer;
  private readonly process: MainProcess;
  private readonly starting = new Map<string, Done[]>();
  private readonly waiters = new Waiters();
  private readonly backoff = new Map<string, Micros>();
  private readonly injected = new Map<string, readonly InjectedFile[]>();
  private nextPid: number;
  /** While dockerd stops nothing is restarted by itself; while it is gone nothing is removed either. */
  private engine: 'runs' | 'stops' | 'gone' = 'runs';

  constructor(
    private readonly context: HostContext,
    private readonly parts: LifecycleParts,
  ) {
    this.health = new HealthMonitor(context, parts.containers, parts.runProbe);
    this.freezer = new Freezer(parts.containers, parts.shell);
    const main = { ...parts, outOfMemory: (id: string): void => this.outOfMemory(id) };
    this.process = new MainProcess(context.machine.name, main, (id, code) => this.exit(id, code));
    this.nextPid = context.random('pid').integer(1200, 1900);
  }

  /** The engine starts: see restore.ts. */
  restore(liveRestore: boolean, done: () => void): void {
    this.engine = 'runs';
    restore({ context: this.context, lifecycle: this, ...this.parts }, liveRestore, done);
  }

  /** The engine has died: what it had in mind is gone, what runs in containers runs on. */
  abandon(): void {
    this.engine = 'gone';
    for (const { id, state } of this.parts.containers.list()) {
      const handle = this.context.handles.of(id);
      for (const kind of ['start', 'restart', 'grace']) this.context.timers.clear(`${kind}/${handle}`);
      this.health.stop(id);
      if (state.status === 'removing') this.parts.containers.setState(id, { status: 'dead' });
    }
    this.health.abandon();
    this.starting.clear();
    this.waiters.clear();
    this.backoff.clear();
  }

  /** Files that the engine puts into a container; they live in memory alone. */
  inject(id: string, files: readonly InjectedFile[]): void {
    if (files.length > 0) this.injected.set(id, files);
  }

  injectedFiles(id: string): readonly InjectedFile[] {
    return this.injected.get(id) ?? [];
  }

  /** Starts a container; `done` when it runs, or with what kept it from running. */
  start(id: string, done: Done): void {
    const container = this.parts.containers.get(id);
    if (!container || container.state.status === 'removing') {
      done(hostError(409, 'container is marked for removal and cannot be started'));
      return;
    }
    if (container.state.status === 'running') {
      const { paused } = container.state;
      done(paused ? hostError(409, 'cannot start a paused container, try unpause instead') : undefined);
      return;
    }
    const waiting = this.starting.get(id);
    if (waiting) {
      waiting.push(done);
      return;
    }
    this.starting.set(id, [done]);
    this.context.timers.clear(`restart/${this.context.handles.of(id)}`);
    this.context.timers.set(
      `start/${this.context.handles.of(id)}`,
      this.context.random('time').integer(START_MIN, START_MAX),
    );
  }

  timer(kind: string, id: string): void {
    if (kind === 'start') this.startNow(id);
    else if (kind === 'exit') this.finish(id);
    else if (kind === 'grace') this.killNow(id);
    else if (kind === 'restart') this.startAgain(id);
    else if (kind === 'tick') this.parts.outputs.tick(id);
    else if (kind === 'probe') this.freezer.whenAwake(id, () => this.health.probe(id));
    else if (kind === 'probe-limit') this.freezer.whenAwake(id, () => this.health.limit(id));
  }

  /** A timer that a container's program set. */
  programTimer(id: string, name: string): void {
    const runtime = this.parts.outputs.runtime(id);
    this.freezer.whenAwake(id, () => {
      if (runtime?.exitCode === undefined) runtime?.program?.timer?.(runtime.context!, name);
    });
  }

  private startNow(id: string): void {
    const container = this.parts.containers.get(id);
    if (!container) {
      this.started(id, hostError(404, `No such container: ${id}`));
      return;
    }
    const { world } = this.parts;
    const impossible = startRefusal(container, (path) => world.readFile(id, path));
    if (impossible !== undefined) {
      this.startFailed(container, 128, hostError(400, impossible));
      return;
    }
    const { argv, program } = this.process.commandOf(container);
    const refused = program ? undefined : this.parts.files.checkExecutable(container, argv);
    if (refused) {
      this.startFailed(container, refused.exitCode, hostError(400, refused.message));
      return;
    }
    this.parts.volumes.tell('mount', container);
    this.parts.networking.attach(container, (error) => {
      const current = this.parts.containers.get(id);
      if (!current) {
        this.started(id, hostError(404, `No such container: ${id}`));
        return;
      }
      if (error) {
        this.parts.volumes.tell('unmount', current);
        this.startFailed(current, 128, error);
        return;
      }
      this.run(current);
    });
  }

  private startFailed(container: Container, exitCode: number, error: HostError): void {
    const { id } = container;
    this.parts.networking.detach(this.parts.containers.get(id)!);
    this.parts.outputs.abandon(id);
    this.parts.containers.setState(id, { exitCode, error: error.message });
    // Who waits for its end waits on, unless it is removed: state.go tells waiters of no start that failed.
    this.started(id, error);
    const left = this.parts.containers.get(id);
    if (left && container.hostConfig.AutoRemove) this.removeNow(left, true);
  }

  private started(id: string, error?: HostError): void {
    const waiting = this.starting.get(id) ?? [];
    this.starting.delete(id);
    for (const done of waiting) done(error);
  }

  private run(container: Container): void {
    const { id } = container;
    const now = this.context.now();
    const { containers } = this.parts;
    this.nextPid += this.context.random('pid').integer(3, 40);
    containers.put({
      ...containers.get(id)!,
      manuallyStopped: false,
      state: {
        status: 'running',
        pid: this.nextPid,
        exitCode: 0,
        error: '',
        oomKilled: false,
        startedAt: now,
        finishedAt: container.state.finishedAt,
        health: undefined,
      },
    });
    const runtime = newRuntime(id, now);
    this.parts.outputs.open(runtime);
    const running = containers.get(id)!;
    containers.event(running, 'start');
    this.health.start(running);
    this.parts.networking.announce(containers.get(id)!);
    this.process.launch(running, runtime);
    this.parts.outputs.launched(runtime);
    this.started(id);
  }

  /** The main process has ended. What follows comes when the engine sees it. */
  exit(id: string, code: number): void {
    const runtime = this.parts.outputs.runtime(id);
    if (!runtime || runtime.exitCode !== undefined) return;
    this.parts.outputs.ending(runtime);
    runtime.exitCode = code;
    this.context.timers.set(
      `exit/${this.context.handles.of(id)}`,
      this.context.random('time').integer(EXIT_MIN, EXIT_MAX),
    );
  }

  /** Its process uses so many more bytes from now on; over the container's limit it is killed. False: none runs. */
  load(id: string, bytes: number): boolean {
    const container = this.parts.containers.get(id);
    const runtime = this.parts.outputs.runtime(id);
    if (!container || runtime === undefined || runtime.exitCode !== undefined) return false;
    runtime.load = bytes;
    this.process.exceeds(container, runtime);
    return true;
  }

  /** Other limits, another restart policy: what it uses now may be too much already. */
  change(id: string, settings: HostConfig): void {
    const container = this.parts.containers.get(id)!;
    const changed = { ...container, hostConfig: { ...container.hostConfig, ...settings } };
    this.parts.containers.put(changed);
    this.parts.containers.event(changed, 'update');
    const runtime = this.parts.outputs.runtime(id);
    if (runtime && runtime.exitCode === undefined) this.process.exceeds(changed, runtime);
  }

  /** The kernel has killed a process of the container for its memory. Follows moby/moby daemon/monitor.go, EventOOM. */
  outOfMemory(id: string): void {
    const runtime = this.parts.outputs.runtime(id);
    if (!runtime) return;
    runtime.oomKilled = true;
    this.parts.containers.event(this.parts.containers.setState(id, { oomKilled: true }), 'oom');
  }

  private finish(id: string): void {
    const { containers, outputs, networking } = this.parts;
    const runtime = outputs.runtime(id);
    const container = containers.get(id);
    if (runtime?.exitCode === undefined || !container) return;
    const { exitCode } = runtime;
    this.context.timers.clear(`grace/${this.context.handles.of(id)}`);
    this.health.stop(id);
    this.freezer.ended(id);
    this.parts.killExecs(id);
    outputs.close(id);
    this.parts.files.ended(id);
    networking.detach(container);
    this.parts.volumes.tell('unmount', container);
    if (runtime.stopRequested) containers.event(container, 'stop');
    const ran = this.context.now() - runtime.startedAt;
    containers.event(container, 'die', { execDuration: String(Math.floor(ran / SECOND)), exitCode: String(exitCode) });
    const again = shouldRestart(containers.get(id)!, exitCode) && this.engine === 'runs';
    containers.setState(id, {
      status: again ? 'restarting' : 'exited',
      pid: 0,
      exitCode,
      error: '',
      oomKilled: runtime.oomKilled,
      finishedAt: this.context.now(),
    });
    if (again) {
      const pause = nextBackoff(this.backoff.get(id) ?? 0, ran);
      this.backoff.set(id, pause);
      this.context.timers.set(`restart/${this.context.handles.of(id)}`, pause);
    }
    this.tellWaiters(id, exitCode, '');
    if (again || this.engine === 'gone') return;
    if (container.hostConfig.AutoRemove && containers.get(id)) this.removeNow(containers.get(id)!, true);
  }

  private startAgain(id: string): void {
    const container = this.parts.containers.get(id);
    if (container?.state.status !== 'restarting') return;
    this.parts.containers.put({ ...container, restartCount: container.restartCount + 1 });
    this.startNow(id);
  }

  /** Follows moby/moby daemon/stop.go, containerStop. Stopping what does not run succeeds at once. */
  stop(id: string, options: StopOptions, done: Done): void {
    const { containers } = this.parts;
    const container = containers.get(id);
    if (!container) {
      done(hostError(404, `No such container: ${id}`));
      return;
    }
    const word = options.signal || container.config.StopSignal || 'SIGTERM';
    const signal = parseSignal(word);
    if (!signal) {
      done(hostError(400, `invalid signal: ${word}`));
      return;
    }
    containers.put({ ...container, manuallyStopped: true });
    if (container.state.status === 'restarting') {
      this.stopRestarting(id, done);
      return;
    }
    const runtime = this.parts.outputs.runtime(id);
    if (!runtime) {
      this.context.timers.clear(`start/${this.context.handles.of(id)}`);
      this.started(id, hostError(409, 'container was stopped before it started'));
      done();
      return;
    }
    runtime.stopRequested = true;
    this.wait(id, 'next-exit', () => done());
    containers.event(container, 'kill', { signal: String(signal.number) });
    this.process.deliver(container, runtime, signal.signal);
    this.wakeFor(id, signal.number);
    const timeout = options.timeout ?? container.config.StopTimeout ?? STOP_TIMEOUT_DEFAULT;
    if (timeout >= 0) this.context.timers.set(`grace/${this.context.handles.of(id)}`, Math.floor(timeout * SECOND));
  }

  private stopRestarting(id: string, done: Done): void {
    this.context.timers.clear(`restart/${this.context.handles.of(id)}`);
    this.context.timers.clear(`start/${this.context.handles.of(id)}`);
    this.starting.delete(id);
    this.parts.containers.setState(id, { status: 'exited' });
    done();
  }

  private killNow(id: string): void {
    const container = this.parts.containers.get(id);
    const runtime = this.parts.outputs.runtime(id);
    if (!container || runtime === undefined || runtime.exitCode !== undefined) return;
    this.parts.containers.event(container, 'kill', { signal: '9' });
    this.process.deliver(container, runtime, 'KILL');
  }

  /** Sends a signal; an error when it does not run or there is no such signal. */
  kill(id: string, word: string): HostError | undefined {
    const { containers } = this.parts;
    const container = containers.get(id)!;
    const signal = parseSignal(word === '' ? 'KILL' : word);
    if (!signal) return hostError(400, `invalid signal: ${word}`);
    const runtime = this.parts.outputs.runtime(id);
    if (!runtime) {
      if (container.state.status !== 'restarting') return hostError(409, `container ${id} is not running`);
      this.stopRestarting(id, () => {});
      return undefined;
    }
    const stops =
      signal.number === 9 || signal.number === parseSignal(container.config.StopSignal ?? 'SIGTERM')?.number;
    if (stops) containers.put({ ...container, manuallyStopped: true });
    containers.event(container, 'kill', { signal: String(signal.number) });
    this.process.deliver(container, runtime, signal.signal);
    this.wakeFor(id, signal.number);
    return undefined;
  }

  /** A paused process hears no signal: but for KILL it goes on again. Follows moby/moby daemon/kill.go. */
  private wakeFor(id: string, signal: number): void {
    if (signal !== 9 && this.parts.containers.get(id)?.state.paused) this.freezer.unpause(id);
  }

  /** A signal that the engine did not send: what ends so may be restarted. */
  signal(container: Container, signal: Signal): void {
    const runtime = this.parts.outputs.runtime(container.id);
    if (runtime) this.process.deliver(container, runtime, signal);
  }

  restart(id: string, options: StopOptions, done: Done): void {
    this.stop(id, options, (error) => {
      if (error) {
        done(error);
        return;
      }
      const container = this.parts.containers.get(id);
      if (!container) {
        done(hostError(404, `No such container: ${id}`));
        return;
      }
      this.start(id, (failure) => {
        if (!failure) this.parts.containers.event(this.parts.containers.get(id)!, 'restart');
        done(failure);
      });
    });
  }

  /** Follows moby/moby daemon/delete.go. `typed` is the name in the refusal. */
  remove(id: string, options: { force: boolean; volumes: boolean; typed: string }, done: Done): void {
    const { containers } = this.parts;
    const container = containers.get(id);
    if (!container) {
      done(hostError(404, `No such container: ${options.typed}`));
      return;
    }
    const { status } = container.state;
    if (status === 'removing') {
      done(hostError(409, `removal of container ${options.typed} is already in progress`));
      return;
    }
    const runs = status === 'running' || status === 'restarting';
    if (runs && !options.force) {
      const stop = 'stop the container before removing or force remove';
      const why = container.state.paused
        ? 'container is paused and must be unpaused first'
        : `container is ${status}: ${stop}`;
      done(hostError(409, `cannot remove container "${options.typed}": ${why}`));
      return;
    }
    const removeIt = (): void => {
      const current = containers.get(id);
      if (current) this.removeNow(current, options.volumes);
      done();
    };
    if (this.parts.outputs.runtime(id)) {
      containers.put({ ...container, manuallyStopped: true });
      this.wait(id, 'next-exit', removeIt);
      this.killNow(id);
    } else {
      this.context.timers.clear(`restart/${this.context.handles.of(id)}`);
      removeIt();
    }
  }

  private removeNow(container: Container, volumes: boolean): void {
    const { id } = container;
    const { containers } = this.parts;
    this.context.timers.clear(`start/${this.context.handles.of(id)}`);
    if (this.starting.has(id))
      this.started(id, hostError(409, 'container is marked for removal and cannot be started'));
    containers.delete(container);
    this.context.handles.forget(id);
    this.parts.files.forget(id);
    this.injected.delete(id);
    this.backoff.delete(id);
    this.parts.outputs.forget(id);
    containers.event(container, 'destroy');
    if (volumes) this.removeAnonymous(container);
    this.waiters.removed(id, container.state.exitCode);
  }

  private removeAnonymous(container: Container): void {
    for (const mount of container.mounts) {
      if (mount.type !== 'volume' || !this.parts.volumes.get(mount.name)?.anonymous) continue;
      if (!this.parts.volumes.isUsed(mount.name)) this.parts.volumes.remove(mount.name, true);
    }
  }

  /** Calls back once the condition holds; the function returned gives up. */
  wait(id: string, condition: WaitCondition, done: WaitDone): () => void {
    const container = this.parts.containers.get(id);
    assert(container, `waits for no container ${id}`);
    const runs = this.parts.outputs.runtime(id) !== undefined || container.state.status === 'restarting';
    if (condition === 'not-running' && !runs) {
      done(container.state.exitCode, container.state.error);
      return () => {};
    }
    return this.waiters.add(id, condition, done);
  }

  private tellWaiters(id: string, exitCode: number, error: string): void {
    const restarting = this.parts.containers.get(id)?.state.status === 'restarting';
    this.waiters.ended(id, exitCode, error, restarting);
  }

  /** The daemon stops in an orderly way: containers get their stop signal; `done` when none runs. */
  shutdown(done: () => void): void {
    this.engine = 'stops';
    const running = this.parts.containers.list().filter((container) => this.parts.outputs.runtime(container.id));
    let left = running.length;
    if (left === 0) {
      done();
      return;
    }
    for (const container of running) {
      const stopped = container.manuallyStopped;
      this.stop(container.id, {}, () => {
        const current = this.parts.containers.get(container.id);
        if (current) this.parts.containers.put({ ...current, manuallyStopped: stopped });
        if (--left === 0) done();
      });
    }
  }
}
