/** Rows of the services' cell: counts exactly as docker's, and the lines that explain them. Pure. */
import type { Scene, ServiceRecord } from '../scene/index';
import type { ServiceRow } from './nodes-types';
import type { Slots } from './slots';
import { shortName, span } from './text';
import { words } from './words';

export function serviceRows(scene: Scene, slots: Slots, prefix: string): ServiceRow[] {
  const services = [...scene.tables.service.values()].sort((a, b) => a.order - b.order);
  return services.map((service) => {
    const update = updateNote(service, slots);
    return {
      id: service.id,
      name: shortName(service.name, prefix),
      order: service.order,
      note: update || service.ports.map((port) => `:${port.published || port.target}`).join(' '),
      alarm: update !== '',
      counts: `${service.running}/${service.desired}`,
      short: service.running !== service.desired && !service.mode.endsWith('-job'),
    };
  });
}

function updateNote(service: ServiceRecord, slots: Slots): string {
  if (service.updateState === 'updating') {
    const { done, all } = progress(service, slots);
    return done < 0 ? words.updatingPlain : words.updating(done, all);
  }
  if (service.updateState === 'paused' || service.updateState === 'rollback_paused') return words.updatePaused;
  return service.updateState === 'rollback_started' ? words.rollingBack : '';
}

/** Slots whose running task is of the service's present image; -1 where the update is of something else. */
function progress(service: ServiceRecord, slots: Slots): { done: number; all: number } {
  let done = 0;
  let all = 0;
  let other = false;
  for (const [key, { tasks }] of slots) {
    if (!key.startsWith(`${service.id}/`)) continue;
    all++;
    other ||= tasks.some((task) => task.image !== service.image);
    if (tasks.some((task) => task.state === 'running' && task.image === service.image)) done++;
  }
  return { done: other ? done : -1, all };
}

/** Why docker counts more than were asked for, and the pace of updates. */
export function serviceNotes(scene: Scene, silent: ReadonlySet<string>, prefix: string): string[] {
  const notes: string[] = [];
  const over = [...scene.tables.service.values()].filter((service) => service.running > service.desired);
  if (over.length > 0) {
    const counts = over.map((service) => `${service.running}/${service.desired}`).join(' and ');
    const hosts = [...silent].map((id) => scene.tables.node.get(id)?.hostname ?? '').filter((name) => name !== '');
    notes.push(hosts.length > 0 ? words.overcount(counts, hosts.join(', ')) : words.overcountPlain(counts));
  }
  for (const service of scene.tables.service.values()) {
    if (service.updateState !== 'updating') continue;
    const delay = service.updateDelay > 0 ? span(service.updateDelay) : '';
    notes.push(words.pace(shortName(service.name, prefix), service.updateParallelism, delay));
  }
  return notes;
}
