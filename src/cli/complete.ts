/** What the Tab key may offer after `docker`. Follows cobra's completion and docker/cli cli/command/completion. */

/** Kinds of names that only the engine or the file system knows. */
export type Completable =
  | 'container'
  | 'running-container'
  | 'service'
  | 'task'
  | 'node'
  | 'network'
  | 'image'
  | 'volume'
  | 'secret'
  | 'config'
  | 'stack'
  | 'file';

export interface Candidate {
  readonly text: string;
  /** The one-line description that the help shows. */
  readonly about: string;
}

export interface Completion {
  /** Commands, flags and fixed values that begin with the last word, sorted. */
  readonly candidates: readonly Candidate[];
  /** Names to add from the outside: the caller asks, and keeps those that begin with `prefix`. */
  readonly names: Completable | undefined;
  /** The part of the last word that names replace (after `--flag=`, else the whole word). */
  readonly prefix: string;
}

/** `words` are those after `docker` up to the cursor; the last one, perhaps empty, is being completed. */
export function complete(words: readonly string[]): Completion {
  return { candidates: [], names: undefined, prefix: words.at(-1) ?? '' };
}
