/** Inspect commands: JSON of several objects, or a template over each. Follows docker/cli cli/command/inspect. */
import type { Json } from '../../base/json';
import type { Process } from '../../base/process';
import type { Cli } from '../command';

export interface InspectOptions {
  /** The user's --format, '' when not given. */
  readonly format: string;
  /** The Go type of the objects, for templates and key order: `swarm.Node`. */
  readonly type: string;
  /**
   * The command has the answer's raw bytes: templates that fail are tried again over the plain JSON
   * (container, image, network, volume; not the swarm objects).
   */
  readonly raw?: boolean;
  /** One object. What it throws is printed at the end, after the objects that were found. */
  readonly get: (reference: string) => Process<Json>;
}

/** Prints the objects; the exit status. All failures are joined at the end in one CliError. */
export function* inspectAll(_cli: Cli, _references: readonly string[], _options: InspectOptions): Process<number> {
  return 0;
}
