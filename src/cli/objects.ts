/** The commands over services, stacks, containers and images, by their path: `service create`. */
import type { Run } from './command';

export const objectCommands: ReadonlyMap<string, Run> = new Map<string, Run>([]);
