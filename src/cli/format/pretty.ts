/** `inspect --pretty` of several objects, and the choice between it and templates. */
import type { Process } from '../../base/process';
import { type Cli, CliError, type Flags, type Invocation } from '../command';
import { type Inspected, inspectAll } from './inspect';

export interface PrettyOptions<T> {
  readonly get: (reference: string) => Process<T>;
  /** For everything but --pretty. */
  readonly inspected: (object: T) => Inspected;
  /** The text of one object, without its last newline. */
  readonly pretty: (object: T) => string;
}

/** With --pretty nothing is printed when one of the objects is missing. */
export function* inspectPrettily<T>(cli: Cli, { flags, args }: Invocation, options: PrettyOptions<T>): Process<number> {
  if (!isPretty(flags)) {
    return yield* inspectAll(cli, args, {
      format: flags.string('format'),
      badTemplateStatus: 1,
      get: function* (reference) {
        return options.inspected(yield* options.get(reference));
      },
    });
  }
  let text = '';
  for (const reference of args) text += `${options.pretty(yield* options.get(reference))}\n`;
  yield* cli.out(text);
  return 0;
}

function isPretty(flags: Flags): boolean {
  const format = flags.bool('pretty') ? 'pretty' : flags.string('format');
  if (format !== 'pretty' && format.startsWith('pretty'))
    throw new CliError('cannot supply extra formatting options to the pretty template');
  return format === 'pretty';
}

/** The lines of a map under its heading, sorted; none when it is empty. */
export function labelLines(heading: string, labels: { readonly [key: string]: string } | undefined): string[] {
  const keys = Object.keys(labels ?? {}).sort((a, b) => (a < b ? -1 : 1));
  if (keys.length === 0) return [];
  return [heading, ...keys.map((key) => ` - ${key}${labels![key] === '' ? '' : `=${labels![key]}`}`)];
}
