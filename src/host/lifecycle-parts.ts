/** What a container's life needs from the rest of the engine, and how it is asked. */
import type { ContainerFileSystems } from './container-files';
import type { Containers } from './containers';
import type { ContainerNetworking } from './endpoints';
import type { RunProbe } from './health';
import type { Images } from './images';
import type { Outputs } from './output';
import type { ContainerShell } from './ports';
import type { ProgramWorld } from './runtime';
import type { HostError } from './types';
import type { Volumes } from './volumes';

export type Done = (error?: HostError) => void;

export interface StopOptions {
  /** Of the container's own where absent. */
  readonly signal?: string;
  /** Seconds until KILL; -1 is for ever. */
  readonly timeout?: number;
}

export interface LifecycleParts {
  readonly containers: Containers;
  readonly images: Images;
  readonly volumes: Volumes;
  readonly networking: ContainerNetworking;
  readonly outputs: Outputs;
  readonly files: ContainerFileSystems;
  readonly shell: ContainerShell;
  readonly world: ProgramWorld;
  readonly runProbe: RunProbe;
  /** Commands that run beside the main process end with it. */
  killExecs(containerId: string): void;
}
