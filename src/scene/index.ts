/**
 * scene: what can be seen, as flat records by id, and the one form of change between two instants.
 *
 * Invariants: plain data only; a diff carries both sides of every change, so it applies forwards and backwards and
 * squashes with its neighbour; a scene is never altered. Records say whose knowledge they are: `member` is each
 * manager's own, the node, service, task and network tables are those of one manager's store (world.shownFrom).
 *
 * Deliberately absent: the engine, how anything is drawn, colours, wall time.
 *
 * Start reading at records.ts, then diff.ts. Who fills a scene uses SceneRecorder; who posts it uses wire.ts; who
 * draws it uses classes.ts (state classes and words), moments.ts (where things are at an instant) and summary.ts.
 * Follows tldraw's RecordsDiff and, for the classes of states, the docker CLI's words.
 */
export { classOfNode, classOfTask, isHistory, type StateClass, taskName } from './classes';
export {
  applyDiff,
  emptyScene,
  reverseDiff,
  type Scene,
  type SceneDiff,
  squashDiffs,
} from './diff';
export { electionLeft, flight } from './moments';
export { SceneRecorder } from './recorder';
export type {
  ContainerRecord,
  EventRecord,
  LogCell,
  MachineRecord,
  MemberRecord,
  MessageRecord,
  NetworkRecord,
  NodeRecord,
  PortRecord,
  SceneTable,
  ServiceRecord,
  TaskRecord,
  TaskStateWord,
  VoteSeat,
} from './records';
export { EVENTS_MAX } from './records';
export { cutOff, type Summary, summarize } from './summary';
export { decodeDiff, encodeDiff, type WireDiff } from './wire';
