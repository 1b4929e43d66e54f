/** What a subcommand is: its run gets parsed flags, arguments and everything of the outside that it may touch. */

import type { Client } from '../api/index';
import type { Process } from '../base/process';

/** A failure that the command explains itself. Printed on stderr as it is; the default status is 1. */
export class CliError extends Error {
  constructor(
    message: string,
    readonly status = 1,
  ) {
    super(message);
  }
}

/** Flags after parsing, by their long names. Reading a name that the command does not have is a bug. */
export interface Flags {
  /** Whether the user gave it. */
  changed(name: string): boolean;
  /** The names of all that the user gave, in the order of their first mention. */
  given(): readonly string[];
  bool(name: string): boolean;
  string(name: string): string;
  /** int, uint and count flags. */
  number(name: string): number;
  /** Flags that may be repeated (list, strings, map, filter): every value given, in order. */
  list(name: string): readonly string[];
}

export interface Invocation {
  /** For instance ['service', 'create']. */
  readonly path: readonly string[];
  readonly flags: Flags;
  readonly args: readonly string[];
}

/** The outside of a running docker command. Text is ordinary JavaScript text; it is encoded on its way out. */
export interface Cli {
  readonly client: Client;
  readonly env: ReadonlyMap<string, string>;
  readonly cwd: string;
  /** Writes to stdout as given: newlines are the caller's. */
  out(text: string): Process<void>;
  err(text: string): Process<void>;
}

/** Ends with the exit status. */
export type Run = (cli: Cli, invocation: Invocation) => Process<number>;
