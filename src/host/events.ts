/** The engine's event log: the last ones, and who listens. Follows moby/moby daemon/events/events.go. */
import type { Micros } from '../base/process';
import type { EngineEvent, Labels } from './types';

/** moby keeps as many for `docker events --since`. */
const EVENTS_KEPT = 256;

export class EventLog {
  private readonly past: EngineEvent[] = [];
  private readonly listeners = new Set<(event: EngineEvent) => void>();

  constructor(private readonly now: () => Micros) {}

  /** Attributes are sorted by the printer, not here. */
  publish(type: string, action: string, id: string, attributes: Labels, scope: 'local' | 'swarm' = 'local'): void {
    const event: EngineEvent = { type, action, id, attributes, scope, at: this.now() };
    this.past.push(event);
    if (this.past.length > EVENTS_KEPT) this.past.shift();
    for (const listener of [...this.listeners]) listener(event);
  }

  /** Those of the kept ones that are not older than `since`, oldest first. */
  since(since: Micros): readonly EngineEvent[] {
    return this.past.filter((event) => event.at >= since);
  }

  /** The engine that had them in memory is gone. */
  forget(): void {
    this.past.length = 0;
  }

  /** Calls `listener` with each event from now on; the function returned ends that. */
  subscribe(listener: (event: EngineEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
