/** Small facts on a card's edges: published ports above, capacity, labels and bad cables below. Pure. */
import type { MachineRecord, NodeRecord, Scene } from '../scene/index';
import type { PortTag } from './nodes-types';
import { span } from './text';
import { words } from './words';

/** A port of the mesh stands on every node, one of a host only where a task of its service is. */
export function portsOf(scene: Scene, machine: MachineRecord, node: NodeRecord | undefined): PortTag[] {
  if (node === undefined) return [];
  const tags: PortTag[] = [];
  for (const service of scene.tables.service.values()) {
    for (const port of service.ports) {
      if (port.published === 0) continue;
      if (port.mode === 'host' && !runsOn(scene, service.id, node.id)) continue;
      tags.push({ text: `:${port.published}`, order: service.order });
    }
  }
  for (const container of scene.tables.container.values()) {
    if (container.machine !== machine.name || container.state !== 'running') continue;
    for (const port of container.ports) {
      if (port.published > 0) tags.push({ text: `:${port.published}`, order: -1 });
    }
  }
  return tags;
}

function runsOn(scene: Scene, serviceId: string, nodeId: string): boolean {
  for (const task of scene.tables.task.values()) {
    if (task.serviceId === serviceId && task.nodeId === nodeId && task.state === 'running') return true;
  }
  return false;
}

/** The line at a card's foot: what is wrong with its cable, else its labels, else what it has. */
export function hostFoot(
  scene: Scene,
  machine: MachineRecord,
  node: NodeRecord | undefined,
): { text: string; alarm: boolean } {
  const cable = cableTrouble(scene, machine.name);
  if (cable !== '') return { text: cable, alarm: true };
  if (node !== undefined && node.labels.length > 0) return { text: node.labels.join('  '), alarm: false };
  if (machine.memory === 0) return { text: '', alarm: false };
  const gib = Math.round((machine.memory / 1024 ** 3) * 10) / 10;
  return { text: words.capacity(`${gib} GiB`, machine.cpus), alarm: false };
}

function cableTrouble(scene: Scene, name: string): string {
  const parts: string[] = [];
  for (const link of scene.tables.link.values()) {
    if (link.a !== name && link.b !== name) continue;
    const other = link.a === name ? link.b : link.a;
    if (link.delay > 0) parts.push(words.slow(span(link.delay), other));
    if (link.lossPerMille > 0) parts.push(words.lossy(`${link.lossPerMille / 10}`, other));
  }
  return parts.length <= 1 ? parts.join('') : `${parts[0]} (${words.more(parts.length - 1)})`;
}
