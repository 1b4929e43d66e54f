/**
 * Runs one task as a container.
 *
 *     prepare: node's addresses ─► networks ─► pull ─► create          a failure rejects the task
 *     start:   start ─► (healthy) ─► its names and its place behind the service's address
 *     wait:    until it ends; unhealthy: drain, stop, fail
 *     shutdown: drain ─► 2 s ─► stop within its grace ─► networks nobody uses any more
 *
 * Follows moby/moby daemon/cluster/executor/container/controller.go and adapter.go.
 */
import type { PortConfig } from '../../api/index';
import { SECOND } from '../../base/duration';
import type { Micros } from '../../base/process';
import { parseReference } from '../../base/reference';
import { type Container, type HostEngine, healthCheck } from '../../host/index';
import {
  type AssignedTask,
  type ContainerStatus,
  type StepDone,
  type TaskController,
  taskName,
} from '../../swarm/index';
import { containerRequest } from './container';
import type { SwarmExecutor } from './executor';

/** So that the others stop sending to it before it goes. */
const GOSSIP_CONVERGES: Micros = 2_000_000;

export class ContainerController implements TaskController {
  /** What to undo when the step under way is given up. */
  private undo: (() => void)[] = [];
  /** Counts steps: answers to an older one are not listened to. */
  private turn = 0;

  constructor(
    private readonly executor: SwarmExecutor,
    private readonly engine: HostEngine,
    private assigned: AssignedTask,
  ) {}

  update(assigned: AssignedTask): void {
    this.assigned = assigned;
  }

  prepare(done: StepDone): void {
    const current = this.begin();
    const request = containerRequest(this.assigned, this.executor.node);
    if (!request.ok) {
      done({ message: request.error });
      return;
    }
    if (this.container()) {
      done();
      return;
    }
    const giveUp = this.executor.whenAttached(this.assigned, (failure) => {
      if (!current()) return;
      if (failure !== undefined) {
        done({ message: failure });
        return;
      }
      this.executor.createNetworks(this.assigned);
      this.pull(() => {
        if (!current()) return;
        const created = this.engine.containers.create(request.value);
        done(created.ok ? undefined : { message: created.error.message });
      });
    });
    this.undo.push(giveUp);
  }

  /**
   * Asks the registry, unless the very image that is meant is here. A failure matters only when there is none here, and
   * shows at the creation.
   */
  private pull(then: () => void): void {
    const image = this.assigned.task.spec.ContainerSpec?.Image ?? '';
    const reference = parseReference(image);
    if (!reference.ok || (reference.value.digest !== undefined && this.engine.images.find(image))) {
      then();
      return;
    }
    this.engine.images.pull(reference.value, undefined, then);
  }

  start(done: StepDone): void {
    const current = this.begin();
    const container = this.container();
    if (!container) {
      done(this.missing());
      return;
    }
    if (container.state.status !== 'created') {
      done();
      return;
    }
    const dependencies = this.executor.dependencies.files(this.assigned.task);
    if ('error' in dependencies) {
      done({ message: `starting container failed: ${dependencies.error}` });
      return;
    }
    this.engine.lifecycle.inject(container.id, dependencies.files);
    // The last task that was on them may have taken the networks away since this one was prepared.
    this.executor.createNetworks(this.assigned);
    const health = healthCheck(container) !== undefined;
    if (health) this.watchStart(container.id, current, done);
    this.engine.lifecycle.start(container.id, (error) => {
      if (!current()) return;
      if (error) {
        this.finishStep();
        done({ message: `starting container failed: ${error.message}` });
      } else if (!health) {
        this.activate();
        done();
      }
    });
  }

  /** With a health check a task runs once it is healthy; before that it may also end, or be found unhealthy. */
  private watchStart(id: string, current: () => boolean, done: StepDone): void {
    let cause = '';
    const { health } = this.engine.lifecycle;
    this.undo.push(
      health.watch(id, (status) => {
        if (!current() || cause !== '') return;
        if (status === 'healthy') {
          this.finishStep();
          this.activate();
          done();
        } else if (status === 'unhealthy') {
          cause = ': dockerexec: unhealthy container';
          this.stopContainer(() => {});
        }
      }),
      this.engine.lifecycle.wait(id, 'next-exit', (exitCode, error) => {
        if (!current() || error !== '') return;
        this.finishStep();
        done(exitCode === 0 ? undefined : { message: `task: non-zero exit (${exitCode})${cause}` });
      }),
    );
  }

