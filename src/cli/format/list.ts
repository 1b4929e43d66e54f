/** Lists of objects: tables, JSON lines, templates. Follows docker/cli cli/command/formatter/formatter.go. */
import { alignColumns } from '../../base/columns';
import type { Process } from '../../base/process';
import { type Cli, CliError } from '../command';
import { parseTemplate, type Template, TemplateError } from '../template/template';
import { type GoMethod, type GoMethods, type GoType, STRING, STRING_MAP } from '../template/value';

/** One column or template field of a list. Absent type is string. */
export interface Field<Row> {
  readonly header: string;
  readonly type?: GoType;
  readonly value: (row: Row) => unknown;
}

export interface ListShape<Row> {
  /** What error messages call the rows: `*service.serviceContext`. */
  readonly goName: string;
  /** By the names that templates use. */
  readonly fields: { readonly [name: string]: Field<Row> };
  /** The value of `{{.Label "x"}}`; its presence makes the method known. */
  readonly label?: (row: Row, name: string) => string;
  /** The template of the plain table, without its `table ` prefix: `{{.ID}}\t{{.Name}}`. */
  readonly table: string;
  /** The template of -q. */
  readonly quiet: string;
  /** The template of `--format raw`; without one the word is a template like any other. */
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
  cli: Cli,
  shape: ListShape<Row>,
  rows: readonly Row[],
  options: ListOptions,
): Process<void> {
  yield* cli.out(listText(shape, rows, options));
}

/** Whether --format (or its absence) asks for a table: rows may then be drawn differently. */
export function isTable(options: ListOptions): boolean {
  return options.format === '' || options.format.startsWith('table');
}

/** The text of a list. Throws CliError for a bad template. */
export function listText<Row>(shape: ListShape<Row>, rows: readonly Row[], options: ListOptions): string {
  const { source, table } = listFormat(shape, options);
  const template = parse(source);
  const type = rowType(shape);
  let body = '';
  for (const row of rows) {
    try {
      body += `${template.execute({ type, data: row })}\n`;
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      throw new CliError(`${shape.errorPrefix ?? 'template parsing error'}: ${error.message}`);
    }
  }
  return table ? alignColumns(`${header(shape, template)}\n${body}`) : body;
}

function listFormat<Row>(shape: ListShape<Row>, options: ListOptions): { source: string; table: boolean } {
  const { quiet = false } = options;
  const format = options.format === '' ? 'table' : options.format;
  let source = format;
  if (format === 'table') {
    if (quiet) return { source: shape.quiet, table: false };
    source = `table ${shape.table}`;
  } else if (format === 'raw' && shape.raw !== undefined) {
    source = quiet ? (shape.rawQuiet ?? shape.raw) : shape.raw;
  }
  const table = source.startsWith('table');
  if (table) source = source.slice('table'.length);
  if (source === 'json') source = '{{json .}}';
  return {
    source: source
      .replace(/^ +| +$/g, '')
      .replaceAll('\\t', '\t')
      .replaceAll('\\n', '\n'),
    table,
  };
}

function parse(source: string): Template {
  try {
    return parseTemplate(source);
  } catch (error) {
    if (error instanceof TemplateError) throw new CliError(`template parsing error: ${error.message}`);
    throw error;
  }
}

/** The templates's output for the headers. Where it fails it just ends, as upstream does. */
function header<Row>(shape: ListShape<Row>, template: Template): string {
  const data: { [name: string]: string } = {};
  for (const [name, field] of Object.entries(shape.fields)) data[name] = field.header;
  const type: GoType = { ...STRING_MAP, kind: 'map', of: STRING, methods: HEADER_METHODS };
  try {
    return template.execute({ type, data }, { header: true });
  } catch (error) {
    if (error instanceof TemplateError) return error.output;
    throw error;
  }
}

const HEADER_METHODS: GoMethods = new Map([
  ['Label', { args: 1, type: STRING, call: (_: unknown, [name]) => labelHeader(name!) } satisfies GoMethod],
]);

/** The last dotted part of a label's name, with blanks. */
function labelHeader(name: string): string {
  return name.split('.').at(-1)!.replace(/[-_]/g, ' ');
}

/** The type that templates meet as their dot. */
export function rowType<Row>(shape: ListShape<Row>): GoType {
  return { kind: 'methods', name: shape.goName, methods: rowMethods(shape) };
}

function rowMethods<Row>(shape: ListShape<Row>): GoMethods {
  const methods = new Map<string, GoMethod>();
  for (const [name, field] of Object.entries(shape.fields)) {
    methods.set(name, { args: 0, type: field.type ?? STRING, call: (row) => field.value(row as Row) });
  }
  const { label } = shape;
  if (label) methods.set('Label', { args: 1, type: STRING, call: (row, [name]) => label(row as Row, name!) });
  return methods;
}
