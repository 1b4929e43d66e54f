/**
 * What can be seen, as flat records by id. Plain data: it is posted to the page, kept in diffs and read by tests.
 * Instants are virtual microseconds since the Unix epoch. Names of machines are the lab's (node1), ids are Docker's.
 */
import type { Micros } from '../base/process';

interface SceneRecord {
  readonly id: string;
}

/** Facts about the whole lab: one record, id `world`. */
export interface WorldRecord extends SceneRecord {
  /** A leader or provably none, nothing on its way that can move: decisions on "settled" are the engine's. */
  readonly settled: boolean;
  /** The hosts' LAN, as 192.168.0.0/24. */
  readonly lan: string;
  /** The machine whose store the node, service, task and network tables show; '' while there is no swarm. */
  readonly shownFrom: string;
}

/** A machine of the lab: id is its name. */
export interface MachineRecord extends SceneRecord {
  readonly name: string;
  /** Counting from 1: the order of tabs and cards. */
  readonly index: number;
  readonly ip: string;
  readonly powered: boolean;
  /** When it was last switched on or off. */
  readonly poweredAt: Micros;
  /** The LAN segment its cable is in; 0 unless the LAN is partitioned. Only equals hear one another. */
  readonly segment: number;
  /** Whether its Docker daemon runs. */
  readonly docker: boolean;
  /** What its own daemon says of the swarm: `docker info`'s Swarm line. */
  readonly swarm: 'inactive' | 'pending' | 'active' | 'error' | 'locked';
  /** Its node id in the swarm, '' without one. */
  readonly nodeId: string;
  /** Bytes and processors of the machine. */
  readonly memory: number;
  readonly cpus: number;
}

/** A cable that is not as it should be: id is `node1|node2`, names in lexical order. Sound cables have no record. */
export interface LinkRecord extends SceneRecord {
  readonly a: string;
  readonly b: string;
  readonly cut: boolean;
  /** Added one way. */
  readonly delay: Micros;
  readonly lossPerMille: number;
}

/** A message in flight, known whole when it is sent: views interpolate. Removed a while after `arrivesAt`. */
export interface MessageRecord extends SceneRecord {
  readonly kind: 'raft' | 'control' | 'data';
  /** Machines. */
  readonly from: string;
  readonly to: string;
  /** What it is: raft's own type (MsgVote, MsgApp, MsgHeartbeat …) or the call's name (heartbeat, session …). */
  readonly what: string;
  readonly reply: boolean;
  /** A reply that refuses (a vote not granted, an append that does not fit). */
  readonly refused: boolean;
  /** Raft's term, 0 for others. */
  readonly term: number;
  /** Raft entries carried. */
  readonly entries: number;
  readonly sentAt: Micros;
  readonly arrivesAt: Micros;
  /** Never arrives: drawn to where it is lost. `why` is a short reason such as "node1 is down" or "cable cut". */
  readonly lost: boolean;
  readonly why: string;
}

export interface LogCell {
  readonly index: number;
  readonly term: number;
}

/** A vote that a candidate has or awaits. */
export interface VoteSeat {
  /** The machine asked. */
  readonly from: string;
  readonly answer: 'granted' | 'refused' | 'awaited';
}

/** How far a leader knows a peer to be. */
export interface PeerProgress {
  readonly machine: string;
  readonly match: number;
  /** Heard from within the last election timeout. */
  readonly active: boolean;
  readonly state: 'probe' | 'replicate' | 'snapshot';
}

/** One manager's Raft member, as it sees itself: id is its machine's name. A dead one keeps its last facts. */
export interface MemberRecord extends SceneRecord {
  readonly machine: string;
  readonly nodeId: string;
  readonly role: 'follower' | 'candidate' | 'leader';
  readonly term: number;
  /** The machine voted for in this term, '' for none. */
  readonly vote: string;
  /** The machine it believes to lead, '' for nobody. */
  readonly lead: string;
  readonly commit: number;
  readonly applied: number;
  readonly firstIndex: number;
  readonly lastIndex: number;
  readonly lastTerm: number;
  /** The last few entries, oldest first (about 16). */
  readonly log: readonly LogCell[];
  /** Machines of the voters in its own configuration, in host order. */
  readonly voters: readonly string[];
  /** Of a candidate: one seat a voter. */
  readonly votes: readonly VoteSeat[];
  /** When its election timer last began, and when it runs out; both 0 for a leader or without power. */
  readonly electionStart: Micros;
  readonly electionDeadline: Micros;
  /** Of a leader: the other voters. */
  readonly peers: readonly PeerProgress[];
  /** Hash of its applied store: equal applied index and other digest is a fault. */
  readonly digest: string;
}

