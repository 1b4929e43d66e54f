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
