/** Go's text/template with the functions of the docker command. Follows docker/cli templates/templates.go. */
import { runTemplate } from './exec';
import { FUNCTIONS, HEADER_FUNCTIONS } from './functions';
import { parseTree } from './parse';
import type { GoValue } from './value';

export { TemplateError } from './template-error';

export interface Template {
  /** The text for one value. Throws TemplateError. */
  execute(value: GoValue, options?: ExecuteOptions): string;
}

interface ExecuteOptions {
  /** Table headers: json, upper, truncate and the like leave their argument alone. */
  readonly header?: boolean;
  /** A key that a map lacks is an error rather than <no value>. */
  readonly missingKeyError?: boolean;
}

/** Parses a template. Throws TemplateError, for instance `template: :1: unclosed action`. */
export function parseTemplate(text: string): Template {
  const tree = parseTree(text, (name) => FUNCTIONS.has(name));
  return {
    execute: (value, options = {}) =>
      runTemplate(tree, value, {
        functions: options.header ? HEADER_FUNCTIONS : FUNCTIONS,
        missingKeyError: options.missingKeyError === true,
      }),
  };
}
