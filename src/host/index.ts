/**
 * host: one machine's engine without swarm: files, containers, pulled images, networks and the addresses on them, names,
 * load balancing, volumes, local events. Made anew at each boot from the machine's disk.
 *
 * Invariants: records are plain frozen data, replaced as a whole and kept on the disk; what runs is in memory and dies
 * with the power; all time passes by named timers of owner `host`; a connection's path is a pure function of tables and
 * cables; files are one shared layer with a machine's or container's own changes on top.
 *
 * Deliberately absent: services, tasks and what a swarm wants (the daemon's executor drives containers through here);
 * HTTP and the API's JSON (daemon/routes); gossip (the table says what changed, the lab carries it); what the programs
 * in containers do (images, by the Program port) and how a shell in a container runs (ContainerShell port).
 *
 * Start reading at engine.ts, then lifecycle.ts (a container's life) and lan.ts (where a connection lands).
 *
 * Follows moby/moby daemon/ and daemon/libnetwork.
 */
export { TIMER_OWNER } from './context';
export type { CreateRequest } from './create';
export type { SwarmAttacher, SwarmAttachments } from './endpoints';
export { HostEngine, type HostEngineOptions } from './engine';
export { EventLog } from './events';
export type { Exec, ExecConfig, ExecStreams } from './exec';
export type { Files, WriteOptions } from './files/files';
export { EMPTY_LAYER, type FileNode, LayerBuilder, type ReadOnlyLayer } from './files/layer';
export { healthCheck } from './health';
export type { LocalImage, Removed } from './images';
export { contains, formatAddress, overlaps, parseAddress, parseSubnet, prefixOf, withoutPrefix } from './ipam';
export { type Hop, Lan, type Landing } from './lan';
export type { Done, StopOptions } from './lifecycle';
export { generateName } from './names';
export {
  GATEWAY_BRIDGE,
  type NetworkRequest,
  type Networks,
  PREDEFINED,
  type SwarmNetwork,
  type SystemEndpoint,
} from './networks';
export type { Attachment, LogQuery } from './output';
export { OUTSIDE, resolveOutside } from './outside';
export type * from './ports';
export type { PullProgress } from './pull';
export { environmentList, type OutputSink } from './runtime';
export { parseSignal } from './signals';
export type { EndpointTable, RecordChange } from './table';
export * from './types';
export type { VolumeRequest } from './volumes';
export type { WaitCondition } from './waiters';
