/**
 * host: one machine's engine without swarm: files, containers, images pulled, made and pushed, networks and the
 * addresses on them, names, load balancing, volumes, local events. Made anew at each boot from the machine's disk.
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
export type { CreateRequest } from './create';
export type { SwarmAttachments } from './endpoints';
export { HostEngine } from './engine';
export type { ExecStreams } from './exec';
export type { Files } from './files/files';
export { EMPTY_LAYER, type FileNode, LayerBuilder, type ReadOnlyLayer } from './files/layer';
export { shownState } from './freezer';
export { healthCheck } from './health';
export { KERNEL } from './host-files';
export type { LocalImage } from './images';
export { parseAddress, withoutPrefix } from './ipam';
export { Lan, type Landing } from './lan';
export { contentHash, deriveImage } from './made-image';
export { generateName } from './names';
export { sandboxId } from './namespaces';
export type { SwarmNetwork } from './networks';
export type { LogQuery } from './output';
export type {
  CommandOutput,
  ContainerShell,
  ImageLayer,
  Launch,
  Program,
  ProgramContext,
  Registry,
  RegistryImage,
  RequestPeer,
  ShellHandle,
  ShellOutput,
  ShellRun,
} from './ports';
export type { OutputSink } from './runtime';
export type { RecordChange } from './table';
export type {
  BoundPort,
  Container,
  ContainerConfig,
  Endpoint,
  EndpointRecord,
  EndpointRequest,
  EngineEvent,
  HealthConfig,
  HostConfig,
  HostError,
  InjectedFile,
  MountPoint,
  MountRequest,
  Network,
  ServiceIdentity,
  Volume,
} from './types';
export type { WaitCondition } from './waiters';
