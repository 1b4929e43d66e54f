/** Environment lists and files. Follows docker/cli opts/parse.go, pkg/kvfile and cli/command/service/opts.go. */
import { fromUtf8 } from '../../base/bytes';
import { Errno, type Process, readFile } from '../../base/process';
import { resolvePath } from '../arguments';
import { type Cli, CliError } from '../command';
import { keyOf } from './words';

/** The variables of files, then those of --env: later ones win in the engine. */
export function* readEnv(cli: Cli, files: readonly string[], list: readonly string[]): Process<string[]> {
  const out: string[] = [];
  for (const file of files) out.push(...(yield* readKeyValueFile(cli, file, true)));
  return [...out, ...list];
}

/** The lines of a file of `key=value`; a key alone takes its value from docker's environment, or is left out. */
export function* readKeyValueFile(cli: Cli, file: string, lookup: boolean): Process<string[]> {
  const text = yield* readTextFile(cli, file, `open ${file}`, `invalid env file (${file}): `);
  const lines: string[] = [];
  for (const raw of text.replace(/^\ufeff/, '').split(/\r?\n/)) {
    const line = raw.trimStart();
    if (line === '' || line.startsWith('#')) continue;
    const key = keyOf(line);
    const problem = key === '' ? `no variable name on line '${line}'` : undefined;
    if (problem) throw new CliError(`invalid env file (${file}): ${problem}`);
    if (/[ \t]/.test(key)) throw new CliError(`invalid env file (${file}): variable '${key}' contains whitespaces`);
    if (line.includes('=')) lines.push(line);
    else if (lookup && cli.env.has(key)) lines.push(`${key}=${cli.env.get(key)}`);
  }
  return lines;
}

/**
 * A file's text; `what` begins the refusal: `open x: no such file or directory`. A directory can be opened and not
 * read: that refusal begins with `readWhat`.
 */
export function* readTextFile(cli: Cli, file: string, what: string, readWhat = ''): Process<string> {
  try {
    return fromUtf8(yield* readFile(resolvePath(cli.cwd, file)));
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    const opened = error.code === 'EISDIR';
    throw new CliError(`${opened ? readWhat + what.replace(/^open/, 'read') : what}: ${errnoText(error)}`);
  }
}

/** Go's words for a failed system call: in lower case. */
export function errnoText(error: Errno): string {
  return error.message.charAt(0).toLowerCase() + error.message.slice(1);
}

/** Each variable once, at the place of its last mention. */
export function lastOfEach(variables: readonly string[]): string[] {
  let out: string[] = [];
  for (const variable of variables) {
    const key = keyOf(variable);
    out = out.filter((other) => other === variable || !other.startsWith(`${key}=`));
    out.push(variable);
  }
  return out;
}
