/** What gossip tells a machine of an overlay network, as `network inspect` shows it. Follows moby/moby libnetwork/agent.go. */
import type { NetworkInspect } from '../../api/index';
import type { EndpointRecord, HostEngine } from '../../host/index';
import { hashText } from '../../sim/index';

/** A machine's name in gossip: twelve digits, new at each boot. */
function gossipName(machine: string, boot: number): string {
  const hex = (text: string): string => (hashText(text) >>> 0).toString(16).padStart(8, '0');
  return (hex(`${machine}/${boot}/gossip`) + hex(`gossip/${boot}/${machine}`)).slice(0, 12);
}

/** The machines on a network that can be reached from here, this one included. */
export function networkPeers(engine: HostEngine, networkId: string): NetworkInspect['Peers'] {
  const { lan } = engine;
  const peers: { Name: string; IP: string }[] = [];
  for (const name of lan.simulation.machines.keys()) {
    const other = lan.engine(name);
    if (!other?.networks.get(networkId) || !lan.connected(engine, other)) continue;
    peers.push({ Name: gossipName(name, other.boot), IP: other.address });
  }
  return peers;
}

/** Services on a network with their tasks, by name. */
export function networkServices(engine: HostEngine, networkId: string): NetworkInspect['Services'] {
  const byName = new Map<string, EndpointRecord[]>();
  for (const record of engine.table.rows(networkId)) {
    if (record.serviceId === '') continue;
    // A task is called SERVICE.SLOT.TASK: on the ingress network no service has a name to be asked for.
    const name = record.serviceName || record.name.split('.').slice(0, -2).join('.');
    const records = byName.get(name);
    if (records) records.push(record);
    else byName.set(name, [record]);
  }
  const names = [...byName.keys()].sort((a, b) => (a < b ? -1 : 1));
  return Object.fromEntries(names.map((name) => [name, serviceView(engine, byName.get(name)!)]));
}

function serviceView(engine: HostEngine, records: readonly EndpointRecord[]): object {
  const [first] = records;
  const { networkId, serviceId, virtualIP } = first!;
  return {
    VIP: virtualIP || '<nil>',
    Ports: first!.ports.map(({ target, published }) => `Target: ${target}, Publish: ${published}`),
    LocalLBIndex: engine.table.mark(networkId, serviceId),
    Tasks: records.map((record) => ({
      Name: record.name,
      EndpointID: record.key.slice(record.key.indexOf('/') + 1),
      EndpointIP: record.address,
      Info: { 'Host IP': engine.lan.addressOf(record.machine) ?? '' },
    })),
  };
}
