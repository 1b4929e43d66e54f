/**
 * daemon: dockerd on one machine. It routes requests of the Engine API to its two engines, the machine's own (host) and
 * the swarm's node, and translates between their records and the API's JSON.
 *
 *      Exchange ─► Router ─► routes/ ─┬─► HostEngine                containers, images, volumes, local networks
 *                                     └─► Cluster ─► SwarmNode      the swarm, by way of the leader
 *                                            executor/ ─► HostEngine   the swarm's tasks, as containers
 *
 * Invariants: every request gets exactly one answer or stream, unless the power goes; what a client sent is read member
 * by member and refused in dockerd's words; a spec is stored as it is answered; a store object is converted once.
 *
 * Deliberately absent: terminals, flags and tables (cli), HTTP and sockets (headless), what a swarm decides (swarm), what
 * a container does (host). Plugins, cluster volumes and external authorities are refused in one sentence.
 *
 * Start reading at daemon.ts, then router.ts, cluster/cluster.ts and one of routes/.
 *
 * Follows moby/moby api/server, daemon/cluster and daemon/.
 */
export { provideApi } from './api-slot';
export { Daemon } from './daemon';
export type { Exchange, Route, StreamSink } from './exchange';