/** A node object of the swarm: id is the node id. */
export interface NodeRecord extends SceneRecord {
  readonly hostname: string;
  /** The machine that it is or was; '' when the lab knows none. */
  readonly machine: string;
  /** The role in force. */
  readonly role: 'worker' | 'manager';
  readonly desiredRole: 'worker' | 'manager';
  readonly availability: 'active' | 'pause' | 'drain';
  readonly state: 'unknown' | 'down' | 'ready' | 'disconnected';
  readonly message: string;
  readonly addr: string;
  readonly leader: boolean;
  /** Of a manager; '' for a worker. */
  readonly reachability: '' | 'unknown' | 'unreachable' | 'reachable';
  /** `key=value`, sorted. */
  readonly labels: readonly string[];
  readonly engine: string;
  /** When the dispatcher last heard from it, and when its patience ends; 0 where there is no session. */
  readonly heartbeatAt: Micros;
  readonly heartbeatDeadline: Micros;
  readonly createdAt: Micros;
}

export interface PortRecord {
  readonly published: number;
  readonly target: number;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  readonly mode: 'ingress' | 'host';
}

/** A service: id is the service id. */
export interface ServiceRecord extends SceneRecord {
  readonly name: string;
  /** The stack it belongs to, '' for none. */
  readonly stack: string;
  readonly image: string;
  readonly mode: 'replicated' | 'global' | 'replicated-job' | 'global-job';
  /** Counted exactly as `docker service ls` does: running may exceed desired. */
  readonly running: number;
  readonly desired: number;
  readonly ports: readonly PortRecord[];
  /** Docker's word: updating, paused, completed, rollback_started …; '' when never updated. */
  readonly updateState: string;
  readonly updateMessage: string;
  readonly updateParallelism: number;
  readonly updateDelay: Micros;
  /** Order of creation in this lab, from 0: its identity colour, stable across reloads. */
  readonly order: number;
  readonly createdAt: Micros;
}

/** Docker's words for a task's states, in order. */
export type TaskStateWord =
  | 'new'
  | 'pending'
  | 'assigned'
  | 'accepted'
  | 'preparing'
  | 'ready'
  | 'starting'
  | 'running'
  | 'complete'
  | 'shutdown'
  | 'failed'
  | 'rejected'
  | 'remove'
  | 'orphaned';

/** A task: id is the task id. */
export interface TaskRecord extends SceneRecord {
  readonly serviceId: string;
  /** From 1; 0 for global services. */
  readonly slot: number;
  /** '' until assigned. */
  readonly nodeId: string;
  readonly image: string;
  readonly state: TaskStateWord;
  readonly desiredState: TaskStateWord;
  readonly message: string;
  readonly err: string;
  readonly createdAt: Micros;
  /** When it came to its present state. */
  readonly stateAt: Micros;
  /** Its first twelve digits, '' before there is one; the whole is there for the asking. */
  readonly containerId: string;
  readonly exitCode: number;
}

/** A container outside the swarm (docker run): id is the container id. */
export interface ContainerRecord extends SceneRecord {
  readonly machine: string;
  readonly name: string;
  readonly image: string;
  readonly state: 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';
  readonly exitCode: number;
  readonly ports: readonly PortRecord[];
  readonly createdAt: Micros;
}

/** A swarm-wide network: id is the network id. */
export interface NetworkRecord extends SceneRecord {
  readonly name: string;
  readonly driver: string;
  readonly subnet: string;
  /** VXLAN id; 0 for drivers without one. */
  readonly vni: number;
  readonly ingress: boolean;
}

/** A terminal session: id as the worker names it. */
export interface SessionRecord extends SceneRecord {
  readonly host: string;
  /** The line that runs in its foreground; '' at the prompt. */
  readonly running: string;
  /** When that line was submitted, or the last one ended. */
  readonly since: Micros;
}

/** Something that happened: a tick of the time strip. The last {@link EVENTS_MAX} are kept. */
export interface EventRecord extends SceneRecord {
  readonly at: Micros;
  /** Who did it: the person at the terminal, the swarm by itself, or the physical world. */
  readonly lane: 'you' | 'swarm' | 'world';
  readonly kind: 'command' | 'task' | 'node' | 'service' | 'leader' | 'election' | 'failure' | 'power' | 'cable';
  /** One short sentence for the tooltip and the announcer: "node3 down", "node2 is leader, term 5". */
  readonly text: string;
  /** Whether the announcer says it. */
  readonly important: boolean;
}
export const EVENTS_MAX = 500;

/** The tables by name. */
export interface SceneTables {
  world: WorldRecord;
  machine: MachineRecord;
  link: LinkRecord;
  message: MessageRecord;
  member: MemberRecord;
  node: NodeRecord;
  service: ServiceRecord;
  task: TaskRecord;
  container: ContainerRecord;
  network: NetworkRecord;
  session: SessionRecord;
  event: EventRecord;
}
export type SceneTable = keyof SceneTables;
export type AnySceneRecord = SceneTables[SceneTable];

/** All tables, in the order in which diffs list them. */
export const SCENE_TABLES: readonly SceneTable[] = [
  'world',
  'machine',
  'link',
  'message',
  'member',
  'node',
  'service',
  'task',
  'container',
  'network',
  'session',
  'event',
];
