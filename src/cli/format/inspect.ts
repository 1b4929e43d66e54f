/** Inspect commands: JSON of several objects, or a template over each. Follows docker/cli cli/command/inspect. */

import { type Json, stringify } from '../../base/json';
import type { Process } from '../../base/process';
import { failureText } from '../arguments';
import { type Cli, CliError } from '../command';
import { marshal } from '../template/marshal';
import { goType } from '../template/schema';
import { parseTemplate, type Template, TemplateError } from '../template/template';
import { ANY, type GoType } from '../template/value';

/** An object and the Go type that holds it, for templates and key order: `swarm.Node`. */
export interface Inspected {
  readonly data: unknown;
  readonly type: string;
  /**
   * The command has the answer's raw bytes: they are printed as they came, and templates that fail are tried again
   * over the plain JSON (container, image, network, volume; not the swarm objects).
   */
  readonly raw: boolean;
}

export interface InspectOptions {
  /** The user's --format, '' when not given. */
  readonly format: string;
  /** The exit status for a template that does not parse: 64, but 1 for the swarm's objects. */
  readonly badTemplateStatus?: number;
  /** One object. What it throws is printed at the end, after the objects that were found. */
  readonly get: (reference: string) => Process<Inspected>;
}

/** Prints the objects; the exit status. All failures are joined at the end in one CliError. */
export function* inspectAll(cli: Cli, references: readonly string[], options: InspectOptions): Process<number> {
  const { format } = options;
  const template = format === '' || format === 'json' ? undefined : parse(format, options.badTemplateStatus ?? 64);
  const found: Inspected[] = [];
  const errors: string[] = [];
  let text = '';
  for (const reference of references) {
    try {
      const object = yield* options.get(reference);
      found.push(object);
      if (template) text += `${render(template, object)}\n`;
    } catch (error) {
      errors.push(failureText(error));
    }
  }
  yield* cli.out(template ? text || '\n' : document(found, format === 'json'));
  if (errors.length > 0) throw new CliError(errors.join('\n'));
  return 0;
}

function parse(format: string, badTemplateStatus: number): Template {
  try {
    return parseTemplate(format);
  } catch (error) {
    if (error instanceof TemplateError)
      throw new CliError(`template parsing error: ${error.message}`, badTemplateStatus);
    throw error;
  }
}

function render(template: Template, object: Inspected): string {
  try {
    return template.execute({ type: goType(object.type), data: object.data });
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    if (!object.raw) throw new CliError(`template parsing error: ${error.message}`);
    return renderPlain(template, object.data);
  }
}

function renderPlain(template: Template, data: unknown): string {
  const type: GoType = ANY;
  try {
    return template.execute({ type, data }, { missingKeyError: true });
  } catch (error) {
    if (error instanceof TemplateError) throw new CliError(`template parsing error: ${error.message}`);
    throw error;
  }
}

/** The array of all objects; raw ones push the others out, as upstream does. */
function document(found: readonly Inspected[], compact: boolean): string {
  const raw = found.filter((one) => one.raw);
  const style = compact ? {} : { indent: 4 };
  if (raw.length > 0) return `${stringify(raw.map((one) => one.data) as Json, style)}\n`;
  const typed = found.map((one) => marshal({ type: goType(one.type), data: one.data }));
  return `${stringify(typed, { ...style, escapeHtml: true })}\n`;
}
