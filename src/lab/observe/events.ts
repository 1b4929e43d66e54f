/** What the time strip and the announcer tell: a few words per thing that happened. */
import type { Micros } from '../../base/process';
import { EVENTS_MAX, type EventRecord, type SceneRecorder } from '../../scene/index';
import { type ReadTx, type StoreEvent, TaskState } from '../../swarm/index';

export class EventTable {
  private count = 0;
  private readonly ids: string[] = [];
  private leader = '';

  constructor(
    private readonly recorder: SceneRecorder,
    private readonly now: () => Micros,
  ) {}

  add(lane: EventRecord['lane'], kind: EventRecord['kind'], text: string, important = false): void {
    const id = `${++this.count}`;
    this.recorder.put('event', { id, at: this.now(), lane, kind, text, important });
    this.ids.push(id);
    if (this.ids.length > EVENTS_MAX) this.recorder.remove('event', this.ids.shift()!);
  }

  /** Who leads now, '' for nobody. */
  leads(machine: string, term: number): void {
    if (machine === this.leader) return;
    const had = this.leader !== '';
    this.leader = machine;
    if (machine !== '') this.add('swarm', 'leader', `${machine} is leader, term ${term}`, true);
    else if (had) this.add('swarm', 'election', 'no leader', true);
  }

  committed(events: readonly StoreEvent[], store: ReadTx | undefined): void {
    for (const event of events) this.told(event, store);
  }

  private told(event: StoreEvent, store: ReadTx | undefined): void {
    const { object } = event;
    if (object.kind === 'node' && event.action === 'update' && event.old.kind === 'node') {
      if (event.old.status.state !== object.status.state) {
        const name = object.description?.Hostname ?? object.id;
        this.add('swarm', 'node', `${name} ${object.status.state}`, object.status.state !== 'unknown');
      }
    } else if (object.kind === 'service' && event.action !== 'update') {
      this.add('swarm', 'service', `service ${object.spec.Name} ${event.action === 'create' ? 'created' : 'removed'}`);
    } else if (object.kind === 'service' && event.action === 'update' && event.old.kind === 'service') {
      const state = object.updateStatus?.state;
      if (state && state !== event.old.updateStatus?.state)
        this.add('swarm', 'service', `${object.spec.Name} ${state}`, state === 'paused');
    } else if (object.kind === 'task' && event.action === 'update' && event.old.kind === 'task') {
      if (event.old.status.state === object.status.state) return;
      const name = `${object.serviceName}.${object.slot || (store?.get('node', object.nodeId)?.description?.Hostname ?? object.nodeId)}`;
      if (object.status.state === TaskState.RUNNING) this.add('swarm', 'task', `${name} running`);
      else if (object.status.state === TaskState.FAILED || object.status.state === TaskState.REJECTED) {
        this.add('swarm', 'failure', `${name} ${object.status.err || 'failed'}`, true);
      }
    }
  }
}
