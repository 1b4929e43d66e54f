/** All routes that one machine's engine answers by itself: containers, exec, images, volumes, events. */
import type { HostEngine } from '../../host/index';
import type { Route } from '../exchange';
import { archiveRoutes } from './archive';
import { containerChangeRoutes } from './container-changes';
import { containerStreamRoutes } from './container-streams';
import { containerRoutes } from './containers';
import { eventRoutes } from './events';
import { execRoutes } from './exec';
import { imageRoutes } from './images';
import { usageRoutes } from './usage';
import { volumeRoutes } from './volumes';

export interface EngineRoutesContext {
  readonly engine: HostEngine;
  /** Virtual now, in microseconds. */
  now(): number;
  /** Whether the machine is a manager of a swarm. */
  isManager(): boolean;
}

export function engineRoutes({ engine, now, isManager }: EngineRoutesContext): readonly Route[] {
  return [
    ...containerRoutes(engine, now),
    ...containerChangeRoutes(engine),
    ...archiveRoutes(engine),
    ...containerStreamRoutes(engine),
    ...execRoutes(engine),
    ...imageRoutes(engine),
    ...volumeRoutes(engine, isManager),
    ...usageRoutes(engine, now),
    ...eventRoutes(engine, now),
  ];
}
