/** Assertions are for bugs: the world stops. What can go wrong in a right world is a value, never one of these. */

export class AssertionError extends Error {}

/** Throws when a thing that cannot be false is false. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}
