/**
 * What every manager answers to agents and log readers. Only the leader's dispatcher and log broker decide; the others
 * pass calls on to it and its messages back, so an agent may hold its session with any manager.
 *
 *      agent ──call──► gateway (manager that leads)      ──► Dispatcher
 *      agent ──call──► gateway (another) ──forward──► gateway of the leader ──► Dispatcher
 *      agent ◄──push── gateway (another) ◄──relay──── Dispatcher
 *
 * Follows moby/swarmkit protobuf/plugin/raftproxy/raftproxy.go and manager/state/raft/raft.go, LeaderConn.
 */
import type { Micros } from '../../base/process';
import type { RandomStream } from '../../base/random';
import type { Timers } from '../../sim/index';
import type { LogOptions } from '../agent/executor';
import type { LogMessage, LogSelector } from '../logbroker/messages';
import type { ControlLoop, LoopContext } from '../loop';
import type { Reply, Rpc } from '../rpc';

/** What the gateway needs of its manager. */
export interface ManagerPort {
  readonly rpc: Rpc;
  readonly nodeId: string;
  /** ip:port where this manager is reached. */
  readonly address: string;
  /** Of the gateway's own; the manager hands what fires to {@link Gateway.timer}. */
  readonly timers: Timers;
  readonly random: RandomStream;
  now(): Micros;
  /** Where the leader is reached as this manager knows it, its own address when it leads; undefined without one. */
  leader(): string | undefined;
  /** Ready to answer as leader: its loops run. */
  leads(): boolean;
  /** No leader for more than ten ticks. */
  lostQuorum(): boolean;
  /** All managers of the swarm, for agents to choose from. */
  managers(): readonly { readonly nodeId: string; readonly addr: string }[];
}

export interface LogSubscription {
  readonly selector: LogSelector;
  readonly options: LogOptions;
  message(message: LogMessage): void;
  /** The end; with an error when some logs could not be had. */
  done(error?: string): void;
}

export declare class Gateway {
  constructor(port: ManagerPort);
  /** This manager leads now: the dispatcher and the log broker, to be run as control loops with the given contexts. */
  lead(context: (name: string) => LoopContext): readonly ControlLoop[];
  /** It no longer leads: sessions are closed. */
  follow(): void;
  timer(name: string): void;
  /** The manager stops; forwarded calls are dropped. */
  stop(): void;
  /** A call of this node's own agent, which needs no packet to get here. */
  call(method: string, request: unknown, timeout: Micros, reply: Reply): void;
  /** Reads logs of tasks anywhere; returns a cancel. */
  subscribeLogs(subscription: LogSubscription): () => void;
}
