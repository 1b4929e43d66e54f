/** Lists of objects: tables, JSON lines, templates. Follows docker/cli cli/command/formatter/formatter.go. */
import type { Process } from '../../base/process';
import type { Cli } from '../command';
import type { GoType } from '../template/value';

/** One column or template field of a list. Absent type is string. */
export interface Field<Row> {
  readonly header: string;
  readonly type?: GoType;
  readonly value: (row: Row) => unknown;
}

export interface ListShape<Row> {
  /** What error messages call the rows: `*service.serviceContext`. */
  readonly goName: string;
  /** By the names that templates use, in the order of Go's methods (sorted by name in JSON output anyway). */
  readonly fields: { readonly [name: string]: Field<Row> };
  /** The value of `{{.Label "x"}}`; its presence makes the method known. */
  readonly label?: (row: Row, name: string) => string;
  /** The template of the plain table, without its `table ` prefix: `{{.ID}}\t{{.Name}}`. */
  readonly table: string;
  /** The template of -q. */
  readonly quiet: string;
  /** The template of `--format raw`. */
  readonly raw?: string;
  /** The template of `--format raw -q`. */
  readonly rawQuiet?: string;
  /** What stands before a failing template's message; `template parsing error` unless given. */
  readonly errorPrefix?: string;
}

export interface ListOptions {
  /** The user's --format, '' when not given. */
  readonly format: string;
  readonly quiet?: boolean;
}

/** Prints a list as --format and --quiet ask. Throws CliError for a bad template. */
export function* printList<Row>(
  _cli: Cli,
  _shape: ListShape<Row>,
  _rows: readonly Row[],
  _options: ListOptions,
): Process<void> {}
