/** Small readers that many commands share: filters, key=value lists, stdin, questions, several objects in turn. */
import { ClientError, type Filters, filtersOf } from '../api/index';
import { type Bytes, fromUtf8 } from '../base/bytes';
import { type Process, read, Signalled } from '../base/process';
import { type Cli, CliError, type Flags } from './command';

/** What --filter collected, further pairs added. */
export function filtersFrom(flags: Flags, ...more: readonly (readonly [string, string])[]): Filters {
  const pairs = flags.list('filter').filter((text) => text !== '');
  return filtersOf(
    ...pairs.map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)] as const),
    ...more,
  );
}

/** `key=value` and `key` → a map; a key that comes twice keeps its last value. */
export function keyValues(list: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    list.map((text) => {
      const cut = text.indexOf('=');
      return cut < 0 ? [text, ''] : [text.slice(0, cut), text.slice(cut + 1)];
    }),
  );
}

/** Everything on stdin, at most `limit` bytes. */
export function* readStdin(limit = Number.MAX_SAFE_INTEGER): Process<Bytes> {
  const pieces: Bytes[] = [];
  for (let size = 0; size < limit; ) {
    const piece = yield* read(0);
    if (piece === '') break;
    pieces.push(piece);
    size += piece.length;
  }
  return pieces.join('').slice(0, limit);
}

/** One line of stdin without its newline and the blanks around it. */
export function* readStdinLine(): Process<string> {
  let line = '';
  for (;;) {
    const byte = yield* read(0, 1);
    if (byte === '' || byte === '\n') return fromUtf8(line).trim();
    line += byte;
  }
}

/**
 * Asks on stdout; only y says yes. undefined is Ctrl-C: docker ends quietly then.
 * Follows docker/cli internal/prompt/prompt.go, Confirm.
 */
export function* confirm(cli: Cli, question: string): Process<boolean | undefined> {
  yield* cli.out(`${question} [y/N] `);
  try {
    return (yield* readStdinLine()).toLowerCase() === 'y';
  } catch (error) {
    if (!(error instanceof Signalled)) throw error;
    yield* cli.out('\n');
    return undefined;
  }
}

/** Does one thing to each; failures do not stop it, and are told together at the end. */
export function* forEach(names: readonly string[], act: (name: string) => Process<void>): Process<number> {
  const errors: string[] = [];
  for (const name of names) {
    try {
      yield* act(name);
    } catch (error) {
      errors.push(failureText(error));
    }
  }
  if (errors.length > 0) throw new CliError(errors.join('\n'));
  return 0;
}

/** What a failed call is told as; what is no failure of the world is thrown on. */
export function failureText(error: unknown): string {
  if (error instanceof ClientError || error instanceof CliError) return error.message;
  throw error;
}

/** An absolute path from one that a user typed. */
export function resolvePath(cwd: string, path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${cwd}/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
