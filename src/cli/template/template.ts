/** Go's text/template with the functions of the docker command. Follows docker/cli templates/templates.go. */
import type { GoValue } from './value';

/** A template that does not parse or fails while it runs. The message is Go's, without any prefix of the command. */
export class TemplateError extends Error {
  constructor(
    message: string,
    /** What had been written when it failed. */
    readonly output = '',
  ) {
    super(message);
  }
}

export interface Template {
  /** The text for one value. Throws TemplateError. */
  execute(value: GoValue, options?: ExecuteOptions): string;
}

export interface ExecuteOptions {
  /** Table headers: json, upper, truncate and the like leave their argument alone. */
  readonly header?: boolean;
  /** A key that a map lacks is an error rather than <no value>. */
  readonly missingKeyError?: boolean;
}

/** Parses a template. Throws TemplateError, for instance `template: :1: unclosed action`. */
export function parseTemplate(text: string): Template {
  throw new TemplateError(text);
}
