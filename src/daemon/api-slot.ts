/**
 * The Engine API of a dockerd, given by the entrance: its routes and all that they translate. Nobody asks before the
 * first command, so a page fetches them behind its first prompt.
 */
import { assert } from '../base/assert';
import type { Micros } from '../base/process';
import type { HostEngine } from '../host/index';
import type { Cluster } from './cluster/cluster';
import type { HostInterface } from './cluster/listen-addr';
import type { DaemonConfig } from './config';
import type { Exchange } from './exchange';

/** What the routes work on. */
export interface ApiContext {
  readonly cluster: Cluster;
  readonly engine: HostEngine;
  readonly hostname: string;
  /** A UUID. */
  readonly id: string;
  readonly config: DaemonConfig;
  now(): Micros;
  interfaces(): readonly HostInterface[];
  randomName(): string;
  /** Why no swarm can be started with this configuration. */
  readonly incompatible: string | undefined;
}

export interface ApiServer {
  serve(exchange: Exchange): void;
}

type MakeApi = (context: ApiContext) => ApiServer;

let provided: MakeApi | undefined;

/** Once, before the first request. */
export function provideApi(make: MakeApi): void {
  provided = make;
}

export function makeApi(context: ApiContext): ApiServer {
  assert(provided !== undefined, 'no Engine API was provided');
  return provided(context);
}
