/** The swarm's changes as a manager's `docker events` shows them. Follows moby/moby daemon/events.go. */
import type { Labels } from '../../api/index';
import type { AnyObject, NodeObject, ServiceObject, StoreEvent } from '../../swarm/index';

/** Where they go: the machine's own event log. */
export type PublishEvent = (type: string, action: string, id: string, attributes: Labels, scope: 'swarm') => void;

/** One event a change of a node, service, network, secret or config; tasks and the cluster have none. */
export function publishClusterEvents(events: readonly StoreEvent[], publish: PublishEvent): void {
  for (const event of events) {
    const { object } = event;
    if (object.kind === 'task' || object.kind === 'cluster') continue;
    const old = event.action === 'update' ? event.old : undefined;
    publish(object.kind, event.action, object.id, attributesOf(object, old), 'swarm');
  }
}

type Shown = Exclude<AnyObject, { kind: 'task' | 'cluster' }>;

function attributesOf(object: Shown, old: AnyObject | undefined): Labels {
  if (object.kind === 'node') return nodeAttributes(object, old?.kind === 'node' ? old : undefined);
  if (object.kind === 'service') return serviceAttributes(object, old?.kind === 'service' ? old : undefined);
  return { name: object.spec.Name ?? '' };
}

function nodeAttributes(node: NodeObject, old: NodeObject | undefined): Labels {
  const attributes: Record<string, string> = { name: node.spec.Name || (node.description?.Hostname ?? '') };
  if (!old) return attributes;
  changed(attributes, 'availability', old.spec.Availability, node.spec.Availability);
  changed(attributes, 'role', old.role, node.role);
  changed(attributes, 'state', old.status.state, node.status.state);
  return attributes;
}

function serviceAttributes(service: ServiceObject, old: ServiceObject | undefined): Labels {
  const attributes: Record<string, string> = { name: service.spec.Name ?? '' };
  if (!old) return attributes;
  const image = ({ spec }: ServiceObject): string | undefined => spec.TaskTemplate?.ContainerSpec?.Image;
  const replicas = ({ spec }: ServiceObject): string | undefined => spec.Mode?.Replicated?.Replicas?.toString();
  changed(attributes, 'image', image(old), image(service));
  changed(attributes, 'replicas', replicas(old), replicas(service));
  if (service.updateStatus) changed(attributes, 'updatestate', old.updateStatus?.state, service.updateStatus.state);
  return attributes;
}

function changed(
  attributes: Record<string, string>,
  name: string,
  before: string | undefined,
  after: string | undefined,
): void {
  if (before === after || after === undefined) return;
  if (before !== undefined) attributes[`${name}.old`] = before;
  attributes[`${name}.new`] = after;
}
