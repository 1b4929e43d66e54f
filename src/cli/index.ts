/**
 * cli: the docker command, 28.2.2, as a program: bytes in, bytes out, an exit status at the end. It speaks to an engine
 * through api's client alone, so that the in-page `docker` cannot cheat and the real one can take its place.
 *
 * Owns: every command and flag by name with its help (data/), flags in pflag's manner (flags/), usage and errors in
 * cobra's manner (help/), templates, tables, progress, compose files, and one file per subcommand (NOUN/VERB.ts).
 *
 * Invariants: argv, env and streams are bytes, decoded once at the entry and encoded on the way out; a real
 * command or flag that is not modelled is refused by one sentence; the words and the exit status are the real CLI's.
 *
 * Deliberately absent: everything that the engine decides. Filters, names, ids and states come from its answers.
 *
 * Start reading at docker.ts (one run from argv to exit status), then commands.ts (path → run), then node/list.ts.
 *
 * Follows docker/cli cmd/docker/docker.go and cli/command/NOUN/VERB.go.
 */
export { type Completable, complete } from './complete';
export { docker } from './docker';
