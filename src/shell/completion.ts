/** What the Tab key offers: words, and where they go. Asked beside the world; nothing here changes it. */
import type { Completable } from '../cli/index';

/** The facts that completion needs, answered at once from what the entrance can see. */
export interface Completer {
  /** Absolute, of the shell that is being typed to. */
  readonly cwd: string;
  readonly home: string;
  /** Programs, builtins, aliases and functions. */
  commands(): readonly string[];
  /** Variables, without the dollar. */
  variables(): readonly string[];
  /** Names that this machine's engine knows; containers, services, nodes … */
  names(kind: Completable): readonly string[];
  /** Machines that ssh reaches. */
  hosts(): readonly string[];
  /** A directory's entries, undefined when there is none. */
  list(path: string): readonly { readonly name: string; readonly directory: boolean }[] | undefined;
}

export interface Completions {
  /** Where in the line (characters) the completed word begins. */
  readonly start: number;
  /** Whole replacements of that word, sorted; `final` ones are followed by a blank. */
  readonly candidates: readonly { readonly text: string; readonly shown: string; readonly final: boolean }[];
}

/** Completes the word before `cursor` (in characters of `line`). */
export function completeLine(line: string, cursor: number, _completer: Completer): Completions {
  return { start: Math.min(cursor, line.length), candidates: [] };
}
