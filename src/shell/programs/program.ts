/** What a program is: one generator per run, and the tables that say which names a machine or container knows. */
import type { Bytes } from '../../base/bytes';
import type { Process } from '../../base/process';

/** What a program is started with. Streams 0, 1 and 2 are its own. */
export interface Invocation {
  /** The name it was called by, without directories. */
  readonly name: string;
  /** argv without the name. */
  readonly args: readonly Bytes[];
  readonly env: ReadonlyMap<string, Bytes>;
  /** Absolute. */
  readonly cwd: string;
  /** The table it was found in: sudo, xargs, timeout and watch start other programs from it. */
  readonly programs: Programs;
}

/** Ends with the exit status, 0 to 255. */
export type Program = (invocation: Invocation) => Process<number>;

/** Programs by name. */
export interface Programs extends ReadonlyMap<string, Program> {
  /** What packages bring: it answers where the files hold its executable (see packages.ts), not elsewhere. */
  readonly packaged?: ReadonlyMap<string, Program>;
}