  wait(done: StepDone): void {
    const current = this.begin();
    const container = this.container();
    if (!container) {
      done(this.missing());
      return;
    }
    let cause = '';
    if (healthCheck(container)) {
      this.undo.push(
        this.engine.lifecycle.health.watch(container.id, (status) => {
          if (!current() || status !== 'unhealthy' || cause !== '') return;
          cause = ': dockerexec: unhealthy container';
          this.stopContainer(() => {});
        }),
      );
    }
    this.undo.push(
      this.engine.lifecycle.wait(container.id, 'not-running', (exitCode) => {
        if (!current()) return;
        this.finishStep();
        done(exitCode === 0 ? undefined : { message: `task: non-zero exit (${exitCode})${cause}` });
      }),
    );
  }

  shutdown(done: StepDone): void {
    const current = this.begin();
    this.stopContainer(() => {
      if (!current()) return;
      this.executor.removeUnusedNetworks(this.assigned);
      done();
    });
  }

  /** Drains, lets gossip tell, then stops. */
  private stopContainer(then: () => void): void {
    const stop = (): void => {
      const container = this.container();
      if (!container) {
        then();
        return;
      }
      const grace = this.assigned.task.spec.ContainerSpec?.StopGracePeriod;
      const options = grace === undefined ? {} : { timeout: Math.trunc(grace / SECOND) };
      this.engine.lifecycle.stop(container.id, options, then);
    };
    if (!this.hasServiceBinding()) {
      stop();
      return;
    }
    const container = this.container();
    if (container?.state.status === 'running') this.engine.networking.deactivate(container);
    this.engine.alarms.set(`drain/${this.assigned.task.id}`, GOSSIP_CONVERGES, stop);
  }

  remove(done: StepDone): void {
    this.begin();
    this.engine.alarms.clear(`drain/${this.assigned.task.id}`);
    const container = this.container();
    if (!container) {
      done();
      return;
    }
    const options = { force: true, volumes: true, typed: container.name };
    this.engine.lifecycle.remove(container.id, options, () => {
      this.executor.removeUnusedNetworks(this.assigned);
      done();
    });
  }

  cancel(): void {
    this.begin();
  }

  containerStatus(): ContainerStatus | undefined {
    const container = this.container();
    if (!container) return undefined;
    return { containerId: container.id, pid: container.state.pid, exitCode: container.state.exitCode };
  }

  /** Once for each address family, as dockerd reports them. */
  ports(): readonly PortConfig[] {
    return (this.container()?.ports ?? []).flatMap(({ containerPort, hostPort }) => {
      const [target, protocol] = containerPort.split('/');
      const port: PortConfig = {
        Protocol: protocol!,
        TargetPort: Number(target),
        PublishedPort: hostPort,
        PublishMode: 'host',
      };
      return [port, port];
    });
  }

  private activate(): void {
    const container = this.container();
    if (container) this.engine.networking.activate(container);
  }

  private container(): Container | undefined {
    return this.engine.containers.byName(taskName(this.assigned.task));
  }

  private missing(): { message: string } {
    return { message: `No such container: ${taskName(this.assigned.task)}` };
  }

  /** On a network besides the plain bridge. */
  private hasServiceBinding(): boolean {
    const { networks } = this.assigned;
    return networks.some(({ state, spec }) => state !== undefined && !(state.predefined && spec.Name === 'bridge'));
  }

  /** A new step: what the last one was waiting for is given up. Says whether it is still the current one. */
  private begin(): () => boolean {
    this.finishStep();
    const turn = ++this.turn;
    return () => turn === this.turn;
  }

  private finishStep(): void {
    for (const undo of this.undo.splice(0)) undo();
  }
}
