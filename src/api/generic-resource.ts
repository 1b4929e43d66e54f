/** User-defined resources as they are written: `gpu=2`, `gpu=UUID1`. Follows moby/swarmkit api/genericresource/parse.go. */
import { fail, ok, type Result } from '../base/result';
import type { GenericResource } from './types';

const INTEGER = /^[+-]?\d+$/;
const INT64_MAX = 2n ** 63n - 1n;

/** What Go's ParseInt makes of it; undefined is its error. */
function integer(text: string): bigint | undefined {
  if (!INTEGER.test(text)) return undefined;
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text);
  return value > INT64_MAX || value < -INT64_MAX - 1n ? undefined : value;
}

/**
 * Terms `kind=value`: a kind with one number is discrete, one with words only is a set of named ones. The error is the
 * parser's own sentence.
 */
export function parseGenericResources(terms: readonly string[]): Result<readonly GenericResource[], string> {
  const wrong = (why: string) => fail(`could not parse GenericResource: ${why}`);
  const kinds = new Map<string, string[]>();
  for (const term of terms) {
    const [kind, value, more] = term.split('=');
    if (kind === undefined || value === undefined || more !== undefined) {
      return wrong(`incorrect term ${term}, missing '=' or malformed expression`);
    }
    const values = kinds.get(kind.trim());
    if (values) values.push(value.trim());
    else kinds.set(kind.trim(), [value.trim()]);
  }
  const resources: GenericResource[] = [];
  for (const [Kind, values] of kinds) {
    const number = values.length === 1 ? integer(values[0]!) : undefined;
    if (number !== undefined) {
      if (number < 0n) return wrong(`cannot ask for negative resource ${Kind}`);
      resources.push({ DiscreteResourceSpec: { Kind, Value: Number(number) } });
    } else if (values.some((value) => integer(value) !== undefined)) {
      return wrong(`mixed discrete and named resources in expression '${Kind}=[${values.join(' ')}]'`);
    } else for (const Value of values) resources.push({ NamedResourceSpec: { Kind, Value } });
  }
  return ok(resources);
}
