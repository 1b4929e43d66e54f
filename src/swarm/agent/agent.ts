/** The worker side of every node: a session with a manager, and the tasks assigned. Follows moby/swarmkit agent/agent.go. */
import type { AgentPort } from './port';

export declare class Agent {
  constructor(port: AgentPort);
  /** Takes up the tasks on disk and opens a session; serves `agent.*`. */
  start(): void;
  timer(name: string): void;
  /**
   * Drops every assignment: containers are stopped and removed, the task database emptied; then calls `done`.
   * For a graceful stop of the daemon and for leaving the swarm. Follows agent.go, Leave.
   */
  leave(done: () => void): void;
  /** Forgets everything in memory at once; the disk stays. */
  stop(): void;
  /** The session broke or its manager is gone: try another after the back-off. */
  reconnect(): void;
}
