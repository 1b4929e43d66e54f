/**
 * What a starting engine finds: containers that died with the machine, ran on while it was gone, or ended meanwhile.
 *
 *     recorded as running, and gone ─► exited (255)
 *     alive ─► its stop signal, KILL after its grace (left alone with live-restore)
 *     all at rest ─► restart policies; `--rm` containers that do not come back are removed
 *
 * One that is stopped here counts as stopped by hand, so `unless-stopped` leaves it: only an engine that was killed finds
 * containers alive. Follows moby/moby daemon/daemon.go, restore.
 */
import type { Containers } from './containers';
import type { HostContext } from './context';
import { cleared } from './endpoints';
import type { Lifecycle } from './lifecycle';
import type { Outputs } from './output';
import { restartsWithEngine } from './restart';
import type { Container } from './types';

const LOST_WITH_MACHINE = 255;

interface RestoreParts {
  readonly context: HostContext;
  readonly containers: Containers;
  readonly outputs: Outputs;
  readonly lifecycle: Lifecycle;
}

/** Brings the containers to rest and starts those that come back; `done` when the engine may answer. */
export function restore(parts: RestoreParts, liveRestore: boolean, done: () => void): void {
  const { containers, outputs, lifecycle } = parts;
  let alive = 1;
  const stopped = (): void => {
    if (--alive > 0) return;
    startAgain(parts, done);
  };
  for (const container of [...containers.list()].reverse()) {
    const { status } = container.state;
    if (outputs.runtime(container.id)) {
      if (liveRestore) lifecycle.health.resume(container);
      else {
        alive++;
        lifecycle.stop(container.id, {}, stopped);
      }
    } else if (status === 'running' || status === 'restarting') died(parts, container);
  }
  stopped();
}

function startAgain({ containers, outputs, lifecycle }: RestoreParts, done: () => void): void {
  let starting = 1;
  const started = (): void => {
    if (--starting === 0) done();
  };
  for (const container of [...containers.list()].reverse()) {
    if (outputs.runtime(container.id)) continue;
    if (restartsWithEngine(container)) {
      containers.put({ ...container, restartCount: 0 });
      starting++;
      lifecycle.start(container.id, started);
    } else if (container.hostConfig.AutoRemove && container.state.startedAt !== undefined) {
      lifecycle.remove(container.id, { force: true, volumes: true, typed: container.name }, () => {});
    }
  }
  started();
}

/** Nothing is known of its end: the machine is gone, or it only waited for its restart. */
function died({ context, containers }: RestoreParts, container: Container): void {
  containers.put({
    ...container,
    state: {
      ...container.state,
      status: 'exited',
      pid: 0,
      exitCode: LOST_WITH_MACHINE,
      finishedAt: context.now(),
      paused: false,
    },
    endpoints: container.endpoints.map(cleared),
    gatewayEndpoint: undefined,
    ports: [],
  });
}
