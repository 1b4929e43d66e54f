/** Scenes made by hand, for pictures: a few words each, everything else at its plainest. */
import {
  emptyScene,
  type MachineRecord,
  type MemberRecord,
  type MessageRecord,
  type NodeRecord,
  type Scene,
  type ServiceRecord,
  type TaskRecord,
} from '../../src/scene/index';

export const NOW = 1_767_603_600_000_000;

export function machine(index: number, more: Partial<MachineRecord> = {}): MachineRecord {
  return {
    id: `node${index}`,
    name: `node${index}`,
    index,
    ip: `192.168.0.${10 + index}`,
    powered: true,
    poweredAt: NOW,
    segment: 0,
    docker: true,
    swarm: 'active',
    nodeId: `id${index}`,
    memory: 4 * 1024 ** 3,
    cpus: 2,
    ...more,
  };
}

export function node(index: number, more: Partial<NodeRecord> = {}): NodeRecord {
  return {
    id: `id${index}`,
    hostname: `node${index}`,
    machine: `node${index}`,
    role: 'worker',
    desiredRole: 'worker',
    availability: 'active',
    state: 'ready',
    message: '',
    addr: '',
    leader: false,
    reachability: '',
    labels: [],
    engine: '28.2.2',
    heartbeatAt: 0,
    heartbeatDeadline: 0,
    createdAt: NOW,
    ...more,
  };
}

export function service(name: string, order: number, more: Partial<ServiceRecord> = {}): ServiceRecord {
  return {
    id: name,
    name,
    stack: '',
    image: 'nginx:latest',
    mode: 'replicated',
    running: 0,
    desired: 0,
    ports: [],
    updateState: '',
    updateMessage: '',
    updateParallelism: 1,
    updateDelay: 0,
    order,
    createdAt: NOW,
    ...more,
  };
}

/** `web.2@3` is task 2 of web on node3; `web.2@` waits for a node. */
export function task(text: string, id: string, more: Partial<TaskRecord> = {}): TaskRecord {
  const [, serviceId, slot, on] = /^(.+)\.(\d+)@(\d*)$/.exec(text)!;
  return {
    id,
    serviceId: serviceId!,
    slot: Number(slot),
    nodeId: on === '' ? '' : `id${on}`,
    image: 'nginx:latest',
    state: 'running',
    desiredState: 'running',
    message: '',
    err: '',
    createdAt: NOW,
    stateAt: NOW,
    containerId: '',
    exitCode: 0,
    ...more,
  };
}

export function member(index: number, more: Partial<MemberRecord> = {}): MemberRecord {
  return {
    id: `node${index}`,
    machine: `node${index}`,
    nodeId: `id${index}`,
    role: 'follower',
    term: 2,
    vote: 'node1',
    lead: 'node1',
    commit: 10,
    applied: 10,
    firstIndex: 1,
    lastIndex: 10,
    lastTerm: 2,
    log: log('1 1 1 2 2 2 2 2 2 2'),
    voters: ['node1', 'node2', 'node3'],
    votes: [],
    electionStart: NOW,
    electionDeadline: NOW + 14_000_000,
    peers: [],
    digest: '',
    ...more,
  };
}

/** Terms of entries from index 1 on. */
export function log(terms: string): MemberRecord['log'] {
  return terms.split(' ').map((term, at) => ({ index: at + 1, term: Number(term) }));
}

export function message(id: string, from: number, to: number, more: Partial<MessageRecord> = {}): MessageRecord {
  return {
    id,
    kind: 'raft',
    from: `node${from}`,
    to: `node${to}`,
    what: 'MsgApp',
    reply: false,
    refused: false,
    term: 2,
    entries: 1,
    sentAt: NOW,
    arrivesAt: NOW + 500,
    lost: false,
    why: '',
    ...more,
  };
}

interface Tables {
  readonly machine?: readonly MachineRecord[];
  readonly node?: readonly NodeRecord[];
  readonly service?: readonly ServiceRecord[];
  readonly task?: readonly TaskRecord[];
  readonly member?: readonly MemberRecord[];
}

export function scene(tables: Tables): Scene {
  const empty = emptyScene(NOW);
  const filled = Object.entries(tables).map(([name, records]) => [
    name,
    new Map((records as readonly { readonly id: string }[]).map((record) => [record.id, record])),
  ]);
  return { at: NOW, tables: { ...empty.tables, ...Object.fromEntries(filled) } };
}

export function hosts(amount: number, segments: readonly number[] = []): MachineRecord[] {
  return Array.from({ length: amount }, (_, at) => machine(at + 1, { segment: segments[at] ?? 0 }));
}
