/** Health probes of running containers. Follows moby/moby daemon/health.go. */
import { formatDuration } from '../base/duration';
import type { Micros } from '../base/process';
import type { Containers } from './containers';
import { type HostContext, SECOND } from './context';
import type { Container, HealthConfig, HealthState } from './types';

const INTERVAL_DEFAULT: Micros = 30 * SECOND;
const TIMEOUT_DEFAULT: Micros = 30 * SECOND;
const START_INTERVAL_DEFAULT: Micros = 5 * SECOND;
const RETRIES_DEFAULT = 3;
const RESULTS_KEPT = 5;
const OUTPUT_KEPT = 4096;

export interface ProbeResult {
  readonly exitCode: number;
  readonly output: string;
}

/** Runs a probe's command in a container; the function returned gives it up. */
export type RunProbe = (
  container: Container,
  argv: readonly string[],
  done: (result: ProbeResult) => void,
) => () => void;

interface Probe {
  readonly startedAt: Micros;
  readonly giveUp: () => void;
}

/** The health check in force, undefined where there is none or it is switched off. */
export function healthCheck(container: Container): HealthConfig | undefined {
  const health = container.config.Healthcheck;
  const kind = health?.Test?.[0];
  return kind === undefined || kind === 'NONE' ? undefined : health;
}

export class HealthMonitor {
  private readonly probes = new Map<string, Probe>();
  private readonly watchers = new Map<string, Set<(status: HealthState['status']) => void>>();

  constructor(
    private readonly context: HostContext,
    private readonly containers: Containers,
    private readonly run: RunProbe,
  ) {}

  /** Calls back whenever the container becomes healthy or unhealthy; the function returned ends that. */
  watch(id: string, watcher: (status: HealthState['status']) => void): () => void {
    let watchers = this.watchers.get(id);
    if (!watchers) this.watchers.set(id, (watchers = new Set()));
    watchers.add(watcher);
    return () => {
      watchers.delete(watcher);
      if (watchers.size === 0 && this.watchers.get(id) === watchers) this.watchers.delete(id);
    };
  }

  /** The container has started. */
  start(container: Container): void {
    if (!healthCheck(container)) return;
    this.containers.setState(container.id, { health: { status: 'starting', failingStreak: 0, log: [] } });
    this.context.timers.set(
      `probe/${this.context.handles.of(container.id)}`,
      this.pause(this.containers.get(container.id)!),
    );
  }

  /** A container that ran on while the engine was away: it is looked after again. */
  resume(container: Container): void {
    if (healthCheck(container))
      this.context.timers.set(`probe/${this.context.handles.of(container.id)}`, this.pause(container));
  }

  /** The engine is gone, and with it who watched. */
  abandon(): void {
    for (const { giveUp } of this.probes.values()) giveUp();
    this.probes.clear();
    this.watchers.clear();
  }

  /** The container has ended. */
  stop(id: string): void {
    this.context.timers.clear(`probe/${this.context.handles.of(id)}`);
    this.context.timers.clear(`probe-limit/${this.context.handles.of(id)}`);
    this.probes.get(id)?.giveUp();
    this.probes.delete(id);
  }

  /** Time for a probe. */
  probe(id: string): void {
    const container = this.containers.get(id);
    const health = container && healthCheck(container);
    if (!container || !health || container.state.status !== 'running') return;
    const startedAt = this.context.now();
    this.context.timers.set(`probe-limit/${this.context.handles.of(id)}`, micros(health.Timeout) || TIMEOUT_DEFAULT);
    const probe: Probe = {
      startedAt,
      giveUp: this.run(container, probeCommand(health), (result) => this.finished(id, startedAt, result)),
    };
    this.probes.set(id, probe);
  }

  /** A probe took too long. */
  limit(id: string): void {
    const probe = this.probes.get(id);
    const container = this.containers.get(id);
    if (!probe || !container) return;
    probe.giveUp();
    const limit = micros(healthCheck(container)?.Timeout) || TIMEOUT_DEFAULT;
    this.finished(id, probe.startedAt, {
      exitCode: -1,
      output: `Health check exceeded timeout (${formatDuration(limit * 1000)})`,
    });
  }

  private finished(id: string, startedAt: Micros, result: ProbeResult): void {
    this.probes.delete(id);
    this.context.timers.clear(`probe-limit/${this.context.handles.of(id)}`);
    const container = this.containers.get(id);
    const old = container?.state.health;
    const health = container && healthCheck(container);
    if (!container || !old || !health || container.state.status !== 'running') return;
    const next = judge(container, health, old, result, startedAt, this.context.now());
    this.containers.setState(id, { health: next });
    if (next.status !== old.status) {
      this.containers.event(container, `health_status: ${next.status}`);
      for (const watcher of [...(this.watchers.get(id) ?? [])]) watcher(next.status);
    }
    const current = this.containers.get(id);
    if (current?.state.status === 'running')
      this.context.timers.set(`probe/${this.context.handles.of(id)}`, this.pause(current));
  }

  /** Until the next probe: shorter while a container with a start period has not yet been healthy in it. */
  private pause(container: Container): Micros {
    const health = healthCheck(container)!;
    const startPeriod = micros(health.StartPeriod);
    const young = this.context.now() - (container.state.startedAt ?? 0) < startPeriod;
    if (container.state.health?.status === 'starting' && young)
      return micros(health.StartInterval) || START_INTERVAL_DEFAULT;
    return micros(health.Interval) || INTERVAL_DEFAULT;
  }
}

function judge(
  container: Container,
  health: HealthConfig,
  old: HealthState,
  result: ProbeResult,
  start: Micros,
  end: Micros,
): HealthState {
  const output = result.output.length > OUTPUT_KEPT ? `${result.output.slice(0, OUTPUT_KEPT)}...` : result.output;
  const log = [...old.log, { start, end, exitCode: result.exitCode, output }].slice(-RESULTS_KEPT);
  if (result.exitCode === 0) return { status: 'healthy', failingStreak: 0, log };
  const inStartPeriod =
    old.status === 'starting' && start - (container.state.startedAt ?? 0) < micros(health.StartPeriod);
  const failingStreak = inStartPeriod ? old.failingStreak : old.failingStreak + 1;
  const retries = health.Retries || RETRIES_DEFAULT;
  return { status: failingStreak >= retries ? 'unhealthy' : old.status, failingStreak, log };
}

function probeCommand(health: HealthConfig): readonly string[] {
  const [kind, ...rest] = health.Test!;
  return kind === 'CMD-SHELL' ? ['/bin/sh', '-c', rest[0] ?? ''] : kind === 'CMD' ? rest : health.Test!;
}

/** Nanoseconds of the API → microseconds. */
function micros(nanoseconds: number | undefined): Micros {
  return Math.floor((nanoseconds ?? 0) / 1000);
}
