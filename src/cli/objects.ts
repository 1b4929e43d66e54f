/** The run functions of service, stack, container and image commands, by their path in the command tree. */
import type { Run } from './command';

/** `service create`, `stack deploy`, `container run` …: aliases at the top level are resolved by the command tree. */
export const objectCommands: ReadonlyMap<string, Run> = new Map();
