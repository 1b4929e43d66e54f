/**
 * Text filters that need their whole input (awk, sed, jq, sort …), run by just-bash over a machine's files.
 * The one engine file with a promise: the world's pump returns, its entrance awaits this, and the pump goes on.
 */
import type { Bytes } from '../base/bytes';
import type { FileCall } from '../base/process';

/** A `filter` call's fields. */
export interface FilterRequest {
  readonly name: string;
  readonly args: readonly Bytes[];
  readonly stdin: Bytes;
  readonly cwd: string;
  readonly env: ReadonlyMap<string, Bytes>;
  /** Virtual time, for the filter's own clock. */
  readonly now: number;
  /** Seeds the filter's chance. */
  readonly seed: number;
}

export interface FilterResult {
  readonly stdout: Bytes;
  readonly stderr: Bytes;
  readonly status: number;
}

/** Answers a file call at once, as the kernel answers the same call of a process; throws Errno. */
export type FilterFiles = (call: FileCall) => unknown;

/** Runs one filter. One at a time: while it runs, Date and Math.random are the world's. */
export async function runFilter(request: FilterRequest, _files: FilterFiles): Promise<FilterResult> {
  return { stdout: '', stderr: `${request.name}: not loaded\n`, status: 127 };
}
